import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { openBrowser, type Person } from '../emulator/browser.ts';
import { createEmulator } from '../emulator/emulator.ts';
import { PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET, PARLEY_REDIRECT_URI } from '../emulator/seed.ts';
import {
  cancelEvent,
  createEvent,
  deleteEvent,
  findEvent,
  getCalendar,
  getEvent,
  isCancelRefused,
  listBusy,
  updateEvent,
  type EventDraft,
} from '../src/microsoft/calendar.ts';
import { getMe } from '../src/microsoft/directory.ts';
import {
  adminConsentUrl,
  authorizeUrl,
  parseAuthorizeError,
  redeemCode,
  refreshTokens,
  type EntraApp,
} from '../src/microsoft/entra.ts';
import { GraphError } from '../src/microsoft/graph.ts';
import { missingScopes } from '../src/microsoft/permissions.ts';
import { toProblem } from '../src/microsoft/problems.ts';
import { needsReconnect, type ProblemCode } from '../src/problem.ts';

const scopes = ['OnlineMeetings.ReadWrite', 'Calendars.ReadWrite', 'offline_access', 'User.Read'];
const app: EntraApp = {
  authority: 'https://login.microsoftonline.com',
  tenant: 'common',
  clientId: PARLEY_CLIENT_ID,
  clientSecret: PARLEY_CLIENT_SECRET,
  redirectUri: PARLEY_REDIRECT_URI,
};

/** An emulated Microsoft, and our room's view of it. */
function startMicrosoft() {
  const emulator = createEmulator({ now: () => Date.UTC(2026, 10, 20, 9) });
  const entra = { fetch: emulator.fetch, now: () => new Date(emulator.clock.now()) };
  const graph = { ...entra, baseUrl: 'https://graph.microsoft.com' };
  return { emulator, entra, graph };
}

type Microsoft = ReturnType<typeof startMicrosoft>;

async function signIn({ emulator, entra }: Microsoft, person: Person, as = app) {
  const codeVerifier = randomBytes(32).toString('base64url');
  const nonce = randomUUID();
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const url = authorizeUrl(as, { scopes, state: 'state', nonce, codeChallenge });
  const outcome = await openBrowser(emulator.fetch).visit(url, person);
  if (outcome.kind === 'page') return assert.fail(`Entra shows “${outcome.title}”`);
  if (outcome.params.has('error')) throw parseAuthorizeError(outcome.params);
  assert.equal(outcome.params.get('state'), 'state');
  const redeem = () => redeemCode(entra, as, { code: outcome.params.get('code') ?? '', codeVerifier, scopes, nonce });
  return { ...(await redeem()), redeem };
}

async function connect(microsoft: Microsoft, user = 'dana.reyes@contoso.example') {
  const { tokens, account } = await signIn(microsoft, { user });
  return { tokens, account, access: { accessToken: tokens.accessToken, mailbox: { kind: 'me' } as const } };
}

async function problemOf(work: Promise<unknown>): Promise<ProblemCode> {
  return work.then(
    () => assert.fail('did not throw'),
    (error: unknown) => toProblem(error).code,
  );
}

function draft(more: Partial<EventDraft> = {}): EventDraft {
  const id = randomUUID();
  return {
    meetingId: id,
    transactionId: id,
    subject: 'Intake',
    bodyHtml: '<p>Agenda</p>',
    start: new Date('2026-11-25T08:00:00Z'),
    end: new Date('2026-11-25T08:30:00Z'),
    timeZone: 'Europe/Berlin',
    attendees: [{ email: 'ada@visitor.example', name: 'Ada Visitor' }],
    ...more,
  };
}

function userOf({ emulator }: Microsoft, name: string) {
  const user = [...emulator.context.directory.users.values()].find((user) => user.userPrincipalName.startsWith(name));
  return user ?? assert.fail(`nobody is called ${name}`);
}

test('a person signs in, is proven, and the tokens work and renew', async () => {
  const microsoft = startMicrosoft();
  const { tokens, account } = await connect(microsoft);
  const dana = userOf(microsoft, 'dana.reyes');
  assert.deepEqual([account.tenantId, account.objectId, account.personal], [dana.tenantId, dana.id, false]);
  assert.deepEqual(missingScopes(scopes, tokens.scopes), []);
  const me = await getMe(microsoft.graph, tokens.accessToken);
  assert.deepEqual([me.id, me.displayName], [dana.id, 'Dana Reyes']);

  const renewed = await refreshTokens(microsoft.entra, app, { refreshToken: tokens.refreshToken ?? '', scopes });
  assert.notEqual(renewed.refreshToken, tokens.refreshToken);
  assert.equal((await getMe(microsoft.graph, renewed.accessToken)).id, dana.id);
});

test('an expired access token is told apart from a lost grant', async () => {
  const microsoft = startMicrosoft();
  const { tokens } = await connect(microsoft);
  microsoft.emulator.clock.advance(2 * 3_600_000);
  assert.equal(await problemOf(getMe(microsoft.graph, tokens.accessToken)), 'access_token_rejected');
});

test('a code is good for one use', async () => {
  const microsoft = startMicrosoft();
  const { redeem } = await signIn(microsoft, { user: 'dana.reyes@contoso.example' });
  assert.equal(await problemOf(redeem()), 'sign_in_interrupted');
});

test('declining, needing an administrator and a blocked sign-in come back as what they are', async () => {
  const microsoft = startMicrosoft();
  const dana = 'dana.reyes@contoso.example';
  assert.equal(await problemOf(signIn(microsoft, { user: dana, decision: 'cancel' })), 'consent_declined');
  const someone = [...microsoft.emulator.context.directory.users.values()].find(
    (user) => user.userPrincipalName.endsWith('@larkfield.example') && !user.isAdmin,
  );
  const user = someone?.userPrincipalName ?? '';
  assert.equal(await problemOf(signIn(microsoft, { user, decision: 'back' })), 'admin_approval_needed');
});

test('after the administrator’s consent the same person connects', async () => {
  const microsoft = startMicrosoft();
  const people = [...microsoft.emulator.context.directory.users.values()].filter((user) =>
    user.userPrincipalName.endsWith('@larkfield.example'),
  );
  const admin = people.find((user) => user.isAdmin);
  const someone = people.find((user) => !user.isAdmin);
  const url = adminConsentUrl(app, { scopes, state: 'state' });
  const outcome = await openBrowser(microsoft.emulator.fetch).visit(url, { user: admin?.userPrincipalName ?? '' });
  assert.equal(outcome.kind === 'redirect' && outcome.params.get('admin_consent'), 'True');
  const { account } = await connect(microsoft, someone?.userPrincipalName);
  assert.equal(account.objectId, someone?.id);
});

// T02: what ends a grant asks for a reconnect, what passes does not.
test('refreshing tells lost grants from passing faults', async () => {
  const microsoft = startMicrosoft();
  const { tokens } = await connect(microsoft);
  const { emulator, entra } = microsoft;
  const refresh = () => problemOf(refreshTokens(entra, app, { refreshToken: tokens.refreshToken ?? '', scopes }));
  const cases: [ProblemCode, boolean, Parameters<typeof emulator.fail>[0]['kind']][] = [
    ['grant_expired', true, { type: 'aadsts', code: 70008 }],
    ['grant_expired', true, { type: 'aadsts', code: 700082 }],
    ['grant_revoked', true, { type: 'aadsts', code: 50173 }],
    ['mfa_needed', true, { type: 'aadsts', code: 50076 }],
    ['consent_missing', true, { type: 'aadsts', code: 65001 }],
    ['blocked_by_policy', true, { type: 'aadsts', code: 53003 }],
    ['app_not_found', false, { type: 'aadsts', code: 700016 }],
    ['app_secret_expired', false, { type: 'aadsts', code: 7000222 }],
    ['app_secret_wrong', false, { type: 'aadsts', code: 7000215 }],
    ['entra_unavailable', false, { type: 'status', status: 503 }],
    ['throttled', false, { type: 'status', status: 429, retryAfter: '2.128' }],
    ['microsoft_unreachable', false, { type: 'drop-request' }],
    ['microsoft_unreachable', false, { type: 'drop-response' }],
    ['microsoft_answer_unreadable', false, { type: 'truncate' }],
  ];
  for (const [expected, reconnects, kind] of cases) {
    emulator.fail({ service: 'entra', path: '/token', times: 1, kind });
    assert.equal(await refresh(), expected, JSON.stringify(kind));
    assert.equal(needsReconnect(expected), reconnects, expected);
  }
  userOf(microsoft, 'dana.reyes').sessionsRevokedAt = emulator.clock.now() + 1;
  assert.equal(await refresh(), 'grant_revoked');
  userOf(microsoft, 'dana.reyes').accountEnabled = false;
  assert.equal(await refresh(), 'account_disabled');
});

test('a wrong secret and an unknown tenant are the server’s fault, not the person’s', async () => {
  const microsoft = startMicrosoft();
  const { tokens } = await connect(microsoft);
  const refresh = (as: EntraApp) =>
    problemOf(refreshTokens(microsoft.entra, as, { refreshToken: tokens.refreshToken ?? '', scopes }));
  assert.equal(await refresh({ ...app, clientSecret: 'wrong' }), 'app_secret_wrong');
  assert.equal(await refresh({ ...app, tenant: randomUUID() }), 'tenant_not_found');
  assert.equal(await refresh({ ...app, clientId: randomUUID() }), 'app_not_found');
});

test('a personal account is recognised, and gets an event without Teams', async () => {
  const microsoft = startMicrosoft();
  const person = [...microsoft.emulator.context.directory.users.values()].find((user) =>
    user.userPrincipalName.endsWith('@outlook.example'),
  );
  const { account, access } = await connect(microsoft, person?.userPrincipalName);
  assert.equal(account.personal, true);
  const event = await createEvent(microsoft.graph, access, draft());
  assert.deepEqual([event.isOnlineMeeting, event.joinUrl], [false, undefined]);
});

test('an event lives: made, found, moved with the same link, cancelled, gone', async () => {
  const microsoft = startMicrosoft();
  const { graph } = microsoft;
  const { access } = await connect(microsoft);
  const wanted = draft();
  const made = await createEvent(graph, access, wanted);
  assert.equal(made.isOnlineMeeting, true);
  assert.match(made.joinUrl ?? '', /^https:\/\/teams\.microsoft\.com\//);
  assert.deepEqual([made.start, made.end, made.attendees], [wanted.start, wanted.end, ['ada@visitor.example']]);

  const found = await findEvent(graph, access, { meetingId: wanted.meetingId });
  assert.deepEqual([found?.id, found?.meetingId, found?.joinUrl], [made.id, wanted.meetingId, made.joinUrl]);
  assert.equal(await findEvent(graph, access, { meetingId: randomUUID() }), undefined);

  const changes = {
    subject: 'Later',
    start: new Date('2026-11-26T08:00:00Z'),
    end: new Date('2026-11-26T08:30:00Z'),
    timeZone: 'Europe/Berlin',
  };
  const moved = await updateEvent(graph, access, { eventId: made.id, changes });
  assert.deepEqual([moved.start, moved.subject, moved.joinUrl], [changes.start, 'Later', made.joinUrl]);
  assert.deepEqual((await getEvent(graph, access, { eventId: made.id }))?.end, changes.end);

  assert.equal(await cancelEvent(graph, access, { eventId: made.id, comment: 'Called off' }), 'cancelled');
  assert.equal(await findEvent(graph, access, { meetingId: wanted.meetingId }), undefined);
  assert.equal(await cancelEvent(graph, access, { eventId: made.id }), 'gone');
  assert.equal(await deleteEvent(graph, access, { eventId: made.id }), 'gone');
});

// R04: an answer that is lost after Microsoft committed leads back to the one event.
test('a lost answer is “unknown”; the event is found, and repeating the create makes no second one', async () => {
  for (const status of [400, 409] as const) {
    const microsoft = startMicrosoft();
    const { emulator, graph } = microsoft;
    emulator.switches.duplicateTransactionStatus = status;
    const { access } = await connect(microsoft);
    const wanted = draft();
    emulator.fail({ service: 'graph', method: 'POST', path: '/events', times: 1, kind: { type: 'drop-response' } });
    const lost = await createEvent(graph, access, wanted).catch((error: unknown) => error);
    assert.ok(lost instanceof GraphError && lost.outcome === 'unknown');
    const found = await findEvent(graph, access, { meetingId: wanted.meetingId });
    assert.equal((await createEvent(graph, access, wanted)).id, found?.id);
    const other = await createEvent(graph, access, { ...wanted, subject: 'Another' }).catch((error: unknown) => error);
    assert.ok(other instanceof GraphError && other.status === status);
    const existing = await getEvent(graph, access, { eventId: other.existingEventId ?? '' });
    assert.equal(existing?.id, found?.id);
  }
});

// R05: success without a link.
test('a join URL that comes later is read when it is there', async () => {
  const microsoft = startMicrosoft();
  const { emulator, graph } = microsoft;
  emulator.switches.joinUrlDelayMs = 5000;
  const { access } = await connect(microsoft);
  const made = await createEvent(graph, access, draft());
  assert.deepEqual([made.isOnlineMeeting, made.joinUrl], [true, undefined]);
  emulator.clock.advance(6000);
  assert.match((await getEvent(graph, access, { eventId: made.id }))?.joinUrl ?? '', /^https:/);
});

test('a person without a Teams licence gets an event without Teams, and the calendar says why', async () => {
  const microsoft = startMicrosoft();
  const { access } = await connect(microsoft, 'tomasz.hale@contoso.example');
  const made = await createEvent(microsoft.graph, access, draft());
  assert.deepEqual([made.isOnlineMeeting, made.joinUrl], [false, undefined]);
  const calendar = await getCalendar(microsoft.graph, access);
  assert.ok(!calendar.allowedOnlineMeetingProviders.includes('teamsForBusiness'));
});

test('where nobody was invited, cancelling may be refused and deleting works', async () => {
  const microsoft = startMicrosoft();
  microsoft.emulator.switches.cancelWithoutAttendees = 'refused';
  const { access } = await connect(microsoft);
  const { id: eventId } = await createEvent(microsoft.graph, access, draft({ attendees: [] }));
  const refused = await cancelEvent(microsoft.graph, access, { eventId }).catch((error: unknown) => error);
  assert.ok(isCancelRefused(refused));
  assert.equal(await deleteEvent(microsoft.graph, access, { eventId }), 'deleted');
});

// R06: every way in which a call can fail, as a problem that says whether to try again.
test('faults of Graph become problems, with the wait that Microsoft asks for', async () => {
  const microsoft = startMicrosoft();
  const { emulator, graph } = microsoft;
  const { access } = await connect(microsoft);
  const cases: [ProblemCode, Parameters<typeof emulator.fail>[0]['kind']][] = [
    ['throttled', { type: 'status', status: 429, retryAfter: '2.128' }],
    ['microsoft_unavailable', { type: 'status', status: 503 }],
    ['microsoft_unavailable', { type: 'status', status: 504 }],
    ['microsoft_answer_unreadable', { type: 'truncate' }],
    ['microsoft_answer_unreadable', { type: 'content-type', value: 'text/html' }],
    ['microsoft_unreachable', { type: 'drop-request' }],
    [
      'access_denied_by_exchange',
      {
        type: 'status',
        status: 403,
        code: 'ErrorAccessDenied',
        message: 'Access is denied. Check credentials and try again.',
      },
    ],
  ];
  for (const [expected, kind] of cases) {
    emulator.fail({ service: 'graph', path: '/events', times: 1, kind });
    const problem = await createEvent(graph, access, draft()).then(() => assert.fail('did not throw'), toProblem);
    assert.equal(problem.code, expected, JSON.stringify(kind));
    if (expected === 'throttled') assert.equal(problem.retryAfterMs, 2128);
  }
});

const at = (hour: number) => new Date(Date.UTC(2026, 10, 25, hour));

test('busy times are those of the calendar, over many pages', async () => {
  const microsoft = startMicrosoft();
  const { access } = await connect(microsoft);
  for (let hour = 0; hour < 23; hour += 1) {
    await createEvent(microsoft.graph, access, draft({ start: at(hour), end: at(hour + 1), attendees: [] }));
  }
  const busy = await listBusy(microsoft.graph, access, { from: at(2), to: at(20), timeZone: 'Europe/Berlin' });
  assert.deepEqual(
    busy.map((time) => time.start.getUTCHours()),
    Array.from({ length: 18 }, (_, index) => index + 2),
  );
});

test('an all-day event takes the host’s day, whatever zone the mailbox has', async () => {
  const microsoft = startMicrosoft();
  const { access } = await connect(microsoft);
  const day = {
    isAllDay: true,
    start: { dateTime: '2026-11-26T00:00:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-11-27T00:00:00', timeZone: 'Europe/Berlin' },
  };
  const made = await microsoft.emulator.fetch('https://graph.microsoft.com/v1.0/me/events', {
    method: 'POST',
    headers: { authorization: `Bearer ${access.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ subject: 'Holiday', showAs: 'oof', ...day }),
  });
  assert.equal(made.status, 201);
  const range = {
    from: new Date('2026-11-25T00:00:00Z'),
    to: new Date('2026-11-28T00:00:00Z'),
    timeZone: 'Europe/Berlin',
  };
  const [holiday] = await listBusy(microsoft.graph, access, range);
  assert.deepEqual(
    [holiday?.start.toISOString(), holiday?.end.toISOString(), holiday?.status],
    ['2026-11-25T23:00:00.000Z', '2026-11-26T23:00:00.000Z', 'oof'],
  );
});
