import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import type { FaultRequest } from '../../emulator/faults.ts';
import { deleteEvent } from '../../emulator/graph/event-actions.ts';
import { readEventInput } from '../../emulator/graph/event-input.ts';
import { updateEvent } from '../../emulator/graph/event-update.ts';
import { eventsOf } from '../../emulator/graph/mailboxes.ts';
import { nextStatuses } from '../../src/bookings/booking.ts';
import type { BookingStatus } from '../../src/database/schema.ts';
import { apiClient, startDesk, startPeer, startSystem } from '../support/system.ts';
import { createRandom, type Random } from './random.ts';
import { minutes, seconds } from './story.ts';

// Check R07 for appointments: random histories of requests, approvals, moves, cancellations and group sessions by several
// clients of two processes at once, while the host edits in Outlook and Microsoft fails. `PARLEY_SEED` is the first seed,
// `PARLEY_SEEDS` their number: 200 in CI, 2,000 on request.

const firstSeed = Number(process.env['PARLEY_SEED'] ?? 1);
const seedCount = Number(process.env['PARLEY_SEEDS'] ?? 200);
const starts = Array.from({ length: 5 }, (_, index) => new Date(Date.UTC(2026, 11, 15, 9, index * 30)).toISOString());

/** What was acknowledged: it has to be true in the end. */
type Promised = { id: string; request: boolean; ended: boolean };
type World = Awaited<ReturnType<typeof startWorld>>;

test(`R07: ${seedCount} random histories of appointments from seed ${firstSeed}`, { timeout: 900_000 }, async (t) => {
  const world = await startWorld(t);
  for (let seed = firstSeed; seed < firstSeed + seedCount; seed++) {
    await runHistory(world, seed).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
  }
  t.diagnostic(`${seedCount} histories from seed ${firstSeed}: ${JSON.stringify(world.counts)}`);
});

async function startWorld(t: TestContext) {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const peer = await startPeer(t, system);
  const { db } = system.database;
  const eventType = async (slug: string, rules: object) => {
    const body = { hostId: desk.memberId, slug, title: slug, timeZone: 'Europe/Berlin', minNoticeMinutes: 0, ...rules };
    const answer = await desk.api('POST', '/v1/event-types', body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body['id'] as string;
  };
  return {
    system,
    desk,
    apps: [system.app, peer.app] as const,
    apis: [desk.api, apiClient(peer, desk.apiKey)] as const,
    eventTypes: {
      request: await eventType('on-request', { needsApproval: true }),
      group: await eventType('group', { capacity: 3 }),
      alone: desk.eventType.id,
    },
    counts: { asked: 0, approved: 0, moved: 0, ended: 0, edits: 0 },
    live: () =>
      eventsOf(system.emulator.context.mailboxes, desk.organizer.id).filter(
        (event) => !event.isCancelled && event.extendedProperties.length > 0,
      ),
    async clean(outlookChanges: string) {
      const { mailboxes, faults } = system.emulator.context;
      mailboxes.events.clear();
      mailboxes.transactions.clear();
      mailboxes.messages.length = 0;
      faults.length = 0;
      system.emulator.calls.length = 0;
      for (const table of ['reservations', 'bookings', 'meetings', 'calendar_watches', 'outbox_events', 'jobs.job'])
        await sql.raw(`delete from ${table}`).execute(db);
      await sql`update workspaces set outlook_changes = ${outlookChanges}`.execute(db);
      system.clock.advance(31 * seconds); // free/busy is read anew
    },
  };
}

async function runHistory(world: World, seed: number): Promise<void> {
  const random = createRandom(seed);
  await world.clean(random.of(['follow', 'ask', 'revert']));
  const promised: Promised[] = [];
  for (let step = 0; step < 10; step++) {
    if (random.below(3) === 0) world.system.emulator.fail(anyFault(random));
    await Promise.all(Array.from({ length: 1 + random.below(3) }, () => ask(world, random, promised)));
    if (random.below(4) === 0) await inOutlook(world, random);
    await someWork(world, random);
  }
  world.system.emulator.context.faults.length = 0;
  await settle(world);
  for (const one of promised) await checkOne(world, one);
  await checkAll(world, promised);
}

/** What may be answered although everybody did everything right. */
const passing = ['slot_taken', 'slot_not_offered', 'calendar_unreadable', 'booking_closed', 'request_decided'];

async function ask(world: World, random: Random, promised: Promised[]): Promise<void> {
  const api = random.of(world.apis);
  const start = random.of(starts);
  const what = random.below(8);
  // Requests are answered more often than anything else is looked at.
  const mine = random.of(what === 3 ? promised.filter(({ request, ended }) => request && !ended) : promised);
  if (what < 3 || !mine) return book(world, random, promised);
  const act = async (path: string, body: object) => {
    const answer = await api('POST', `/v1/bookings/${mine.id}/${path}`, body);
    assert.ok(answer.status === 200 || passing.includes(answer.body['code']), JSON.stringify(answer.body));
    return answer.status === 200;
  };
  if (what === 3) world.counts.approved += Number(await act('approve', random.below(3) === 0 ? { start } : {}));
  else if (what === 4 || what === 5) world.counts.moved += Number(await act('reschedule', { start }));
  else if (what === 6) {
    const declined = await act('decline', { reason: 'No' });
    mine.ended ||= declined;
  } else {
    mine.ended = true;
    world.counts.ended += 1;
    await act('cancel', {});
  }
}

async function book(world: World, random: Random, promised: Promised[]): Promise<void> {
  const kind = random.of(['request', 'group', 'alone'] as const);
  const visitor = { name: 'Somebody', email: `v${random.below(1e9)}@x.example`, timeZone: 'UTC' };
  const body = { eventTypeId: world.eventTypes[kind], start: random.of(starts), visitor };
  const { status, body: answer } = await random.of(world.apis)('POST', '/v1/bookings', body);
  if (status === 201) {
    promised.push({ id: answer['id'], request: kind === 'request', ended: false });
    world.counts.asked += 1;
  } else assert.ok(passing.includes(answer['code']), JSON.stringify(answer));
}

/** The host moves, renames or deletes one of the events. */
async function inOutlook(world: World, random: Random): Promise<void> {
  const event = random.of(world.live());
  if (!event) return;
  const { context } = world.system.emulator;
  world.counts.edits += 1;
  const what = random.below(3);
  if (what === 0) return deleteEvent(context, event);
  const at = (instant: string, addMs = 0) => ({
    dateTime: new Date(new Date(instant).getTime() + addMs).toISOString().slice(0, 19),
    timeZone: 'UTC',
  });
  const start = random.of(starts);
  const change =
    what === 1 ? { subject: `Edited ${random.below(1e6)}` } : { start: at(start), end: at(start, 30 * minutes) };
  updateEvent(context, world.desk.organizer, event, readEventInput(change));
}

const faultKinds: FaultRequest['kind'][] = [
  { type: 'drop-response' },
  { type: 'drop-request' },
  { type: 'truncate' },
  { type: 'status', status: 503 },
  { type: 'status', status: 429, retryAfter: '3.5' },
];

function anyFault(random: Random): FaultRequest {
  const [kind, method] = [random.of(faultKinds), random.of(['GET', 'POST', 'PATCH'])];
  return { service: 'graph', path: '/me/', method, kind, times: 1 + random.below(2) };
}

async function someWork(world: World, random: Random): Promise<void> {
  const kind = random.below(4);
  if (kind === 0) return;
  if (kind === 1) world.system.clock.advance((1 + random.below(400)) * seconds);
  if (kind <= 2) await random.of(world.apps).sweep();
  await Promise.all(world.apps.map((app) => app.drain()));
}

/** Time passes until every meeting is what it should be, or waits for a person. */
async function settle(world: World): Promise<void> {
  for (let round = 0; round < 16; round++) {
    world.system.clock.advance(6 * minutes);
    await world.apps[0].sweep();
    await Promise.all(world.apps.map((app) => app.drain()));
    const rows = await world.system.database.db.selectFrom('meetings').selectAll().execute();
    if (round > 2 && rows.every((row) => row.revision === row.synced_revision || row.status === 'failed')) return;
  }
  throw new Error('the meetings do not settle');
}

async function checkOne(world: World, mine: Promised): Promise<void> {
  const { db } = world.system.database;
  const row = await db.selectFrom('bookings').selectAll().where('id', '=', mine.id).executeTakeFirst();
  const lines = await db
    .selectFrom('outbox_events')
    .select('type')
    .where('booking_id', '=', mine.id)
    .where('type', 'like', 'booking.%')
    .orderBy('id')
    .execute();
  const types = lines.map(({ type }) => type.replace('booking.', ''));
  const told = JSON.stringify({ mine, row, types });
  assert.ok(row, `an acknowledged booking is lost: ${told}`);
  if (mine.ended) assert.ok(['cancelled', 'declined'].includes(row.status), `cancelling has to win: ${told}`);
  assertLegal(types, row.status, told);
  assert.equal(row.sequence, types.length - 1, `one line for each change: ${told}`);
  const reserved = await db.selectFrom('reservations').selectAll().where('booking_id', '=', mine.id).execute();
  const open = row.status === 'requested' || row.status === 'confirmed';
  assert.equal(reserved.length, open ? 1 : 0, told);
  for (const taken of reserved) assert.deepEqual(taken.starts_at, row.starts_at, told);
}

/** Each line leads from one state to a state that may follow it. */
function assertLegal(types: string[], end: BookingStatus, told: string): void {
  let status: BookingStatus | undefined;
  for (const type of types) {
    const next = type === 'approved' ? 'confirmed' : type;
    if (type === 'rescheduled' || type === 'changed') {
      assert.ok(status === 'requested' || status === 'confirmed', `changed when it was closed: ${told}`);
      continue;
    }
    const allowed: readonly string[] = status === undefined ? ['requested', 'confirmed'] : nextStatuses[status];
    assert.ok(allowed.includes(next), `${status} became ${next}: ${told}`);
    status = next as BookingStatus;
  }
  assert.equal(status, end, told);
}

async function checkAll(world: World, promised: Promised[]): Promise<void> {
  const { db } = world.system.database;
  const bookings = await db.selectFrom('bookings').selectAll().execute();
  assert.equal(bookings.length, promised.length, 'a booking that nobody was told of');
  const open = bookings.filter(({ status }) => status === 'requested' || status === 'confirmed');
  for (const one of open)
    for (const other of open)
      if (one.session_id !== other.session_id)
        assert.ok(one.ends_at <= other.starts_at || other.ends_at <= one.starts_at, 'one time was given twice');
  const meetings = await db.selectFrom('meetings').selectAll().execute();
  for (const meeting of meetings) {
    const events = world
      .live()
      .filter((event) => event.extendedProperties.some(({ value }) => value.startsWith(meeting.id)));
    const told = JSON.stringify(meeting);
    assert.ok(events.length <= 1, `made twice: ${told}`);
    const shared = open.filter(({ meeting_id }) => meeting_id === meeting.id);
    assert.equal(
      meeting.wanted === 'scheduled',
      shared.length > 0,
      `wanted by nobody, or not by its visitors: ${told}`,
    );
    if (meeting.status !== 'ready' && meeting.status !== 'cancelled') continue; // a person looks at it
    assert.equal(events.length, meeting.status === 'ready' ? 1 : 0, told);
    for (const booking of shared) assert.deepEqual(booking.starts_at, meeting.starts_at, told);
    if (meeting.status === 'ready')
      assert.equal(events[0] && new Date(events[0].start.at).toISOString(), meeting.starts_at.toISOString(), told);
  }
  const confirmed = open.filter(({ status }) => status === 'confirmed');
  for (const booking of confirmed) assert.ok(booking.meeting_id, 'confirmed without its meeting');
}
