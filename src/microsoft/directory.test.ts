import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../problem.ts';
import { findUsers, getOrganization, getUser, listPeople } from './directory.ts';
import { matchFields, type MatchField } from './match-fields.ts';
import { GraphError, type GraphDeps } from './graph.ts';

const json = { 'content-type': 'application/json' };
const dana = {
  id: '1b6f0e3a-57c2-4d98-8a14-9e2d7c5b4f60',
  displayName: 'Dana Reyes',
  userPrincipalName: 'dana@c.example',
};
const denied = { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges.' } };

/** Graph as the answers say, one after the other (the last one stays), and what it was asked. */
function directory(...answers: [number, unknown][]) {
  const asked: Request[] = [];
  const fetch: GraphDeps['fetch'] = async (input, init) => {
    asked.push(new Request(input, init));
    const [status, body] = answers[Math.min(asked.length, answers.length) - 1] ?? [500, {}];
    return new Response(JSON.stringify(body), { status, headers: json });
  };
  const deps: GraphDeps = {
    fetch,
    now: () => new Date('2026-11-20T09:00:00Z'),
    baseUrl: 'https://graph.microsoft.com',
  };
  const queries = () => asked.map((request) => Object.fromEntries(new URL(request.url).searchParams));
  return { deps, asked, queries };
}

const filtersOf = async (field: MatchField, value: string) => {
  const { deps, queries } = directory([200, { value: [] }]);
  await findUsers(deps, 'token', { field, value });
  return queries().map((query) => query['$filter']);
};

test('every field has its filter; quotes are doubled and the whole is encoded once', async () => {
  assert.deepEqual(await filtersOf('mail', "o'neil@c.example"), ["mail eq 'o''neil@c.example'"]);
  assert.deepEqual(await filtersOf('userPrincipalName', 'a_b.example#EXT#@c.example'), [
    "userPrincipalName eq 'a_b.example#EXT#@c.example'",
  ]);
  assert.deepEqual(await filtersOf('employeeId', 'C&1 + 2%'), ["employeeId eq 'C&1 + 2%'"]);
  assert.deepEqual(await filtersOf('onPremisesImmutableId', 'k/3+=='), ["onPremisesImmutableId eq 'k/3+=='"]);
  assert.deepEqual(await filtersOf('extensionAttribute15', 'x'), [
    "onPremisesExtensionAttributes/extensionAttribute15 eq 'x'",
  ]);
  assert.deepEqual(await filtersOf('proxyAddress', 'SMTP:a@b.example'), [
    "proxyAddresses/any(p:p eq 'smtp:a@b.example')",
    "proxyAddresses/any(p:p eq 'SMTP:a@b.example')",
  ]);
  assert.equal(matchFields.length, 21);
});

test('only extension attributes are an advanced query', async () => {
  const extension = directory([200, { value: [] }]);
  await findUsers(extension.deps, 'token', { field: 'extensionAttribute1', value: 'x' });
  assert.equal(extension.asked[0]?.headers.get('consistencylevel'), 'eventual');
  assert.equal(extension.queries()[0]?.['$count'], 'true');
  const mail = directory([200, { value: [] }]);
  await findUsers(mail.deps, 'token', { field: 'mail', value: 'x' });
  assert.equal(mail.asked[0]?.headers.get('consistencylevel'), null);
});

test('an id that is none, and an empty value, ask nobody', async () => {
  const { deps, asked } = directory([200, { value: [dana] }]);
  assert.deepEqual(await findUsers(deps, 'token', { field: 'id', value: 'dana@c.example' }), []);
  assert.deepEqual(await findUsers(deps, 'token', { field: 'mail', value: '  ' }), []);
  for (const name of ['', ' ', '.', '..']) assert.equal(await getUser(deps, 'token', name), undefined);
  assert.equal(asked.length, 0);
});

test('somebody found under both spellings of an address is one person', async () => {
  const { deps } = directory([200, { value: [dana] }]);
  const found = await findUsers(deps, 'token', { field: 'proxyAddress', value: 'dana@c.example' });
  assert.deepEqual(
    found.map((user) => user.id),
    [dana.id],
  );
});

test('with User.ReadBasic.All alone less is asked, and what is not seen is unknown rather than false', async () => {
  const { deps, queries } = directory([403, denied], [200, dana]);
  const user = await getUser(deps, 'token', dana.id);
  assert.deepEqual(user, {
    ...dana,
    mail: undefined,
    accountEnabled: undefined,
    userType: undefined,
    employeeId: undefined,
    teamsLicensed: undefined,
  });
  assert.deepEqual(
    queries().map((query) => query['$select']?.includes('accountEnabled')),
    [true, false],
  );
  const refused = directory([403, denied]);
  await assert.rejects(
    getUser(refused.deps, 'token', dana.id),
    (error) => error instanceof GraphError && error.status === 403,
  );
});

test('a Teams licence is one that is in force', async () => {
  const plan = (capabilityStatus: string) => ({
    ...dana,
    accountEnabled: true,
    assignedPlans: [{ servicePlanId: '57FF2DA0-773E-42DF-B2AF-FFB7A2317929', capabilityStatus }],
  });
  for (const [status, licensed] of [
    ['Enabled', true],
    ['Warning', true],
    ['Suspended', false],
    ['Deleted', false],
  ] as const) {
    assert.equal(
      (await getUser(directory([200, plan(status)]).deps, 'token', dana.id))?.teamsLicensed,
      licensed,
      status,
    );
  }
});

test('names with odd characters reach the person they name', async () => {
  const { deps, asked } = directory([200, dana]);
  await getUser(deps, 'token', 'a_b.example#EXT#@c.example');
  await getUser(deps, 'token', "$o'neil@c.example");
  assert.deepEqual(
    asked.map((request) => new URL(request.url).pathname),
    ['/v1.0/users/a_b.example%23EXT%23%40c.example', "/v1.0/users('%24o''neil%40c.example')"],
  );
});

test('the next page is followed as it came, and only pages of people', async () => {
  const nextLink = 'https://graph.microsoft.com/v1.0/users?$select=id&$skiptoken=abc%2B';
  const { deps, asked } = directory([200, { value: [dana], '@odata.nextLink': nextLink }], [200, { value: [] }]);
  const first = await listPeople(deps, 'token', { pageSize: 1 });
  assert.equal(first.people[0]?.displayName, 'Dana Reyes');
  const last = await listPeople(deps, 'token', { cursor: first.next });
  assert.equal(asked[1]?.url, nextLink);
  assert.equal(last.next, undefined);
  for (const cursor of ['/users/1/messages?x', '/me?x', '//elsewhere.example/users?x', '/users?', '']) {
    await assert.rejects(
      listPeople(deps, 'token', { cursor }),
      (error) => error instanceof Problem && error.code === 'invalid_request',
    );
  }
});

test('the tenant tells its name and its domains', async () => {
  const { deps } = directory([
    200,
    {
      value: [
        {
          id: '5D1F2C88-4B0E-4C57-9A3D-7E60B2F4A911',
          displayName: 'Contoso',
          verifiedDomains: [{ name: 'c.onmicrosoft.com' }, { name: 'c.example', isDefault: true }],
        },
      ],
    },
  ]);
  assert.deepEqual(await getOrganization(deps, 'token'), {
    id: '5d1f2c88-4b0e-4c57-9a3d-7e60b2f4a911',
    displayName: 'Contoso',
    domains: ['c.onmicrosoft.com', 'c.example'],
    defaultDomain: 'c.example',
  });
});
