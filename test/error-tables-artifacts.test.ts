import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problems, type ProblemCode } from '../src/problem.ts';
import { hour, startRecorded, type Recorded } from './support/recorded.ts';

/**
 * Every refusal of what is left of meetings (Graph contract: sections 4.6, 5.1, 5.3 and 16.2), where it is met, and what
 * Parley says of it: in the list of a kind, or when a recording is played.
 */
type Refused = { status: number; code?: string; message?: string; inner?: string };
type Row = {
  /** Where it stands. */
  rows: string[];
  at: 'recordings' | 'transcripts' | 'attendanceReports' | 'recording content';
  refused: Refused;
  becomes: ProblemCode;
};

const forbidden = (message: string): Refused => ({ status: 403, code: 'Forbidden', message });
const inner = (code: string): Refused => ({ status: 403, code: 'Forbidden', message: 'Not here.', inner: code });
const rsc = forbidden(
  "Application is not allowed to perform operations on the user 'x', neither is allowed access through RSC permission evaluation.",
);
const calendarBacked = 'This API is supported only for calendar backed OnlineMeeting';

const table: Row[] = [
  {
    rows: ['4.6/1'],
    at: 'attendanceReports',
    refused: forbidden('No application access policy found for this app'),
    becomes: 'application_access_policy_missing',
  },
  {
    rows: ['4.6/2', '16.2/not organizer or attendee'],
    at: 'recordings',
    refused: forbidden('3003: User does not have access to lookup meeting'),
    becomes: 'meeting_lookup_denied',
  },
  ...(['recordings', 'transcripts', 'recording content'] as const).map((at): Row => ({
    rows: [`4.6/3 ${at}`, `16.2/policy missing ${at}`],
    at,
    refused: rsc,
    becomes: 'artifact_policy_missing',
  })),
  {
    rows: ['4.6/4', '5.3/transcript switch', '16.2/transcript switch'],
    at: 'transcripts',
    refused: inner('GraphAccessToTranscriptsDisabled'),
    becomes: 'transcripts_disabled',
  },
  ...([400, 403] as const).map((status): Row => ({
    rows: [`16.2/another organizer ${status}`, `5.1/organizer only ${status}`],
    at: 'recording content',
    refused: { ...forbidden('The userId must match organizerId.'), status },
    becomes: 'artifact_organizer_only',
  })),
  {
    rows: ['5.1/download blocked'],
    at: 'recording content',
    refused: forbidden('Access denied.'),
    becomes: 'recording_download_blocked',
  },
  ...([400, 403] as const).map((status): Row => ({
    rows: [`16.2/not on a calendar ${status}`, `5.3/not on a calendar ${status}`],
    at: 'recordings',
    refused: { status, code: 'BadRequest', message: calendarBacked },
    becomes: 'calendar_event_needed',
  })),
  ...([404, 410] as const).map((status): Row => ({
    rows: [`5.3/retention ${status}`],
    at: 'recording content',
    refused: { status, code: 'itemNotFound' },
    becomes: 'artifact_gone',
  })),
  {
    rows: ['16.2/missing role'],
    at: 'attendanceReports',
    refused: forbidden('Missing scope permissions on the request.'),
    becomes: 'missing_permission',
  },
  {
    rows: ['5.3/402'],
    at: 'recordings',
    refused: { status: 402, code: 'PaymentRequired' },
    becomes: 'microsoft_refused',
  },
  // Last, for it is believed only when Teams has had two days to find the meeting.
  {
    rows: ['4.6/6 NotFound', '5.3/expired meeting'],
    at: 'recordings',
    refused: { status: 404, code: 'NotFound', message: '3004: Meeting not found' },
    becomes: 'online_meeting_not_found',
  },
  {
    rows: ['4.6/6 UnknownError'],
    at: 'transcripts',
    refused: { status: 404, code: 'UnknownError' },
    becomes: 'online_meeting_not_found',
  },
];

test('each refusal of what is left of meetings has its own problem and remedy, and the other kinds stay', async (t) => {
  const bend: { row?: Row | undefined } = {};
  const wrapFetch = (ask: typeof fetch): typeof fetch => {
    return async (input, init) => {
      const { pathname } = new URL(new Request(input, init).url);
      return bend.row && reaches(bend.row, pathname) ? answered(bend.row.refused) : ask(input, init);
    };
  };
  const story = await startRecorded(t, { wrapFetch });
  story.end();
  await story.look();
  const recording = (await story.left()).data.find(({ kind }) => kind === 'recording');
  for (const row of table) {
    if (row.becomes === 'online_meeting_not_found') story.system.clock.advance(3 * 24 * hour);
    bend.row = row;
    const told = await toldOf(story, row, recording?.['id']);
    const what = row.rows.join(', ');
    assert.ok(told, what);
    const { title, remedy } = problems[row.becomes];
    assert.deepEqual([told.code, told.title, told.remedy], [row.becomes, title, remedy], what);
    assert.equal(told.provider.code, row.refused.inner ?? row.refused.code, what);
    assert.equal(told.provider.status, row.refused.status, what);
    bend.row = undefined;
    assert.equal((await toldOf(story, row, recording?.['id']))?.code, undefined, `${what}, when it is over`);
  }
});

test('each row of the contract stands in the table once', () => {
  const rows = table.flatMap((row) => row.rows);
  assert.equal(new Set(rows).size, rows.length);
  for (const section of ['4.6', '5.1', '5.3', '16.2']) assert.ok(rows.some((row) => row.startsWith(`${section}/`)));
});

function reaches({ at }: Row, pathname: string): boolean {
  if (at === 'recording content') return /\/recordings\/[^/]+\/content$/.test(pathname);
  return pathname.endsWith(`/${at}`);
}

function answered({ status, code, message, inner: innerCode }: Refused): Response {
  return Response.json({ error: { code, message, ...(innerCode && { innerError: { code: innerCode } }) } }, { status });
}

const kindOf = { recordings: 'recording', transcripts: 'transcript', attendanceReports: 'attendance' } as const;

/** What the API tells of it: of the list after a look, or as the answer to whoever plays the recording. */
async function toldOf(story: Recorded, { at }: Row, recordingId: string) {
  if (at === 'recording content') {
    const response = await story.system.request(`/v1/artifacts/${recordingId}/content`, {
      headers: { authorization: `Bearer ${story.desk.apiKey}` },
    });
    return response.ok ? response.body?.cancel() : response.json();
  }
  await story.ask('POST', `/v1/meetings/${story.meetingId}/artifacts/refresh`);
  await story.system.work();
  const { captures } = await story.left();
  for (const kind of Object.values(kindOf))
    if (kind !== kindOf[at]) assert.equal(captures[kind]['state'], 'ready', `${kind} beside ${at}`);
  return captures[kindOf[at]]['problem'];
}
