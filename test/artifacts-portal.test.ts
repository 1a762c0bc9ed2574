import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { addArtifacts, auditOf, showInPortal } from './support/artifacts.ts';
import { mailbag } from './support/mail-story.ts';
import { startRecorded } from './support/recorded.ts';
import { publicUrl, startWorkspace } from './support/system.ts';
import { tuesdayAtTwo, visitor } from './support/tenant-story.ts';
import { visitorOf } from './support/visitor-story.ts';

const day = 24 * 60 * 60_000;
const hour = 60 * 60_000;
const sam = visitor.email;
const kim = 'kim@visitor.example';

/** A booking of Sam's that was recorded, and what visitors do in the portal. */
async function startPortal(t: TestContext, { shown = true, ended = true } = {}) {
  const bag = mailbag();
  const story = await startRecorded(t, { sendMail: bag.sendMail });
  const { system, desk, bookingId } = story;
  const browser = visitorOf(system, desk);
  const settle = async () => {
    for (let round = 0; round < 4; round += 1) await system.advance(0);
  };
  if (shown) await showInPortal(system, desk.workspaceId);
  if (ended) {
    story.end();
    await story.look();
    await settle();
  }
  const portal = `/my/${desk.slug}`;
  const recordings = `${portal}/appointments/${bookingId}/recordings`;
  const linksTo = (address: string) =>
    bag
      .to(address)
      .flatMap(({ text }) => [...text.matchAll(/http:\/\/localhost:3000(\/my\/\S+\/link\/\S+)/g)])
      .map(([, link = '']) => link);
  /** Asks for a link, presses its button; gives the cookie, and where it leads. */
  const enter = async (email: string, fields: Record<string, string> = {}, at = portal) => {
    await browser.post(at, { email, ...fields });
    await settle();
    const link = linksTo(email).at(-1);
    assert.ok(link, `a link was mailed to ${email}`);
    const answer = await browser.post(link, {});
    assert.equal(answer.status, 303, answer.text);
    return { cookie: (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '', location: answer.location };
  };
  const letters = async (template = 'recording_ready') =>
    (await system.database.db.selectFrom('emails').selectAll().where('template', '=', template).execute()).filter(
      ({ status }) => status === 'sent',
    );
  const { end, left } = { end: (how: object = {}) => story.end(how), left: () => story.left() };
  return { ...story, ...bag, ...browser, end, left, settle, portal, recordings, linksTo, enter, letters };
}

/** Addresses of files on a page. */
function filesOn(text: string): string[] {
  return [...text.matchAll(/"(\/files\/[^"#]+)/g)].map(([, url = '']) => url.replaceAll('&amp;', '&'));
}

void suite('recordings in the portal', () => {
  void test('a past appointment says what was recorded, and its page plays, reads, searches and downloads', async (t) => {
    const { system, desk, portal, recordings, get, enter } = await startPortal(t);
    const { cookie } = await enter(sam);
    const list = await get(portal, { cookie });
    assert.match(list.text, /Before[^]*Recording and transcript[^]*Details/);
    assert.ok(list.text.includes(`href="${recordings}"`));

    const page = await get(recordings, { cookie });
    assert.equal(page.status, 200);
    assert.equal(page.headers.get('cache-control'), 'no-store');
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
    assert.match(page.headers.get('content-security-policy') ?? '', /media-src 'self'/);
    assert.match(page.text, /<h1>Recording and transcript<\/h1>/);
    assert.match(page.text, /<video[^>]* controls[^>]* preload="metadata"[^>]* src="\/files\//);
    assert.match(page.text, /data-seek="4"[^]*?0:04[^]*?<b><bdi>[^<]+<\/bdi><\/b>[^<]*I am recording this/);
    assert.match(page.text, /<track kind="captions"/);

    const [film = '', captions = '', mp4 = '', text = '', vtt = ''] = filesOn(page.text);
    const part = await system.request(film, { headers: { range: 'bytes=0-99' } });
    assert.equal(part.status, 206);
    assert.equal((await part.arrayBuffer()).byteLength, 100);
    assert.match((await get(captions)).text, /^WEBVTT/);
    assert.match((await get(text)).text, /I am recording this/);
    for (const [url, name] of [
      [mp4, /attachment; filename=.*\.mp4/],
      [text, /attachment; filename=.*\.txt/],
      [vtt, /attachment; filename=.*\.vtt/],
    ] as const)
      assert.match((await get(url)).headers.get('content-disposition') ?? '', name);
    const audit = (await auditOf(system, desk.workspaceId)).filter((line) => line.startsWith(sam));
    assert.deepEqual(
      audit.map((line) => line.split(' ')[1] ?? '').toSorted((one, other) => one.localeCompare(other)),
      ['artifact.downloaded', 'artifact.downloaded', 'artifact.viewed', 'artifact.viewed'],
      'each view and each download, of the recording and of the transcript, once',
    );
  });

  void test('the search marks what was found, and says so when nothing was, or nothing was asked', async (t) => {
    const { recordings, get, enter } = await startPortal(t);
    const { cookie } = await enter(sam);
    const found = await get(`${recordings}?q=deadline`, { cookie });
    assert.match(found.text, /One line with “<bdi>deadline<\/bdi>”/);
    assert.match(found.text, /When is the <mark>deadline<\/mark>, and whom/);
    assert.doesNotMatch(found.text, /I am recording this/);
    assert.match(found.text, /href="\?q=deadline&amp;part=1&amp;t=12#player-1"/);
    const morning = await get(`${recordings}?q=GOOD+morning`, { cookie });
    assert.match(morning.text, /2 lines with/);
    const none = await get(`${recordings}?q=submarine`, { cookie });
    assert.match(none.text, /“<bdi>submarine<\/bdi>” was not said/);
    assert.match(none.text, /Show everything/);
    const noWord = await get(`${recordings}?q=%3F%3F`, { cookie });
    assert.match(noWord.text, /Type a word that was said[^]*I am recording this/);
    const hostile = await get(`${recordings}?q=${encodeURIComponent('"><script>alert(1)</script> :* & !')}`, {
      cookie,
    });
    assert.equal(hostile.status, 200);
    assert.doesNotMatch(hostile.text, /<script>alert/);
    assert.equal((await get(`${recordings}?q=${'x'.repeat(5000)}`, { cookie })).status, 200);
  });

  void test('without scripts a line brings the page back with the player at its moment', async (t) => {
    const { recordings, get, enter } = await startPortal(t);
    const { cookie } = await enter(sam);
    assert.match((await get(`${recordings}?part=1&t=83`, { cookie })).text, /src="\/files\/[^"#]+#t=83"/);
    for (const nonsense of ['part=1&t=-1', 'part=1&t=1e9', 'part=2&t=5', 'part=x&t=x', 't=83'])
      assert.doesNotMatch((await get(`${recordings}?${nonsense}`, { cookie })).text, /#t=/, nonsense);
  });

  void test('what was said is text, whatever it is', async (t) => {
    const { system, meetingId, recordings, get, enter } = await startPortal(t);
    await addArtifacts(system, meetingId, {
      kinds: ['transcript'],
      lines: [
        {
          startsMs: 3_600_000,
          speaker: 'Eve &lt;img src=x&gt;',
          text: '&lt;script&gt;alert(1)&lt;/script&gt; “quoted”',
        },
      ],
    });
    const { cookie } = await enter(sam);
    const page = await get(recordings, { cookie });
    assert.doesNotMatch(page.text, /<img|<script>alert/);
    assert.match(
      page.text,
      /Part 1 of 2[^]*1:00:00[^]*Eve &lt;img src=x&gt;[^]*&lt;script&gt;alert\(1\)[^]*Part 2 of 2/,
    );
  });

  void test('the switch hides everything at once: list, page and files', async (t) => {
    const { system, desk, portal, recordings, get, enter } = await startPortal(t);
    const { cookie } = await enter(sam);
    const files = filesOn((await get(recordings, { cookie })).text);
    await showInPortal(system, desk.workspaceId, false);
    assert.doesNotMatch((await get(portal, { cookie })).text, /Recording and transcript/);
    const page = await get(recordings, { cookie });
    assert.equal(page.status, 404);
    assert.match(page.text, /There is nothing here/);
    for (const url of files) assert.equal((await get(url)).status, 404);
    await showInPortal(system, desk.workspaceId);
    assert.equal((await get(recordings, { cookie })).status, 200);
    assert.equal((await get(files[0] ?? '')).status, 200);
  });

  void test('a cancelled booking, and what was deleted, are not shown any more', async (t) => {
    const { system, ask, bookingId, portal, recordings, get, enter, left } = await startPortal(t);
    const { cookie } = await enter(sam);
    const { data } = await left();
    const transcript = data.find(({ kind }) => kind === 'transcript');
    await ask('DELETE', `/v1/artifacts/${transcript?.['id']}`, undefined, 204);
    const page = await get(recordings, { cookie });
    assert.match(page.text, /<h1>Recording<\/h1>/);
    assert.doesNotMatch(page.text, /Search the transcript|I am recording this/);
    await system.database.db.updateTable('bookings').set({ status: 'cancelled' }).where('id', '=', bookingId).execute();
    assert.equal((await get(recordings, { cookie })).status, 404);
    assert.doesNotMatch((await get(portal, { cookie })).text, /class="button" href="[^"]*recordings"/);
  });

  void test('others find nothing: another visitor, another workspace, another booking', async (t) => {
    const { system, ask, eventType, portal, recordings, get, enter, post, settle, linksTo } = await startPortal(t);
    const li = { ...visitor, name: 'Li', email: 'li@visitor.example' };
    const start = '2026-11-26T09:00:00.000Z';
    const ofLi = await ask('POST', '/v1/bookings', { eventTypeId: eventType['id'], start, visitor: li }, 201);
    await settle();
    const { cookie } = await enter(li.email);
    assert.equal((await get(recordings, { cookie })).status, 404);
    assert.doesNotMatch((await get(portal, { cookie })).text, /Recording/);
    const { cookie: ofSam } = await enter(sam);
    assert.equal((await get(`${portal}/appointments/${ofLi['id']}/recordings`, { cookie: ofSam })).status, 404);
    for (const id of ['bkg_nothing', `bkg_${'a'.repeat(24)}`, '%00', 'x', "'"])
      assert.equal((await get(`${portal}/appointments/${id}/recordings`, { cookie: ofSam })).status, 404, id);

    const other = await startWorkspace(system, { email: 'li@other.example' });
    await showInPortal(system, other.workspaceId);
    const elsewhere = recordings.replace(portal, `/my/${other.slug}`);
    // Nobody has entered there: the cookie is good in one workspace.
    assert.match((await get(elsewhere, { cookie: ofSam })).text, /Type the address/);
    await post(`/my/${other.slug}`, { email: sam });
    await settle();
    assert.ok(linksTo(sam).every((link) => !link.includes(other.slug)));
    // And with a session of that workspace, which somebody of that address may have.
    await system.database.db
      .updateTable('visitor_sessions')
      .set({ workspace_id: other.workspaceId })
      .where('email', '=', sam)
      .execute();
    assert.equal((await get(elsewhere, { cookie: ofSam })).status, 404);
    assert.match((await get(recordings, { cookie: ofSam })).text, /Type the address/, 'not at home any more');
  });

  void test('whoever has not entered is asked who they are, and comes to the recordings then', async (t) => {
    const { bookingId, portal, recordings, get, enter } = await startPortal(t);
    const asked = await get(recordings);
    assert.equal(asked.status, 200);
    assert.match(asked.text, new RegExp(`name="for" value="${bookingId}"`));
    assert.doesNotMatch(asked.text, /<video|I am recording this/);
    const { cookie, location } = await enter(sam, { for: bookingId });
    assert.equal(location, recordings);
    assert.equal((await get(location, { cookie })).status, 200);
    for (const wrong of ['https://evil.example', '//evil.example', `${bookingId}/../..`])
      assert.equal((await enter(sam, { for: wrong })).location, portal, wrong);
  });

  void test('whoever was invited along sees it in a list of their own, without the visitor’s own page', async (t) => {
    const { system, desk, bookingId, portal, recordings, get, post, enter, settle, linksTo } = await startPortal(t);
    await post(portal, { email: kim });
    await settle();
    assert.deepEqual(linksTo(kim), [], 'nothing is shared with Kim so far');
    const attendees = [{ email: 'Kim@visitor.example', name: 'Kim', from: 'email' }];
    await system.database.db
      .updateTable('bookings')
      .set({ attendees: JSON.stringify(attendees) })
      .where('id', '=', bookingId)
      .execute();
    const { cookie } = await enter(kim);
    const list = await get(portal, { cookie });
    assert.match(list.text, /Before[^]*Recording and transcript/);
    assert.doesNotMatch(list.text, /\/bookings\/|Details/);
    assert.equal((await get(recordings, { cookie })).status, 200);
    assert.ok((await auditOf(system, desk.workspaceId)).some((line) => line.startsWith(`${kim} artifact.viewed`)));
    await system.database.db.updateTable('bookings').set({ attendees: '[]' }).where('id', '=', bookingId).execute();
    assert.equal((await get(recordings, { cookie })).status, 404);
    assert.doesNotMatch((await get(portal, { cookie })).text, /Recording|Before/);
  });

  void test('the page of a past booking leads there, while it is shown', async (t) => {
    const { system, desk, ask, bookingId, recordings, get } = await startPortal(t);
    const { manageUrl } = await ask('GET', `/v1/bookings/${bookingId}`);
    const page = await get(manageUrl);
    assert.match(page.text, /This meeting is over[^]*Recording and transcript/);
    assert.ok(page.text.includes(`href="${recordings}"`));
    await showInPortal(system, desk.workspaceId, false);
    assert.doesNotMatch((await get(manageUrl)).text, /Recording/);
  });
});

void suite('the letter that something was recorded', () => {
  void test('goes once to the visitor, with the way to the portal and no secret', async (t) => {
    const { system, meetingId, end, look, letters, to, recordings, settle, endsAt } = await startPortal(t);
    const [letter, ...more] = await letters();
    assert.deepEqual(more, []);
    assert.equal(letter?.recipient, sam);
    const mail = to(sam).find(({ id }) => id === letter?.id);
    assert.equal(mail?.subject, 'What was recorded is ready: Careers advice');
    assert.match(mail?.text ?? '', /What was recorded of your meeting with .* is ready for you to see/);
    const links = [...(mail?.text ?? '').matchAll(/http:\/\/\S+/g)].map(([url]) => url);
    assert.deepEqual(links, [publicUrl + recordings]);
    end({ startedAt: endsAt, endedAt: new Date(endsAt.getTime() + hour) });
    for (let times = 0; times < 4; times += 1) await look(60);
    await addArtifacts(system, meetingId, { kinds: ['recording'] });
    await settle();
    assert.equal((await letters()).length, 1);
  });

  void test('is not written while the portal shows nothing, nor when it shows what was there before', async (t) => {
    const { system, desk, look, letters } = await startPortal(t, { shown: false });
    assert.deepEqual(await letters(), []);
    await showInPortal(system, desk.workspaceId);
    await look(60);
    assert.deepEqual(await letters(), []);
  });

  void test('is not written for a booking that was cancelled meanwhile', async (t) => {
    const { system, bookingId, end, look, letters } = await startPortal(t, { ended: false });
    end();
    await system.database.db.updateTable('bookings').set({ status: 'cancelled' }).where('id', '=', bookingId).execute();
    await look();
    await look();
    assert.deepEqual(await letters(), []);
  });

  void test('goes to each visitor of a group, and to nobody about what is a week old', async (t) => {
    const { system, letters, settle } = await startGroup(t);
    const recipients = (await letters()).map(({ recipient }) => recipient).toSorted();
    assert.deepEqual(recipients, ['ana@visitor.example', 'ben@visitor.example']);
    const old = await system.database.db.selectFrom('artifacts').selectAll().executeTakeFirstOrThrow();
    await system.database.db.deleteFrom('emails').execute();
    const tell = () =>
      system.database.db
        .insertInto('outbox_events')
        .values({
          workspace_id: old.workspace_id,
          type: 'recording.ready',
          meeting_id: old.meeting_id,
          booking_id: null,
          connection_id: null,
          data: JSON.stringify({ artifactId: old.id, kind: 'recording' }),
          created_at: system.clock.now(),
        })
        .execute();
    await system.advance(8 * day);
    await tell();
    await settle();
    assert.deepEqual(await letters(), []);
  });

  void test('is there in every language', async (t) => {
    for (const [locale, subject] of [
      ['de', /^Die Aufzeichnung ist da: /],
      ['fr', /^L’enregistrement est prêt : /],
      ['es', /^Ya puede ver lo que se grabó: /],
    ] as const) {
      const { system, bookingId, end, look, settle, letters } = await startPortal(t, { ended: false });
      await system.database.db.updateTable('bookings').set({ locale }).where('id', '=', bookingId).execute();
      end();
      await look();
      await settle();
      assert.match((await letters())[0]?.subject ?? '', subject);
    }
  });
});

/** A session of Ana and Ben that was recorded. */
async function startGroup(t: TestContext) {
  const story = await startPortal(t, { ended: false });
  const { system, ask, settle, look } = story;
  const type = await ask(
    'POST',
    '/v1/event-types',
    {
      hostId: story.desk.memberId,
      slug: 'seminar',
      title: 'Seminar',
      timeZone: 'Europe/Berlin',
      minNoticeMinutes: 0,
      capacity: 3,
    },
    201,
  );
  for (const name of ['Ana', 'Ben']) {
    const person = { ...visitor, name, email: `${name.toLowerCase()}@visitor.example` };
    await ask('POST', '/v1/bookings', { eventTypeId: type['id'], start: tuesdayAtTwo, visitor: person }, 201);
    await system.work();
  }
  const meeting = await system.database.db
    .selectFrom('meetings')
    .select(['join_url', 'ends_at'])
    .where('starts_at', '=', new Date(tuesdayAtTwo))
    .executeTakeFirstOrThrow();
  system.clock.set(meeting.ends_at);
  system.emulator.endMeeting({ joinUrl: meeting.join_url ?? '', recording: true, transcript: true });
  await look();
  await settle();
  return story;
}
