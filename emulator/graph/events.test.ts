import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asPerson, first, graphEmulator, meeting } from '../../test/support/graph-caller.ts';

const propertyId = 'String {66f5a359-4659-4830-9070-00040ec6ac6e} Name MyRef';
const expand = `$expand=singleValueExtendedProperties($filter=id eq '${propertyId}')`;

test('a created event comes back in UTC, with seven decimals and the zone beside them', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const { status, json } = await dana.post('/me/events', meeting());
  assert.equal(status, 201);
  assert.deepEqual(json.start, { dateTime: '2026-11-25T08:00:00.0000000', timeZone: 'UTC' });
  assert.equal(json.originalStartTimeZone, 'Europe/Berlin');
  assert.equal(json['@odata.etag'], `W/"${json.changeKey}"`);
  assert.equal(json.onlineMeetingUrl, null);
});

test('Prefer names the zone of the answer, in Windows or IANA words', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  for (const timeZone of ['Pacific Standard Time', 'America/Los_Angeles']) {
    const { json, headers } = await dana.post('/me/events', meeting(), { prefer: `outlook.timezone="${timeZone}"` });
    assert.deepEqual(json.start, { dateTime: '2026-11-25T00:00:00.0000000', timeZone });
    assert.equal(headers.get('preference-applied'), `outlook.timezone="${timeZone}"`);
  }
});

test('an all-day event floats: it is midnight in whatever zone is asked for', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const day = (date: string) => ({ dateTime: `${date}T00:00:00`, timeZone: 'Europe/Berlin' });
  const input = { subject: 'Away', isAllDay: true, start: day('2026-11-25'), end: day('2026-11-26') };
  const { json } = await dana.post('/me/events', input, { prefer: 'outlook.timezone="Asia/Tokyo"' });
  assert.equal(json.start.dateTime, '2026-11-25T00:00:00.0000000');
  assert.equal((await dana.post('/me/events', { ...input, end: day('2026-11-25') })).status, 400);
});

test('the body is rewritten: scripts go, the text stays, Teams adds its block', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const content = '<p onclick="steal()">Agenda</p><script>steal()</script><a href="javascript:steal()">x</a>';
  const { json } = await dana.post('/me/events', meeting({ body: { contentType: 'HTML', content } }));
  assert.doesNotMatch(json.body.content, /steal/);
  assert.match(json.body.content, /<html>[\s\S]*<p>Agenda<\/p>[\s\S]*me-email-text[\s\S]*Join Microsoft Teams Meeting/);
  assert.match(json.bodyPreview, /^Agenda/);
  const text = await dana.get(`/me/events/${json.id}`, { prefer: 'outlook.body-content-type="text"' });
  assert.equal(text.json.body.contentType, 'text');
});

test('extended properties are absent from the create answer, read with $expand and found with $filter', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const upper = propertyId.replace('66f5a359', '66F5A359');
  const created = await dana.post(
    '/me/events',
    meeting({ singleValueExtendedProperties: [{ id: upper, value: "b'42" }] }),
  );
  assert.equal('singleValueExtendedProperties' in created.json, false);
  const read = await dana.get(`/me/events/${created.json.id}?${expand}`);
  assert.deepEqual(read.json.singleValueExtendedProperties, [{ id: propertyId, value: "b'42" }]);
  const filter = (value: string) =>
    `/me/events?$filter=singleValueExtendedProperties/Any(ep: ep/id eq '${propertyId}' and ep/value eq '${value}')&$select=subject&${expand}`;
  const found = await dana.get(filter("b''42"));
  assert.deepEqual(
    found.json.value.map((event) => event.subject),
    ['Intake'],
  );
  assert.equal(first(found).singleValueExtendedProperties[0]?.value, "b'42");
  assert.equal((await dana.get(filter('b4'))).json.value.length, 0);
});

test('an event is found by iCalUId, subject and start, but not by transactionId', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const { json } = await dana.post('/me/events', meeting({ transactionId: 't-1' }));
  const count = async (filter: string) =>
    (await dana.get(`/me/events?$filter=${encodeURIComponent(filter)}`)).json.value?.length;
  assert.equal(await count(`iCalUId eq '${json.iCalUId}'`), 1);
  assert.equal(await count("subject eq 'Intake' and start/dateTime ge '2026-11-25T08:00:00'"), 1);
  assert.equal(await count("start/dateTime ge '2026-11-25T08:00:01Z'"), 0);
  assert.equal((await dana.get("/me/events?$filter=transactionId eq 't-1'")).status, 400);
});

test('pages follow their nextLink, and $select, $orderby and $count are obeyed', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  for (const subject of ['B', 'C', 'A']) await dana.post('/me/events', meeting({ subject }));
  const page = await dana.get('/me/events?$orderby=subject desc&$top=2&$count=true&$select=subject');
  assert.equal(page.json['@odata.count'], 3);
  assert.deepEqual(Object.keys(first(page)).toSorted(), ['@odata.etag', 'id', 'subject']);
  const second = await dana.get(page.json['@odata.nextLink']);
  const subjects = [...page.json.value, ...second.json.value].map((event) => event.subject);
  assert.deepEqual(subjects, ['C', 'B', 'A']);
  assert.equal(second.json['@odata.nextLink'], undefined);
});

test('ordinary and immutable ids lead to the same event, and translate into each other', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const { json } = await dana.post('/me/events', meeting(), { prefer: 'IdType="ImmutableId"' });
  const ordinary = await dana.get(`/me/events/${encodeURIComponent(json.id)}`);
  assert.notEqual(ordinary.json.id, json.id);
  assert.equal(ordinary.json.iCalUId, json.iCalUId);
  const translated = await dana.post('/me/translateExchangeIds', {
    inputIds: [json.id],
    sourceIdType: 'restImmutableEntryId',
    targetIdType: 'restId',
  });
  assert.deepEqual(translated.json.value, [{ sourceId: json.id, targetId: ordinary.json.id }]);
  assert.equal((await dana.get(`/me/events/${json.id.toLowerCase()}`)).status, 404);
});

test('the same transactionId with the same content makes one event; with other content it is refused', async () => {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes');
  const made = await dana.post('/me/events', meeting({ transactionId: 't-1' }));
  const again = await dana.post('/me/events', meeting({ transactionId: 't-1' }));
  assert.deepEqual([again.status, again.json.id], [201, made.json.id]);
  const other = await dana.post('/me/events', meeting({ transactionId: 't-1', subject: 'Another' }));
  assert.equal(other.status, 400);
  assert.equal(other.json.error.code, 'ErrorDuplicateTransactionId');
  assert.equal(other.json.error['@event.existingEventId'], made.json.id);
  emulator.switches.duplicateTransactionStatus = 409;
  assert.equal((await dana.post('/me/events', meeting({ transactionId: 't-1', subject: 'X' }))).status, 409);
  assert.equal((await dana.get('/me/events')).json.value.length, 1);
  const patched = await dana.patch(`/me/events/${made.json.id}`, { transactionId: 't-2' });
  assert.equal(patched.status, 400);
});

test('a stale If-Match matters only where the switch says so', async () => {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes');
  const { json } = await dana.post('/me/events', meeting());
  const stale = { 'if-match': 'W/"old"' };
  assert.equal((await dana.patch(`/me/events/${json.id}`, { subject: 'B' }, stale)).status, 200);
  emulator.switches.ifMatch = 'honoured';
  const refused = await dana.patch(`/me/events/${json.id}`, { subject: 'C' }, stale);
  assert.deepEqual([refused.status, refused.json.error.code], [412, 'ErrorIrresolvableConflict']);
  const fresh = (await dana.get(`/me/events/${json.id}`)).json['@odata.etag'];
  assert.equal((await dana.patch(`/me/events/${json.id}`, { subject: 'C' }, { 'if-match': fresh })).status, 200);
});

test('events live in the calendar they were posted to, by every path', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes');
  const calendar = (await dana.post('/me/calendars', { name: 'Second' })).json.id;
  await dana.post(`/me/calendars/${calendar}/events`, meeting({ subject: 'There' }));
  await dana.post('/me/calendar/events', meeting({ subject: 'Here' }));
  const subjects = async (path: string) => (await dana.get(path)).json.value.map((event) => event.subject);
  assert.deepEqual(await subjects(`/users/dana.reyes@contoso.example/calendars/${calendar}/events`), ['There']);
  assert.deepEqual(
    await subjects("/users('1b6f0e3a-57c2-4d98-8a14-9e2d7c5b4f60')/Calendar/Events?$filter=subject eq 'Here'"),
    ['Here'],
  );
});
