import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asPerson, graphEmulator, meeting, NOW, person } from '../../test/support/graph-caller.ts';

const silently = { isOnlineMeeting: false, onlineMeetingProvider: 'unknown', onlineMeeting: null };

function onlinePart(json: Record<string, unknown>) {
  const { isOnlineMeeting, onlineMeetingProvider, onlineMeeting } = json;
  return { isOnlineMeeting, onlineMeetingProvider, onlineMeeting };
}

for (const [name, who] of [
  ['without a Teams licence', 'tomasz.hale'],
  ['in a personal account', 'kim.sandoval'],
] as const) {
  test(`a meeting ${name} is created without a link, and without a word`, async () => {
    const caller = await asPerson(graphEmulator(), who);
    const { status, json } = await caller.post('/me/events', meeting());
    assert.equal(status, 201);
    assert.deepEqual(onlinePart(json), silently);
    assert.doesNotMatch(json.body.content, /me-email-text/);
  });
}

test('a calendar that does not allow Teams gives no link either', async () => {
  const emulator = graphEmulator();
  const { mailbox } = person(emulator, 'dana.reyes');
  if (mailbox !== null) mailbox.allowedOnlineMeetingProviders = [];
  const dana = await asPerson(emulator, 'dana.reyes');
  assert.deepEqual(onlinePart((await dana.post('/me/events', meeting())).json), silently);
});

test('event ids of personal accounts look like theirs', async () => {
  const kim = await asPerson(graphEmulator(), 'kim.sandoval');
  const { json } = await kim.post('/me/events', meeting());
  assert.match(json.id, /^AQMkADAwATM/);
  assert.match(json['@odata.context'], /users\('kim\.sandoval%40outlook\.example'\)/);
});

test('join URLs come in the classic form and in the short one', async () => {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes');
  const classic = (await dana.post('/me/events', meeting())).json.onlineMeeting.joinUrl;
  assert.match(
    classic,
    /^https:\/\/teams\.microsoft\.com\/l\/meetup-join\/19%3ameeting_\w+={0,2}%40thread\.v2\/0\?context=%7b%22Tid%22%3a%22[\w-]+%22%2c%22Oid%22%3a%22[\w-]+%22%7d$/,
  );
  emulator.switches.joinUrlForm = 'meet';
  const short = (await dana.post('/me/events', meeting())).json.onlineMeeting.joinUrl;
  assert.match(short, /^https:\/\/teams\.microsoft\.com\/meet\/\d+\?p=[\w-]+$/);
});

test('a join URL can take its time, or never come', async () => {
  const emulator = graphEmulator();
  emulator.switches.joinUrlDelayMs = 5000;
  const dana = await asPerson(emulator, 'dana.reyes');
  const { json } = await dana.post('/me/events', meeting());
  assert.deepEqual(onlinePart(json), { ...silently, isOnlineMeeting: true, onlineMeetingProvider: 'teamsForBusiness' });
  assert.doesNotMatch(json.body.content, /me-email-text/);
  emulator.clock.set(NOW + 4999);
  assert.equal((await dana.get(`/me/events/${json.id}`)).json.onlineMeeting, null);
  emulator.clock.set(NOW + 5000);
  const later = (await dana.get(`/me/events/${json.id}`)).json;
  assert.match(later.onlineMeeting.joinUrl, /^https:/);
  assert.match(later.body.content, /me-email-text/);
  emulator.switches.joinUrlDelayMs = null;
  assert.equal((await dana.get(`/me/events/${json.id}`)).json.onlineMeeting, null);
});

test('a PATCH without a body keeps the link; one with the block keeps it too', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const { json } = await dana.post('/me/events', meeting());
  const moved = await dana.patch(`/me/events/${json.id}`, {
    start: { dateTime: '2026-11-26T09:00:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-11-26T09:30:00', timeZone: 'Europe/Berlin' },
  });
  assert.deepEqual([moved.status, moved.json.onlineMeeting], [200, json.onlineMeeting]);
  const content = json.body.content.replace('Agenda', 'New agenda');
  const edited = await dana.patch(`/me/events/${json.id}`, { body: { contentType: 'html', content } });
  assert.deepEqual(edited.json.onlineMeeting, json.onlineMeeting);
  assert.equal(edited.json.body.content.split('me-email-text').length, 2, 'one block, not two');
  assert.match(edited.json.body.content, /New agenda/);
});

test('a PATCH with a body that lacks the block loses the meeting, or gets another link', async () => {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes');
  const body = { contentType: 'html', content: '<p>New</p>' };
  const first = (await dana.post('/me/events', meeting())).json;
  assert.deepEqual(onlinePart((await dana.patch(`/me/events/${first.id}`, { body })).json), silently);
  emulator.switches.bodyWithoutBlock = 'new-join-url';
  const second = (await dana.post('/me/events', meeting())).json;
  const patched = (await dana.patch(`/me/events/${second.id}`, { body })).json;
  assert.notEqual(patched.onlineMeeting.joinUrl, second.onlineMeeting.joinUrl);
  assert.match(patched.body.content, /me-email-text/);
});

test('a meeting cannot be switched off, but an appointment can become one', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const online = (await dana.post('/me/events', meeting())).json;
  const kept = (await dana.patch(`/me/events/${online.id}`, { isOnlineMeeting: false })).json;
  assert.deepEqual(onlinePart(kept), onlinePart(online));
  const plain = (await dana.post('/me/events', meeting({ isOnlineMeeting: false }))).json;
  assert.deepEqual(onlinePart(plain), silently);
  const made = (await dana.patch(`/me/events/${plain.id}`, { isOnlineMeeting: true })).json;
  assert.match(made.onlineMeeting.joinUrl, /^https:/);
  assert.match(made.body.content, /Agenda[\s\S]*me-email-text/);
});

test('the calendar says which providers it allows', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const { json } = await dana.get('/me/calendar?$select=allowedOnlineMeetingProviders,defaultOnlineMeetingProvider');
  assert.deepEqual(json.allowedOnlineMeetingProviders, ['teamsForBusiness']);
  assert.equal(json.defaultOnlineMeetingProvider, 'teamsForBusiness');
});
