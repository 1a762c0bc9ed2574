import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Switches } from '../emulator/context.ts';
import type { FaultRequest } from '../emulator/faults.ts';
import { NORTHGATE_CLIENT_ID } from '../emulator/seed.ts';
import { connectTeams } from '../scripts/person.ts';
import { limitByAccessPolicy } from '../src/microsoft/exchange-policies.ts';
import { problems, type ProblemCode } from '../src/problem.ts';
import { bookable, diagnosisOf, principalOf } from './support/clinic.ts';
import { escaped } from './support/restart.ts';
import { publicUrl, startDesk, startSystem, userNamed, type System } from './support/system.ts';
import { runPowerShell, startTenant } from './support/tenant.ts';
import { startTenantStory, tuesdayAtTen, tuesdayAtTwo } from './support/tenant-story.ts';

/*
 * The complete index of refusals that are known of Microsoft: each row, on each way on which it can reach Parley, becomes
 * a problem with a remedy and with Microsoft's own code. Other tests go deeper into one way.
 */

// Entra's error codes (Entra docs: error codes; authorization code flow).

/** The four ways on which Entra's refusal reaches an app. */
type Leg = 'callback' | 'code' | 'refresh' | 'app';
/** OAuth's word for it, and what it must become. */
type Answer = [error: string, becomes: ProblemCode, suberror?: string];
type EntraRow = {
  codes: number[];
  /** Why Microsoft shows it on a page of its own, from which nobody comes back. */
  page?: string;
} & Partial<Record<Leg, Answer>>;

const grant = 'invalid_grant';
const invalid = 'invalid_request';
const client = 'invalid_client';
const account = 'The account is refused before anybody is sent back';
const unknownApp = 'Without an app, tenant or address that it knows Microsoft has nowhere to send anybody';

const entraRows: EntraRow[] = [
  { codes: [50011], page: unknownApp, code: [invalid, 'redirect_uri_mismatch'] },
  {
    codes: [50020, 50034, 51004],
    page: account,
    code: [grant, 'wrong_tenant_account'],
    refresh: [grant, 'reconnect_needed'],
  },
  { codes: [500208], page: account, code: [invalid, 'account_type_not_allowed'] },
  { codes: [50053], page: account, code: [grant, 'account_locked'], refresh: [grant, 'account_locked'] },
  { codes: [50057], page: account, code: [grant, 'account_disabled'], refresh: [grant, 'account_disabled'] },
  { codes: [50126], page: account, code: [grant, 'sign_in_interrupted'] },
  { codes: [50058], callback: ['login_required', 'sign_in_interrupted'] },
  {
    codes: [50072, 50074, 50076, 50078, 50079],
    callback: ['interaction_required', 'mfa_needed'],
    code: [grant, 'mfa_needed', 'basic_action'],
    refresh: ['interaction_required', 'mfa_needed', 'basic_action'],
  },
  { codes: [50089], callback: [invalid, 'sign_in_interrupted'], code: [grant, 'sign_in_interrupted'] },
  {
    codes: [50105],
    page: account,
    callback: ['access_denied', 'user_not_assigned'],
    refresh: [grant, 'user_not_assigned'],
  },
  {
    codes: [50132, 50133, 50173],
    code: [grant, 'sign_in_interrupted'],
    refresh: [grant, 'grant_revoked', 'bad_token'],
  },
  { codes: [50194], page: unknownApp, code: [invalid, 'single_tenant_app'], app: [invalid, 'single_tenant_app'] },
  { codes: [50196], code: [grant, 'throttled'], refresh: [grant, 'throttled'], app: [grant, 'throttled'] },
  { codes: [501481, 54005], code: [grant, 'sign_in_interrupted'] },
  {
    codes: [53000, 53001, 53002, 53003, 530032, 530035],
    page: 'Of a device or policy people read there',
    callback: ['access_denied', 'blocked_by_policy'],
    code: [grant, 'blocked_by_policy', 'message_only'],
    refresh: [grant, 'blocked_by_policy', 'message_only'],
    app: [grant, 'app_blocked_by_policy'],
  },
  {
    codes: [65001],
    callback: ['consent_required', 'consent_missing'],
    code: [grant, 'consent_missing', 'consent_required'],
    refresh: [grant, 'consent_missing', 'consent_required'],
    app: [grant, 'admin_consent_missing', 'consent_required'],
  },
  { codes: [65004], callback: ['access_denied', 'consent_declined'] },
  {
    codes: [650052, 650054, 650056, 650057],
    callback: [client, 'app_permissions_misconfigured'],
    code: [client, 'app_permissions_misconfigured'],
    refresh: [client, 'app_permissions_misconfigured'],
    app: [client, 'app_permissions_misconfigured'],
  },
  { codes: [70000], code: [grant, 'sign_in_interrupted'], refresh: [grant, 'grant_revoked'] },
  { codes: [70008], code: [grant, 'sign_in_interrupted'], refresh: [grant, 'grant_expired'] },
  {
    codes: [70011],
    callback: ['invalid_scope', 'invalid_scope'],
    code: ['invalid_scope', 'invalid_scope'],
    refresh: ['invalid_scope', 'invalid_scope'],
    app: ['invalid_scope', 'invalid_scope'],
  },
  { codes: [70043, 700081, 700082, 700084], refresh: [grant, 'grant_expired', 'bad_token'] },
  { codes: [700016], page: unknownApp, ...onTokenLegs('unauthorized_client', 'app_not_found') },
  { codes: [7000112], page: unknownApp, ...onTokenLegs('unauthorized_client', 'app_disabled') },
  { codes: [7000215], ...onTokenLegs(client, 'app_secret_wrong') },
  { codes: [7000218], ...onTokenLegs(client, 'app_credential_missing') },
  { codes: [7000222], ...onTokenLegs(client, 'app_secret_expired') },
  { codes: [700025], ...onTokenLegs(client, 'app_credential_refused') },
  { codes: [700027], ...onTokenLegs(client, 'app_certificate_unknown') },
  { codes: [90002], page: unknownApp, ...onTokenLegs(invalid, 'tenant_not_found') },
  {
    codes: [90094],
    callback: ['access_denied', 'admin_approval_needed', 'cancel'],
    refresh: ['consent_required', 'admin_approval_needed'],
    app: ['access_denied', 'admin_consent_missing'],
  },
  {
    codes: [90095],
    page: 'There an administrator is asked',
    callback: ['access_denied', 'admin_approval_needed'],
    app: ['access_denied', 'admin_consent_missing'],
  },
  { codes: [900144, 900561, 9002313], ...onTokenLegs(invalid, 'microsoft_request_invalid') },
  { codes: [9001023], code: [invalid, 'tenant_id_needed'], app: [invalid, 'tenant_id_needed'] },
  { codes: [9002325], code: [invalid, 'spa_redirect_uri'] },
  { codes: [9002332], page: account, code: [invalid, 'account_type_not_allowed'] },
  {
    codes: [90055],
    callback: ['temporarily_unavailable', 'entra_unavailable'],
    ...onTokenLegs('temporarily_unavailable', 'throttled'),
  },
];

function onTokenLegs(error: string, becomes: ProblemCode): Pick<EntraRow, 'code' | 'refresh' | 'app'> {
  const answer: Answer = [error, becomes];
  return { code: answer, refresh: answer, app: answer };
}

/** Every code of the table, as it stands there. */
const entraCodes = [
  50011, 50020, 500208, 50034, 51004, 50053, 50057, 50126, 50058, 50076, 50079, 50074, 50072, 50078, 50089, 50105,
  50132, 50133, 50173, 50194, 50196, 501481, 53000, 53001, 53002, 53003, 530032, 530035, 54005, 65001, 65004, 650052,
  650054, 650056, 650057, 70000, 70008, 70011, 70043, 700016, 7000112, 7000215, 7000218, 7000222, 700027, 700025,
  700082, 700081, 700084, 90002, 90094, 90095, 900144, 900561, 9001023, 9002313, 9002325, 9002332, 90055,
];

/** The rows of one leg, code by code. */
function reaching(leg: Leg): { code: number; answer: Answer }[] {
  return entraRows.flatMap(({ codes, [leg]: answer }) => (answer ? codes.map((code) => ({ code, answer })) : []));
}

function refuseTokens(system: System, code: number, [error, , suberror]: Answer): void {
  const kind = { type: 'aadsts' as const, code, error, ...(suberror !== undefined && { suberror }) };
  system.emulator.fail({ service: 'entra', times: 50, kind });
}

/** A problem as the API tells it. */
type Told = { code: string; title: string; remedy: string; provider?: { code: string } } | null;

function checkTold(told: Told, becomes: ProblemCode, provider: string, what: string): void {
  const { title, remedy } = problems[becomes];
  assert.deepEqual(
    [told?.code, told?.title, told?.remedy, told?.provider?.code],
    [becomes, title, remedy, provider],
    what,
  );
  assert.ok(remedy.length > 20, what);
}

test('no code of Entra is missing, and each reaches Parley or says why it does not', () => {
  const rows = entraRows.flatMap(({ codes }) => codes);
  assert.deepEqual(new Set(rows), new Set(entraCodes));
  assert.equal(rows.length, entraCodes.length, 'each once');
  for (const { codes, page, callback, code, refresh, app } of entraRows)
    assert.ok(page ?? callback ?? code ?? refresh ?? app, `AADSTS${codes[0]}`);
});

test('what Entra refuses in the browser or when the code is redeemed becomes its own page', async (t) => {
  const system = await startSystem(t);
  const { person, organizer } = await startDesk(system);
  const check = ({ status, text }: { status: number; text: string }, code: number, [, becomes]: Answer, leg: Leg) => {
    const { title, remedy, status: expected } = problems[becomes];
    const what = `AADSTS${code} on ${leg}`;
    assert.equal(status, expected, what);
    for (const part of [`<h1>${escaped(title)}</h1>`, escaped(remedy), `AADSTS${code}`])
      assert.ok(text.includes(part), `${what}: ${part}`);
  };
  for (const { code, answer } of reaching('code')) {
    refuseTokens(system, code, answer);
    check(await connectTeams(person, publicUrl, organizer.id), code, answer, 'code');
    system.emulator.context.faults.length = 0;
  }
  for (const { code, answer } of reaching('callback')) {
    const { url } = await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {});
    const query = new URLSearchParams({
      error: answer[0],
      error_description: `AADSTS${code}: Why.\r\nTrace ID: 654ce9b2-9d6a-4c1f-8a0b-1d2e3f4a5b6c`,
      ...(answer[2] && { error_subcode: answer[2] }),
      state: new URL(url).searchParams.get('state') ?? '',
    });
    check(await person.visit(`${publicUrl}/api/teams/callback?${query.toString()}`), code, answer, 'callback');
  }
});

test('what Entra refuses when a token is refreshed becomes the problem of the meeting that needs it', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const { db } = system.database;
  const { status } = await db.selectFrom('connections').select('status').executeTakeFirstOrThrow();
  for (const { code, answer } of reaching('refresh')) {
    system.clock.advance(60_000);
    await db
      .updateTable('connections')
      .set({ status, problem_code: null, access_token_expires_at: system.clock.now() })
      .execute();
    refuseTokens(system, code, answer);
    const body = { organizer: { memberId: desk.memberId }, subject: 'Review', start: tuesdayAtTen, end: tuesdayAtTwo };
    const { body: made } = await desk.api('POST', '/v1/meetings', body);
    await system.work();
    const { body: meeting } = await desk.api('GET', `/v1/meetings/${made['id']}`);
    checkTold(meeting['problem'], answer[1], `AADSTS${code}`, `AADSTS${code} on refresh`);
    assert.equal(meeting['status'], problems[answer[1]].retry ? 'pending' : 'failed', `AADSTS${code}`);
    system.emulator.context.faults.length = 0;
    await db.deleteFrom('meetings').execute();
  }
});

test('what Entra refuses the app itself becomes the problem of the tenant', async (t) => {
  const system = await startSystem(t);
  const desk = await startTenant(system);
  for (const { code, answer } of reaching('app')) {
    refuseTokens(system, code, answer);
    const { body } = await desk.api('POST', `/v1/tenants/${desk.tenantConnectionId}/verify`);
    checkTold(body['problem'], answer[1], `AADSTS${code}`, `AADSTS${code} of the app`);
    system.emulator.context.faults.length = 0;
  }
});

// Graph's refusals of online meetings and mailboxes (Graph docs: application access policy; public reports).

type GraphRow = {
  /** Where it stands: section and row. */
  rows: string[];
  becomes: ProblemCode;
  /** Microsoft's code, as Parley tells it. */
  provider: string;
  by: By;
};
type Refused = { status: number; code: string; message?: string; inner?: string };
type By =
  /** A meeting of somebody whom Teams' policy, or Exchange's, leaves out. */
  | { outside: 'standalone' | 'calendar'; switches: Partial<Switches> }
  /** A meeting whose making is refused. */
  | { make: 'standalone' | 'calendar'; refused: Refused }
  /** The options of a meeting that is there. */
  | { options: 'GET' | 'PATCH'; refused: Refused }
  /** A check, while the app lacks a role. */
  | { check: string; without: string };

const forbidden = (message: string): Refused => ({ status: 403, code: 'Forbidden', message });
const noPolicy = (policyRefusal: Switches['policyRefusal'], provider: string, rows: string[]): GraphRow => ({
  rows,
  becomes: 'application_access_policy_missing',
  provider,
  by: { outside: 'standalone', switches: { policyRefusal } },
});
const inner = (code: string): Refused => ({ status: 403, code: 'Forbidden', message: 'Not here.', inner: code });

const graphRows: GraphRow[] = [
  noPolicy('documented', 'Forbidden', ['4.6/1', '16.2/no policy']),
  noPolicy('with-app-id', 'Forbidden', ['4.6/1b with the app id', '16.2/no policy, live form']),
  noPolicy('with-period', 'Forbidden', ['4.6/1b with a period']),
  noPolicy('general', 'General', ['4.6/1b General', '16.2/no policy, older SDK']),
  noPolicy('unauthorized-401', 'Unauthorized', ['4.6/1c 401']),
  noPolicy('unauthorized-403', 'Unauthorized', ['4.6/1c 403']),
  {
    rows: ['4.6/2', '16.2/not organizer or attendee'],
    becomes: 'meeting_lookup_denied',
    provider: 'Forbidden',
    by: { options: 'GET', refused: forbidden('3003: User does not have access to lookup meeting') },
  },
  {
    rows: ['4.6/3', '16.2/policy missing on transcripts'],
    becomes: 'artifact_policy_missing',
    provider: 'Forbidden',
    by: {
      options: 'GET',
      refused: forbidden(
        "Application is not allowed to perform operations on the user 'x', neither is allowed access through RSC permission evaluation.",
      ),
    },
  },
  {
    rows: ['4.6/4 transcripts', '16.2/tenant transcript switch off'],
    becomes: 'transcripts_disabled',
    provider: 'GraphAccessToTranscriptsDisabled',
    by: { options: 'GET', refused: inner('GraphAccessToTranscriptsDisabled') },
  },
  {
    rows: ['4.6/4 attribution', '16.2/attribution off'],
    becomes: 'speaker_attribution_disabled',
    provider: 'SpeakerAttributionNotAllowed',
    by: { options: 'GET', refused: inner('SpeakerAttributionNotAllowed') },
  },
  {
    rows: ['4.6/5', '16.2/bad filter'],
    becomes: 'meeting_reference_invalid',
    provider: 'BadRequest',
    by: { options: 'PATCH', refused: { status: 400, code: 'BadRequest', message: '1026: An error has occurred.' } },
  },
  {
    rows: ['16.2/wrong id kind'],
    becomes: 'meeting_reference_invalid',
    provider: 'InvalidArgument',
    by: { options: 'PATCH', refused: { status: 400, code: 'InvalidArgument', message: 'Invalid meeting id.' } },
  },
  {
    rows: ['4.6/6 NotFound'],
    becomes: 'online_meeting_not_found',
    provider: 'NotFound',
    by: { options: 'PATCH', refused: { status: 404, code: 'NotFound', message: '3004: Meeting not found' } },
  },
  {
    rows: ['4.6/6 UnknownError'],
    becomes: 'online_meeting_not_found',
    provider: 'UnknownError',
    by: { options: 'PATCH', refused: { status: 404, code: 'UnknownError', message: '3004: Meeting not found' } },
  },
  ...([400, 403] as const).map((status): GraphRow => ({
    rows: [`16.2/another organizer ${status}`],
    becomes: 'not_organizer',
    provider: 'Forbidden',
    by: { make: 'standalone', refused: { ...forbidden('The userId must match organizerId.'), status } },
  })),
  ...(['odata-disabled', 'raop'] as const).map((exchangeRefusal): GraphRow => ({
    rows: [`16.2/Exchange scoping, ${exchangeRefusal}`],
    becomes: 'exchange_scope_denied',
    provider: 'ErrorAccessDenied',
    by: { outside: 'calendar', switches: { exchangeRefusal } },
  })),
  {
    rows: ['16.2/missing app role, directory'],
    becomes: 'directory_permission_missing',
    provider: 'Authorization_RequestDenied',
    by: { check: 'organizers', without: 'User.Read.All' },
  },
  {
    rows: ['16.2/distribution list or no mailbox'],
    becomes: 'mailbox_not_found',
    provider: 'ErrorInvalidUser',
    by: { make: 'calendar', refused: { status: 404, code: 'ErrorInvalidUser' } },
  },
  {
    rows: ['16.2/not on a calendar'],
    becomes: 'calendar_event_needed',
    provider: 'Forbidden',
    by: {
      make: 'standalone',
      refused: forbidden('This API is supported only for calendar backed OnlineMeeting'),
    },
  },
  {
    rows: ['16.2/me with a token of the app'],
    becomes: 'delegated_only',
    provider: 'BadRequest',
    by: {
      make: 'calendar',
      refused: {
        status: 400,
        code: 'BadRequest',
        message: '/me request is only valid with delegated authentication flow.',
      },
    },
  },
  {
    rows: ['16.2/reused transactionId'],
    becomes: 'duplicate_event',
    provider: 'ErrorDuplicateTransactionId',
    by: { make: 'calendar', refused: { status: 400, code: 'ErrorDuplicateTransactionId' } },
  },
];

/** Every row of the two tables, as it stands there. */
const graphTables = {
  '4.6': [
    '1',
    '1b with the app id',
    '1b with a period',
    '1b General',
    '1c 401',
    '1c 403',
    '2',
    '3',
    '4 transcripts',
    '4 attribution',
    '5',
    '6 NotFound',
    '6 UnknownError',
  ],
  '16.2': [
    'no policy',
    'no policy, live form',
    'no policy, older SDK',
    'policy missing on transcripts',
    'not organizer or attendee',
    'another organizer 400',
    'another organizer 403',
    'Exchange scoping, odata-disabled',
    'Exchange scoping, raop',
    'missing app role, directory',
    'distribution list or no mailbox',
    'not on a calendar',
    'tenant transcript switch off',
    'attribution off',
    'me with a token of the app',
    'bad filter',
    'wrong id kind',
    'reused transactionId',
  ],
};

test('no refusal of Graph is missing', () => {
  const known = Object.entries(graphTables).flatMap(([section, rows]) => rows.map((row) => `${section}/${row}`));
  assert.deepEqual(graphRows.flatMap(({ rows }) => rows).toSorted(byText), known.toSorted(byText));
});

const byText = (a: string, b: string) => a.localeCompare(b);

test('what Graph refuses becomes the problem of the meeting, of its options, or of a check', async (t) => {
  const world = await startGraphWorld(t);
  for (const { rows, becomes, provider, by } of graphRows) {
    const told = await world.meet(by);
    checkTold(told, becomes, provider, rows.join(', '));
    await world.clean();
  }
});

async function startGraphWorld(t: Parameters<typeof startTenantStory>[0]) {
  const bend: { refused?: Refused | undefined } = {};
  const wrapFetch = (ask: typeof fetch): typeof fetch => {
    return async (input, init) => {
      const { inner: code, ...refused } = bend.refused ?? { status: 0 };
      const isLookup = new Request(input, init).url.includes('JoinWebUrl');
      return code && isLookup ? answered(refused as Refused, code) : ask(input, init);
    };
  };
  const features = ['meetings', 'standalone-meetings', 'meeting-options', 'people'] as const;
  const story = await startTenantStory(t, { features: [...features] }, { wrapFetch });
  const { system, desk, ask } = story;
  const marek = await desk.organizer('marek.dvorak');
  const ben = await desk.organizer('ben.achterberg');
  story.grant(marek);
  runPowerShell(system, limitByAccessPolicy({ clientId: NORTHGATE_CLIENT_ID, group: bookable }));
  const usual = { ...system.emulator.switches };
  assert.equal(userNamed(system.emulator, 'ben.achterberg').id, ben.objectId, 'who is in no group');

  const meeting = async (organizerId: string, kind: string, options: object | null = null) => {
    const body = {
      organizer: { organizerId },
      kind,
      subject: 'Review',
      start: tuesdayAtTen,
      end: tuesdayAtTwo,
      options,
    };
    const { id } = await ask('POST', '/v1/meetings', body, 201);
    await system.work();
    return ask('GET', `/v1/meetings/${id}`);
  };
  const refuse = ({ status, code, message }: Refused, where: Pick<FaultRequest, 'method' | 'path'>) => {
    const kind = { type: 'status' as const, status, code, ...(message !== undefined && { message }) };
    system.emulator.fail({ service: 'graph', ...where, times: 50, kind });
  };
  return {
    async meet(by: By): Promise<Told> {
      if ('check' in by) {
        const principal = principalOf(system);
        principal.appRoles = principal.appRoles.filter((role) => role !== by.without);
        const body = { tenantId: desk.tenantConnectionId, checks: [by.check] };
        const finding = (await diagnosisOf(desk.api('POST', '/v1/diagnostics', body))).of(by.check);
        const code = finding.problemCode as ProblemCode;
        const provider = { code: finding.exchanges.at(-1)?.answered.split(' ')[1] ?? '' };
        assert.ok(finding.remedy, by.check);
        return { code, title: problems[code].title, remedy: problems[code].remedy, provider };
      }
      if ('outside' in by) {
        Object.assign(system.emulator.switches, by.switches);
        return (await meeting(ben.id, by.outside))['problem'];
      }
      if ('make' in by) {
        refuse(by.refused, { method: 'POST', path: by.make === 'calendar' ? '/events' : '/createOrGet' });
        return (await meeting(marek.id, by.make))['problem'];
      }
      if (by.refused.inner) bend.refused = by.refused;
      else refuse(by.refused, { method: by.options, path: '/onlineMeetings' });
      return (await meeting(marek.id, 'calendar', { allowMeetingChat: 'disabled' }))['options'].problem;
    },
    async clean() {
      system.emulator.context.faults.length = 0;
      Object.assign(system.emulator.switches, usual);
      bend.refused = undefined;
      await system.database.db.deleteFrom('meetings').execute();
    },
  };
}

/** A refusal whose code stands in its inner error, which no fault of the emulator has. */
function answered({ status, code, message }: Refused, innerCode: string): Response {
  return Response.json({ error: { code, message, innerError: { code: innerCode } } }, { status });
}
