import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { armFault } from '../emulator/faults.ts';
import { startRecorded, type Recorded } from './support/recorded.ts';

const megabyte = 1024 * 1024;
const dayMinutes = 24 * 60;

const settings = (story: Recorded, body: object) => story.ask('PATCH', '/v1/artifact-settings', body);

async function recordingOf(story: Recorded) {
  const { data } = await story.left();
  const found = data.find(({ kind }) => kind === 'recording');
  assert.ok(found);
  return found;
}

/** What the API gives as the content, and with which status. */
async function content(story: Recorded, id: string, headers: Record<string, string> = {}, query = '') {
  const response = await story.system.request(`/v1/artifacts/${id}/content${query}`, {
    headers: { authorization: `Bearer ${story.desk.apiKey}`, ...headers },
  });
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

async function filesOf(story: Recorded): Promise<string[]> {
  const all = await readdir(story.system.config.storage.directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return all.filter((entry) => entry.isFile()).map(({ name }) => name);
}

void suite('Download recordings to internal storage', () => {
  // A6
  void test('is off by default: a recording is played from Microsoft, and nothing of it is kept', async (t) => {
    const story = await startRecorded(t);
    assert.deepEqual(await story.ask('GET', '/v1/artifact-settings'), {
      downloadRecordings: false,
      showInPortal: false,
      keepDays: { recording: null, transcript: null, attendance: null },
    });
    story.end({ recording: { sizeBytes: 3 * megabyte } });
    await story.look();
    const recording = await recordingOf(story);
    const all = await content(story, recording['id']);
    assert.equal(all.status, 200);
    assert.equal(all.bytes.length, 3 * megabyte);
    const part = await content(story, recording['id'], { range: 'bytes=1048576-1048600' });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 1048576-1048600/${3 * megabyte}`);
    assert.deepEqual(part.bytes, all.bytes.subarray(1_048_576, 1_048_601));
    assert.deepEqual(await filesOf(story), []);
    assert.equal((await recordingOf(story))['storage'], 'microsoft');
  });

  // A6
  void test('keeps what Microsoft gave, sealed, with its checksum, and plays on when Microsoft has it no more', async (t) => {
    const story = await startRecorded(t);
    await settings(story, { downloadRecordings: true });
    story.end({ recording: { sizeBytes: 3 * megabyte } });
    await story.look();
    await story.look(1);
    const recording = await recordingOf(story);
    assert.equal(recording['storage'], 'stored');
    const all = await content(story, recording['id']);
    assert.equal(all.bytes.length, 3 * megabyte);
    assert.equal(recording['bytes'], 3 * megabyte);
    assert.equal(recording['sha256'], createHash('sha256').update(all.bytes).digest('hex'));
    const calls = story.graphCalls('GET', '/recordings/').length;
    story.system.emulator.context.teams.artifacts.recordings.clear();
    const part = await content(story, recording['id'], { range: 'bytes=-10' });
    assert.deepEqual([part.status, part.bytes], [206, all.bytes.subarray(-10)]);
    assert.equal(story.graphCalls('GET', '/recordings/').length, calls);
    assert.equal((await filesOf(story)).length, 1);
  });

  void test('takes recordings of before when it is switched on, and begins none when it is switched off', async (t) => {
    const story = await startRecorded(t);
    story.end();
    await story.look();
    assert.equal((await recordingOf(story))['storage'], 'microsoft');
    await settings(story, { downloadRecordings: true });
    await story.look(1);
    assert.equal((await recordingOf(story))['storage'], 'stored');
    await settings(story, { downloadRecordings: false });
    story.end({ startedAt: story.endsAt, endedAt: new Date(story.endsAt.getTime() + 20 * 60_000) });
    for (let times = 0; times < 3; times += 1) await story.look(60);
    const { data } = await story.left();
    assert.deepEqual(
      data.filter(({ kind }) => kind === 'recording').map(({ storage }) => storage),
      ['microsoft', 'stored'],
    );
  });

  void test('goes on after a broken connection where it stopped, and gets every byte', async (t) => {
    const story = await startRecorded(t, { wrapFetch: breakAfter(2.5 * megabyte) });
    await settings(story, { downloadRecordings: true });
    story.end({ recording: { sizeBytes: 6 * megabyte } });
    for (let times = 0; times < 6; times += 1) await story.look(5);
    const recording = await recordingOf(story);
    assert.equal(recording['storage'], 'stored');
    const ranges = story.graphCalls('GET', '/recordings/').map(({ headers }) => headers['range'] ?? 'all');
    assert.equal(ranges[0], 'all');
    assert.ok(ranges.length >= 3 && ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range)), ranges.join());
    const all = await content(story, recording['id']);
    assert.equal(recording['sha256'], createHash('sha256').update(all.bytes).digest('hex'));
    assert.equal(all.bytes.length, 6 * megabyte);
  });

  void test('does not keep what is no MP4, and says so', async (t) => {
    const story = await startRecorded(t);
    await settings(story, { downloadRecordings: true });
    story.end({ recording: { content: { contentType: 'video/mp4', text: '<html>Sign in to continue</html>' } } });
    await story.look();
    await story.look(1);
    const recording = await recordingOf(story);
    assert.equal(recording['problem'].code, 'recording_unreadable');
    assert.equal(recording['storage'], 'fetching');
    const shown = await content(story, recording['id']);
    assert.match(shown.headers.get('content-type') ?? '', /^video\/mp4/);
    assert.equal(shown.headers.get('x-content-type-options'), 'nosniff');
  });

  void test('waits where Microsoft refuses, while the recording stays in the list', async (t) => {
    const story = await startRecorded(t);
    await settings(story, { downloadRecordings: true });
    story.end();
    armFault(story.system.emulator.context, {
      service: 'graph',
      path: '/recordings/',
      times: 2,
      kind: { type: 'status', status: 503 },
    });
    await story.look();
    await story.look(1);
    const recording = await recordingOf(story);
    assert.equal(recording['storage'], 'fetching');
    for (let times = 0; times < 4; times += 1) await story.look(10);
    assert.deepEqual([(await recordingOf(story))['storage'], (await recordingOf(story))['problem']], ['stored', null]);
  });
});

void suite('a copy that fails', () => {
  void test('is tried again when somebody presses “Refresh recordings”, and not any more when copies are not wanted', async (t) => {
    const story = await startRecorded(t);
    await settings(story, { downloadRecordings: true });
    story.end({ recording: { content: { contentType: 'video/mp4', text: 'not yet a film' } } });
    await story.look();
    await story.look(1);
    assert.equal((await recordingOf(story))['problem'].code, 'recording_unreadable');
    const { recordings } = story.system.emulator.context.teams.artifacts;
    for (const recording of recordings.values()) recording.content = { kind: 'video', bytes: megabyte };
    await story.look(1);
    assert.equal((await recordingOf(story))['storage'], 'fetching');
    await settings(story, { downloadRecordings: false });
    await story.look(1);
    assert.deepEqual(
      [(await recordingOf(story))['storage'], (await recordingOf(story))['problem']],
      ['microsoft', null],
    );
    await settings(story, { downloadRecordings: true });
    for (const recording of recordings.values())
      recording.content = { kind: 'other', contentType: 'video/mp4', text: 'x' };
    await story.look(1);
    assert.equal((await recordingOf(story))['problem'].code, 'recording_unreadable');
    for (const recording of recordings.values()) recording.content = { kind: 'video', bytes: megabyte };
    await story.ask('POST', `/v1/meetings/${story.meetingId}/artifacts/refresh`);
    await story.system.work();
    assert.equal((await recordingOf(story))['storage'], 'stored');
  });
});

void suite('retention', () => {
  void test('deletes each kind when its days are over, really, and never what is held', async (t) => {
    const story = await startRecorded(t);
    await settings(story, { downloadRecordings: true });
    story.end();
    await story.look();
    await story.look(1);
    const recording = await recordingOf(story);
    assert.equal((await filesOf(story)).length, 1);
    await settings(story, { keepDays: { recording: 5, transcript: 2 } });
    assert.equal(
      (await recordingOf(story))['keptUntil'],
      new Date(Date.parse(recording['startedAt']) + 5 * 86_400_000).toISOString(),
    );
    await story.look(3 * dayMinutes);
    const { data } = await story.left();
    assert.deepEqual(new Set(data.map(({ kind }) => kind)), new Set(['attendance', 'recording']));
    assert.equal(await countLines(story), 0);
    const held = await story.ask('POST', `/v1/bookings/${story.bookingId}/legal-hold`, { reason: 'Complaint 4711' });
    assert.equal(held['hold'].reason, 'Complaint 4711');
    await story.look(3 * dayMinutes);
    assert.equal((await recordingOf(story))['held'], true);
    const refused = await story.desk.api('DELETE', `/v1/artifacts/${recording['id']}`);
    assert.deepEqual([refused.status, refused.body['code']], [409, 'legal_hold']);
    assert.equal((await filesOf(story)).length, 1);
    await story.ask('DELETE', `/v1/bookings/${story.bookingId}/legal-hold`);
    await story.look(1);
    await story.look(1);
    assert.deepEqual(await filesOf(story), []);
    const gone = await story.ask('GET', `/v1/artifacts/${recording['id']}`);
    assert.deepEqual([gone['storage'], gone['deletedBy']], ['deleted', 'retention']);
    assert.equal((await content(story, recording['id'])).status, 404);
    const { data: entries } = await story.ask('GET', '/v1/audit');
    assert.deepEqual(
      entries
        .map(({ action }: { action: string }) => action)
        .filter((action: string) => action !== 'settings.artifacts_changed')
        .toReversed(),
      ['artifact.deleted', 'hold.set', 'hold.lifted', 'artifact.deleted'],
    );
  });

  void test('what somebody deleted is gone from the storage and does not come back', async (t) => {
    const story = await startRecorded(t);
    await settings(story, { downloadRecordings: true });
    story.end();
    await story.look();
    await story.look(1);
    const { data } = await story.left();
    for (const { id } of data) await story.ask('DELETE', `/v1/artifacts/${id}`, undefined, 204);
    await story.system.work();
    assert.deepEqual(await filesOf(story), []);
    for (let times = 0; times < 4; times += 1) await story.look(60);
    await story.ask('POST', `/v1/meetings/${story.meetingId}/artifacts/refresh`);
    await story.system.work();
    assert.deepEqual((await story.left()).data, []);
    for (const { id } of data) {
      const again = await story.desk.api('DELETE', `/v1/artifacts/${id}`);
      assert.equal(again.status, 404);
    }
  });

  void test('what was deleted while it was downloaded leaves nothing behind', async (t) => {
    let during: (() => Promise<void>) | undefined;
    const story = await startRecorded(t, {
      wrapFetch: (inner) => async (input, init) => {
        const answer = await inner(input, init);
        if (new Request(input, init).url.includes('/recordings/') && during) {
          const run = during;
          during = undefined;
          await run();
        }
        return answer;
      },
    });
    await settings(story, { downloadRecordings: true });
    story.end({ recording: { sizeBytes: megabyte }, transcript: false, attendance: false });
    during = async () => {
      const recording = await recordingOf(story);
      await story.ask('DELETE', `/v1/artifacts/${recording['id']}`, undefined, 204);
    };
    for (let times = 0; times < 3; times += 1) await story.look(2);
    assert.equal(during, undefined);
    assert.deepEqual(await filesOf(story), []);
  });
});

async function countLines({ system }: Recorded): Promise<number> {
  const rows = await system.database.db.selectFrom('transcript_lines').select('position').execute();
  return rows.length;
}

/** Breaks every answer with a recording after so many bytes. */
function breakAfter(most: number) {
  return (inner: typeof fetch): typeof fetch =>
    async (input, init) => {
      const answer = await inner(input, init);
      if (!new Request(input, init).url.includes('/recordings/') || !answer.body) return answer;
      let left = most;
      const broken = answer.body.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            if (chunk.length <= left) controller.enqueue(chunk);
            else {
              controller.enqueue(chunk.subarray(0, left));
              controller.error(new TypeError('terminated'));
            }
            left -= chunk.length;
          },
        }),
      );
      return new Response(broken, { status: answer.status, headers: answer.headers });
    };
}
