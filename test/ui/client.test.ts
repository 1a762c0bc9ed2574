import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { installClient } from '../support/built-client.ts';
import { createReceiver } from '../support/receiver.ts';
import { startDesk, startSystem } from '../support/system.ts';
import { launch } from './support/browser.ts';

type Handle = (...given: Parameters<RequestListener>) => Promise<unknown>;

async function listen(t: TestContext, handle: Handle): Promise<string> {
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('@parley/client works in a browser, on another site: a booking, and messages signed in both ways', async (t) => {
  const receiver = createReceiver();
  const system = await startSystem(t, { post: receiver.post });
  const desk = await startDesk(system);
  const { dist, remove } = await installClient();
  t.after(remove);
  const baseUrl = await listen(t, getRequestListener(system.app.http.fetch));
  const shop = await listen(t, async (request, response) => {
    const script = /^\/installed\/([\w/-]+\.js)$/.exec(request.url ?? '')?.[1];
    response.setHeader('content-type', script === undefined ? 'text/html' : 'text/javascript');
    response.end(script === undefined ? '<link rel="icon" href="data:,">' : await readFile(join(dist, script)));
  });
  assert.equal((await desk.api('PATCH', '/v1/workspace', { corsOrigins: [shop] })).status, 200);

  const signed = [];
  for (const signature of ['hmac', 'ed25519']) {
    const { body } = await desk.api('POST', '/v1/webhook-endpoints', { url: 'https://crm.example/hooks', signature });
    await desk.api('POST', `/v1/webhook-endpoints/${body['id']}/test`);
    await system.work();
    const { headers, body: text } = receiver.received.at(-1) ?? assert.fail('nothing was sent');
    signed.push({ secret: (body['secret'] ?? body['publicKey']) as string, headers, body: text });
  }

  const browser = await launch();
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(shop);
  const asked = { baseUrl, apiKey: desk.apiKey, eventTypeId: desk.eventType.id, signed };
  // The text of a script: what the browser imports is not there for the compiler of this test.
  const seen: unknown = await page.evaluate(`(async ({ baseUrl, apiKey, eventTypeId, signed }) => {
    const { createParley, verifyWebhook } = await import('/installed/parley.js');
    const parley = createParley({ baseUrl, apiKey });
    const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London' };
    const booking = await parley.bookings.create({ eventTypeId, start: '2026-11-24T09:00:00Z', visitor });
    const listed = await parley.bookings.list().toArray();
    const messages = [];
    for (const one of signed) {
      const now = () => Number(one.headers['webhook-timestamp']) * 1000;
      messages.push((await verifyWebhook({ ...one, now })).type);
    }
    const refused = await parley.bookings.get('bkg_unknown').catch((error) => error.code);
    return { status: booking.status, same: listed[0].id === booking.id, messages, refused };
  })(${JSON.stringify(asked)})`);
  assert.deepEqual(seen, {
    status: 'confirmed',
    same: true,
    messages: ['webhook.test', 'webhook.test'],
    refused: 'not_found',
  });
});
