import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createEmulator } from '../emulator/emulator.ts';
import { expireDeltaTokens } from '../emulator/graph/mailboxes.ts';
import { changeExchangeScopes } from '../emulator/policies/exchange-scopes.ts';
import { CONTOSO_TENANT_ID, PARLEY_CLIENT_ID } from '../emulator/seed.ts';
import { createEvent, deleteEvent, updateEvent, type CalendarAccess } from '../src/microsoft/calendar.ts';
import { readEventChanges } from '../src/microsoft/event-delta.ts';
import { GraphError } from '../src/microsoft/graph.ts';
import { toProblem } from '../src/microsoft/problems.ts';
import {
  createSubscription,
  deleteSubscription,
  eventsResource,
  existingSubscriptionId,
  getSubscription,
  latestExpiry,
  parseNotifications,
  renewSubscription,
  validationTokenOf,
  type SubscriptionDraft,
} from '../src/microsoft/subscriptions.ts';
import type { ProblemCode } from '../src/problem.ts';
import { asApp, asPerson, meeting, NOW, person } from './support/graph-caller.ts';
import { graphOpenApiMissing, loadGraphOpenApi } from './support/graph-openapi.ts';
import { answers, createListener } from './support/listener.ts';

const HOUR = 3_600_000;
const window = { from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-12-01T00:00:00Z') };

/** An emulated Microsoft, our room's view of it, and Dana's mailbox. */
async function start() {
  const listener = createListener();
  const emulator = createEmulator({ now: () => NOW, post: listener.post });
  const deps = {
    fetch: emulator.fetch,
    now: () => new Date(emulator.clock.now()),
    baseUrl: 'https://graph.microsoft.com',
  };
  const dana = await asPerson(emulator, 'dana.reyes');
  const access: CalendarAccess = { accessToken: dana.token, mailbox: { kind: 'me' } };
  const heard = () => parseNotifications({ value: listener.notices() });
  return { emulator, listener, deps, dana, access, heard };
}

async function actFor({ emulator }: Awaited<ReturnType<typeof start>>, name: string, roles: string[]) {
  const { token: accessToken } = await asApp(emulator, name, roles);
  return { accessToken, mailbox: { kind: 'user', objectId: person(emulator, name).id } } as const;
}

function draft(changes: Partial<SubscriptionDraft> = {}): SubscriptionDraft {
  return {
    resource: 'me/events',
    changeTypes: ['created', 'updated', 'deleted'],
    notificationUrl: 'https://parley.example/api/notifications',
    lifecycleNotificationUrl: 'https://parley.example/api/notifications',
    clientState: 'a secret',
    expiresAt: new Date(NOW + 24 * HOUR),
    ...changes,
  };
}

const eventDraft = (subject: string, id: string) => ({
  meetingId: id,
  transactionId: id,
  subject,
  start: new Date('2026-11-25T08:00:00Z'),
  end: new Date('2026-11-25T08:30:00Z'),
  timeZone: 'Europe/Berlin',
  attendees: [],
});

async function problemOf(work: Promise<unknown>): Promise<ProblemCode> {
  return work.then(
    () => assert.fail('did not throw'),
    (error: unknown) => toProblem(error).code,
  );
}

suite('a subscription', () => {
  test('is made, read, renewed and ended; gone is gone, not an error', async () => {
    const { emulator, deps, access, listener } = await start();
    const made = await createSubscription(deps, access, draft());
    assert.deepEqual([made.resource, made.expiresAt], ['me/events', new Date(NOW + 24 * HOUR)]);
    assert.equal(listener.validations.length, 2);
    assert.deepEqual(await getSubscription(deps, access, made), made);
    const expiresAt = latestExpiry('event', deps.now());
    assert.deepEqual(await renewSubscription(deps, access, { id: made.id, expiresAt }), { ...made, expiresAt });
    assert.equal(await deleteSubscription(deps, access, made), 'deleted');
    assert.equal(await deleteSubscription(deps, access, made), 'gone');
    assert.equal(await getSubscription(deps, access, made), undefined);
    assert.equal(await renewSubscription(deps, access, { id: made.id, expiresAt }), undefined);
    const violations = loadGraphOpenApi()?.violations(emulator.calls);
    if (graphOpenApiMissing === false) assert.deepEqual(violations, []);
  });

  test('that exists already is named by the refusal', async () => {
    const { deps, access } = await start();
    const { id } = await createSubscription(deps, access, draft());
    const refusal = await createSubscription(deps, access, draft()).catch((error: unknown) => error);
    assert.equal(existingSubscriptionId(refusal), id);
    assert.equal(
      existingSubscriptionId(new GraphError({ status: 409, code: 'Conflict', outcome: 'refused' })),
      undefined,
    );
    assert.equal(existingSubscriptionId(new Error(id)), undefined);
  });

  test('may live as long as latestExpiry says, also where clocks differ, and no longer', async () => {
    const { deps, access } = await start();
    const ahead = latestExpiry('event', new Date(NOW + 20 * 60_000));
    const { id } = await createSubscription(deps, access, draft({ expiresAt: ahead }));
    const tooLong = new Date(NOW + 8 * 24 * HOUR);
    assert.equal(
      await problemOf(renewSubscription(deps, access, { id, expiresAt: tooLong })),
      'microsoft_request_invalid',
    );
  });

  test('that nobody answers for is not made, and says whose address it is', async () => {
    const { deps, access, listener } = await start();
    listener.onValidation(() => answers(403));
    assert.equal(await problemOf(createSubscription(deps, access, draft())), 'notification_url_unreachable');
    listener.onValidation(() => ({ kind: 'timeout' }));
    assert.equal(await problemOf(createSubscription(deps, access, draft())), 'notification_url_unreachable');
  });

  test('of an app needs the role, and the mailbox in scope', async () => {
    const microsoft = await start();
    const { deps, emulator } = microsoft;
    const poor = await actFor(microsoft, 'dana.reyes', ['User.Read.All']);
    const resource = eventsResource(poor.mailbox);
    assert.equal(await problemOf(createSubscription(deps, poor, draft({ resource }))), 'access_denied_by_exchange');
    const app = await actFor(microsoft, 'dana.reyes', ['Calendars.ReadWrite']);
    const { id } = await createSubscription(deps, app, draft({ resource }));
    changeExchangeScopes(emulator.context, CONTOSO_TENANT_ID, 'x', (state) =>
      state.accessPolicies.push({
        id: 'p',
        appId: PARLEY_CLIENT_ID,
        groupId: 'nobody',
        accessRight: 'RestrictAccess',
        description: '',
      }),
    );
    const expiresAt = new Date(NOW + 30 * HOUR);
    assert.equal(await problemOf(renewSubscription(deps, app, { id, expiresAt })), 'exchange_scope_denied');
    const other = eventsResource({ kind: 'user', objectId: person(emulator, 'ines.falk').id });
    assert.equal(await problemOf(createSubscription(deps, app, draft({ resource: other }))), 'mailbox_not_found');
  });
});

suite('notifications', () => {
  test('say which event of which subscription, by the id that we know it by', async () => {
    const { emulator, deps, access, heard } = await start();
    const { id: subscriptionId } = await createSubscription(deps, access, draft());
    const event = await createEvent(deps, access, eventDraft('Intake', 'b1d6f0a2-0000-4000-8000-000000000001'));
    await emulator.deliver();
    const ofNoArtifact = { onlineMeetingId: undefined, artifactId: undefined, encryptedContent: undefined };
    const ids = { subscriptionId, resourceId: event.id, tenantId: CONTOSO_TENANT_ID };
    assert.deepEqual(heard(), {
      changes: [{ ...ids, ...ofNoArtifact, clientState: 'a secret', changeType: 'created' }],
      lifecycle: [],
      validationTokens: [],
      unreadable: 0,
    });
  });

  test('about the subscription are told apart', () => {
    const subscriptionId = '0B8F5A4E-62B8-4F1C-9C5E-7C2E4B8D1A90';
    const common = { subscriptionId, clientState: 's', subscriptionExpirationDateTime: '2026-11-21T09:00:00Z' };
    const events = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'];
    const { changes, lifecycle, unreadable } = parseNotifications({
      value: events.map((lifecycleEvent) => ({ ...common, lifecycleEvent })),
    });
    assert.deepEqual([changes, unreadable], [[], 0]);
    assert.deepEqual(
      lifecycle.map(({ event, subscriptionId: id }) => [event, id]),
      events.map((event) => [event, subscriptionId.toLowerCase()]),
    );
  });

  test('that cannot be read are counted, and cost the others nothing', () => {
    const good = { subscriptionId: '0b8f5a4e-62b8-4f1c-9c5e-7c2e4b8d1a90', clientState: 's', changeType: 'deleted' };
    const bad = [
      null,
      'text',
      {},
      { ...good, clientState: undefined },
      { ...good, clientState: 'x'.repeat(129) },
      { ...good, subscriptionId: '1' },
      { ...good, changeType: 'moved' },
      { ...good, resourceData: { id: 5 } },
      { ...good, changeType: undefined, lifecycleEvent: 'unknown' },
    ];
    const { changes, lifecycle, unreadable } = parseNotifications({ value: [...bad, good] });
    assert.deepEqual([changes.length, lifecycle.length, unreadable], [1, 0, bad.length]);
    assert.equal(changes[0]?.resourceId, undefined);
    for (const body of [undefined, null, [], 'x', { value: 'x' }]) {
      const nothing = { changes: [], lifecycle: [], validationTokens: [], unreadable: 1 };
      assert.deepEqual(parseNotifications(body), nothing);
    }
    assert.equal(parseNotifications({ value: [] }).unreadable, 0);
  });

  test('begin with a question, whose token is in the address', () => {
    const at = (query: string) => validationTokenOf(new URL(`https://parley.example/api/notifications${query}`));
    assert.equal(at('?validationToken=a%20b%2B%3Cx%3E&other=1'), 'a b+<x>');
    for (const query of ['', '?validationToken=', `?validationToken=${'x'.repeat(2049)}`])
      assert.equal(at(query), undefined);
  });
});

suite('reading what changed', () => {
  test('first everything, then what changed and what is gone', async () => {
    const { emulator, deps, access } = await start();
    const [a, b] = [
      await createEvent(deps, access, eventDraft('A', 'b1d6f0a2-0000-4000-8000-00000000000a')),
      await createEvent(deps, access, eventDraft('B', 'b1d6f0a2-0000-4000-8000-00000000000b')),
    ];
    const first = await readEventChanges(deps, access, window);
    assert.ok(!first.reset);
    assert.deepEqual([first.changed.map(({ id }) => id), first.removed], [[a.id, b.id], []]);
    await updateEvent(deps, access, { eventId: a.id, changes: { subject: 'A2' } });
    await deleteEvent(deps, access, { eventId: b.id });
    const second = await readEventChanges(deps, access, first);
    assert.ok(!second.reset);
    assert.deepEqual([second.changed.map(({ subject }) => subject), second.removed], [['A2'], [b.id]]);
    const third = await readEventChanges(deps, access, second);
    assert.ok(!third.reset);
    assert.deepEqual([third.changed, third.removed], [[], []]);
    if (graphOpenApiMissing === false) assert.deepEqual(loadGraphOpenApi()?.violations(emulator.calls), []);
  });

  test('goes through all pages, also those that are empty', async () => {
    const { emulator, deps, dana, access } = await start();
    for (let count = 0; count < 230; count += 1) await dana.post('/me/events', meeting({ attendees: [] }));
    const answer = await readEventChanges(deps, access, window);
    assert.ok(!answer.reset);
    assert.equal(answer.changed.length, 230);
    assert.equal(emulator.calls.filter(({ path }) => path.includes('/delta')).length, 3);
  });

  test('makes up for a lost notification', async () => {
    const { emulator, deps, access, heard } = await start();
    await createSubscription(deps, access, draft());
    const first = await readEventChanges(deps, access, window);
    assert.ok(!first.reset);
    emulator.context.notifications.mischief.loseNext = 1;
    const lost = await createEvent(deps, access, eventDraft('Lost', 'b1d6f0a2-0000-4000-8000-00000000000c'));
    await emulator.deliver();
    assert.deepEqual(heard().changes, []);
    const second = await readEventChanges(deps, access, first);
    assert.deepEqual(second.reset ? [] : second.changed.map(({ id }) => id), [lost.id]);
  });

  test('begins again when the link is lost, in either of Microsoft’s ways, forged, or of another cloud', async () => {
    const { emulator, deps, access } = await start();
    const first = await readEventChanges(deps, access, window);
    assert.ok(!first.reset);
    const elsewhere = first.deltaLink.replace('graph.microsoft.com', 'graph.microsoft.us');
    assert.deepEqual(await readEventChanges(deps, access, { deltaLink: elsewhere }), { reset: true });
    assert.deepEqual(await readEventChanges(deps, access, { deltaLink: 'nonsense' }), { reset: true });
    assert.deepEqual(await readEventChanges(deps, access, { deltaLink: `${first.deltaLink}x` }), { reset: true });
    expireDeltaTokens(emulator.context.mailboxes);
    assert.deepEqual(await readEventChanges(deps, access, first), { reset: true });
    emulator.switches.lostDeltaToken = 'resync-required';
    assert.deepEqual(await readEventChanges(deps, access, first), { reset: true });
  });

  test('throws rather than leave something out', async () => {
    const { emulator, deps, access } = await start();
    const first = await readEventChanges(deps, access, window);
    assert.ok(!first.reset);
    const reading = () => problemOf(readEventChanges(deps, access, first));
    emulator.fail({ path: '/delta', kind: { type: 'truncate' } });
    assert.equal(await reading(), 'microsoft_answer_unreadable');
    emulator.fail({ path: '/delta', kind: { type: 'status', status: 429, retryAfter: '2' } });
    assert.equal(await reading(), 'throttled');
    emulator.fail({ path: '/delta', kind: { type: 'status', status: 404 } });
    assert.equal(await reading(), 'event_not_found');
    const endless: typeof fetch = async () =>
      Response.json({
        value: [],
        '@odata.nextLink': 'https://graph.microsoft.com/v1.0/me/calendarView/delta?$skiptoken=1',
      });
    assert.equal(
      await problemOf(readEventChanges({ ...deps, fetch: endless }, access, window)),
      'microsoft_answer_unreadable',
    );
    const without: typeof fetch = async () => Response.json({ value: [] });
    assert.equal(
      await problemOf(readEventChanges({ ...deps, fetch: without }, access, window)),
      'microsoft_answer_unreadable',
    );
    const astray: typeof fetch = async () =>
      Response.json({ value: [], '@odata.nextLink': 'https://attacker.example/v1.0/me' });
    assert.equal(
      await problemOf(readEventChanges({ ...deps, fetch: astray }, access, window)),
      'microsoft_answer_unreadable',
    );
  });

  test('what comes twice holds as it came last', async () => {
    const { deps, access } = await start();
    const event = (subject: string) => ({
      id: 'E',
      subject,
      start: { dateTime: '2026-11-25T08:00:00.0000000', timeZone: 'UTC' },
      end: { dateTime: '2026-11-25T08:30:00.0000000', timeZone: 'UTC' },
    });
    const gone = { id: 'E', '@removed': { reason: 'deleted' } };
    const link = { '@odata.deltaLink': 'https://graph.microsoft.com/v1.0/me/calendarView/delta?$deltatoken=1' };
    const read = async (value: object[]) => {
      const answer = await readEventChanges(
        { ...deps, fetch: async () => Response.json({ value, ...link }) },
        access,
        window,
      );
      return answer.reset ? 'reset' : [answer.changed.map(({ subject }) => subject), answer.removed];
    };
    assert.deepEqual(await read([event('A'), event('B')]), [['B'], []]);
    assert.deepEqual(await read([event('A'), gone]), [[], ['E']]);
    assert.deepEqual(await read([gone, event('A')]), [['A'], []]);
  });
});
