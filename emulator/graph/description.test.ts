import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { asApp, asPerson, graphEmulator, meeting } from '../../test/support/graph-caller.ts';
import { graphOpenApiMissing, loadGraphOpenApi } from '../../test/support/graph-openapi.ts';
import { missingMembers } from '../../test/support/graph-fixtures.ts';

const propertyId = 'String {66f5a359-4659-4830-9070-00040ec6ac6e} Name MyRef';
const window = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-31T00:00:00Z';
const at = (dateTime: string) => ({ dateTime, timeZone: 'Europe/Berlin' });

/** One call of every kind. */
async function tour() {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes', [
    'User.Read',
    'Calendars.ReadWrite',
    'Mail.Send',
    'MailboxSettings.Read',
  ]);
  const app = await asApp(emulator, 'dana.reyes', ['User.Read.All', 'Directory.Read.All', 'Application.Read.All']);
  const extended = [{ id: propertyId, value: 'b-1' }];
  const attendees = ['visitor@example.org', 'milan.okafor@contoso.example'].map((address) => ({
    emailAddress: { address },
  }));
  const event = (
    await dana.post('/me/events', meeting({ transactionId: 't', attendees, singleValueExtendedProperties: extended }))
  ).json;
  const recurrence = {
    pattern: { type: 'weekly', interval: 1, daysOfWeek: ['wednesday'] },
    range: { type: 'numbered', startDate: '2026-11-25', numberOfOccurrences: 3 },
  };
  await dana.post('/me/calendar/events', meeting({ recurrence, location: { displayName: 'Room 5' } }));
  const delta = (await dana.get(`/me/calendarView/delta?${window}`)).json['@odata.deltaLink'];
  await dana.get(`/me/events/${event.id}?$expand=singleValueExtendedProperties($filter=id eq '${propertyId}')`);
  await dana.get('/me/events?$top=1&$count=true&$orderby=start/dateTime&$select=subject,start,end,onlineMeeting');
  await dana.get(`/me/calendarView?${window}`);
  await dana.patch(`/me/events/${event.id}`, { start: at('2026-11-26T09:00:00'), end: at('2026-11-26T09:30:00') });
  const copy = (await (await asPerson(emulator, 'milan.okafor')).get('/me/events')).json.value[0];
  await (
    await asPerson(emulator, 'milan.okafor')
  ).post(`/me/events/${copy?.id}/accept`, { comment: 'Fine', sendResponse: true });
  await dana.post('/me/calendar/getSchedule', {
    schedules: ['milan.okafor@contoso.example', 'nobody@contoso.example'],
    startTime: at('2026-11-25T00:00:00'),
    endTime: at('2026-11-27T00:00:00'),
    availabilityViewInterval: 60,
  });
  await dana.post('/me/sendMail', {
    message: { subject: 'x', toRecipients: [{ emailAddress: { address: 'visitor@example.org' } }] },
  });
  for (const path of ['/me', '/me/calendar', '/me/calendars', '/me/mailboxSettings', '/organization'])
    await dana.get(path);
  await app.get(
    '/users?$top=3&$select=id,displayName,proxyAddresses,onPremisesExtensionAttributes,assignedPlans,userType',
  );
  const principals = (await app.get('/servicePrincipals')).json.value;
  await app.get(`/servicePrincipals/${principals.at(-1)?.id}/appRoleAssignments`);
  await app.get(`/servicePrincipals/${principals.at(-1)?.id}/oauth2PermissionGrants`);
  await app.get('/oauth2PermissionGrants');
  await dana.post(`/me/events/${event.id}/cancel`, { Comment: 'Ill' });
  await dana.get(delta);
  await dana.get('/me/events/nope');
  await dana.get('/users');
  return emulator;
}

test("every answer fits Microsoft's description", { skip: graphOpenApiMissing }, async () => {
  const emulator = await tour();
  assert.deepEqual(loadGraphOpenApi()?.violations(emulator.calls), []);
});

test(
  'the checker sees wrong types, unknown members and unknown operations',
  { skip: graphOpenApiMissing },
  async () => {
    const emulator = await tour();
    const checker = loadGraphOpenApi();
    const call = emulator.calls.find((one) => one.method === 'POST' && one.path === '/v1.0/me/events');
    assert.ok(call !== undefined && checker !== undefined);
    const spoiled = (body: object) => checker.violations([{ ...call, body: JSON.stringify(body) }]).join('\n');
    assert.match(spoiled(meeting({ subject: 5 })), /\/subject must be string/);
    assert.match(spoiled(meeting({ titel: 'x' })), /unevaluated properties \(titel\)/);
    assert.match(spoiled(meeting({ start: { date: 'x' } })), /\(date\)/);
    const nowhere = { ...call, url: call.url.replace('/events', '/eventz') };
    assert.match(checker.violations([nowhere]).join(), /no such operation/);
    const asked = {
      ...call,
      method: 'GET',
      body: '',
      url: `${call.url}?$selct=id`,
      responseBody: '{"value":[]}',
      status: 200,
    };
    assert.match(checker.violations([asked]).join(), /unknown query option \$selct/);
  },
);

// The same against short quotations from Microsoft's documentation, which are always here.
const fixtures = new URL('../../test/fixtures/graph/answers/', import.meta.url);
for (const file of readdirSync(fixtures).filter((name) => name.endsWith('.json'))) {
  const quoted = JSON.parse(readFileSync(new URL(file, fixtures), 'utf8')) as {
    source: string;
    call: { method: string; path: string; status: number };
    response: unknown;
  };
  test(`${file}: our answer has the members that ${quoted.source} shows`, async () => {
    const { method, path, status } = quoted.call;
    const emulator = await tour();
    const call = emulator.calls.find(
      (one) =>
        one.service === 'graph' && one.method === method && one.status === status && new RegExp(path).test(one.path),
    );
    assert.ok(call !== undefined, `${method} ${path} was called`);
    assert.deepEqual(missingMembers(quoted.response, JSON.parse(call.responseBody)), []);
  });
}
