import { resolveDefaultOrganizer } from './default-organizer.ts';
import { lookAtOrganizer, type LookDeps } from './look.ts';

/** Looks at one organizer: the directory's answer, and whether Teams' policy lets Parley act for them. */
export async function probeOrganizer(
  deps: LookDeps,
  { organizerId }: { organizerId: string },
  signal: AbortSignal,
): Promise<void> {
  const row = await deps.db.selectFrom('organizers').selectAll().where('id', '=', organizerId).executeTakeFirst();
  if (!row?.allowed) return;
  await lookAtOrganizer(deps, row, signal);
}

/** Makes an organizer of the name that was entered as the tenant's default organizer. */
export async function resolveDefault(
  deps: LookDeps,
  { tenantConnectionId }: { tenantConnectionId: string },
  signal: AbortSignal,
): Promise<void> {
  const tenant = await deps.db
    .selectFrom('tenant_connections')
    .selectAll()
    .where('id', '=', tenantConnectionId)
    .executeTakeFirst();
  if (tenant) await resolveDefaultOrganizer(deps, tenant, signal);
}
