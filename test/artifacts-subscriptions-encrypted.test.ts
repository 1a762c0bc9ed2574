import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignJWT } from 'jose';
import { createCertificate } from '../src/microsoft/certificates.ts';
import { startAnnounced, type Announced } from './support/announced.ts';
import { hour, minute } from './support/recorded.ts';
import { monday, testConfig } from './support/system.ts';
import { startPublic } from './support/watched.ts';

// With a certificate, what Microsoft tells is encrypted for it and signed: nothing else is believed.

function newCertificate(): string {
  const { certificatePem, privateKeyPem } = createCertificate({ commonName: 'Parley notifications', now: monday });
  return certificatePem + privateKeyPem;
}

const certificate = newCertificate();
const found = (story: Announced) => story.states().then((states) => states.slice(0, 2));
const waiting = ['recording waiting 0', 'transcript waiting 0'];

/** Ends the meeting, and lets the time pass until what it leaves is there, but for the last look that would find it. */
async function endAndWait(story: Announced) {
  story.end({ attendance: false, processingMs: 3 * hour });
  for (let minutes = 0; minutes < 3 * 60 - 10; minutes += 10) {
    story.system.clock.advance(10 * minute);
    await story.work();
  }
  assert.deepEqual(await found(story), waiting);
  story.system.clock.advance(11 * minute);
}

const encryptionOf = (story: Announced) => story.subscriptions().map(({ encryption }) => encryption?.certificateId);

for (const spelling of ['encryptedContent', 'EncryptedContent'] as const) {
  test(`what Microsoft tells is decrypted and proven, and the artifacts are found at once (${spelling})`, async (t) => {
    const story = await startAnnounced(t, { env: { Notifications__Certificate: certificate } });
    story.emulator.switches.encryptedContentName = spelling;
    assert.equal(story.subscriptions().length, 2);
    assert.ok(encryptionOf(story).every(Boolean));
    await endAndWait(story);
    const deliveries = await story.tell();
    assert.ok(deliveries.every(({ detail }) => detail === '202'));
    assert.match(story.ear.bodies.at(-1) ?? '', new RegExp(`"${spelling}"[^]*"validationTokens"`));
    assert.deepEqual(await found(story), ['recording ready 1', 'transcript ready 1']);
  });
}

type Body = { value: Record<string, unknown>[]; validationTokens: string[] };

test('what is not encrypted, not signed for us, or was changed on its way is taken and ignored', async (t) => {
  const story = await startAnnounced(t, { env: { Notifications__Certificate: certificate } });
  await endAndWait(story);
  // The truth is caught on its way, and bent.
  const { app } = story;
  const bodies: string[] = [];
  const http = {
    fetch: async (request: Request) => (bodies.push(await request.text()), new Response(null, { status: 202 })),
  };
  story.ear.app = { ...app, http };
  await story.tell();
  const truth = JSON.parse(bodies.at(-1) ?? '') as Body;
  const [notice, other] = truth.value;
  assert.ok(notice && other);
  const content = notice['encryptedContent'] as Record<string, string>;
  const ofOther = other['encryptedContent'] as Record<string, string>;
  const clientId = story.emulator.context.notifications.subscriptions.get(String(notice['subscriptionId']))?.clientId;
  const forged = (claims: object, key = story.emulator.context.keys.privateKey) => {
    const now = Math.floor(story.system.clock.now().getTime() / 1000);
    const [, payload = ''] = (truth.validationTokens[0] ?? '').split('.');
    const real = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    return new SignJWT({ ...real, iat: now, exp: now + 600, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: story.emulator.context.keys.kid })
      .sign(key);
  };
  const value = [notice];
  const bent: Record<string, unknown> = {
    'no token': { value },
    'an empty list': { value, validationTokens: [] },
    'no token either': { value, validationTokens: ['x.y.z'] },
    'for another app': { value, validationTokens: [await forged({ aud: '0b8f5a4e-62b8-4f1c-9c5e-7c2e4b8d1a90' })] },
    'by another sender': { value, validationTokens: [await forged({ appid: clientId })] },
    'of another tenant': {
      value,
      validationTokens: [await forged({ tid: '0b8f5a4e-62b8-4f1c-9c5e-7c2e4b8d1a90' })],
    },
    'of yesterday': { value, validationTokens: [await forged({ exp: Math.floor(monday.getTime() / 1000) })] },
    'one good, one bad': { value, validationTokens: [...truth.validationTokens, 'x'] },
    'not encrypted': { ...truth, value: [{ ...notice, encryptedContent: undefined }] },
    'no content': { ...truth, value: [{ ...notice, encryptedContent: 'x' }] },
    'another content': { ...truth, value: [{ ...notice, encryptedContent: { ...content, data: ofOther['data'] } }] },
    'another key': { ...truth, value: [{ ...notice, encryptedContent: { ...content, dataKey: ofOther['dataKey'] } }] },
    'no signature': { ...truth, value: [{ ...notice, encryptedContent: { ...content, dataSignature: '' } }] },
    'another certificate': {
      ...truth,
      value: [{ ...notice, encryptedContent: { ...content, encryptionCertificateId: 'old' } }],
    },
    'another secret': { ...truth, value: [{ ...notice, clientState: 'guessed' }] },
  };
  const before = story.emulator.calls.length;
  for (const [what, body] of Object.entries(bent)) {
    assert.equal((await story.send('notifications', body)).status, 202, what);
    await app.drain();
    assert.deepEqual(await found(story), waiting, what);
  }
  const graphCalls = story.emulator.calls.slice(before).filter(({ service }) => service === 'graph');
  assert.deepEqual(graphCalls, []);
  const lines = story.system.lines.join('\n');
  for (const secret of [content['data'], content['dataKey'], truth.validationTokens[0]])
    assert.ok(secret && !lines.includes(secret), 'nothing of it is logged');
  // The truth still works.
  assert.equal((await story.send('notifications', { ...truth, value })).status, 202);
  await app.drain();
  assert.equal((await found(story)).filter((state) => state.includes('ready')).length, 1);
});

test('while Entra does not tell its keys, nothing is believed, and Parley looks for itself', async (t) => {
  const story = await startAnnounced(t, { env: { Notifications__Certificate: certificate } });
  await endAndWait(story);
  story.emulator.fail({
    service: 'entra',
    path: 'openid-configuration',
    times: 100,
    kind: { type: 'status', status: 503 },
  });
  const deliveries = await story.tell();
  assert.ok(deliveries.every(({ detail }) => detail === '202'));
  assert.deepEqual(await found(story), waiting);
  for (let times = 0; times < 4; times += 1) {
    story.system.clock.advance(hour);
    await story.work();
  }
  assert.deepEqual(await found(story), ['recording ready 1', 'transcript ready 1']);
});

test('a certificate that is set, replaced or taken away has subscriptions made anew', async (t) => {
  const story = await startAnnounced(t);
  assert.deepEqual(encryptionOf(story), [undefined, undefined]);
  const ids = new Set<string>();
  const restart = async (env: Record<string, string>) => {
    for (const { id } of story.subscriptions()) ids.add(id);
    const { server } = story.system.config;
    const app = await startPublic(t, story.system, { ...testConfig(env), server });
    story.ear.app = app;
    await app.sweep();
    await app.drain();
    const subscriptions = story.subscriptions();
    assert.equal(subscriptions.length, 2);
    assert.ok(!subscriptions.some(({ id }) => ids.has(id)));
    // And no more after that.
    await app.sweep();
    await app.drain();
    assert.deepEqual(story.subscriptions(), subscriptions);
    return encryptionOf(story)[0];
  };
  const first = await restart({ Notifications__Certificate: certificate });
  const second = await restart({ Notifications__Certificate: newCertificate() });
  assert.ok(first && second && first !== second);
  assert.equal(await restart({}), undefined);
});
