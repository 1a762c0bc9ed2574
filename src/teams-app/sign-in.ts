import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { SsoTokenError, verifySsoToken, type SsoAccount } from '../microsoft/entra.ts';
import { toProblem } from '../microsoft/problems.ts';
import { Problem, type ProblemCode } from '../problem.ts';
import type { App } from '../registrations/apps.ts';
import { workspaceOfTab, type TeamsAppDeps } from './service.ts';
import { apiResource } from './teams-app.ts';

type Deps = TeamsAppDeps & { fetch: typeof fetch };
type Person = { workspaceId: string; tenantId: string; objectId: string };

export type SignedInFromTeams = { workspaceId: string; memberId: string; app: App; account: SsoAccount };

/**
 * Who uses the tab, by the token that Teams gave it. People are known by tenant and object id, never by e-mail: as the
 * account that a member has connected, or as whom the roster matches with one. Throws a problem of its own for every
 * kind of sign-in that leads to nobody.
 */
export async function signInFromTeams(
  deps: Deps,
  { appId, token }: { appId: string; token: string },
): Promise<SignedInFromTeams> {
  const workspaceId = await workspaceOfTab(deps, appId);
  const app = await deps.apps.findForSignIn(workspaceId);
  if (!app) throw new Problem('meetings_not_configured');
  const account = await verified(deps, app, token);
  if (account.personal) throw new Problem('teams_personal_account');
  if (account.guest) throw new Problem('teams_guest');
  const person = { workspaceId, tenantId: account.tenantId, objectId: account.objectId };
  if (app.tenant.toLowerCase() !== account.tenantId && !(await isTenantOfOurs(deps, person)))
    throw new Problem('teams_tenant_unknown');
  const memberId = (await memberWhoConnected(deps, person)) ?? (await memberWhoIsMatched(deps, person));
  if (memberId === undefined) throw new Problem('teams_person_unknown');
  return { workspaceId, memberId, app, account };
}

const refusals: Record<SsoTokenError['reason'], ProblemCode> = {
  malformed: 'teams_token_invalid',
  signature: 'teams_token_invalid',
  issuer: 'teams_token_invalid',
  time: 'server_clock_wrong',
  expired: 'teams_token_expired',
  audience: 'teams_token_other_app',
  scope: 'teams_scope_missing',
  tenant: 'teams_tenant_unknown',
};

async function verified(deps: Deps, app: App, token: string): Promise<SsoAccount> {
  try {
    return await verifySsoToken(deps, app, { token, resource: apiResource(deps.publicUrl, app.clientId) });
  } catch (error) {
    if (error instanceof SsoTokenError) throw new Problem(refusals[error.reason], { cause: error });
    throw toProblem(error);
  }
}

/** A tenant that is connected as a whole, or from which somebody of the workspace has connected an account. */
async function isTenantOfOurs({ db }: { db: Kysely<Database> }, { workspaceId, tenantId }: Person): Promise<boolean> {
  const found = await db
    .selectFrom('tenant_connections')
    .select('tenant_id')
    .where('workspace_id', '=', workspaceId)
    .where('tenant_id', '=', tenantId)
    .unionAll(
      db
        .selectFrom('connections')
        .select('tenant_id')
        .where('workspace_id', '=', workspaceId)
        .where('tenant_id', '=', tenantId),
    )
    .executeTakeFirst();
  return found !== undefined;
}

async function memberWhoConnected({ db }: { db: Kysely<Database> }, person: Person): Promise<string | undefined> {
  const row = await db
    .selectFrom('connections')
    .select('member_id')
    .where('workspace_id', '=', person.workspaceId)
    .where('tenant_id', '=', person.tenantId)
    .where('object_id', '=', person.objectId)
    .where('member_id', 'is not', null)
    .orderBy('created_at')
    .executeTakeFirst();
  return row?.member_id ?? undefined;
}

async function memberWhoIsMatched({ db }: { db: Kysely<Database> }, person: Person): Promise<string | undefined> {
  const row = await db
    .selectFrom('organizers')
    .innerJoin('tenant_connections', 'tenant_connections.id', 'organizers.tenant_connection_id')
    .select('organizers.member_id')
    .where('organizers.workspace_id', '=', person.workspaceId)
    .where('tenant_connections.tenant_id', '=', person.tenantId)
    .where('organizers.object_id', '=', person.objectId)
    .where('organizers.member_id', 'is not', null)
    .executeTakeFirst();
  return row?.member_id ?? undefined;
}
