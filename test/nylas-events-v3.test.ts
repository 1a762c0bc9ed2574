import assert from 'node:assert/strict';
import { test } from 'node:test';
import { armFault, type FaultRequest } from '../emulator/faults.ts';
import { hour, startCalendar, tuesdayAtTen, until } from './support/nylas-calendar.ts';
import { Nylas7, Nylas8 } from './support/nylas-clients.ts';
import { limitedKey, listen } from './support/nylas-connect.ts';
import { startPeer, startWorkspace, type System } from './support/system.ts';

const when = { startTime: tuesdayAtTen, endTime: tuesdayAtTen + hour, startTimezone: 'Europe/Berlin' };
const teams = { provider: 'Microsoft Teams' as const, autocreate: {} };
const primary = { calendarId: 'primary' };
const raw = { title: 'Interview', when: { start_time: tuesdayAtTen, end_time: tuesdayAtTen + hour } };

/** What a client of Nylas throws, as a program looks at it. */
const failure = (asked: Promise<unknown>) =>
  asked.then(
    () => assert.fail('it was not refused'),
    (error: { statusCode?: number; type?: string; message: string; requestId?: string }) => error,
  );

/** The next event that is made at Microsoft meets this. */
const fail = ({ emulator }: System, kind: FaultRequest['kind']) =>
  armFault(emulator.context, { service: 'graph', method: 'POST', path: '/me/events', kind });

for (const [name, Nylas] of [
  ['nylas@7', Nylas7],
  ['nylas@8', Nylas8],
] as const)
  test(`N6: ${name} makes a Teams event and gets its join link, changes, lists, finds and removes it`, async (t) => {
    const { apiKey, apiUri, grant, inOutlook } = await startCalendar(t);
    const sdk = new Nylas({ apiKey, apiUri });
    const { data: event } = await sdk.events.create({
      identifier: grant,
      queryParams: { ...primary, notifyParticipants: true },
      requestBody: {
        title: 'Interview',
        description: 'Bring your papers & a pen.',
        when,
        participants: [{ email: 'sam@visitor.example', name: 'Sam Okafor', status: 'noreply' }],
        conferencing: teams,
        metadata: { my_key: 'Case 17', key1: 'north' },
      },
    });
    const conferencing = event.conferencing as { provider: string; details: { url: string } };
    const [made, ...others] = inOutlook();
    assert.equal(others.length, 0);
    assert.equal(conferencing.provider, 'Microsoft Teams');
    assert.equal(conferencing.details.url, made?.meeting?.joinUrl);
    assert.match(event.id, /^mtg_/);
    assert.equal(event.grantId, grant);
    assert.equal(event.object, 'event');
    assert.deepEqual(event.when, {
      object: 'timespan',
      startTime: tuesdayAtTen,
      endTime: tuesdayAtTen + hour,
      startTimezone: 'Europe/Berlin',
      endTimezone: 'Europe/Berlin',
    });
    assert.deepEqual(event.participants, [{ email: 'sam@visitor.example', name: 'Sam Okafor', status: 'noreply' }]);
    assert.equal(event.description, '<p>Bring your papers &amp; a pen.</p>');
    assert.equal(event.organizer?.email, 'dana.reyes@contoso.example');
    assert.equal(event.status, 'confirmed');
    assert.equal(event.icalUid, made?.iCalUId);
    assert.ok(event.htmlLink);

    const { data: moved } = await sdk.events.update({
      identifier: 'dana.reyes@contoso.example',
      eventId: event.id,
      queryParams: primary,
      requestBody: { when: { startTime: tuesdayAtTen + hour, endTime: tuesdayAtTen + 2 * hour } },
    });
    assert.equal(moved.title, 'Interview');
    assert.equal(new Date(inOutlook()[0]?.start.at ?? 0).toISOString(), '2026-11-24T10:00:00.000Z');
    assert.deepEqual(moved.participants, event.participants);
    assert.deepEqual(moved.conferencing, event.conferencing);

    const found = await sdk.events.find({ identifier: grant, eventId: event.id, queryParams: primary });
    assert.deepEqual(found.data, moved);
    const listed = await sdk.events.list({ identifier: grant, queryParams: primary });
    assert.deepEqual(
      listed.data.map(({ id }) => id),
      [event.id],
    );
    // Trap 2: every answer is parsed, so that 204 would be an error.
    const gone = await sdk.events.destroy({ identifier: grant, eventId: event.id, queryParams: primary });
    assert.ok(gone.requestId);
    await until(
      async () => inOutlook(),
      (events) => events.length === 0,
    );
    const missing = await failure(sdk.events.find({ identifier: grant, eventId: event.id, queryParams: primary }));
    assert.deepEqual([missing.statusCode, missing.type], [404, 'not_found_error']);
  });

test('N6: details by hand instead of autocreate, or no conference at all; they change, and never both', async (t) => {
  const { sdk, grant, inOutlook, ask, apiKey } = await startCalendar(t);
  const zoom = {
    provider: 'Zoom Meeting' as const,
    details: { url: 'https://zoom.us/j/1', meetingCode: '1', pin: '2' },
  };
  const create = (conferencing?: object) =>
    sdk.events.create({
      identifier: grant,
      queryParams: primary,
      requestBody: { title: 'Call', when, ...(conferencing && { conferencing: conferencing as typeof teams }) },
    });
  const { data: byHand } = await create(zoom);
  assert.deepEqual(byHand.conferencing, zoom);
  assert.equal(inOutlook()[0]?.isOnlineMeeting, false);
  const { data: none } = await create();
  assert.equal('conferencing' in none, false);
  assert.equal(inOutlook().length, 2);
  const update = (eventId: string, conferencing: object) =>
    sdk.events.update({
      identifier: grant,
      eventId,
      queryParams: primary,
      requestBody: { conferencing },
    });
  const webex = { provider: 'WebEx', details: { url: 'https://webex.example/2' } };
  assert.deepEqual((await update(byHand.id, webex)).data.conferencing, webex);
  assert.equal((await update(byHand.id, {})).data.conferencing, undefined);
  const { data: ours } = await create(teams);
  for (const [id, wanted, pattern] of [
    [none.id, teams, /made together with its event/],
    [ours.id, {}, /carries its own Teams meeting/],
    [ours.id, zoom, /carries its own Teams meeting/],
  ] as const) {
    const refused = await failure(update(id, wanted));
    assert.deepEqual([refused.statusCode, refused.type], [400, 'invalid_request_error']);
    assert.match(refused.message, pattern);
  }
  const both = { provider: 'Microsoft Teams', autocreate: {}, details: { url: 'https://teams.example/1' } };
  for (const [conferencing, pattern] of [
    [both, /made here or given by hand, never both/],
    [{ provider: 'Zoom Meeting', autocreate: {} }, /Only Microsoft Teams meetings are made here/],
    [{ provider: 'Microsoft Teams', autocreate: { conf_grant_id: 'con_other' } }, /belongs to whose calendar/],
    [{ provider: 'Microsoft Teams', autocreate: { conf_settings: { waiting_room: true } } }, /no option “waitingRoom”/],
    [{ provider: 'Microsoft Teams', details: { url: 'javascript:alert(1)' } }, /web address/],
    [{ provider: 'Microsoft Teams' }, /autocreate/],
    [{ autocreate: {} }, /Name the provider/],
  ] as const) {
    const path = `/v3/grants/${grant}/events?calendar_id=primary`;
    const answer = await ask(apiKey, 'POST', path, { ...raw, conferencing });
    assert.equal(answer.status, 400, JSON.stringify(conferencing));
    assert.match(answer.body['error'].message, pattern);
  }
  assert.equal(inOutlook().length, 3);
});

test('N6: options of the Teams meeting are set from conf_settings, as clients write their names', async (t) => {
  const { system, sdk, grant } = await startCalendar(t);
  const { data: event } = await sdk.events.create({
    identifier: grant,
    queryParams: primary,
    requestBody: {
      title: 'Call',
      when,
      conferencing: {
        provider: 'Microsoft Teams',
        autocreate: { confSettings: { allowedPresenters: 'organizer', lobbyBypassSettings: { scope: 'invited' } } },
      },
    },
  });
  const row = () =>
    system.database.db.selectFrom('meetings').selectAll().where('id', '=', event.id).executeTakeFirstOrThrow();
  assert.deepEqual((await row()).options, {
    allowedPresenters: 'organizer',
    lobbyBypassSettings: { scope: 'invited' },
  });
  await until(row, ({ options_applied_at: at }) => at !== null);
});

test('trap 3: refusals are problems, and errors as clients of version 3 read them', async (t) => {
  const { sdk, grant, ask, apiKey } = await startCalendar(t);
  const refused = await failure(
    sdk.events.create({
      identifier: grant,
      queryParams: primary,
      requestBody: { title: 'x'.repeat(300), when: { date: '2026-11-24' } },
    }),
  );
  assert.deepEqual([refused.statusCode, refused.type], [400, 'invalid_request_error']);
  assert.match(refused.message, /\/title: At most 255 characters\..*\/when: .*What lasts all day is not kept in step/);
  assert.ok(refused.requestId);
  const answer = await ask(apiKey, 'GET', `/v3/grants/${grant}/events/mtg_none`);
  assert.equal(answer.body['code'], 'not_found');
  assert.deepEqual(Object.keys(answer.body['error']), ['type', 'message']);
  const other = await failure(sdk.messages.list({ identifier: grant }));
  assert.deepEqual([other.statusCode, other.type], [404, 'not_found_error']);
  // Trap 10.
  assert.equal(answer.headers.get('x-request-id'), answer.body['request_id']);
});

test('traps 4 and 5: lists are asked for twice and in pieces; pages are never longer than asked for, and end', async (t) => {
  const { sdk, grant, ask, apiKey } = await startCalendar(t);
  const ids: string[] = [];
  for (let at = 0; at < 5; at += 1) {
    const { data } = await sdk.events.create({
      identifier: grant,
      queryParams: primary,
      requestBody: {
        title: `Call ${at}`,
        when: { startTime: tuesdayAtTen + at * hour, endTime: tuesdayAtTen + (at + 1) * hour },
        metadata: { key1: at % 2 === 0 ? 'even' : 'odd' },
      },
    });
    ids.push(data.id);
  }
  const list = (queryParams: object) =>
    sdk.events.list({ identifier: grant, queryParams: { ...primary, ...queryParams } });
  const three = await list({ limit: 3 });
  assert.deepEqual(
    three.data.map(({ id }) => id),
    ids.slice(0, 3),
  );
  const ten = await list({ limit: 10 });
  assert.deepEqual([ten.data.map(({ id }) => id), ten.nextCursor], [ids, undefined]);
  const all: string[] = [];
  for await (const page of list({ limit: 2 })) all.push(...page.data.map(({ id }) => id));
  assert.deepEqual(all, ids);
  const idsOf = async (queryParams: object) => (await list(queryParams)).data.map(({ id }) => id);
  assert.deepEqual(await idsOf({ metadataPair: { key1: 'odd' } }), [ids[1], ids[3]]);
  assert.deepEqual(await idsOf({ title: 'call 4' }), [ids[4]]);
  const start = String(tuesdayAtTen + hour);
  assert.deepEqual(await idsOf({ start, end: String(tuesdayAtTen + 3 * hour) }), [ids[1], ids[2]]);
  assert.deepEqual(await idsOf({ end: String(tuesdayAtTen - hour) }), []);
  assert.deepEqual(await idsOf({ busy: false }), []);
  await sdk.events.destroy({ identifier: grant, eventId: ids[0] ?? '', queryParams: primary });
  assert.deepEqual(await idsOf({}), ids.slice(1));
  assert.deepEqual(await idsOf({ showCancelled: true }), ids);
  for (const query of ['limit=0', 'limit=201', 'start=soon', 'page_token=x', 'location=Rome', 'metadata_pair=x']) {
    const answer = await ask(apiKey, 'GET', `/v3/grants/${grant}/events?calendar_id=primary&${query}`);
    assert.equal(answer.status, 400, query);
  }
});

test('trap 6: metadata comes back as it was given', async (t) => {
  const { grant, ask, apiKey } = await startCalendar(t);
  const metadata = { my_key: 'a', myKey: 'b', 'ümlaut key': '{"x":1}', key5: '' };
  const path = `/v3/grants/${grant}/events`;
  const { body } = await ask(apiKey, 'POST', `${path}?calendar_id=primary`, { ...raw, metadata });
  assert.deepEqual(body['data'].metadata, metadata);
  const put = await ask(apiKey, 'PUT', `${path}/${body['data'].id}?calendar_id=primary`, {
    metadata: { only: 'this' },
  });
  assert.deepEqual(put.body['data'].metadata, { only: 'this' });
  const other = await ask(apiKey, 'PUT', `${path}/${body['data'].id}?calendar_id=primary`, { title: 'New' });
  assert.deepEqual([other.body['data'].title, other.body['data'].metadata], ['New', { only: 'this' }]);
});

test('traps 9 and 11: whoever does not wait, or long enough, gets the provider, and the link by asking again', async (t) => {
  const { system, sdk, grant } = await startCalendar(t);
  fail(system, { type: 'status', status: 503, retryAfter: '5' });
  const event = (headers: Record<string, string>) =>
    sdk.events.create({
      identifier: grant,
      queryParams: primary,
      requestBody: { title: 'Call', when, conferencing: teams },
      overrides: { headers },
    });
  const { data: late } = await event({ Prefer: 'wait=1' });
  assert.deepEqual(late.conferencing, { provider: 'Microsoft Teams' });
  const { data: async } = await event({ Prefer: 'respond-async' });
  assert.deepEqual(async.conferencing, { provider: 'Microsoft Teams' });
  for (const { id } of [late, async]) {
    const find = async () => {
      await system.advance(10_000);
      return sdk.events.find({ identifier: grant, eventId: id, queryParams: primary });
    };
    const { data } = await until(find, (found) => 'details' in (found.data.conferencing ?? {}));
    assert.match((data.conferencing as { details: { url: string } }).details.url, /^https:\/\/teams\./);
  }
});

test('trap 12: an Idempotency-Key makes one event of requests that are sent again, also at once', async (t) => {
  const { sdk, grant, inOutlook, ask, apiKey } = await startCalendar(t);
  const path = `/v3/grants/${grant}/events?calendar_id=primary`;
  const body = { ...raw, conferencing: { provider: 'Microsoft Teams', autocreate: {} } };
  const send = (wanted: object = body) => ask(apiKey, 'POST', path, wanted, { 'idempotency-key': 'booking-17' });
  const answers = await Promise.all(Array.from({ length: 5 }, () => send()));
  const done = answers.filter(({ status }) => status === 200);
  for (const { status, body: refused } of answers.filter((answer) => answer.status !== 200))
    assert.deepEqual([status, refused['error'].type], [409, 'api.concurrent_idempotent_request']);
  assert.ok(done.length >= 1);
  const again = await send();
  assert.equal(again.headers.get('idempotent-response'), 'true');
  assert.match(again.body['data'].conferencing.details.url, /^https:\/\/teams\./);
  assert.deepEqual(new Set([...done, again].map((answer) => answer.body['data'].id)).size, 1);
  const other = await send({ ...body, title: 'Other' });
  assert.deepEqual([other.status, other.body['error'].type], [409, 'api.invalid_idempotent_request']);
  assert.equal(inOutlook().length, 1);
  // Trap 8: bodies of DELETE are read.
  const gone = await ask(apiKey, 'DELETE', path.replace('?', `/${again.body['data'].id}?`), {});
  assert.deepEqual(Object.keys(gone.body), ['request_id']);
  const { data } = await sdk.events.list({ identifier: grant, queryParams: primary });
  assert.deepEqual(data, []);
});

test('what Microsoft refuses for good is told, and nothing of it comes about later; what passes is waited for', async (t) => {
  const { system, sdk, grant, inOutlook } = await startCalendar(t);
  const create = (headers: Record<string, string> = {}) =>
    sdk.events.create({
      identifier: grant,
      queryParams: primary,
      requestBody: { title: 'Call', when, conferencing: teams },
      overrides: { headers },
    });
  fail(system, { type: 'status', status: 403, code: 'ErrorAccessDenied' });
  const refused = await failure(create());
  assert.deepEqual([refused.statusCode, refused.type], [403, 'insufficient_scopes']);
  fail(system, { type: 'status', status: 403, code: 'ErrorAccessDenied' });
  const kept = { 'Idempotency-Key': 'once' };
  const first = await failure(create(kept));
  const second = await failure(create(kept));
  assert.deepEqual([second.statusCode, second.message], [first.statusCode, first.message]);
  fail(system, { type: 'status', status: 429, code: 'TooManyRequests', retryAfter: '1' });
  const asked = create();
  await until(
    () => system.database.db.selectFrom('meetings').select('attempts').where('attempts', '>', 0).execute(),
    (rows) => rows.length > 0,
  );
  await system.advance(5000);
  assert.equal((await asked).data.conferencing?.provider, 'Microsoft Teams');
  await system.advance(60_000);
  assert.equal(inOutlook().length, 1);
  const wanted = await system.database.db.selectFrom('meetings').select(['wanted', 'status']).execute();
  assert.deepEqual(wanted.map((row) => row.wanted).toSorted(), ['cancelled', 'cancelled', 'scheduled']);
});

test('an answer of Microsoft that is lost leaves exactly one event', async (t) => {
  const { system, sdk, grant, inOutlook } = await startCalendar(t);
  // The event is made, and the answer lost.
  fail(system, { type: 'drop-response' });
  const { data } = await sdk.events.create({
    identifier: grant,
    queryParams: primary,
    requestBody: { title: 'Call', when, conferencing: teams },
    overrides: { headers: { Prefer: 'respond-async' } },
  });
  await until(
    async () => inOutlook(),
    (events) => events.length === 1,
  );
  const find = async () => {
    await system.advance(60_000);
    return sdk.events.find({ identifier: grant, eventId: data.id, queryParams: primary });
  };
  const { data: found } = await until(find, (event) => 'details' in (event.data.conferencing ?? {}));
  assert.equal(inOutlook().length, 1);
  assert.equal((found.conferencing as { details: { url: string } }).details.url, inOutlook()[0]?.meeting?.joinUrl);
});

test('trap 11: whoever gives up, or loses the process that they asked, asks again with their key: exactly one event', async (t) => {
  const { system, apiUri, apiKey, grant, inOutlook } = await startCalendar(t, { worker: false });
  const send = (at: string, more: RequestInit = {}) =>
    fetch(`${at}/v3/grants/${grant}/events?calendar_id=primary`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': 'booking-18',
      },
      body: JSON.stringify({ ...raw, conferencing: { provider: 'Microsoft Teams', autocreate: {} } }),
      ...more,
    });
  // Nobody works: the first one waits for a link, until its client is gone.
  const client = new AbortController();
  const first = send(apiUri, { signal: client.signal }).catch(() => 'gone');
  const meetings = () => system.database.db.selectFrom('meetings').select('id').execute();
  const [made] = await until(meetings, (rows) => rows.length > 0);
  client.abort();
  assert.equal(await first, 'gone');
  // Another process knows nothing of it but what is in the database.
  const peer = await startPeer(t, system);
  const again = await send(await listen(t, { app: peer.app } as System));
  const { data } = (await again.json()) as { data: { id: string } };
  assert.deepEqual([again.status, data.id], [200, made?.id]);
  assert.equal(inOutlook().length, 0);
  await peer.app.drain();
  assert.deepEqual([inOutlook().length, (await meetings()).length], [1, 1]);
});

test('what is not kept in step is refused with a sentence, and what harms nobody is passed over', async (t) => {
  const { grant, ask, apiKey } = await startCalendar(t);
  const path = `/v3/grants/${grant}/events?calendar_id=primary`;
  for (const [field, value] of Object.entries({
    location: 'Room 4',
    recurrence: ['RRULE:FREQ=DAILY'],
    busy: false,
    visibility: 'private',
    hide_participants: true,
    notetaker: { name: 'Notes' },
    resources: [{ email: 'room@contoso.example' }],
    when: { time: tuesdayAtTen },
    participants: [{ email: 'a@b.example' }, { email: 'A@b.example' }],
    metadata: { nested: { a: 1 } },
    description: 'x'.repeat(20_001),
    title: 'a\0b',
  })) {
    const answer = await ask(apiKey, 'POST', path, { ...raw, [field]: value });
    assert.equal(answer.status, 400, field);
    assert.ok(
      answer.body['errors'].every(({ pointer }: { pointer: string }) => pointer.startsWith(`/${field}`)),
      field,
    );
  }
  const fine = await ask(apiKey, 'POST', `${path}&notify_participants=false`, {
    ...raw,
    location: '',
    recurrence: [],
    busy: true,
    visibility: 'default',
    reminders: { use_default: false, overrides: [{ reminder_minutes: 5 }] },
    capacity: 5,
    read_only: true,
    something_new: 1,
    description: '<p>Bring <b>this</b>: %MANAGE_URL%</p>',
  });
  assert.equal(fine.status, 200, JSON.stringify(fine.body));
  assert.equal(fine.body['data'].description, '<p>Bring <b>this</b>: </p>');
  const eventPath = path.replace('?', `/${fine.body['data'].id}?`);
  const same = await ask(apiKey, 'PUT', eventPath, { description: fine.body['data'].description });
  assert.equal(same.status, 200);
  const other = await ask(apiKey, 'PUT', eventPath, { description: 'Other' });
  assert.match(other.body['error'].message, /The text was sent with the invitation/);
  const rsvp = await ask(apiKey, 'POST', eventPath.replace('?', '/send-rsvp?'), { status: 'yes' });
  assert.match(rsvp.body['error'].message, /organized by the grant itself/);
  for (const hostile of ['%00', '..%2f..', 'mtg_%27', 'x'.repeat(300)]) {
    const answer = await ask(apiKey, 'GET', `/v3/grants/${grant}/events/${hostile}`);
    assert.deepEqual([answer.status, answer.body['error'].type], [404, 'not_found_error'], hostile);
    assert.equal((await ask(apiKey, 'GET', `/v3/grants/${hostile}/events`)).status, 404, hostile);
  }
  for (const body of ['{', '[]', 'null', '"x"', '{"when":[]}']) {
    assert.equal((await ask(apiKey, 'POST', path, body)).status, 400, body);
  }
});

test('events of others are not there: another grant, another workspace, a token, a limited key', async (t) => {
  const story = await startCalendar(t);
  const { system, grant, ask, apiKey, tokenFor, workspaceId, connect, api } = story;
  const milan = await connect('milan.okafor');
  const of = (id: string, rest = '') => `/v3/grants/${id}/events${rest}?calendar_id=primary`;
  const { body } = await ask(apiKey, 'POST', of(grant), raw);
  const { id } = body['data'] as { id: string };
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const wrong = await ask(apiKey, method, of(milan, `/${id}`), method === 'GET' ? undefined : {});
    assert.equal(wrong.status, 404, method);
  }
  const token = await tokenFor(milan);
  assert.equal((await ask(token, 'GET', of(grant))).status, 404);
  assert.equal((await ask(token, 'POST', of(grant), raw)).status, 404);
  assert.equal((await ask(token, 'GET', of('me'))).status, 200);
  const other = await startWorkspace(system);
  assert.equal((await ask(other.apiKey, 'GET', of(grant))).status, 404);
  const reading = await limitedKey(system, workspaceId, ['meetings:read']);
  assert.equal((await ask(reading, 'GET', of(grant, `/${id}`))).status, 200);
  const refused = await ask(reading, 'POST', of(grant), raw);
  assert.deepEqual([refused.status, refused.body['error'].type], [403, 'insufficient_scopes']);
  assert.equal((await ask(reading, 'DELETE', of(grant, `/${id}`))).status, 403);
  assert.equal((await ask('parley_key_guess', 'GET', of(grant))).status, 401);
  // A meeting on no calendar is no event; one of a booking is moved by its booking.
  const standalone = await api('POST', '/v1/meetings', {
    organizer: { connectionId: grant },
    kind: 'standalone',
    subject: 'Aside',
    start: '2026-11-25T10:00:00Z',
    end: '2026-11-25T11:00:00Z',
  });
  assert.equal(standalone.status, 201, JSON.stringify(standalone.body));
  assert.equal((await ask(apiKey, 'GET', of(grant, `/${standalone.body['id']}`))).status, 404);
});

test('calendars: one, the primary, by its id, as “primary”, or by the address of the mailbox', async (t) => {
  const { sdk, grant, ask, apiKey } = await startCalendar(t);
  const { data: all } = await sdk.calendars.list({ identifier: grant });
  assert.equal(all.length, 1);
  const [calendar] = all;
  assert.deepEqual([calendar?.isPrimary, calendar?.readOnly, calendar?.object], [true, false, 'calendar']);
  for (const calendarId of ['primary', calendar?.id ?? '', 'dana.reyes@contoso.example']) {
    const { data } = await sdk.calendars.find({ identifier: grant, calendarId });
    assert.deepEqual(data, calendar);
    const listed = await sdk.events.list({ identifier: grant, queryParams: { calendarId } });
    assert.deepEqual(listed.data, []);
  }
  const missing = await failure(sdk.calendars.find({ identifier: grant, calendarId: 'other' }));
  assert.equal(missing.statusCode, 404);
  assert.equal((await ask(apiKey, 'GET', `/v3/grants/${grant}/events?calendar_id=other`)).status, 404);
  const refused = await failure(sdk.calendars.create({ identifier: grant, requestBody: { name: 'Mine' } }));
  assert.deepEqual([refused.statusCode, refused.type], [400, 'invalid_request_error']);
});
