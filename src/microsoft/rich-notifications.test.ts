import assert from 'node:assert/strict';
import {
  constants,
  createCipheriv,
  createHmac,
  generateKeyPairSync,
  publicEncrypt,
  randomBytes,
  type KeyObject,
} from 'node:crypto';
import { test } from 'node:test';
import { exportJWK, SignJWT, type JWTPayload } from 'jose';
import { areFromMicrosoft, openResourceData, ResourceDataError, type EncryptedContent } from './rich-notifications.ts';
import { parseNotifications } from './subscriptions.ts';

const ours = generateKeyPairSync('rsa', { modulusLength: 2048 });
const others = generateKeyPairSync('rsa', { modulusLength: 2048 });
const organizer = '4d1b5f0e-0a5e-4b6b-9a55-3a1a0c1f7e11';
const transcript = {
  '@odata.type': '#microsoft.graph.callTranscript',
  id: 'VjIjIzE=',
  meetingId: 'MSo0ZDFi',
  meetingOrganizer: { application: null, user: { id: organizer.toUpperCase() } },
};

/** As Graph does it: a key of its own for each notification, under which the resource is encrypted and signed. */
function encrypt(resource: unknown, key: Buffer = randomBytes(32), publicKey: KeyObject = ours.publicKey) {
  const cipher = createCipheriv(`aes-${key.length * 8}-cbc`, key, key.subarray(0, 16));
  const data = Buffer.concat([cipher.update(JSON.stringify(resource)), cipher.final()]);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return {
    data: data.toString('base64'),
    dataSignature: createHmac('sha256', key).update(data).digest('base64'),
    dataKey: publicEncrypt({ key: publicKey, padding, oaepHash: 'sha1' }, key).toString('base64'),
    encryptionCertificateId: 'certificate-1',
  } satisfies EncryptedContent;
}

test('a transcript in a notification is read with the private key, whatever the length of Graph’s own key', () => {
  for (const bytes of [16, 32]) {
    const opened = openResourceData(encrypt(transcript, randomBytes(bytes)), ours.privateKey);
    assert.deepEqual(opened, { artifactId: 'VjIjIzE=', onlineMeetingId: 'MSo0ZDFi', organizerId: organizer });
  }
});

test('content for another key, changed content, and content that is no artifact are told apart', () => {
  const good = encrypt(transcript);
  const other = encrypt(transcript);
  const cases: [ResourceDataError['reason'], EncryptedContent][] = [
    ['key', encrypt(transcript, randomBytes(32), others.publicKey)],
    ['key', { ...good, dataKey: 'AAAA' }],
    ['key', { ...good, dataKey: '' }],
    ['signature', { ...good, data: other.data }],
    ['signature', { ...good, dataSignature: other.dataSignature }],
    ['signature', { ...good, dataSignature: '' }],
    ['content', encrypt({ id: 'x' })],
    ['content', encrypt('no object')],
  ];
  for (const [reason, content] of cases) {
    assert.throws(
      () => openResourceData(content, ours.privateKey),
      (error: unknown) => error instanceof ResourceDataError && error.reason === reason,
    );
  }
});

const now = () => new Date('2026-11-20T09:00:00Z');
const tenantId = 'd3b1a3c0-52e0-4c0a-8f7e-2f9d0d0b7a10';
const clientId = '2f1c9a52-6a2f-4b60-9b2f-0c2b8f6f3d11';
const authority = 'https://login.microsoftonline.com';
const notifier = '0bf30f3b-4a52-48df-9a82-234910c4a086';
const wanted = { authority, clientIds: [clientId], tenantIds: [tenantId] };

async function entra(): Promise<typeof fetch> {
  const keys = [{ ...(await exportJWK(ours.publicKey)), kid: 'key-1', use: 'sig', alg: 'RS256' }];
  const issuer = `${authority}/{tenantid}/v2.0`;
  const documents: Record<string, unknown> = {
    [`${authority}/common/v2.0/.well-known/openid-configuration`]: { issuer, jwks_uri: `${authority}/keys` },
    [`${authority}/keys`]: { keys },
  };
  return async (input) => Response.json(documents[new Request(input).url]);
}

async function token(claims: JWTPayload = {}, key: KeyObject = ours.privateKey): Promise<string> {
  const at = Math.floor(now().getTime() / 1000);
  return new SignJWT({
    iss: `https://sts.windows.net/${tenantId}/`,
    aud: clientId,
    tid: tenantId,
    appid: notifier,
    iat: at,
    exp: at + 3600,
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
    .sign(key);
}

test('tokens of Microsoft’s notifier for our app prove where a notification comes from, in both versions', async () => {
  const deps = { fetch: await entra(), now };
  const newer = { iss: `${authority}/${tenantId}/v2.0`, appid: undefined, azp: notifier };
  assert.equal(await areFromMicrosoft(deps, [await token(), await token(newer)], wanted), true);
});

test('a token of anybody else, for anybody else, of another tenant or another time proves nothing', async () => {
  const deps = { fetch: await entra(), now };
  const elsewhere = '11111111-52e0-4c0a-8f7e-2f9d0d0b7a10';
  const bad: Record<string, string> = {
    'another app as its sender': await token({ appid: clientId }),
    'no sender': await token({ appid: undefined }),
    'another audience': await token({ aud: elsewhere }),
    'another tenant': await token({ tid: elsewhere, iss: `https://sts.windows.net/${elsewhere}/` }),
    'another issuer': await token({ iss: 'https://sts.evil.example/' }),
    'an issuer of another tenant': await token({ iss: `https://sts.windows.net/${elsewhere}/` }),
    expired: await token({ exp: Math.floor(now().getTime() / 1000) - 3600 }),
    'another key': await token({}, others.privateKey),
    nonsense: 'eyJ.nonsense',
  };
  for (const [name, each] of Object.entries(bad)) {
    assert.equal(await areFromMicrosoft(deps, [each], wanted), false, name);
    assert.equal(await areFromMicrosoft(deps, [await token(), each], wanted), false, `${name} beside a good one`);
  }
  assert.equal(await areFromMicrosoft(deps, [], wanted), false, 'none');
});

test('a notification names the meeting and the transcript, however its resource is written', () => {
  const notice = {
    subscriptionId: '7f105c7d-2dc5-4530-97cd-4e7ae6534c07',
    clientState: 'a secret',
    changeType: 'created',
    tenantId,
  };
  const read = (changes: object) => parseNotifications({ value: [{ ...notice, ...changes }] }).changes[0];
  const ids = (resource: unknown) => {
    const change = read({ resource });
    assert.ok(change, String(resource));
    return [change.onlineMeetingId, change.artifactId];
  };
  for (const resource of [
    "communications/onlineMeetings('MSo=')/transcripts('VjI=')",
    'communications/onlineMeetings/MSo=/recordings/VjI=',
    'communications/onlineMeetings/MSo%3D/transcripts/VjI%3D',
    `users/${organizer}/onlineMeetings('MSo=')/Recordings('VjI=')`,
  ]) {
    assert.deepEqual(ids(resource), ['MSo=', 'VjI='], resource);
  }
  for (const resource of [
    'me/events/1',
    "onlineMeetings('a')",
    'onlineMeetings/%zz/transcripts/1',
    7,
    null,
    undefined,
  ]) {
    assert.deepEqual(ids(resource), [undefined, resource === 'onlineMeetings/%zz/transcripts/1' ? '1' : undefined]);
  }
  const content = encrypt(transcript);
  for (const key of ['encryptedContent', 'EncryptedContent']) {
    assert.deepEqual(read({ [key]: content })?.encryptedContent, content, key);
  }
  assert.equal(read({ encryptedContent: { data: 'not base64!' } })?.encryptedContent, undefined);
  assert.deepEqual(parseNotifications({ value: [], validationTokens: ['a'] }).validationTokens, ['a']);
  assert.deepEqual(parseNotifications({ value: [], validationTokens: 'a' }).validationTokens, []);
});
