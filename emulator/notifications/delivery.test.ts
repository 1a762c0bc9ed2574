import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test } from 'node:test';
import { asApp, asPerson, meeting, NOW, person } from '../../test/support/graph-caller.ts';
import { answers, createListener } from '../../test/support/listener.ts';
import { openBrowser } from '../browser.ts';
import { createEmulator } from '../emulator.ts';
import { sendLifecycle } from '../control/notifications.ts';
import { changeExchangeScopes } from '../policies/exchange-scopes.ts';
import { CONTOSO_TENANT_ID, PARLEY_CLIENT_ID } from '../seed.ts';
import { createPost } from './post.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Dana's events are listened to, by her or by the app. */
async function start({ as = 'person', changes = {}, headers = {} }: Partial<Options> = {}) {
  const listener = createListener();
  const emulator = createEmulator({ now: () => NOW, post: listener.post });
  const dana = await asPerson(emulator, 'dana.reyes');
  const { id: danaId } = person(emulator, 'dana.reyes');
  const subscriber = as === 'person' ? dana : await asApp(emulator, 'dana.reyes', ['Calendars.Read']);
  const { status, json } = await subscriber.post(
    '/subscriptions',
    {
      changeType: 'created,updated,deleted',
      notificationUrl: 'https://parley.example/notifications',
      lifecycleNotificationUrl: 'https://parley.example/lifecycle',
      resource: as === 'person' ? 'me/events' : `users/${danaId}/events`,
      expirationDateTime: new Date(NOW + 24 * HOUR).toISOString(),
      clientState: 'secret',
      ...changes,
    },
    headers,
  );
  assert.equal(status, 201, JSON.stringify(json));
  return { emulator, listener, dana, danaId, subscriber, subscriptionId: json.id };
}
type Options = { as: 'person' | 'app'; changes: Record<string, unknown>; headers: Record<string, string> };

suite('changes', () => {
  test('of an event arrive with its id, tag, and the secret of the subscription, several in one POST', async () => {
    const { emulator, listener, dana, danaId, subscriptionId } = await start();
    const made = (await dana.post('/me/events', meeting())).json;
    assert.equal(listener.heard.length, 0, 'nothing is sent unless asked');
    const [sent] = await emulator.deliver();
    assert.deepEqual([sent?.outcome, listener.heard[0]?.contentType], ['accepted', 'application/json; charset=utf-8']);
    const [{ id, ...notice } = { id: '' }, ...others] = listener.notices();
    assert.match(id ?? '', /\w/);
    assert.deepEqual(
      [notice, ...others],
      [
        {
          subscriptionId,
          subscriptionExpirationDateTime: '2026-11-21T09:00:00.000Z',
          tenantId: CONTOSO_TENANT_ID,
          clientState: 'secret',
          changeType: 'created',
          resource: `Users/${danaId}/Events/${made.id}`,
          resourceData: {
            '@odata.type': '#Microsoft.Graph.Event',
            '@odata.id': `Users/${danaId}/Events/${made.id}`,
            '@odata.etag': made['@odata.etag'],
            id: made.id,
          },
        },
      ],
    );
    await dana.patch(`/me/events/${made.id}`, { subject: 'Moved' });
    await dana.post(`/me/events/${made.id}/cancel`, {});
    await emulator.deliver();
    assert.deepEqual([listener.heard.length, listener.words()], [2, ['created', 'updated', 'deleted']]);
    assert.deepEqual(await emulator.deliver(), []);
  });

  test('by hand in Outlook, and an attendee’s answer, count as well', async () => {
    const { emulator, listener, dana } = await start();
    const attendees = [{ type: 'required', emailAddress: { address: 'milan.okafor@contoso.example' } }];
    const { id } = (await dana.post('/me/events', meeting({ attendees }))).json;
    const milan = await asPerson(emulator, 'milan.okafor');
    const copy = (await milan.get('/me/events')).json.value[0];
    await milan.post(`/me/events/${copy?.id}/accept`, {});
    const outlook = `http://emulator.localhost/outlook/mailbox/dana.reyes@contoso.example/events/${encodeURIComponent(id)}`;
    const form = new URLSearchParams({ subject: 'By hand', date: '2026-11-26', start: '10:00', end: '10:30' });
    await emulator.fetch(outlook, { method: 'POST', body: form, redirect: 'manual' });
    await emulator.fetch(`${outlook}/delete`, { method: 'POST', body: '', redirect: 'manual' });
    await emulator.deliver();
    assert.deepEqual(listener.words(), ['created', 'updated', 'updated', 'deleted']);
  });

  test('carry immutable ids when the subscription asked for them', async () => {
    const immutable = { prefer: 'IdType="ImmutableId"' };
    const { emulator, listener, dana } = await start({ headers: immutable });
    const { id } = (await dana.post('/me/events', meeting(), immutable)).json;
    await emulator.deliver();
    assert.equal(listener.notices()[0]?.resourceData?.id, id);
  });

  test('from before the subscription, of other mailboxes, and of other kinds stay unsaid', async () => {
    const { emulator, listener, dana } = await start({ changes: { changeType: 'deleted' } });
    const milan = await asPerson(emulator, 'milan.okafor');
    const { id } = (await milan.post('/me/events', meeting())).json;
    await milan.remove(`/me/events/${id}`);
    const own = (await dana.post('/me/events', meeting())).json;
    await dana.remove(`/me/events/${own.id}`);
    await emulator.deliver();
    assert.deepEqual(listener.words(), ['deleted']);
  });

  test('pass the filter of the resource', async () => {
    const { emulator, listener, dana } = await start({
      changes: { resource: "me/events?$filter=subject eq 'Intake'" },
    });
    await dana.post('/me/events', meeting());
    await dana.post('/me/events', meeting({ subject: 'Lunch' }));
    await emulator.deliver();
    assert.deepEqual(listener.words(), ['created']);
  });

  test('of an occurrence are updates, though it is stored for the first time', async () => {
    const { emulator, listener, dana } = await start();
    const recurrence = {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: ['wednesday'], firstDayOfWeek: 'monday' },
      range: { type: 'numbered', startDate: '2026-11-25', numberOfOccurrences: 3 },
    };
    await dana.post('/me/events', meeting({ recurrence }));
    const view = '/me/calendarView?startDateTime=2026-11-20T00:00:00Z&endDateTime=2026-12-31T00:00:00Z';
    const second = (await dana.get(view)).json.value[1];
    await dana.patch(`/me/events/${second?.id}`, { subject: 'Only this one' });
    await emulator.deliver();
    assert.deepEqual([listener.words()[0], listener.words().slice(1).includes('created')], ['created', false]);
  });

  test('go in POSTs of twenty', async () => {
    const { emulator, listener, dana } = await start();
    for (let count = 0; count < 21; count += 1) await dana.post('/me/events', meeting({ attendees: [] }));
    await emulator.deliver();
    assert.deepEqual(
      listener.heard.map(({ notices }) => notices.length),
      [20, 1],
    );
  });
});

suite('a receiver that', () => {
  test('refuses is asked again, later and later, for four hours; then it is told that something is missing', async () => {
    const { emulator, listener, dana } = await start();
    listener.onNotification(() => answers(503));
    await dana.post('/me/events', meeting());
    assert.deepEqual(
      (await emulator.deliver()).map(({ outcome }) => outcome),
      ['refused'],
    );
    assert.deepEqual(await emulator.deliver(), [], 'not before its time');
    const pauses = [1, 2, 4, 8, 16, 32, 60, 60].map((minutes) => minutes * MINUTE);
    for (const pause of pauses) {
      emulator.clock.advance(pause - 1);
      assert.deepEqual(await emulator.deliver(), []);
      emulator.clock.advance(1);
      assert.equal((await emulator.deliver()).length, 1);
    }
    listener.onNotification(() => answers(202));
    emulator.clock.advance(HOUR);
    await emulator.deliver();
    assert.deepEqual(listener.words().slice(-2), ['created', 'missed']);
    assert.equal(listener.heard.at(-1)?.url, 'https://parley.example/lifecycle');
  });

  test('comes back gets what it missed', async () => {
    const { emulator, listener, dana } = await start();
    listener.onNotification((attempt) => (attempt === 1 ? { kind: 'timeout' } : answers(202)));
    await dana.post('/me/events', meeting());
    const [first] = await emulator.deliver();
    emulator.clock.advance(MINUTE);
    const [second] = await emulator.deliver();
    assert.deepEqual([first?.outcome, second?.outcome], ['timeout', 'accepted']);
  });

  test('is slow gets everything later, then nothing for a while', async () => {
    const { emulator, listener, dana } = await start();
    listener.onNotification((attempt) => ({ ...answers(202), tookMs: attempt % 10 === 0 ? 3500 : 10 }) as const);
    for (let count = 0; count < 10; count += 1) {
      await dana.post('/me/events', meeting({ attendees: [] }));
      await emulator.deliver();
    }
    await dana.post('/me/events', meeting({ attendees: [] }));
    assert.deepEqual(await emulator.deliver(), [], 'one of ten was slow');
    emulator.clock.advance(10_000);
    assert.equal((await emulator.deliver()).length, 1);
    listener.onNotification(() => ({ ...answers(202), tookMs: 3500 }) as const);
    await dana.post('/me/events', meeting({ attendees: [] }));
    emulator.clock.advance(10_000);
    await emulator.deliver();
    emulator.clock.advance(10_000);
    await emulator.deliver();
    await dana.post('/me/events', meeting({ attendees: [] }));
    emulator.clock.advance(10_000);
    const dropped = await emulator.deliver();
    assert.ok(
      dropped.some(({ outcome }) => outcome === 'dropped'),
      JSON.stringify(dropped),
    );
  });
});

suite('on purpose', () => {
  test('notifications are lost, and the changes are read all the same', async () => {
    const { emulator, listener, dana } = await start();
    const window = 'startDateTime=2026-11-01T00:00:00Z&endDateTime=2026-12-01T00:00:00Z';
    const link = (await dana.get(`/me/calendarView/delta?${window}`)).json['@odata.deltaLink'];
    emulator.context.notifications.mischief.loseNext = 1;
    await dana.post('/me/events', meeting({ subject: 'Lost' }));
    await dana.post('/me/events', meeting({ subject: 'Heard' }));
    await emulator.deliver();
    assert.equal(listener.notices().length, 1);
    const changed = (await dana.get(link)).json.value;
    assert.deepEqual(
      changed.map(({ subject }) => subject),
      ['Lost', 'Heard'],
    );
  });

  test('they come twice, late, and in another order', async () => {
    const { emulator, listener, dana } = await start();
    Object.assign(emulator.context.notifications.mischief, { duplicateNext: 1, outOfOrder: true, delayMs: 5000 });
    const { id } = (await dana.post('/me/events', meeting())).json;
    await dana.remove(`/me/events/${id}`);
    assert.deepEqual(await emulator.deliver(), []);
    emulator.clock.advance(5000);
    await emulator.deliver();
    assert.deepEqual(listener.words(), ['deleted', 'created', 'created']);
    const [, one, other] = listener.notices();
    assert.equal(one?.id, other?.id);
  });
});

suite('about the subscription itself', () => {
  test('each kind can be sent by hand; what is removed is', async () => {
    const { emulator, listener, dana, subscriptionId } = await start();
    for (const event of ['reauthorizationRequired', 'missed', 'subscriptionRemoved'] as const) {
      sendLifecycle(emulator.context, subscriptionId, event);
    }
    await emulator.deliver();
    assert.deepEqual(listener.words(), ['reauthorizationRequired', 'missed', 'subscriptionRemoved']);
    const [notice] = listener.notices();
    assert.deepEqual([notice?.subscriptionId, notice?.clientState], [subscriptionId, 'secret']);
    assert.equal((await dana.get(`/subscriptions/${subscriptionId}`)).status, 404);
  });

  test('it asks to be renewed before it ends, once until it is', async () => {
    const { emulator, listener, dana, subscriptionId } = await start({
      changes: { expirationDateTime: new Date(NOW + 50 * MINUTE).toISOString() },
    });
    emulator.clock.advance(20 * MINUTE);
    await emulator.deliver();
    await emulator.deliver();
    assert.deepEqual(listener.words(), ['reauthorizationRequired']);
    const expirationDateTime = new Date(NOW + 24 * HOUR).toISOString();
    assert.equal((await dana.patch(`/subscriptions/${subscriptionId}`, { expirationDateTime })).status, 200);
    emulator.clock.advance(HOUR);
    await emulator.deliver();
    assert.deepEqual(listener.words(), ['reauthorizationRequired']);
  });

  test('it ends when the person’s sessions are revoked, or the mailbox goes', async () => {
    for (const change of [{ sessionsRevokedAt: NOW + 1 }, { accountEnabled: false }, { mailbox: null }]) {
      const { emulator, listener, danaId } = await start();
      Object.assign(emulator.context.directory.users.get(danaId) ?? {}, change);
      await emulator.deliver();
      assert.deepEqual(listener.words(), ['subscriptionRemoved'], JSON.stringify(change));
      assert.equal(emulator.context.notifications.subscriptions.size, 0);
    }
  });

  test('an app that may not read any more hears nothing, but that it should prove that it may', async () => {
    const { emulator, listener, dana, danaId, subscriber, subscriptionId } = await start({ as: 'app' });
    await dana.post('/me/events', meeting());
    await emulator.deliver();
    changeExchangeScopes(emulator.context, CONTOSO_TENANT_ID, 'x', (state) =>
      state.accessPolicies.push({
        id: 'p',
        appId: PARLEY_CLIENT_ID,
        groupId: 'nobody',
        accessRight: 'RestrictAccess',
        description: '',
      }),
    );
    await dana.post('/me/events', meeting());
    await dana.post('/me/events', meeting());
    await emulator.deliver();
    assert.deepEqual(listener.words(), ['created', 'reauthorizationRequired']);
    const expirationDateTime = new Date(NOW + 25 * HOUR).toISOString();
    const refused = await subscriber.patch(`/subscriptions/${subscriptionId}`, { expirationDateTime });
    assert.match(refused.json.error.message, /^Operation: Update; .*Access to OData is disabled/);
    changeExchangeScopes(emulator.context, CONTOSO_TENANT_ID, 'x', (state) => (state.accessPolicies.length = 0));
    assert.equal((await subscriber.post(`/subscriptions/${subscriptionId}/reauthorize`)).status, 204);
    await dana.remove(`/me/events/${(await dana.get(`/users/${danaId}/events`)).json.value[0]?.id}`);
    await emulator.deliver();
    assert.equal(listener.words().at(-1), 'deleted');
  });
});

suite('over the network', () => {
  test('a listening emulator sends by itself, and follows no redirect', async () => {
    const bodies: string[] = [];
    const heard = Promise.withResolvers<void>();
    const receiver = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname === '/elsewhere') response.writeHead(302, { location: '/' }).end();
      else if (url.searchParams.has('validationToken'))
        response.writeHead(200, { 'content-type': 'text/plain' }).end(url.searchParams.get('validationToken'));
      else {
        request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
        request.on('end', () => heard.resolve());
        response.writeHead(202).end();
      }
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const notificationUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const emulator = createEmulator();
    const listening = await emulator.listen({ port: 0 });
    try {
      const dana = await asPerson(emulator, 'dana.reyes');
      const send = (path: string, body: object) =>
        fetch(`${listening.url}/v1.0${path}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${dana.token}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
      const subscription = {
        changeType: 'created',
        resource: 'me/events',
        expirationDateTime: new Date(Date.now() + HOUR).toISOString(),
      };
      const refused = await send('/subscriptions', { ...subscription, notificationUrl: `${notificationUrl}elsewhere` });
      assert.equal(refused.status, 400);
      assert.equal((await send('/subscriptions', { ...subscription, notificationUrl })).status, 201);
      assert.equal((await send('/me/events', meeting())).status, 201);
      await heard.promise;
      assert.match(bodies.join(''), /"changeType":"created"/);
    } finally {
      await listening.close();
      receiver.close();
    }
  });

  test('nothing is sent to another machine', async () => {
    const post = createPost(
      () => assert.fail('sent'),
      () => 0,
    );
    for (const url of ['https://parley.example/', 'http://127.0.0.1.example/', 'http://10.0.0.1/']) {
      assert.equal((await post({ url, contentType: 'text/plain', body: '', timeoutMs: 1000 })).kind, 'unreachable');
    }
  });
});

test('the control page shows who listens and what was sent, and does all of it', async () => {
  const { emulator, listener, dana, subscriptionId } = await start();
  const control = (path: string, method = 'GET', body?: object) =>
    emulator.fetch(`http://emulator.localhost/control${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  const press = (form: string, fields: Record<string, string>) =>
    emulator.fetch(`http://emulator.localhost/control/forms/${form}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
  assert.equal((await control('/notifications', 'PATCH', { loseNext: 1 })).status, 200);
  await dana.post('/me/events', meeting({ subject: '<b>' }));
  await press('mischief', { loseNext: '0', duplicateNext: '1', delayMs: '0', outOfOrder: 'false' });
  await dana.post('/me/events', meeting());
  await press('deliver', {});
  await press('lifecycle', { id: subscriptionId, event: 'missed' });
  assert.equal((await control('/notifications/deliver', 'POST')).status, 200);
  assert.deepEqual(listener.words(), ['created', 'created', 'missed']);
  const page = await openBrowser(emulator.fetch).visit('http://emulator.localhost/control', { user: '' });
  assert.match(JSON.stringify(page), /https:\/\/parley\.example\/notifications/);
  const state = (await (await control('/notifications')).json()) as { subscriptions: object[]; deliveries: object[] };
  assert.deepEqual([state.subscriptions.length, state.deliveries.length], [1, 5]);
  const link = (await dana.get('/me/events/delta')).json['@odata.deltaLink'];
  await press('lose-delta-tokens', {});
  assert.equal((await dana.get(link)).status, 410);
  assert.equal(
    (await control(`/subscriptions/${subscriptionId}/lifecycle`, 'POST', { event: 'nonsense' })).status,
    400,
  );
  assert.equal((await control(`/subscriptions/${subscriptionId}`, 'DELETE')).status, 204);
  assert.equal((await control(`/subscriptions/${subscriptionId}`, 'DELETE')).status, 404);
});
