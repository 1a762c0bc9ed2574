import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshKey, sam, startFront, tuesday, visitorOf, writtenBy } from './support/visitor-story.ts';
import { connectTeams } from '../scripts/person.ts';
import { publicUrl, startWorkspace, userNamed } from './support/system.ts';

const form = () => ({ start: tuesday, tz: 'Europe/London', key: freshKey(), ...sam });

test('forms with markup, header injection, too much or impossible text are refused, and nothing is written or sent', async (t) => {
  const { system, post, book, mails } = await startFront(t, { durationChoices: [60], mostInSeries: 4 });
  const before = await writtenBy(system);
  const wrong: Record<string, string>[] = [
    { name: '' },
    { name: 'Sam\r\nBcc: all@victims.example' },
    { name: 'Sam\u0000' },
    { name: 'x'.repeat(201) },
    { email: 'sam' },
    { email: 'sam@visitor.example\r\nBcc: all@victims.example' },
    { email: 'sam@visitor.example%0d%0aBcc: all@victims.example' },
    { email: 'sam@visitor.example, li@visitor.example' },
    { email: '"<script>alert(1)</script>"@visitor.example' },
    { email: 'Sam <sam@visitor.example>' },
    { email: `${'x'.repeat(250)}@visitor.example` },
    { note: 'x'.repeat(2001) },
    { note: 'bell\u0007' },
    { start: 'soon' },
    { start: '2026-11-24T09:00:00' },
    { start: "2026-11-24T09:00:00Z' or 1=1" },
    { tz: 'Mars/Base' },
    { tz: '../../etc/passwd' },
    { duration: '45' },
    { duration: '-30' },
    { duration: '1e9' },
    { operator: 'mem_aaaaaaaaaaaaaaaaaaaaaaaa' },
    { operator: "' or 1=1 --" },
    { every: 'week', times: '5' },
    { every: 'week', times: '1000000' },
    { every: 'week', times: '2', agreed: 'soon' },
  ];
  for (const fields of wrong) {
    const answer = await post(book, { ...form(), ...fields });
    assert.equal(answer.status, 400, JSON.stringify(fields).slice(0, 100));
    assert.doesNotMatch(answer.text, /<script>alert/);
  }
  const refusals: [Record<string, string>, number][] = [
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'none' }, 403],
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'multipart/form-data; boundary=x' }, 415],
  ];
  for (const [headers, status] of refusals) assert.equal((await post(book, form(), headers)).status, status);
  assert.equal((await post(book, { ...form(), note: 'x'.repeat(70_000) })).status, 413);
  await system.work();
  assert.deepEqual(await writtenBy(system), before);
  assert.equal(mails.length, 0);
});

test('markup that is allowed is text on every page, in every mail and in the calendar file', async (t) => {
  const evil = { name: '<img src=x onerror=alert(1)>', email: "o'sam@visitor.example", note: '</textarea><script>x' };
  const { system, get, bookOne, post, mails } = await startFront(t, { needsApproval: true });
  const kept = await bookOne({}, evil);
  await system.advance(60_000);
  const link = mails.map(({ text }) => /\/requests\/\S+/.exec(text)?.[0]).find(Boolean) ?? '';
  for (const path of [kept, `${kept}/cancel`, `${kept}/reschedule`, link.split('?')[0] ?? '']) {
    const { text, status } = await get(path);
    assert.equal(status, 200, path);
    assert.doesNotMatch(text, /<img|<script>x|<\/textarea><script/, path);
  }
  await post(`${kept}/cancel`, { reason: '<b>No</b>\r\nATTENDEE:mailto:x@evil.example' });
  await system.advance(60_000);
  for (const { html } of mails) assert.doesNotMatch(html, /<img|<script|<b>No/);
  const file = await get(`${kept}/invite.ics`);
  assert.doesNotMatch(file.text, /^ATTENDEE/m);
});

test('forged and foreign secrets open nothing', async (t) => {
  const { system, desk, get, post, bookOne } = await startFront(t);
  const kept = await bookOne();
  await system.work();
  const token = kept.slice('/bookings/'.length);
  const other = await startWorkspace(system, { email: 'li@other.example' });
  await connectTeams(other.person, publicUrl, userNamed(system.emulator, 'milan.okafor').id);
  const theirs = await other.api('POST', '/v1/event-types', {
    hostId: other.memberId,
    slug: 'intro-call',
    title: 'Theirs',
    timeZone: 'Europe/Berlin',
    minNoticeMinutes: 0,
  });
  const before = await writtenBy(system);
  const flip = (text: string, at: number) => text.slice(0, at) + (text[at] === 'a' ? 'b' : 'a') + text.slice(at + 1);
  for (const forged of [
    ...[0, 1, 10, 24, 30, 46].map((at) => flip(token, at)),
    token.slice(0, -1),
    `${token}a`,
    token.toUpperCase(),
    '%00',
    '..%2f..%2fetc',
    'x'.repeat(3000),
  ])
    for (const page of ['', '/cancel', '/reschedule', '/events', '/invite.ics']) {
      assert.equal((await get(`/bookings/${forged}${page}`)).status, 404, `${forged.slice(0, 60)}${page}`);
      if (page === '/cancel' || page === '/reschedule')
        assert.equal((await post(`/bookings/${forged}${page}`, { start: tuesday })).status, 404);
    }
  // Another workspace’s people and event types are not there, even by their right names.
  for (const path of [`/book/${desk.slug}/nothing`, '/book/nobody/intro-call', '/book/%00/intro-call', '/book/x/%ff'])
    assert.equal((await post(path, form())).status, 404);
  const mine = visitorOf(system, desk);
  assert.equal((await mine.send({ operator: other.memberId })).status, 400);
  assert.equal((await desk.api('GET', `/v1/event-types/${theirs.body.id}`)).status, 404);
  assert.deepEqual(await writtenBy(system), before);
});

test('one form books once, however often and by however many it is sent', async (t) => {
  const { desk, post, book, system } = await startFront(t);
  const fields = form();
  const answers = await Promise.all(Array.from({ length: 5 }, () => post(book, fields)));
  const places = new Set(answers.map(({ location }) => location).filter(Boolean));
  assert.equal(places.size, 1);
  const changed = await post(book, { ...fields, email: 'thief@visitor.example' });
  assert.notEqual(changed.status, 303);
  assert.equal((await desk.api('GET', '/v1/bookings')).body.data.length, 1);
  await system.work();
});
