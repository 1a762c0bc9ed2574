import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addColleague, freshKey, sam, startFront, tuesday, visitorOf } from './support/visitor-story.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const key = 'hold-of-sam-000000000000';

test('a visitor chooses how long, and the booking and its meeting are as long', async (t) => {
  const { system, desk, book, get, bookOne } = await startFront(t, { durationChoices: [15, 60] });
  const calendar = await get(`${book}?day=2026-11-24&tz=Europe/Berlin`);
  assert.match(calendar.text, /15 minutes[^]*30 minutes[^]*1 hour/);
  const page = await get(await bookOne({ duration: '60' }));
  assert.match(page.text, /09:00–10:00<\/span> \(London\)/);
  await system.work();
  const { body } = await desk.api('GET', '/v1/bookings');
  assert.equal(body.data[0].end, '2026-11-24T10:00:00.000Z');
  assert.equal(body.data[0].meeting.end, '2026-11-24T10:00:00.000Z');
  assert.equal((await get(`${book}?duration=45`)).status, 400);
});

test('a visitor chooses with whom, and sees and books only the times of that person', async (t) => {
  const { system, desk, get, post } = await startFront(t);
  const milan = await addColleague(system, desk);
  const made = await desk.api('POST', '/v1/event-types', {
    operatorIds: [desk.memberId, milan],
    assignment: 'chosen',
    slug: 'advice',
    title: 'Advice',
    timeZone: 'Europe/Berlin',
    minNoticeMinutes: 0,
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const book = `/book/${desk.slug}/advice`;
  const send = (more: Record<string, string>, visitor = sam) =>
    post(book, { start: tuesday, tz: 'Europe/London', key: freshKey(), ...visitor, ...more });
  const first = await get(`${book}?day=2026-11-24&tz=Europe/Berlin`);
  assert.match(first.text, /With whom\?[^]*Anyone[^]*Dana Reyes[^]*Milan Okafor/);
  assert.match(first.text, /with <bdi>Dana Reyes or Milan Okafor<\/bdi>/);
  const kept = await send({ operator: milan });
  assert.equal(kept.status, 303, kept.text);
  assert.match((await get(kept.location)).text, /with <bdi>Milan Okafor<\/bdi>/);
  const ofMilan = await get(`${book}?day=2026-11-24&tz=Europe/Berlin&operator=${milan}`);
  assert.doesNotMatch(ofMilan.text, />10:00</);
  const ofDana = await get(`${book}?day=2026-11-24&tz=Europe/Berlin&operator=${desk.memberId}`);
  assert.match(ofDana.text, />10:00</);
  assert.equal((await send({ operator: milan }, { ...sam, email: 'li@visitor.example' })).status, 409);
  assert.equal((await send({ operator: 'mem_nobody' })).status, 400);
  const anyone = await send({}, { ...sam, email: 'li@visitor.example' });
  assert.match((await get(anyone.location)).text, /with <bdi>Dana Reyes<\/bdi>/);
});

test('a group shows how many seats are left until it is full, and all share one meeting', async (t) => {
  const { system, desk, book, get, bookOne, send } = await startFront(t, { capacity: 2 });
  const seats = async () =>
    /10:00\s*<small>([^<]*)/.exec((await get(`${book}?day=2026-11-24&tz=Europe/Berlin`)).text)?.[1];
  assert.equal(await seats(), '2 seats left');
  await bookOne();
  assert.equal(await seats(), '1 seat left');
  await bookOne({}, { ...sam, name: 'Li', email: 'li@visitor.example' });
  assert.equal(await seats(), undefined);
  assert.equal((await send({}, { ...sam, name: 'Mo', email: 'mo@visitor.example' })).status, 409);
  await system.work();
  const { body } = await desk.api('GET', '/v1/bookings');
  assert.equal(new Set(body.data.map((one: { meeting: { id: string } }) => one.meeting.id)).size, 1);
});

test('opening pages keeps no time; a script keeps it for ten minutes, renews it and gives it back', async (t) => {
  const { system, desk, book, get, post, send, bookOne } = await startFront(t);
  const reserved = () => system.database.db.selectFrom('reservations').selectAll().execute();
  const form = `${book}?start=${tuesday}&tz=Europe/Berlin`;
  for (let times = 0; times < 3; times += 1) assert.equal((await get(form)).status, 200);
  assert.equal((await system.request(form, { method: 'HEAD' })).status, 200);
  assert.equal((await reserved()).length, 0);

  const fields = { start: tuesday, tz: 'Europe/Berlin', key: freshKey(), hold: key };
  const held = await post(`${book}/hold`, fields);
  assert.deepEqual(JSON.parse(held.text), { words: 'We keep this time for you until 08:10.', keptMs: 10 * minute });
  assert.equal((await reserved()).length, 1);
  assert.doesNotMatch((await get(`${book}?day=2026-11-24&tz=Europe/Berlin`)).text, />10:00</);
  const other = await post(`${book}/hold`, { ...fields, hold: 'hold-of-li-0000000000000' });
  assert.equal(other.status, 409);
  assert.match(other.text, /Somebody else is about to book this time/);
  assert.equal((await send({}, { ...sam, email: 'li@visitor.example' })).status, 409);

  system.clock.advance(8 * minute);
  assert.match((await post(`${book}/hold`, fields)).text, /until 08:18/);
  const moved = await post(`${book}/hold`, { ...fields, start: '2026-11-24T10:00:00Z' });
  assert.equal(moved.status, 200);
  assert.equal((await reserved()).length, 1);
  assert.equal((await post(`${book}/release`, { hold: key })).status, 204);
  assert.equal((await reserved()).length, 0);

  assert.equal((await post(`${book}/hold`, fields)).status, 200);
  const page = await get(await bookOne({ hold: key }));
  assert.match(page.text, /Your time is booked/);
  const left = await reserved();
  assert.equal(left.length, 1);
  assert.notEqual(left[0]?.booking_id, null);
  assert.equal((await desk.api('GET', '/v1/bookings')).body.data.length, 1);
});

test('a hold that is over is anybody’s, and its visitor can still book if nobody came', async (t) => {
  const { system, book, post, bookOne, send } = await startFront(t);
  const fields = { start: tuesday, tz: 'Europe/Berlin', key: freshKey(), hold: key };
  await post(`${book}/hold`, fields);
  await system.advance(11 * minute);
  await bookOne({}, { ...sam, email: 'li@visitor.example' });
  const late = await send({ hold: key });
  assert.equal(late.status, 409);
  assert.match(late.text, /Somebody else has just taken this time|no longer offered/);
  assert.match(late.text, /value="Sam Ferro"/);
});

test('a series is shown with its conflicts, booked as one, and each time lives by itself', async (t) => {
  const { system, desk, get, post, send, bookOne } = await startFront(t, { mostInSeries: 6, horizonDays: 90 });
  await bookOne({ start: '2026-12-01T09:00:00Z' }, { ...sam, email: 'li@visitor.example' });
  const series = { every: 'week', times: '3' };
  const shown = await send(series);
  assert.equal(shown.status, 200, shown.text);
  assert.match(shown.text, /2 of 3 times are free/);
  assert.match(shown.text, /<s>Tue 1 Dec 2026/);
  const count = async () => (await desk.api('GET', '/v1/bookings')).body.data.length as number;
  assert.equal(await count(), 1);

  const agreed = [...shown.text.matchAll(/name="agreed" value="([^"]*)"/g)].map(([, value = '']) => value);
  assert.equal(agreed.length, 2);
  const kept = await sendAll({ ...series, ...sam }, agreed);
  assert.equal(kept.status, 303, kept.text);
  assert.equal(await count(), 3);
  const page = await get(kept.location);
  assert.match(page.text, /Your 2 times are booked/);
  const [, second = ''] = /<a href="(\/bookings\/[^"]*)">Tue 8 Dec 2026/.exec(page.text) ?? [];
  assert.match((await get(second)).text, /Tue 8 Dec 2026/);
  await post(`${second}/cancel`, { reason: '' });
  assert.match((await get(kept.location)).text, /Your time is booked[^]*Tue 8 Dec 2026[^]*cancelled/);
  await system.work();

  async function sendAll(fields: Record<string, string>, times: string[]) {
    const { book } = visitorOf(system, desk);
    const all: [string, string][] = [
      ...Object.entries({ start: tuesday, tz: 'Europe/London', key: freshKey(), ...fields }),
      ...times.map((time): [string, string] => ['agreed', time]),
    ];
    return post(book, all);
  }
});

test('a series of which a time was taken after it was shown books nothing', async (t) => {
  const { desk, post, book, bookOne } = await startFront(t, { mostInSeries: 6, horizonDays: 90 });
  await bookOne({ start: '2026-12-01T09:00:00Z' }, { ...sam, email: 'li@visitor.example' });
  const fields: [string, string][] = [
    ...Object.entries({ start: tuesday, tz: 'Europe/London', key: freshKey(), every: 'week', times: '2', ...sam }),
    ['agreed', '2026-11-24T09:00:00Z'],
    ['agreed', '2026-12-01T09:00:00Z'],
  ];
  const again = await post(book, fields);
  assert.equal(again.status, 409);
  assert.match(again.text, /nothing is booked yet[^]*1 of 2 times are free/);
  assert.equal((await desk.api('GET', '/v1/bookings')).body.data.length, 1);
  const forged = await post(book, [...fields.slice(0, -2), ['agreed', '2027-05-05T05:00:00Z']]);
  assert.equal(forged.status, 409);
  assert.equal((await desk.api('GET', '/v1/bookings')).body.data.length, 1);
});

test('visitors change a booking until, and as often as, its event type allows', async (t) => {
  const changePolicy = { moveUntilMinutes: 24 * 60, cancelUntilMinutes: 120, mostMoves: 1 };
  const { system, get, post, bookOne } = await startFront(t, { changePolicy });
  const kept = await bookOne({ start: '2026-11-26T09:00:00Z' });
  assert.match(
    (await get(kept)).text,
    /It can be moved until Wednesday 25 November 2026, 09:00 \(London\), once more\./,
  );
  assert.equal((await post(`${kept}/reschedule`, { start: '2026-11-26T10:00:00Z' })).location, `${kept}?moved`);
  const moved = await get(kept);
  assert.match(moved.text, /10:00–10:30/);
  assert.match(moved.text, /moved as often as is possible here/);
  assert.doesNotMatch(moved.text, /reschedule/);
  await post(`${kept}/reschedule`, { start: '2026-11-26T11:00:00Z' });
  assert.match((await get(kept)).text, /10:00–10:30/);

  await system.advance(3 * day + 2 * hour); // Thursday, 10:00 in Berlin, an hour before it begins
  const late = await get(kept);
  assert.match(late.text, /It could be cancelled until Thursday 26 November 2026, 08:00 \(London\)\./);
  assert.equal((await get(`${kept}/cancel`)).location, kept);
  assert.equal((await post(`${kept}/cancel`, { reason: '' })).location, kept);
  assert.match((await get(kept)).text, /Your time is booked/);
});

test('the visitor’s language is kept for their mail', async (t) => {
  const { system, book, post } = await startFront(t);
  const fields = { start: tuesday, tz: 'Europe/Zurich', key: freshKey(), ...sam };
  await post(book, fields, { 'accept-language': 'rm, de-CH;q=0.8, en;q=0.5' });
  const row = await system.database.db.selectFrom('bookings').select('locale').executeTakeFirstOrThrow();
  assert.equal(row.locale, 'de');
});
