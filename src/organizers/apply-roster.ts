import { sql, type UpdateObject } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import { recordOrganizerEvent } from './organizer-events.ts';
import { isPropagating, type OrganizerRow } from './organizer.ts';
import type { RosterLine } from './roster-import.ts';
import type { OrganizerDeps } from './service.ts';

export type RosterReport = {
  /** How many of the list are organizers, and how many of those have the tenant's policy, and none of their own. */
  known: number;
  granted: number;
  without: number;
  /** Whoever has another policy: a grant would take its place without a word. */
  otherPolicy: { userPrincipalName: string; policy: string }[];
  unknown: string[];
  /** How many more are no organizers than `unknown` names. */
  unknownLeftOut: number;
};

const mostUnknown = 1_000;

type Found = { organizer: OrganizerRow; policy: string | null };

/**
 * Takes over who has which policy of their own. That says nothing about meetings until it is proven, so who has the
 * tenant's policy counts as being on the way, and everybody whose state is in doubt is probed. Adds nobody to the roster.
 */
export async function applyRoster(
  deps: Pick<OrganizerDeps, 'db' | 'now'>,
  tenant: TenantRow,
  { lines, by }: { lines: RosterLine[]; by: string },
): Promise<RosterReport> {
  return deps.db.transaction().execute(async (trx) => {
    const organizers = await trx
      .selectFrom('organizers')
      .selectAll()
      .where('tenant_connection_id', '=', tenant.id)
      .orderBy('id')
      .forUpdate()
      .execute();
    const { found, unknown } = assign(lines, organizers);
    const ours = tenant.policy_name.toLowerCase();
    const isOurs = ({ policy }: Found) => policy?.toLowerCase() === ours;
    const now = deps.now();
    const probeSoon = { probe_at: sql<Date | null>`case when allowed then ${now}::timestamptz end`, updated_at: now };
    const write = (some: Found[], columns: UpdateObject<Database, 'organizers'>) => update({ db: trx }, some, columns);

    for (const [policy, some] of Map.groupBy(found, (each) => each.policy))
      await write(some, { policy_in_force: policy, updated_at: now });
    const others = found.filter((each) => each.policy !== null && !isOurs(each));
    const granted = found.filter(isOurs);
    const fresh = granted.filter(({ organizer }) => startsToPropagate(organizer, now));
    await write(fresh, { ...probeSoon, policy_state: 'propagating', policy_granted_at: now });
    await write([...others, ...found.filter(({ policy }) => policy === null)], probeSoon);

    const report = {
      known: found.length,
      granted: granted.length,
      without: found.length - granted.length - others.length,
    };
    await recordOrganizerEvent(
      { db: trx, now: deps.now },
      {
        workspaceId: tenant.workspace_id,
        tenantConnectionId: tenant.id,
        type: 'organizer.roster_imported',
        by,
        data: { ...report, otherPolicy: others.length, unknown: unknown.length },
      },
    );
    return {
      ...report,
      otherPolicy: others.map(({ organizer, policy }) => ({
        userPrincipalName: organizer.user_principal_name ?? organizer.object_id,
        policy: policy ?? '',
      })),
      unknown: unknown.slice(0, mostUnknown),
      unknownLeftOut: Math.max(0, unknown.length - mostUnknown),
    };
  });
}

/** Proven is better than told, and a window that is open is not opened again by every import. */
function startsToPropagate(row: OrganizerRow, now: Date): boolean {
  return row.policy_state !== 'granted' && !isPropagating(row, now);
}

/** Who of the list is on the roster: by object id where the list has it, else by principal name. */
function assign(lines: RosterLine[], organizers: OrganizerRow[]): { found: Found[]; unknown: string[] } {
  const byId = new Map(organizers.map((row) => [row.object_id, row]));
  const byName = new Map(organizers.map((row) => [row.user_principal_name?.toLowerCase(), row]));
  const found = new Map<string, Found>();
  const unknown: string[] = [];
  for (const { userPrincipalName, objectId, policy } of lines) {
    const organizer = objectId === undefined ? byName.get(userPrincipalName.toLowerCase()) : byId.get(objectId);
    if (organizer) found.set(organizer.id, { organizer, policy });
    else unknown.push(userPrincipalName);
  }
  return { found: [...found.values()], unknown };
}

async function update(
  { db }: Pick<OrganizerDeps, 'db'>,
  some: Found[],
  columns: UpdateObject<Database, 'organizers'>,
): Promise<void> {
  if (some.length === 0) return;
  const ids = some.map(({ organizer }) => organizer.id);
  await db
    .updateTable('organizers')
    .set(columns)
    .where('id', '=', sql<string>`any(${ids})`)
    .execute();
}
