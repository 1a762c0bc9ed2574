import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asApp, graphEmulator, person } from '../../test/support/graph-caller.ts';

const all = ['User.Read.All', 'Application.Read.All', 'Directory.Read.All', 'MailboxSettings.Read'];
const eventual = { consistencylevel: 'eventual' };

async function find(filter: string, headers: Record<string, string> = {}, more = '') {
  const emulator = graphEmulator();
  const milan = person(emulator, 'milan.okafor');
  Object.assign(milan, { surname: "O'Neil", extensionAttributes: { extensionAttribute3: 'K-7' } });
  const app = await asApp(emulator, 'dana.reyes', all);
  const { status, json } = await app.get(
    `/users?$filter=${encodeURIComponent(filter)}&$select=givenName${more}`,
    headers,
  );
  return json.error === undefined
    ? json.value.map((one) => one['givenName']).join(' ')
    : `${status} ${json.error.code}`;
}

for (const [filter, expected] of [
  ["mail eq 'DANA.reyes@contoso.example'", 'Dana'],
  ["userPrincipalName in ('dana.reyes@contoso.example','yuki.brandt@contoso.example')", 'Dana Yuki'],
  ["startsWith(displayName,'mil')", 'Milan'],
  ["employeeId eq 'C-1002'", 'Milan'],
  ["surname eq 'O''Neil'", 'Milan'],
  ["proxyAddresses/any(p:p eq 'smtp:advice@contoso.example')", 'Dana'],
  ["proxyAddresses/any(p:startsWith(p,'smtp:adv'))", 'Dana'],
  ["onPremisesExtensionAttributes/extensionAttribute3 eq 'K-7'", 'Milan'],
  ["accountEnabled eq false and userType eq 'Member'", 'Rune'],
  ["(givenName eq 'Dana' or givenName eq 'Yuki') and employeeId ge 'C-1002'", 'Yuki'],
  ["endsWith(mail,'@contoso.example')", '400 Request_UnsupportedQuery'],
  ['mail ne null', '400 Request_UnsupportedQuery'],
  ["not(startsWith(displayName,'D'))", '400 Request_UnsupportedQuery'],
  ["onPremisesImmutableId eq 'x'", ''],
  ["startsWith(onPremisesImmutableId,'x')", '400 Request_UnsupportedQuery'],
  ["aboutMe eq 'x'", '400 Request_UnsupportedQuery'],
  ["contains(displayName,'a')", '400 Request_UnsupportedQuery'],
  ["displayName eq 'x", '400 BadRequest'],
] as const) {
  test(`$filter=${filter} finds ${expected || 'nobody'}`, async () => assert.equal(await find(filter), expected));
}

test('people are told apart, and not, by what directories hold', async () => {
  const emulator = graphEmulator();
  const app = await asApp(emulator, 'amira.solano', all);
  const names = async (filter: string) =>
    (await app.get(`/users?$filter=${encodeURIComponent(filter)}&$select=displayName,userType`)).json.value
      .map((one) => `${String(one['displayName'])}${one['userType'] === 'Guest' ? ' (guest)' : ''}`)
      .join(', ');
  for (const [filter, expected] of [
    ["employeeId eq 'N-2010'", 'Ben Achterberg, Bea Lindholm'],
    ["employeeId eq 'N-2012'", 'Jonas Pike'],
    ["mail eq 'desk@northgate.example'", 'Pat Quill, Careers Desk'],
    ["mail eq 'jonas.pike@northgate.example'", 'Jonas Pike'],
    ["mail eq 'leila.haddad@northgate.example'", 'Leila Haddad, Leila Haddad (guest)'],
    ["userPrincipalName eq 'jonas.pike@northgate.example'", 'Jonas Pike'],
    ["userPrincipalName eq 'carla.mendes@northgate.example'", ''],
    ["proxyAddresses/any(p:p eq 'smtp:carla.mendes@northgate.example')", 'Carla Roth'],
    ["imAddresses/any(i:i eq 'suki.amari@northgate.example')", 'Suki Amari'],
    ["onPremisesImmutableId eq 'bWFyZWsuZHZvcmFrIQ=='", 'Marek Dvorak'],
    ["onPremisesExtensionAttributes/extensionAttribute3 eq 'OP-7741'", 'Leila Haddad'],
    [
      "identities/any(i:i/issuerAssignedId eq 'suki.amari@northgate.example' and i/issuer eq 'northgate.onmicrosoft.example')",
      'Suki Amari',
    ],
    ['accountEnabled eq false', 'Otto Renner'],
  ] as const) {
    assert.equal(await names(filter), expected, filter);
  }
});

test('extension attributes can need an advanced query', async () => {
  const emulator = graphEmulator();
  emulator.switches.extensionAttributeFilter = 'advanced';
  const app = await asApp(emulator, 'amira.solano', all);
  const path = "/users?$filter=onPremisesExtensionAttributes/extensionAttribute3 eq 'OP-7741'";
  assert.equal((await app.get(path)).json.error.code, 'Request_UnsupportedQuery');
  assert.equal((await app.get(`${path}&$count=true`, eventual)).json.value.length, 1);
});

test('searches notice changes of people later, and reading one at once', async () => {
  const emulator = graphEmulator();
  emulator.switches.directoryLagMs = 60_000;
  const app = await asApp(emulator, 'amira.solano', all);
  const send = (method: string, path: string, body: object) =>
    emulator.fetch(`http://emulator.localhost/control${path}`, {
      method,
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  const renamed = { userPrincipalName: 'bea.moss@northgate.example', displayName: 'Bea Moss' };
  assert.equal((await send('PATCH', '/users/bea.lindholm@northgate.example', renamed)).status, 200);
  assert.equal(
    (await send('POST', '/users', { name: 'Nia Fox', userPrincipalName: 'nia.fox@northgate.example' })).status,
    201,
  );
  const found = async (name: string) =>
    (await app.get(`/users?$filter=userPrincipalName eq '${name}@northgate.example'`)).json.value.length;
  assert.equal((await app.get('/users/nia.fox@northgate.example')).status, 200);
  assert.equal((await app.get('/users/bea.moss@northgate.example')).status, 200);
  assert.deepEqual([await found('bea.lindholm'), await found('bea.moss'), await found('nia.fox')], [1, 0, 0]);
  emulator.clock.advance(60_000);
  assert.deepEqual([await found('bea.lindholm'), await found('bea.moss'), await found('nia.fox')], [0, 1, 1]);
  const gone = await emulator.fetch('http://emulator.localhost/control/users/nia.fox@northgate.example', {
    method: 'DELETE',
  });
  assert.equal(gone.status, 204);
  assert.equal((await app.get('/users/nia.fox@northgate.example')).status, 404);
  assert.equal(await found('nia.fox'), 1);
});

test('an advanced query needs the header and $count, both', async () => {
  const filter = "endsWith(mail,'brandt@contoso.example')";
  assert.equal(await find(filter, eventual), '400 Request_UnsupportedQuery');
  assert.equal(await find(filter, {}, '&$count=true'), '400 Request_UnsupportedQuery');
  assert.equal(await find(filter, eventual, '&$count=true'), 'Yuki');
  assert.equal(await find("startsWith(displayName,'Y')", {}, '&$orderby=displayName'), '400 Request_UnsupportedQuery');
});

test('$search and /$count need the header; ?$count=true without it is ignored', async () => {
  const app = await asApp(graphEmulator(), 'dana.reyes', all);
  const refused = await app.get('/users?$search="displayName:yuki"');
  assert.match(refused.json.error.message, /special request header: 'ConsistencyLevel: eventual'/);
  assert.equal((await app.get('/users?$search="displayName:yuki"', eventual)).json.value.length, 1);
  assert.equal((await app.get('/users/$count')).json.error.message, '$count is not currently supported.');
  assert.equal((await app.get('/users/$count', eventual)).status, 200);
  assert.equal('@odata.count' in (await app.get('/users?$count=true')).json, false);
  assert.equal(typeof (await app.get('/users?$count=true', eventual)).json['@odata.count'], 'number');
});

test('people come in pages that follow each other', async () => {
  const app = await asApp(graphEmulator(), 'dana.reyes', all);
  const names = new Set<string>();
  let link: string | undefined = '/users?$top=3&$select=id';
  for (let pages = 0; link !== undefined; pages += 1) {
    const { json } = await app.get(link);
    for (const one of json.value) names.add(one.id);
    link = json['@odata.nextLink'];
    assert.ok(pages < 5);
  }
  assert.equal(names.size, (await app.get('/users?$select=id')).json.value.length);
});

test('only default properties come unasked', async () => {
  const app = await asApp(graphEmulator(), 'dana.reyes', all);
  const { json } = await app.get('/users/dana.reyes@contoso.example');
  assert.equal('employeeId' in json, false);
  assert.equal('userPrincipalName' in json, true);
  const { json: settings } = await app.get('/users/dana.reyes@contoso.example?$select=mailboxSettings');
  assert.equal((settings['mailboxSettings'] as { timeZone: string }).timeZone, 'W. Europe Standard Time');
});

test('what a tenant granted to an app can be read back', async () => {
  const emulator = graphEmulator();
  const app = await asApp(emulator, 'dana.reyes', [...all, 'Calendars.ReadWrite']);
  const clientId = [...emulator.context.directory.servicePrincipals.values()].find(
    (one) => one.appRoles.length > 0,
  )?.clientId;
  const principal = await app.get(`/servicePrincipals(appId='${clientId}')`);
  assert.equal(principal.json['appId'], clientId);
  const listed = await app.get(`/servicePrincipals?$filter=appId eq '${clientId}'`);
  assert.equal(listed.json.value[0]?.id, principal.json.id);
  const { json } = await app.get(`/servicePrincipals/${principal.json.id}/appRoleAssignments`);
  assert.ok(json.value.some((one) => one['appRoleId'] === 'ef54d2bf-783f-4e0f-bca1-3210c0444d99'));
  emulator.context.directory.grants.push({
    id: 'g-1',
    tenantId: person(emulator, 'dana.reyes').tenantId,
    clientId: clientId ?? '',
    userId: null,
    scopes: ['User.Read', 'Calendars.ReadWrite'],
  });
  const grants = await app.get(`/oauth2PermissionGrants?$filter=clientId eq '${principal.json.id}'`);
  assert.deepEqual(
    grants.json.value.map((one) => [one['consentType'], one['scope']]),
    [['AllPrincipals', 'User.Read Calendars.ReadWrite']],
  );
});
