import assert from 'node:assert/strict';
import { test } from 'node:test';
import { armFault } from '../emulator/faults.ts';
import { Event6, EventParticipant6, Nylas6 } from './support/nylas-clients.ts';
import { hour, startCalendar, tuesdayAtTen, until, type CalendarStory } from './support/nylas-calendar.ts';
import { basicOf, limitedKey } from './support/nylas-connect.ts';

const raw = { title: 'Interview', when: { start_time: tuesdayAtTen, end_time: tuesdayAtTen + hour } };
const autocreate = { provider: 'Microsoft Teams', autocreate: {} };

/** Node's client of version 2, with a token for a grant. Its configuration is one for the whole process. */
async function clientFor({ apiUri, workspaceId, apiKey, tokenFor, grant }: CalendarStory, grantId = grant) {
  Nylas6.config({ clientId: workspaceId, clientSecret: apiKey, apiServer: apiUri });
  return Nylas6.with(await tokenFor(grantId));
}

/** What the server gave it. */
function there(id: string | undefined): string {
  assert.ok(id);
  return id;
}

const failure = (asked: Promise<unknown>) =>
  asked.then(
    () => assert.fail('it was not refused'),
    (error: { statusCode?: number; type?: string; message: string }) => error,
  );

test('N6: nylas@6 makes a Teams event, follows its job, and finds the join link', async (t) => {
  const story = await startCalendar(t);
  const { grant, inOutlook } = story;
  const nylas = await clientFor(story);
  const [calendar] = await nylas.calendars.list();
  assert.equal(calendar?.isPrimary, true);
  const event = new Event6(nylas, {
    title: 'Interview',
    calendarId: there(calendar.id),
    description: 'Bring your papers.',
    when: { startTime: tuesdayAtTen, endTime: tuesdayAtTen + hour },
    participants: [{ email: 'sam@visitor.example', name: 'Sam Okafor' }],
    conferencing: autocreate,
    metadata: { my_key: 'Case 17' },
  });
  await event.save({ notify_participants: true });
  assert.equal(event.accountId, grant);
  assert.equal(event.conferencing?.provider, 'Microsoft Teams');
  assert.equal(event.conferencing?.details, undefined);
  const job = await until(
    () => nylas.jobStatuses.find(there(event.jobStatusId)),
    ({ status }) => status !== 'pending',
  );
  assert.deepEqual([job.isSuccessful(), job.action, job.accountId], [true, 'create_event', grant]);
  const found = await nylas.events.find(there(event.id));
  const [made, ...others] = inOutlook();
  assert.equal(others.length, 0);
  assert.ok(made?.meeting);
  assert.equal(found.conferencing?.details?.url, made.meeting.joinUrl);
  assert.deepEqual(found.metadata, { my_key: 'Case 17' });
  assert.equal(found.when.startTime, tuesdayAtTen);
  assert.equal(found.iCalUID, made.iCalUId);
  assert.equal(found.organizerEmail, 'dana.reyes@contoso.example');
  assert.deepEqual(
    (await nylas.jobStatuses.list()).map(({ id }) => id),
    [event.jobStatusId],
  );

  // Trap 7: the whole event is sent back, with the link that it got from here.
  found.title = 'Second interview';
  found.participants = [...(found.participants ?? []), new EventParticipant6({ email: 'ana@visitor.example' })];
  await found.save();
  const update = await until(
    () => nylas.jobStatuses.find(there(found.jobStatusId)),
    ({ status }) => status !== 'pending',
  );
  assert.deepEqual([update.status, update.action], ['successful', 'update_event']);
  const [changed, ...more] = inOutlook();
  assert.equal(more.length, 0);
  assert.equal(changed?.subject, 'Second interview');
  assert.equal(changed.isOnlineMeeting, true);
  assert.equal(changed.meeting?.joinUrl, made.meeting.joinUrl);
  assert.deepEqual(
    changed.attendees.map(({ emailAddress }) => emailAddress.address),
    ['sam@visitor.example', 'ana@visitor.example'],
  );
  const echoed = await nylas.events.find(there(event.id));
  const before = echoed.jobStatusId;
  await echoed.save();
  assert.equal(echoed.jobStatusId, before, 'nothing was changed');

  // Trap 8: its DELETE has a body.
  const gone = (await nylas.events.delete(there(event.id))) as { job_status_id: string };
  const removal = await until(
    () => nylas.jobStatuses.find(gone.job_status_id),
    ({ status }) => status !== 'pending',
  );
  assert.deepEqual([removal.status, removal.action], ['successful', 'delete_event']);
  assert.equal(inOutlook().length, 0);
  assert.deepEqual(await nylas.events.list(), []);
});

test('N6: details by hand come back and change; autocreate and details together are refused on both sides', async (t) => {
  const story = await startCalendar(t);
  const { inOutlook, ask, apiKey } = story;
  const nylas = await clientFor(story);
  const event = new Event6(nylas, {
    title: 'Call',
    calendarId: 'primary',
    when: { startTime: tuesdayAtTen, endTime: tuesdayAtTen + hour },
    conferencing: {
      provider: 'Zoom Meeting',
      details: { url: 'https://zoom.us/j/1', meetingCode: '1', password: 'p', pin: '2', phone: ['+49 30 1'] },
    },
  });
  await event.save();
  await until(
    () => nylas.jobStatuses.find(there(event.jobStatusId)),
    (job) => job.isSuccessful(),
  );
  const found = await nylas.events.find(there(event.id));
  assert.deepEqual(found.conferencing?.toJSON(), {
    provider: 'Zoom Meeting',
    details: { url: 'https://zoom.us/j/1', meeting_code: '1', password: 'p', pin: '2', phone: ['+49 30 1'] },
    autocreate: undefined,
  });
  assert.equal(inOutlook()[0]?.isOnlineMeeting, false);
  assert.match(inOutlook()[0]?.body ?? '', /zoom\.us\/j\/1/);
  const wrong = new Event6(nylas, {
    title: 'Call',
    calendarId: 'primary',
    when: { startTime: tuesdayAtTen, endTime: tuesdayAtTen + hour },
    conferencing: { ...autocreate, details: { url: 'https://teams.example/1' } },
  });
  assert.throws(() => void wrong.save(), /both/);
  const both = { ...raw, conferencing: { ...autocreate, details: { url: 'https://teams.example/1' } } };
  const refused = await ask(apiKey, 'POST', '/events', both);
  assert.deepEqual([refused.status, refused.body['type']], [400, 'invalid_request_error']);
  assert.match(refused.body['message'], /made here or given by hand, never both/);
  assert.equal(inOutlook().length, 1);
});

test('N6: what Microsoft refuses is a failed job, with the reason; the event keeps waiting for a person', async (t) => {
  const story = await startCalendar(t);
  const { system, ask, apiKey } = story;
  const nylas = await clientFor(story);
  armFault(system.emulator.context, {
    service: 'graph',
    method: 'POST',
    path: '/me/events',
    kind: { type: 'status', status: 403, code: 'ErrorAccessDenied' },
  });
  const event = new Event6(nylas, {
    title: 'Call',
    calendarId: 'primary',
    when: { startTime: tuesdayAtTen, endTime: tuesdayAtTen + hour },
    conferencing: autocreate,
  });
  await event.save();
  await until(
    () => nylas.jobStatuses.find(there(event.jobStatusId)),
    ({ status }) => status === 'failed',
  );
  const job = await ask(apiKey, 'GET', `/job-statuses/${event.jobStatusId}`);
  assert.deepEqual(job.body['error'].type, 'insufficient_scopes');
  assert.ok(job.body['reason'].length > 20);
  assert.equal((await nylas.events.find(there(event.id))).conferencing?.provider, 'Microsoft Teams');
});

test('lists are bare arrays, cut by offset and limit, also as ids and as a count', async (t) => {
  const story = await startCalendar(t);
  const { ask, apiKey } = story;
  const nylas = await clientFor(story);
  const ids: string[] = [];
  for (let at = 0; at < 4; at += 1) {
    const event = new Event6(nylas, {
      title: `Call ${at}`,
      calendarId: 'primary',
      when: { startTime: tuesdayAtTen + at * hour, endTime: tuesdayAtTen + (at + 1) * hour },
      metadata: { key1: String(at) },
    });
    await event.save();
    ids.push(event.id ?? '');
  }
  const idsOf = async (params: Record<string, unknown>) => (await nylas.events.list(params)).map(({ id }) => id);
  assert.deepEqual(await idsOf({}), ids);
  assert.deepEqual(await idsOf({ limit: 2, offset: 1 }), ids.slice(1, 3));
  assert.equal(await nylas.events.count(), 4);
  assert.equal(await nylas.events.count({ title: 'call 2' }), 1);
  assert.deepEqual(await nylas.events.list({ view: 'ids' }), ids);
  assert.deepEqual(await idsOf({ starts_after: tuesdayAtTen + hour, ends_before: tuesdayAtTen + 3 * hour }), [
    ids[1],
    ids[2],
  ]);
  assert.deepEqual(await idsOf({ ends_after: tuesdayAtTen + 3 * hour }), [ids[3]]);
  assert.deepEqual(await idsOf({ starts_before: tuesdayAtTen + hour }), [ids[0]]);
  assert.deepEqual(await idsOf({ metadata_pair: { key1: '2' } }), [ids[2]]);
  assert.equal((await nylas.events.first())?.id, ids[0]);
  for (const query of ['limit=0', 'offset=-1', 'starts_after=x', 'view=all'])
    assert.equal((await ask(apiKey, 'GET', `/events?${query}`)).status, 400, query);
});

test('accounts: a lasting token for a grant, the account, and its management by the client secret', async (t) => {
  const story = await startCalendar(t);
  const { grant, ask, apiKey, apiUri, workspaceId, connect, tokenFor, system } = story;
  const nylas = await clientFor(story);
  const account = await nylas.account.get();
  assert.deepEqual(
    [account.id, account.emailAddress, account.provider, account.syncState],
    [grant, 'dana.reyes@contoso.example', 'microsoft', 'running'],
  );
  const { accounts } = Nylas6 as unknown as {
    accounts: { list(): Promise<Managed[]>; find(id: string): Promise<Managed> };
  };
  type Managed = {
    id: string;
    emailAddress: string;
    tokenInfo(token: string): Promise<{ state: string }>;
    revokeAll(kept?: string): Promise<unknown>;
  };
  assert.deepEqual(
    (await accounts.list()).map(({ id }) => id),
    [grant],
  );
  const managed = await accounts.find(grant);
  assert.equal(managed.emailAddress, 'dana.reyes@contoso.example');

  // Clients of version 2 know of no new token: a month later it is as good.
  system.clock.advance(30 * 24 * hour * 1000);
  assert.equal((await nylas.account.get()).id, grant);
  const [kept, other] = [await tokenFor(grant), await tokenFor(grant)];
  assert.equal((await managed.tokenInfo(kept)).state, 'valid');
  await managed.revokeAll(kept);
  assert.equal((await ask(other, 'GET', '/account')).status, 401);
  assert.equal((await ask(kept, 'GET', '/account')).status, 200);
  await Nylas6.revoke(kept);
  assert.equal((await ask(kept, 'GET', '/account')).status, 401);

  // An API key is enough where there is one grant only.
  assert.equal((await ask(apiKey, 'GET', '/account')).body['id'], grant);
  const milan = await connect('milan.okafor');
  const which = await ask(apiKey, 'GET', '/account');
  assert.equal(which.status, 400);
  assert.match(which.body['message'], /POST \/oauth\/token/);

  const path = `/a/${workspaceId}/accounts`;
  const token = await tokenFor(milan);
  for (const authorization of [
    `Basic ${basicOf(apiKey, '').trim()}`,
    `Bearer ${apiKey}`,
    `Basic ${basicOf(workspaceId, apiKey)}`,
  ]) {
    const all = await fetch(apiUri + path, { headers: { authorization } });
    assert.equal(((await all.json()) as unknown[]).length, 2, authorization);
  }
  const own = await fetch(apiUri + path, { headers: { authorization: `Bearer ${token}` } });
  assert.deepEqual(
    ((await own.json()) as { id: string }[]).map(({ id }) => id),
    [milan],
  );
  assert.equal((await ask(token, 'GET', `${path}/${grant}`)).status, 404);
  assert.equal((await ask(token, 'POST', `${path}/${milan}/revoke-all`, {})).status, 403);
  assert.equal((await ask(apiKey, 'GET', '/a/wrk_other/accounts')).status, 404);
});

test('tokens are given by POST to whoever proves to be the application, and no key gives more than it has', async (t) => {
  const { grant, ask, apiUri, apiKey, workspaceId, system } = await startCalendar(t);
  const wanted = { grant_type: 'client_credentials', client_id: workspaceId, client_secret: apiKey, grant_id: grant };
  const post = (body: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${apiUri}/oauth/token`, { method: 'POST', body: new URLSearchParams(body), headers });
  const given = (await (await post(wanted)).json()) as Record<string, string>;
  assert.deepEqual(
    [given['account_id'], given['email_address'], given['token_type']],
    [grant, 'dana.reyes@contoso.example', 'bearer'],
  );
  const { client_id: _, client_secret: __, ...bare } = wanted;
  const basic = { authorization: `Basic ${basicOf(workspaceId, apiKey)}` };
  assert.equal((await post(bare, basic)).status, 200);
  const limited = await limitedKey(system, workspaceId, ['connections:write', 'meetings:read']);
  for (const [body, status, error] of [
    [{ ...wanted, client_secret: 'parley_key_guess' }, 401, 'invalid_client'],
    [{ ...wanted, client_id: 'wrk_other' }, 401, 'invalid_client'],
    [{ ...wanted, client_secret: limited }, 403, 'unauthorized_client'],
    [{ ...wanted, grant_id: 'con_other' }, 404, 'invalid_grant'],
    [{ ...wanted, grant_type: 'authorization_code', code: 'parley_code_guess' }, 400, 'invalid_grant'],
    [{ ...wanted, grant_type: 'password' }, 400, 'invalid_request'],
    [bare, 401, 'invalid_client'],
  ] as const) {
    const answer = await post(body);
    const told = (await answer.json()) as Record<string, string>;
    assert.deepEqual([answer.status, told['error']], [status, error], JSON.stringify(body));
  }
  // A secret in an address would stand in every log on its way.
  const query = new URLSearchParams(wanted);
  assert.equal((await ask(apiKey, 'GET', `/oauth/token?${query.toString()}`)).status, 405);
  assert.equal(system.lines.join('\n').includes(given['access_token'] ?? '?'), false);
  assert.equal((await ask(apiKey, 'POST', '/oauth/revoke')).status, 400);
});

test('events of other grants are not there, hostile input is refused, and errors read as version 2 writes them', async (t) => {
  const story = await startCalendar(t);
  const { grant, ask, connect, tokenFor, workspaceId, system } = story;
  const milan = await connect('milan.okafor');
  const [dana, other] = [await tokenFor(grant), await tokenFor(milan)];
  const { body } = await ask(dana, 'POST', '/events', raw);
  const { id, job_status_id: job } = body as Record<string, string>;
  for (const [method, path] of [
    ['GET', `/events/${id}`],
    ['PUT', `/events/${id}`],
    ['DELETE', `/events/${id}`],
    ['GET', `/job-statuses/${job}`],
  ] as const)
    assert.equal((await ask(other, method, path, method === 'GET' ? undefined : {})).status, 404, path);
  assert.equal((await ask(dana, 'GET', `/job-statuses/${job}`)).status, 200);
  const reading = await limitedKey(system, workspaceId, ['meetings:read']);
  assert.equal((await ask(reading, 'POST', '/events', raw)).status, 403);
  for (const bad of ['{', '[]', 'null', '{}', '{"when":{"start_time":"x"}}', '{"title":"a\\u0000"}']) {
    const answer = await ask(dana, 'POST', '/events', bad);
    assert.deepEqual([answer.status, answer.body['type']], [400, 'invalid_request_error'], bad);
    assert.ok(answer.body['message'].length > 10);
  }
  for (const path of ['/events/%00', '/events/x%27', '/job-statuses/%00', '/calendars/other'])
    assert.equal((await ask(dana, 'GET', path)).status, 404, path);
  assert.equal((await ask(dana, 'POST', '/send-rsvp', { event_id: id, status: 'yes' })).status, 400);
  assert.equal((await ask(dana, 'POST', '/calendars', { name: 'Mine' })).status, 400);
  const nylas = await clientFor(story);
  const missing = await failure(nylas.events.find('mtg_none'));
  assert.deepEqual([missing.statusCode, missing.type], [404, 'not_found_error']);
});

test('whoever asks too often is told when to come again, as both versions say it', async (t) => {
  const { ask, apiKey, grant } = await startCalendar(t, { env: { Api__RequestsPerMinute: '3' } });
  const last = async (path: string) => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask(apiKey, 'GET', path)));
    const refused = answers.find(({ status }) => status === 429);
    assert.ok(refused);
    return refused;
  };
  const second = await last('/events');
  assert.deepEqual([second.body['type'], second.headers.get('x-ratelimit-reset')], ['nylas_rate_limit_exceeded', '20']);
  const third = await last(`/v3/grants/${grant}/events`);
  assert.deepEqual([third.body['error'].type, third.headers.get('retry-after')], ['nylas_rate_limit_exceeded', '20']);
});
