import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { connectTeams } from '../scripts/person.ts';
import { publicUrl, startSystem, startWorkspace, userNamed } from './support/system.ts';
import { sam, startFront, visitorOf, writtenBy, type Front } from './support/visitor-story.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** A front desk with an appointment of Sam and one of somebody else. */
async function startPortal(t: TestContext, rules: object = {}) {
  const front = await startFront(t, rules);
  const kept = await front.bookOne();
  await front.bookOne({ start: '2026-11-25T09:00:00Z' }, { ...sam, name: 'Li', email: 'li@visitor.example' });
  await front.system.work();
  const portal = `/my/${front.desk.slug}`;
  const linksTo = (address: string) =>
    front.mails
      .filter(({ to }) => to === address)
      .flatMap(({ text }) =>
        [...text.matchAll(/http:\/\/localhost:3000(\/my\/\S+\/link\/\S+)/g)].map(([, link = '']) => link),
      );
  const askAs = async (email: string) => {
    const answer = await front.post(portal, { email });
    await front.system.work();
    return answer;
  };
  return { ...front, kept, portal, linksTo, askAs };
}

/** Presses the button behind a link; gives the cookie. */
async function enter({ post }: Pick<Front, 'post'>, link: string): Promise<string> {
  const answer = await post(link, {});
  assert.equal(answer.status, 303, answer.text);
  const cookie = answer.headers.get('set-cookie') ?? '';
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Lax/);
  return cookie.split(';')[0] ?? '';
}

test('a visitor gets a link by mail, presses its button, and sees what is theirs and nothing else', async (t) => {
  const { system, get, post, portal, linksTo, askAs, kept, ...front } = await startPortal(t);
  assert.match((await get(portal)).text, /Type the address with which you booked/);
  const sent = await askAs('Sam@Visitor.Example');
  assert.match(sent.text, /Look into your inbox/);
  const [link = '', ...more] = linksTo(sam.email);
  assert.deepEqual(more, []);

  const asking = await get(link);
  assert.equal(asking.status, 200);
  assert.equal(asking.headers.get('set-cookie'), null);
  await system.request(link, { method: 'HEAD' });
  const cookie = await enter({ post }, link);
  const page = await get(portal, { cookie });
  assert.match(page.text, /Coming up[^]*Intro call<\/bdi> with <bdi>Dana Reyes[^]*Tue 24 Nov 2026/);
  assert.match(page.text, /Confirmed/);
  assert.match(page.text, /teams\.microsoft\.com/);
  assert.match(page.text, new RegExp(`href="${kept}/reschedule"`));
  assert.match(page.text, /Another time\?[^]*Intro call/);
  assert.doesNotMatch(page.text, /Wed 25 Nov|li@visitor/);
  assert.equal(page.headers.get('cache-control'), 'no-store');

  await post(`${kept}/cancel`, { reason: '' });
  assert.match((await get(portal, { cookie })).text, /nothing planned[^]*Before[^]*Cancelled[^]*Book again/);
  await front.bookOne({ start: '2026-11-26T09:00:00Z' }, { ...sam, email: 'SAM@visitor.example' });
  assert.match((await get(portal, { cookie })).text, /Coming up[^]*Thu 26 Nov/);
  await system.advance(4 * day);
  assert.match((await get(portal, { cookie })).text, /Before[^]*Thu 26 Nov[^]*Over/);

  const out = await post(`${portal}/sign-out`, {}, { cookie });
  assert.match(out.headers.get('set-cookie') ?? '', /Max-Age=0/);
  assert.match((await get(portal, { cookie })).text, /Type the address/);
});

test('nobody learns from the portal whose appointments are kept here', async (t) => {
  const { system, askAs, mails, linksTo } = await startPortal(t);
  const before = mails.length;
  const unknown = await askAs('nobody@visitor.example');
  assert.equal(mails.length, before);
  const known = await askAs(sam.email);
  assert.equal(linksTo(sam.email).length, 1);
  assert.equal(unknown.status, known.status);
  assert.equal(unknown.text.replaceAll('nobody@visitor.example', sam.email), known.text);
  const headers = ({ headers: all }: typeof known) =>
    [...all.keys()].filter((name) => name !== 'x-request-id').toSorted();
  assert.deepEqual(headers(unknown), headers(known));
  const links = await system.database.db.selectFrom('visitor_links').selectAll().execute();
  assert.equal(links.length, 2, 'the same is written for both');
});

test('a link works once, for fifteen minutes, and in its own workspace', async (t) => {
  const { system, get, post, portal, linksTo, askAs } = await startPortal(t);
  await askAs(sam.email);
  await askAs(sam.email);
  const [first = '', second = ''] = linksTo(sam.email);
  const both = await Promise.all([post(first, {}), post(first, {})]);
  assert.deepEqual(
    both.map(({ status }) => status).toSorted((a, b) => a - b),
    [303, 410],
  );
  assert.equal((await get(first)).status, 410);
  assert.match((await get(first)).text, /This link has ended[^]*Send me a new one/);
  const other = await startWorkspace(system, { email: 'li@other.example' });
  const elsewhere = second.replace(portal, `/my/${other.slug}`);
  assert.equal((await get(elsewhere)).status, 410);
  assert.equal((await post(elsewhere, {})).status, 410);
  assert.equal((await post(second, {}, { 'sec-fetch-site': 'cross-site' })).status, 403);
  system.clock.advance(15 * minute);
  assert.equal((await post(second, {})).status, 410);
  for (const forged of ['x', 'parley_visit_', `parley_visit_${'a'.repeat(43)}`, '%00', 'y'.repeat(5000)])
    assert.equal((await post(`${portal}/link/${forged}`, {})).status, 410, forged);
});

test('a session sees one workspace, ends after a week, and cannot be made up', async (t) => {
  const { system, get, portal, linksTo, askAs, post } = await startPortal(t);
  await askAs(sam.email);
  const cookie = await enter({ post }, linksTo(sam.email)[0] ?? '');
  const other = await startWorkspace(system, { email: 'li@other.example' });
  assert.match((await get(`/my/${other.slug}`, { cookie })).text, /Type the address/);
  assert.match((await get(portal, { cookie: `${cookie}x` })).text, /Type the address/);
  assert.match((await get(portal, { cookie })).text, /Coming up/);
  await system.advance(7 * day);
  assert.match((await get(portal, { cookie })).text, /Type the address/);
  assert.deepEqual(await system.database.db.selectFrom('visitor_sessions').selectAll().execute(), []);
  assert.deepEqual(await system.database.db.selectFrom('visitor_links').selectAll().execute(), []);
});

test('the same address in another workspace is another visitor', async (t) => {
  const { system, get, post, portal, linksTo, askAs } = await startPortal(t);
  const other = await startWorkspace(system, { email: 'li@other.example' });
  await connectTeams(other.person, publicUrl, userNamed(system.emulator, 'milan.okafor').id);
  const body = { hostId: other.memberId, slug: 'intro-call', title: 'Elsewhere', timeZone: 'UTC', minNoticeMinutes: 0 };
  await other.api('POST', '/v1/event-types', body);
  await visitorOf(system, other).bookOne();
  await askAs(sam.email);
  const page = await get(portal, { cookie: await enter({ post }, linksTo(sam.email)[0] ?? '') });
  assert.match(page.text, /Intro call/);
  assert.doesNotMatch(page.text, /Elsewhere/);
});

test('one address gets five links an hour, and hears nothing of it', async (t) => {
  const { system, linksTo, askAs } = await startPortal(t);
  const answers = [];
  for (let times = 0; times < 8; times += 1) answers.push((await askAs(sam.email)).text);
  assert.equal(new Set(answers).size, 1);
  assert.equal(linksTo(sam.email).length, 5);
  await Promise.all(Array.from({ length: 9 }, () => askAs('li@visitor.example')));
  assert.equal(linksTo('li@visitor.example').length, 5);
  await system.advance(61 * minute);
  await askAs(sam.email);
  assert.equal(linksTo(sam.email).length, 6);
});

test('hostile addresses, foreign forms and unknown workspaces write and send nothing', async (t) => {
  const { system, post, get, portal, mails } = await startPortal(t);
  const [before, count] = [await writtenBy(system), mails.length];
  for (const email of [
    '',
    'sam',
    'sam@visitor.example\r\nBcc: all@victims.example',
    'sam@visitor.example,li@visitor.example',
    '"><script>alert(1)</script>@visitor.example',
    `${'x'.repeat(10_000)}@visitor.example`,
    "' or 1=1 --@x",
  ]) {
    const answer = await post(portal, { email });
    assert.equal(answer.status, 400, email.slice(0, 60));
    assert.doesNotMatch(answer.text, /<script>alert/);
  }
  assert.equal((await post(portal, { email: sam.email }, { 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.equal((await post('/my/nobody', { email: sam.email })).status, 404);
  assert.equal((await post(portal, { email: 'x'.repeat(20_000) })).status, 413);
  assert.equal((await get('/my/%00')).status, 404);
  await system.work();
  assert.deepEqual(await writtenBy(system), before);
  assert.equal(mails.length, count);
});

test('the mail is in the language of the browser', async (t) => {
  const { system, post, portal, mails } = await startPortal(t);
  for (const [language, subject] of [
    ['de', /^Ihre Termine bei/],
    ['fr', /^Vos rendez-vous avec/],
    ['es', /^Sus citas con/],
  ] as const) {
    await post(portal, { email: sam.email }, { 'accept-language': language });
    await system.work();
    assert.match(mails.at(-1)?.subject ?? '', subject);
    assert.match(mails.at(-1)?.html ?? '', new RegExp(`<html lang="${language}">`));
  }
});

test('where no mail can be sent, the portal says so to everybody', async (t) => {
  const system = await startSystem(t);
  const { slug } = await startWorkspace(system);
  const answer = await system.request(`/my/${slug}`);
  assert.match(await answer.text(), /Links cannot be sent from here/);
});
