import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { LARKFIELD_TENANT_ID } from '../emulator/seed.ts';
import { connectTeams, createPerson, signIn } from '../scripts/person.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { problems, type ProblemCode } from '../src/problem.ts';
import { escaped, tokenCalls } from './support/restart.ts';
import { publicUrl, startSystem, startWorkspace, userNamed, type Person, type System } from './support/system.ts';

const minute = 60_000;
const rows = ({ database }: System) => database.db.selectFrom('connections').selectAll().execute();

type Spoil = (answer: Record<string, unknown>) => Promise<Record<string, unknown>>;

async function start(t: TestContext, env: Record<string, string> = {}) {
  const forms: URLSearchParams[] = [];
  const spoiling: { answer?: Spoil | undefined } = {};
  const system = await startSystem(t, {
    env,
    wrapFetch: (inner) => async (input, init) => {
      const request = new Request(input, init);
      if (!request.url.endsWith('/token')) return inner(request);
      forms.push(new URLSearchParams(await request.clone().text()));
      const response = await inner(request);
      if (!spoiling.answer || !response.ok) return response;
      return Response.json(await spoiling.answer((await response.json()) as Record<string, unknown>));
    },
  });
  const workspace = await startWorkspace(system);
  const dana = userNamed(system.emulator, 'dana.reyes').id;
  return { system, ...workspace, dana, forms, spoiling };
}

/** Starts connecting and gives the address of Microsoft's page. */
async function begin(person: Person): Promise<URL> {
  return new URL((await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {})).url);
}

/** What Microsoft would send the browser back to, without the browser going there. */
async function signInAtMicrosoft(system: System, url: URL, user: string): Promise<string> {
  const seen: string[] = [];
  const person = createPerson(async (input, init) => {
    const address = new Request(input).url;
    if (!address.startsWith(publicUrl)) return system.emulator.fetch(input, init);
    seen.push(address);
    return new Response('the browser stops here');
  });
  let page = await person.visit(url.href);
  if (page.text.includes('/authorize/sign-in')) page = await person.press(page, '/authorize/sign-in', { user });
  if (page.text.includes('/authorize/consent')) await person.press(page, '/authorize/consent', { decision: 'accept' });
  return seen[0] ?? assert.fail(`Microsoft sent nobody back: ${page.text}`);
}

async function anotherBrowser(system: System, memberId: string): Promise<Person> {
  const person = system.person();
  const deps = { db: system.database.db, now: system.clock.now };
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);
  return person;
}

function refusedAs(page: { status: number; text: string }, code: ProblemCode, what = ''): void {
  assert.equal(page.status, problems[code].status, `${what}: ${page.text}`);
  assert.ok(page.text.includes(escaped(problems[code].title)), what);
}

test('S01, S02, S07: the request to Microsoft has the exact redirect URI, PKCE with S256, a state and a nonce of its own', async (t) => {
  const { system, person, dana, forms } = await start(t);
  const urls = [await begin(person), await begin(person)];
  for (const name of ['state', 'nonce', 'code_challenge']) {
    const values = urls.map((url) => url.searchParams.get(name) ?? '');
    assert.notEqual(values[0], values[1], `${name} is new every time`);
    for (const value of values) assert.match(value, /^[\w-]{43}$/, `${name} has 256 bits`);
  }
  const query = (urls[1] as URL).searchParams;
  assert.equal(query.get('redirect_uri'), `${publicUrl}/api/teams/callback`);
  assert.equal(query.get('response_type'), 'code');
  assert.equal(query.get('code_challenge_method'), 'S256');
  assert.notEqual(query.get('prompt'), 'consent');
  assert.deepEqual(
    [...query.keys()].filter((key) => /secret|verifier|token/.test(key)),
    [],
  );

  const callback = await signInAtMicrosoft(system, urls[1] as URL, dana);
  await person.visit(callback);
  const form = forms[0] ?? assert.fail('nothing was redeemed');
  const verifier = form.get('code_verifier') ?? '';
  assert.match(verifier, /^[\w-]{43,128}$/);
  assert.equal(createHash('sha256').update(verifier).digest('base64url'), query.get('code_challenge'));
  assert.equal(form.get('redirect_uri'), query.get('redirect_uri'));
  assert.equal((await rows(system)).length, 1);
  // The nonce that was asked for is the one that the proof was checked with: another one is refused below.
});

test('S01: a redirect URI goes to Microsoft as it is configured, on both legs', async (t) => {
  const uri = 'https://Parley.Example/team%20one/api/teams/callback';
  const { person } = await start(t, { MicrosoftTeams__RedirectUri: uri });
  assert.equal((await begin(person)).searchParams.get('redirect_uri'), uri);
});

test('S03: a state works in the browser session that started it, and nowhere else', async (t) => {
  const { system, person, memberId, workspaceId, dana } = await start(t);
  const deps = { db: system.database.db, now: system.clock.now };
  const colleague = await addMember(deps, workspaceId, {
    email: 'mo@desk.example',
    name: 'Mo',
    role: 'owner',
    timeZone: 'UTC',
  });
  const other = await startWorkspace(system);
  const callback = await signInAtMicrosoft(system, await begin(person), dana);
  const strangers = {
    'nobody signed in': system.person(),
    'another browser of the same member': await anotherBrowser(system, memberId),
    'a colleague': await anotherBrowser(system, colleague),
    'a member of another workspace': other.person,
  };
  for (const [who, stranger] of Object.entries(strangers))
    refusedAs(await stranger.visit(callback), 'state_mismatch', who);
  assert.deepEqual(await rows(system), []);
  assert.equal(tokenCalls(system, 'authorization_code').length, 0, 'no code is redeemed for a stranger');
  await person.visit(callback);
  assert.equal((await rows(system)).length, 1, 'and the one who started it was not disturbed');
});

test('S03, S04: a state works once, also when the callback is opened ten times at the same moment', async (t) => {
  const { system, person, dana } = await start(t);
  const callback = await signInAtMicrosoft(system, await begin(person), dana);
  const answers = await Promise.all(Array.from({ length: 10 }, () => person.send(callback, { method: 'GET' })));
  assert.equal(answers.filter(({ status }) => status === 303).length, 1);
  assert.equal(answers.filter(({ status }) => status === 400).length, 9);
  assert.equal(tokenCalls(system, 'authorization_code').length, 1);
  refusedAs(await person.visit(callback), 'state_mismatch', 'later');
  assert.equal((await rows(system))[0]?.token_version, 1);
});

test('S03: a state ends after ten minutes, with the session, and is never guessed', async (t) => {
  const { system, person, dana } = await start(t);
  const late = await signInAtMicrosoft(system, await begin(person), dana);
  const inTime = await signInAtMicrosoft(system, await begin(person), dana);
  system.clock.advance(10 * minute - 1);
  assert.ok((await person.visit(inTime)).url.endsWith('?connected=1'));
  system.clock.advance(1);
  refusedAs(await person.visit(late), 'state_mismatch', 'ten minutes later');
  for (const state of ['', 'x', "' or 1=1 --", '%00', 'a'.repeat(5000)])
    refusedAs(await person.visit(`${publicUrl}/api/teams/callback?code=x&state=${state}`), 'state_mismatch', state);
  const abandoned = await signInAtMicrosoft(system, await begin(person), dana);
  await person.call(`${publicUrl}/v1/session`, 'DELETE');
  refusedAs(await person.visit(abandoned), 'state_mismatch', 'signed out');
  const attempts = await system.database.db.selectFrom('connect_attempts').selectAll().execute();
  assert.deepEqual(attempts, [], 'attempts go with their session');
});

test('S03: attempts that ended are forgotten when the next one starts', async (t) => {
  const { system, person } = await start(t);
  for (let round = 0; round < 3; round += 1) {
    await begin(person);
    system.clock.advance(11 * minute);
  }
  const attempts = await system.database.db.selectFrom('connect_attempts').select('used_at').execute();
  assert.equal(attempts.length, 1);
});

test('S04: a code of one sign-in cannot be put into another', async (t) => {
  const { system, person, memberId, dana } = await start(t);
  const attacker = await anotherBrowser(system, memberId);
  const theirs = new URL(
    await signInAtMicrosoft(system, await begin(attacker), userNamed(system.emulator, 'milan.okafor').id),
  );
  const ours = new URL(await signInAtMicrosoft(system, await begin(person), dana));
  ours.searchParams.set('code', theirs.searchParams.get('code') ?? '');
  const page = await person.visit(ours.href);
  refusedAs(page, 'sign_in_interrupted');
  assert.match(page.text, /AADSTS501481/); // PKCE: the verifier is not of this code
  assert.deepEqual(await rows(system), []);
});

type Forged = {
  what: string;
  becomes: ProblemCode;
  forge: (claims: JWTPayload, token: string, system: System) => Promise<string | undefined>;
};

const sign = (claims: JWTPayload, { emulator }: System, header: Record<string, unknown> = {}) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: emulator.context.keys.kid, ...header })
    .sign(emulator.context.keys.privateKey);

const foreignKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const at = (claims: JWTPayload, seconds: number) => (claims.iat ?? 0) + seconds;
const withClaims = (what: string, becomes: ProblemCode, change: (claims: JWTPayload) => JWTPayload): Forged => ({
  what,
  becomes,
  forge: (claims, _, system) => sign({ ...claims, ...change(claims) }, system),
});

const forgeries: Forged[] = [
  withClaims('the issuer of another tenant', 'id_token_invalid', () => ({
    iss: `https://login.microsoftonline.com/${LARKFIELD_TENANT_ID}/v2.0`,
  })),
  withClaims('the tid of another tenant than the issuer', 'id_token_invalid', () => ({ tid: LARKFIELD_TENANT_ID })),
  withClaims('an issuer elsewhere', 'id_token_invalid', () => ({ iss: 'https://accounts.example' })),
  withClaims('the placeholder as issuer', 'id_token_invalid', () => ({
    iss: 'https://login.microsoftonline.com/{tenantid}/v2.0',
    tid: '{tenantid}',
  })),
  withClaims('another audience', 'id_token_invalid', () => ({ aud: randomUUID() })),
  withClaims('another nonce', 'id_token_invalid', () => ({ nonce: 'another' })),
  withClaims('no nonce', 'id_token_invalid', () => ({ nonce: undefined })),
  withClaims('no oid', 'id_token_invalid', () => ({ oid: undefined })),
  withClaims('an oid that is none', 'id_token_invalid', () => ({ oid: 'dana.reyes@contoso.example' })),
  withClaims('no tid', 'id_token_invalid', () => ({ tid: undefined })),
  withClaims('expired for longer than clocks differ', 'server_clock_wrong', (claims) => ({
    iat: at(claims, -4000),
    nbf: at(claims, -4000),
    exp: at(claims, -301),
  })),
  withClaims('not valid yet', 'server_clock_wrong', (claims) => ({ nbf: at(claims, 400), iat: at(claims, 400) })),
  { what: 'alg none', becomes: 'id_token_invalid', forge: async (claims) => new UnsecuredJWT(claims).encode() },
  {
    what: 'HS256 with the public key as secret',
    becomes: 'id_token_invalid',
    forge: (claims, _, { emulator }) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: emulator.context.keys.kid })
        .sign(Buffer.from(JSON.stringify(emulator.context.keys.publicJwk).padEnd(32, ' '))),
  },
  {
    what: 'another key under the known name',
    becomes: 'id_token_invalid',
    forge: (claims, _, { emulator }) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: emulator.context.keys.kid }).sign(foreignKey),
  },
  {
    what: 'an unknown key',
    becomes: 'id_token_invalid',
    forge: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'nobody' }).sign(foreignKey),
  },
  {
    what: 'a changed claim under the old signature',
    becomes: 'id_token_invalid',
    forge: async (claims, token) => {
      const [header, , signature] = token.split('.');
      return `${header}.${Buffer.from(JSON.stringify({ ...claims, oid: randomUUID() })).toString('base64url')}.${signature}`;
    },
  },
  { what: 'no ID token', becomes: 'id_token_invalid', forge: async () => undefined },
  { what: 'something else', becomes: 'id_token_invalid', forge: async () => 'not.a.token' },
];

test('S05, S07: a proof of identity that fails any check connects nothing', async (t) => {
  const { system, person, dana, spoiling } = await start(t);
  await connectTeams(person, publicUrl, dana);
  const before = await rows(system);
  for (const { what, becomes, forge } of forgeries) {
    spoiling.answer = async (answer) => {
      const token = String(answer['id_token']);
      assert.equal(decodeProtectedHeader(token).alg, 'RS256');
      const { id_token: _, ...rest } = answer;
      const forged = await forge(decodeJwt(token), token, system);
      return { ...rest, ...(forged !== undefined && { id_token: forged }) };
    };
    refusedAs(await connectTeams(person, publicUrl, dana), becomes, what);
    assert.deepEqual(await rows(system), before, what);
  }
  spoiling.answer = async (answer) => ({
    ...answer,
    id_token: await sign(decodeJwt(String(answer['id_token'])), system),
  });
  assert.ok((await connectTeams(person, publicUrl, dana)).url.endsWith('?connected=1'), 'signed as it should be');
});

test('S05: locked to one tenant, a valid proof of another tenant is not enough', async (t) => {
  const { system, person, dana, spoiling } = await start(t, {
    MicrosoftTeams__TenantId: '5d1f2c88-4b0e-4c57-9a3d-7e60b2f4a911',
  });
  spoiling.answer = async (answer) => {
    const claims = decodeJwt(String(answer['id_token']));
    const foreign = { tid: LARKFIELD_TENANT_ID, iss: `https://login.microsoftonline.com/${LARKFIELD_TENANT_ID}/v2.0` };
    return { ...answer, id_token: await sign({ ...claims, ...foreign }, system) };
  };
  const page = await connectTeams(person, publicUrl, dana);
  assert.ok(page.status >= 400);
  assert.deepEqual(await rows(system), []);
});

test('S06: two tenants with the same e-mail are two accounts; one account with a new e-mail stays one', async (t) => {
  const { system, person, workspaceId, dana } = await start(t);
  const elif = userNamed(system.emulator, 'elif.varga');
  elif.mail = 'dana.reyes@contoso.example';
  for (const tenant of system.emulator.context.directory.tenants.values()) tenant.userConsentAllowed = true;
  await connectTeams(person, publicUrl, dana);
  const [first] = await rows(system);
  assert.ok(first);

  const deps = { db: system.database.db, now: system.clock.now };
  const mo = { email: 'mo@desk.example', name: 'Mo', role: 'owner' as const, timeZone: 'UTC' };
  const colleague = await anotherBrowser(system, await addMember(deps, workspaceId, mo));
  await connectTeams(colleague, publicUrl, elif.id);
  const both = await rows(system);
  assert.deepEqual(
    both.map((row) => row.account_email),
    ['dana.reyes@contoso.example', 'dana.reyes@contoso.example'],
  );
  assert.equal(new Set(both.map((row) => `${row.tenant_id} ${row.object_id}`)).size, 2);

  // The same member, the other tenant's account of that e-mail: another connection, not a renewed one.
  const url = await begin(person);
  url.searchParams.delete('login_hint');
  url.searchParams.set('prompt', 'select_account');
  await person.visit(await signInAtMicrosoft(system, url, elif.id));
  const own = (await rows(system)).find((row) => row.member_id === first.member_id);
  assert.notEqual(own?.id, first.id);
  assert.equal(own?.object_id, elif.id);

  elif.mail = 'elif.new-name@larkfield.example';
  const again = await begin(person);
  again.searchParams.delete('login_hint');
  again.searchParams.set('prompt', 'select_account');
  await person.visit(await signInAtMicrosoft(system, again, elif.id));
  const renewed = (await rows(system)).find((row) => row.member_id === first.member_id);
  assert.equal(renewed?.id, own?.id);
  assert.equal(renewed?.account_email, 'elif.new-name@larkfield.example');
});

test('an API key cannot consent in somebody’s name', async (t) => {
  const { system, api } = await start(t);
  const refused = await api('POST', '/v1/integrations/teams/connect');
  assert.equal(refused.status, 403);
  assert.equal(refused.body['code'], 'forbidden');
  assert.deepEqual(await system.database.db.selectFrom('connect_attempts').selectAll().execute(), []);
});
