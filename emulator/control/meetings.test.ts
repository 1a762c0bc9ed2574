import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { asPerson } from '../../test/support/graph-caller.ts';
import { artifactScopes, fetchRaw, heldMeeting, said } from '../../test/support/held-meeting.ts';
import { CONTROL_ORIGIN } from '../emulator.ts';
import type { Emulator } from '../emulator.ts';

const send = (emulator: Emulator, method: string, path: string, body?: unknown) =>
  emulator.fetch(`${CONTROL_ORIGIN}${path}`, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
const submit = (emulator: Emulator, path: string, fields: Record<string, string>) =>
  emulator.fetch(`${CONTROL_ORIGIN}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
const page = async (emulator: Emulator, path = '/control') => (await emulator.fetch(`${CONTROL_ORIGIN}${path}`)).text();

suite('the control API', () => {
  test('ends a meeting, and says what is left of all', async () => {
    const { emulator, joinUrl, meetingId } = await heldMeeting(false);
    const answer = await send(emulator, 'POST', '/control/meetings/end', {
      joinUrl,
      startedAt: '2026-11-25T08:00:00Z',
      endedAt: '2026-11-25T08:20:00+00:00',
      recording: { sizeBytes: 1_000_000_000 },
      transcript: { language: 'de-de' },
    });
    assert.equal(answer.status, 201);
    const ended = (await answer.json()) as { recordings: string[]; onlineMeetingId: string };
    assert.equal(ended.onlineMeetingId, meetingId);
    const [seen] = (await (await send(emulator, 'GET', '/control/meetings')).json()) as {
      subject: string;
      recordings: { id: string; contentGone: boolean }[];
      attendanceReports: object[];
    }[];
    assert.deepEqual(
      [seen?.subject, seen?.recordings.map(({ id }) => id), seen?.attendanceReports.length],
      ['Intake', ended.recordings, 1],
    );
    for (const wrong of [{ joinUrl: 'nowhere' }, { joinUrl, recording: 'yes' }, { joinUrl, segments: 0 }]) {
      assert.equal((await send(emulator, 'POST', '/control/meetings/end', wrong)).status, 400);
    }
  });

  test('deletes the file of a recording, its entry, and a transcript', async () => {
    const { emulator, dana, at, ended } = await heldMeeting();
    const recording = `/control/recordings/${encodeURIComponent(ended?.recordings[0] ?? '')}`;
    const content = `/me${at}/recordings/${ended?.recordings[0]}/content`;
    const count = async (kind: string) => (await dana.get(`/me${at}/${kind}`)).json.value.length;
    assert.equal((await fetchRaw(emulator, dana, content)).status, 200);
    assert.equal((await send(emulator, 'DELETE', recording)).status, 204);
    assert.deepEqual([(await dana.get(content)).status, await count('recordings')], [404, 1]);
    assert.equal((await send(emulator, 'DELETE', `${recording}?entry=gone`)).status, 204);
    assert.equal(await count('recordings'), 0);
    assert.equal((await send(emulator, 'DELETE', recording)).status, 404);
    const transcript = `/control/transcripts/${encodeURIComponent(ended?.transcripts[0] ?? '')}`;
    assert.equal((await send(emulator, 'DELETE', transcript)).status, 204);
    assert.equal(await count('transcripts'), 0);
  });

  test('lets a meeting expire now; a change makes it last again', async () => {
    const { emulator, dana, at, joinUrl, event } = await heldMeeting();
    assert.equal((await send(emulator, 'POST', '/control/meetings/expire', { joinUrl })).status, 204);
    assert.equal(said(await dana.get(`/me${at}/recordings`)), '404 NotFound 3004: Meeting not found');
    emulator.clock.advance(1000);
    await dana.patch(`/me/events/${event.id}`, { subject: 'Again' });
    assert.equal(said(await dana.get(`/me${at}/recordings`)), '200');
  });

  test('sets what a tenant lets Graph read of transcripts', async () => {
    const { emulator, dana, at } = await heldMeeting();
    const path = '/control/tenants/contoso.example/transcripts';
    const answer = await send(emulator, 'PATCH', path, { enableGraphTranscriptAccess: false });
    assert.deepEqual(await answer.json(), { enableGraphTranscriptAccess: false, enableAttributedTranscripts: true });
    assert.match(said(await dana.get(`/me${at}/transcripts`)), /GraphAccessToTranscriptsDisabled/);
    assert.equal((await send(emulator, 'PATCH', '/control/tenants/nowhere/transcripts', {})).status, 404);
    assert.equal((await send(emulator, 'PATCH', '/control/tenants/outlook.example/transcripts', {})).status, 409);
  });
});

suite('the pages', () => {
  test('end a meeting with what is ticked', async () => {
    const { emulator, dana, at, meetingId } = await heldMeeting(false);
    assert.match(await page(emulator), /End this meeting/);
    const fields = { onlineMeetingId: meetingId, recording: 'yes', segments: '2', processing: '10' };
    const answer = await submit(emulator, '/control/forms/end-meeting', fields);
    assert.deepEqual([answer.status, answer.headers.get('location')], [303, '/control#meetings']);
    assert.match(await page(emulator), /Recording of\s+2026-11-25 08:05, ready at 2026-11-25 09:10/);
    emulator.clock.advance(10 * 60_000);
    assert.equal((await dana.get(`/me${at}/recordings`)).json.value.length, 2);
    assert.equal((await dana.get(`/me${at}/transcripts`)).json.value.length, 0);
    assert.equal((await dana.get(`/me${at}/attendanceReports`)).json.value.length, 0);
  });

  test('delete files, let meetings expire and change a tenant’s settings', async () => {
    const { emulator, meetingId, ended } = await heldMeeting();
    await submit(emulator, '/control/forms/delete-recording', { id: ended?.recordings[0] ?? '' });
    assert.match(await page(emulator), /its file is deleted/);
    const tenant = '5d1f2c88-4b0e-4c57-9a3d-7e60b2f4a911';
    await submit(emulator, '/control/forms/transcript-settings', { id: tenant, enableAttributedTranscripts: 'false' });
    const settings = emulator.context.teams.policies.get(tenant)?.current.meetingConfiguration;
    assert.deepEqual(settings, { enableGraphTranscriptAccess: true, enableAttributedTranscripts: false });
    await submit(emulator, '/control/forms/expire-meeting', { onlineMeetingId: meetingId });
    assert.match(await page(emulator), /· expired/);
  });

  test('of a mailbox end the meeting of an event, for its organizer', async () => {
    const { emulator, dana, at, event } = await heldMeeting(false);
    const path = `/outlook/mailbox/dana.reyes@contoso.example/events/${encodeURIComponent(event.id)}`;
    assert.match(await page(emulator, path), /Nobody has held it yet[\s\S]*End this meeting…/);
    const fields = { recording: 'yes', transcript: 'yes', attendance: 'yes', segments: '1', processing: '0' };
    assert.equal((await submit(emulator, `${path}/end`, fields)).status, 303);
    assert.match(await page(emulator, path), /It left a recording, a transcript, an attendance report\./);
    const report = (await dana.get(`/me${at}/attendanceReports`)).json.value[0];
    assert.deepEqual(
      [report?.['meetingStartDateTime'], report?.['meetingEndDateTime']],
      ['2026-11-25T08:00:00.0000000Z', '2026-11-25T08:30:00.0000000Z'],
    );
    const milan = await asPerson(emulator, 'milan.okafor', artifactScopes);
    const copy = (await milan.get('/me/events')).json.value[0];
    const other = `/outlook/mailbox/milan.okafor@contoso.example/events/${encodeURIComponent(copy?.id ?? '')}`;
    assert.doesNotMatch(await page(emulator, other), /End this meeting/);
  });
});
