import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { createWebhookPost } from '../src/webhooks/post.ts';
import type { WebhookAnswer } from '../src/webhooks/webhook.ts';
import { createReceiver, verify } from './support/receiver.ts';
import { startSystem, startWorkspace } from './support/system.ts';

const loopback = ['127.0.0.0/8', '::1/128'];

/** A real HTTP server on this machine. */
async function listen(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A name system that gives the listed answers, one after the other, and then the last one again. */
const names = (...answers: string[][]) => {
  let asked = 0;
  return async () => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
};

const signal = new AbortController().signal;
const request = (url: string) => ({ url, headers: { 'webhook-id': 'msg_1' }, body: '{"a":1}', signal });
const errorOf = (answer: WebhookAnswer) => (answer.kind === 'unreachable' ? answer.error : `answered ${answer.status}`);

const refusedUrls = [
  'https://127.0.0.1/',
  'https://127.9.9.9:8443/x',
  'https://[::1]/',
  'https://169.254.169.254/latest/meta-data/',
  'https://10.1.2.3/',
  'https://172.16.0.1/',
  'https://172.31.255.255/',
  'https://192.168.1.1/',
  'https://100.64.0.1/',
  'https://168.63.129.16/',
  'https://0.0.0.0/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://[::]/',
  'https://[::ffff:7f00:1]/',
  'https://[::ffff:8.8.8.8]/',
  'https://[::8.8.8.8]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[64:ff9b:1::1]/',
  'https://[2002:7f00:1::]/',
  'https://[2001::1]/',
  'https://[2001:db8::1]/',
  'https://[fe80::1]/',
  'https://[fc00::1]/',
  'https://[fec0::1]/',
  'https://[ff02::1]/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.0.0.1/',
  'https://0177.0.0.1/',
  'https://127.1/',
  'https://0x08080808/',
  'https://134744072/',
  'https://１２７。０。０。１/',
  'https://localhost/',
  'https://app.localhost/',
  'https://crm.example./',
  'https://user@crm.example/',
  'https://user:pass@crm.example/',
  'https://crm.example/#part',
  'http://crm.example/',
  'http://8.8.8.8/',
  'ftp://crm.example/',
  'javascript:alert(1)',
  'file:///etc/passwd',
  '//crm.example/',
  'crm.example',
  'https://',
];

// W06
test('an endpoint cannot have an address that is not on the public internet, however it is written', async (t) => {
  const system = await startSystem(t);
  const { api } = await startWorkspace(system);
  const { body: endpoint } = await api('POST', '/v1/webhook-endpoints', { url: 'https://8.8.8.8/' });
  for (const url of refusedUrls) {
    for (const [method, path] of [
      ['POST', '/v1/webhook-endpoints'],
      ['PATCH', `/v1/webhook-endpoints/${endpoint['id']}`],
    ] as const) {
      const { status, body } = await api(method, path, { url });
      assert.deepEqual([status, body['code']], [422, 'webhook_url_refused'], url);
      assert.equal(body['errors'][0].pointer, '/url');
    }
  }
  const accepted = [
    'https://crm.example',
    'https://CRM.example:8443/a?b=c',
    'https://[2606:4700::1111]/',
    'https://9.9.9.9/',
  ];
  for (const url of accepted) assert.equal((await api('POST', '/v1/webhook-endpoints', { url })).status, 201, url);
});

// W06
test('a name that leads to such an address is refused when something is sent, whichever of its addresses it is', async () => {
  const addresses = ['127.0.0.1', '::1', '169.254.169.254', '10.0.0.1', '::ffff:10.0.0.1', '64:ff9b::a00:1', 'fd00::1'];
  for (const address of addresses) {
    for (const answer of [[address], ['93.184.216.34', address]]) {
      const post = createWebhookPost({ allowedNetworks: [], resolve: names(answer) });
      assert.match(errorOf(await post(request('https://crm.example/'))), /not on the public internet/, address);
    }
  }
  for (const url of refusedUrls) {
    const post = createWebhookPost({ allowedNetworks: [], resolve: names(['93.184.216.34']) });
    assert.equal((await post(request(url))).kind, 'unreachable', url);
  }
});

// W06
test('the connection goes to the address that was checked, not to what the name says a moment later', async (t) => {
  const hosts: (string | undefined)[] = [];
  const address = await listen(t, (incoming, response) => {
    hosts.push(incoming.headers.host);
    response.writeHead(204).end();
  });
  const port = address.split(':')[1];
  const post = createWebhookPost({ allowedNetworks: ['127.0.0.1/32'], resolve: names(['127.0.0.1'], ['127.0.0.2']) });
  assert.equal(errorOf(await post(request(`http://crm.example:${port}/`))), 'answered 204');
  assert.deepEqual(hosts, [`crm.example:${port}`], 'asked once, and the name is in the request');
  assert.match(errorOf(await post(request(`http://crm.example:${port}/`))), /not on the public internet/);
});

// W06
test('a redirect to an address inside is an answer like any other: nobody goes there', async (t) => {
  let inside = 0;
  const secret = await listen(t, (_incoming, response) => {
    inside += 1;
    response.end('metadata');
  });
  const address = await listen(t, (_incoming, response) => {
    response.writeHead(307, { location: `http://${secret}/` }).end();
  });
  const post = createWebhookPost({ allowedNetworks: loopback, resolve: names(['127.0.0.1']) });
  assert.equal(errorOf(await post(request(`http://${address}/`))), 'answered 307');
  assert.equal(inside, 0);
});

test('a receiver gets a POST with its headers; of its answer only the beginning is read', async (t) => {
  const seen: { method: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];
  const address = await listen(t, (incoming, response) => {
    let body = '';
    incoming.on('data', (part: Buffer) => (body += part.toString()));
    incoming.on('end', () => {
      seen.push({ method: incoming.method, headers: incoming.headers, body });
      response.writeHead(500, { 'retry-after': '7' }).write(`\0é${'x'.repeat(100_000)}`); // and never ends
    });
  });
  const post = createWebhookPost({ allowedNetworks: loopback, resolve: names(['127.0.0.1']) });
  const answer = await post(request(`http://${address}/`));
  assert.ok(answer.kind === 'answered');
  assert.deepEqual([answer.status, answer.retryAfter], [500, '7']);
  assert.ok(Buffer.byteLength(answer.body) <= 4100 && answer.body.startsWith('\uFFFDé'));
  assert.deepEqual([seen[0]?.method, seen[0]?.body, seen[0]?.headers['webhook-id']], ['POST', '{"a":1}', 'msg_1']);
});

test('a question goes as GET without a body, the same guarded way, and is waited for as long as it is worth', async (t) => {
  const seen: (string | undefined)[] = [];
  const address = await listen(t, (incoming, response) => {
    seen.push(incoming.method, incoming.url, incoming.headers['content-length']);
    if (incoming.url === '/slow') return; // and never answers
    response.writeHead(200, { location: 'http://10.0.0.1/' }).end('the answer');
  });
  const post = createWebhookPost({ allowedNetworks: loopback, resolve: names(['127.0.0.1'], ['10.0.0.1']) });
  const port = address.split(':')[1];
  const question = { ...request(`http://crm.example:${port}/?challenge=1`), method: 'GET', body: '' } as const;
  const answer = await post(question);
  assert.deepEqual([answer.kind, answer.kind === 'answered' && answer.body], ['answered', 'the answer']);
  assert.deepEqual(seen, ['GET', '/?challenge=1', undefined]);
  assert.match(errorOf(await post(question)), /not on the public internet/, 'a name is asked anew');
  const slow = { ...question, url: `http://${address}/slow`, answerWithinMs: 200 };
  assert.equal(errorOf(await post(slow)), 'There was no answer within 0.2 seconds.');
  for (const url of refusedUrls) assert.equal((await post({ ...question, url })).kind, 'unreachable', url);
});

test('what cannot be reached says why, without a word about this network', async (t) => {
  const closed = await listen(t, () => {});
  const post = createWebhookPost({ allowedNetworks: loopback, resolve: names(['127.0.0.1']) });
  const broken = await listen(t, (incoming) => incoming.socket.destroy());
  assert.match(errorOf(await post(request(`http://${broken}/`))), /broke off/);
  assert.match(errorOf(await post(request(`https://${broken}/`))), /connection/i);
  const stop = new AbortController();
  const waiting = post({ ...request(`http://${closed}/`), signal: stop.signal });
  stop.abort();
  assert.equal((await waiting).kind, 'unreachable');
  const nowhere = createWebhookPost({
    allowedNetworks: [],
    resolve: () => Promise.reject(Object.assign(new Error('queryA ENOTFOUND 10.0.0.53'), { code: 'ENOTFOUND' })),
  });
  assert.equal(errorOf(await nowhere(request('https://crm.example/'))), 'There is no such name.');
});

// W01
test('a message goes through the real poster to a server on this machine when that network is allowed', async (t) => {
  const receiver = createReceiver();
  const address = await listen(t, (incoming, response) => {
    let body = '';
    incoming.on('data', (part: Buffer) => (body += part.toString()));
    incoming.on('end', () => {
      const headers = incoming.headers as Record<string, string>;
      void receiver.post({ url: incoming.url ?? '', headers, body, signal }).then(() => response.writeHead(204).end());
    });
  });
  const post = createWebhookPost({ allowedNetworks: loopback, resolve: names([]) });
  const system = await startSystem(t, { post, env: { Webhooks__AllowedNetworks: loopback.join(',') } });
  const { api } = await startWorkspace(system);
  const created = await api('POST', '/v1/webhook-endpoints', { url: `http://${address}/hooks` });
  assert.equal(created.status, 201);
  const { body: delivery } = await api('POST', `/v1/webhook-endpoints/${created.body['id']}/test`);
  await system.work();
  let state = delivery;
  for (let turn = 0; turn < 100 && state['status'] === 'pending'; turn++) {
    await delay(50); // the answer of a real server comes in its own time
    state = (await api('GET', `/v1/webhook-deliveries/${delivery['id']}`)).body;
  }
  assert.deepEqual([state['status'], state['response']], ['delivered', { status: 204, body: '' }]);
  const [message] = receiver.received;
  assert.ok(message);
  assert.equal(message.url, '/hooks');
  verify(message, created.body['secret'] as string);
});
