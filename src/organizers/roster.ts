import { sql, type Kysely, type Updateable } from 'kysely';
import { containing, type NamedPage } from '../database/page.ts';
import type { Database, IdentityMatch, Organizers, PolicyState } from '../database/schema.ts';
import { newId } from '../id.ts';
import { Problem } from '../problem.ts';
import { getTenant } from '../tenants/service.ts';
import { takeUpMeetings } from '../tenants/take-up.ts';
import { needsTeamsPolicy, type TenantRow } from '../tenants/tenant.ts';
import { directoryColumns, lookUpPerson, refuseGuest, type Person } from './directory.ts';
import { recordOrganizerEvent, type OrganizerEvent } from './organizer-events.ts';
import { dailyProbeMs, nameOf, type OrganizerRow } from './organizer.ts';
import { getOrganizer, type OrganizerDeps } from './service.ts';

type Write = Pick<OrganizerDeps, 'db' | 'now'>;

export type NewOrganizer = {
  memberId?: string | null | undefined;
  match?: IdentityMatch | undefined;
  allowed: boolean;
  pilot: boolean;
};

/**
 * Looks a user up once, by object id or principal name, and puts them on the roster by object id. Throws
 * `user_not_found`, `organizer_is_guest`, `organizer_exists`, or why the directory could not be asked.
 */
export async function addOrganizer(
  deps: OrganizerDeps,
  tenant: TenantRow,
  { user, by, ...wanted }: NewOrganizer & { user: string; by: string },
): Promise<OrganizerRow> {
  if (typeof wanted.memberId === 'string') await lockMember(deps, tenant.workspace_id, wanted.memberId);
  const person = await lookUpPerson(deps, tenant, user);
  if (!person) throw new Problem('user_not_found', { detail: `There is no “${user}” in this tenant’s directory.` });
  refuseGuest(person);
  return deps.db.transaction().execute(async (trx) => {
    const write = { db: trx, now: deps.now };
    if (typeof wanted.memberId === 'string') await lockMember(write, tenant.workspace_id, wanted.memberId);
    const row = await insertOrganizer(write, tenant, person, wanted);
    if (!row)
      throw new Problem('organizer_exists', {
        detail: `${person.displayName ?? user} is an organizer of this tenant.`,
      });
    await record(write, row, 'organizer.added', by, { allowed: row.allowed, pilot: row.pilot });
    return row;
  });
}

/**
 * Puts somebody on the roster; `undefined` when they are on it. A member stands for one organizer of a tenant. Throws
 * `not_found` for a tenant that was removed while its directory was asked.
 */
export async function insertOrganizer(
  { db, now }: Write,
  tenant: TenantRow,
  person: Person,
  { memberId = null, match, allowed, pilot }: NewOrganizer,
): Promise<OrganizerRow | undefined> {
  const kept = await db
    .selectFrom('tenant_connections')
    .select('id')
    .where('id', '=', tenant.id)
    .forKeyShare()
    .execute();
  if (kept.length === 0) throw new Problem('not_found');
  if (memberId !== null) await releaseMember({ db, now }, tenant.id, memberId);
  return db
    .insertInto('organizers')
    .values({
      id: newId('org'),
      workspace_id: tenant.workspace_id,
      tenant_connection_id: tenant.id,
      object_id: person.id,
      ...directoryColumns(person, now()),
      member_id: memberId,
      match: match ? JSON.stringify(match) : null,
      allowed,
      pilot,
      policy_state: 'unknown',
      probe_at: allowed ? firstLook(tenant, now()) : null,
      updated_at: now(),
      created_at: now(),
    })
    .onConflict((conflict) => conflict.columns(['tenant_connection_id', 'object_id']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

export type OrganizerPatch = { allowed?: boolean; pilot?: boolean; memberId?: string | null };

/** Changes what an administrator decides about an organizer. */
export async function changeOrganizer(
  deps: OrganizerDeps,
  { workspaceId, id, by }: { workspaceId: string; id: string; by: string },
  patch: OrganizerPatch,
): Promise<OrganizerRow> {
  return deps.db.transaction().execute(async (trx) => {
    const write = { db: trx, now: deps.now };
    if (typeof patch.memberId === 'string') await lockMember(write, workspaceId, patch.memberId);
    const row = await getOrganizer(write, workspaceId, id);
    const tenant = await getTenant(write, workspaceId, row.tenant_connection_id);
    const changed = await update(write, row, columnsOf(write, tenant, row, patch), patch.memberId);
    if (changed.allowed !== row.allowed)
      await record(write, changed, changed.allowed ? 'organizer.allowed' : 'organizer.disallowed', by);
    const mayMore = (changed.allowed && !row.allowed) || (changed.pilot && !row.pilot);
    if (mayMore) await takeUpMeetings({ db: trx, queue: deps.queue }, tenant.id);
    return changed;
  });
}

function columnsOf(
  { now }: Write,
  tenant: TenantRow,
  row: OrganizerRow,
  patch: OrganizerPatch,
): Updateable<Organizers> {
  const { allowed, pilot, memberId } = patch;
  return {
    ...(pilot !== undefined && { pilot }),
    ...(allowed !== undefined && { allowed }),
    ...(allowed === false && { probe_at: null }),
    ...(allowed === true && !row.allowed && { probe_at: firstLook(tenant, now()) }),
    // What an administrator says takes the place of what a rule found.
    ...(memberId !== undefined && memberId !== row.member_id && { member_id: memberId, match: null }),
  };
}

async function update(
  { db, now }: Write,
  row: OrganizerRow,
  columns: Updateable<Organizers>,
  memberId: string | null | undefined,
): Promise<OrganizerRow> {
  if (typeof memberId === 'string' && memberId !== row.member_id)
    await releaseMember({ db, now }, row.tenant_connection_id, memberId);
  return db
    .updateTable('organizers')
    .set({ ...columns, updated_at: now() })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

/** Takes somebody off the roster; as default organizer too, lest the name that was entered brings them back. */
export async function removeOrganizer(
  deps: Write,
  { workspaceId, id, by }: { workspaceId: string; id: string; by: string },
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const write = { db: trx, now: deps.now };
    const row = await getOrganizer(write, workspaceId, id);
    await trx
      .updateTable('tenant_connections')
      .set({ default_organizer_upn: null, default_organizer_id: null, default_organizer_problem: null })
      .where('default_organizer_id', '=', row.id)
      .execute();
    await trx.deleteFrom('organizers').where('id', '=', row.id).execute();
    await record(write, row, 'organizer.removed', by);
  });
}

/**
 * Somebody says that the policy was granted to these organizers, or to all who are allowed. From now on a refusal is the
 * grant on its way; who was proven to have it stays so until a probe says otherwise.
 */
export async function announceGrant(
  deps: Write,
  tenant: TenantRow,
  { organizerIds, by }: { organizerIds?: string[] | undefined; by: string },
): Promise<OrganizerRow[]> {
  return deps.db.transaction().execute(async (trx) => {
    let query = trx
      .updateTable('organizers')
      .set({
        policy_granted_at: deps.now(),
        policy_state: sql<PolicyState>`case when policy_state = 'granted' then 'granted' else 'propagating' end`,
        probe_at: sql<Date | null>`case when allowed then ${deps.now()}::timestamptz end`,
        updated_at: deps.now(),
      })
      .where('tenant_connection_id', '=', tenant.id);
    query = organizerIds ? query.where('id', 'in', organizerIds) : query.where('allowed', '=', true);
    const rows = organizerIds?.length === 0 ? [] : await query.returningAll().execute();
    if (organizerIds && rows.length < new Set(organizerIds).size) throw new Problem('not_found');
    if (rows.length > 0)
      await recordOrganizerEvent(
        { db: trx, now: deps.now },
        {
          workspaceId: tenant.workspace_id,
          tenantConnectionId: tenant.id,
          type: 'organizer.policy_announced',
          by,
          data: organizerIds ? { organizerIds } : { everyoneAllowed: rows.length },
        },
      );
    return rows.toSorted((one, other) => nameOf(one).localeCompare(nameOf(other)));
  });
}

export type RosterQuery = NamedPage & { state?: PolicyState | undefined; allowed?: boolean | undefined };

/** An organizer with what the roster is sorted by. */
export type ListedOrganizer = OrganizerRow & { sort_name: string };

const sortName = sql<string>`lower(coalesce(display_name, user_principal_name, object_id))`;

/** One page of a tenant's roster by name; one row more than `limit` tells of a next page. */
export async function listOrganizers(
  { db }: Pick<Write, 'db'>,
  tenant: TenantRow,
  { q, state, allowed, limit, after }: RosterQuery,
): Promise<ListedOrganizer[]> {
  let query = db
    .selectFrom('organizers')
    .selectAll()
    .select(sortName.as('sort_name'))
    .where('tenant_connection_id', '=', tenant.id);
  if (state !== undefined) query = query.where('policy_state', '=', state);
  if (allowed !== undefined) query = query.where('allowed', '=', allowed);
  if (q) {
    const pattern = containing(q);
    query = query.where((where) =>
      where.or([
        where('display_name', 'ilike', pattern),
        where('user_principal_name', 'ilike', pattern),
        where('mail', 'ilike', pattern),
        where('object_id', '=', q.toLowerCase()),
      ]),
    );
  }
  if (after) query = query.where(sql<boolean>`(${sortName}, id) > (${after.name}, ${after.id})`);
  return query
    .orderBy(sortName)
    .orderBy('id')
    .limit(limit + 1)
    .execute();
}

/** A member stands for one organizer of a tenant: whoever it was gives them up. */
export async function releaseMember({ db, now }: Write, tenantConnectionId: string, memberId: string): Promise<void> {
  await db
    .updateTable('organizers')
    .set({ member_id: null, match: null, updated_at: now() })
    .where('tenant_connection_id', '=', tenantConnectionId)
    .where('member_id', '=', memberId)
    .execute();
}

/** An audit line about one organizer. */
export async function record(
  deps: { db: Kysely<Database>; now: () => Date },
  row: OrganizerRow,
  type: OrganizerEvent,
  by: string | null,
  data: Record<string, unknown> = {},
): Promise<void> {
  const who = { organizerId: row.id, objectId: row.object_id, userPrincipalName: row.user_principal_name };
  await recordOrganizerEvent(deps, {
    workspaceId: row.workspace_id,
    tenantConnectionId: row.tenant_connection_id,
    type,
    by,
    data: { ...who, ...data },
  });
}

/** They were just looked up; what is not known yet is the policy. */
function firstLook(tenant: TenantRow, now: Date): Date {
  return needsTeamsPolicy(tenant) ? now : new Date(now.getTime() + dailyProbeMs);
}

/** One at a time decides for whom a member stands. Throws when the workspace has no such member. */
export async function lockMember({ db }: Pick<Write, 'db'>, workspaceId: string, memberId: string): Promise<void> {
  await db
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', memberId)
    .forUpdate()
    .executeTakeFirstOrThrow(
      () => new Problem('invalid_request', { errors: [{ pointer: '/memberId', detail: 'There is no such member.' }] }),
    );
}
