import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireOfKey } from '../../access/principal.ts';
import type { ConnectionRow } from '../../connections/connection.ts';
import type { ApiContext } from '../../http/router.ts';
import { Problem } from '../../problem.ts';
import { readBusyPeople, takenTimes, type BusyOrNot, type BusyPeopleDeps } from '../../scheduling/busy-people.ts';
import { requireCalendar } from './calendars.ts';
import { epoch, one } from './envelope.ts';
import { messageOf } from './errors.ts';
import type { NylasEnv, NylasRouter } from './gate.ts';
import { callerOf, grantOfPath, grantOfToken } from './grant-of-request.ts';
import { getGrant } from './grants.ts';
import { epochSeconds } from './query.ts';
import { readInput } from './read-input.ts';

const mostDays = 62;
const dayMs = 24 * 60 * 60_000;

/** Addresses of people who are asked about. */
export const addresses = z
  .array(z.email('Give an e-mail address.').max(254), { error: 'Give a list of e-mail addresses.' })
  .max(50, 'Ask about at most 50 people.');

/** A stretch of time of which something is asked. Throws `invalid_request` as part of a schema. */
export function checkWindow(window: { start_time: Date; end_time: Date }, ctx: z.core.$RefinementCtx): void {
  const { start_time: start, end_time: end } = window;
  const refuse = (message: string) => ctx.addIssue({ code: 'custom', path: ['end_time'], message });
  if (start >= end) refuse('The end must be later than the start.');
  if (end.getTime() - start.getTime() > mostDays * dayMs) refuse(`Ask about at most ${mostDays} days at once.`);
}

const window = { start_time: epochSeconds, end_time: epochSeconds };
const bodyV3 = z
  .object({ ...window, emails: addresses.min(1, 'Name somebody.'), tentative_as_busy: z.boolean().default(true) })
  .superRefine(checkWindow);
/** Calendars that are named by their account. */
export const namedCalendars = z
  .array(z.object({ account_id: z.string(), calendar_ids: z.array(z.string()).nullish() }))
  .nullish();
const bodyV2 = z.object({ ...window, emails: addresses.nullish(), calendars: namedCalendars }).superRefine(checkWindow);

/** `/v3/grants/{grant}/calendars/free-busy`: who could not be read is told in their own place. */
export function addFreeBusyV3(app: NylasRouter, deps: BusyPeopleDeps): void {
  app.post('/v3/grants/:grant/calendars/free-busy', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const asker = await grantOfPath(deps, c);
    const { emails, tentative_as_busy: tentative, ...asked } = await readInput(c as ApiContext, bodyV3);
    return one(c as ApiContext, await readAll(deps, c, { asker, emails, tentative, ...asked }));
  });
}

/** `/calendars/free-busy` of version 2. */
export function addFreeBusyV2(app: NylasRouter, deps: BusyPeopleDeps): void {
  app.post('/calendars/free-busy', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const { emails, calendars, ...asked } = await readInput(c as ApiContext, bodyV2);
    const named = await addressesOf(deps, c, calendars ?? []);
    const all = [...(emails ?? []), ...named];
    if (all.length === 0) throw new Problem('invalid_request', { detail: 'Name somebody: emails, or calendars.' });
    const asker = await grantOfToken(deps, c);
    return c.json(await readAll(deps, c, { asker, emails: all, tentative: true, ...asked }));
  });
}

/** The addresses of accounts whose calendars are named. Throws `not_found` for one that the caller may not see. */
export async function addressesOf(
  deps: BusyPeopleDeps,
  c: Context<NylasEnv>,
  calendars: readonly { account_id: string; calendar_ids?: readonly string[] | null | undefined }[],
): Promise<string[]> {
  const grants = await Promise.all(
    calendars.map(async ({ account_id: id, calendar_ids: ids }) => {
      const grant = await getGrant(deps, callerOf(c), id);
      for (const calendar of ids ?? []) requireCalendar(grant, calendar);
      return grant;
    }),
  );
  return grants.flatMap(({ account_email: email }) => email ?? []);
}

type Asked = { asker: ConnectionRow; emails: readonly string[]; tentative: boolean; start_time: Date; end_time: Date };

async function readAll(deps: BusyPeopleDeps, c: Context<NylasEnv>, asked: Asked) {
  const { asker, emails, tentative, start_time: from, end_time: to } = asked;
  const { workspaceId, grantId } = callerOf(c);
  const question = { workspaceId, addresses: emails, from, to, asker, onlyAsker: grantId !== undefined };
  const found = await readBusyPeople(deps, question);
  return emails.map((email) => present(email, found.get(email.toLowerCase()), tentative));
}

function present(email: string, found: BusyOrNot | undefined, tentative: boolean) {
  if (!found || 'problem' in found) {
    const problem = found?.problem ?? new Problem('calendar_unreadable');
    return { object: 'error', email, error: messageOf(problem) };
  }
  return {
    object: 'free_busy',
    email,
    time_slots: takenTimes(found.busy, { tentative }).map(({ start, end }) => ({
      object: 'time_slot',
      status: 'busy',
      start_time: epoch(start),
      end_time: epoch(end),
    })),
  };
}
