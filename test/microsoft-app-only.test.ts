import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser } from '../emulator/browser.ts';
import { createEmulator } from '../emulator/emulator.ts';
import { changeExchangeScopes } from '../emulator/policies/exchange-scopes.ts';
import { assignTeamsPolicy, changeTeamsPolicies } from '../emulator/policies/teams-policies.ts';
import {
  certificate,
  CONTOSO_TENANT_ID,
  EXPIRED_CLIENT_SECRET,
  EXPIRED_SECRET_CLIENT_ID,
  LARKFIELD_TENANT_ID,
  NORTHGATE_CLIENT_ID,
  NORTHGATE_CLIENT_SECRET,
  NORTHGATE_TENANT_ID,
  PARLEY_CLIENT_ID,
  PARLEY_CLIENT_SECRET,
  PARLEY_REDIRECT_URI,
} from '../emulator/seed.ts';
import {
  cancelEvent,
  createEvent,
  findEvent,
  getCalendar,
  listBusy,
  updateEvent,
  type CalendarAccess,
} from '../src/microsoft/calendar.ts';
import { createCertificate } from '../src/microsoft/certificates.ts';
import {
  findUsers,
  getMe,
  getOrganization,
  getServicePrincipalGrants,
  getUser,
  listPeople,
} from '../src/microsoft/directory.ts';
import type { MatchField } from '../src/microsoft/match-fields.ts';
import {
  adminConsentUrl,
  graphDefaultScope,
  parseAdminConsent,
  refreshTokens,
  redeemCode,
  authorizeUrl,
  requestAppToken,
  type AppCredential,
} from '../src/microsoft/entra.ts';
import {
  applyMeetingOptions,
  createOnlineMeeting,
  deleteOnlineMeeting,
  findOnlineMeetingByJoinUrl,
  getOnlineMeeting,
  updateOnlineMeeting,
} from '../src/microsoft/online-meetings.ts';
import { missingRoles, requiredPermissions } from '../src/microsoft/permissions.ts';
import { toProblem } from '../src/microsoft/problems.ts';
import { needsReconnect, type ProblemCode } from '../src/problem.ts';

const MINUTE = 60_000;
const start = new Date('2026-11-25T08:00:00Z');
const end = new Date('2026-11-25T08:30:00Z');
const secret = (value: string): AppCredential => ({ kind: 'secret', secret: value });
const northgate = {
  authority: 'https://login.microsoftonline.com',
  tenant: NORTHGATE_TENANT_ID,
  clientId: NORTHGATE_CLIENT_ID,
  credential: secret(NORTHGATE_CLIENT_SECRET),
};

/** An emulated Microsoft, and our room's view of it. */
function startMicrosoft() {
  const emulator = createEmulator({ now: () => Date.UTC(2026, 10, 20, 9) });
  const entra = { fetch: emulator.fetch, now: () => new Date(emulator.clock.now()) };
  const graph = { ...entra, baseUrl: 'https://graph.microsoft.com' };
  return { emulator, entra, graph };
}

type Microsoft = ReturnType<typeof startMicrosoft>;

function idOf({ emulator }: Microsoft, name: string): string {
  const users = [...emulator.context.directory.users.values()];
  return users.find((user) => user.userPrincipalName.startsWith(`${name}@`))?.id ?? assert.fail(`nobody is ${name}`);
}

/** The app acts for this person. */
async function actFor(microsoft: Microsoft, name: string): Promise<CalendarAccess> {
  const { accessToken } = await requestAppToken(microsoft.entra, northgate);
  return { accessToken, mailbox: { kind: 'user', objectId: idOf(microsoft, name) } };
}

function grantPolicy({ emulator }: Microsoft, objectId: string): void {
  const policy = { name: 'Parley', appIds: [NORTHGATE_CLIENT_ID], description: '' };
  changeTeamsPolicies(emulator.context, NORTHGATE_TENANT_ID, 'New policy', (state) => state.policies.push(policy));
  assignTeamsPolicy(emulator.context, NORTHGATE_TENANT_ID, policy, { kind: 'user', id: objectId });
}

async function problemOf(work: Promise<unknown>): Promise<ProblemCode> {
  return work.then(
    () => assert.fail('did not throw'),
    (error: unknown) => toProblem(error).code,
  );
}

const eventDraft = {
  meetingId: 'b1d6f0a2-0000-4000-8000-000000000001',
  transactionId: 'b1d6f0a2-0000-4000-8000-000000000001',
  subject: 'Intake',
  start,
  end,
  timeZone: 'Europe/Berlin',
  attendees: [{ email: 'ada@visitor.example' }],
};
const meetingDraft = { externalId: 'meeting-1', subject: 'Intake', start, end };

test('a secret, and a certificate in both forms, get a token that says what it is', async () => {
  const { emulator, entra } = startMicrosoft();
  const made = createCertificate({ commonName: 'Parley', now: entra.now() });
  emulator.context.directory.apps.get(NORTHGATE_CLIENT_ID)?.certificates.push(certificate(made.certificatePem));
  for (const credential of [
    secret(NORTHGATE_CLIENT_SECRET),
    { kind: 'certificate', ...made, assertion: 'PS256' } as const,
    { kind: 'certificate', ...made, assertion: 'RS256' } as const,
  ]) {
    const token = await requestAppToken(entra, { ...northgate, credential });
    assert.equal(token.tenantId, NORTHGATE_TENANT_ID);
    assert.equal(token.idtyp, 'app');
    assert.equal(token.appId, NORTHGATE_CLIENT_ID);
    assert.ok(token.objectId);
    assert.deepEqual(token.roles.toSorted(), ['Calendars.ReadWrite', 'OnlineMeetings.ReadWrite.All', 'User.Read.All']);
    assert.equal(token.expiresAt.toISOString(), '2026-11-20T09:59:59.000Z');
  }
  const byDomain = await requestAppToken(entra, { ...northgate, tenant: 'northgate.example' });
  assert.equal(byDomain.tenantId, NORTHGATE_TENANT_ID);
});

test('every way in which an app is refused is told apart, and none asks a user to reconnect', async () => {
  const { emulator, entra } = startMicrosoft();
  const stranger = createCertificate({ commonName: 'Parley', now: entra.now() });
  const refusals: [ProblemCode, Partial<typeof northgate>][] = [
    ['app_secret_wrong', { credential: secret('wrong') }],
    [
      'app_secret_expired',
      { tenant: CONTOSO_TENANT_ID, clientId: EXPIRED_SECRET_CLIENT_ID, credential: secret(EXPIRED_CLIENT_SECRET) },
    ],
    ['app_certificate_unknown', { credential: { kind: 'certificate', ...stranger, assertion: 'PS256' } }],
    ['app_certificate_unknown', { credential: { kind: 'certificate', ...stranger, assertion: 'RS256' } }],
    [
      'certificate_unreadable',
      { credential: { kind: 'certificate', ...stranger, privateKeyPem: 'x', assertion: 'PS256' } },
    ],
    ['app_not_found', { tenant: LARKFIELD_TENANT_ID }],
    ['app_not_found', { clientId: 'b1d6f0a2-0000-4000-8000-000000000009' }],
    ['tenant_not_found', { tenant: 'b1d6f0a2-0000-4000-8000-000000000009' }],
    ['tenant_id_needed', { tenant: 'common' }],
    ['tenant_id_needed', { tenant: 'Organizations' }],
  ];
  for (const [code, changes] of refusals) {
    const problem = await problemOf(requestAppToken(entra, { ...northgate, ...changes }));
    assert.equal(problem, code);
    assert.equal(needsReconnect(problem), false);
  }
  emulator.fail({ service: 'entra', times: 1, kind: { type: 'aadsts', code: 53003 } });
  assert.equal(await problemOf(requestAppToken(entra, northgate)), 'app_blocked_by_policy');
  const principals = [...emulator.context.directory.servicePrincipals.values()];
  for (const principal of principals) principal.disabled = true;
  assert.equal(await problemOf(requestAppToken(entra, northgate)), 'app_disabled');
});

test('a certificate that has expired is refused, and one that overlaps it goes on working', async () => {
  const { emulator, entra } = startMicrosoft();
  const [old, next] = [1, 2].map((years) => createCertificate({ commonName: 'Parley', now: entra.now(), years }));
  assert.ok(old && next);
  const app = emulator.context.directory.apps.get(NORTHGATE_CLIENT_ID);
  app?.certificates.push(certificate(old.certificatePem), certificate(next.certificatePem));
  const using = (made: typeof old) =>
    requestAppToken(entra, { ...northgate, credential: { kind: 'certificate', ...made, assertion: 'PS256' } });
  await Promise.all([using(old), using(next)]);
  emulator.clock.advance(366 * 24 * 60 * MINUTE);
  assert.equal(await problemOf(using(old)), 'app_certificate_unknown');
  await using(next);
});

test('a token of another tenant than was asked for is not used', async () => {
  const { emulator, entra } = startMicrosoft();
  const fetch: typeof globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    return emulator.fetch(new Request(request.url.replace(CONTOSO_TENANT_ID, NORTHGATE_TENANT_ID), request));
  };
  const asked = requestAppToken({ ...entra, fetch }, { ...northgate, tenant: CONTOSO_TENANT_ID });
  assert.equal(await problemOf(asked), 'token_tenant_mismatch');
});

test('users sign in also when the app proves itself by certificate', async () => {
  const { emulator, entra } = startMicrosoft();
  const made = createCertificate({ commonName: 'Parley', now: entra.now() });
  emulator.context.directory.apps.get(PARLEY_CLIENT_ID)?.certificates.push(certificate(made.certificatePem));
  const app = {
    ...northgate,
    tenant: 'common',
    clientId: PARLEY_CLIENT_ID,
    redirectUri: PARLEY_REDIRECT_URI,
    credential: { kind: 'certificate', ...made, assertion: 'PS256' } as const,
  };
  const scopes = ['User.Read', 'Calendars.ReadWrite'];
  const codeVerifier = 'v'.repeat(64);
  const digest = await crypto.subtle.digest('SHA-256', Buffer.from(codeVerifier));
  const codeChallenge = Buffer.from(digest).toString('base64url');
  const url = authorizeUrl(app, { scopes, state: 's', nonce: 'n', codeChallenge });
  const outcome = await openBrowser(emulator.fetch).visit(url, { user: 'dana.reyes@contoso.example' });
  assert.equal(outcome.kind, 'redirect');
  const code = outcome.params.get('code') ?? '';
  const { tokens, account } = await redeemCode(entra, app, { code, codeVerifier, scopes, nonce: 'n' });
  assert.equal(account.tenantId, CONTOSO_TENANT_ID);
  await refreshTokens(entra, app, { refreshToken: tokens.refreshToken ?? '', scopes });
  const forms = emulator.calls.filter((call) => call.path.endsWith('/oauth2/v2.0/token')).map((call) => call.body);
  assert.equal(forms.length, 2);
  for (const form of forms) assert.doesNotMatch(form, /client_secret/);
});

test('an administrator approves application permissions; a token of the tenant proves it', async () => {
  const { emulator, entra, graph } = startMicrosoft();
  const app = { ...northgate, tenant: 'common', clientId: PARLEY_CLIENT_ID, redirectUri: PARLEY_REDIRECT_URI };
  const url = adminConsentUrl(app, { scopes: [graphDefaultScope()], state: 'state-1' });
  assert.equal(new URL(url).searchParams.get('scope'), 'https://graph.microsoft.com/.default');
  const visit = (decision: 'accept' | 'cancel') =>
    openBrowser(emulator.fetch).visit(url, { user: 'nora.castell@larkfield.example', decision });

  const cancelled = await visit('cancel');
  assert.equal(cancelled.kind, 'redirect');
  const refusal = parseAdminConsent(cancelled.params);
  assert.ok(refusal.kind === 'refused' && refusal.state === 'state-1');
  assert.equal(toProblem(refusal.error).code, 'consent_declined');

  const accepted = await visit('accept');
  assert.equal(accepted.kind, 'redirect');
  const consent = parseAdminConsent(accepted.params);
  assert.ok(consent.kind === 'consented' && consent.claimedTenant === LARKFIELD_TENANT_ID);
  const credential = secret(PARLEY_CLIENT_SECRET);
  const token = await requestAppToken(entra, { ...app, tenant: consent.claimedTenant, credential });
  const needed = requiredPermissions(['meetings', 'people', 'meeting-options'], 'app-only', false);
  assert.deepEqual(
    missingRoles(
      needed.map(({ name }) => name),
      token.roles,
    ),
    [],
  );
  assert.deepEqual(await getOrganization(graph, token.accessToken), {
    id: LARKFIELD_TENANT_ID,
    displayName: 'Larkfield Clinic',
    domains: ['larkfield.example'],
    defaultDomain: 'larkfield.example',
  });
});

test('the callback of admin consent is read error first, and its tenant is only a claim', () => {
  const read = (query: string) => parseAdminConsent(new URLSearchParams(query));
  const refused = read('admin_consent=True&error=consent_required&error_description=AADSTS65004%3a+denied&state=s');
  assert.ok(refused.kind === 'refused' && toProblem(refused.error).code === 'consent_declined');
  assert.equal(read('').kind, 'refused');
  assert.equal(read(`tenant=${CONTOSO_TENANT_ID}`).kind, 'refused', 'without admin_consent nobody consented');
  const forged = read('admin_consent=True&tenant=common%2F..%2F&state=s');
  assert.ok(forged.kind === 'consented' && forged.claimedTenant === undefined);
  const good = read(`admin_consent=True&tenant=${CONTOSO_TENANT_ID.toUpperCase()}&scope=a+b`);
  assert.deepEqual(good, { kind: 'consented', state: undefined, claimedTenant: CONTOSO_TENANT_ID, scopes: ['a', 'b'] });
});

test('a token without roles is given all the same, and Graph says what is missing', async () => {
  const microsoft = startMicrosoft();
  const { emulator, entra, graph } = microsoft;
  for (const principal of emulator.context.directory.servicePrincipals.values()) principal.appRoles = [];
  const { roles } = await requestAppToken(entra, northgate);
  assert.deepEqual(roles, []);
  const access = await actFor(microsoft, 'bookings');
  assert.equal(
    await problemOf(getUser(graph, access.accessToken, idOf(microsoft, 'bookings'))),
    'directory_permission_missing',
  );
  assert.equal(await problemOf(createOnlineMeeting(graph, access, meetingDraft)), 'missing_permission');
  assert.equal(await problemOf(createEvent(graph, access, eventDraft)), 'access_denied_by_exchange');
  assert.equal(await problemOf(getMe(graph, access.accessToken)), 'delegated_only');
});

test('people are found by every field; nobody, one and several are told apart', async () => {
  const microsoft = startMicrosoft();
  const { emulator, graph } = microsoft;
  emulator.context.switches.extensionAttributeFilter = 'advanced';
  const { accessToken } = await actFor(microsoft, 'bookings');
  const found = async (field: MatchField, value: string) =>
    (await findUsers(graph, accessToken, { field, value })).map((user) => user.displayName ?? '').toSorted();
  for (const [field, value, names] of [
    ['mail', 'JONAS.pike@northgate.example', ['Jonas Pike']],
    ['mail', 'desk@northgate.example', ['Careers Desk', 'Pat Quill']],
    ['mail', 'leila.haddad@northgate.example', ['Leila Haddad', 'Leila Haddad']],
    ['mail', "o'nobody@northgate.example", []],
    ['userPrincipalName', 'carla.roth@northgate.example', ['Carla Roth']],
    ['userPrincipalName', 'carla.mendes@northgate.example', []],
    ['userPrincipalName', 'leila.haddad_contoso.example#EXT#@northgate.onmicrosoft.example', ['Leila Haddad']],
    ['proxyAddress', 'carla.mendes@northgate.example', ['Carla Roth']],
    ['proxyAddress', 'smtp:carla.roth@northgate.example', ['Carla Roth']],
    ['employeeId', 'N-2010', ['Bea Lindholm', 'Ben Achterberg']],
    ['onPremisesImmutableId', 'bWFyZWsuZHZvcmFrIQ==', ['Marek Dvorak']],
    ['extensionAttribute3', 'OP-7741', ['Leila Haddad']],
    ['extensionAttribute4', 'OP-7741', []],
    ['id', idOf(microsoft, 'bookings'), ['Northgate Bookings']],
    ['id', idOf(microsoft, 'dana.reyes'), []],
  ] as [MatchField, string, string[]][]) {
    assert.deepEqual(await found(field, value), names, `${field} ${value}`);
  }
  const otto = await getUser(graph, accessToken, 'otto.renner@northgate.example');
  assert.deepEqual([otto?.accountEnabled, otto?.userType, otto?.employeeId], [false, 'Member', 'N-2013']);
  const guest = await getUser(graph, accessToken, 'leila.haddad_contoso.example#EXT#@northgate.onmicrosoft.example');
  assert.deepEqual([guest?.userType, guest?.teamsLicensed], ['Guest', false]);
  assert.equal((await getUser(graph, accessToken, 'bookings@northgate.example'))?.teamsLicensed, true);
  assert.equal(await getUser(graph, accessToken, 'nobody@northgate.example'), undefined);
});

test('everybody is listed, page after page', async () => {
  const microsoft = startMicrosoft();
  const { accessToken } = await actFor(microsoft, 'bookings');
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listPeople(microsoft.graph, accessToken, { cursor, pageSize: 5 });
    assert.ok(page.people.length <= 5);
    ids.push(...page.people.map((user) => user.id));
    cursor = page.next;
  } while (cursor !== undefined);
  const everybody = [...microsoft.emulator.context.directory.users.values()].filter(
    (user) => user.tenantId === NORTHGATE_TENANT_ID,
  );
  assert.deepEqual(ids.toSorted(), everybody.map((user) => user.id).toSorted());
});

test('with User.ReadBasic.All people are found by name and address, and the rest says which permission it needs', async () => {
  const microsoft = startMicrosoft();
  for (const principal of microsoft.emulator.context.directory.servicePrincipals.values()) {
    principal.appRoles = ['User.ReadBasic.All'];
  }
  const { accessToken } = await actFor(microsoft, 'bookings');
  const { graph } = microsoft;
  const [marek] = await findUsers(graph, accessToken, { field: 'mail', value: 'marek.dvorak@northgate.example' });
  assert.deepEqual(
    [marek?.displayName, marek?.accountEnabled, marek?.teamsLicensed],
    ['Marek Dvorak', undefined, undefined],
  );
  const byNumber = findUsers(graph, accessToken, { field: 'employeeId', value: 'N-2002' });
  assert.equal(await problemOf(byNumber), 'directory_permission_missing');
});

test('what the tenant granted is read from its directory', async () => {
  const microsoft = startMicrosoft();
  const { graph, emulator } = microsoft;
  const principal = [...emulator.context.directory.servicePrincipals.values()].find(
    (each) => each.clientId === NORTHGATE_CLIENT_ID,
  );
  assert.ok(principal);
  const denied = await actFor(microsoft, 'bookings');
  const ask = (accessToken: string, clientId = NORTHGATE_CLIENT_ID) =>
    getServicePrincipalGrants(graph, accessToken, { clientId });
  assert.equal(await problemOf(ask(denied.accessToken)), 'directory_permission_missing');
  principal.appRoles = ['Application.Read.All', 'Calendars.ReadWrite'];
  const { accessToken } = await actFor(microsoft, 'bookings');
  assert.deepEqual(await ask(accessToken), {
    objectId: principal.id,
    displayName: 'Parley for Northgate only',
    enabled: true,
    applicationPermissions: ['Application.Read.All', 'Calendars.ReadWrite'],
    delegatedScopes: undefined,
  });
  assert.equal(await ask(accessToken, 'b1d6f0a2-0000-4000-8000-000000000009'), undefined);
});

test('the app keeps the calendar of an organizer: create, find, move, cancel, free and busy', async () => {
  const microsoft = startMicrosoft();
  const { graph } = microsoft;
  const access = await actFor(microsoft, 'bookings');
  const calendar = await getCalendar(graph, access);
  assert.ok(calendar.allowedOnlineMeetingProviders.includes('teamsForBusiness'));
  const event = await createEvent(graph, access, eventDraft);
  assert.ok(event.isOnlineMeeting && event.joinUrl);
  assert.equal((await findEvent(graph, access, eventDraft))?.id, event.id);
  const later = new Date(end.getTime() + 30 * MINUTE);
  const moved = await updateEvent(graph, access, {
    eventId: event.id,
    changes: { start: end, end: later, timeZone: 'Europe/Berlin' },
  });
  assert.equal(moved.joinUrl, event.joinUrl);
  const busy = await listBusy(graph, access, { from: start, to: later, timeZone: 'Europe/Berlin' });
  assert.deepEqual(
    busy.map((time) => [time.start, time.end]),
    [[end, later]],
  );
  assert.equal(await cancelEvent(graph, access, { eventId: event.id, comment: 'Sorry' }), 'cancelled');
  assert.equal(await findEvent(graph, access, eventDraft), undefined);
});

test('Exchange keeps the app out of mailboxes beyond its scope, in every wording', async () => {
  const microsoft = startMicrosoft();
  const { context } = microsoft.emulator;
  const group = [...context.directory.groups.values()].find((each) => each.mail === 'bookable@northgate.example');
  assert.ok(group);
  changeExchangeScopes(context, NORTHGATE_TENANT_ID, 'Restrict', (state) =>
    state.accessPolicies.push({
      id: 'policy-1',
      appId: NORTHGATE_CLIENT_ID,
      groupId: group.id,
      accessRight: 'RestrictAccess',
      description: '',
    }),
  );
  const inside = await actFor(microsoft, 'bookings');
  const outside = await actFor(microsoft, 'amira.solano');
  for (const [wording, code] of [
    ['odata-disabled', 'exchange_scope_denied'],
    ['raop', 'exchange_scope_denied'],
    ['access-denied', 'access_denied_by_exchange'],
  ] as const) {
    context.switches.exchangeRefusal = wording;
    await getCalendar(microsoft.graph, inside);
    assert.equal(await problemOf(getCalendar(microsoft.graph, outside)), code, wording);
  }
});

test('with the policy a meeting is made, without it refused, in every wording, and after a grant it takes its time', async () => {
  const microsoft = startMicrosoft();
  const { graph, emulator } = microsoft;
  const { switches } = emulator.context;
  const [granted, other] = await Promise.all([actFor(microsoft, 'bookings'), actFor(microsoft, 'marek.dvorak')]);
  switches.teamsPolicyDelayMs = 30 * MINUTE;
  grantPolicy(microsoft, idOf(microsoft, 'bookings'));
  assert.equal(await problemOf(createOnlineMeeting(graph, granted, meetingDraft)), 'application_access_policy_missing');
  emulator.clock.advance(30 * MINUTE);
  assert.ok((await createOnlineMeeting(graph, granted, meetingDraft)).joinUrl);
  for (const wording of [
    'documented',
    'with-app-id',
    'with-period',
    'general',
    'unauthorized-401',
    'unauthorized-403',
  ] as const) {
    switches.policyRefusal = wording;
    const refused = await problemOf(createOnlineMeeting(graph, other, meetingDraft));
    assert.equal(refused, 'application_access_policy_missing', wording);
  }
});

test('a meeting by itself lives and ends, and is one however often it is asked for', async () => {
  const microsoft = startMicrosoft();
  const { graph, emulator } = microsoft;
  const access = await actFor(microsoft, 'bookings');
  grantPolicy(microsoft, idOf(microsoft, 'bookings'));
  emulator.fail({ service: 'graph', path: 'createOrGet', times: 1, kind: { type: 'drop-response' } });
  assert.equal(await problemOf(createOnlineMeeting(graph, access, meetingDraft)), 'microsoft_unreachable');
  const meeting = await createOnlineMeeting(graph, access, meetingDraft);
  const again = await createOnlineMeeting(graph, access, { ...meetingDraft, subject: 'Other' });
  assert.deepEqual(again, meeting);
  assert.equal(emulator.context.teams.meetings.size, 1);
  assert.deepEqual(
    [meeting.externalId, meeting.subject, meeting.start, meeting.organizerId],
    ['meeting-1', 'Intake', start, idOf(microsoft, 'bookings')],
  );
  const onlineMeetingId = meeting.id;
  const later = new Date(end.getTime() + 30 * MINUTE);
  const moved = await updateOnlineMeeting(graph, access, {
    onlineMeetingId,
    changes: { subject: 'Later', start: end, end: later },
  });
  assert.deepEqual([moved.subject, moved.start, moved.end, moved.joinUrl], ['Later', end, later, meeting.joinUrl]);
  assert.equal((await getOnlineMeeting(graph, access, { onlineMeetingId }))?.subject, 'Later');
  assert.equal(await deleteOnlineMeeting(graph, access, { onlineMeetingId }), 'deleted');
  assert.equal(await deleteOnlineMeeting(graph, access, { onlineMeetingId }), 'gone');
  assert.equal(await getOnlineMeeting(graph, access, { onlineMeetingId }), undefined);
  assert.equal((await listBusy(graph, access, { from: start, to: later, timeZone: 'UTC' })).length, 0);
});

test('options reach a meeting of the calendar through its join URL, once Teams finds it', async () => {
  for (const joinUrlForm of ['meetup-join', 'meet'] as const) {
    for (const unknownJoinUrl of ['empty', 'not-found'] as const) {
      const microsoft = startMicrosoft();
      const { graph, emulator } = microsoft;
      Object.assign(emulator.context.switches, { joinUrlForm, unknownJoinUrl, onlineMeetingLookupDelayMs: MINUTE });
      const access = await actFor(microsoft, 'bookings');
      grantPolicy(microsoft, idOf(microsoft, 'bookings'));
      const event = await createEvent(graph, access, eventDraft);
      const find = () => findOnlineMeetingByJoinUrl(graph, access, { joinUrl: event.joinUrl ?? '' });
      assert.equal(await find(), undefined);
      emulator.clock.advance(MINUTE);
      const meeting = await find();
      assert.ok(meeting);
      assert.equal(meeting.joinUrl, event.joinUrl);
      const { refused, meeting: changed } = await applyMeetingOptions(graph, access, {
        onlineMeetingId: meeting.id,
        options: {
          lobbyBypassSettings: { scope: 'invited', isDialInBypassEnabled: true },
          allowedPresenters: 'organizer',
          isEntryExitAnnounced: false,
        },
      });
      assert.deepEqual(refused, []);
      assert.deepEqual(changed.options.lobbyBypassSettings, { scope: 'invited', isDialInBypassEnabled: true });
      assert.equal(changed.options.allowedPresenters, 'organizer');
      assert.equal((await find())?.options.isEntryExitAnnounced, false);
      const stranger = await actFor(microsoft, 'marek.dvorak');
      grantPolicy(microsoft, idOf(microsoft, 'marek.dvorak'));
      const lookup = findOnlineMeetingByJoinUrl(graph, stranger, { joinUrl: event.joinUrl ?? '' });
      assert.equal(await problemOf(lookup), 'meeting_lookup_denied');
    }
  }
});

test('an option beyond licence or policy is refused by name, whether Teams says so or not', async () => {
  for (const unlicensedMeetingOption of ['refused', 'ignored'] as const) {
    const microsoft = startMicrosoft();
    const { graph, emulator } = microsoft;
    emulator.context.switches.unlicensedMeetingOption = unlicensedMeetingOption;
    const access = await actFor(microsoft, 'bookings');
    grantPolicy(microsoft, idOf(microsoft, 'bookings'));
    const { id } = await createOnlineMeeting(graph, access, meetingDraft);
    const { refused, meeting } = await applyMeetingOptions(graph, access, {
      onlineMeetingId: id,
      options: { allowMeetingChat: 'disabled', watermarkProtection: { isEnabledForVideo: true } },
    });
    assert.deepEqual(
      refused.map(({ option, problem }) => [option, problem.code]),
      [['watermarkProtection', 'meeting_option_not_applied']],
      unlicensedMeetingOption,
    );
    assert.equal(meeting.options.allowMeetingChat, 'disabled');
  }
});

test('roles of people reach the meeting; co-organizers come back as such', async () => {
  const microsoft = startMicrosoft();
  const { graph } = microsoft;
  const access = await actFor(microsoft, 'bookings');
  grantPolicy(microsoft, idOf(microsoft, 'bookings'));
  const marek = idOf(microsoft, 'marek.dvorak');
  const attendees = [{ upn: 'marek.dvorak@northgate.example', objectId: marek, role: 'coorganizer' as const }];
  const meeting = await createOnlineMeeting(graph, access, { ...meetingDraft, attendees });
  assert.deepEqual(meeting.attendees, attendees);
});

test('an organizer without a licence, and one who does not exist, are named as the reason', async () => {
  const microsoft = startMicrosoft();
  const { graph } = microsoft;
  const guest = [...microsoft.emulator.context.directory.users.values()].find((user) =>
    user.userPrincipalName.startsWith('leila.haddad_contoso'),
  );
  assert.ok(guest);
  const { accessToken } = await actFor(microsoft, 'bookings');
  const as = (objectId: string): CalendarAccess => ({ accessToken, mailbox: { kind: 'user', objectId } });
  grantPolicy(microsoft, guest.id);
  assert.equal(await problemOf(createOnlineMeeting(graph, as(guest.id), meetingDraft)), 'organizer_not_licensed');
  const nobody = 'b1d6f0a2-0000-4000-8000-000000000009';
  assert.equal(await problemOf(createOnlineMeeting(graph, as(nobody), meetingDraft)), 'user_not_found');
  assert.equal(await problemOf(createEvent(graph, as(guest.id), eventDraft)), 'mailbox_not_found');
});
