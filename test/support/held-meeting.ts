import assert from 'node:assert/strict';
import type { MeetingEnd } from '../../emulator/artifacts/end-meeting.ts';
import { createEmulator } from '../../emulator/emulator.ts';
import type { Emulator } from '../../emulator/emulator.ts';
import type { Post } from '../../emulator/notifications/notifications.ts';
import { changeTeamsPolicies } from '../../emulator/policies/teams-policies.ts';
import { changeTranscriptSettings } from '../../emulator/policies/transcript-settings.ts';
import { CONTOSO_TENANT_ID, PARLEY_CLIENT_ID } from '../../emulator/seed.ts';
import type { Answer, GraphCaller } from './graph-caller.ts';
import { asApp, asPerson, first, meeting, NOW, person } from './graph-caller.ts';

export const artifactScopes = [
  'Calendars.ReadWrite',
  'OnlineMeetings.ReadWrite',
  'OnlineMeetingRecording.Read.All',
  'OnlineMeetingTranscript.Read.All',
  'OnlineMeetingArtifact.Read.All',
];
export const artifactRoles = [
  'OnlineMeetingRecording.Read.All',
  'OnlineMeetingTranscript.Read.All',
  'OnlineMeetingArtifact.Read.All',
];

/** Wednesday 25 November 2026: the meeting is from eight to half past eight UTC; the clock stands at nine. */
export const NINE = Date.UTC(2026, 10, 25, 9);

/** Dana's meeting with Milan and a visitor, over at nine o'clock, in a tenant that lets Graph read transcripts. */
export async function heldMeeting(
  end: MeetingEnd | false = { recording: true, transcript: true },
  { post }: { post?: Post } = {},
) {
  const emulator = createEmulator({ now: () => NOW, ...(post !== undefined && { post }) });
  const everything = { enableGraphTranscriptAccess: true, enableAttributedTranscripts: true };
  changeTranscriptSettings(emulator.context, CONTOSO_TENANT_ID, everything);
  const early = await asPerson(emulator, 'dana.reyes', artifactScopes);
  const attendees = [
    { emailAddress: { name: 'Sam Okafor', address: 'sam@visitor.example' } },
    { emailAddress: { address: 'milan.okafor@contoso.example' } },
  ];
  const event = (await early.post('/me/events', meeting({ attendees }))).json;
  const { joinUrl } = event.onlineMeeting;
  const filter = encodeURIComponent(`JoinWebUrl eq '${joinUrl}'`);
  const { id: meetingId } = first(await early.get(`/me/onlineMeetings?$filter=${filter}`));
  emulator.clock.set(NINE);
  const dana = await asPerson(emulator, 'dana.reyes', artifactScopes);
  return {
    emulator,
    dana,
    danaId: person(emulator, 'dana.reyes').id,
    event,
    joinUrl,
    meetingId,
    /** Path of the meeting below `/me` or `/users/{id}`. */
    at: `/onlineMeetings/${encodeURIComponent(meetingId)}`,
    ended: end === false ? undefined : emulator.endMeeting({ joinUrl, ...end }),
  };
}

/** The app itself, with every permission and, unless told otherwise, a policy for everybody. */
export async function artifactApp(emulator: Emulator, roles = artifactRoles, policy = true): Promise<GraphCaller> {
  if (policy) {
    changeTeamsPolicies(emulator.context, CONTOSO_TENANT_ID, 'Grant', (state) => {
      state.policies.push({ name: 'Parley', appIds: [PARLEY_CLIENT_ID], description: '' });
      state.global = 'Parley';
    });
  }
  return asApp(emulator, 'dana.reyes', roles);
}

/** Status, codes and sentence of a refusal; the status alone of anything else. */
export function said({ status, json }: Answer): string {
  if (json.error === undefined) return String(status);
  const { code, message, innerError } = json.error;
  return [status, code, innerError['code'], message].filter((part) => part !== undefined).join(' ');
}

/** One request whose answer need not be JSON. */
export function fetchRaw(
  emulator: Emulator,
  { token }: GraphCaller,
  path: string,
  init: { headers?: Record<string, string>; redirect?: 'manual'; signal?: AbortSignal } = {},
): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...init.headers };
  return emulator.fetch(`https://graph.microsoft.com/v1.0${path}`, { ...init, headers });
}

/** The ids in a collection, sorted. */
export function idsIn(answer: Answer): string[] {
  assert.equal(answer.status, 200, JSON.stringify(answer.json));
  return answer.json.value.map(({ id }) => id).toSorted();
}
