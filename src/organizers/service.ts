import type { ExpressionBuilder, Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';
import { Problem, problemCodes, problems } from '../problem.ts';
import type { AppTokens } from '../tenants/app-tokens.ts';
import { takesMeetings, type TenantRow } from '../tenants/tenant.ts';
import { recordOrganizerEvent } from './organizer-events.ts';
import { nameOf, type OrganizerRow } from './organizer.ts';

export type OrganizerDeps = { db: Kysely<Database>; now: () => Date; queue: Queue; appTokens: AppTokens };

/** An organizer together with the tenant connection through which Parley acts for them. */
export type OrganizerOfTenant = { organizer: OrganizerRow; tenant: TenantRow };

type Read = Pick<OrganizerDeps, 'db'>;

/** Throws `not_found`, also for another workspace's organizer. */
export async function getOrganizer({ db }: Read, workspaceId: string, id: string): Promise<OrganizerRow> {
  return db
    .selectFrom('organizers')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

/**
 * The organizer who stands for a member. Of several tenants: where they are allowed rather than not, and then the one
 * that is furthest. `undefined` when nobody was matched with the member.
 */
export async function findOrganizerOfMember(
  deps: Read,
  { workspaceId, memberId }: { workspaceId: string; memberId: string },
): Promise<OrganizerOfTenant | undefined> {
  const organizer = await furthest(deps, workspaceId).where('organizers.member_id', '=', memberId).executeTakeFirst();
  return organizer && withTenant(deps, organizer);
}

/** The same for several members at once; those with whom nobody was matched are left out. */
export async function findOrganizersOfMembers(
  { db }: Read,
  { workspaceId, memberIds }: { workspaceId: string; memberIds: readonly string[] },
): Promise<Map<string, OrganizerOfTenant>> {
  if (memberIds.length === 0) return new Map();
  const organizers = await byRank({ db }, workspaceId).where('organizers.member_id', 'in', memberIds).execute();
  const tenantIds = new Set(organizers.map((row) => row.tenant_connection_id));
  const tenants =
    tenantIds.size === 0
      ? []
      : await db
          .selectFrom('tenant_connections')
          .selectAll()
          .where('id', 'in', [...tenantIds])
          .execute();
  const found = new Map<string, OrganizerOfTenant>();
  for (const organizer of organizers) {
    const tenant = tenants.find(({ id }) => id === organizer.tenant_connection_id);
    if (organizer.member_id === null || !tenant || found.has(organizer.member_id)) continue;
    found.set(organizer.member_id, { organizer, tenant });
  }
  return found;
}

/**
 * The organizer with this object id or user principal name, in one tenant or in whichever is furthest. A name that was
 * one person's and became another's is that of whom the directory was asked about last.
 */
export async function findOrganizerByUser(
  deps: Read,
  workspaceId: string,
  user: { objectId: string } | { userPrincipalName: string },
  tenantConnectionId?: string,
): Promise<OrganizerOfTenant | undefined> {
  let query =
    'objectId' in user
      ? furthest(deps, workspaceId).where('organizers.object_id', '=', user.objectId.toLowerCase())
      : furthest(deps, workspaceId).where((where) =>
          where(where.fn('lower', ['organizers.user_principal_name']), '=', user.userPrincipalName.toLowerCase()),
        );
  if (tenantConnectionId !== undefined) query = query.where('tenant_connection_id', '=', tenantConnectionId);
  const organizer = await query.executeTakeFirst();
  return organizer && withTenant(deps, organizer);
}

/** The default organizer of the tenant that is furthest, allowed or not; `undefined` while no tenant has one. */
export async function findDefaultOrganizerOfWorkspace(
  deps: Read,
  workspaceId: string,
): Promise<OrganizerOfTenant | undefined> {
  const organizer = await furthest(deps, workspaceId)
    .whereRef('organizers.id', '=', 'tenant_connections.default_organizer_id')
    .executeTakeFirst();
  return organizer && withTenant(deps, organizer);
}

/**
 * The second wall: lets only organizers through who are allowed, in a tenant that takes meetings for them, before
 * Microsoft is asked anything. Throws `organizer_not_allowed` or `tenant_not_live` and records who was refused; hand in
 * the database itself and not a transaction, which would take the record back.
 */
export async function requireOrganizer(
  deps: Pick<OrganizerDeps, 'db' | 'now'>,
  found: OrganizerOfTenant | undefined,
  context: { workspaceId: string; asked: string; by: string | null; tenantConnectionId?: string | undefined },
): Promise<OrganizerOfTenant> {
  const problem = refusalOf(found);
  if (found && !problem) return found;
  const refusal = problem ?? new Problem('organizer_not_allowed');
  await recordOrganizerEvent(deps, {
    workspaceId: context.workspaceId,
    tenantConnectionId: found?.tenant.id ?? context.tenantConnectionId ?? null,
    type: 'organizer.refused',
    by: context.by,
    data: {
      asked: context.asked,
      reason: refusal.code,
      ...(found && { organizerId: found.organizer.id, objectId: found.organizer.object_id }),
    },
  });
  throw refusal;
}

/** Why no meeting may be made for an organizer now; `undefined` when it may. */
export function refusalOf(found: OrganizerOfTenant | undefined): Problem | undefined {
  if (!found) return new Problem('organizer_not_allowed', { detail: 'Nobody of this name is an organizer.' });
  const { organizer, tenant } = found;
  const name = nameOf(organizer);
  if (!organizer.allowed)
    return new Problem('organizer_not_allowed', { detail: `${name} is not allowed to own meetings.` });
  if (takesMeetings(tenant, organizer)) return undefined;
  const where = tenant.tenant_name ?? tenant.tenant_id;
  const details = {
    setup: `The setup of ${where} is not finished.`,
    pilot: `${where} is in its pilot, and ${name} is not in the pilot group.`,
    paused: `${where} is paused.`,
    live: undefined,
  };
  return new Problem('tenant_not_live', { detail: details[tenant.stage] ?? `${where} takes no meetings.` });
}

const probesPerSweep = 200;
/** A job that was asked for and got lost is asked for again after this. */
const lostAfterMs = 10 * 60_000;
/** How often a default organizer is looked for whom nobody has found: soon where the fault may pass by itself. */
const againSoonMs = 60_000;
const againLaterMs = 60 * 60_000;

/** Sends a probe for every organizer whose next one is due; part of the regular sweep. */
export async function sweepOrganizers(deps: Pick<OrganizerDeps, 'db' | 'now' | 'queue'>): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    for (const row of await claimDueProbes({ db: trx, now: deps.now }))
      await enqueueProbe({ db: trx, queue: deps.queue }, row, row.tenant_id);
  });
  for (const { id } of await defaultsToFind(deps)) await enqueueDefaultOrganizer(deps, id);
}

/** Has one organizer looked at; in line with the meetings of the same mailbox, of which Microsoft allows few at a time. */
export async function enqueueProbe(
  { db, queue }: Pick<OrganizerDeps, 'db' | 'queue'>,
  organizer: Pick<OrganizerRow, 'id' | 'object_id'>,
  tenantId: string,
): Promise<void> {
  const options = { singletonKey: organizer.id, group: `${tenantId}/${organizer.object_id}` };
  await queue.send(db, 'probe-organizer', { organizerId: organizer.id }, options);
}

/** Asks a job to find the default organizer of a tenant. */
export async function enqueueDefaultOrganizer(
  { db, queue }: Pick<OrganizerDeps, 'db' | 'queue'>,
  tenantConnectionId: string,
  startAfterMs = 0,
): Promise<void> {
  const options = { singletonKey: tenantConnectionId, startAfterMs };
  await queue.send(db, 'resolve-default-organizer', { tenantConnectionId }, options);
}

/** Those whose time has come: while a tenant is being set up only who was told to have the policy, and nobody in a pause. */
async function claimDueProbes({ db, now }: Pick<OrganizerDeps, 'db' | 'now'>) {
  const due = await db
    .selectFrom('organizers')
    .innerJoin('tenant_connections', 'tenant_connections.id', 'organizers.tenant_connection_id')
    .select(['organizers.id', 'organizers.object_id', 'tenant_connections.tenant_id'])
    .where('probe_at', '<=', now())
    .where('allowed', '=', true)
    .where((where) => where.or([where('stage', 'in', ['pilot', 'live']), duringSetup(where)]))
    .orderBy('probe_at')
    .limit(probesPerSweep)
    .forUpdate('organizers')
    .skipLocked()
    .execute();
  if (due.length > 0)
    await db
      .updateTable('organizers')
      .set({ probe_at: new Date(now().getTime() + lostAfterMs) })
      .where(
        'id',
        'in',
        due.map(({ id }) => id),
      )
      .execute();
  return due;
}

function duringSetup(where: ExpressionBuilder<Database, 'organizers' | 'tenant_connections'>) {
  return where.and([where('stage', '=', 'setup'), where('policy_granted_at', 'is not', null)]);
}

async function defaultsToFind({ db, now }: Pick<OrganizerDeps, 'db' | 'now'>): Promise<{ id: string }[]> {
  const ago = (ms: number) => new Date(now().getTime() - ms);
  const mayPass = problemCodes.filter((code) => problems[code].retry);
  return db
    .selectFrom('tenant_connections')
    .select('id')
    .where('default_organizer_upn', 'is not', null)
    .where('default_organizer_id', 'is', null)
    .where('stage', '!=', 'paused')
    .where((where) =>
      where.or([
        where('default_organizer_asked_at', 'is', null),
        where('default_organizer_asked_at', '<=', ago(againLaterMs)),
        where.and([
          where('default_organizer_asked_at', '<=', ago(againSoonMs)),
          where('default_organizer_problem', 'in', mayPass),
        ]),
      ]),
    )
    .execute();
}

function furthest(deps: Read, workspaceId: string) {
  return byRank(deps, workspaceId).limit(1);
}

function byRank({ db }: Read, workspaceId: string) {
  return db
    .selectFrom('organizers')
    .innerJoin('tenant_connections', 'tenant_connections.id', 'organizers.tenant_connection_id')
    .selectAll('organizers')
    .where('organizers.workspace_id', '=', workspaceId)
    .orderBy('organizers.allowed', 'desc')
    .orderBy((order) =>
      order
        .case()
        .when('stage', '=', 'live')
        .then(0)
        .when(order.and([order('stage', '=', 'pilot'), order('pilot', '=', true)]))
        .then(1)
        .when('stage', '=', 'pilot')
        .then(2)
        .when('stage', '=', 'paused')
        .then(3)
        .else(4)
        .end(),
    )
    .orderBy('organizers.looked_up_at', (order) => order.desc().nullsLast())
    .orderBy('organizers.created_at');
}

async function withTenant({ db }: Read, organizer: OrganizerRow): Promise<OrganizerOfTenant> {
  const tenant = await db
    .selectFrom('tenant_connections')
    .selectAll()
    .where('id', '=', organizer.tenant_connection_id)
    .executeTakeFirstOrThrow();
  return { organizer, tenant };
}
