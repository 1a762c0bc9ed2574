import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { verifyWebhook, WebhookError, type ReceivedWebhook } from '../client/src/webhooks.ts';
import { libraries, createReceiver } from './support/receiver.ts';
import { startDesk, startSystem } from './support/system.ts';

const codeOf = (received: ReceivedWebhook): Promise<string> =>
  verifyWebhook(received).then(
    () => 'believed',
    (error: unknown) => (error instanceof WebhookError ? error.code : assert.fail(String(error))),
  );

/** A message that Parley really sends, with the endpoint that it is for. */
async function sent(t: TestContext, signature: 'hmac' | 'ed25519') {
  const receiver = createReceiver();
  const system = await startSystem(t, { post: receiver.post });
  const desk = await startDesk(system);
  const { body: endpoint } = await desk.api('POST', '/v1/webhook-endpoints', {
    url: 'https://crm.example/hooks',
    signature,
  });
  const path = `/v1/webhook-endpoints/${endpoint['id']}`;
  const key = (endpoint['secret'] ?? endpoint['publicKey']) as string;
  const send = async () => {
    await desk.api('POST', `${path}/test`);
    await system.work();
    const { headers, body, at } = receiver.received.at(-1) ?? assert.fail('nothing was sent');
    return { headers, body, now: () => at.getTime() };
  };
  return { desk, path, key, send };
}

for (const kind of ['hmac', 'ed25519'] as const) {
  test(`a message that Parley signs with ${kind} is believed, and nothing that differs from it`, async (t) => {
    const { desk, path, key, send } = await sent(t, kind);
    const message = await send();
    const believed = await verifyWebhook({ ...message, secret: key });
    assert.equal(believed.type, 'webhook.test');
    assert.equal(believed.data.id, message.headers['webhook-id']);
    assert.equal(await codeOf({ ...message, secret: key, body: new TextEncoder().encode(message.body) }), 'believed');
    assert.equal(await codeOf({ ...message, secret: key, headers: new Headers(message.headers) }), 'believed');
    assert.equal(await codeOf({ ...message, secret: key, body: `${message.body} ` }), 'signature_wrong');
    const headers = (changed: object) => ({ ...message.headers, ...changed });
    assert.equal(
      await codeOf({ ...message, secret: key, headers: headers({ 'webhook-id': 'msg_x' }) }),
      'signature_wrong',
    );
    assert.equal(
      await codeOf({ ...message, secret: key, headers: headers({ 'webhook-signature': 'v1,!!! v1a,AAAA v2' }) }),
      'signature_wrong',
    );
    const { body: rotated } = await desk.api('POST', `${path}/rotate-secret`);
    const next = (rotated['secret'] ?? rotated['publicKey']) as string;
    assert.equal(await codeOf({ ...message, secret: next }), 'signature_wrong');
    assert.equal(await codeOf({ ...message, secret: [next, key] }), 'believed');
    const between = await send();
    assert.equal(await codeOf({ ...between, secret: key }), 'believed');
    assert.equal(await codeOf({ ...between, secret: next }), 'believed');
  });
}

// The vector of the project’s own libraries, whose reference implementation says the same.
const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  body: '{"test": 2432232314}',
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  now: () => 1_614_265_330_000,
};

test('the vector of Standard Webhooks is believed, as the reference libraries sign it', async () => {
  assert.deepEqual(await verifyWebhook(vector), { test: 2432232314 });
  const at = new Date(vector.now());
  for (const library of libraries) {
    const signature = new library(vector.secret).sign(vector.headers['webhook-id'], at, vector.body);
    assert.equal(signature, vector.headers['webhook-signature']);
  }
  const withoutPrefix = vector.secret.slice('whsec_'.length);
  assert.equal(await codeOf({ ...vector, secret: withoutPrefix }), 'believed');
  const several = `v1,AAAA v2,x ${vector.headers['webhook-signature']}`;
  assert.equal(await codeOf({ ...vector, headers: { ...vector.headers, 'webhook-signature': several } }), 'believed');
  const capitals = Object.fromEntries(
    Object.entries(vector.headers).map(([name, value]) => [name.toUpperCase(), value]),
  );
  assert.equal(await codeOf({ ...vector, headers: capitals }), 'believed');
});

test('a message is believed for five minutes before and after it was sent', async () => {
  const at = (seconds: number) => codeOf({ ...vector, now: () => vector.now() + seconds * 1000 });
  assert.deepEqual(await Promise.all([-301, -300, 300, 301].map(at)), ['too_new', 'believed', 'believed', 'too_old']);
  const timed = (timestamp: string) =>
    codeOf({ ...vector, headers: { ...vector.headers, 'webhook-timestamp': timestamp } });
  assert.deepEqual(await Promise.all(['soon', '-1', '1e9'].map(timed)), ['too_old', 'too_old', 'too_old']);
  assert.equal(await codeOf({ ...vector, toleranceSeconds: 10, now: () => vector.now() + 11_000 }), 'too_old');
});

test('a header that is missing, and a key that is none, are told apart', async () => {
  for (const name of Object.keys(vector.headers)) {
    assert.equal(await codeOf({ ...vector, headers: { ...vector.headers, [name]: undefined } }), 'header_missing');
  }
  for (const secret of ['', 'whsec_', 'whsec_***'])
    await assert.rejects(verifyWebhook({ ...vector, secret }), TypeError);
});
