import { requirePermission, type Principal } from '../access/principal.ts';
import { getMember } from '../access/service.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problem.ts';
import { getTenant } from '../tenants/service.ts';
import {
  placeOf,
  type Check,
  type CheckName,
  type DiagnosisDeps,
  type Facts,
  type Finding,
  type Status,
  type Subject,
} from './check.ts';
import { appCredentials } from './checks/app-credentials.ts';
import { appRegistration } from './checks/app-registration.ts';
import { appRoles } from './checks/app-roles.ts';
import { appRoundTrip } from './checks/app-round-trip.ts';
import { appToken, appTokenKind } from './checks/app-token.ts';
import { artifactCheck } from './checks/artifacts.ts';
import { clock } from './checks/clock.ts';
import { configuration } from './checks/configuration.ts';
import { connection, permissions } from './checks/connection.ts';
import { exchangeScope } from './checks/exchange-scope.ts';
import { freeBusy, mailbox, profile, teams } from './checks/mailbox.ts';
import { mailboxes } from './checks/mailboxes.ts';
import { authority, graph } from './checks/network.ts';
import { organizers } from './checks/organizers.ts';
import { recordingAllowed } from './checks/recording-allowed.ts';
import { roundTrip } from './checks/round-trip.ts';
import { speakers } from './checks/speakers.ts';
import { standaloneMeetings } from './checks/standalone-meetings.ts';
import { teamsPolicy } from './checks/teams-policy.ts';
import { organization } from './checks/organization.ts';
import { token, tokenKind } from './checks/token.ts';
import { secretsOfCredentials } from './credential-secrets.ts';
import { reportOf } from './report.ts';
import { runChecks, type Run } from './run-checks.ts';

export { runChecks } from './run-checks.ts';

/** In the order of `delegatedCheckNames`. */
const delegatedChecks: Check[] = [
  configuration,
  authority,
  graph,
  clock,
  connection,
  permissions,
  token,
  tokenKind,
  profile,
  mailbox,
  teams,
  freeBusy,
  roundTrip,
  ...artifactChecks('connection'),
];

/** In the order of `tenantCheckNames`. */
const tenantChecks: Check[] = [
  appRegistration,
  appCredentials,
  authority,
  graph,
  clock,
  appToken,
  appTokenKind,
  appRoles,
  organization,
  organizers,
  mailboxes,
  exchangeScope,
  teamsPolicy,
  appRoundTrip,
  ...artifactChecks('tenant'),
];

function artifactChecks(of: 'tenant' | 'connection'): Check[] {
  return [
    artifactCheck('recording', of),
    artifactCheck('transcript', of),
    speakers(of),
    artifactCheck('attendance', of),
    recordingAllowed(of),
    standaloneMeetings(of),
  ];
}

export type Summary = Record<Status, number>;
export type Diagnosis = { startedAt: Date; findings: Finding[]; summary: Summary; report: string };
export type DiagnosisOptions = {
  /** Makes a real meeting and deletes it. */
  roundTrip?: boolean | undefined;
  /** Runs these checks and whatever they need before them, and tells of these alone. */
  only?: readonly CheckName[] | undefined;
};
type Deps = DiagnosisDeps & { log: Log };

/**
 * Looks at everything that a meeting needs, live and in order, at Microsoft too. Never throws for what it finds; without
 * a subject, only at the server itself.
 */
export async function diagnose(
  deps: Deps,
  subject: Subject | undefined,
  { roundTrip = false, only }: DiagnosisOptions,
): Promise<Diagnosis> {
  return look(deps, delegatedChecks, { subject, roundTrip, only });
}

/**
 * Looks at everything that the app needs to act in a tenant by itself: registration, credentials, token, roles, people,
 * mailboxes and policies. Never throws for what it finds; throws `not_found` for a tenant that is not the workspace's.
 */
export async function diagnoseTenant(
  deps: Deps,
  { workspaceId, tenantConnectionId }: { workspaceId: string; tenantConnectionId: string },
  { roundTrip = false, only }: DiagnosisOptions = {},
): Promise<Diagnosis> {
  const tenant = await getTenant(deps, workspaceId, tenantConnectionId);
  const secrets = await secretsOfCredentials(deps, tenant);
  return look(deps, tenantChecks, { subject: undefined, tenant, roundTrip, only, secrets });
}

async function look(deps: Deps, checks: Check[], run: Run): Promise<Diagnosis> {
  const startedAt = deps.now();
  const facts: Facts = {};
  const findings = await runChecks(deps, checks, { ...run, facts });
  const summary = { ok: 0, warning: 0, failed: 0, skipped: 0, not_known: 0 };
  for (const { status } of findings) summary[status] += 1;
  const { settings } = deps;
  const place = placeOf({ facts, tenant: run.tenant, settings });
  const clientId = facts['app-registration']?.clientId ?? (run.tenant ? undefined : settings.clientId);
  return { startedAt, findings, summary, report: reportOf({ ...place, clientId, startedAt }, findings) };
}

/** Whose connection a principal may have looked at: their own, or with `manage` anybody's of the workspace. */
export async function whomToDiagnose(
  deps: Pick<Deps, 'db'>,
  principal: Principal,
  memberId: string | undefined,
): Promise<Subject> {
  const { workspaceId } = principal;
  if (principal.kind === 'member' && (memberId ?? principal.memberId) === principal.memberId)
    return { workspaceId, memberId: principal.memberId };
  requirePermission(principal, 'manage');
  if (memberId === undefined) {
    const detail = 'A key has no connection of its own: name the member, or the tenant, whose connection is meant.';
    throw new Problem('invalid_request', { errors: [{ pointer: '/memberId', detail }] });
  }
  await getMember(deps, workspaceId, memberId);
  return { workspaceId, memberId };
}
