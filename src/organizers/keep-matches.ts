import type { IdentityMatch } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import { directoryColumns, labelOf } from './directory.ts';
import { matchMembers, mostPeople, type Candidate, type IdentityRow, type MemberRow } from './matching.ts';
import { nameOf, type OrganizerRow } from './organizer.ts';
import { insertOrganizer, lockMember, record, releaseMember } from './roster.ts';
import type { OrganizerDeps } from './service.ts';

type Wanted = {
  memberIds?: string[] | undefined;
  /** Object ids for members of whom there are several candidates. */
  choose?: Record<string, string> | undefined;
  /** Whether those who are new to the roster may own meetings at once. */
  allow: boolean;
  by: string;
};

/**
 * Matches members by the tenant's rule and keeps every match that is beyond doubt, or that the caller chose among the
 * candidates, as an organizer with the object id. The rest comes back with what is in the way.
 */
export async function keepMatches(
  deps: OrganizerDeps,
  tenant: TenantRow,
  { memberIds, choose = {}, allow, by }: Wanted,
): Promise<{ rows: IdentityRow[]; remaining: number }> {
  const chosen = Object.keys(choose);
  const stray = memberIds && chosen.find((id) => !memberIds.includes(id));
  if (stray !== undefined) throw invalid(`/choose/${stray}`, 'This member is not among memberIds.');
  const ids = memberIds ?? (chosen.length > 0 ? chosen : undefined);
  const named = { memberIds: ids, pointer: memberIds ? '/memberIds' : '/choose' };
  const { members, remaining } = await membersToMatch(deps, tenant, { ...named, unmatchedFirst: true });
  const rule = tenant.identity_rules.operator;
  const rows = await matchMembers(deps, tenant, { members, rule });
  const picks = rows.map((row) => pick(row, row.member ? choose[row.member.id] : undefined));
  const kept: IdentityRow[] = [];
  for (const [index, row] of rows.entries()) {
    const person = picks[index];
    kept.push(person ? await keep(deps, tenant, row, { person, allow, by }) : row);
  }
  return { rows: kept, remaining };
}

/** Operators, at most as many as one request looks for, or exactly these members. Throws when one of them is unknown. */
export async function membersToMatch(
  { db }: Pick<OrganizerDeps, 'db'>,
  tenant: TenantRow,
  {
    memberIds,
    unmatchedFirst,
    pointer = '/memberIds',
  }: { memberIds: string[] | undefined; unmatchedFirst: boolean; pointer?: string },
): Promise<{ members: MemberRow[]; remaining: number }> {
  let query = db.selectFrom('members').selectAll('members').where('members.workspace_id', '=', tenant.workspace_id);
  if (memberIds) query = query.where('members.id', 'in', memberIds.length > 0 ? memberIds : ['']);
  // Who only looks has no appointments.
  else query = query.where('role', '!=', 'viewer');
  if (unmatchedFirst)
    query = query
      .leftJoin('organizers', (join) =>
        join.onRef('organizers.member_id', '=', 'members.id').on('organizers.tenant_connection_id', '=', tenant.id),
      )
      .orderBy((order) => order('organizers.id', 'is not', null));
  const found = await query.orderBy('members.name').orderBy('members.id').execute();
  if (memberIds && found.length < new Set(memberIds).size) throw invalid(pointer, 'There is no such member.');
  return { members: found.slice(0, mostPeople), remaining: Math.max(0, found.length - mostPeople) };
}

/** The one person whom a row stands for, or `undefined`. Throws when the choice is none of the candidates. */
function pick(row: IdentityRow, choice: string | undefined): Candidate | undefined {
  if (choice === undefined) return row.outcome === 'one' ? row.candidates[0] : undefined;
  const person = row.candidates.find((candidate) => candidate.id === choice.toLowerCase());
  if (person || row.outcome === 'not_known') return person;
  throw invalid(`/choose/${row.member?.id ?? ''}`, 'Choose one of the candidates.');
}

function invalid(pointer: string, detail: string): Problem {
  return new Problem('invalid_request', { errors: [{ pointer, detail }] });
}

type Kept = { person: Candidate; allow: boolean; by: string };

async function keep(deps: OrganizerDeps, tenant: TenantRow, row: IdentityRow, kept: Kept): Promise<IdentityRow> {
  const { member, value } = row;
  const { person } = kept;
  if (!member || value === null) return row;
  if (person.userType === 'Guest')
    return {
      ...row,
      problem: new Problem('organizer_is_guest', { detail: `${labelOf(person)} is a guest of this tenant.` }),
    };
  const match: IdentityMatch = { ...tenant.identity_rules.operator, value, at: deps.now().toISOString() };
  try {
    const organizer = await store(deps, tenant, { ...kept, member, match });
    const settled = row.problem?.code === 'organizer_ambiguous' ? null : row.problem;
    return { ...row, organizer, problem: settled };
  } catch (error) {
    if (error instanceof Problem) return { ...row, problem: error };
    throw error;
  }
}

async function store(
  deps: OrganizerDeps,
  tenant: TenantRow,
  { person, allow, by, member, match }: Kept & { member: MemberRow; match: IdentityMatch },
): Promise<OrganizerRow> {
  return deps.db.transaction().execute(async (trx) => {
    const write = { db: trx, now: deps.now };
    await lockMember(write, tenant.workspace_id, member.id);
    const before = await trx
      .selectFrom('organizers')
      .selectAll()
      .where('tenant_connection_id', '=', tenant.id)
      .where('object_id', '=', person.id)
      .forUpdate()
      .executeTakeFirst();
    if (!before) {
      const added = await insertOrganizer(write, tenant, person, {
        memberId: member.id,
        match,
        allowed: allow,
        pilot: false,
      });
      if (!added) throw new Problem('organizer_exists');
      await record(write, added, 'organizer.added', by, { allowed: allow });
      await record(write, added, 'organizer.matched', by, { memberId: member.id, match });
      return added;
    }
    if (before.member_id !== null && before.member_id !== member.id)
      throw new Problem('organizer_exists', { detail: `${nameOf(before)} is the organizer of another member.` });
    if (before.member_id === null) await releaseMember(write, tenant.id, member.id);
    const after = await trx
      .updateTable('organizers')
      .set({
        ...directoryColumns(person, deps.now()),
        member_id: member.id,
        match: JSON.stringify(match),
        updated_at: deps.now(),
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    if (isNews(before, after)) await record(write, after, 'organizer.matched', by, { memberId: member.id, match });
    return after;
  });
}

/** A match that is made again, by the same rule and value, is not worth a line. */
function isNews(before: OrganizerRow, after: OrganizerRow): boolean {
  if (before.member_id !== after.member_id || !before.match || !after.match) return true;
  const { local, remote, value } = before.match;
  return local !== after.match.local || remote !== after.match.remote || value !== after.match.value;
}
