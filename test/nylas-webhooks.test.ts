import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import Nylas6Notification from 'nylas6/lib/models/webhook-notification.js';
import Nylas7Module from 'nylas7';
import Nylas8Module from 'nylas8';
import { connectTeams } from '../scripts/person.ts';
import { createApiKey } from '../src/access/service.ts';
import { issueConnectionToken } from '../src/connections/connection-tokens.ts';
import type { OutgoingEmail } from '../src/email/email.ts';
import { answered, createReceiver, libraries, look, verify } from './support/receiver.ts';
import {
  apiClient,
  publicUrl,
  startDesk,
  startPeer,
  startSystem,
  startWorkspace,
  type Desk,
  type System,
} from './support/system.ts';

// Their types are written for CommonJS, where the class stands under `default`; as modules, they are the class.
const Nylas8 = Nylas8Module as unknown as typeof Nylas8Module.default;
const Nylas7 = Nylas7Module as unknown as typeof Nylas8Module.default;
// The other way round: a CommonJS module, of which the class is one part.
const { verifyWebhookSignature } = (
  Nylas6Notification as unknown as {
    default: { verifyWebhookSignature: (signature: string, body: string, secret: string) => boolean };
  }
).default;

const url = 'https://crm.example/hooks?source=nylas';
const allTypes = [
  'event.created',
  'event.updated',
  'event.deleted',
  'grant.created',
  'grant.updated',
  'grant.deleted',
  'grant.expired',
];
const hour = 3_600_000;

/** The system on a port of this machine, for clients that bring their own network. */
async function listen(t: TestContext, { app }: System): Promise<string> {
  const handle = getRequestListener(app.http.fetch);
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startReceiving(t: TestContext, types: readonly string[] = allTypes) {
  const receiver = createReceiver();
  const mails: OutgoingEmail[] = [];
  const system = await startSystem(t, { post: receiver.post, sendMail: async (mail) => void mails.push(mail) });
  const desk = await startDesk(system);
  await look(system, 2);
  const { status, body } = await desk.api('POST', '/v3/webhooks', { webhook_url: url, trigger_types: types });
  assert.equal(status, 200, JSON.stringify(body));
  const webhook = body['data'] as Record<string, unknown> & { id: string; webhook_secret: string };
  const { id: connectionId } = await system.database.db
    .selectFrom('connections')
    .select('id')
    .executeTakeFirstOrThrow();
  return { receiver, mails, system, desk, webhook, connectionId };
}

const meetAt = (desk: Desk, hourOfDay: number, more: object = {}) =>
  desk.api('POST', '/v1/meetings', {
    organizer: { memberId: desk.memberId },
    subject: 'Interview',
    start: `2026-11-25T${hourOfDay}:00:00Z`,
    end: `2026-11-25T${hourOfDay}:30:00Z`,
    attendees: [{ email: 'sam@visitor.example', name: 'Sam Okafor' }],
    ...more,
  });

type Notice = {
  type: string;
  id: string;
  time: number;
  source: string;
  specversion: string;
  webhook_delivery_attempt: number;
  data: { application_id: string; object: Record<string, any> }; // oxlint-disable-line typescript/no-explicit-any -- tests look into objects of any shape
};
type Receiver = ReturnType<typeof createReceiver>;
const noticesOf = ({ received }: Receiver) => received.map(({ body }) => JSON.parse(body) as Notice);

/** As receivers verify that were written for Nylas: with nothing of Parley's. */
function isFromNylas({ headers, body }: Receiver['received'][number], secret: string): boolean {
  const signature = headers['x-nylas-signature'] ?? '';
  const own = createHmac('sha256', secret).update(body).digest('hex');
  assert.equal(verifyWebhookSignature(signature, body, secret), own === signature);
  return own === signature;
}

for (const [version, Nylas] of [
  ['7', Nylas7],
  ['8', Nylas8],
] as const)
  test(`a program with Nylas’ client ${version} makes, lists, changes, rotates and removes a webhook (traps 2, 3, 4)`, async (t) => {
    const receiver = createReceiver();
    const system = await startSystem(t, { post: receiver.post });
    const { apiKey, api } = await startWorkspace(system);
    const { webhooks } = new Nylas({ apiKey, apiUri: await listen(t, system) });
    const triggers = ['event.created', 'grant.expired'] as never[]; // their enumeration has these values
    const made = await webhooks.create({
      requestBody: {
        triggerTypes: triggers,
        webhookUrl: url,
        description: 'CRM',
        notificationEmailAddresses: ['ops@crm.example'],
      },
    });
    assert.ok(made.requestId);
    assert.match(made.data.webhookSecret, /^whsec_/);
    assert.deepEqual([made.data.webhookUrl, made.data.status, made.data.triggerTypes], [url, 'active', triggers]);
    assert.equal(made.data.createdAt, system.clock.now().getTime() / 1000);
    assert.equal(webhooks.extractChallengeParameter(receiver.asked[0]?.url ?? '').length, 48);
    const webhookId = made.data.id;
    await api('POST', '/v1/webhook-endpoints', { url: 'https://own.example/' });

    const found = [];
    for await (const one of webhooks.list()) found.push(...one.data);
    assert.deepEqual(
      found.map(({ id }) => id),
      [webhookId],
      'and none in another form',
    );
    assert.ok(!JSON.stringify(found).includes('whsec_'));
    assert.equal((await webhooks.find({ webhookId })).data.description, 'CRM');

    const changed = await webhooks.update({ webhookId, requestBody: { webhookUrl: 'https://crm.example/new' } });
    assert.deepEqual([changed.data.webhookUrl, changed.data.triggerTypes], ['https://crm.example/new', triggers]);
    assert.deepEqual(changed.data.notificationEmailAddresses, ['ops@crm.example']);
    assert.equal(receiver.asked.length, 2, 'the new address is asked as well');
    const rotated = await webhooks.rotateSecret({ webhookId });
    assert.notEqual((rotated.data as { webhookSecret?: string }).webhookSecret, made.data.webhookSecret);

    await assert.rejects(webhooks.ipAddresses(), /ask whoever looks after its network/);
    assert.ok((await webhooks.destroy({ webhookId })).requestId);
    await assert.rejects(webhooks.find({ webhookId }), (error: { type?: string; statusCode?: number }) => {
      assert.deepEqual([error.type, error.statusCode], ['not_found_error', 404]);
      return true;
    });
  });

test('a receiver for Nylas is told of events and grants in its form, and both signatures hold', async (t) => {
  const { receiver, system, desk, webhook, connectionId } = await startReceiving(t);
  const { body: meeting } = await meetAt(desk, 10);
  await system.work();
  await look(system, 2);
  await desk.api('PATCH', `/v1/meetings/${meeting['id']}`, { subject: 'Second interview' });
  await system.work();
  await look(system, 2);
  await desk.api('POST', `/v1/meetings/${meeting['id']}/cancel`, {});
  await system.work();
  await look(system, 2);
  await connectTeams(desk.person, publicUrl, desk.organizer.id);
  await look(system, 2);
  await desk.api('DELETE', `/v1/connections/${connectionId}`);
  await look(system, 2);
  const notices = noticesOf(receiver);
  assert.deepEqual(notices.map(({ type }) => type).toSorted(), [
    'event.created',
    'event.deleted',
    'event.updated',
    'event.updated',
    'grant.deleted',
    'grant.updated',
  ]);
  const of = (type: string) => notices.filter((one) => one.type === type);
  const [created] = of('event.created');
  assert.deepEqual(
    [created?.specversion, created?.source, created?.time, created?.data.application_id],
    ['1.0', '/microsoft/events/realtime', 1795417200, desk.workspaceId],
  );
  const { object } = created?.data ?? assert.fail();
  assert.deepEqual([object['id'], object['grant_id'], object['title']], [meeting['id'], connectionId, 'Interview']);
  assert.deepEqual(object['participants'], [{ email: 'sam@visitor.example', name: 'Sam Okafor', status: 'noreply' }]);
  assert.equal(object['when'].start_time, Date.parse('2026-11-25T10:00:00Z') / 1000);
  const link = of('event.updated')[0]?.data.object['conferencing'];
  assert.equal(link.provider, 'Microsoft Teams');
  assert.match(link.details.url, /^https:\/\/teams\.microsoft\.com\//);
  assert.deepEqual(
    of('event.updated')
      .map((one) => one.data.object['title'] as string)
      .toSorted(),
    ['Interview', 'Second interview'],
  );
  assert.deepEqual(of('event.deleted')[0]?.data.object, {
    object: 'event',
    id: meeting['id'],
    grant_id: connectionId,
    calendar_id: connectionId.replace('con_', 'cal_'),
  });
  const again = of('grant.updated')[0];
  assert.deepEqual(
    [again?.source, again?.data.object['code'], again?.data.object['reauthentication_flag']],
    ['/nylas/system', 25014, true],
  );
  assert.ok(again?.data.object['scope'].includes('Calendars.ReadWrite'));
  assert.deepEqual(of('grant.deleted')[0]?.data.object, { code: 25013, grant_id: connectionId, provider: 'microsoft' });
  for (const message of receiver.received) {
    assert.ok(isFromNylas(message, webhook.webhook_secret));
    assert.ok(
      !isFromNylas(
        { ...message, body: message.body.replace('Interview', 'Intrvew').replace('1.0', '1.1') },
        webhook.webhook_secret,
      ),
    );
    for (const library of libraries) verify(message, webhook.webhook_secret, library);
    const old = { ...message, at: new Date(message.at.getTime() + 301_000) };
    assert.throws(() => verify(old, webhook.webhook_secret), 'who looks at the standard header is safe from replays');
    assert.equal(message.id, (JSON.parse(message.body) as Notice).id);
    assert.ok(message.body.length < 20_000);
  }
});

test('grant.expired comes when Microsoft has taken a grant back, grant.created for a new one alone', async (t) => {
  const { receiver, system, desk, connectionId } = await startReceiving(t, ['grant.created', 'grant.expired']);
  system.clock.advance(2 * hour);
  desk.organizer.sessionsRevokedAt = system.clock.now().getTime();
  await meetAt(desk, 10);
  await system.work();
  await look(system, 2);
  const [expired] = noticesOf(receiver);
  assert.equal(expired?.type, 'grant.expired');
  assert.deepEqual(expired?.data.object, {
    code: 25009,
    grant_id: connectionId,
    integration_id: null,
    provider: 'microsoft',
    email: 'dana.reyes@contoso.example',
    grant_updated_at: expired.time,
  });
  system.clock.advance(60_000);
  await connectTeams(desk.person, publicUrl, desk.organizer.id); // renews: nobody asked to be told of that
  await look(system, 2);
  assert.equal(receiver.received.length, 1);
  await desk.api('DELETE', `/v1/connections/${connectionId}`);
  await connectTeams(desk.person, publicUrl, desk.organizer.id);
  await look(system, 2);
  const next = await system.database.db.selectFrom('connections').select('id').executeTakeFirstOrThrow();
  const [, created] = noticesOf(receiver);
  assert.equal(receiver.received.length, 2);
  const { code, grant_id: grantId, email, provider } = created?.data.object ?? {};
  assert.deepEqual(
    [created?.type, code, grantId, email, provider],
    ['grant.created', 25012, next.id, 'dana.reyes@contoso.example', 'microsoft'],
  );
});

test('each attempt says which one it is, with the same id and as things are by then', async (t) => {
  const { receiver, system, desk, webhook } = await startReceiving(t, ['event.created']);
  receiver.answer(() => answered(500));
  const { body: meeting } = await meetAt(desk, 11);
  await look(system);
  assert.equal(receiver.received.length, 1);
  await desk.api('PATCH', `/v1/meetings/${meeting['id']}`, { subject: 'Moved on' });
  receiver.answer(() => answered(200));
  await system.advance(6_000);
  const notices = noticesOf(receiver);
  assert.deepEqual(
    notices.map((one) => one.webhook_delivery_attempt),
    [1, 2],
  );
  assert.equal(notices[0]?.id, notices[1]?.id);
  assert.deepEqual(
    notices.map(({ data }) => data.object['title']),
    ['Interview', 'Moved on'],
  );
  for (const message of receiver.received) {
    assert.ok(isFromNylas(message, webhook.webhook_secret));
    verify(message, webhook.webhook_secret);
  }
});

// W05, R01
test('a process that dies between sending and writing it down sends the same message again', async (t) => {
  const { receiver, system, desk, webhook } = await startReceiving(t, ['event.created']);
  const peer = await startPeer(t, system);
  receiver.answer(() => new Promise(() => {})); // it arrived; what it answers is never heard
  await meetAt(desk, 12);
  await look(system);
  assert.equal(receiver.received.length, 1);
  receiver.answer(() => answered(204));
  system.clock.advance(61_000);
  await peer.app.sweep();
  await peer.app.drain();
  const [first, second] = receiver.received;
  assert.ok(first && second);
  assert.equal(second.id, first.id);
  assert.equal((JSON.parse(second.body) as Notice).id, (JSON.parse(first.body) as Notice).id);
  assert.ok(isFromNylas(second, webhook.webhook_secret));
});

// K05
test('no join link, address or subject lies in the log of deliveries, though the receiver is shown them', async (t) => {
  const { receiver, system, desk, webhook } = await startReceiving(t, ['event.updated']);
  await meetAt(desk, 13);
  await system.work();
  await look(system, 2);
  assert.match(receiver.received.map(({ body }) => body).join(), /Interview.*teams\.microsoft\.com\/l/);
  const { body } = await desk.api('GET', `/v1/webhook-endpoints/${webhook.id}/deliveries`);
  const [delivery] = body['data'];
  assert.equal(delivery.type, 'event.updated');
  assert.equal(delivery.status, 'delivered');
  const { rows } = await system.database.pool.query<{ dump: string }>(
    `select query_to_xml('select * from webhook_deliveries', true, false, '')::text as dump`,
  );
  for (const text of [JSON.stringify(body), rows[0]?.dump ?? '', system.lines.join()])
    assert.doesNotMatch(text, /teams\.microsoft\.com\/l|sam@visitor|Interview/);
});

// W02
test('in a rotation the new secret signs for Nylas, and both sign for the standard', async (t) => {
  const { receiver, system, desk, webhook } = await startReceiving(t, ['event.created']);
  const { body } = await desk.api('POST', `/v3/webhooks/rotate-secret/${webhook.id}`, {});
  const secret = body['data'].webhook_secret as string;
  await meetAt(desk, 10);
  await look(system);
  const [message] = receiver.received;
  assert.ok(message);
  assert.deepEqual([isFromNylas(message, secret), isFromNylas(message, webhook.webhook_secret)], [true, false]);
  verify(message, secret);
  verify(message, webhook.webhook_secret);
  system.clock.advance(24 * hour + 1000);
  await meetAt(desk, 11);
  await look(system);
  const last = receiver.received.at(-1);
  assert.ok(last && isFromNylas(last, secret));
  assert.throws(() => verify(last, webhook.webhook_secret));
});

test('an address that does not answer the challenge is refused, whatever it does instead', async (t) => {
  const { receiver, system, desk, webhook } = await startReceiving(t);
  const wrong = [
    [answered(404), 'The address answered 404, not 200 with the challenge.'],
    [answered(302), 'The address answered 302, not 200 with the challenge.'],
    [answered(204), 'The address answered 204, not 200 with the challenge.'],
    [answered(200), 'The address answered with something else than the challenge.'],
    [
      { kind: 'unreachable', error: 'There was no answer within 10 seconds.' },
      'There was no answer within 10 seconds.',
    ],
  ] as const;
  const wanted = { webhook_url: 'https://stranger.example/', trigger_types: ['event.created'] };
  for (const [answer, sentence] of wrong) {
    receiver.onChallenge(() => answer);
    for (const { status, body } of [
      await desk.api('POST', '/v3/webhooks', wanted),
      await desk.api('PUT', `/v3/webhooks/${webhook.id}`, { webhook_url: wanted.webhook_url }),
    ]) {
      assert.deepEqual(
        [status, body['code'], body['error'].type],
        [422, 'webhook_challenge_failed', 'invalid_request_error'],
      );
      assert.equal(body['error'].message, `/webhook_url: ${sentence}`);
    }
    const own = { url: wanted.webhook_url, format: 'nylas' };
    assert.equal((await desk.api('POST', '/v1/webhook-endpoints', own)).body['code'], 'webhook_challenge_failed');
  }
  assert.ok(
    receiver.asked.every(
      ({ method, answerWithinMs, body }) => method === 'GET' && answerWithinMs === 10_000 && body === '',
    ),
  );
  assert.equal(
    new Set(receiver.asked.map((one) => new URL(one.url).searchParams.get('challenge'))).size,
    receiver.asked.length,
  );
  const asked = receiver.asked.length;
  for (const address of [
    'https://10.0.0.1/',
    'https://169.254.169.254/',
    'http://crm.example/',
    'https://u:p@crm.example/',
  ]) {
    const { status, body } = await desk.api('POST', '/v3/webhooks', { ...wanted, webhook_url: address });
    assert.deepEqual([status, body['code']], [422, 'webhook_url_refused'], address);
  }
  assert.equal(receiver.asked.length, asked, 'nobody was asked there');
  const { body: after } = await desk.api('GET', '/v3/webhooks');
  assert.deepEqual(
    after['data'].map((one: { webhook_url: string }) => one.webhook_url),
    [url],
  );
  assert.equal((await system.database.db.selectFrom('webhook_endpoints').select('id').execute()).length, 1);
});

test('trap 12: a creation that is repeated with its key gives the same secret, and makes nothing twice', async (t) => {
  const { receiver, desk } = await startReceiving(t);
  const wanted = { webhook_url: 'https://two.example/', trigger_types: ['event.created'] };
  const create = () => desk.api('POST', '/v3/webhooks', wanted, { 'idempotency-key': 'one' });
  const [first, second] = await Promise.all([create(), create()]);
  assert.deepEqual(second.body['data'], first.body['data']);
  const third = await create();
  assert.deepEqual(third.body['data'], first.body['data']);
  assert.equal(third.headers.get('idempotent-response'), 'true');
  assert.ok(receiver.asked.length <= 3);
  assert.equal((await desk.api('GET', '/v3/webhooks')).body['data'].length, 2);
  const other = await desk.api('POST', '/v3/webhooks', { ...wanted, description: 'x' }, { 'idempotency-key': 'one' });
  assert.equal(other.body['error'].type, 'api.invalid_idempotent_request');
});

// A01, A02
test('a webhook is its workspace’s own, and whole events go only where somebody may read them', async (t) => {
  const { receiver, system, desk, webhook, connectionId } = await startReceiving(t);
  const stranger = await startWorkspace(system, { email: 'eve@other.example' });
  const wanted = { webhook_url: url, trigger_types: ['event.created'] };
  const calls: [string, string, unknown?][] = [
    ['GET', `/v3/webhooks/${webhook.id}`],
    ['PUT', `/v3/webhooks/${webhook.id}`, { webhook_url: 'https://thief.example/' }],
    ['POST', `/v3/webhooks/rotate-secret/${webhook.id}`, {}],
    ['POST', '/v3/webhooks/send-test-event', { trigger_type: 'event.created', webhook_url: url }],
    ['DELETE', `/v3/webhooks/${webhook.id}`],
  ];
  for (const [method, path, body] of calls)
    assert.equal((await stranger.api(method, path, body)).status, 404, `${method} ${path}`);
  assert.deepEqual((await stranger.api('GET', '/v3/webhooks')).body['data'], []);

  const deps = { db: system.database.db, now: system.clock.now };
  const keyWith = async (
    ...permissions: ('webhooks:write' | 'webhooks:read' | 'meetings:read' | 'connections:read')[]
  ) => apiClient(system, (await createApiKey(deps, desk.workspaceId, 'limited', { permissions })).secret);
  const blind = await keyWith('webhooks:read', 'webhooks:write');
  for (const [method, path, body] of [
    ['POST', '/v3/webhooks', wanted],
    ['PUT', `/v3/webhooks/${webhook.id}`, { webhook_url: 'https://thief.example/' }],
    ['POST', '/v1/webhook-endpoints', { url, format: 'nylas' }],
    ['PATCH', `/v1/webhook-endpoints/${webhook.id}`, { url: 'https://thief.example/' }],
  ] as const) {
    const refused = await blind(method, path, body);
    assert.deepEqual([refused.status, refused.body['code']], [403, 'forbidden'], `${method} ${path}`);
  }
  const reader = await keyWith('webhooks:read', 'meetings:read', 'connections:read');
  assert.equal((await reader('POST', '/v3/webhooks', wanted)).body['error'].type, 'insufficient_scopes');
  assert.equal((await reader('GET', '/v3/webhooks')).status, 200);
  const row = { id: connectionId, workspace_id: desk.workspaceId };
  const { accessToken } = await issueConnectionToken(deps, row, { lasting: false });
  const holder = apiClient(system, accessToken);
  for (const [method, path, body] of [
    ['GET', '/v3/webhooks'],
    ['POST', '/v3/webhooks', wanted],
    ...calls,
  ] as typeof calls)
    assert.equal((await holder(method, path, body)).status, 403, `${method} ${path} with the token of one grant`);
  const nobody = apiClient(system, 'parley_key_guess');
  const { status, body } = await nobody('GET', '/v3/webhooks');
  assert.deepEqual([status, body['error'].type, body['request_id']?.length > 0], [401, 'unauthorized', true]);

  const before = receiver.received.length;
  const other = await startDesk(system, { user: 'leila.haddad' });
  await meetAt(other, 9 + 1);
  await system.work();
  await look(system, 2);
  assert.equal(receiver.received.length, before, 'nothing of another workspace is told');
});

test('what Parley cannot tell of, and nonsense, is refused in Nylas’ form, every fault at once (traps 3, 10)', async (t) => {
  const { desk, webhook } = await startReceiving(t);
  const { status, headers, body } = await desk.api('POST', '/v3/webhooks', {
    webhook_url: 'https://two.example/',
    trigger_types: ['message.created'],
    notification_email_addresses: ['not an address'],
    compressed_delivery: true,
  });
  assert.deepEqual([status, body['error'].type, body['code']], [400, 'invalid_request_error', 'invalid_request']);
  assert.match(body['error'].message, /Parley tells of event\.created.*not compressed/s);
  assert.equal(headers.get('x-request-id'), body['request_id']);
  for (const wrong of [
    {},
    [],
    'text',
    { webhook_url: 1, trigger_types: 'event.created' },
    { webhook_url: url, trigger_types: [] },
  ])
    assert.equal((await desk.api('POST', '/v3/webhooks', JSON.stringify(wrong))).status, 400, JSON.stringify(wrong));
  for (const id of ['whe_unknown', '%00', "x'--", '../v1/me']) {
    const found = await desk.api('GET', `/v3/webhooks/${encodeURIComponent(id)}`);
    assert.equal(found.status, 404, id);
  }
  for (const [path, wrong] of [
    ['/v1/webhook-endpoints', { url, format: 'nylas', types: ['meeting.created'] }],
    ['/v1/webhook-endpoints', { url, format: 'standard', types: ['event.created'] }],
    ['/v1/webhook-endpoints', { url, format: 'nylas', signature: 'ed25519' }],
  ] as const)
    assert.equal((await desk.api('POST', path, wrong)).body['code'], 'invalid_request');
  const types = await desk.api('PATCH', `/v1/webhook-endpoints/${webhook.id}`, { types: ['meeting.*'] });
  assert.equal(types.body['errors'][0].pointer, '/types/0');
});

test('a webhook can rest and go on, and says how it stands', async (t) => {
  const { receiver, system, desk, webhook } = await startReceiving(t, ['event.created']);
  const path = `/v3/webhooks/${webhook.id}`;
  const standing = async () => (await desk.api('GET', path)).body['data'].status;
  assert.equal((await desk.api('PUT', path, { status: 'pause' })).body['data'].status, 'pause');
  await meetAt(desk, 10);
  await look(system, 2);
  assert.equal(receiver.received.length, 0);
  assert.equal((await desk.api('PUT', path, { status: 'active', description: null })).body['data'].status, 'active');
  receiver.answer(() => answered(500));
  await meetAt(desk, 11);
  await look(system);
  assert.equal(await standing(), 'failing');
  receiver.answer(() => answered(410));
  await system.advance(6_000);
  assert.equal(await standing(), 'failed');
});

test('the addresses that a program gives are written to when nothing arrives, each once', async (t) => {
  const { receiver, mails, system, desk, webhook } = await startReceiving(t, ['event.created']);
  const named = ['ops@crm.example', 'dana@desk.example'];
  await desk.api('PUT', `/v3/webhooks/${webhook.id}`, { notification_email_addresses: named });
  receiver.answer(() => answered(500));
  await meetAt(desk, 10);
  await look(system);
  mails.length = 0;
  for (let turn = 0; turn < 3; turn++) await system.advance(hour / 2 + 1000);
  const warnings = mails.filter(({ subject }) => subject === 'Webhooks do not arrive at crm.example');
  assert.deepEqual(warnings.map(({ to }) => to).toSorted(), named.toSorted());
  const toOps = warnings.find(({ to }) => to === 'ops@crm.example');
  assert.match(toOps?.text ?? '', /because your address was given for a webhook of Front desk/);
  const toDana = warnings.find(({ to }) => to === 'dana@desk.example');
  assert.match(toDana?.text ?? '', /because you look after Front desk/);
  const { body } = await desk.api('GET', `/v1/webhook-endpoints/${webhook.id}`);
  assert.deepEqual([body['format'], body['alsoWarn']], ['nylas', named]);
});

test('a test event goes to a webhook’s own address, signed with its own secret', async (t) => {
  const { receiver, system, desk, webhook } = await startReceiving(t);
  for (const type of allTypes) {
    const { body } = await desk.api('POST', '/v3/webhooks/mock-payload', { trigger_type: type });
    const sent = await desk.api('POST', '/v3/webhooks/send-test-event', { trigger_type: type, webhook_url: url });
    assert.equal(sent.status, 200);
    await system.work();
    const message = receiver.received.at(-1);
    assert.ok(message && isFromNylas(message, webhook.webhook_secret));
    const { id: _, webhook_delivery_attempt: attempt, ...notice } = JSON.parse(message.body) as Notice;
    const { id: __, ...shown } = body['data'] as Notice;
    assert.deepEqual([notice, attempt], [shown, 1]);
  }
  const elsewhere = { trigger_type: 'event.created', webhook_url: 'https://victim.example/' };
  const refused = await desk.api('POST', '/v3/webhooks/send-test-event', elsewhere);
  assert.deepEqual([refused.status, receiver.received.at(-1)?.url], [404, url]);
  const { body } = await desk.api('POST', `/v1/webhook-endpoints/${webhook.id}/test`);
  await system.work();
  const last = JSON.parse(receiver.received.at(-1)?.body ?? '') as Notice;
  assert.deepEqual([last.type, last.id, last.data.object], ['webhook.test', body['messageId'], {}]);
});

test('an event with more in it than a message may hold is told without its text, or by its ids', async (t) => {
  const { receiver, system, desk } = await startReceiving(t, ['event.created']);
  const attendees = (count: number) =>
    Array.from({ length: count }, (_, n) => ({
      email: `somebody-with-a-long-address-${n}@visitor.example`,
      name: 'N'.repeat(50),
    }));
  const long = { body: 'x'.repeat(19_990) };
  const made = [await meetAt(desk, 10, long), await meetAt(desk, 11, { attendees: attendees(200) })];
  assert.deepEqual(
    made.map(({ status }) => status),
    [201, 201],
  );
  await look(system);
  const [withoutText, thin] = made.map(({ body }) =>
    noticesOf(receiver).find(({ data }) => data.object['id'] === body['id']),
  );
  assert.deepEqual([withoutText?.data.object['description'], withoutText?.data.object['title']], ['', 'Interview']);
  assert.deepEqual(Object.keys(thin?.data.object ?? {}).toSorted(), ['calendar_id', 'grant_id', 'id', 'object']);
  for (const { body } of receiver.received) assert.ok(Buffer.byteLength(body) < 20_000);
});
