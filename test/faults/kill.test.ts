import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ApiAnswer, App } from '../support/system.ts';
import { startLane, type Ask, type Lane } from './lane.ts';
import { tuesdayAtTen, tuesdayAtTwo, visitor } from './story.ts';

// Check R01: a real process is killed (SIGKILL) at every point at which it waits for PostgreSQL or Microsoft, while it
// creates, moves and cancels a booking, refreshing its token on the way. After a restart there is exactly one of
// everything, in the right state, whether or not the client repeats its request.

const day = '2026-12-15';
const [ten, two] = [tuesdayAtTen, tuesdayAtTwo].map((time) => day + time.slice(10)) as [string, string];

type Story = {
  /** The request to Microsoft that it comes to. */
  does: string;
  /** What is there before the child starts; returns what the client asks of it. */
  prepare(lane: Lane): Promise<{ path: string; body: object; status: number }>;
  /** Directly after the kill: whether what was asked for was written, all of it or nothing. */
  isWritten(lane: Lane): Promise<boolean>;
  /** How everything has to be in the end. */
  check(lane: Lane): Promise<void>;
};

async function killEverywhere(t: TestContext, story: Story): Promise<void> {
  const lanes = [await startLane(t), await startLane(t)] as const;
  const points = await rehearse(lanes[0], story);
  const waiting = [...points];
  const killed: string[] = [];
  const work = async (lane: Lane) => {
    for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
      if (await killAt(lane, story, point)) killed.push(point);
    }
  };
  await Promise.all(lanes.map(work));
  t.diagnostic(`killed at ${killed.length} of ${points.length} points`);
  for (const what of ['POST /common/oauth2/v2.0/token', story.does, 'commit']) {
    for (const when of ['before', 'after']) assert.ok(killed.includes(`${when} ${what} #1`), killed.join('\n'));
  }
  // Looking for the next job and working on one go on side by side, so that a few of their points may not be reached.
  assert.ok(killed.length > points.length * 0.9, `${killed.length} of ${points.length}`);
}

/** Lets a child get through, which is a story of its own, and tells the points that it passed. */
async function rehearse(lane: Lane, story: Story): Promise<string[]> {
  await lane.clean();
  const { status: _, ...ask } = await story.prepare(lane);
  const points = await lane.runChild(ask);
  assert.ok(points !== 'killed');
  await story.check(lane);
  return points;
}

/** False when the child got through without coming to the point. */
async function killAt(lane: Lane, story: Story, point: string): Promise<boolean> {
  await lane.clean();
  const { status, ...ask } = await story.prepare(lane);
  const outcome = await lane.runChild(ask, point);
  const finish = async (app: App, repeat: (ask: Ask) => Promise<ApiAnswer>) => {
    const written = await story.isWritten(lane);
    if (written) await lane.settle(app);
    if (written) await story.check(lane);
    const answer = await repeat(ask);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    await lane.settle(app);
    await story.check(lane);
  };
  await lane.startAgain(finish).catch((error: unknown) => {
    throw new Error(`killed ${point}`, { cause: error });
  });
  return outcome === 'killed';
}

async function book(lane: Lane): Promise<string> {
  const { desk, system } = lane;
  const booked = await desk.api('POST', '/v1/bookings', { eventTypeId: desk.eventType.id, start: ten, visitor });
  assert.equal(booked.status, 201, JSON.stringify(booked.body));
  await system.work();
  await lane.db.updateTable('connections').set({ access_token_expires_at: system.clock.now() }).execute();
  return booked.body['id'];
}

async function checkReady(lane: Lane, start: string): Promise<void> {
  const [bookings, meetings, events] = [await lane.bookings(), await lane.meetings(), lane.events()];
  assert.deepEqual([bookings.length, meetings.length, events.length], [1, 1, 1]);
  const [booking, meeting, event] = [bookings[0], meetings[0], events[0]];
  assert.ok(booking && meeting && event);
  assert.equal(booking.status, 'confirmed');
  assert.equal(booking.starts_at.toISOString(), start);
  assert.equal(meeting.status, 'ready');
  assert.equal(meeting.synced_revision, meeting.revision);
  assert.equal(meeting.problem_code, null);
  assert.equal(meeting.join_url, event.meeting?.joinUrl);
  assert.equal(new Date(event.start.at).toISOString(), start);
  assert.equal(lane.mails('invitation'), 1);
  assert.equal(lane.mails('cancellation'), 0);
  assert.equal(await lane.countOf('meeting.created'), 1);
  assert.equal(await lane.countOf('meeting.conference_assigned'), 1);
}

test('R01: killed at every point of a booking', { timeout: 300_000 }, (t) =>
  killEverywhere(t, {
    does: 'POST /v1.0/me/events',
    prepare: async ({ desk }) => ({
      path: '/v1/bookings',
      body: { eventTypeId: desk.eventType.id, start: ten, visitor },
      status: 201,
    }),
    async isWritten(lane) {
      const counts = [
        (await lane.bookings()).length,
        (await lane.meetings()).length,
        await lane.countOf('meeting.created'),
        (await lane.db.selectFrom('idempotency_keys').select('key').execute()).length,
      ];
      assert.equal(new Set(counts).size, 1, `bookings, meetings, events, keys: ${counts.join(', ')}`);
      return counts[0] === 1;
    },
    async check(lane) {
      await checkReady(lane, ten);
      assert.equal(lane.mails('update'), 0);
    },
  }),
);

test('R01: killed at every point of a move', { timeout: 300_000 }, (t) => {
  const joinUrls = new Map<Lane, string>();
  return killEverywhere(t, {
    does: 'PATCH /v1.0/me/events/{id}',
    async prepare(lane) {
      const id = await book(lane);
      joinUrls.set(lane, lane.events()[0]?.meeting?.joinUrl ?? '');
      return { path: `/v1/bookings/${id}/reschedule`, body: { start: two }, status: 200 };
    },
    async isWritten(lane) {
      const [booking, meeting] = [(await lane.bookings())[0], (await lane.meetings())[0]];
      assert.equal(booking?.starts_at.toISOString(), meeting?.starts_at.toISOString());
      const moved = booking?.starts_at.toISOString() === two;
      assert.equal(await lane.countOf('meeting.changed'), moved ? 1 : 0);
      return moved;
    },
    async check(lane) {
      await checkReady(lane, two);
      assert.equal(lane.mails('update'), 1);
      assert.equal(lane.events()[0]?.meeting?.joinUrl, joinUrls.get(lane));
      assert.match(lane.events()[0]?.body ?? '', /Join Microsoft Teams Meeting/);
    },
  });
});

test('R01: killed at every point of a cancellation', { timeout: 300_000 }, (t) =>
  killEverywhere(t, {
    does: 'POST /v1.0/me/events/{id}/cancel',
    async prepare(lane) {
      return { path: `/v1/bookings/${await book(lane)}/cancel`, body: { reason: 'Ill' }, status: 200 };
    },
    async isWritten(lane) {
      const [booking, meeting] = [(await lane.bookings())[0], (await lane.meetings())[0]];
      const cancelled = booking?.status === 'cancelled';
      assert.equal(meeting?.wanted, cancelled ? 'cancelled' : 'scheduled');
      assert.equal(await lane.countOf('meeting.cancel_requested'), cancelled ? 1 : 0);
      return cancelled;
    },
    async check(lane) {
      const [bookings, meetings] = [await lane.bookings(), await lane.meetings()];
      assert.deepEqual([bookings.length, meetings.length, lane.events().length], [1, 1, 0]);
      assert.equal(bookings[0]?.status, 'cancelled');
      assert.equal(meetings[0]?.status, 'cancelled');
      assert.equal(meetings[0]?.synced_revision, meetings[0]?.revision);
      assert.equal(lane.mails('invitation'), 1);
      assert.equal(lane.mails('update'), 0);
      assert.equal(lane.mails('cancellation'), 1);
      assert.equal(await lane.countOf('meeting.cancelled'), 1);
    },
  }),
);
