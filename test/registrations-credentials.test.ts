import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { NORTHGATE_CLIENT_ID, NORTHGATE_CLIENT_SECRET, NORTHGATE_TENANT_ID } from '../emulator/seed.ts';
import { selfSigned } from '../emulator/self-signed.ts';
import { createCertificate } from '../src/microsoft/certificates.ts';
import { credentialContext } from '../src/registrations/apps.ts';
import { open } from '../src/seal.ts';
import { downloadCer, entraAdmin, faultsOf } from './support/entra-admin.ts';
import { startSystem, startWorkspace, type System } from './support/system.ts';

const day = 86_400_000;
const hostile = '"; Remove-Item C:\\ -Recurse; “x” <script>alert(1)</script> ../../etc/passwd %0d%0aX: y 名前';

/** A workspace with Northgate's registration, which has no credential yet. */
async function start(t: TestContext, registration: object = {}) {
  const assertions: string[] = [];
  const system = await startSystem(t, {
    wrapFetch: (inner) => async (input, init) => {
      const request = new Request(input, init);
      const form = request.url.endsWith('/token') ? await request.clone().formData() : undefined;
      const assertion = form?.get('client_assertion');
      if (typeof assertion === 'string') assertions.push(assertion);
      return inner(request);
    },
  });
  const desk = await startWorkspace(system);
  const { body } = await desk.api('POST', '/v1/app-registrations', {
    name: 'Northgate',
    clientId: NORTHGATE_CLIENT_ID,
    tenant: NORTHGATE_TENANT_ID,
    ...registration,
  });
  const registrationId = String(body['id']);
  const path = `/v1/app-registrations/${registrationId}`;
  const admin = entraAdmin(system, NORTHGATE_CLIENT_ID);
  const check = (id: unknown) => desk.api('POST', `${path}/credentials/${String(id)}/check`);
  const download = (id: unknown) => downloadCer(system, desk.apiKey, { registrationId, id: String(id) });
  const credentials = async () => (await desk.api('GET', path)).body['credentials'] as Record<string, unknown>[];
  /** The header of the last assertion that Entra was shown. */
  const lastAssertion = () => decodeProtectedHeader(assertions.at(-1) ?? '');
  return { system, ...desk, registrationId, path, admin, check, download, credentials, lastAssertion };
}

async function privateKeyOf(system: System, id: string): Promise<string> {
  const row = await system.database.db
    .selectFrom('app_credentials')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return open(await system.app.deps.dataKeys(row.workspace_id), row.sealed, credentialContext(row));
}

// G2
test('a certificate is made here, uploaded in Entra as it was downloaded, and then Entra takes it', async (t) => {
  const { system, api, path, admin, check, download, lastAssertion } = await start(t);
  const made = await api('POST', `${path}/certificates`, { name: 'Autumn 2026' });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { id, kind, state, startsAt, expiresAt, daysLeft } = made.body;
  assert.deepEqual([kind, state, daysLeft], ['certificate', 'unproven', 731]);
  assert.equal(expiresAt, '2028-11-23T07:00:00.000Z', 'two years, if nothing else is said');
  assert.ok(Date.parse(startsAt) < system.clock.now().getTime());

  const { status, headers, cer } = await download(id);
  assert.equal(status, 200);
  assert.equal(headers.get('content-type'), 'application/pkix-cert');
  assert.equal(headers.get('content-disposition'), 'attachment; filename="Autumn-2026.cer"');
  const certificate = new X509Certificate(cer);
  assert.deepEqual(cer, certificate.raw, 'DER, as Entra takes it, and nothing else');
  assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
  assert.equal(certificate.fingerprint.replaceAll(':', ''), made.body['sha1']);
  assert.equal(certificate.fingerprint256.replaceAll(':', ''), made.body['sha256']);
  assert.ok(certificate.verify(certificate.publicKey), 'signed by itself');
  assert.equal(certificate.validToDate.toISOString(), expiresAt);

  const early = await check(id);
  assert.equal(early.status, 200);
  assert.deepEqual([early.body['state'], early.body['problem'].code], ['refused', 'app_certificate_unknown']);
  assert.equal(early.body['refusedAt'], system.clock.now().toISOString());
  assert.equal(early.body['problem'].provider.code, 'AADSTS700027');

  await admin.upload(cer);
  system.clock.advance(1000);
  const proven = await check(id);
  assert.deepEqual(
    [proven.body['state'], proven.body['problem'], proven.body['workedAt']],
    ['proven', null, system.clock.now().toISOString()],
  );
  const { alg, x5t, ...header } = lastAssertion();
  assert.deepEqual([alg, x5t], ['PS256', undefined]);
  assert.equal(Buffer.from(String(header['x5t#S256']), 'base64url').toString('hex').toUpperCase(), made.body['sha256']);
});

// G2
test('RS256 with the SHA-1 thumbprint is a setting of the registration', async (t) => {
  const { api, path, admin, check, download, lastAssertion } = await start(t, { assertion: 'RS256' });
  const { body } = await api('POST', `${path}/certificates`, { name: 'Old', years: 1 });
  assert.equal(body['expiresAt'], '2027-11-23T07:00:00.000Z');
  await admin.upload((await download(body['id'])).cer);
  assert.equal((await check(body['id'])).body['state'], 'proven');
  const { alg, x5t, ...header } = lastAssertion();
  assert.deepEqual([alg, header['x5t#S256']], ['RS256', undefined]);
  assert.equal(Buffer.from(String(x5t), 'base64url').toString('hex').toUpperCase(), body['sha1']);
  await api('PATCH', path, { assertion: 'PS256' });
  await check(body['id']);
  assert.equal(lastAssertion().alg, 'PS256');
  assert.deepEqual(Object.keys(faultsOf(await api('POST', `${path}/certificates`, { name: 'x', years: 30 }))), [
    '/years',
  ]);
});

function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const skip = (() => {
  try {
    return openssl('version').startsWith('OpenSSL 3') ? false : 'needs OpenSSL 3';
  } catch {
    return 'needs OpenSSL 3';
  }
})();

// G2
test('a certificate of one’s own comes as PEM or as PFX with its password, which is forgotten', { skip }, async (t) => {
  const { system, api, path, admin, check, download, credentials } = await start(t);
  const folder = mkdtempSync(join(tmpdir(), 'parley-pfx-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const own = createCertificate({ commonName: 'From our own authority', now: system.clock.now() });
  const bundle = join(folder, 'bundle.pem');
  const pfx = join(folder, 'own.pfx');
  writeFileSync(bundle, own.privateKeyPem + own.certificatePem);
  openssl('pkcs12', '-export', '-in', bundle, '-out', pfx, '-passout', 'pass:long-pfx-password-ß');

  const bring = (name: string, file: Buffer, password?: string) =>
    api('POST', `${path}/certificates/import`, { name, file: file.toString('base64'), password });
  const wrong = await bring('Wrong', readFileSync(pfx), 'long-pfx-password-x');
  assert.deepEqual([wrong.status, wrong.body['code']], [422, 'certificate_unreadable']);
  assert.match(wrong.body['detail'], /A PEM file with the private key and the certificate always works/);
  const made = await bring('From our PKI', readFileSync(pfx), 'long-pfx-password-ß');
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.deepEqual([made.body['sha1'], made.body['sha256']], [own.sha1Hex, own.sha256Hex]);
  assert.deepEqual((await download(made.body['id'])).cer, own.cer);
  const twice = await bring('Again', readFileSync(bundle));
  assert.deepEqual(faultsOf(twice), { '/file': 'This registration has this certificate already.' });
  await admin.upload(own.cer);
  assert.equal((await check(made.body['id'])).body['state'], 'proven');
  await api('DELETE', `${path}/credentials/${made.body['id']}`);
  assert.equal((await bring('As PEM', readFileSync(bundle))).status, 201);
  assert.equal((await credentials()).length, 1);
  assert.equal(system.lines.join('').includes('long-pfx-password'), false);
});

test('a file that is no certificate with its key is refused with the reason, and nothing is kept', async (t) => {
  const { system, api, path, credentials } = await start(t);
  const now = system.clock.now();
  const good = createCertificate({ commonName: 'good', now });
  const other = createCertificate({ commonName: 'other', now });
  const ended = selfSigned('ended', { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') });
  const pem = good.privateKeyPem + good.certificatePem;
  const encrypted = createPrivateKey(good.privateKeyPem).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'right-passphrase',
  });
  for (const [what, content, code, says] of [
    ['nothing', '', 'invalid_request', /in base64/],
    ['some text', 'not a certificate at all', 'certificate_unreadable', /neither PEM nor a PFX/],
    ['a broken PFX', Buffer.from('308204d0020103308204', 'hex'), 'certificate_unreadable', /neither PEM nor a PFX/],
    ['the .cer alone', good.cer, 'certificate_unreadable', /neither PEM nor a PFX/],
    ['a certificate without its key', good.certificatePem, 'certificate_unreadable', /no private key/],
    ['a key without its certificate', good.privateKeyPem, 'certificate_unreadable', /no certificate/],
    ['another one’s key', other.privateKeyPem + good.certificatePem, 'certificate_key_mismatch', undefined],
    ['a locked key', encrypted.toString() + good.certificatePem, 'certificate_unreadable', /password is missing/],
    ['an ended one', ended.privateKey + ended.certificate, 'invalid_request', /ended on 2021-01-01/],
    ['half a file', pem.slice(0, 900), 'certificate_unreadable', undefined],
    ['a large file', Buffer.alloc(65 * 1024, 'a'), 'invalid_request', /more than 64 KB/],
  ] as const) {
    const file = Buffer.from(content).toString('base64');
    const refused = await api('POST', `${path}/certificates/import`, { name: what, file });
    assert.deepEqual([refused.status, refused.body['code']], [code === 'invalid_request' ? 400 : 422, code], what);
    if (says) assert.match(refused.body['detail'] ?? faultsOf(refused)['/file'] ?? '', says, what);
    assert.equal(JSON.stringify(refused.body).includes('PRIVATE KEY'), false, what);
  }
  for (const file of ['%%%%', 'YQ=', 'YW Jj', undefined, 7])
    assert.deepEqual(faultsOf(await api('POST', `${path}/certificates/import`, { name: 'x', file })), {
      '/file': 'Give the file in base64.',
    });
  assert.deepEqual(await credentials(), []);
});

// F2
test('a client secret goes in and never comes out; the Secret ID in its place is noticed at once', async (t) => {
  const { system, api, path, check, credentials } = await start(t);
  const add = (secret: unknown, more: object = {}) =>
    api('POST', `${path}/secrets`, { name: 'First', secret, ...more });
  const swapped = await add('5f4dcc3b-5aa7-4f38-9b27-0d5861de4f63');
  assert.equal(swapped.status, 400);
  assert.match(faultsOf(swapped)['/secret'] ?? '', /This is the Secret ID\. Copy the Value/);
  assert.equal(JSON.stringify(swapped.body).includes('5f4dcc3b'), false);
  for (const secret of ['', '  ', 'two words', 'schlüssel', 'a'.repeat(501), 7, null, undefined])
    assert.deepEqual(Object.keys(faultsOf(await add(secret))), ['/secret'], String(secret));
  const over = await add('abc~def', { expiresAt: '2026-11-20T00:00:00Z' });
  assert.deepEqual(faultsOf(over), { '/expiresAt': 'This secret has ended already.' });

  const { status, body } = await add(` ${NORTHGATE_CLIENT_SECRET}\n`, { expiresAt: '2027-01-01T00:00:00+01:00' });
  assert.equal(status, 201);
  assert.deepEqual(
    [body['kind'], body['state'], body['sha1'], body['sha256'], body['startsAt'], body['expiresAt'], body['daysLeft']],
    ['secret', 'unproven', null, null, null, '2026-12-31T23:00:00.000Z', 39],
  );
  assert.equal((await check(body['id'])).body['state'], 'proven', 'without the space and the line break around it');
  const certificate = await api('GET', `${path}/credentials/${body['id']}/certificate`);
  assert.deepEqual([certificate.status, certificate.body['code']], [404, 'not_found']);

  system.clock.advance(1000);
  const { body: typo } = await add(`${NORTHGATE_CLIENT_SECRET}x`);
  assert.equal(typo['expiresAt'], null);
  const refused = await check(typo['id']);
  assert.deepEqual([refused.body['state'], refused.body['problem'].code], ['refused', 'app_secret_wrong']);
  const [last, first] = await credentials();
  assert.deepEqual([first?.['state'], last?.['state']], ['proven', 'refused'], 'one says nothing about the other');
  system.clock.advance(40 * day);
  assert.deepEqual(
    (await credentials()).map((one) => [one['state'], one['daysLeft']]),
    [
      ['refused', null],
      ['expired', 0],
    ],
  );
});

test('what says nothing about the credential is no refusal of it', async (t) => {
  const { system, api, path, check, credentials } = await start(t);
  const { body } = await api('POST', `${path}/secrets`, { name: 'First', secret: NORTHGATE_CLIENT_SECRET });
  const { emulator } = system;
  for (const [kind, status, code] of [
    [{ type: 'drop-request' }, 504, 'microsoft_unreachable'],
    [{ type: 'status', status: 503 }, 503, 'entra_unavailable'],
    [{ type: 'aadsts', code: 700016 }, 502, 'app_not_found'],
    [{ type: 'aadsts', code: 90002 }, 502, 'tenant_not_found'],
  ] as const) {
    emulator.fail({ service: 'entra', path: '/token', kind });
    const answer = await check(body['id']);
    assert.deepEqual([answer.status, answer.body['code']], [status, code]);
  }
  assert.equal((await credentials())[0]?.['state'], 'unproven');
});

// K05
test('no private key and no secret is in an answer, a log line or the database; names are only names', async (t) => {
  const { system, api, path, registrationId, admin, check, download } = await start(t, { name: hostile });
  const answers: string[] = [];
  const call: typeof api = async (...request) => {
    const answer = await api(...request);
    answers.push(JSON.stringify([...answer.headers]), JSON.stringify(answer.body));
    return answer;
  };
  const { body: made } = await call('POST', `${path}/certificates`, { name: hostile });
  assert.equal(made['name'], hostile);
  const { body: secret } = await call('POST', `${path}/secrets`, { name: hostile, secret: NORTHGATE_CLIENT_SECRET });
  const { headers, cer } = await download(made['id']);
  assert.match(headers.get('content-disposition') ?? '', /^attachment; filename="[\w-]+\.cer"$/);
  assert.equal(new X509Certificate(cer).subject.includes('\n'), false);
  await admin.upload(cer);
  for (const id of [made['id'], secret['id']]) assert.equal((await check(id)).body['state'], 'proven');
  await call('GET', path);
  await call('GET', '/v1/app-registrations');
  await call('PATCH', path, { name: `${hostile}!` });
  system.emulator.fail({ service: 'entra', path: '/token', kind: { type: 'aadsts', code: 7000215 } });
  await call('POST', `${path}/credentials/${secret['id']}/check`);
  await call('POST', `${path}/secrets`, { name: 'a\nb', secret: `${NORTHGATE_CLIENT_SECRET} `.repeat(40) });
  for (const name of ['', ' ', 'a\nb', 'a\u0000b', 'x'.repeat(101), 7])
    assert.deepEqual(Object.keys(faultsOf(await call('POST', `${path}/certificates`, { name }))), ['/name']);

  const key = await privateKeyOf(system, made['id']);
  const body = key.replaceAll(/-----[^-]+-----|\s/g, '');
  const stored = await system.database.db.selectFrom('app_credentials').selectAll().execute();
  const events = await system.database.db.selectFrom('outbox_events').selectAll().execute();
  const haystacks = {
    answers: answers.join('\n'),
    log: system.lines.join('\n'),
    database: JSON.stringify([stored.map((row) => ({ ...row, sealed: row.sealed.toString('latin1') })), events]),
  };
  for (const [where, haystack] of Object.entries(haystacks)) {
    assert.equal(haystack.includes(NORTHGATE_CLIENT_SECRET), false, where);
    assert.equal(haystack.includes('PRIVATE KEY'), false, where);
    for (let at = 0; at < body.length - 40; at += 20)
      assert.equal(haystack.includes(body.slice(at, at + 40)), false, where);
  }
  assert.ok(haystacks.database.includes(registrationId));

  // A secret that was moved to another row, or into another workspace, does not open.
  await system.database.db
    .updateTable('app_credentials')
    .set({ sealed: stored.find((row) => row.id === made['id'])?.sealed ?? Buffer.alloc(0) })
    .where('id', '=', secret['id'])
    .execute();
  system.expectError(/SealError/);
  assert.equal((await check(secret['id'])).body['code'], 'internal_error');
});
