import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Switches } from '../emulator/context.ts';
import type { FaultRequest } from '../emulator/faults.ts';
import { changeExchangeScopes } from '../emulator/policies/exchange-scopes.ts';
import { NORTHGATE_TENANT_ID } from '../emulator/seed.ts';
import { problems, type ProblemCode } from '../src/problem.ts';
import { principalOf, startTenantClinic, type TenantClinic } from './support/clinic.ts';
import { runPowerShell } from './support/tenant.ts';

/** AADSTS numbers that a request with client credentials can meet, Entra's `error`, and what each must be taken for. */
const refusals: [number, string, ProblemCode][] = [
  [50059, 'invalid_request', 'tenant_id_needed'],
  [9001023, 'invalid_request', 'tenant_id_needed'],
  [50194, 'invalid_request', 'single_tenant_app'],
  [90002, 'invalid_request', 'tenant_not_found'],
  [50196, 'invalid_grant', 'throttled'],
  [90055, 'temporarily_unavailable', 'throttled'],
  [90033, 'temporarily_unavailable', 'entra_unavailable'],
  [53000, 'invalid_grant', 'app_blocked_by_policy'],
  [53001, 'invalid_grant', 'app_blocked_by_policy'],
  [53002, 'invalid_grant', 'app_blocked_by_policy'],
  [53003, 'invalid_grant', 'app_blocked_by_policy'],
  [530032, 'invalid_grant', 'app_blocked_by_policy'],
  [530035, 'invalid_grant', 'app_blocked_by_policy'],
  [65001, 'invalid_grant', 'admin_consent_missing'],
  [90094, 'access_denied', 'admin_consent_missing'],
  [90095, 'access_denied', 'admin_consent_missing'],
  [650052, 'invalid_client', 'app_permissions_misconfigured'],
  [650054, 'invalid_client', 'app_permissions_misconfigured'],
  [650056, 'invalid_client', 'app_permissions_misconfigured'],
  [650057, 'invalid_client', 'app_permissions_misconfigured'],
  [70011, 'invalid_scope', 'invalid_scope'],
  [700022, 'invalid_scope', 'invalid_scope'],
  [28003, 'invalid_scope', 'invalid_scope'],
  [700016, 'unauthorized_client', 'app_not_found'],
  [7000112, 'unauthorized_client', 'app_disabled'],
  [7000215, 'invalid_client', 'app_secret_wrong'],
  [7000222, 'invalid_client', 'app_secret_expired'],
  [7000216, 'invalid_client', 'app_credential_missing'],
  [7000218, 'invalid_client', 'app_credential_missing'],
  [700025, 'invalid_client', 'app_credential_refused'],
  [700027, 'invalid_client', 'app_certificate_unknown'],
  [700030, 'invalid_client', 'app_certificate_unknown'],
  [50012, 'invalid_client', 'app_certificate_unknown'],
  [50013, 'invalid_client', 'app_certificate_unknown'],
  [500133, 'invalid_client', 'server_clock_wrong'],
  [700024, 'invalid_client', 'server_clock_wrong'],
  [900144, 'invalid_request', 'microsoft_request_invalid'],
  [900561, 'invalid_request', 'microsoft_request_invalid'],
  [9002313, 'invalid_request', 'microsoft_request_invalid'],
];
const passing: ProblemCode[] = ['throttled', 'entra_unavailable'];

test('every cause that Entra has for refusing the app a token is told apart, each with what helps', async (t) => {
  const { system, run } = await startTenantClinic(t);
  const checks = ['app-token', 'app-roles'];
  for (const [code, error, expected] of refusals) {
    system.emulator.fail({ service: 'entra', kind: { type: 'aadsts', code, error } });
    const { of, findings } = await run({ checks });
    const finding = of('app-token');
    const label = `AADSTS${code}`;
    assert.deepEqual(
      findings.map(({ check }) => check),
      checks,
      'what they build on was looked at too, and is not told',
    );
    assert.equal(finding.problemCode, expected, label);
    assert.equal(finding.status, passing.includes(expected) ? 'not_known' : 'failed', label);
    assert.ok(finding.remedy, label);
    assert.doesNotMatch(
      finding.remedy,
      /MicrosoftTeams__|[Rr]estarts/,
      `${label}: the registration is the workspace’s`,
    );
    assert.equal(finding.exchanges.length, 1, label);
    assert.match(finding.exchanges[0]?.answered ?? '', new RegExp(`^4\\d\\d ${label}$|^503 ${label}$`));
    assert.match(finding.exchanges[0]?.requestId ?? '', /^[0-9a-f-]{36}$/, label);
    assert.equal(of('app-roles').status, 'skipped', label);
    system.emulator.context.faults.length = 0;
  }
  assert.equal((await run({ checks })).of('app-roles').status, 'ok', 'and nothing of it sticks');
});

type Case = {
  /** As it stands in the documents and reports. */
  row: string;
  check: string;
  becomes: ProblemCode;
  status?: string;
  switches?: Partial<Switches>;
  fault?: Omit<FaultRequest, 'kind' | 'service'> & { status: number; code: string; message?: string };
  arrange?: (clinic: TenantClinic) => unknown;
};

const makeMeeting = { method: 'POST', path: '/onlineMeetings' };
const findMeeting = { method: 'GET', path: '/onlineMeetings' };
const readCalendar = { method: 'GET', path: '/calendar' };
const makeEvent = { method: 'POST', path: '/events' };

/** Takes the policy of Teams away from everybody. */
function withoutPolicy({ system }: TenantClinic) {
  for (const name of ['bookings', 'leila.haddad'])
    runPowerShell(system, `Grant-CsApplicationAccessPolicy -Identity ${name}@northgate.example -PolicyName $null`);
}

/** Makes the group of the mailboxes that the app may open another one, of which no organizer is a member. */
function withoutScope({ system }: TenantClinic) {
  changeExchangeScopes(system.emulator.context, NORTHGATE_TENANT_ID, 'Another group', (state) => {
    for (const policy of state.accessPolicies) policy.groupId = 'nobody';
  });
}

function without(role: string) {
  return ({ system }: TenantClinic) => {
    const principal = principalOf(system);
    principal.appRoles = principal.appRoles.filter((one) => one !== role);
  };
}

const noPolicy = (policyRefusal: Switches['policyRefusal']): Case => ({
  row: `no application access policy, ${policyRefusal}`,
  check: 'teams-policy',
  becomes: 'application_access_policy_missing',
  switches: { policyRefusal },
  arrange: withoutPolicy,
});

const outOfScope = (exchangeRefusal: Switches['exchangeRefusal'], check: string, becomes: ProblemCode): Case => ({
  row: `Exchange keeps the mailbox, ${exchangeRefusal}`,
  check,
  becomes,
  switches: { exchangeRefusal },
  arrange: withoutScope,
});

const refused = (
  row: string,
  check: string,
  where: object,
  [status, code, message]: [number, string, string?],
  becomes: ProblemCode,
): Case => ({
  row,
  check,
  becomes,
  fault: { ...where, times: 9, status, code, ...(message !== undefined && { message }) },
});

const rsc =
  "Application is not allowed to perform operations on the user 'x', neither is allowed access through RSC permission evaluation.";
const forbidden = 'Forbidden';

const cases: Case[] = [
  noPolicy('documented'),
  noPolicy('with-app-id'),
  noPolicy('with-period'),
  noPolicy('general'),
  noPolicy('unauthorized-401'),
  noPolicy('unauthorized-403'),
  refused(
    '3003',
    'app-round-trip',
    findMeeting,
    [403, forbidden, '3003: User does not have access to lookup meeting'],
    'meeting_lookup_denied',
  ),
  refused('RSC', 'teams-policy', makeMeeting, [403, forbidden, rsc], 'artifact_policy_missing'),
  refused(
    'transcripts off',
    'teams-policy',
    makeMeeting,
    [403, 'GraphAccessToTranscriptsDisabled'],
    'transcripts_disabled',
  ),
  refused(
    'attribution off',
    'teams-policy',
    makeMeeting,
    [403, 'SpeakerAttributionNotAllowed'],
    'speaker_attribution_disabled',
  ),
  refused(
    '1026',
    'app-round-trip',
    findMeeting,
    [400, 'BadRequest', '1026: An error has occurred.'],
    'meeting_reference_invalid',
  ),
  refused(
    'invalid meeting id',
    'app-round-trip',
    findMeeting,
    [400, 'InvalidArgument', 'Invalid meeting id'],
    'meeting_reference_invalid',
  ),
  {
    ...refused(
      '3004',
      'app-round-trip',
      findMeeting,
      [404, 'NotFound', '3004: Meeting not found'],
      'online_meeting_not_found',
    ),
    status: 'warning',
  },
  {
    row: 'lookup lags for ever',
    check: 'app-round-trip',
    becomes: 'online_meeting_not_found',
    status: 'warning',
    switches: { onlineMeetingLookupDelayMs: null },
  },
  refused(
    'another organizer',
    'teams-policy',
    makeMeeting,
    [403, forbidden, 'The userId must match organizerId.'],
    'not_organizer',
  ),
  refused(
    'not on a calendar',
    'teams-policy',
    makeMeeting,
    [403, forbidden, 'This API is supported only for calendar backed OnlineMeeting'],
    'calendar_event_needed',
  ),
  outOfScope('odata-disabled', 'mailboxes', 'exchange_scope_denied'),
  outOfScope('raop', 'mailboxes', 'exchange_scope_denied'),
  outOfScope('access-denied', 'mailboxes', 'access_denied_by_exchange'),
  outOfScope('odata-disabled', 'exchange-scope', 'exchange_scope_denied'),
  outOfScope('raop', 'exchange-scope', 'exchange_scope_denied'),
  outOfScope('access-denied', 'exchange-scope', 'exchange_scope_denied'),
  {
    row: 'missing role, directory',
    check: 'organizers',
    status: 'not_known',
    becomes: 'directory_permission_missing',
    arrange: without('User.Read.All'),
  },
  {
    row: 'missing role, meetings',
    check: 'app-roles',
    becomes: 'missing_permission',
    arrange: without('OnlineMeetings.ReadWrite.All'),
  },
  {
    row: 'missing role, seen by the probe',
    check: 'teams-policy',
    becomes: 'missing_permission',
    arrange: without('OnlineMeetings.ReadWrite.All'),
  },
  {
    row: 'missing role, mailboxes',
    check: 'mailboxes',
    becomes: 'access_denied_by_exchange',
    arrange: without('Calendars.ReadWrite'),
  },
  {
    row: 'no role at all',
    check: 'app-roles',
    becomes: 'admin_consent_missing',
    arrange: ({ system }) => (principalOf(system).appRoles = []),
  },
  refused('a distribution list', 'mailboxes', readCalendar, [404, 'ErrorInvalidUser'], 'mailbox_not_found'),
  refused('no mailbox', 'mailboxes', readCalendar, [404, 'MailboxNotEnabledForRESTAPI'], 'mailbox_not_found'),
  refused(
    '/me with a token of the app',
    'mailboxes',
    readCalendar,
    [400, 'BadRequest', '/me request is only valid with delegated authentication flow.'],
    'delegated_only',
  ),
  refused(
    'transaction id used before',
    'app-round-trip',
    makeEvent,
    [400, 'ErrorDuplicateTransactionId'],
    'duplicate_event',
  ),
  refused('token rejected', 'mailboxes', readCalendar, [401, 'InvalidAuthenticationToken'], 'access_token_rejected'),
  refused('a claims challenge', 'mailboxes', readCalendar, [403, 'insufficient_claims'], 'mfa_needed'),
  {
    ...refused('throttled', 'mailboxes', readCalendar, [429, 'ApplicationThrottled'], 'throttled'),
    status: 'not_known',
  },
  {
    ...refused('an outage', 'organizers', { path: '/users/' }, [503, 'serviceNotAvailable'], 'microsoft_unavailable'),
    status: 'not_known',
  },
];

test('every refusal of Graph that is known from documents and reports has its own words', async (t) => {
  for (const { row, check, becomes, status = 'failed', switches, fault, arrange } of cases) {
    const clinic = await startTenantClinic(t);
    const { system, bend, run } = clinic;
    Object.assign(system.emulator.switches, switches);
    arrange?.(clinic);
    if (fault) {
      const { status: answered, code, message, ...where } = fault;
      const kind = { type: 'status' as const, status: answered, code, ...(message !== undefined && { message }) };
      system.emulator.fail({ ...where, service: 'graph', kind });
    }
    // What waits for something that does not come sees time pass.
    bend.hook = (request, ask) => {
      if (request.url.includes('JoinWebUrl')) system.clock.advance(11_000);
      return ask();
    };
    const finding = (await run({ roundTrip: true, checks: [check] })).of(check);
    assert.equal(finding.problemCode, becomes, `${row}: ${JSON.stringify(finding)}`);
    assert.equal(finding.status, status, row);
    assert.ok(finding.remedy && finding.remedy.length > 20, row);
    assert.ok(finding.title.length > 10, row);
    if (becomes !== 'missing_permission' && check !== 'app-roles')
      assert.ok(finding.exchanges.length > 0, `${row}: what was asked is told`);
  }
  assert.ok(cases.every(({ becomes }) => becomes in problems));
});
