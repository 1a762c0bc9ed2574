import { randomBytes } from 'node:crypto';
import { principalScope, type Principal } from '../access/principal.ts';
import { hashToken } from '../access/secret-token.ts';
import { getOrganization } from '../microsoft/directory.ts';
import { adminConsentUrl, graphDefaultScope, parseAdminConsent } from '../microsoft/entra.ts';
import { missingRoles } from '../microsoft/permissions.ts';
import { toProblem } from '../microsoft/problems.ts';
import type { Problem } from '../problem.ts';
import type { TenantAccess } from './app-tokens.ts';
import { recordTenantEvent } from './events.ts';
import { getTenant, type TenantDeps } from './service.ts';
import { permissionsOf, type TenantRow } from './tenant.ts';

const consentMs = 7 * 86_400_000;

/**
 * The address at which an administrator of the registration's own tenant approves everything that the registration
 * lists. It may be passed on to another person, and opened several times within seven days.
 */
export async function startConsent(
  deps: TenantDeps,
  principal: Principal,
  id: string,
): Promise<{ url: string; expiresAt: Date }> {
  const tenant = await getTenant(deps, principal.workspaceId, id);
  const app = await deps.apps.get(tenant.workspace_id, tenant.registration_id);
  const state = randomBytes(32).toString('base64url');
  const expiresAt = new Date(deps.now().getTime() + consentMs);
  await forgetOldRequests(deps, tenant);
  await deps.db
    .insertInto('consent_requests')
    .values({
      state_hash: hashToken(state),
      workspace_id: tenant.workspace_id,
      tenant_connection_id: tenant.id,
      member_id: principal.kind === 'member' ? principal.memberId : null,
      expires_at: expiresAt,
      answered_at: null,
      created_at: deps.now(),
    })
    .execute();
  const url = adminConsentUrl(
    { ...app, tenant: tenant.tenant_id },
    { scopes: [graphDefaultScope(app.graphResource)], state },
  );
  return { url, expiresAt };
}

/** A link to consent that is out, with the tenant that it was made for. */
export type ConsentRequest = { stateHash: Buffer; answered: boolean; tenant: TenantRow };

/** The request that a `state` belongs to; `undefined` for a forged, unknown or expired one. */
export async function findConsentRequest(
  deps: Pick<TenantDeps, 'db' | 'now'>,
  state: string,
): Promise<ConsentRequest | undefined> {
  const stateHash = hashToken(state);
  const request = await deps.db
    .selectFrom('consent_requests')
    .selectAll()
    .where('state_hash', '=', stateHash)
    .where('expires_at', '>', deps.now())
    .executeTakeFirst();
  if (!request) return undefined;
  const tenant = await getTenant(deps, request.workspace_id, request.tenant_connection_id);
  return { stateHash, answered: request.answered_at !== null, tenant };
}

/** How a consent ended. `problem`: why Parley could not see for itself that it was given, yet. */
export type ConsentOutcome =
  | { kind: 'refused'; tenant: TenantRow; problem: Problem }
  | { kind: 'wrong_tenant'; tenant: TenantRow; claimedTenant: string }
  | { kind: 'consented'; tenant: TenantRow; problem: Problem | undefined };

/**
 * Ends a consent with what Microsoft sent to the callback. All of it is a claim that anybody can write into an address:
 * what was granted is what a new token of the registration's own tenant says. A link that has succeeded changes nothing
 * any more.
 */
export async function finishConsent(
  deps: TenantDeps,
  request: ConsentRequest,
  params: URLSearchParams,
  principal: Principal | undefined,
): Promise<ConsentOutcome> {
  const { tenant } = request;
  const answer = parseAdminConsent(params);
  if (answer.kind === 'refused') return { kind: 'refused', tenant, problem: toProblem(answer.error) };
  if (answer.claimedTenant !== undefined && answer.claimedTenant !== tenant.tenant_id)
    return { kind: 'wrong_tenant', tenant, claimedTenant: answer.claimedTenant };
  if (request.answered) return { kind: 'consented', tenant, problem: undefined };
  const by = principal?.workspaceId === tenant.workspace_id ? principalScope(principal) : null;
  await rememberClaim(deps, tenant, by);
  const verified = await verify(deps, tenant, by);
  if (verified.problem === undefined && permissionsOf(verified.tenant).every(({ granted }) => granted !== false))
    await rememberAnswer(deps, request);
  return { kind: 'consented', ...verified };
}

/** What a check found: the tenant as it is now, and why no token was to be had. */
export type Verification = { tenant: TenantRow; problem: Problem | undefined };

/** Asks for a new token, so that what was granted or taken away since counts. Throws `not_found`. */
export async function verifyTenant(deps: TenantDeps, principal: Principal, id: string): Promise<Verification> {
  return verify(deps, await getTenant(deps, principal.workspaceId, id), principalScope(principal));
}

async function verify(deps: TenantDeps, tenant: TenantRow, by: string | null): Promise<Verification> {
  const reread = () => getTenant(deps, tenant.workspace_id, tenant.id);
  try {
    const access = await deps.appTokens(tenant, { fresh: true, by });
    await nameTenant(deps, tenant, access);
    return { tenant: await reread(), problem: undefined };
  } catch (error) {
    const problem = toProblem(error);
    // What is no answer of Microsoft's says nothing about the tenant: it is a fault of ours.
    if (problem.code === 'internal_error' || problem.code === 'not_found') throw error;
    return { tenant: await reread(), problem };
  }
}

/** Name and domains are a courtesy: where they cannot be read, they stay as they were. */
async function nameTenant({ db, now }: TenantDeps, tenant: TenantRow, { token, graph }: TenantAccess): Promise<void> {
  if (missingRoles(['Organization.Read.All'], token.roles).length > 0) return;
  const organization = await getOrganization(graph, token.accessToken).catch(() => undefined);
  if (organization?.id !== tenant.tenant_id) return;
  await db
    .updateTable('tenant_connections')
    .set({
      tenant_name: organization.displayName || null,
      tenant_domains: JSON.stringify(organization.domains),
      updated_at: now(),
    })
    .where('id', '=', tenant.id)
    .execute();
}

async function rememberClaim({ db, now }: TenantDeps, tenant: TenantRow, by: string | null): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('tenant_connections')
      .set({ consented_at: now(), updated_at: now() })
      .where('id', '=', tenant.id)
      .execute();
    await recordTenantEvent(trx, tenant, 'tenant.consented', { by }, now());
  });
}

async function rememberAnswer({ db, now }: TenantDeps, { stateHash }: ConsentRequest): Promise<void> {
  await db
    .updateTable('consent_requests')
    .set({ answered_at: now() })
    .where('state_hash', '=', stateHash)
    .where('answered_at', 'is', null)
    .execute();
}

async function forgetOldRequests({ db, now }: TenantDeps, tenant: TenantRow): Promise<void> {
  await db
    .deleteFrom('consent_requests')
    .where('tenant_connection_id', '=', tenant.id)
    .where('expires_at', '<=', now())
    .execute();
}
