import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asApp, asPerson, caller, graphEmulator, meeting } from '../../test/support/graph-caller.ts';
import type { GraphCaller } from '../../test/support/graph-caller.ts';
import { mintDelegatedToken } from '../entra/access-token.ts';
import { PARLEY_CLIENT_ID } from '../seed.ts';

const dana = '1b6f0e3a-57c2-4d98-8a14-9e2d7c5b4f60';
const milan = '2c81d5f7-0a94-4e63-b7d2-45f6e8a1390c';
const ines = '7c4e80b6-2f93-4d1a-9e58-f16a3c0d7b25';
const nobody = '00000000-1111-4222-8333-444444444444';
const schedule = {
  schedules: ['dana.reyes@contoso.example'],
  startTime: { dateTime: '2026-11-25T00:00:00', timeZone: 'UTC' },
  endTime: { dateTime: '2026-11-26T00:00:00', timeZone: 'UTC' },
};

type Row = [what: string, expected: string, call: (caller: GraphCaller) => Promise<{ status: number; json: unknown }>];

function table(name: string, start: () => Promise<GraphCaller>, rows: Row[]): void {
  for (const [what, expected, call] of rows) {
    test(`${name}: ${what} is ${expected}`, async () => {
      const { status, json } = await call(await start());
      const { error } = json as { error?: { code: string; innerError: Record<string, string> } };
      assert.equal(error === undefined ? String(status) : `${status} ${error.code}`, expected);
      if (error !== undefined)
        assert.deepEqual(Object.keys(error.innerError), ['date', 'request-id', 'client-request-id']);
    });
  }
}

table('a person with their usual scopes', () => asPerson(graphEmulator(), 'dana.reyes'), [
  ['their own profile', '200', (g) => g.get('/me')],
  ['their own profile by name', '200', (g) => g.get('/users/dana.reyes@contoso.example')],
  ["another's profile", '403 Authorization_RequestDenied', (g) => g.get(`/users/${milan}`)],
  ['listing people', '403 Authorization_RequestDenied', (g) => g.get('/users')],
  ['their organization', '200', (g) => g.get('/organization')],
  ['service principals', '403 Authorization_RequestDenied', (g) => g.get('/servicePrincipals')],
  ['grants', '403 Authorization_RequestDenied', (g) => g.get('/oauth2PermissionGrants')],
  ['mailbox settings', '403 ErrorAccessDenied', (g) => g.get('/me/mailboxSettings')],
  ['sending mail', '403 ErrorAccessDenied', (g) => g.post('/me/sendMail', {})],
  ["another's calendar", '403 ErrorAccessDenied', (g) => g.get(`/users/${milan}/events`)],
  ['a mailbox that is not there', '404 ErrorInvalidUser', (g) => g.get(`/users/${nobody}/events`)],
  ['an event that is not there', '404 ErrorItemNotFound', (g) => g.get('/me/events/AAMkAGnope')],
  ['a calendar that is not there', '404 ErrorItemNotFound', (g) => g.get('/me/calendars/nope/events')],
  ['a segment that is not there', '400 BadRequest', (g) => g.get('/me/nothing')],
  ['availability', '200', (g) => g.post('/me/calendar/getSchedule', schedule)],
]);

table('a person who may only read', () => asPerson(graphEmulator(), 'dana.reyes', ['Calendars.Read']), [
  ['events', '200', (g) => g.get('/me/events')],
  ['creating', '403 ErrorAccessDenied', (g) => g.post('/me/events', meeting())],
  ['changing', '403 ErrorAccessDenied', (g) => g.patch('/me/events/x', {})],
  ['deleting', '403 ErrorAccessDenied', (g) => g.remove('/me/events/x')],
  ['the profile', '403 Authorization_RequestDenied', (g) => g.get('/me')],
]);

table('a person without a mailbox', () => asPerson(graphEmulator(), 'ines.falk'), [
  ['their calendar', '404 MailboxNotEnabledForRESTAPI', (g) => g.get('/me/calendar')],
  ['creating', '404 MailboxNotEnabledForRESTAPI', (g) => g.post('/me/events', meeting())],
  ['their profile', '200', (g) => g.get('/me')],
]);

const everything = ['User.Read', 'User.Read.All', 'Calendars.ReadWrite', 'Organization.Read.All', 'Directory.Read.All'];
table('a personal account', () => asPerson(graphEmulator(), 'kim.sandoval', everything), [
  ['the profile', '200', (g) => g.get('/me')],
  ['events', '200', (g) => g.get('/me/events')],
  ['availability', '403 ErrorAccessDenied', (g) => g.post('/me/calendar/getSchedule', schedule)],
  ['people', '403 Authorization_RequestDenied', (g) => g.get('/users')],
  ['the organization', '403 Authorization_RequestDenied', (g) => g.get('/organization')],
  ['grants', '403 Authorization_RequestDenied', (g) => g.get('/oauth2PermissionGrants')],
]);

table('an app', () => asApp(graphEmulator(), 'dana.reyes', ['Calendars.ReadWrite', 'User.ReadBasic.All']), [
  ['/me', '400 BadRequest', (g) => g.get('/me')],
  ['/me/events', '400 BadRequest', (g) => g.post('/me/events', meeting())],
  ["a person's events by id", '200', (g) => g.get(`/users/${dana}/events`)],
  ["a person's events by name", '201', (g) => g.post('/users/Dana.Reyes@contoso.example/events', meeting())],
  ['a person', '200', (g) => g.get(`/users/${milan}`)],
  ['a person who is not there', '404 Request_ResourceNotFound', (g) => g.get(`/users/${nobody}`)],
  ['a person of another tenant', '404 Request_ResourceNotFound', (g) => g.get('/users/elif.varga@larkfield.example')],
  ['a mailbox of another tenant', '404 ErrorInvalidUser', (g) => g.get('/users/elif.varga@larkfield.example/events')],
  ['a person without a mailbox', '404 MailboxNotEnabledForRESTAPI', (g) => g.get(`/users/${ines}/calendar`)],
  ['the organization', '403 Authorization_RequestDenied', (g) => g.get('/organization')],
]);

table('an app that nothing was granted to', () => asApp(graphEmulator(), 'dana.reyes', []), [
  ['events', '403 ErrorAccessDenied', (g) => g.get(`/users/${dana}/events`)],
  ['people', '403 Authorization_RequestDenied', (g) => g.get('/users')],
]);

const at = (dateTime: unknown, timeZone: unknown = 'UTC') => ({ dateTime, timeZone });
const create = (changes: Record<string, unknown>) => (g: GraphCaller) => g.post('/me/events', meeting(changes));
table('a create', () => asPerson(graphEmulator(), 'dana.reyes'), [
  ['without JSON', '400 BadRequest', (g) => g.post('/me/events', '{"subject":')],
  ['of a list', '400 BadRequest', (g) => g.post('/me/events', '[]')],
  ['of nothing', '400 ErrorPropertyValidationFailure', (g) => g.post('/me/events', {})],
  ['with an unknown property', '400 RequestBodyRead', create({ titel: 'x' })],
  ['with an unknown property inside', '400 RequestBodyRead', create({ body: { content: '', typ: 'x' } })],
  ['with a number for text', '400 RequestBodyRead', create({ subject: 5 })],
  ['with text for a flag', '400 RequestBodyRead', create({ isAllDay: 'yes' })],
  ['with an unknown provider', '400 RequestBodyRead', create({ onlineMeetingProvider: 'zoom' })],
  [
    'with a zone that does not exist',
    '400 TimeZoneNotSupportedException',
    create({ start: at('2026-11-25T09:00:00', 'Mars/Olympus') }),
  ],
  ['with a date that is none', '400 ErrorInvalidParameter', create({ start: at('25.11.2026') })],
  ['with a date that is a number', '400 RequestBodyRead', create({ start: at(5) })],
  ['that ends before it starts', '400 ErrorInvalidRequest', create({ end: at('2026-11-25T07:00:00') })],
  [
    'with an address that is none',
    '400 ErrorInvalidRecipients',
    create({ attendees: [{ emailAddress: { address: 'x' } }] }),
  ],
  [
    'with 501 attendees',
    '400 ErrorTooManyRecipients',
    create({
      attendees: Array.from({ length: 501 }, (_, index) => ({ emailAddress: { address: `a${index}@example.org` } })),
    }),
  ],
  [
    'with a bad extended property',
    '400 ErrorInvalidProperty',
    create({ singleValueExtendedProperties: [{ id: 'x', value: 'y' }] }),
  ],
  [
    'with an answer in an unknown zone',
    '400 TimeZoneNotSupportedException',
    (g) => g.post('/me/events', meeting(), { prefer: 'outlook.timezone="Nowhere"' }),
  ],
]);

table('a question', () => asPerson(graphEmulator(), 'dana.reyes'), [
  ['with a broken filter', '400 BadRequest', (g) => g.get("/me/events?$filter=subject eq 'x")],
  ['with half a filter', '400 BadRequest', (g) => g.get('/me/events?$filter=subject eq')],
  ['for a property that is none', '400 BadRequest', (g) => g.get('/me/events?$select=titel')],
  ['for a negative page', '400 BadRequest', (g) => g.get('/me/events?$top=-1')],
  [
    'for a window without an end',
    '400 ErrorInvalidParameter',
    (g) => g.get('/me/calendarView?startDateTime=2026-11-25T00:00:00Z'),
  ],
  [
    'for a window that is none',
    '400 ErrorInvalidParameter',
    (g) => g.get('/me/calendarView?startDateTime=x&endDateTime=y'),
  ],
  [
    'for everybody’s properties',
    '400 ErrorInvalidUrlQueryFilter',
    (g) => g.get('/me/events?$expand=singleValueExtendedProperties'),
  ],
  [
    'for a filtered delta',
    '400 ErrorInvalidUrlQuery',
    (g) =>
      g.get(
        "/me/calendarView/delta?startDateTime=2026-11-25T00:00:00Z&endDateTime=2026-11-26T00:00:00Z&$filter=subject eq 'x'",
      ),
  ],
]);

test('nothing is stored and nobody is invited when a create is refused', async () => {
  const emulator = graphEmulator();
  const g = await asPerson(emulator, 'dana.reyes');
  await g.post('/me/events', meeting({ titel: 'x' }));
  await g.post('/me/events', meeting(), { prefer: 'outlook.timezone="Nowhere"' });
  assert.equal(emulator.context.mailboxes.events.size, 0);
  assert.equal(emulator.context.mailboxes.messages.length, 0);
});

test('a missing, broken or expired token is 401 InvalidAuthenticationToken', async () => {
  const emulator = graphEmulator();
  const good = await asPerson(emulator, 'dana.reyes');
  for (const token of ['', 'nonsense', `${good.token}x`]) {
    const { status, json, headers } = await caller(emulator, token).get('/me');
    assert.deepEqual([status, json.error.code], [401, 'InvalidAuthenticationToken']);
    assert.match(headers.get('www-authenticate') ?? '', /^Bearer /);
  }
  emulator.clock.advance(2 * 60 * 60 * 1000);
  const expired = await good.get('/me');
  assert.equal(expired.json.error.message, 'Lifetime validation failed, the token is expired.');
});

test('request ids are made and echoed, in headers and in errors', async () => {
  const g = await asPerson(graphEmulator(), 'dana.reyes');
  const id = '5c2d9f10-6a1b-4c3d-8e4f-0a1b2c3d4e5f';
  const { headers, json } = await g.get('/me/events/nope', { 'client-request-id': id });
  assert.equal(headers.get('client-request-id'), id);
  assert.match(headers.get('request-id') ?? '', /^[0-9a-f-]{36}$/);
  assert.equal(headers.get('date'), 'Fri, 20 Nov 2026 09:00:00 GMT');
  assert.match(headers.get('x-ms-ags-diagnostic') ?? '', /ServerInfo/);
  assert.deepEqual(json.error.innerError, {
    date: '2026-11-20T09:00:00',
    'request-id': headers.get('request-id') ?? '',
    'client-request-id': id,
  });
});

test('a guest is asked for by the encoded form of their name', async () => {
  const g = await asApp(graphEmulator(), 'dana.reyes', ['User.Read.All']);
  const { status, json } = await g.get(
    '/users/sofia.marsh_larkfield.example%23EXT%23@contoso.example?$select=userType',
  );
  assert.deepEqual([status, json['userType']], [200, 'Guest']);
});

test('ReadBasic hides what only the full profile shows', async () => {
  const emulator = graphEmulator();
  const select = `/users/${dana}?$select=displayName,employeeId`;
  const basic = await (await asApp(emulator, 'dana.reyes', ['User.ReadBasic.All'])).get(select);
  assert.deepEqual([basic.json['displayName'], basic.json['employeeId']], ['Dana Reyes', null]);
  const full = await (await asApp(emulator, 'dana.reyes', ['User.Read.All'])).get(select);
  assert.equal(full.json['employeeId'], 'C-1001');
});

test('Calendars.ReadBasic shows times, not bodies or attendees', async () => {
  const emulator = graphEmulator();
  await (await asPerson(emulator, 'dana.reyes')).post('/me/events', meeting());
  const basic = await asPerson(emulator, 'dana.reyes', ['Calendars.ReadBasic']);
  const [event] = (await basic.get('/me/events')).json.value;
  assert.equal(event?.subject, 'Intake');
  assert.equal(event !== undefined && ('body' in event || 'attendees' in event || 'bodyPreview' in event), false);
});

test('a token for another tenant sees that tenant only', async () => {
  const emulator = graphEmulator();
  const user = [...emulator.context.directory.users.values()].find((one) => one.userPrincipalName.startsWith('elif'));
  const app = emulator.context.directory.apps.get(PARLEY_CLIENT_ID);
  assert.ok(user !== undefined && app !== undefined);
  const token = await mintDelegatedToken(emulator.context, {
    user,
    tenantId: user.tenantId,
    app,
    scopes: ['User.Read.All'],
    mfa: false,
    credential: 'secret',
  });
  const { json } = await caller(emulator, token).get('/users?$select=userPrincipalName');
  assert.ok(json.value.every((one) => String(one['userPrincipalName']).endsWith('@larkfield.example')));
});
