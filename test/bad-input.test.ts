import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createAdaptorServer } from '@hono/node-server';
import { connect as open } from 'node:net';
import type { AddressInfo } from 'node:net';
import { PARLEY_CLIENT_ID } from '../emulator/seed.ts';
import { createKnownKeys } from '../src/access/known-keys.ts';
import { createApiKey, createWorkspace } from '../src/access/service.ts';
import { connect } from '../src/database/connect.ts';
import { createHttp } from '../src/http/api.ts';
import { createApp } from '../src/app.ts';
import { createLog } from '../src/log.ts';
import { auditOf } from './support/artifacts.ts';
import { startTestServer } from './support/database-server.ts';
import { as, end, queryOf, start, startFurnished, storedIn, visitor, type Furnished } from './support/furnished.ts';
import { wrongBodies, type Operation } from './support/openapi.ts';
import { apiClient, publicUrl, startSystem, startWorkspace, testConfig, type System } from './support/system.ts';
import { addTenant } from './support/tenant.ts';

const bodyOperations = (operations: Operation[]) => operations.filter(({ body }) => body);

test('each route refuses each wrong field with its JSON pointer, and nothing is written', async (t) => {
  const { system, desk, examples, operations, address } = await startFurnished(t);
  const before = await storedIn(system);
  let refused = 0;
  for (const operation of bodyOperations(operations)) {
    const forms = examples.filter(([name]) => name === operation.name);
    assert.ok(forms.length > 0, `there is a valid body for ${operation.name}`);
    for (const [, valid] of forms)
      for (const { pointer, why, text } of wrongBodies(operation.body ?? {}, valid)) {
        const what = `${operation.name} ${pointer || '(the whole body)'}: ${why}`;
        const { status, body } = await as(desk, operation)(operation.method, address(operation), text);
        assert.equal(status, 400, `${what}: ${JSON.stringify(body)}`);
        assert.equal(body['code'], 'invalid_request', what);
        const pointers = (body['errors'] as { pointer: string; detail: string }[]).map((error) => error.pointer);
        const fits = pointers.some((found) => found === pointer || found.startsWith(`${pointer}/`));
        assert.ok(fits, `${what}: ${JSON.stringify(body['errors'])}`);
        refused += 1;
      }
  }
  assert.ok(refused > 2000, `${refused} bodies were refused`);
  t.diagnostic(`${refused} wrong bodies`);
  assert.deepEqual(await storedIn(system), before);
});

test('every operation answers to its example, so that it was the fault that was refused', async (t) => {
  const { system, desk, examples, operations, address } = await startFurnished(t);
  // Refusals of what was understood.
  const otherwise: Record<string, string> = {
    'POST /v1/tenants/{id}/go-live': 'setup_incomplete',
    'POST /v1/meetings/{id}/retry': 'meeting_not_failed',
    'POST /v1/meetings/{id}/resolve': 'already_resolved',
    'POST /v1/bookings/{id}/approve': 'request_decided',
    'POST /v1/bookings/{id}/decline': 'request_decided', // it was cancelled before
    'POST /v1/bookings/{id}/complete': 'booking_not_begun',
    'POST /v1/bookings/{id}/no-show': 'booking_not_begun',
  };
  const isDelete = ({ method }: Operation) => method === 'DELETE';
  const isEnding = ({ path }: Operation) => /\/(cancel|decline|disable|pause)$/.test(path);
  const ordered = [
    ...operations.filter((operation) => !isDelete(operation) && !isEnding(operation)),
    ...operations.filter(isEnding),
    ...operations.filter(isDelete).toReversed(), // what is below something comes after it in the description
  ];
  for (const operation of ordered) {
    const forms = examples.filter(([name]) => name === operation.name);
    for (const [, body] of operation.body ? forms : [[operation.name, undefined] as const]) {
      const answer = await as(desk, operation)(operation.method, address(operation) + queryOf(operation), body);
      const what = `${operation.name} ${JSON.stringify(body)}: ${answer.status} ${JSON.stringify(answer.body)}`;
      if (answer.status >= 300) assert.equal(answer.body['code'], otherwise[operation.name] ?? '', what);
    }
  }
  await system.work();
});

test('faults that only the fields together show are named as well', async (t) => {
  const furnished = await startFurnished(t);
  const { system, desk, bodies, ids } = furnished;
  const before = await storedIn(system);
  const meeting = bodies['POST /v1/meetings'] as object;
  const eventType = bodies['POST /v1/event-types'] as object;
  const times = (from: string, to: string) => ({ start: from, end: to });
  const people = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ email: `p${at}@x.example`, name: null }));
  const schedule = (mon: unknown) => ({ ...eventType, schedule: { mon } });
  const cases: Case[] = [
    ['POST', '/v1/meetings', { ...meeting, ...times(end, start) }, '/end'],
    ['POST', '/v1/meetings', { ...meeting, ...times(start, start) }, '/end'],
    ['POST', '/v1/meetings', { ...meeting, ...times(start, '2026-11-25T10:00:01+01:00') }, '/end'],
    ['POST', '/v1/meetings', { ...meeting, attendees: people(1000) }, '/attendees'],
    ['POST', '/v1/meetings', { ...meeting, attendees: [...people(1), { email: 'P0@X.example' }] }, '/attendees'],
    ['POST', '/v1/meetings', { ...meeting, timeZone: 'Mars/Phobos' }, '/timeZone'],
    ['POST', '/v1/meetings', { ...meeting, timeZone: '+01:00' }, '/timeZone'],
    ['POST', '/v1/meetings', { ...meeting, organizer: { memberId: 'a', connectionId: 'b' } }, '/organizer'],
    ['POST', '/v1/meetings', { ...meeting, organizer: { memberId: '../x' } }, '/organizer/memberId'],
    ['POST', '/v1/meetings', { ...meeting, externalId: '   ' }, '/externalId'],
    ['PATCH', `/v1/meetings/${ids['/v1/meetings']}`, { start }, '/end'],
    ['PATCH', `/v1/meetings/${ids['/v1/meetings']}`, times(end, start), '/end'],
    ['POST', '/v1/event-types', { ...eventType, timeZone: 'europe/berlin' }, '/timeZone'],
    ['POST', '/v1/event-types', { ...eventType, hostId: 'mem_nobody' }, '/hostId'],
    ['POST', '/v1/event-types', { ...eventType, slug: 'Not A Slug' }, '/slug'],
    ['POST', '/v1/event-types', { ...eventType, title: ' \t ' }, '/title'],
    ['POST', '/v1/event-types', schedule([{ from: '12:00', to: '12:00' }]), '/schedule/mon/0/to'],
    ['POST', '/v1/event-types', schedule([{ from: '24:00', to: '25:00' }]), '/schedule/mon/0/from'],
    [
      'POST',
      '/v1/event-types',
      schedule([
        { from: '09:00', to: '12:00' },
        { from: '11:59', to: '13:00' },
      ]),
      '/schedule/mon/1',
    ],
    [
      'POST',
      '/v1/event-types',
      { ...eventType, schedule: { overrides: [{ date: '2026-02-29', ranges: [] }] } },
      '/schedule/overrides/0/date',
    ],
  ];
  cases.push(...casesOfMeetings(furnished), ...casesOfTenants(furnished), ...casesOfAccess(furnished));
  for (const [method, path, body, pointer] of cases) {
    const answer = await desk.api(method, path, body);
    const what = `${method} ${path} ${JSON.stringify(body).slice(0, 200)}`;
    assert.equal(answer.status, 400, `${what}: ${JSON.stringify(answer.body)}`);
    const pointers = (answer.body['errors'] as { pointer: string }[]).map((error) => error.pointer);
    assert.ok(
      pointers.some((found) => found.startsWith(pointer)),
      `${what}: ${JSON.stringify(answer.body['errors'])}`,
    );
  }
  const all = await desk.api('POST', '/v1/bookings', {
    start: 'x',
    visitor: { ...visitor, email: 'x', timeZone: 'x' },
    y: 1,
  });
  assert.deepEqual((all.body['errors'] as { pointer: string }[]).map((error) => error.pointer).toSorted(), [
    '/eventTypeId',
    '/start',
    '/visitor/email',
    '/visitor/timeZone',
    '/y',
  ]);
  assert.deepEqual(await storedIn(system), before);
});

type Case = [method: string, path: string, body: unknown, pointer: string];

const manyAttributes = Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`a${at}`, 'x']));

function casesOfMeetings({ bodies, ids, organizerId, memberId }: Furnished): Case[] {
  const meeting = (more: object) => ({ ...(bodies['POST /v1/meetings'] as object), ...more });
  const conference = { provider: 'Zoom Meeting', url: 'https://zoom.us/j/1' };
  const addresses = [
    'javascript:alert(1)',
    'JavaScript://zoom.us/%0aalert(1)',
    'data:text/html,<script>alert(1)</script>',
    'ftp://zoom.us/j/1',
    'zoom.us/j/1',
    'https:',
    'https://',
    'https://zoom.us/"onclick="alert(1)',
    'https://zoom.us/<script>',
    'https://zoom.us/ j/1',
    'https://zoom.us@evil.example/j/1',
    `https://zoom.us/${'x'.repeat(2000)}`,
  ];
  const eventType = bodies['POST /v1/event-types'] as object;
  const booking = bodies['POST /v1/bookings'] as object;
  const calendar = `/v1/meetings/${ids['/v1/meetings']}`;
  const options = { recordAutomatically: true, allowRecording: false };
  const attendees = [{ email: 'sam@visitor.example', role: 'presenter' }];
  return [
    ['POST', '/v1/meetings', meeting({ options }), '/options/recordAutomatically'],
    ['POST', '/v1/meetings', meeting({ kind: 'calendar', attendees }), '/attendees'],
    ['POST', '/v1/meetings', meeting({ kind: 'external' }), '/options'],
    ['POST', '/v1/meetings', meeting({ conference }), '/conference'],
    ['PATCH', calendar, { conference }, '/conference'],
    ...addresses.map((url): Case => {
      const wanted = meeting({ kind: 'external', options: null, conference: { ...conference, url } });
      return ['POST', '/v1/meetings', wanted, '/conference/url'];
    }),
    ['PATCH', calendar, { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [at, ''])) }, '/metadata'],
    ['PATCH', calendar, { metadata: { ['x'.repeat(41)]: '' } }, '/metadata'],
    ['PATCH', calendar, { metadata: { 'a:b': '' } }, '/metadata/a:b'],
    ['PATCH', calendar, { metadata: { '': '' } }, '/metadata'],
    ['PATCH', calendar, '{"metadata":{"__proto__":"x"}}', '/metadata/__proto__'],
    ['PATCH', calendar, { metadata: { a: 'x'.repeat(501) } }, '/metadata/a'],
    ['PATCH', calendar, { metadata: { a: 'b\0' } }, '/metadata/a'],
    ['POST', '/v1/meetings', meeting({ organizer: { organizerId, memberId } }), '/organizer'],
    ['POST', '/v1/meetings', meeting({ organizer: { tenantId: 'ten_x' } }), '/organizer/userPrincipalName'],
    ['PATCH', calendar, { attendees }, '/attendees'],
    ['PATCH', calendar, { options }, '/options/recordAutomatically'],
    ['POST', '/v1/event-types', { ...eventType, meetingOptions: options }, '/meetingOptions/recordAutomatically'],
    [
      'POST',
      '/v1/bookings',
      { ...booking, visitor: { ...visitor, attributes: manyAttributes } },
      '/visitor/attributes',
    ],
    ['POST', '/v1/bookings', { ...booking, visitor: { ...visitor, attributes: { a: ' ' } } }, '/visitor/attributes/a'],
  ];
}

function casesOfTenants({ ids, memberId, organizerId, leila }: Furnished): Case[] {
  const tenant = `/v1/tenants/${ids['/v1/tenants']}`;
  const rules = (local: string, remote: string) => ({ identityRules: { operator: { local, remote } } });
  const users = (lines: string) => ({ text: `UserPrincipalName,ApplicationAccessPolicy\n${lines}` });
  const importing = `${tenant}/organizers/import`;
  const script = (kind: string, target: object) => ({ kind, target });
  return [
    ['PATCH', tenant, rules('attribute:', 'mail'), '/identityRules/operator/local'],
    ['PATCH', tenant, rules('attribute:no name', 'mail'), '/identityRules/operator/local'],
    ['PATCH', tenant, { ...rules('email', 'employeeId'), reduced: true }, '/identityRules/operator/remote'],
    ['PATCH', tenant, { policyName: 'x’; Remove-Item' }, '/policyName'],
    ['PATCH', tenant, { policyName: `Tag:${'x'.repeat(65)}` }, '/policyName'],
    ['PATCH', tenant, { exchangeGroup: 'no address' }, '/exchangeGroup'],
    ['PATCH', `/v1/organizers/${organizerId}`, { memberId: 'mem_nobody' }, '/memberId'],
    ['POST', importing, { text: ' ' }, '/text'],
    ['POST', importing, { text: 'Name,Policy\n' }, '/text'],
    ['POST', importing, { text: '['.repeat(500_000) }, '/text'],
    ['POST', importing, { text: '['.repeat(100_000) + ']'.repeat(100_000) }, '/text'],
    ['POST', importing, { text: `[${'{},'.repeat(1_000_000)}{}]` }, '/text'],
    ['POST', importing, users('"marek'), '/text'],
    ['POST', importing, users('"'.repeat(4_000_000)), '/text'],
    ['POST', importing, users(','.repeat(4_000_000)), '/text'],
    ['POST', importing, users('a@northgate.example,\n'.repeat(20_001)), '/text'],
    ['POST', importing, users('a\u0000@northgate.example,x'), '/text'],
    ['POST', `${tenant}/identity-preview`, { side: 'visitor' }, '/values'],
    ['POST', `${tenant}/identity-preview`, { side: 'operator', memberIds: ['mem_nobody'] }, '/memberIds'],
    ['POST', `${tenant}/identity-match`, { choose: { mem_nobody: leila } }, '/choose'],
    ['POST', `${tenant}/identity-match`, { memberIds: [], choose: { [memberId]: leila } }, `/choose/${memberId}`],
    ['POST', `${tenant}/scripts`, script('grant', { kind: 'group', groupId: 'x' }), '/target/groupId'],
    ['POST', `${tenant}/scripts`, script('validate', { kind: 'group', groupId: leila }), '/target'],
    ['POST', `${tenant}/scripts`, script('create', { kind: 'everyone' }), '/target'],
  ];
}

function casesOfAccess({ bodies, ids, memberId }: Furnished): Case[] {
  const [tenantId, registration] = [ids['/v1/tenants'], `/v1/app-registrations/${ids['/v1/app-registrations']}`];
  const wanted = bodies['POST /v1/app-registrations'] as object;
  const uri = `${publicUrl}/api/teams/callback`;
  const text = '/v1/email-templates/confirmed/en';
  const redeliver = `/v1/webhook-endpoints/${ids['/v1/webhook-endpoints']}/redeliver`;
  return [
    ['POST', '/v1/members', { ...(bodies['POST /v1/members'] as object), attributes: manyAttributes }, '/attributes'],
    ['PATCH', `/v1/members/${memberId}`, { timeZone: '+01:00' }, '/timeZone'],
    ...['http://www.example.org', "https://a.example; script-src 'unsafe-inline'", 'https://*', 'https://a%3Bb.example']
      .concat(['https://a.example/page', 'https://user@a.example', 'javascript:alert(1)', 'null', '*'])
      .flatMap((origin): Case[] => [
        ['PATCH', '/v1/workspace', { embedOrigins: [origin] }, '/embedOrigins/0'],
        ['PATCH', '/v1/workspace', { corsOrigins: [origin] }, '/corsOrigins/0'],
      ]),
    ['POST', '/v1/diagnostics', {}, '/memberId'],
    ['POST', '/v1/diagnostics', { memberId, tenantId }, '/tenantId'],
    ['POST', '/v1/diagnostics', { memberId, checks: ['clock', 'app-token'] }, '/checks/1'],
    ['POST', '/v1/diagnostics', { tenantId, checks: ['nonsense'] }, '/checks/0'],
    ['POST', '/v1/diagnostics', { tenantId, checks: [] }, '/checks'],
    ['POST', '/v1/app-registrations', { ...wanted, redirectUris: ['http://else.example/'] }, '/redirectUris/0'],
    ['POST', '/v1/app-registrations', { ...wanted, redirectUris: [uri, uri] }, '/redirectUris/1'],
    ['POST', '/v1/app-registrations', { ...wanted, tenant: 'consumers' }, '/tenant'],
    ['POST', `${registration}/secrets`, { name: 'x', secret: 'abc def' }, '/secret'],
    ['POST', `${registration}/secrets`, { name: 'x', secret: PARLEY_CLIENT_ID }, '/secret'],
    ['POST', `${registration}/secrets`, { name: 'x', secret: 'a', expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    ['POST', `${registration}/certificates/import`, { name: 'x', file: '====' }, '/file'],
    ['PUT', text, { subject: 'Hello', body: 'Because {{reason}}' }, '/body'],
    ['POST', `${text}/preview`, { subject: '{{visitor.name', body: 'Hello' }, '/subject'],
    ['POST', redeliver, { from: '2026-11-24T00:00:00Z', to: '2026-11-23T00:00:00Z' }, '/to'],
    ['POST', redeliver, { from: '2026-01-24T00:00:00Z', to: '2026-11-23T00:00:00Z' }, '/to'],
  ];
}

test('a body that is too large, of another type, not UTF-8 or not JSON is a clear 4xx on every route', async (t) => {
  const { system, desk, operations, address } = await startFurnished(t);
  const before = await storedIn(system);
  const authorization = `Bearer ${desk.apiKey}`;
  const send = async (operation: Operation, body: BodyInit | null, headers: Record<string, string> = {}) => {
    const init: RequestInit & { duplex: 'half' } = {
      method: operation.method,
      headers: { authorization, ...headers },
      body,
      duplex: 'half', // what a streamed body needs
    };
    const answer = await system.request(address(operation), init);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    const problem = (await answer.json()) as { code: string; errors?: { pointer: string }[] };
    return { status: answer.status, code: problem.code, pointer: problem.errors?.[0]?.pointer };
  };
  const type = { 'content-type': 'application/json' };
  const invalid = { status: 400, code: 'invalid_request', pointer: '' };
  const large = { status: 413, code: 'payload_too_large', pointer: undefined };
  const tenMegabytes = Buffer.alloc(10 * 1024 * 1024, ' ');
  const streamed = () =>
    new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(64 * 1024).fill(32));
      },
    });
  for (const operation of bodyOperations(operations)) {
    const { name } = operation;
    assert.deepEqual(await send(operation, tenMegabytes, type), large, name);
    assert.deepEqual(await send(operation, streamed(), type), large, `${name}: without an end`);
    for (const other of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonx',
      'text/json',
    ])
      assert.equal((await send(operation, '{}', { 'content-type': other })).status, 415, `${name} ${other}`);
    for (const bytes of [
      [0xff, 0xfe],
      [0x22, 0xc3, 0x28, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0xc0, 0x80, 0x22],
    ])
      assert.deepEqual(await send(operation, new Uint8Array(bytes), type), invalid, `${name}: ${bytes.join(' ')}`);
    for (const text of ['{', '{"a":}', 'undefined', 'NaN', "{'a':1}", '{"a":1,}', '{} {}', '\u0000', '[1,2', '"'])
      assert.deepEqual(await send(operation, text, type), invalid, `${name}: ${text}`);
    for (const text of ['null', '[]', '0', '"text"', 'true', '[{}]'])
      assert.deepEqual(await send(operation, text, type), invalid, `${name}: ${text}`);
    const deep = 200_000;
    assert.equal((await send(operation, '['.repeat(deep), type)).status, 400, `${name}: deep and open`);
    assert.deepEqual(await send(operation, '['.repeat(deep) + ']'.repeat(deep), type), invalid, `${name}: deep`);
    const nested = `{"x":${'{"x":'.repeat(deep / 4)}1${'}'.repeat(deep / 4)}}`;
    assert.equal((await send(operation, nested, type)).status, 400, `${name}: deep below an unknown field`);
    const proto = await send(operation, '{"__proto__":{"subject":"x"},"constructor":1}', type);
    assert.equal(proto.status, 400, `${name}: __proto__`);
    const mayBeEmpty = operation.body?.required === undefined || operation.body.required.length === 0;
    if (!mayBeEmpty) assert.equal((await send(operation, null)).status, 400, `${name}: no body`);
  }
  assert.deepEqual(await storedIn(system), before);
});

test('a field that is given twice counts once, as its last value, which is checked', async (t) => {
  const { system, desk } = await startFurnished(t);
  const made = await desk.api('POST', '/v1/api-keys', '{"name":"first","name":"last"}');
  assert.equal(made.body['name'], 'last');
  const before = await storedIn(system);
  assert.equal((await desk.api('POST', '/v1/api-keys', '{"name":"first","name":""}')).status, 400);
  assert.deepEqual(await storedIn(system), before);
});

test('every parameter refuses what it cannot be; ids of the wrong shape are a 4xx', async (t) => {
  const { system, desk, operations, address } = await startFurnished(t);
  const before = await storedIn(system);
  const wrong: Record<string, string[]> = {
    limit: ['0', '201', '-1', '1.5', 'x', '', '1e9', '99999999999999999999', 'NaN', 'null'],
    cursor: [
      'x'.repeat(201),
      'garbage',
      '%00',
      Buffer.from('2026-11-24T10:00:00.000Z').toString('base64url'),
      Buffer.from("2026-11-24T10:00:00.000Z '; drop table meetings").toString('base64url'),
      Buffer.from('+275760-09-13T00:00:00.000Z mtg_abc').toString('base64url'),
      Buffer.from('-271821-04-20T00:00:00.000Z mtg_abc').toString('base64url'),
      Buffer.from('never mtg_abc').toString('base64url'),
    ],
    from: [
      '',
      'x',
      '2026-11-24',
      '2026-11-24T10:00:00',
      '1999-01-01T00:00:00Z',
      '%00',
      '2026-11-25T00:00:00Z&to=2026-11-24T00:00:00Z',
    ],
    to: ['', 'x', '9999-12-31T00:00:00Z'],
    order: ['', 'up', 'ASC'],
    status: ['waiting', '', 'CONFIRMED'],
    booked: ['', '1', 'TRUE'],
    hostId: ['%00', "'", 'x'.repeat(65), '%F0%9F%98%80'],
    eventTypeId: ['%00', "'", 'x'.repeat(65)],
    seriesId: ['%00', "'", 'x'.repeat(65)],
    excludingBookingId: ['%00', "'", 'x'.repeat(65)],
    bookingId: ['%00', "'", 'x'.repeat(65)],
    externalId: ['%00', 'x'.repeat(201)],
    metadataPair: ['', '%00', 'x', ':x', `x:%00`, 'x:'.repeat(271)],
    operatorId: ['%00', "'", 'x'.repeat(65)],
    durationMinutes: ['', 'x', '0', '-30', '4', '481', '30.5', 'NaN', '1e9'],
    timeZone: ['', '%00', 'europe/berlin', 'Mars/Phobos', '%2B01:00', 'x'.repeat(9999)],
    date: ['', '%00', 'x', '2026-02-30', '2026-11-24T00:00:00Z', '24.11.2026'],
    country: ['', '%00', 'de', 'DEU', '__proto__', 'XX'],
    region: ['', '%00', 'toString', 'x'.repeat(21), '..'],
    year: ['', 'x', '1999', '2100', '2026.5', 'NaN', '-2026'],
    organisationId: ['%00', "'", 'x'.repeat(65)],
    q: ['%00', 'x'.repeat(201)],
    state: ['', 'GRANTED', 'all'],
    allowed: ['', '1', 'TRUE'],
    role: ['', 'Boss', 'global administrator'],
    type: ['%00', 'x'.repeat(101)],
    subjectId: ['', '%00', "'", 'x'.repeat(65)],
    actor: ['', '%00', 'x'.repeat(321)],
    action: ['', '%00', 'artifact', 'ARTIFACT.VIEWED', '__proto__'],
    kind: ['', '%00', 'video', 'RECORDING'],
    meetingId: ['%00', "'", 'x'.repeat(65)],
    as: ['', 'print', 'VIEW'],
    format: ['', '%00', 'docx', 'VTT'],
    dryRun: ['x', '1', 'TRUE', '%00'],
    after: ['', '%00', 'NOW', 'x'.repeat(101), Buffer.from('1.-1').toString('base64url')],
    types: ['', '%00', 'meeting', '*', 'meeting.*,', 'MEETING.*', '__proto__'],
  };
  const right: Record<string, string> = { from: '2026-11-24T00:00:00Z', to: '2026-11-25T00:00:00Z' };
  Object.assign(right, { date: '2026-11-24', country: 'DE', year: '2026', q: 'budget' });
  for (const operation of operations) {
    const queries = operation.parameters.filter((parameter) => parameter.in === 'query');
    for (const { name } of queries) {
      const values = wrong[name] ?? assert.fail(`there are wrong values for ${name}`);
      for (const value of values) {
        const others = queries
          .filter((one) => one.required && one.name !== name)
          .map((one) => `&${one.name}=${right[one.name]}`);
        const answer = await desk.api(operation.method, `${address(operation)}?${name}=${value}${others.join('')}`);
        assert.equal(
          answer.status,
          400,
          `${operation.name} ${name}=${value}: ${JSON.stringify(answer.body).slice(0, 300)}`,
        );
        const pointers = (answer.body['errors'] as { pointer: string }[]).map((error) => error.pointer);
        assert.ok(
          pointers.some((at) => [`/${name}`, '/to'].includes(at)),
          `${operation.name} ${name}=${value}: ${pointers.join()}`,
        );
      }
    }
    for (const { name: parameter } of operation.parameters.filter((one) => one.in === 'path'))
      for (const id of [
        '%00',
        'mtg_%00',
        '%F0%9F%98%80',
        '%ff',
        'x'.repeat(65),
        "'%20or%201=1",
        '%2e%2e',
        'nobody',
        'mtg_nobody',
        '0',
        '-',
      ])
        for (const body of operation.body ? ['{}'] : [undefined]) {
          const { status } = await as(desk, operation)(operation.method, address(operation, { [parameter]: id }), body);
          // With dots the address is another one, as every client reads it: `/v1/artifacts`, for example.
          const isAnother = id === '%2e%2e' && [200, 405].includes(status);
          assert.ok([400, 404].includes(status) || isAnother, `${operation.name} ${parameter} ${id}: ${status}`);
        }
  }
  assert.deepEqual(await storedIn(system), before);
});

/** Whether an address is one of those that a path with `{id}` in it stands for. */
const covers = (pattern: string, path: string) =>
  pattern === path || new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/{}]+')}$`).test(path);

test('a wrong method on a known address is 405 with Allow; an unknown address is 404', async (t) => {
  const { system, desk, operations, address } = await startFurnished(t);
  const before = await storedIn(system);
  const headers = { authorization: `Bearer ${desk.apiKey}` };
  const known = new Map<string, Set<string>>();
  for (const { path } of operations)
    for (const operation of operations.filter((one) => covers(one.path, path))) {
      const methods = known.get(path) ?? new Set();
      known.set(path, methods.add(operation.method));
      if (operation.method === 'GET') methods.add('HEAD');
    }
  for (const [path, methods] of known) {
    const url = address(operations.find((operation) => operation.path === path) ?? assert.fail());
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      if (methods.has(method)) continue;
      const answer = await system.request(url, { method, headers });
      assert.equal(answer.status, 405, `${method} ${path}`);
      assert.deepEqual(new Set(answer.headers.get('allow')?.split(', ')), methods, `${method} ${path}`);
      assert.equal(((await answer.json()) as { code: string }).code, 'method_not_allowed');
    }
  }
  for (const [method, path, allow] of [
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/sign-in/x', 'GET, HEAD, POST'],
    ['POST', '/api/teams/callback', 'GET, HEAD'],
    ['PUT', `/book/${desk.slug}/intro-call`, 'GET, HEAD, POST'],
    ['POST', '/console/anything', 'GET, HEAD'],
    ['DELETE', '/openapi.json', 'GET, HEAD'],
  ] as const) {
    const answer = await system.request(path, { method });
    assert.equal(answer.status, 405, `${method} ${path}`);
    assert.equal(answer.headers.get('allow'), allow, `${method} ${path}`);
  }
  for (const path of [
    '/nowhere',
    '/v1/nowhere',
    '/v1',
    '/v1/',
    '/v1/meetings/x/y/z',
    '/problems/nothing',
    '/assets/../seal.ts',
  ])
    for (const method of ['GET', 'POST'])
      assert.ok([404, 405].includes((await system.request(path, { method, headers })).status), `${method} ${path}`);
  assert.equal((await system.request('/problems/nothing')).status, 404);
  assert.deepEqual(await storedIn(system), before);
});

test('A01: another workspace’s ids are 404 on every route, and show nothing', async (t) => {
  const { system, desk, bodies, operations, address, bookedMeeting, ids } = await startFurnished(t);
  const other = await startWorkspace(system, { email: 'eve@else.example', name: 'Eve' });
  const before = await storedIn(system);
  for (const operation of operations.filter(({ path }) => path.includes('{id}'))) {
    const ofMeetings: Record<string, string>[] = [{}, { id: bookedMeeting }];
    const targets = operation.path.startsWith('/v1/meetings') ? ofMeetings : [{}];
    for (const instead of targets) {
      const body = withOwnMember(bodies[operation.name], other.memberId);
      const answer = await as(other, operation)(
        operation.method,
        address(operation, instead) + queryOf(operation),
        body,
      );
      assert.equal(answer.status, 404, `${operation.name}: ${JSON.stringify(answer.body)}`);
      assert.equal(answer.body['code'], 'not_found', operation.name);
      assert.equal(JSON.stringify(answer.body).includes('bkg_'), false, operation.name);
    }
  }
  for (const path of [
    '/v1/bookings',
    `/v1/bookings?hostId=${desk.memberId}`,
    '/v1/meetings',
    '/v1/connections',
    '/v1/event-types',
    '/v1/tenants',
    '/v1/webhook-endpoints',
    '/v1/emails',
    '/v1/organisations',
    '/v1/contacts',
    '/v1/artifacts',
    '/v1/transcript-search?q=budget',
  ])
    assert.deepEqual((await other.api('GET', path)).body['data'], [], path);
  const registrations = (await other.api('GET', '/v1/app-registrations')).body['data'] as { id: string }[];
  assert.deepEqual(
    registrations.map(({ id }) => id),
    ['deployment'],
  );
  const members = (await other.api('GET', '/v1/members')).body['data'] as { id: string }[];
  assert.deepEqual(
    members.map(({ id }) => id),
    [other.memberId],
  );
  // What was tried is on record where it was tried, and nothing else is written.
  const artifacts = [ids['/v1/artifacts'], ids['/v1/artifacts/{id}/attendance']];
  const tried = (await auditOf(system, other.workspaceId)).map((entry) => entry.replace(/^\S+ /, '')).toSorted();
  assert.deepEqual(tried, [...artifacts.map((id) => `artifact.denied ${id}`), 'transcripts.searched '].toSorted());
  assert.deepEqual({ ...(await storedIn(system)), [auditLog]: '' }, { ...before, [auditLog]: '' });
});

const auditLog = 'public.audit_entries';

test('A01: another workspace’s ids in a body, or below an id of one’s own, are refused', async (t) => {
  const { system, desk, bodies, ids, organizerId, credentialId } = await startFurnished(t);
  const other = await startWorkspace(system, { email: 'eve@else.example', name: 'Eve' });
  const own = await addTenant(system, other.workspaceId);
  const { id: ownOrganizer } = await own.organizer('leila.haddad');
  const before = await storedIn(system);
  const [theirTenant, theirRegistration] = [ids['/v1/tenants'] ?? '', ids['/v1/app-registrations'] ?? ''];
  const meetings = (organizer: object) =>
    ['POST', '/v1/meetings', { ...(bodies['POST /v1/meetings'] as object), organizer }] as const;
  const tenant = `/v1/tenants/${own.tenantConnectionId}`;
  const { memberId } = desk;
  const target = { kind: 'users', organizerIds: [organizerId] };
  const cases: [answer: string, ...request: readonly [method: string, path: string, body?: unknown]][] = [
    ['not_found', 'POST', '/v1/bookings', bodies['POST /v1/bookings']],
    ['/hostId', 'POST', '/v1/event-types', bodies['POST /v1/event-types']],
    ['/organisationId', 'POST', '/v1/contacts', bodies['POST /v1/contacts']],
    ['not_connected', ...meetings({ memberId })],
    ['not_connected', ...meetings({ connectionId: ids['/v1/connections'] })],
    ['not_found', ...meetings({ organizerId })],
    ['not_found', 'POST', '/v1/diagnostics', { memberId }],
    ['not_found', 'POST', '/v1/diagnostics', { tenantId: theirTenant }],
    ['not_found', 'POST', '/v1/tenants', { registrationId: theirRegistration }],
    ['/memberId', 'POST', `${tenant}/organizers`, { user: 'carla.roth@northgate.example', memberId }],
    ['/memberId', 'PATCH', `/v1/organizers/${ownOrganizer}`, { memberId }],
    ['not_found', 'POST', `${tenant}/organizers/policy-granted`, { organizerIds: [ownOrganizer, organizerId] }],
    ['/memberIds', 'POST', `${tenant}/identity-preview`, { side: 'operator', memberIds: [memberId] }],
    ['/memberIds', 'POST', `${tenant}/identity-match`, { memberIds: [memberId] }],
    ['/choose', 'POST', `${tenant}/identity-match`, { choose: { [memberId]: 'x' } }],
    ['/target/organizerIds/0', 'POST', `${tenant}/scripts`, { kind: 'grant', target }],
    ...[
      ['POST', '/check'],
      ['GET', '/certificate'],
      ['DELETE', ''],
    ].flatMap(([method = '', action = '']) =>
      [
        [own.registrationId, credentialId],
        [theirRegistration, own.credentialId],
        ['deployment', credentialId],
      ].map(([id = '', credential = '']): [string, string, string] => [
        id === 'deployment' && method === 'DELETE' ? 'forbidden' : 'not_found',
        method,
        `/v1/app-registrations/${id}/credentials/${credential}${action}`,
      ]),
    ),
  ];
  for (const [expected, method, path, body] of cases) {
    const answer = await other.api(method, path, body);
    const what = `${method} ${path}: ${JSON.stringify(answer.body)}`;
    if (expected.startsWith('/')) assert.equal(answer.body['errors']?.[0]?.pointer, expected, what);
    else assert.equal(answer.body['code'], expected, what);
  }
  assert.deepEqual(await storedIn(system), before);
});

/** The body as somebody of another workspace could send it, so that only the address is not theirs. */
function withOwnMember(body: unknown, memberId: string): unknown {
  if (typeof body !== 'object' || body === null) return body;
  return { ...body, ...('hostId' in body && { hostId: memberId }), ...('memberId' in body && { memberId }) };
}

test('without a key, or with a wrong one, every route is 401 before anything is read', async (t) => {
  const { system, operations, address } = await startFurnished(t);
  const before = await storedIn(system);
  for (const operation of operations) {
    for (const headers of [{}, { authorization: 'Bearer parley_key_wrong' }, { cookie: 'parley=wrong' }] as Record<
      string,
      string
    >[]) {
      const body = operation.method === 'GET' ? null : '{"broken';
      const answer = await system.request(address(operation), { method: operation.method, headers, body });
      assert.equal(answer.status, 401, operation.name);
      assert.equal(((await answer.json()) as { code: string }).code, 'unauthorized');
    }
  }
  assert.deepEqual(await storedIn(system), before);
});

test('headers that no client should send are a 4xx or are left alone', async (t) => {
  const { desk, bodies } = await startFurnished(t);
  const send = (headers: Record<string, string>) =>
    desk.api('POST', '/v1/api-keys', bodies['POST /v1/api-keys'], headers);
  assert.equal((await send({ 'idempotency-key': '' })).status < 500, true);
  const key = await desk.api('POST', '/v1/meetings', bodies['POST /v1/meetings'], {
    'idempotency-key': 'k'.repeat(256),
  });
  assert.equal(key.status, 400);
  assert.match(JSON.stringify(key.body['errors']), /1 to 255 characters/);
  for (const prefer of ['wait=-1', 'wait=99999999999', 'wait=x', 'wait=0', 'respond-async, wait=0', ','.repeat(5000)])
    assert.equal((await send({ prefer })).status, 201, prefer.slice(0, 30));
  for (const id of ['x'.repeat(101), 'a b', '<script>', ''])
    assert.notEqual((await send({ 'x-request-id': id })).headers.get('x-request-id'), id, 'not repeated as it came');
  assert.equal((await send({ 'x-request-id': 'mine-1' })).headers.get('x-request-id'), 'mine-1');
});

const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const anyJson = fc.jsonValue({ maxDepth: 3, noUnicodeString: false });

test('A10: nothing that is sent makes a server error', async (t) => {
  const { desk, bodies, operations, address, ids, credentialId, organizerId } = await startFurnished(t);
  const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`seed ${seed} (PARLEY_SEED=${seed} repeats it)`);
  const known = [...Object.values(ids), desk.memberId, credentialId, organizerId, 'deployment', 'mtg_nobody'];
  const values = fc.oneof(anyJson, anyText, fc.constantFrom<unknown>(...known, start, end, 'UTC', 0, -1, 1e308, null));
  const input = fc.record({
    operation: fc.constantFrom(...operations.filter(({ path }) => path !== '/v1/session')),
    id: fc.oneof(fc.constant(undefined), fc.constantFrom(...known), anyText),
    query: fc.dictionary(
      fc.constantFrom(
        'limit',
        'cursor',
        'from',
        'to',
        'status',
        'hostId',
        'externalId',
        'q',
        'state',
        'role',
        'type',
        'as',
      ),
      fc.oneof(anyText, fc.constantFrom(start, end)),
    ),
    whole: fc.oneof(
      anyJson.map((json) => JSON.stringify(json)),
      anyText,
    ),
    changes: fc.array(fc.tuple(fc.nat(), values), { maxLength: 3 }),
    mutate: fc.boolean(),
    headers: fc.record({
      prefer: fc.constantFrom('', 'wait=0', 'wait=x'),
      'idempotency-key': fc
        .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 })
        .map((text) => `k${text.trim()}`),
    }),
  });
  await fc.assert(
    fc.asyncProperty(input, async ({ operation, id, query, whole, changes, mutate, headers }) => {
      const valid = bodies[operation.name];
      const text = mutate && valid ? JSON.stringify(mutated(structuredClone(valid), changes)) : whole;
      const made = encodeURIComponent(id?.toWellFormed() || '-');
      // Without an id of its own an operation gets the example, except for those that take it away.
      const isExample = id === undefined && operation.method !== 'DELETE';
      const path = isExample ? address(operation) : operation.path.replace(/\{\w+\}/g, () => made);
      const search = new URLSearchParams(query).toString();
      const answer = await as(desk, operation)(
        operation.method,
        operation.method === 'GET' ? `${path}?${search}` : path,
        operation.method === 'GET' ? undefined : text.toWellFormed(),
        headers,
      );
      assert.ok(answer.status < 500, `${operation.name} ${path}?${search} ${text}: ${JSON.stringify(answer.body)}`);
      if (answer.status >= 400) assert.equal(answer.headers.get('content-type'), 'application/problem+json');
    }),
    { seed, numRuns: Number(process.env['PARLEY_RUNS'] ?? 400) },
  );
});

/** Puts a value at a place anywhere in a body, chosen by number. */
function mutated(body: unknown, changes: [number, unknown][]): unknown {
  for (const [at, value] of changes) {
    const places = placesIn(body);
    const place = places[at % Math.max(1, places.length)];
    if (place) place.holder[place.key] = value;
  }
  return body;
}

type Place = { holder: Record<string, unknown>; key: string };

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

test('over a real connection too: 10 MB is refused without reading it all, and nonsense gets an answer', async (t) => {
  const { system, desk } = await startFurnished(t);
  const server = createAdaptorServer({ fetch: system.app.http.fetch });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const talk = (text: string, more = Buffer.alloc(0)) =>
    new Promise<string>((resolve) => {
      const socket = open(port, '127.0.0.1');
      let heard = '';
      socket.on('data', (data) => {
        heard += data.toString('latin1');
        if (/^HTTP\/1\.1 \d+/.test(heard)) socket.end();
      });
      socket.on('close', () => resolve(heard));
      socket.on('error', () => {});
      socket.write(text);
      if (more.length > 0) socket.write(more);
    });
  const head = (lines: string) =>
    `POST /v1/api-keys HTTP/1.1\r\nHost: localhost:3000\r\nAuthorization: Bearer ${desk.apiKey}\r\nContent-Type: application/json\r\n${lines}\r\n\r\n`;
  const tenMegabytes = Buffer.alloc(10 * 1024 * 1024, 32);
  assert.match(await talk(head(`Content-Length: ${tenMegabytes.length}`), tenMegabytes), /^HTTP\/1\.1 413 /);
  const chunk = Buffer.concat([Buffer.from('200000\r\n'), Buffer.alloc(0x20_0000, 32), Buffer.from('\r\n')]);
  assert.match(await talk(head('Transfer-Encoding: chunked'), chunk), /^HTTP\/1\.1 413 /);
  assert.match(await talk(head('Content-Length: x')), /^HTTP\/1\.1 400 /);
  assert.match(await talk('GET /v1/meetings/%00 HTTP/1.1\r\nHost: x\r\n\r\n'), /^HTTP\/1\.1 401 /);
  assert.match(await talk(head('Content-Length: 14'), Buffer.from('{"name":"web"}')), /^HTTP\/1\.1 201 /);
});

test('A09: with the database gone, every kind of address says so with 503 and shows nothing of the inside', async (t) => {
  const { system, desk, operations, address, bodies } = await startFurnished(t);
  const log = createLog({ level: 'silent' });
  const nowhere = [{ host: '/nowhere', port: 5432 }, { connectionString: 'postgres://parley:hunter2@127.0.0.1:1/x' }];
  for (const place of nowhere) {
    const target = 'host' in place ? { ...place, user: 'parley', database: 'parley' } : place;
    const gone = connect({ address: target, poolSize: 2, log });
    const knownKeys = createKnownKeys({ db: gone.db, now: system.clock.now });
    const http = createHttp({ ...system.app.deps, log, db: gone.db, knownKeys });
    const request = async (path: string, init: RequestInit = {}) => http.fetch(new Request(publicUrl + path, init));
    const api = apiClient({ request }, desk.apiKey);
    for (const operation of operations) {
      const answer = await api(
        operation.method,
        address(operation),
        operation.method === 'GET' ? undefined : bodies[operation.name],
      );
      assert.equal(answer.status, 503, operation.name);
      assert.equal(answer.body['code'], 'database_unavailable', operation.name);
      assert.equal(answer.body['retryable'], true);
      assert.doesNotMatch(JSON.stringify(answer.body), /ECONN|ENOENT|nowhere|hunter2|127\.0\.0\.1|node_modules| at /);
    }
    for (const path of [
      '/sign-in/x',
      '/api/teams/callback?code=x&state=y',
      `/book/${desk.slug}/intro-call`,
      '/bookings/x'.padEnd(56, 'x'),
    ]) {
      const answer = await request(path, { headers: { cookie: `parley=parley_session_x` } });
      const text = await answer.text();
      assert.ok(answer.status >= 500, `${path} ${answer.status}`);
      assert.doesNotMatch(text, /ECONN|ENOENT|nowhere|hunter2|node_modules|\bat \w+ \(/, path);
    }
    assert.equal((await request('/healthz')).status < 600, true);
    await gone.close();
  }
});

test('A09: a server that stops under a running Parley gives 503 and no crash', async (t) => {
  const server = await startTestServer();
  const system = await startSystem(t);
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
  const database = connect({ address: server.address, poolSize: 4, log });
  const { keyRing, clock, emulator } = system;
  const app = await createApp(testConfig(), { database, keyRing, fetch: emulator.fetch, now: clock.now, log });
  t.after(async () => {
    await app.close().catch(() => undefined); // what it would say goodbye to is gone
    await database.close().catch(() => undefined);
  });
  const here: System = {
    ...system,
    app,
    database,
    request: async (path, init) => app.http.fetch(new Request(publicUrl + path, init)),
  };
  const deps = { db: database.db, now: clock.now, keyRing };
  const owner = { email: 'a@b.example', name: 'A', role: 'owner' as const, timeZone: 'UTC' };
  const { workspaceId } = await createWorkspace(deps, { name: 'W', slug: 'w', owner });
  const api = apiClient(here, (await createApiKey(deps, workspaceId, 'k')).secret);
  assert.equal((await api('GET', '/v1/members')).status, 200);
  await server.end();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const answer = await api('GET', '/v1/members');
    assert.equal(answer.status, 503, JSON.stringify(answer.body));
    assert.equal(answer.body['code'], 'database_unavailable');
  }
});

test('what only looks like a list is refused, and is no fault of the server', async (t) => {
  const system = await startSystem(t);
  const { api } = await startWorkspace(system);
  for (const corsOrigins of [{ length: { toString: 1 } }, { length: { valueOf: 1, toString: 1 } }, { length: 1e9 }]) {
    const answer = await api('PATCH', '/v1/workspace', { corsOrigins });
    assert.deepEqual([answer.status, answer.body['code']], [400, 'invalid_request']);
  }
});
