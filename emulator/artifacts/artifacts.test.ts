import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { asApp, asPerson, first, graphEmulator, meeting, NOW, person } from '../../test/support/graph-caller.ts';
import type { Answer, GraphCaller } from '../../test/support/graph-caller.ts';
import { graphOpenApiMissing, loadGraphOpenApi } from '../../test/support/graph-openapi.ts';
import type { Emulator } from '../emulator.ts';
import { runScript } from '../powershell/run-script.ts';
import { CONTOSO_TENANT_ID, PARLEY_CLIENT_ID } from '../seed.ts';
import { fillerAt, filmBytes, readContent } from './film.ts';
import type { MeetingEnd } from './end-meeting.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const scopes = [
  'Calendars.ReadWrite',
  'OnlineMeetings.ReadWrite',
  'OnlineMeetingRecording.Read.All',
  'OnlineMeetingTranscript.Read.All',
  'OnlineMeetingArtifact.Read.All',
];
const roles = scopes.map((name) => (name === 'OnlineMeetings.ReadWrite' ? 'OnlineMeetings.ReadWrite.All' : name));
const said = ({ status, json }: Answer) =>
  json.error === undefined
    ? String(status)
    : [status, json.error.code, json.error.innerError['code'], json.error.message].filter(Boolean).join(' ');
const shell = (emulator: Emulator, script: string) => {
  const { error } = runScript(emulator.context, { tenantId: CONTOSO_TENANT_ID, script });
  assert.equal(error, undefined);
};

/** Dana's meeting with Milan and a visitor, on Wednesday at 8:00 UTC, after which the clock stands at nine. */
async function held(end: MeetingEnd | false = { recording: true, transcript: true }) {
  const emulator = graphEmulator();
  shell(
    emulator,
    'Set-CsTeamsMeetingConfiguration -EnableGraphTranscriptAccess $true -EnableAttributedTranscripts $true',
  );
  const before = await asPerson(emulator, 'dana.reyes', scopes);
  const attendees = [
    { emailAddress: { name: 'Sam Okafor', address: 'sam@visitor.example' } },
    { emailAddress: { address: 'milan.okafor@contoso.example' } },
  ];
  const event = (await before.post('/me/events', meeting({ attendees }))).json;
  const { joinUrl } = event.onlineMeeting;
  const filter = encodeURIComponent(`JoinWebUrl eq '${joinUrl}'`);
  const found = first(await before.get(`/me/onlineMeetings?$filter=${filter}`));
  const { id: danaId } = person(emulator, 'dana.reyes');
  emulator.clock.set(Date.UTC(2026, 10, 25, 9));
  const dana = await asPerson(emulator, 'dana.reyes', scopes);
  const ended = end === false ? undefined : emulator.endMeeting({ joinUrl, ...end });
  const at = `/onlineMeetings/${encodeURIComponent(found.id)}`;
  return { emulator, dana, danaId, event, joinUrl, meetingId: found.id, at, ended };
}

const raw = (emulator: Emulator, { token }: GraphCaller, path: string, headers: Record<string, string> = {}) =>
  emulator.fetch(`https://graph.microsoft.com/v1.0${path}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });

suite('what a meeting leaves', () => {
  test('is a recording, a transcript of the same time, and a report of who was there', async () => {
    const { dana, at, meetingId, danaId, ended } = await held();
    const recording = first(await dana.get(`/me${at}/recordings`));
    const transcript = first(await dana.get(`/me${at}/transcripts`));
    const report = first(await dana.get(`/me${at}/attendanceReports`));
    assert.deepEqual(
      [recording.id, transcript.id, report.id],
      [ended?.recordings[0], ended?.transcripts[0], ended?.attendanceReport],
    );
    assert.equal(recording['contentCorrelationId'], transcript['contentCorrelationId']);
    assert.equal(recording['meetingId'], meetingId);
    assert.match(
      String(recording['recordingContentUrl']),
      new RegExp(`/v1.0/users/${danaId}/onlineMeetings/.+/content$`),
    );
    assert.equal(
      Date.parse(String(transcript['createdDateTime'])),
      Date.UTC(2026, 10, 25, 8, 5),
      'transcription began',
    );
    assert.deepEqual([report['attendanceRecords'], report['totalParticipantCount']], [[], 3]);
    const { json } = await dana.get(`/me${at}/attendanceReports/${report.id}/attendanceRecords`);
    assert.deepEqual(
      json.value.map((one) => [(one['identity'] as { displayName: string }).displayName, one['role']]).toSorted(),
      [
        ['Dana Reyes', 'Organizer'],
        ['Milan Okafor', 'Attendee'],
        ['Sam Okafor', 'Attendee'],
      ],
    );
  });
});
