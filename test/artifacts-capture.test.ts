import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { startRecorded, type Recorded } from './support/recorded.ts';

void suite('what is left of a meeting', () => {
  // A13
  void test('is found after its end: recording, transcript and attendance, each told of once', async (t) => {
    const story = await startRecorded(t);
    assert.deepEqual(await story.states(), ['recording waiting 0', 'transcript waiting 0', 'attendance waiting 0']);
    story.end();
    await story.look();
    assert.deepEqual(await story.states(), ['recording ready 1', 'transcript ready 1', 'attendance ready 1']);
    assert.deepEqual((await story.events()).toSorted(), ['attendance.ready', 'recording.ready', 'transcript.ready']);
    const { data } = await story.left();
    const of = (kind: string) => data.find((one) => one['kind'] === kind) ?? {};
    assert.equal(of('recording')['pairedWith'], of('transcript')['id']);
    assert.equal(of('transcript')['pairedWith'], of('recording')['id']);
    assert.equal(of('recording')['storage'], 'microsoft');
    assert.deepEqual(of('recording')['bookingIds'], [story.bookingId]);
    assert.deepEqual(of('transcript')['transcript'], { attributed: true, language: 'en-US' });
    assert.ok(of('attendance')['attendance'].participants >= 1);
    for (let hours = 0; hours < 60; hours += 4) await story.look(240);
    assert.equal((await story.events()).length, 3);
    const { captures } = await story.left();
    assert.deepEqual(
      Object.values(captures).map(({ nextLookAt }) => nextLookAt),
      [null, null, null],
    );
  });

  void test('is waited for: nothing is “none” before 48 hours, and what comes at the last moment is found', async (t) => {
    const story = await startRecorded(t);
    story.end({ recording: { processingMs: 47 * 60 * 60_000 }, transcript: false, attendance: false });
    for (let hours = 0; hours < 46; hours += 2) {
      await story.look(120);
      assert.deepEqual(await story.states(), ['recording waiting 0', 'transcript waiting 0', 'attendance waiting 0']);
    }
    for (let hours = 0; hours < 4; hours += 1) await story.look(60);
    assert.deepEqual(await story.states(), ['recording ready 1', 'transcript none 0', 'attendance none 0']);
    const { captures } = await story.left();
    assert.match(captures.transcript['sentence'], /^Microsoft has no transcript of this meeting/);
  });

  void test('is looked for less and less often, and no more than some thirty times', async (t) => {
    const story = await startRecorded(t, { features: ['meetings', 'free-busy', 'people', 'recordings'] });
    story.end({ recording: false, transcript: false, attendance: false });
    for (let minutes = 0; minutes < 72 * 60; minutes += 5) await story.look(5);
    const looks = story.graphCalls('GET', '/recordings').length;
    assert.ok(looks >= 10 && looks <= 35, `${looks} looks`);
    assert.deepEqual(await story.states(), ['recording none 0', 'transcript off 0', 'attendance off 0']);
  });

  void test('is taken over whole where a meeting had several sessions and segments', async (t) => {
    const story = await startRecorded(t);
    story.end({ segments: 3 });
    await story.look();
    story.end({ segments: 2, startedAt: story.endsAt, endedAt: new Date(story.endsAt.getTime() + 30 * 60_000) });
    for (let times = 0; times < 5; times += 1) await story.look(60);
    assert.deepEqual(await story.states(), ['recording ready 5', 'transcript ready 5', 'attendance ready 2']);
    assert.equal((await story.events()).length, 12);
  });

  // A13
  void test('is looked for at once when somebody presses “Refresh recordings”, also long after', async (t) => {
    const story = await startRecorded(t);
    story.end({ recording: false, transcript: false, attendance: false });
    for (let hours = 0; hours < 80; hours += 4) await story.look(240);
    assert.deepEqual(await story.states(), ['recording none 0', 'transcript none 0', 'attendance none 0']);
    story.end({ attendance: false });
    await story.look(240);
    assert.deepEqual(await story.states(), ['recording none 0', 'transcript none 0', 'attendance none 0']);
    await story.ask('POST', `/v1/meetings/${story.meetingId}/artifacts/refresh`);
    await story.system.work();
    assert.deepEqual(await story.states(), ['recording ready 1', 'transcript ready 1', 'attendance none 0']);
  });

  const keys: [how: string, key: Record<string, string>][] = [
    ['without a key', {}],
    ['with a key', { 'idempotency-key': 'look-1' }],
  ];
  for (const [how, key] of keys)
    void test(`“Refresh recordings” answers with what was found when it is asked to wait, ${how}`, async (t) => {
      const story = await startRecorded(t);
      story.end();
      const answer = story.desk.api('POST', `/v1/meetings/${story.meetingId}/artifacts/refresh`, undefined, {
        prefer: 'wait=20',
        ...key,
      });
      await untilAsked(story);
      await story.system.work();
      const { body } = await answer;
      assert.deepEqual(
        body['captures'].map(({ state, sentence }: { state: string; sentence: string }) => `${state}: ${sentence}`),
        ['ready: One recording is here.', 'ready: One transcript is here.', 'ready: One attendance report is here.'],
      );
    });

  // A16
  void test('is nothing dependable where the meeting stands alone, which is said instead of waited for', async (t) => {
    const story = await startRecorded(t, {
      features: ['meetings', 'standalone-meetings', 'free-busy', 'people', 'recordings', 'transcripts', 'attendance'],
    });
    const meeting = await story.ask(
      'POST',
      '/v1/meetings',
      {
        kind: 'standalone',
        organizer: { organizerId: story.organizer.id },
        subject: 'Stands alone',
        start: '2026-11-24T15:00:00Z',
        end: '2026-11-24T15:30:00Z',
      },
      201,
    );
    await story.system.work();
    const before = story.graphCalls('GET', '/recordings').length;
    for (let hours = 0; hours < 60; hours += 4) await story.look(240);
    const { captures } = await story.ask('GET', `/v1/meetings/${meeting['id']}/artifacts`);
    for (const capture of captures) {
      assert.equal(capture.state, 'not_possible');
      assert.match(capture.sentence, /stands alone, on no calendar/);
    }
    assert.equal(story.graphCalls('GET', '/recordings').filter(({ path }) => path.includes(meeting['id'])).length, 0);
    assert.ok(before >= 0);
  });
});

/** The request has made the captures due; its answer waits for them. */
async function untilAsked({ system, meetingId }: Recorded): Promise<void> {
  for (;;) {
    const due = await system.database.db
      .selectFrom('artifact_captures')
      .select('kind')
      .where('meeting_id', '=', meetingId)
      .execute();
    if (due.length === 3) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
