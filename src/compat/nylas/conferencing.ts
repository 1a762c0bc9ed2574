import { z } from '@hono/zod-openapi';
import type { ExternalConference } from '../../database/schema.ts';
import { conferenceSchema } from '../../meetings/external-conference.ts';
import { meetingOptions, type MeetingOptions } from '../../microsoft/meeting-options.ts';

/** What an event is to say of its conference. */
export type Conferencing =
  /** A Teams meeting, made here. */
  | { kind: 'autocreate'; options: MeetingOptions | null }
  /** One that somebody else runs, as its details were given. */
  | { kind: 'details'; conference: ExternalConference }
  | { kind: 'none' }
  /** Only its name: what an event says whose link is on its way. */
  | { kind: 'named'; provider: string };

/** The names of the one provider whose conferences are made here. */
const teams = ['microsoft teams', 'teams for business'];

export const teamsProvider = 'Microsoft Teams';

/** Whether a provider's name means Teams. */
export function isTeams(provider: string): boolean {
  return teams.includes(provider.trim().toLowerCase());
}

type Refuse = (path: string[], message: string) => void;

const given = z.object({
  provider: z.string({ error: 'Name the provider, such as “Microsoft Teams”.' }).max(100, 'At most 100 characters.'),
  autocreate: z.record(z.string(), z.unknown(), { error: 'Give an object, empty or with settings.' }).nullish(),
  details: z.record(z.string(), z.unknown(), { error: 'Give an object with the url of the conference.' }).nullish(),
});

type Given = z.output<typeof given>;

/** `conferencing` of a request. `grantId` is whose conference can be made: the event's own grant. */
export function conferencingSchema(grantId: string) {
  return z.unknown().transform((value, ctx): Conferencing => {
    const refuse: Refuse = (path, message) => ctx.issues.push({ code: 'custom', path, message, input: value });
    if (value === null || (typeof value === 'object' && Object.keys(value ?? {}).length === 0)) return { kind: 'none' };
    const read = given.safeParse(value);
    if (!read.success) {
      for (const { path, message } of read.error.issues) refuse(path.map(String), message);
      return z.NEVER;
    }
    return conferencingOf(read.data, grantId, refuse) ?? z.NEVER;
  });
}

function conferencingOf(value: Given, grantId: string, refuse: Refuse): Conferencing | undefined {
  const { provider, autocreate, details } = value;
  if (autocreate && details) {
    refuse([], 'Use either “autocreate” or “details”: a conference is made here or given by hand, never both.');
    return undefined;
  }
  if (details) return byHand(provider, details, refuse);
  return autocreate ? automatic(provider, autocreate, grantId, refuse) : { kind: 'named', provider };
}

function byHand(provider: string, details: Record<string, unknown>, refuse: Refuse): Conferencing | undefined {
  const { meeting_code: meetingCode, url, password, pin, phone } = details;
  const told = { provider, url: url ?? '', meetingCode, password, pin, phone };
  const kept = Object.entries(told).filter(([name, text]) => name === 'url' || !isEmpty(text));
  const read = conferenceSchema.safeParse(Object.fromEntries(kept));
  if (read.success) return { kind: 'details', conference: read.data };
  for (const { path, message } of read.error.issues) {
    const [name, ...rest] = path.map(String);
    const field = name === 'meetingCode' ? 'meeting_code' : (name ?? '');
    refuse(field === 'provider' ? ['provider'] : ['details', field, ...rest], message);
  }
  return undefined;
}

/** Clients write what is not there as empty text or an empty list. */
function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function automatic(
  provider: string,
  { conf_grant_id: confGrantId, conf_settings, settings, ...others }: Record<string, unknown>,
  grantId: string,
  refuse: Refuse,
): Conferencing | undefined {
  if (!isTeams(provider)) {
    const name = provider.trim() || 'this provider';
    refuse(['provider'], `Only Microsoft Teams meetings are made here. Give the details of ${name} by hand instead.`);
    return undefined;
  }
  if (!isEmpty(confGrantId) && confGrantId !== grantId) {
    const message = 'A Teams meeting belongs to whose calendar it is in: leave this out.';
    refuse(['autocreate', 'conf_grant_id'], message);
    return undefined;
  }
  const name = conf_settings === undefined ? 'settings' : 'conf_settings';
  const chosen = conf_settings ?? settings ?? {};
  const read = meetingOptions.safeParse(isRecord(chosen) ? camelCased({ ...others, ...chosen }) : chosen);
  if (read.success) return { kind: 'autocreate', options: Object.keys(read.data).length === 0 ? null : read.data };
  for (const { path, message } of read.error.issues) refuse(['autocreate', name, ...path.map(String)], message);
  return undefined;
}

/** Its clients write every name with underscores, also Microsoft's. */
function camelCased(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => {
    const camel = name.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    return [camel, camelCased(inner)] as const;
  });
  return Object.fromEntries(entries);
}

/** A JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
