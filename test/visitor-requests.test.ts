import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addMember } from '../src/access/service.ts';
import {
  addColleague,
  approvalPath,
  freshKey,
  sam,
  startFront,
  tuesday,
  writtenBy,
  type Front,
} from './support/visitor-story.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** A front desk that approves, with one request of Sam. */
async function startRequest(...[t, rules = {}]: Parameters<typeof startFront>) {
  const front = await startFront(t, { needsApproval: true, ...rules });
  const kept = await front.bookOne({}, { ...sam, note: 'About <b>my</b> file.' });
  const bookingId = await firstBooking(front);
  const link = await approvalPath(front.system, front.desk, bookingId);
  const state = async () => (await front.desk.api('GET', `/v1/bookings/${bookingId}`)).body;
  return { ...front, kept, bookingId, link, state };
}

async function firstBooking({ desk }: Pick<Front, 'desk'>): Promise<string> {
  return (await desk.api('GET', '/v1/bookings')).body.data[0].id as string;
}

const approve = { decision: 'approve', teamsMeeting: 'yes', note: '' };

test('a request waits, keeps its time, is approved from its link, and then has its meeting', async (t) => {
  const { system, book, get, post, kept, link, state, mails } = await startRequest(t);
  const waiting = await get(kept);
  assert.match(waiting.text, /Your request has been sent/);
  assert.doesNotMatch(waiting.text, /Making your Teams link|Add to your calendar/);
  assert.doesNotMatch((await get(`${book}?day=2026-11-24&tz=Europe/Berlin`)).text, />10:00</);
  await system.advance(minute);
  assert.equal((await state()).meeting, null);
  assert.ok(
    mails.some(({ text }) => text.includes(link)),
    'the operator’s mail has the link',
  );

  const page = await get(link);
  assert.equal(page.status, 200);
  assert.match(page.text, /<bdi>Sam Ferro<\/bdi> asks for a time/);
  assert.match(page.text, /10:00–10:30<\/span> \(Berlin\)/);
  assert.match(page.text, /09:00–09:30<\/span> \(London\)/);
  assert.match(page.text, /About &lt;b&gt;my&lt;\/b&gt; file\./);
  assert.match(page.text, /The time is free\./);
  assert.match(page.text, /Generate Microsoft Teams meeting link/);

  assert.equal((await post(link, { ...approve, note: 'Bring the file.' })).location, link);
  const confirmed = await state();
  assert.equal(confirmed.status, 'confirmed');
  assert.equal(confirmed.decisionNote, 'Bring the file.');
  await system.work();
  assert.equal((await state()).meeting.status, 'ready');
  const after = await get(kept);
  assert.match(after.text, /Your time is booked[^]*Bring the file\.[^]*Join the Teams meeting/);
  const used = await get(link);
  assert.match(used.text, /This request is approved[^]*You approved it on Monday 23 November 2026, 08:01 \(Berlin\)\./);
});

test('looking at a request, however often and by whatever program, decides nothing', async (t) => {
  const { system, link } = await startRequest(t);
  await system.work();
  const before = await writtenBy(system);
  for (const path of [link, `${link}?answer=decline`, `${link}?decision=approve`])
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH']) await system.request(path, { method });
  await system.work();
  assert.deepEqual(await writtenBy(system), before);
});

test('a scanner that follows every link in every mail changes nothing', async (t) => {
  const { system, desk, mails, kept, link, post, state, bookOne } = await startRequest(t);
  await bookOne({ start: '2026-11-25T09:00:00Z' }, { ...sam, email: 'li@visitor.example' });
  await post(`/my/${desk.slug}`, { email: sam.email });
  await system.work();
  await post(link, approve);
  await system.advance(minute);
  await system.work();
  assert.equal((await state()).status, 'confirmed');
  assert.ok(mails.length >= 3, `${mails.length} mails`);
  const links = new Set(
    mails.flatMap(
      ({ text, html, unsubscribeUrl }: (typeof mails)[number] & { unsubscribeUrl?: string | undefined }) => [
        ...[...`${text}\n${html.replaceAll('&amp;', '&')}`.matchAll(/https?:\/\/localhost:3000[^\s"<>)]*/g)].map(
          ([url]) => url,
        ),
        ...(unsubscribeUrl ? [unsubscribeUrl] : []),
      ],
    ),
  );
  assert.ok(
    [...links].some((url) => url.includes('/requests/')),
    'an approver’s link is among them',
  );
  assert.ok(
    [...links].some((url) => url.includes('/my/')),
    'a link to the portal is among them',
  );
  assert.ok(
    [...links].some((url) => url.includes('/bookings/')),
    'a visitor’s link is among them',
  );
  const before = await writtenBy(system);
  const followed = new Set<string>();
  const follow = async (url: string, depth: number): Promise<void> => {
    if (followed.has(url) || depth > 2 || url.includes('/events')) return;
    followed.add(url);
    await system.request(url.slice('http://localhost:3000'.length), { method: 'HEAD' });
    const answer = await system.request(url.slice('http://localhost:3000'.length));
    const text = await answer.text();
    for (const [, path = ''] of text.matchAll(/(?:href|data-hold)="(\/[^"]*)"/g))
      if (/^\/(my|bookings|requests|book)\//.test(path) && !path.includes('month='))
        await follow(`http://localhost:3000${path.replaceAll('&amp;', '&').split('#')[0]}`, depth + 1);
  };
  for (const url of links) await follow(url, 0);
  t.diagnostic(`${followed.size} pages`);
  await system.work();
  assert.deepEqual(await writtenBy(system), before);
  assert.match(await (await system.request(kept)).text(), /Your time is booked/);
});

test('a request is declined with a reason, and its time is free again', async (t) => {
  const { system, book, get, post, kept, link, state } = await startRequest(t);
  assert.match((await get(`${link}?answer=decline`)).text, /<details class="refuse"\s+open>/);
  await post(link, { decision: 'decline', reason: 'I am away.' });
  assert.equal((await state()).status, 'declined');
  assert.match((await get(kept)).text, /This time was declined[^]*I am away\./);
  assert.match((await get(`${book}?day=2026-11-24&tz=Europe/Berlin`)).text, />10:00</);
  assert.match((await get(link)).text, /You declined it on/);
  await system.work();
});

test('the approver sets another time, leaves out the Teams link, and both are what the visitor gets', async (t) => {
  const { system, get, post, kept, link, state } = await startRequest(t);
  const answer = await post(link, { decision: 'approve', note: '', start: '2026-11-25T18:30' });
  assert.equal(answer.status, 303, answer.text);
  const booking = await state();
  assert.equal(booking.start, '2026-11-25T17:30:00.000Z');
  assert.equal(booking.teamsMeeting, false);
  await system.work();
  assert.equal((await state()).meeting, null);
  const page = await get(kept);
  assert.match(page.text, /Wed 25 Nov 2026, <span class="clock">17:30–18:00<\/span> \(London\)/);
  assert.match(page.text, /meets you without a Teams link/);
});

test('a time that is gone is said so, nothing is decided, and what was typed stays', async (t) => {
  const { system, desk, get, post, link, state } = await startRequest(t);
  await desk.api('POST', '/v1/bookings', {
    eventTypeId: desk.eventType.id,
    start: '2026-11-25T09:00:00Z',
    visitor: { name: 'Li', email: 'li@visitor.example', timeZone: 'Europe/London' },
    approved: true,
  });
  const taken = await post(link, { ...approve, note: 'See you.', start: '2026-11-25T10:00' });
  assert.equal(taken.status, 409);
  assert.match(taken.text, /not free any more/);
  assert.match(taken.text, /See you\.<\/textarea>/);
  assert.match(taken.text, /value="2026-11-25T10:00"/);
  assert.equal((await state()).status, 'requested');
  const wrongs: Record<string, string>[] = [
    { start: 'tomorrow' },
    { start: '2026-02-31T10:00' },
    { operator: 'mem_nobody' },
    { note: 'x'.repeat(2001) },
  ];
  const past = await post(link, { ...approve, start: '2026-11-20T10:00' });
  assert.equal(past.status, 409, past.text);
  for (const wrong of wrongs) {
    const refused = await post(link, { ...approve, ...wrong });
    assert.equal(refused.status, 400, JSON.stringify(wrong));
  }
  assert.equal((await post(link, { decision: 'decline', reason: 'x'.repeat(1001) })).status, 400);
  assert.equal((await post(link, {})).status, 400);
  assert.equal((await state()).status, 'requested');
  assert.match((await get(link)).text, /The time is free\./);
  await system.work();
});

test('somebody else takes a request over, and who leads it stays chosen while nothing is changed', async (t) => {
  const { system, desk, get, post } = await startFront(t);
  const milan = await addColleague(system, desk);
  await desk.api('POST', '/v1/event-types', {
    operatorIds: [desk.memberId, milan],
    assignment: 'chosen',
    needsApproval: true,
    slug: 'advice',
    title: 'Advice',
    timeZone: 'Europe/Berlin',
    minNoticeMinutes: 0,
  });
  const ask = async (start: string) => {
    const fields = { start, tz: 'Europe/London', key: freshKey(), operator: desk.memberId, ...sam };
    const { location } = await post(`/book/${desk.slug}/advice`, fields);
    const id = await firstBooking({ desk });
    return { kept: location, link: await approvalPath(system, desk, id) };
  };
  const same = await ask(tuesday);
  assert.match((await get(same.link)).text, new RegExp(`<option value="${desk.memberId}" selected>Dana Reyes`));
  await post(same.link, { ...approve, operator: desk.memberId, start: '2026-11-24T10:00' });
  assert.match((await get(same.kept)).text, /Your time is booked[^]*with <bdi>Dana Reyes<\/bdi>/);

  const other = await ask('2026-11-25T09:00:00Z');
  await post(other.link, { ...approve, operator: milan });
  assert.match((await get(other.kept)).text, /Your time is booked[^]*with <bdi>Milan Okafor<\/bdi>/);
  await system.work();
});

test('of two approvers at once one wins, and the other is told who', async (t) => {
  const { system, desk, get, post, bookingId, link, state } = await startRequest(t);
  const deps = { db: system.database.db, now: system.clock.now };
  const milan = { email: 'milan@desk.example', name: 'Milan Okafor', role: 'admin' as const, timeZone: 'UTC' };
  const memberId = await addMember(deps, desk.workspaceId, milan);
  const ofMilan = await approvalPath(system, { ...desk, memberId }, bookingId);
  const answers = await Promise.all([post(link, approve), post(ofMilan, { decision: 'decline', reason: 'No.' })]);
  const booking = await state();
  assert.ok(['confirmed', 'declined'].includes(booking.status), booking.status);
  for (const { status } of answers) assert.ok([303, 409].includes(status));
  const winner = booking.status === 'confirmed' ? /Dana Reyes approved it on/ : /You declined it on/;
  assert.match((await get(ofMilan)).text, winner);
  const events = await system.database.db
    .selectFrom('outbox_events')
    .select('type')
    .where('booking_id', '=', bookingId)
    .where('type', 'in', ['booking.approved', 'booking.declined'])
    .execute();
  assert.equal(events.length, 1);
  await system.work();
});

test('a link says what happened when its request was moved, withdrawn or forgotten', async (t) => {
  const moved = await startRequest(t);
  await moved.post(`${moved.kept}/reschedule`, { start: '2026-11-25T09:00:00Z' });
  const page = await moved.post(moved.link, approve);
  assert.equal(page.status, 409);
  assert.match(page.text, /This request has changed/);
  assert.equal((await moved.state()).status, 'requested');

  const fresh = await approvalPath(moved.system, moved.desk, moved.bookingId);
  await moved.post(`${moved.kept}/cancel`, { reason: 'It is settled.' });
  const withdrawn = await moved.get(fresh);
  assert.match(withdrawn.text, /no longer open[^]*Sam Ferro withdrew it on[^]*It is settled\./);
  assert.match((await moved.get(moved.kept)).text, /This meeting is cancelled/);

  const forgotten = await startRequest(t);
  await forgotten.system.advance(3 * day);
  assert.match((await forgotten.get(forgotten.link)).text, /Nobody answered this request in time/);
  assert.match((await forgotten.get(forgotten.kept)).text, /not answered in time/);
});

test('forged links, links of people who left, and forms of other sites decide nothing', async (t) => {
  const { system, desk, get, post, bookingId, link, state } = await startRequest(t);
  const deps = { db: system.database.db, now: system.clock.now };
  const vera = { email: 'vera@desk.example', name: 'Vera', role: 'viewer' as const, timeZone: 'UTC' };
  const viewer = await addMember(deps, desk.workspaceId, vera);
  const token = link.slice('/requests/'.length);
  const flipped = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
  const later = `${token.slice(0, 48)}9.${token.split('.')[1]}`;
  const before = await writtenBy(system);
  for (const path of [
    `/requests/${flipped}`,
    `/requests/${later}`,
    '/requests/x',
    `/requests/${'a'.repeat(5000)}`,
    '/requests/%00',
    await approvalPath(system, { ...desk, memberId: viewer }, bookingId),
    await approvalPath(system, { ...desk, memberId: 'mem_aaaaaaaaaaaaaaaaaaaaaaaa' }, bookingId),
  ]) {
    assert.equal((await get(path)).status, 404, path);
    assert.equal((await post(path, approve)).status, 404, path);
  }
  assert.equal((await post(link, approve, { 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.equal((await post(link, approve, { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await post(link, { ...approve, note: 'x'.repeat(70_000) })).status, 413);
  assert.deepEqual(await writtenBy(system), before);
  assert.equal((await state()).status, 'requested');
});

test('a request of a group, or of a series, is asked for under the same words', async (t) => {
  const { send, post, book, get, desk } = await startFront(t, {
    needsApproval: true,
    mostInSeries: 4,
    horizonDays: 90,
  });
  const shown = await send({ every: 'fortnight', times: '2' });
  assert.match(shown.text, /Request\s+these 2 times/);
  const agreed = [...shown.text.matchAll(/name="agreed" value="([^"]*)"/g)].map(([, value = '']): [string, string] => [
    'agreed',
    value,
  ]);
  const series = { start: tuesday, tz: 'Europe/London', key: freshKey(), every: 'fortnight', times: '2', ...sam };
  const kept = await post(book, [...Object.entries(series), ...agreed]);
  assert.match((await get(kept.location)).text, /Your request for 2 times has been sent/);
  const { body } = await desk.api('GET', '/v1/bookings?status=requested');
  assert.equal(body.data.length, 2);
});
