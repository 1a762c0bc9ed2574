import { isDeepStrictEqual } from 'node:util';
import { sql, type Kysely } from 'kysely';
import { principalScope, type Principal } from '../access/principal.ts';
import type { Database, ExchangeScope, IdentityRules, TenantStage } from '../database/schema.ts';
import { newId } from '../id.ts';
import type { Queue } from '../jobs/queue.ts';
import { Problem } from '../problem.ts';
import type { App, Apps } from '../registrations/apps.ts';
import { deploymentRegistrationId, isSingleTenant } from '../registrations/registration.ts';
import type { AppTokens } from './app-tokens.ts';
import { recordTenantEvent } from './events.ts';
import { takeUpMeetings } from './take-up.ts';
import {
  defaultFeatures,
  defaultIdentityRules,
  defaultPolicyName,
  findRuleBeyondReduced,
  type TenantFeature,
  type TenantRow,
} from './tenant.ts';

export type TenantDeps = {
  db: Kysely<Database>;
  now: () => Date;
  queue: Queue;
  apps: Apps;
  appTokens: AppTokens;
  /** Where Microsoft sends people back to, unless a registration says otherwise. */
  redirectUri: string;
};

type Read = { db: Kysely<Database> };
type Write = Pick<TenantDeps, 'db' | 'now'>;

/** Throws `not_found`, also for another workspace's tenant. */
export async function getTenant({ db }: Read, workspaceId: string, id: string): Promise<TenantRow> {
  return db
    .selectFrom('tenant_connections')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

export async function listTenants({ db }: Read, workspaceId: string): Promise<TenantRow[]> {
  return db
    .selectFrom('tenant_connections')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/**
 * The connection through which a mailbox is reached: the one that is remembered, whose app Microsoft's policies name. Where
 * that is gone, of several the one that is furthest.
 */
export async function findTenantOfMailbox(
  { db }: Read,
  mailbox: { workspaceId: string; tenantId: string; tenantConnectionId: string | null },
): Promise<TenantRow | undefined> {
  return db
    .selectFrom('tenant_connections')
    .selectAll()
    .where('workspace_id', '=', mailbox.workspaceId)
    .where('tenant_id', '=', mailbox.tenantId)
    .orderBy((order) => order('id', '=', mailbox.tenantConnectionId ?? ''), 'desc')
    .orderBy((order) =>
      order.case('stage').when('live').then(0).when('pilot').then(1).when('paused').then(2).else(3).end(),
    )
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst();
}

/** The client id that acts in each of these tenants; `null` where the server's own registration is not configured. */
export async function clientIdsOf(
  { db, apps }: Pick<TenantDeps, 'db' | 'apps'>,
  workspaceId: string,
): Promise<(row: Pick<TenantRow, 'registration_id'>) => string | null> {
  const rows = await db
    .selectFrom('app_registrations')
    .select(['id', 'client_id'])
    .where('workspace_id', '=', workspaceId)
    .execute();
  const known = new Map(rows.map((row) => [row.id, row.client_id]));
  return ({ registration_id: id }) => (id === null ? apps.deployment?.clientId : known.get(id)) ?? null;
}

/**
 * Connects the tenant of a registration; nothing is asked of Microsoft yet. Throws `not_found`, `tenant_id_needed` and
 * `tenant_connected`.
 */
export async function createTenant(
  deps: Pick<TenantDeps, 'db' | 'now' | 'apps'>,
  principal: Principal,
  input: {
    registrationId: string;
    features?: TenantFeature[] | undefined;
    reduced?: boolean | undefined;
    policyName?: string | undefined;
  },
): Promise<TenantRow> {
  const { workspaceId } = principal;
  const registrationId = input.registrationId === deploymentRegistrationId ? null : input.registrationId;
  const tenantId = tenantOf(await deps.apps.get(workspaceId, registrationId));
  return deps.db.transaction().execute(async (trx) => {
    const row = await trx
      .insertInto('tenant_connections')
      .values({
        id: newId('ten'),
        workspace_id: workspaceId,
        registration_id: registrationId,
        tenant_id: tenantId,
        features: JSON.stringify(input.features ?? defaultFeatures),
        reduced: input.reduced ?? false,
        policy_name: input.policyName ?? defaultPolicyName,
        ...untouched,
        updated_at: deps.now(),
        created_at: deps.now(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirstOrThrow(() => new Problem('tenant_connected'));
    const data = { by: principalScope(principal), registrationId: input.registrationId };
    await recordTenantEvent(trx, row, 'tenant.created', data, deps.now());
    return row;
  });
}

const untouched = {
  tenant_name: null,
  tenant_domains: '[]',
  stage: 'setup' as const,
  exchange_scope: 'rbac' as const,
  exchange_group: null,
  outside_mailbox: null,
  identity_rules: JSON.stringify(defaultIdentityRules),
  default_organizer_upn: null,
  default_organizer_id: null,
  default_organizer_problem: null,
  default_organizer_asked_at: null,
  consented_at: null,
  verified_at: null,
  service_principal_id: null,
  roles: '[]',
  problem_code: null,
};

/** The one tenant that a registration acts in. The registration says so, never a request or what Microsoft sends back. */
function tenantOf(app: App): string {
  if (isSingleTenant(app.tenant)) return app.tenant.toLowerCase();
  throw new Problem('tenant_id_needed', {
    detail: `The app registration “${app.name}” is set up for “${app.tenant}”. An app that acts by itself always acts in one tenant, and with a registration that many tenants share nobody could tell whose tenant it is. Use a registration that names its tenant by the Directory (tenant) ID.`,
  });
}

export type TenantChanges = {
  features?: TenantFeature[] | undefined;
  reduced?: boolean | undefined;
  policyName?: string | undefined;
  exchangeScope?: ExchangeScope | undefined;
  exchangeGroup?: string | null | undefined;
  outsideMailbox?: string | null | undefined;
  identityRules?: Partial<IdentityRules> | undefined;
};

/** Changes what is given and leaves the rest. Throws `not_found`, and `invalid_request` for rules that cannot work. */
export async function changeTenant(
  deps: Write,
  principal: Principal,
  id: string,
  changes: TenantChanges,
): Promise<TenantRow> {
  return deps.db.transaction().execute(async (trx) => {
    const before = await lockTenant(trx, principal.workspaceId, id);
    const wanted = {
      features: changes.features ?? before.features,
      reduced: changes.reduced ?? before.reduced,
      policy_name: changes.policyName ?? before.policy_name,
      exchange_scope: changes.exchangeScope ?? before.exchange_scope,
      exchange_group: changes.exchangeGroup === undefined ? before.exchange_group : changes.exchangeGroup,
      outside_mailbox: changes.outsideMailbox === undefined ? before.outside_mailbox : changes.outsideMailbox,
      identity_rules: { ...before.identity_rules, ...changes.identityRules },
    };
    refuseUnseenFields(wanted, changes);
    const fields = Object.entries(fieldNames).flatMap(([column, field]) => {
      const key = column as keyof typeof fieldNames; // a key of the object
      return isDeepStrictEqual(before[key], wanted[key]) ? [] : [field];
    });
    if (fields.length === 0) return before;
    const row = await trx
      .updateTable('tenant_connections')
      .set({
        ...wanted,
        features: JSON.stringify(wanted.features),
        identity_rules: JSON.stringify(wanted.identity_rules),
        updated_at: deps.now(),
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordTenantEvent(trx, row, 'tenant.changed', { by: principalScope(principal), fields }, deps.now());
    return row;
  });
}

const fieldNames = {
  features: 'features',
  reduced: 'reduced',
  policy_name: 'policyName',
  exchange_scope: 'exchangeScope',
  exchange_group: 'exchangeGroup',
  outside_mailbox: 'outsideMailbox',
  identity_rules: 'identityRules',
} as const;

function refuseUnseenFields(
  { reduced, identity_rules: rules }: { reduced: boolean; identity_rules: IdentityRules },
  changes: TenantChanges,
): void {
  const side = reduced ? findRuleBeyondReduced(rules) : undefined;
  if (side === undefined) return;
  const pointer = changes.identityRules?.[side] ? `/identityRules/${side}/remote` : '/reduced';
  const detail = `With User.ReadBasic.All people are found by mail, userPrincipalName or id only; the rule for the ${side} uses ${rules[side].remote}, which needs User.Read.All.`;
  throw new Problem('invalid_request', { detail, errors: [{ pointer, detail }] });
}

/** Takes no new meetings until `resumeTenant`. Those that exist are still moved and cancelled. */
export async function pauseTenant(deps: Write, principal: Principal, id: string): Promise<TenantRow> {
  return deps.db.transaction().execute(async (trx) => {
    const before = await lockTenant(trx, principal.workspaceId, id);
    if (before.stage === 'paused') return before;
    const row = await setStage(trx, id, 'paused', deps.now());
    const data = { by: principalScope(principal), stage: before.stage };
    await recordTenantEvent(trx, row, 'tenant.paused', data, deps.now());
    return row;
  });
}

/** Goes back to where sign-offs let it be: live, the pilot, or the setup guide. */
export async function resumeTenant(
  deps: Write & Pick<TenantDeps, 'queue'>,
  principal: Principal,
  id: string,
): Promise<TenantRow> {
  return deps.db.transaction().execute(async (trx) => {
    const before = await lockTenant(trx, principal.workspaceId, id);
    if (before.stage !== 'paused') return before;
    const signed = await trx
      .selectFrom('sign_offs')
      .select('stage')
      .where('tenant_connection_id', '=', id)
      .orderBy(sql`stage = 'live'`, 'desc')
      .limit(1)
      .executeTakeFirst();
    const row = await setStage(trx, id, signed?.stage ?? 'setup', deps.now());
    const data = { by: principalScope(principal), stage: row.stage };
    await recordTenantEvent(trx, row, 'tenant.resumed', data, deps.now());
    await takeUpMeetings({ ...deps, db: trx }, id);
    return row;
  });
}

/** Forgets a tenant and its organizers. Meetings keep what they remember; what was granted at Microsoft stays there. */
export async function deleteTenant(deps: Write, principal: Principal, id: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const row = await lockTenant(trx, principal.workspaceId, id);
    await trx.deleteFrom('tenant_connections').where('id', '=', row.id).execute();
    await recordTenantEvent(trx, row, 'tenant.deleted', { by: principalScope(principal) }, deps.now());
  });
}

/** {@link getTenant} for a change: whoever else changes it waits. */
export async function lockTenant(trx: Kysely<Database>, workspaceId: string, id: string): Promise<TenantRow> {
  return trx
    .selectFrom('tenant_connections')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .forUpdate()
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

async function setStage(trx: Kysely<Database>, id: string, stage: TenantStage, now: Date): Promise<TenantRow> {
  return trx
    .updateTable('tenant_connections')
    .set({ stage, updated_at: now })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
