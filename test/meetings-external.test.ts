import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { eventsOf, type StoredEvent } from '../emulator/graph/mailboxes.ts';
import {
  accesses,
  startWatched,
  tuesdayAtTen,
  tuesdayAtTwo,
  tuesdayHalfPastTen,
  tuesdayHalfPastTwo,
  type Watched,
} from './support/watched.ts';

// Events in the organizer's calendar whose conference, if they have one, is not made here (kind `external`).

const zoom = {
  provider: 'Zoom Meeting',
  url: 'https://zoom.us/j/4721903815?pwd=a&b=1',
  meetingCode: '472 190 3815',
  password: 'larch',
  pin: '7781',
  phone: ['+49 30 5557 1234', '+1 555 010 7788'],
};
const webex = { provider: 'Webex', url: 'https://northgate.webex.com/meet/dana' };

/** A watched desk that makes external meetings, with what their events say. */
async function startExternal(t: TestContext, options: Parameters<typeof startWatched>[1] = {}) {
  const story = await startWatched(t, options);
  t.after(() => assertNoTeams(story));
  return {
    ...story,
    add: (more: object = {}) => story.make({ kind: 'external', conference: zoom, ...more }),
    change: (id: string, changes: object) => story.ask('PATCH', `/v1/meetings/${id}`, changes),
    /** Every event of the organizer, those that were cancelled too. */
    all: () => eventsOf(story.emulator.context.mailboxes, story.desk.organizer.id),
  };
}

/** Of these meetings nothing is ever asked of Teams, and no event is made to carry a Teams meeting. */
function assertNoTeams({ emulator, calls }: Watched): void {
  assert.deepEqual(calls('GET', '/onlineMeetings'), []);
  for (const method of ['POST', 'PATCH'])
    for (const { body } of calls(method, '/events')) if (body) assert.ok(!body.includes('isOnlineMeeting'), body);
  assert.equal(emulator.context.teams.meetings.size, 0);
}

function text({ body }: StoredEvent): string {
  return body.replace(/^[\s\S]*<body>\s*/, '').replace(/\s*<\/body>[\s\S]*$/, '');
}

const blocks = (event: StoredEvent) => event.body.match(/parley-conference-[0-9a-f]{16}/g)?.length ?? 0;

for (const access of accesses) {
  test(`${access}: an event with somebody else’s conference is made, changed and cancelled like any other`, async (t) => {
    const { add, ask, meeting, history, events, theEvent, system, change, calls } = await startExternal(t, { access });
    const id = await add({ body: 'Agenda:\n1 < 2' });
    const made = await meeting(id);
    assert.deepEqual(
      [made['status'], made['inSync'], made['kind'], made['joinUrl'], made['conference']],
      ['ready', true, 'external', zoom.url, zoom],
    );
    assert.deepEqual([made['options'].state, typeof made['webLink']], ['none', 'string']);
    const event = theEvent();
    assert.deepEqual([event.isOnlineMeeting, event.meeting, event.location.displayName], [false, null, zoom.url]);
    const href = 'https://zoom.us/j/4721903815?pwd=a&amp;b=1';
    assert.match(text(event), /^<p>Agenda:<br>1 &lt; 2<\/p><div class="parley-conference-[0-9a-f]{16}">/);
    assert.ok(text(event).includes(`<p><b>Zoom Meeting</b></p><p><a href="${href}">${href}</a></p>`));
    assert.ok(
      text(event).endsWith(
        '<p>Meeting code: 472 190 3815<br>Password: larch<br>PIN: 7781<br>Phone: +49 30 5557 1234, +1 555 010 7788</p></div>',
      ),
    );

    await change(id, { subject: 'Moved', start: tuesdayAtTwo, end: tuesdayHalfPastTwo, attendees: [] });
    await system.work();
    const moved = theEvent();
    assert.deepEqual(
      [moved.id, moved.subject, new Date(moved.start.at).toISOString(), moved.attendees, moved.body],
      [event.id, 'Moved', tuesdayAtTwo, [], event.body],
    );
    assert.ok(
      !('body' in JSON.parse(calls('PATCH', '/events')[0]?.body ?? '{}')),
      'nothing that did not change is sent',
    );
    await ask('POST', `/v1/meetings/${id}/cancel`, {});
    await system.work();
    assert.deepEqual([(await meeting(id))['status'], events().length], ['cancelled', 0]);
    assert.deepEqual(await history(id), [
      'created',
      'conference_assigned',
      'changed',
      'synced',
      'cancel_requested',
      'cancelled',
    ]);
  });
}

test('without a conference it is an event and nothing more, and ready as soon as it was read back', async (t) => {
  const { add, meeting, history, theEvent, change, system } = await startExternal(t);
  const id = await add({ conference: null });
  const made = await meeting(id);
  assert.deepEqual([made['status'], made['inSync'], made['joinUrl'], made['conference']], ['ready', true, null, null]);
  assert.deepEqual([text(theEvent()), theEvent().location.displayName], ['', '']);
  await change(id, { subject: 'Renamed' });
  assert.deepEqual([(await meeting(id))['status'], (await meeting(id))['inSync']], ['ready', false]);
  await system.work();
  await change(id, { conference: webex });
  await system.work();
  assert.deepEqual([theEvent().location.displayName, blocks(theEvent())], [webex.url, 1]);
  assert.equal((await meeting(id))['joinUrl'], webex.url);
  assert.deepEqual(await history(id), ['created', 'synced', 'changed', 'synced', 'changed', 'conference_assigned']);
});

test('another conference takes the place of the first, and what people wrote themselves is kept', async (t) => {
  const { add, edit, change, meeting, history, theEvent, calls, system } = await startExternal(t);
  const id = await add({ body: 'Agenda' });
  const before = theEvent().body;
  // Somebody writes above, below and inside what Parley wrote, and the editor names classes anew.
  const edited = before
    .replace('<p>Agenda</p>', '<p>Agenda, by Dana</p>')
    .replace('class="parley', 'class="x_elementToProof x_parley')
    .replace('<p><b>Zoom', '<div><i>inside</i></div><p><b>Zoom')
    .replace('</body>', '<p>Below</p></body>');
  edit({ body: { contentType: 'html', content: edited } });
  await change(id, { conference: webex });
  await system.work();
  assert.match(
    text(theEvent()),
    /^<p>Agenda, by Dana<\/p><div class="parley-conference-[0-9a-f]{16}"><p><b>Webex<\/b><\/p><p><a href="https:\/\/northgate\.webex\.com\/meet\/dana">https:\/\/northgate\.webex\.com\/meet\/dana<\/a><\/p><\/div>\s*<p>Below<\/p>$/,
  );
  assert.equal(theEvent().location.displayName, webex.url);
  assert.equal((await meeting(id))['joinUrl'], webex.url);

  // What was there cannot be found any more: it is written once more, at the end.
  edit({ body: { contentType: 'html', content: '<p>All new</p>' } });
  await change(id, { conference: zoom });
  await system.work();
  assert.match(text(theEvent()), /^<p>All new<\/p>\s*<div class="parley-conference-[0-9a-f]{16}"><p><b>Zoom Meeting/);
  assert.equal(theEvent().location.displayName, zoom.url);

  // A room that somebody chose is theirs.
  edit({ location: { displayName: 'Room 5' } });
  await change(id, { conference: null });
  await system.work();
  assert.deepEqual([text(theEvent()), theEvent().location.displayName], ['<p>All new</p>', 'Room 5']);
  assert.deepEqual([(await meeting(id))['joinUrl'], (await meeting(id))['inSync']], [null, true]);
  const rewritten = calls('PATCH', '/events').length;
  await change(id, { conference: null });
  await system.work();
  assert.equal(calls('PATCH', '/events').length, rewritten, 'what is so already is not sent');
  assert.deepEqual(await history(id), [
    'created',
    'conference_assigned',
    'changed',
    'join_url_changed',
    'synced',
    'changed',
    'join_url_changed',
    'synced',
    'changed',
    'synced',
    'changed',
    'synced',
  ]);
});

test('hostile details are text in the invitation, and a long link stays out of the place', async (t) => {
  const { add, theEvent, meeting } = await startExternal(t);
  const nasty = '</div></a><img src=x onerror="alert(1)"><script>alert(2)</script>%MANAGE_URL%&lt;';
  const url = `https://zoom.us/j/1?${'a'.repeat(300)}&x='`.replace("'", '%27');
  const conference = {
    provider: nasty.slice(0, 100),
    url,
    meetingCode: nasty,
    password: nasty,
    pin: nasty,
    phone: [nasty],
  };
  const id = await add({ conference });
  assert.deepEqual((await meeting(id))['conference'], conference);
  const body = text(theEvent());
  assert.deepEqual(body.match(/<(?!\/?(div|p|b|a|br)\b)[^>]*>/g), null, body);
  assert.equal(body.match(/<\/div>/g)?.length, 1);
  assert.ok(!/\/bookings\//.test(body), 'nobody gets a visitor’s link by naming it');
  assert.equal(body.match(/href="([^"]*)"/)?.[1], url.replaceAll('&', '&amp;'));
  assert.equal(theEvent().location.displayName, conference.provider);
});

test('what somebody does in Outlook is asked about, followed, put back or made again as for any other', async (t) => {
  const { add, ask, look, move, remove, meeting, events, theEvent, system, db, desk } = await startExternal(t);
  const id = await add({ conference: null });
  await look();
  const resolve = (action: string) => ask('POST', `/v1/meetings/${id}/resolve`, { action });
  move(tuesdayAtTwo, tuesdayHalfPastTwo);
  await look();
  assert.equal((await meeting(id))['status'], 'out_of_sync');
  const accepted = await resolve('accept');
  assert.deepEqual([accepted['status'], accepted['inSync'], accepted['start']], ['ready', true, tuesdayAtTwo]);

  move(tuesdayAtTen, tuesdayHalfPastTen);
  await look();
  await resolve('restore');
  await system.work();
  assert.equal(new Date(theEvent().start.at).toISOString(), tuesdayAtTwo);
  assert.equal((await meeting(id))['status'], 'ready');

  const first = theEvent().id;
  remove();
  await look();
  assert.deepEqual([(await meeting(id))['outlookChange'].kind, events().length], ['deleted', 0]);
  await resolve('recreate');
  await system.work();
  assert.notEqual(theEvent().id, first);
  assert.equal((await meeting(id))['status'], 'ready');

  remove();
  await look();
  await ask('POST', `/v1/meetings/${id}/retry`, {});
  await system.work();
  assert.deepEqual([events().length, (await meeting(id))['status']], [1, 'ready']);

  await db.updateTable('workspaces').set({ outlook_changes: 'follow' }).where('id', '=', desk.workspaceId).execute();
  move(tuesdayAtTen, tuesdayHalfPastTen);
  await look();
  assert.deepEqual([(await meeting(id))['start'], (await meeting(id))['inSync']], [tuesdayAtTen, true]);
});

test('a Teams meeting that somebody adds in Outlook is theirs, and stays when the details change', async (t) => {
  const { make, edit, ask, meeting, theEvent, system } = await startWatched(t);
  const id = await make({ kind: 'external', conference: zoom });
  edit({ isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' });
  const theirs = theEvent().meeting?.joinUrl;
  assert.ok(theirs);
  await ask('PATCH', `/v1/meetings/${id}`, { conference: webex });
  await system.work();
  assert.equal(theEvent().meeting?.joinUrl, theirs);
  assert.match(theEvent().body, /Join Microsoft Teams Meeting/);
  assert.deepEqual([(await meeting(id))['joinUrl'], blocks(theEvent())], [webex.url, 1]);
});

test('what goes together is said where it is refused, and nothing is written', async (t) => {
  const { add, ask, meeting, desk } = await startExternal(t);
  const both = 'Either Parley makes the Teams meeting, or you give the details of another: never both.';
  const wanted = {
    organizer: { memberId: desk.memberId },
    subject: 'Review',
    start: tuesdayAtTen,
    end: tuesdayHalfPastTen,
  };
  for (const kind of [undefined, 'calendar', 'standalone']) {
    const { errors } = await ask('POST', '/v1/meetings', { ...wanted, kind, conference: webex }, 400);
    assert.deepEqual(errors, [{ pointer: '/conference', detail: both }]);
  }
  const options = { allowMeetingChat: 'disabled' };
  const refused = await ask('POST', '/v1/meetings', { ...wanted, kind: 'external', options }, 400);
  assert.equal(refused['errors'][0].pointer, '/options');
  const id = await add();
  const before = await meeting(id);
  assert.equal((await ask('PATCH', `/v1/meetings/${id}`, { options }, 400))['errors'][0].pointer, '/options');
  assert.deepEqual(await meeting(id), before);
});

test('nothing is looked for of what is left of it, and Parley says why', async (t) => {
  const features = ['meetings', 'recordings', 'transcripts', 'attendance'];
  const { add, ask, db, system, meeting } = await startExternal(t, { access: 'app-only' });
  await db
    .updateTable('tenant_connections')
    .set({ features: JSON.stringify(features) as never })
    .execute();
  const id = await add();
  system.clock.set(new Date(tuesdayHalfPastTen));
  await system.advance(10 * 60_000);
  await system.advance(60 * 60_000);
  assert.deepEqual(await db.selectFrom('artifact_captures').selectAll().execute(), []);
  assert.deepEqual(await db.selectFrom('artifact_watches').selectAll().execute(), []);
  const { captures } = await ask('GET', `/v1/meetings/${id}/artifacts`);
  for (const { state, sentence } of captures) {
    assert.equal(state, 'not_possible');
    assert.match(sentence, /not made here/);
  }
  await ask('POST', `/v1/meetings/${id}/artifacts/refresh`);
  await system.work();
  assert.deepEqual(await db.selectFrom('artifact_captures').selectAll().execute(), []);
  assert.equal((await meeting(id))['status'], 'ready');
});

test('a tenant that is paused takes no new ones, and keeps in step those that it has', async (t) => {
  const { add, ask, meeting, system, theEvent, db } = await startExternal(t, { access: 'app-only' });
  const id = await add({ conference: null });
  await db.updateTable('tenant_connections').set({ stage: 'paused' }).execute();
  await ask('PATCH', `/v1/meetings/${id}`, { subject: 'Still in step' });
  await system.work();
  assert.deepEqual([(await meeting(id))['inSync'], theEvent().subject], [true, 'Still in step']);
});
