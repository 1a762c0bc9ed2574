import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../src/problem.ts';
import { explainTimes } from '../src/scheduling/explanation.ts';
import { getOpenEventType } from '../src/scheduling/open-event-type.ts';
import { findFreeSlots, requireOffer } from '../src/scheduling/service.ts';
import { createRandom, type Random } from './faults/random.ts';
import { startAppointments, type Appointments } from './support/appointments.ts';
import { dayMs, hourMs, minuteMs } from './support/slot-cases.ts';
import { seedVariable } from './support/slot-processes.ts';
import { userNamed } from './support/system.ts';

const seed = Number(process.env[seedVariable] ?? Math.floor(Math.random() * 2 ** 31));
const rounds = process.env['CI'] ? 150 : 20;
const tuesday = Date.UTC(2026, 10, 24);
const names = ['dana.reyes', 'milan.okafor', 'yuki.brandt'];

test('what the list of slots offers can be booked, with the operators that it names, nothing else can, and so it is explained', async (t) => {
  t.diagnostic(`${seedVariable}=${seed} repeats it`);
  const random = createRandom(seed);
  const story = await startAppointments(t, {}, {});
  const { memberId: milan } = await story.colleague('milan.okafor');
  const { memberId: yuki } = await story.colleague('yuki.brandt');
  const members = [story.desk.memberId, milan, yuki];
  let [offered, refused] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    const dayStartMs = tuesday + round * dayMs;
    const eventTypeId = await arrange(story, { random, members, dayStartMs });
    const fromMs = dayStartMs + 8 * hourMs + random.below(20) * 5 * minuteMs;
    const toMs = fromMs + 1 + (60 + random.below(150)) * minuteMs;
    const found = await compare(story, { eventTypeId, fromMs, toMs, what: `round ${round}` });
    offered += found.offered;
    refused += found.refused;
  }
  t.diagnostic(`${offered} times were offered, ${refused} were not`);
  assert.ok(offered > rounds && refused > rounds, `${offered} offered, ${refused} refused`);
});

test('a time that begins before the end of a search and runs into a booking behind it is not offered', async (t) => {
  const { ask, desk, book } = await startAppointments(t, { durationMinutes: 60, slotStepMinutes: 30 });
  await book({ start: '2026-11-24T10:00:00Z' });
  const window = 'from=2026-11-24T09:00:00Z&to=2026-11-24T09:45:00Z';
  const { data } = await ask('GET', `/v1/event-types/${desk.eventType.id}/slots?${window}`);
  assert.deepEqual(
    data.map(({ start }: { start: string }) => start),
    ['2026-11-24T09:00:00.000Z'],
  );
});

test('nobody is booked with the others at a time that their own hours do not give, while they are busy in Outlook', async (t) => {
  const { system, desk, ask, book, colleague, eventType, inOutlook } = await startAppointments(t);
  const { memberId } = await colleague('milan.okafor');
  const weekly = { tue: [{ from: '09:10', to: '17:10' }] };
  await ask('PUT', `/v1/members/${memberId}/schedule`, { timeZone: 'Europe/Berlin', weekly, holidays: null });
  const operatorIds = [desk.memberId, memberId];
  const both = await eventType({ operatorIds, assignment: 'collective', schedule: null });
  inOutlook(userNamed(system.emulator, 'milan.okafor'), '2026-11-24T09:30:00Z');
  const refused = await book({ eventTypeId: both.id, start: '2026-11-24T09:30:00Z' }, 409);
  assert.equal(refused.code, 'slot_taken');
  await book({ eventTypeId: both.id, start: '2026-11-24T10:00:00Z' });
});

type Scene = { random: Random; members: string[]; dayStartMs: number };

/** Hours, calendars, an event type and what is booked on a day: the id of the event type. */
async function arrange(story: Appointments, { random, members, dayStartMs }: Scene): Promise<string> {
  const { system, ask, eventType, inOutlook } = story;
  for (const member of members) {
    const weekday = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][new Date(dayStartMs).getUTCDay()] ?? '';
    const weekly = { [weekday]: [{ from: random.of(['08:00', '08:10', '09:00']), to: random.of(['12:00', '16:45']) }] };
    const timeZone = random.of(['Europe/Berlin', 'Europe/London', 'UTC']);
    await ask('PUT', `/v1/members/${member}/schedule`, { timeZone, weekly, holidays: null });
  }
  for (const name of names) {
    const user = userNamed(system.emulator, name);
    const startMs = dayStartMs + (16 + random.below(10)) * 30 * minuteMs;
    if (random.below(2) === 0) inOutlook(user, new Date(startMs).toISOString());
  }
  const { id } = await eventType({
    operatorIds: members.slice(0, 1 + random.below(3)),
    assignment: random.of(['round_robin', 'collective', 'chosen']),
    schedule: null,
    durationMinutes: random.of([20, 30, 60]),
    slotStepMinutes: random.of([15, 30, 40]),
    bufferBeforeMinutes: random.of([0, 0, 10]),
    bufferAfterMinutes: random.of([0, 0, 15]),
    capacity: random.of([1, 1, 2]),
    mostPerDay: random.of([null, null, 1]),
    mostPerWeek: random.of([null, null, 3]),
    horizonDays: 365,
  });
  const window = `from=${new Date(dayStartMs).toISOString()}&to=${new Date(dayStartMs + dayMs).toISOString()}`;
  const slots = (await ask('GET', `/v1/event-types/${id}/slots?${window}`)).data as { start: string }[];
  for (let count = random.below(3); count > 0 && slots.length > 0; count -= 1) {
    const visitor = { name: 'Sam', email: `sam${count}@visitor.example`, timeZone: 'Europe/London', note: '' };
    await story.desk.api('POST', '/v1/bookings', { eventTypeId: id, start: random.of(slots).start, visitor });
  }
  await system.work();
  system.clock.advance(31_000); // what was read of calendars is too old now
  return id as string;
}

type Window = { eventTypeId: string; fromMs: number; toMs: number; what: string };

/** Asks for every fifth minute of a window, which `findFreeSlots` should have known. */
async function compare({ system, desk }: Appointments, { eventTypeId, fromMs, toMs, what }: Window) {
  const { deps } = system.app;
  const open = await getOpenEventType(deps, desk.workspaceId, eventTypeId);
  const { slots } = await findFreeSlots(deps, open, { from: new Date(fromMs), to: new Date(toMs) });
  const isWithin = (start: Date) => start.getTime() >= fromMs && start.getTime() < toMs;
  const offers = new Map(slots.map(({ start, operatorIds }) => [start.toISOString(), operatorIds.toSorted()]));
  if (open.eventType.assignment !== 'collective')
    for (const operatorId of open.operatorIds) {
      // The console explains each of these times to whoever asks why not.
      const asked = { eventTypeId, operatorId, date: new Date(fromMs).toISOString().slice(0, 10) };
      const explained = await explainTimes(deps, desk.workspaceId, asked);
      assert.deepEqual(
        explained.filter((one) => one.reason === 'offered' && isWithin(one.start)).map(({ start }) => start),
        slots.filter(({ operatorIds }) => operatorIds.includes(operatorId)).map(({ start }) => start),
        what,
      );
    }
  let refused = 0;
  for (let startMs = fromMs; startMs < toMs; startMs += 5 * minuteMs) {
    const start = new Date(startMs);
    const answer = await requireOffer(deps, open, { start, ahead: true }).catch((error: unknown) => error);
    const expected = offers.get(start.toISOString());
    if (answer instanceof Error) {
      assert.ok(answer instanceof Problem, String(answer));
      assert.deepEqual(expected, undefined, `${what}: ${start.toISOString()} is offered, but ${answer.detail}`);
      refused += 1;
      continue;
    }
    const { choices } = answer as Awaited<ReturnType<typeof requireOffer>>;
    const operators = [...new Set(choices.flat().map(({ memberId }) => memberId))].toSorted();
    assert.deepEqual(operators, expected, `${what}: ${start.toISOString()}, ${open.eventType.assignment}`);
  }
  return { offered: offers.size, refused };
}
