import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createParley, follow, ParleyError, type NewBooking } from '../client/src/parley.ts';
import type { World } from '../client/src/send.ts';
import { eventsOf } from '../emulator/graph/mailboxes.ts';
import { description } from './support/documented.ts';
import { operationsOf } from './support/openapi.ts';
import { monday, publicUrl, startDesk, startSystem, type Desk } from './support/system.ts';

type Fetch = typeof fetch;
type Surroundings = { world: Fetch; clock: { now: () => Date } };
type Seen = { method: string; path: string; headers: Headers };

/** A client of a desk, with a network that can be bent, a clock that does not wait, and a memory of what it asked. */
function clientOf(
  system: Surroundings,
  { apiKey }: Pick<Desk, 'apiKey'>,
  bend: (send: Fetch) => Fetch = (send) => send,
) {
  const seen: Seen[] = [];
  const pauses: number[] = [];
  const sending: Fetch = async (input, init) => {
    const { method, url, headers } = new Request(input, init);
    seen.push({ method, path: url.slice(publicUrl.length), headers });
    return bent(input, init);
  };
  const bent = bend(system.world);
  const world: Partial<World> = {
    fetch: sending,
    now: () => system.clock.now().getTime(),
    random: () => 0,
    sleep: async (ms) => void pauses.push(ms),
  };
  const parley = createParley({ baseUrl: `${publicUrl}/`, apiKey }, world);
  return { parley, seen, pauses, keys: () => seen.map(({ headers }) => headers.get('idempotency-key')) };
}

/** Where no Parley is needed, because something else answers. */
const nowhere: Surroundings = { world: fetch, clock: { now: () => monday } };

const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London' };
const bookingAt = (desk: Desk, hour: number): NewBooking => ({
  eventTypeId: desk.eventType.id,
  start: `2026-11-24T${String(hour).padStart(2, '0')}:00:00Z`,
  visitor,
});

const refusal = async (promise: Promise<unknown>): Promise<ParleyError> => {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ParleyError, String(error));
  return error;
};

/** Loses the answer to the first request with this method, after it was given. */
const losing =
  (lost: string, how: () => Response | Promise<never>) =>
  (send: Fetch): Fetch => {
    let times = 0;
    return async (input, init) => {
      const answer = await send(input, init);
      if (new Request(input, init).method !== lost || times++ > 0) return answer;
      return how();
    };
  };

const cut = () => Promise.reject(new TypeError('fetch failed'));

test('a booking is made, waited for, moved and cancelled', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const { parley, seen } = clientOf(system, desk);
  await system.app.startWorker();
  const booking = await parley.bookings.create(bookingAt(desk, 9), { wait: 10 });
  assert.equal(booking.meeting?.status, 'ready');
  assert.match(booking.meeting.joinUrl ?? '', /^https:\/\/teams\.microsoft\.com\//);
  assert.equal(seen[0]?.headers.get('prefer'), 'wait=10');
  const moved = await parley.bookings.reschedule(booking.id, { start: '2026-11-24T10:00:00Z' });
  assert.equal(moved.start, '2026-11-24T10:00:00.000Z');
  const cancelled = await parley.bookings.cancel(booking.id);
  assert.equal(cancelled.status, 'cancelled');
  assert.equal((await parley.bookings.get(booking.id)).status, 'cancelled');
});

test('a dry run says what would happen, and nothing does', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const { parley } = clientOf(system, desk);
  const would = await parley.bookings.create(bookingAt(desk, 9), { dryRun: true });
  assert.deepEqual([would.dryRun, would.status, would.answer.status], [true, 201, 'confirmed']);
  assert.ok(would.events.some(({ type }) => type === 'booking.confirmed'));
  assert.deepEqual(await parley.bookings.list().toArray(), []);
});

test('a list is read page by page, and only as far as somebody reads', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const { parley, seen } = clientOf(system, desk);
  const made = [];
  for (const hour of [9, 10, 11, 12, 13]) made.push((await parley.bookings.create(bookingAt(desk, hour))).id);
  seen.length = 0;
  const listed: string[] = [];
  for await (const { id } of parley.bookings.list({ limit: 2, order: 'asc' })) listed.push(id);
  assert.deepEqual(listed, made);
  assert.equal(seen.length, 3);
  for await (const { id } of parley.bookings.list({ limit: 2, order: 'asc' })) {
    if (id === made[1]) break;
  }
  assert.equal(seen.length, 4);
  const pages = parley.bookings.list({ limit: 4, order: 'asc' });
  const first = await pages.page();
  const second = await pages.page(first.nextCursor ?? '');
  assert.deepEqual([first.data.length, second.data.map(({ id }) => id), second.nextCursor], [4, [made[4]], null]);
  const types = await parley.eventTypes.list().toArray();
  assert.deepEqual(
    types.map(({ id }) => id),
    [desk.eventType.id],
  );
});

test('a refusal has its code, its faults and the id of the request', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const { parley, seen, pauses } = clientOf(system, desk);
  await parley.bookings.create(bookingAt(desk, 9));
  const taken = await refusal(parley.bookings.create(bookingAt(desk, 9)));
  assert.deepEqual([taken.code, taken.status, taken.retryable], ['slot_taken', 409, false]);
  assert.ok(taken.requestId && taken.remedy && taken.stack?.includes('slot_taken'));
  const wrong = await refusal(parley.bookings.create({ ...bookingAt(desk, 9), start: 'tomorrow' }));
  assert.deepEqual([wrong.code, wrong.errors[0]?.pointer], ['invalid_request', '/start']);
  const stranger = clientOf(system, { apiKey: 'parley_key_unknown' });
  assert.equal((await refusal(stranger.parley.bookings.get('bkg_x'))).code, 'unauthorized');
  assert.equal((await refusal(parley.bookings.get('../members'))).code, 'invalid_request');
  assert.equal(seen.at(-1)?.path, '/v1/bookings/..%2Fmembers');
  assert.throws(() => parley.bookings.get('..'), TypeError);
  assert.throws(() => parley.bookings.get(''), TypeError);
  assert.deepEqual(pauses, []);
});

for (const [what, how] of [
  ['the connection is cut', cut],
  ['a proxy gives up', () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
] as const) {
  test(`${what} after a booking was committed: it is asked again with the same key, and booked once`, async (t) => {
    const system = await startSystem(t);
    const desk = await startDesk(system);
    const { parley, keys, pauses } = clientOf(system, desk, losing('POST', how));
    const booking = await parley.bookings.create(bookingAt(desk, 9));
    await system.work();
    assert.deepEqual(
      (await parley.bookings.list().toArray()).map(({ id }) => id),
      [booking.id],
    );
    assert.equal(eventsOf(system.emulator.context.mailboxes, desk.organizer.id).length, 1);
    const [first, second] = keys();
    assert.ok(first);
    assert.equal(first, second);
    assert.deepEqual(pauses, [250]);
    await parley.bookings.create(bookingAt(desk, 10));
    assert.notEqual(keys().at(-1), first, 'another call has a key of its own');
  });
}

test('a deletion whose answer was lost succeeds', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const { parley, pauses } = clientOf(system, desk, losing('DELETE', cut));
  const contact = await parley.people.createContact({ name: 'Ada Brook', email: 'ada@larch.example' });
  assert.equal(await parley.people.deleteContact(contact.id), undefined);
  assert.equal(pauses.length, 1);
});

test('what is not safe to repeat is sent once; the caller’s own key is used where there is one', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const { parley, seen, keys } = clientOf(system, desk, () => cut);
  const lost = await refusal(parley.diagnostics.run({ memberId: desk.memberId }));
  assert.deepEqual([lost.code, lost.status, lost.retryable], ['no_answer', undefined, true]);
  assert.equal(seen.length, 1);
  await refusal(parley.bookings.create(bookingAt(desk, 9), { idempotencyKey: 'order-1', retries: 1 }));
  assert.deepEqual(keys(), [null, 'order-1', 'order-1']);
});

test('pauses double, keep to Retry-After, and end where that is too long', async () => {
  const answers = (...headers: (string | undefined)[]) => {
    const left = [...headers];
    return (): Fetch => async () => {
      const after = left.shift();
      return new Response('', { status: 503, ...(after !== undefined && { headers: { 'retry-after': after } }) });
    };
  };
  const ask = async (bend: () => Fetch, retries = 3) => {
    const { parley, pauses } = clientOf(nowhere, { apiKey: 'parley_key_x' }, bend);
    const error = await refusal(parley.bookings.get('bkg_x', { retries }));
    return { pauses, error };
  };
  assert.deepEqual((await ask(answers())).pauses, [250, 500, 1000]);
  assert.deepEqual(
    (await ask(answers('7', undefined, new Date('2026-11-23T07:00:20Z').toUTCString()))).pauses,
    [7000, 500, 20_000],
  );
  const late = await ask(answers('3600'));
  assert.deepEqual([late.pauses, late.error.code, late.error.retryAfterMs], [[], 'unreadable_answer', 3_600_000]);
  const never = await ask(() => async () => new Response('no', { status: 418 }));
  assert.deepEqual([never.pauses, never.error.retryable], [[], false]);
});

test('an answer that was kept for a key is not asked for again', async () => {
  const problem = { code: 'internal_error', title: 'Something failed inside Parley', retryable: true };
  const kept: Fetch = async () => Response.json(problem, { status: 500, headers: { 'idempotent-replayed': 'true' } });
  const { parley, pauses } = clientOf(nowhere, { apiKey: 'parley_key_x' }, () => kept);
  assert.equal((await refusal(parley.bookings.cancel('bkg_x'))).code, 'internal_error');
  assert.deepEqual(pauses, []);
});

test('what something else than Parley answers is not taken for an answer', async () => {
  const { parley, pauses } = clientOf(nowhere, { apiKey: 'parley_key_x' }, () => async (input, init) => {
    const { method, redirect } = new Request(input, init);
    assert.equal(redirect, method === 'GET' ? 'follow' : 'manual');
    return method === 'GET'
      ? new Response('<h1>Sign in to the network</h1>')
      : new Response(null, { status: 301, headers: { location: 'https://meet.example/v1/bookings' } });
  });
  const portal = await refusal(parley.bookings.get('bkg_x'));
  assert.deepEqual([portal.code, portal.status, portal.retryable], ['unreadable_answer', 200, false]);
  const moved = await refusal(parley.bookings.cancel('bkg_x'));
  assert.deepEqual([moved.code, moved.status, moved.retryable], ['unreadable_answer', 301, false]);
  assert.deepEqual(pauses, []);
});

test('what cannot be sent is a TypeError, and nothing is sent', async () => {
  assert.throws(() => createParley({ baseUrl: 'meet.example' }), TypeError);
  const { parley, seen } = clientOf(nowhere, { apiKey: 'parley_key_x' });
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  await assert.rejects(parley.bookings.cancel('bkg_x', { reason: circle as never }), TypeError);
  await assert.rejects(parley.bookings.cancel('bkg_x', {}, { idempotencyKey: 'Bestellung №1' }), TypeError);
  assert.deepEqual(seen, []);
});

test('a caller who gives up during a pause is answered at once', async () => {
  const controller = new AbortController();
  const reason = new Error('the visitor has left');
  const busy: Fetch = async () => {
    setImmediate(() => controller.abort(reason));
    return new Response('', { status: 503, headers: { 'retry-after': '50' } });
  };
  const parley = createParley({ baseUrl: publicUrl }, { fetch: busy });
  await assert.rejects(parley.bookings.get('bkg_x', { signal: controller.signal }), reason);
});

test('a call ends when its time is over, or its caller gives up', async () => {
  const hanging: Fetch = (_, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
    });
  const { parley, seen } = clientOf(nowhere, { apiKey: 'parley_key_x' }, () => hanging);
  const late = await refusal(parley.bookings.get('bkg_x', { timeoutMs: 5, retries: 1 }));
  assert.equal(late.code, 'timeout');
  assert.equal(seen.length, 2);
  const reason = new Error('the visitor has left');
  const controller = new AbortController();
  const call = parley.bookings.get('bkg_x', { signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(call, reason);
  await assert.rejects(parley.bookings.get('bkg_x', { signal: AbortSignal.abort(reason) }), reason);
  assert.equal(seen.length, 3);
});

test('what is not JSON is given as it comes', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const { parley } = clientOf(system, desk);
  const app = await parley.teamsApp.getTeamsAppPackage();
  assert.equal(app.headers.get('content-type'), 'application/zip');
  assert.ok((await app.arrayBuffer()).byteLength > 100);
});

test('what happens is followed as it happens, and again from where somebody stopped', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const { parley } = clientOf(system, desk);
  const { nextCursor: after } = await parley.events.list({ after: 'now' });
  const following = follow(parley, { after, types: 'booking.*' });
  const first = following.next();
  const { id } = await parley.bookings.create(bookingAt(desk, 9));
  const { event, cursor } = (await first).value;
  assert.deepEqual([event.type, event.data.bookingId], ['booking.confirmed', id]);
  await parley.bookings.cancel(id);
  const later = await follow(parley, { after: cursor, types: 'booking.*' }).next();
  assert.equal(later.value.event.type, 'booking.cancelled');
});

test('every operation of the description has its method', async () => {
  const seen: string[] = [];
  const told: Fetch = async (input, init) => {
    const { method, url } = new Request(input, init);
    seen.push(`${method} ${new URL(url).pathname}`);
    return Response.json({ data: [] });
  };
  const sections = Object.values(createParley({ baseUrl: publicUrl }, { fetch: told }));
  // Ids come first; what follows is not looked at here.
  type Method = (...given: string[]) => Promise<unknown> | { page: () => Promise<unknown> };
  for (const method of sections.flatMap((section) => Object.values(section as Record<string, Method>))) {
    const answer = method('x', 'x', 'x', 'x');
    await ('page' in answer ? answer.page() : answer);
  }
  const described = operationsOf(description()).map(({ name }) => name.replaceAll(/\{\w+\}/g, 'x'));
  assert.deepEqual(seen.toSorted(), described.toSorted());
});
