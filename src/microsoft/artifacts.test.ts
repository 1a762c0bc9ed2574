import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  listAttendanceRecords,
  listAttendanceReports,
  listRecordings,
  openRecording,
  RangeBeyondEnd,
  readSpokenLanguage,
  readTranscript,
} from './artifacts.ts';
import type { CalendarAccess } from './calendar.ts';
import { GraphError, type GraphCall, type GraphDeps } from './graph.ts';

const baseUrl = 'https://graph.microsoft.com';
const organizer = '4d1b5f0e-0a5e-4b6b-9a55-3a1a0c1f7e11';
const onlineMeetingId = 'MSo/a+b=';
const root = `${baseUrl}/v1.0/users/${organizer}/onlineMeetings/MSo%2Fa%2Bb%3D`;
const access: CalendarAccess = { accessToken: 'secret-token', mailbox: { kind: 'user', objectId: organizer } };
const recording = { onlineMeetingId, recordingId: 'r/1=' };
const transcript = { onlineMeetingId, transcriptId: 't/1=' };
const video = { 'content-type': 'video/mp4' };

type Answer = Response | ((request: Request) => Response);

/** A Graph that gives these answers, one after the other, the last one again and again. */
function graphOf(...answers: Answer[]) {
  const asked: Request[] = [];
  const calls: GraphCall[] = [];
  const fetch: GraphDeps['fetch'] = async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    asked.push(request);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    assert.ok(answer);
    return typeof answer === 'function' ? answer(request) : answer.clone();
  };
  const now = () => new Date('2026-11-20T09:00:00Z');
  const deps: GraphDeps = { fetch, now, baseUrl, onCall: (call) => calls.push(call) };
  return { deps, asked, calls };
}

function page(value: unknown[], next?: string): Response {
  return Response.json({
    value,
    ...(next !== undefined && { '@odata.nextLink': `${root}/recordings?$skiptoken=${next}` }),
  });
}

const item = (id: string) => ({ id, createdDateTime: '2026-11-20T08:00:00.1234567Z', endDateTime: null });

function refused(code: string, status = 403): Response {
  return Response.json({ error: { code: 'Forbidden', message: 'No.', innerError: { code } } }, { status });
}

async function failure(work: Promise<unknown>): Promise<GraphError> {
  const error: unknown = await work.then(
    () => assert.fail('did not throw'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof GraphError, String(error));
  return error;
}

async function textOf(body: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(body).text();
}

test('recordings are listed over all pages, with ids encoded once and enumerations whole', async () => {
  const { deps, asked, calls } = graphOf(page([item('a')], '1'), page([], '2'), page([], '3'), page([item('b')]));
  const found = await listRecordings(deps, access, { onlineMeetingId });
  assert.deepEqual(
    found.map(({ id, startedAt, endedAt }) => [id, startedAt.toISOString(), endedAt]),
    ['a', 'b'].map((id) => [id, '2026-11-20T08:00:00.123Z', undefined]),
  );
  assert.equal(asked[0]?.url, `${root}/recordings`);
  assert.equal(asked[0].headers.get('prefer'), 'include-unknown-enum-members');
  assert.deepEqual(new Set(calls.map(({ path }) => path)), new Set(['/users/{id}/onlineMeetings/{id}/recordings']));
});

test('next links that lead nowhere, or in circles, come to an end', async () => {
  const empty = graphOf(page([], 'again'));
  assert.deepEqual(await listRecordings(empty.deps, access, { onlineMeetingId }), []);
  assert.equal(empty.asked.length, 3);
  const endless = graphOf(page([item('a')], 'again'));
  assert.equal((await listRecordings(endless.deps, access, { onlineMeetingId })).length, 50);
  const elsewhere = graphOf(Response.json({ value: [], '@odata.nextLink': 'https://evil.example/v1.0/me' }));
  await failure(listRecordings(elsewhere.deps, access, { onlineMeetingId }));
});

test('a transcript without names is asked for when the tenant does not give names away', async () => {
  const vtt = 'WEBVTT\n\n0:0:0.0 --> 0:0:5.320\nThis is “Größe”.\n';
  const type = 'application/vnd.microsoft.graph.transcript+text';
  const { deps, asked } = graphOf(
    refused('SpeakerAttributionNotAllowed'),
    new Response(vtt, { headers: { 'content-type': type } }),
  );
  assert.deepEqual(await readTranscript(deps, access, transcript), { vtt, attributed: false });
  assert.deepEqual(
    asked.map(({ url, headers }) => [url, headers.get('accept')]),
    [
      [`${root}/transcripts/t%2F1%3D/content?$format=text/vtt`, 'text/vtt'],
      [`${root}/transcripts/t%2F1%3D/content`, type],
    ],
  );
  const attributed = graphOf(new Response(vtt, { headers: { 'content-type': 'text/vtt; charset=utf-8' } }));
  assert.deepEqual(await readTranscript(attributed.deps, access, transcript), { vtt, attributed: true });
});

test('a transcript that is refused says why, also where the form without names is unknown', async () => {
  const unknown = graphOf(refused('SpeakerAttributionNotAllowed'), refused('NotAcceptable', 406));
  assert.deepEqual((await failure(readTranscript(unknown.deps, access, transcript))).innerCodes, [
    'SpeakerAttributionNotAllowed',
  ]);
  const off = graphOf(refused('SpeakerAttributionNotAllowed'), refused('GraphAccessToTranscriptsDisabled'));
  assert.deepEqual((await failure(readTranscript(off.deps, access, transcript))).innerCodes, [
    'GraphAccessToTranscriptsDisabled',
  ]);
});

test('a transcript that never ends, or is a page, is not taken', async () => {
  const line = new Uint8Array(1024 * 1024);
  let given = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      given += 1;
      controller.enqueue(line);
    },
  });
  const { deps } = graphOf(() => new Response(endless, { headers: { 'content-type': 'text/vtt' } }));
  assert.equal((await failure(readTranscript(deps, access, transcript))).code, 'unreadable_answer');
  assert.ok(given <= 35, `${given} MB were read`);
  const html = graphOf(new Response('<html>', { headers: { 'content-type': 'text/html' } }));
  assert.equal((await failure(readTranscript(html.deps, access, transcript))).code, 'unreadable_answer');
});

test('the language is the one that is spoken most; a refusal costs nothing', async () => {
  const cue = (language: string) =>
    `00:00:16.246 --> 00:00:17.726\n{"speakerName":"A","spokenLanguage":"${language}"}\n\n`;
  const vtt = { headers: { 'content-type': 'text/vtt' } };
  const spoken = graphOf(new Response(`WEBVTT\n\n${cue('en-us')}${cue('de-de')}${cue('de-de')}`, vtt));
  assert.equal(await readSpokenLanguage(spoken.deps, access, transcript), 'de-DE');
  assert.match(spoken.asked[0]?.url ?? '', /\/metadataContent$/);
  for (const answer of [refused('Forbidden'), new Response('WEBVTT', vtt), new Response(cue('a--'), vtt)]) {
    assert.equal(await readSpokenLanguage(graphOf(answer).deps, access, transcript), undefined);
  }
});

test('who was there is read with times, and what Teams does not say is worked out or left out', async () => {
  const reports = graphOf(
    Response.json({
      value: [
        {
          id: 'p1',
          totalParticipantCount: 2,
          meetingStartDateTime: '2026-11-20T08:00:00Z',
          meetingEndDateTime: '0001-01-01T00:00:00Z',
        },
      ],
    }),
  );
  assert.deepEqual(await listAttendanceReports(reports.deps, access, { onlineMeetingId }), [
    { id: 'p1', startedAt: new Date('2026-11-20T08:00:00Z'), endedAt: undefined, participants: 2 },
  ]);
  const interval = {
    joinDateTime: '2026-11-20T08:00:00Z',
    leaveDateTime: '2026-11-20T08:10:00.5Z',
    durationInSeconds: null,
  };
  const records = graphOf(
    Response.json({
      value: [
        { emailAddress: '', identity: { displayName: 'A guest' }, role: 'Attendee', attendanceIntervals: [interval] },
        { emailAddress: 'a@b.example', totalAttendanceInSeconds: 7, attendanceIntervals: null },
      ],
    }),
  );
  const seconds = 601;
  const intervals = [{ joinedAt: '2026-11-20T08:00:00.000Z', leftAt: '2026-11-20T08:10:00.500Z', seconds }];
  assert.deepEqual(await listAttendanceRecords(records.deps, access, { onlineMeetingId, reportId: 'p1' }), [
    { name: 'A guest', email: null, objectId: null, role: 'Attendee', totalSeconds: seconds, intervals },
    { name: null, email: 'a@b.example', objectId: null, role: null, totalSeconds: 7, intervals: [] },
  ]);
});

test('a recording is a stream, whole or in part, that says where it begins', async () => {
  const whole = graphOf(new Response('0123456789', { headers: { ...video, 'content-length': '10' } }));
  const { body, ...all } = await openRecording(whole.deps, access, recording);
  assert.deepEqual(all, { from: 0, to: 9, totalBytes: 10, partial: false });
  assert.equal(await textOf(body), '0123456789');
  assert.equal(whole.asked[0]?.headers.get('range'), null);

  const part = graphOf(
    new Response('345', { status: 206, headers: { ...video, 'content-range': 'bytes 3-5/10', 'content-length': '3' } }),
  );
  const { body: middle, ...where } = await openRecording(part.deps, access, {
    ...recording,
    range: { from: 3, to: 5 },
  });
  assert.deepEqual(where, { from: 3, to: 5, totalBytes: 10, partial: true });
  assert.equal(await textOf(middle), '345');
  assert.equal(part.asked[0]?.headers.get('range'), 'bytes=3-5');
  assert.equal(part.asked[0].headers.get('accept-encoding'), 'identity');

  const ignored = await openRecording(whole.deps, access, { ...recording, range: { from: 3 } });
  assert.deepEqual([ignored.from, ignored.partial], [0, false]);
  await ignored.body.cancel();
});

test('the token stays with Graph when a recording lies elsewhere, and only https is followed', async () => {
  const to = (location: string) => new Response(null, { status: 302, headers: { location } });
  const away = graphOf(
    to('https://storage.example/a?sig=1'),
    to('/b'),
    to(`${baseUrl}/c`),
    new Response('v', { headers: video }),
  );
  const { body } = await openRecording(away.deps, access, { ...recording, range: { from: 0 } });
  assert.equal(await textOf(body), 'v');
  assert.deepEqual(
    away.asked.map(({ url, headers }) => [url, headers.has('authorization'), headers.get('range')]),
    [
      [`${root}/recordings/r%2F1%3D/content`, true, 'bytes=0-'],
      ['https://storage.example/a?sig=1', false, 'bytes=0-'],
      ['https://storage.example/b', false, 'bytes=0-'],
      [`${baseUrl}/c`, false, 'bytes=0-'],
    ],
  );
  assert.equal(away.calls.length, 1);
  for (const location of ['http://storage.example/a', 'file:///etc/passwd', 'https://'])
    assert.equal(
      (await failure(openRecording(graphOf(to(location)).deps, access, recording))).code,
      'unreadable_answer',
      location,
    );
  const circle = graphOf(to('https://storage.example/a'));
  await failure(openRecording(circle.deps, access, recording));
  assert.equal(circle.asked.length, 6);
});

test('what is no video, empty, another part or behind the end is no recording', async () => {
  const cases: [string, Response][] = [
    ['a page', new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['JSON', Response.json({})],
    ['nothing', new Response('', { headers: { ...video, 'content-length': '0' } })],
    ['no body', new Response(null, { status: 204 })],
    ['another part', new Response('9', { status: 206, headers: { ...video, 'content-range': 'bytes 9-9/10' } })],
    ['no range', new Response('9', { status: 206, headers: video })],
  ];
  for (const [name, answer] of cases) {
    const error = await failure(openRecording(graphOf(answer).deps, access, { ...recording, range: { from: 3 } }));
    assert.equal(error.code, 'unreadable_answer', name);
  }
  const beyond = graphOf(new Response(null, { status: 416, headers: { 'content-range': 'bytes */10' } }));
  const error = await failure(openRecording(beyond.deps, access, { ...recording, range: { from: 10 } }));
  assert.ok(error instanceof RangeBeyondEnd);
  assert.equal(error.totalBytes, 10);
});

test('a refusal by the storage behind Graph is none by Graph', async () => {
  const { deps } = graphOf(
    new Response(null, { status: 302, headers: { location: 'https://storage.example/a' } }),
    Response.json({ error: { code: 'accessDenied', message: 'Blocked.' } }, { status: 403 }),
  );
  const error = await failure(openRecording(deps, access, recording));
  assert.deepEqual([error.status, error.code, error.innerCodes], [403, 'content_refused', ['accessDenied']]);
});

test('a recording that falls silent or is cut off fails, and one that nobody reads waits', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const silent = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(new Uint8Array(4)) });
  const { deps, asked } = graphOf(() => new Response(silent, { headers: { ...video, 'content-length': '8' } }));
  const { body } = await openRecording(deps, access, recording);
  t.mock.timers.tick(3_600_000);
  const reader = body.getReader();
  assert.equal((await reader.read()).value?.length, 4);
  const next = reader.read();
  await new Promise(setImmediate);
  t.mock.timers.tick(60_000);
  assert.equal((await failure(next)).code, 'timeout');
  assert.equal(asked[0]?.signal.aborted, true);

  const short = graphOf(new Response('1234', { headers: { ...video, 'content-length': '8' } }));
  const cut = await openRecording(short.deps, access, recording);
  assert.equal((await failure(textOf(cut.body))).code, 'network_error');
});

test('whoever stops reading ends the transfer', async () => {
  const { deps, asked } = graphOf(() => new Response(new ReadableStream(), { headers: video }));
  const { body } = await openRecording(deps, access, recording);
  await body.cancel();
  assert.equal(asked[0]?.signal.aborted, true);
});
