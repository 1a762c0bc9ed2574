import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import type { FaultRequest } from '../../emulator/faults.ts';
import type { MeetingKind } from '../../src/database/schema.ts';
import { apiClient, startPeer, type ApiAnswer } from '../support/system.ts';
import { visitor } from '../support/tenant-story.ts';
import { runMortal } from './mortal.ts';
import { endOf, liveMeetings, optionsAtTeams, startOrganized, tasksOf } from './organized.ts';
import { createRandom, type Random } from './random.ts';
import { minutes, seconds } from './story.ts';

// Check R07 for meetings of a whole tenant's organizer, in a calendar and standing alone, with options: random histories
// of requests at two processes, jobs that run twice, late, or die on the way, while Entra, Exchange and Teams fail.
// `PARLEY_SEED` is the first seed, `PARLEY_SEEDS` their number.

const firstSeed = Number(process.env['PARLEY_SEED'] ?? 1);
const seedCount = Number(process.env['PARLEY_SEEDS'] ?? 200);
const starts = Array.from({ length: 6 }, (_, index) => new Date(Date.UTC(2026, 11, 15, 9, index * 30)).toISOString());
const kinds: MeetingKind[] = ['calendar', 'standalone'];

/** What was acknowledged: it has to be true in the end. */
type Promised = {
  kind: MeetingKind;
  meetingId: string;
  bookingId: string | undefined;
  subject: string | undefined;
  cancelled: boolean;
};
type World = Awaited<ReturnType<typeof startWorld>>;

test(`R07: ${seedCount} random histories of a tenant from seed ${firstSeed}`, { timeout: 900_000 }, async (t) => {
  const world = await startWorld(t);
  for (let seed = firstSeed; seed < firstSeed + seedCount; seed++) {
    await runHistory(world, seed).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
  }
  t.diagnostic(`${seedCount} histories from seed ${firstSeed}: ${JSON.stringify(world.counts)}`);
});

async function startWorld(t: TestContext) {
  const story = await startOrganized(t, 'calendar');
  const { system, desk } = story;
  const peer = await startPeer(t, system);
  const eventTypes = { calendar: '', standalone: '' };
  for (const kind of kinds) eventTypes[kind] = (await story.eventType({ meetingKind: kind }))['id'];
  const apps = [system.app, peer.app] as const;
  return {
    ...story,
    eventTypes,
    apps,
    counts: { meetings: 0, cancelled: 0, options: 0, deaths: 0 },
    apis: [desk.api, apiClient(peer, desk.apiKey)] as const,
    jobs: apps.map(tasksOf),
    async clean() {
      const { mailboxes, faults, teams } = system.emulator.context;
      for (const kept of [mailboxes.events, mailboxes.transactions, teams.meetings]) kept.clear();
      for (const kept of [mailboxes.messages, faults, system.emulator.calls]) kept.length = 0;
      for (const table of ['bookings', 'meetings', 'outbox_events', 'jobs.job'])
        await sql.raw(`delete from ${table}`).execute(system.database.db);
      system.clock.advance(31 * seconds); // free/busy is read anew
    },
    work: () => Promise.all(apps.map((app) => app.drain())),
  };
}

async function runHistory(world: World, seed: number): Promise<void> {
  await world.clean();
  const random = createRandom(seed);
  const promised: Promised[] = [];
  for (let step = 0; step < 12; step++) {
    if (random.below(2) === 0) world.system.emulator.fail(anyFault(random));
    // What is asked of one meeting is asked by one client; the jobs go on meanwhile.
    const done = await Promise.allSettled([ask(world, random, promised), someWork(world, random, promised)]);
    for (const each of done) if (each.status === 'rejected') throw each.reason;
  }
  world.system.emulator.context.faults.length = 0;
  await settle(world, promised);
  for (const one of promised) await check(world, one);
  await checkAll(world, promised);
}

async function ask(world: World, random: Random, promised: Promised[]): Promise<void> {
  const mine = random.of(promised);
  const what = random.below(8);
  const api = random.of(world.apis);
  const start = random.of(starts);
  if (!mine || what < 2) return void promised.push(...(await book(world, random)));
  if (what === 2) return void promised.push(...(await meetTwice(world, random)));
  if (mine.cancelled) return;
  const path = `/v1/meetings/${mine.meetingId}`;
  if (what < 5) {
    const move = mine.bookingId
      ? await api('POST', `/v1/bookings/${mine.bookingId}/reschedule`, { start })
      : await api('PATCH', path, { start, end: endOf(start) });
    if (move.status !== 200) assert.ok(passing.includes(move.body['code']), JSON.stringify(move.body));
    return;
  }
  if (what < 7) {
    const { status, body } = await api('PATCH', path, { options: anyOptions(random) });
    assert.equal(status, 200, JSON.stringify(body));
    world.counts.options += 1;
    return;
  }
  const { status } = mine.bookingId
    ? await api('POST', `/v1/bookings/${mine.bookingId}/cancel`, {})
    : await api('POST', `${path}/cancel`, {});
  assert.equal(status, 200);
  mine.cancelled = true;
  world.counts.cancelled += 1;
}

/** What may be answered although everybody did everything right. */
const passing = ['slot_taken', 'slot_not_offered', 'calendar_unreadable'];

async function book(world: World, random: Random): Promise<Promised[]> {
  const kind = random.of(kinds);
  const body = { eventTypeId: world.eventTypes[kind], start: random.of(starts), visitor };
  const answer = await random.of(world.apis)('POST', '/v1/bookings', body);
  if (answer.status !== 201) {
    assert.ok(passing.includes(answer.body['code']), JSON.stringify(answer.body));
    return [];
  }
  const { id, meeting } = answer.body as { id: string; meeting: { id: string } };
  return [{ kind, meetingId: meeting.id, bookingId: id, subject: undefined, cancelled: false }];
}

/** Two programs ask for a meeting with one external id at once: it is made once. */
async function meetTwice(world: World, random: Random): Promise<Promised[]> {
  const kind = random.of(kinds);
  const start = random.of(starts);
  const subject = `Order ${random.below(1e9)}`;
  const body = {
    organizer: { organizerId: world.organizer.id },
    kind,
    externalId: subject,
    subject,
    start,
    end: endOf(start),
    attendees: [{ email: visitor.email }],
    ...(random.below(2) === 0 && { options: anyOptions(random) }),
  };
  const answers: ApiAnswer[] = await Promise.all(world.apis.map((api) => api('POST', '/v1/meetings', body)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201, 409]));
  const meetingId = answers.find(({ status }) => status === 201)?.body['id'] as string;
  return [{ kind, meetingId, bookingId: undefined, subject, cancelled: false }];
}

function anyOptions(random: Random): object {
  return {
    allowMeetingChat: random.of(['enabled', 'disabled', 'limited']),
    ...(random.below(2) === 0 && { allowedPresenters: random.of(['everyone', 'organizer']) }),
  };
}

const faultKinds: FaultRequest['kind'][] = [
  { type: 'drop-response' },
  { type: 'drop-response' },
  { type: 'drop-request' },
  { type: 'truncate' },
  { type: 'content-type', value: 'text/html' },
  { type: 'status', status: 503 },
  { type: 'status', status: 429, retryAfter: '3.5' },
  { type: 'status', status: 401 },
];

function anyFault(random: Random): FaultRequest {
  const times = 1 + random.below(2);
  const kind = random.of(faultKinds);
  if (random.below(6) === 0) return { service: 'entra', times, kind: { type: 'status', status: 503 } };
  const path = random.of(['/events', '/onlineMeetings']);
  const method = random.of(['GET', 'POST', 'PATCH', 'DELETE', 'POST']);
  return { service: 'graph', path, method, kind, times };
}

/** Jobs run in time, late, twice at once, or die on the way; or not at all for now. */
async function someWork(world: World, random: Random, promised: Promised[]): Promise<void> {
  const mine = random.of(promised);
  const job = random.of(['sync', 'options'] as const);
  const dieAt = 10 + random.below(30);
  switch (random.below(6)) {
    case 0:
      await world.work();
      return;
    case 1:
      await world.apps[0].drain();
      return;
    case 2:
      world.system.clock.advance((1 + random.below(60)) * seconds);
      await world.apps[1].sweep();
      await world.work();
      return;
    case 3:
    case 4:
      if (mine) await Promise.all(world.jobs.map((jobs) => jobs[job](mine.meetingId)));
      return;
    default:
      if (mine && (await runMortal(world.system, { task: job, meetingId: mine.meetingId, dieAt })))
        world.counts.deaths++;
  }
}

/** Time passes until everything is in step. Nothing here is of a kind that needs a person. */
async function settle(world: World, promised: Promised[]): Promise<void> {
  for (let round = 0; round < 12; round++) {
    world.system.clock.advance(5 * minutes);
    await world.apps[0].sweep();
    await world.work();
    let done = true;
    for (const { meetingId } of promised) {
      const row = await world.row(meetingId);
      // A refusal whose text was cut off is for a person to look at.
      if (row.status === 'failed') {
        assert.equal(row.provider_answer?.code, 'no_error_code', JSON.stringify(row));
        await world.desk.api('POST', `/v1/meetings/${meetingId}/retry`);
      }
      if (row.revision !== row.synced_revision || (row.wanted === 'scheduled' && row.options_due)) done = false;
    }
    if (done) return;
  }
  throw new Error(
    `the meetings do not settle: ${JSON.stringify(await Promise.all(promised.map((one) => world.row(one.meetingId))))}`,
  );
}

async function check(world: World, mine: Promised): Promise<void> {
  const row = await world.row(mine.meetingId);
  const { data } = await world.ask('GET', `/v1/meetings/${mine.meetingId}/events`);
  const types = data.map(({ type }: { type: string }) => type.replace('meeting.', '')) as string[];
  const told = JSON.stringify({ mine, row, types });
  world.counts.meetings += 1;
  assert.equal(types.filter((type) => type === 'created').length, 1, told);
  assert.equal(types.includes('cancelled'), mine.cancelled, told);
  assert.equal(row.status, mine.cancelled ? 'cancelled' : 'ready', told);
  const { context } = world.system.emulator;
  const events = [...context.mailboxes.events.values()].filter(
    (event) =>
      !event.isCancelled &&
      event.isOrganizer &&
      event.extendedProperties.some(({ value }) => value.startsWith(mine.meetingId)),
  );
  const alone = [...context.teams.meetings.values()].filter(({ externalId }) => externalId?.startsWith(mine.meetingId));
  const expected = mine.cancelled ? [0, 0] : mine.kind === 'calendar' ? [1, 0] : [0, 1];
  assert.deepEqual([events.length, alone.length], expected, `events and meetings that stand alone: ${told}`);
  if (mine.cancelled) return;
  const found = liveMeetings(world.system, world.organizer.objectId, mine.kind).find(
    ({ joinUrl }) => joinUrl === row.join_url,
  );
  assert.equal(found?.start, row.starts_at.toISOString(), told);
  if (mine.subject) assert.equal(found.subject, mine.subject, told);
  if (mine.bookingId) {
    const booking = await world.ask('GET', `/v1/bookings/${mine.bookingId}`);
    assert.deepEqual([booking['status'], booking['start']], ['confirmed', found.start], told);
  }
  if (!row.options) return;
  assert.equal(row.options_problem_code, null, told);
  assert.deepEqual(optionsAtTeams(world.system, row.join_url ?? undefined, row.options), row.options, told);
}

async function checkAll(world: World, promised: Promised[]): Promise<void> {
  for (const kind of kinds) {
    const kept = promised.filter((one) => one.kind === kind && !one.cancelled);
    const live = liveMeetings(world.system, world.organizer.objectId, kind);
    assert.equal(live.length, kept.length, `${kind}: a meeting that belongs to nothing, or two`);
  }
  const rows = await world.system.database.db.selectFrom('bookings').select('id').execute();
  assert.equal(rows.length, promised.filter(({ bookingId }) => bookingId).length, 'a booking that nobody was told of');
}
