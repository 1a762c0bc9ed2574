import { Problem, type ProblemCode } from '../problem.ts';
import { getTenant } from '../tenants/service.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import { directoryColumns, lookUpPerson, refuseGuest, type Person } from './directory.ts';
import { recordOrganizerEvent } from './organizer-events.ts';
import { record, insertOrganizer } from './roster.ts';
import type { LookDeps } from './look.ts';
import { enqueueDefaultOrganizer } from './service.ts';

/** How long whoever saves a default organizer waits for the directory's answer; later a job waits for it. */
const promptMs = 4_000;

/**
 * Keeps the name of the tenant's default organizer at once, whether Microsoft can be asked or not, and then tries to find
 * them. What stands in the way is on the tenant's row, and a job tries again.
 */
export async function saveDefaultOrganizer(
  deps: LookDeps,
  tenant: TenantRow,
  { userPrincipalName, by }: { userPrincipalName: string | null; by: string },
): Promise<TenantRow> {
  await deps.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('tenant_connections')
      .set({
        default_organizer_upn: userPrincipalName,
        default_organizer_id: null,
        default_organizer_problem: null,
        default_organizer_asked_at: null,
        updated_at: deps.now(),
      })
      .where('id', '=', tenant.id)
      .execute();
    await recordOrganizerEvent(
      { db: trx, now: deps.now },
      {
        workspaceId: tenant.workspace_id,
        tenantConnectionId: tenant.id,
        type: 'organizer.default_changed',
        by,
        data: { userPrincipalName, before: tenant.default_organizer_upn },
      },
    );
    if (userPrincipalName !== null) await enqueueDefaultOrganizer({ ...deps, db: trx }, tenant.id, promptMs);
  });
  const saved = await getTenant(deps, tenant.workspace_id, tenant.id);
  if (userPrincipalName !== null) await resolveDefaultOrganizer(deps, saved, AbortSignal.timeout(promptMs));
  return getTenant(deps, tenant.workspace_id, tenant.id);
}

/** Looks the entered name up and makes an organizer of it, once. Never throws for what Microsoft answers. */
export async function resolveDefaultOrganizer(deps: LookDeps, tenant: TenantRow, signal: AbortSignal): Promise<void> {
  const name = tenant.default_organizer_upn;
  if (name === null || tenant.default_organizer_id !== null) return;
  try {
    const person = await lookUpPerson(deps, tenant, name, signal);
    if (!person) throw new Problem('user_not_found');
    refuseGuest(person);
    if (person.accountEnabled === false) throw new Problem('organizer_disabled');
    await keepFound(deps, tenant, name, person);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { code } = error;
    if (code === 'internal_error') deps.log.error({ err: error.cause }, 'default organizer not found');
    else
      deps.log.warn({ tenantConnectionId: tenant.id, code, provider: error.provider }, 'default organizer not found');
    await keepProblem(deps, tenant, name, code);
  }
}

async function keepFound(deps: LookDeps, tenant: TenantRow, name: string, person: Person): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const write = { db: trx, now: deps.now };
    const current = await trx
      .selectFrom('tenant_connections')
      .select(['default_organizer_upn', 'default_organizer_id'])
      .where('id', '=', tenant.id)
      .forUpdate()
      .executeTakeFirst();
    // Somebody may have entered another name meanwhile, or another process may have found this one.
    if (current?.default_organizer_upn !== name || current.default_organizer_id !== null) return;
    // To choose somebody is to allow them; but who was forbidden before stays so.
    const added = await insertOrganizer(write, tenant, person, { allowed: true, pilot: false });
    const row =
      added ??
      (await trx
        .updateTable('organizers')
        .set({ ...directoryColumns(person, deps.now()), updated_at: deps.now() })
        .where('tenant_connection_id', '=', tenant.id)
        .where('object_id', '=', person.id)
        .returningAll()
        .executeTakeFirstOrThrow());
    if (added) await record(write, added, 'organizer.added', null, { allowed: true, reason: 'default organizer' });
    await trx
      .updateTable('tenant_connections')
      .set({
        default_organizer_id: row.id,
        default_organizer_upn: person.userPrincipalName ?? name,
        default_organizer_problem: null,
        default_organizer_asked_at: deps.now(),
        updated_at: deps.now(),
      })
      .where('id', '=', tenant.id)
      .execute();
  });
}

async function keepProblem(deps: LookDeps, tenant: TenantRow, name: string, code: ProblemCode): Promise<void> {
  await deps.db
    .updateTable('tenant_connections')
    .set({ default_organizer_problem: code, default_organizer_asked_at: deps.now() })
    .where('id', '=', tenant.id)
    .where('default_organizer_upn', '=', name)
    .where('default_organizer_id', 'is', null)
    .execute();
}
