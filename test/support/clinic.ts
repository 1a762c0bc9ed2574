import type { TestContext } from 'node:test';
import { addServicePrincipal, NORTHGATE_CLIENT_ID, NORTHGATE_TENANT_ID } from '../../emulator/seed.ts';
import { limitByAccessPolicy } from '../../src/microsoft/exchange-policies.ts';
import { createTeamsPolicy, grantTeamsPolicy } from '../../src/microsoft/policies.ts';
import { startDesk, startSystem, startWorkspace, publicUrl, userNamed, type ApiAnswer, type System } from './system.ts';
import { urlOf } from './restart.ts';
import { runPowerShell, startTenant } from './tenant.ts';

/** What stands between Parley and Microsoft: may answer itself, or throw as a network does. */
type Hook = (request: Request, ask: () => Promise<Response>) => Promise<Response> | Response;

export type Finding = {
  check: string;
  label: string;
  status: string;
  title: string;
  notes: string[];
  remedy: string | null;
  script?: { title: string; shell: string; text: string };
  problemCode: string | null;
  exchanges: { asked: string; answered: string; requestId: string | null; at: string }[];
};

/**
 * Parley with a network that can be bent, and answers that say what time it is: the emulator alone has no clock of its
 * own in its headers.
 */
export async function startClinic(t: TestContext, { env = {} }: { env?: Record<string, string> } = {}) {
  const bend: { hook?: Hook | undefined; skewMs: Record<string, number> } = { skewMs: {} };
  let system: System | undefined;
  const wrapFetch = (inner: typeof fetch): typeof fetch => {
    return async (input, init) => {
      const { hostname } = new URL(urlOf(input));
      const ask = async () => {
        const answer = await inner(input, init);
        const headers = new Headers(answer.headers);
        const at = (system?.clock.now().getTime() ?? 0) + (bend.skewMs[hostname] ?? 0);
        headers.set('date', new Date(at).toUTCString());
        const { status, body } = answer;
        return new Response(body, { status, headers });
      };
      return bend.hook ? bend.hook(new Request(input, init), ask) : ask();
    };
  };
  system = await startSystem(t, { env, wrapFetch });
  return { system, bend };
}

export type Clinic = Awaited<ReturnType<typeof startClinic>>;

/** A clinic in which Dana, or somebody else of the emulator, has connected. */
export async function startConnected(t: TestContext, options: { user?: string; env?: Record<string, string> } = {}) {
  const clinic = await startClinic(t, options);
  const desk = await startDesk(clinic.system, options.user === undefined ? {} : { user: options.user });
  const run = (body: object = {}) =>
    diagnosisOf(desk.api('POST', '/v1/diagnostics', { memberId: desk.memberId, ...body }));
  return { ...clinic, desk, run, connection: () => connectionOf(clinic.system) };
}

type TenantOptions = Parameters<typeof startTenant>[1] & {
  env?: Record<string, string>;
  /** Who is an organizer, by the name before the @; the first is the one for whom test meetings are made. */
  organizers?: string[];
};

/**
 * A clinic with a tenant that works: a policy of Teams and one of Exchange for its organizers, who are in the group of
 * bookable staff, and a mailbox outside of it.
 */
export async function startTenantClinic(t: TestContext, options: TenantOptions = {}) {
  const { env, organizers = ['bookings', 'leila.haddad'], ...tenantOptions } = options;
  const clinic = await startClinic(t, env ? { env } : {});
  const { system } = clinic;
  const columns = { exchange_scope: 'access-policy', outside_mailbox: 'amira.solano@northgate.example' } as const;
  const tenant = await startTenant(system, { ...tenantOptions, columns: { ...columns, ...options.columns } });
  for (const name of organizers) {
    system.clock.advance(1000);
    await tenant.organizer(name);
  }
  grantPolicy(system, organizers);
  runPowerShell(system, limitByAccessPolicy({ clientId: NORTHGATE_CLIENT_ID, group: bookable }));
  system.clock.advance(3 * 60 * 60_000);
  const run = (body: object = {}) =>
    diagnosisOf(tenant.api('POST', '/v1/diagnostics', { tenantId: tenant.tenantConnectionId, ...body }));
  const change = (values: object) =>
    system.database.db
      .updateTable('tenant_connections')
      .set(values)
      .where('id', '=', tenant.tenantConnectionId)
      .execute();
  return { ...clinic, tenant, run, change };
}

export type TenantClinic = Awaited<ReturnType<typeof startTenantClinic>>;

export const bookable = 'bookable@northgate.example';

/** A Teams administrator runs Parley's own scripts for these people. */
export function grantPolicy(system: System, names: string[]): void {
  const policy = { policyName: 'Parley-Meetings', clientId: NORTHGATE_CLIENT_ID };
  const users = names.map((name) => ({ objectId: userNamed(system.emulator, name).id, label: name }));
  runPowerShell(system, createTeamsPolicy(policy));
  if (users.length > 0) runPowerShell(system, grantTeamsPolicy(policy, { kind: 'users', users }));
}

/** The service principal of the tenant's app, whose application permissions may be changed. */
export function principalOf({ emulator }: System) {
  return addServicePrincipal(emulator.context.directory, NORTHGATE_TENANT_ID, NORTHGATE_CLIENT_ID);
}

export type Connected = Awaited<ReturnType<typeof startConnected>>;

export type Diagnosis = Awaited<ReturnType<typeof diagnosisOf>>;

/** The answer, with its findings by the name of the check. */
export async function diagnosisOf(asked: Promise<ApiAnswer>) {
  const { status, body } = await asked;
  if (status !== 200) throw new Error(`the diagnosis answered ${status}: ${JSON.stringify(body)}`);
  const findings = body['findings'] as Finding[];
  const of = (check: string) => {
    const found = findings.find((finding) => finding.check === check);
    if (!found) throw new Error(`there is no check ${check}`);
    return found;
  };
  const summary = body['summary'] as Record<string, number>;
  return { findings, of, summary, report: body['report'] as string };
}

export function connectionOf({ database }: System) {
  return database.db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();
}

/** What Node's fetch throws when no answer comes. */
export function networkError(code: string, deeper = false): TypeError {
  const cause = Object.assign(new Error(code), { code });
  return new TypeError('fetch failed', { cause: deeper ? new AggregateError([cause]) : cause });
}

export { publicUrl, startWorkspace };
