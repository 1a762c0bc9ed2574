import { sql, type Kysely, type Selectable } from 'kysely';
import type { Database, Members, Role } from '../database/schema.ts';
import { newId } from '../id.ts';
import { Problem } from '../problem.ts';
import { principalScope, type Principal } from './principal.ts';
import type { NewMember } from './service.ts';

type Deps = { db: Kysely<Database>; now: () => Date };
export type MemberRow = Selectable<Members>;
export type Attributes = Record<string, string>;

/** Adds somebody who is new to the workspace. Throws `member_exists`, or `forbidden` for an owner made by no owner. */
export async function createMember(
  deps: Deps,
  principal: Principal,
  { attributes, ...member }: NewMember & { attributes: Attributes },
): Promise<MemberRow> {
  if (member.role === 'owner') requireOwner(principal);
  return deps.db.transaction().execute(async (trx) => {
    const row = await trx
      .insertInto('members')
      .values({
        id: newId('mem'),
        workspace_id: principal.workspaceId,
        email: member.email,
        name: member.name,
        role: member.role,
        time_zone: member.timeZone,
        attributes: JSON.stringify(attributes),
        created_at: deps.now(),
      })
      .onConflict((conflict) => conflict.expression(sql`workspace_id, lower(email)`).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new Problem('member_exists', { detail: `${member.email} is the address of a member.` });
    await recordMember({ ...deps, db: trx }, principal, row, 'member.added');
    return row;
  });
}

export type MemberPatch = { name?: string; role?: Role; timeZone?: string; attributes?: Attributes };

/** Changes a member; attributes are replaced as a whole. Owners are made and unmade by owners, and one always stays. */
export async function changeMember(
  deps: Deps,
  principal: Principal,
  memberId: string,
  { name, role, timeZone, attributes }: MemberPatch,
): Promise<MemberRow> {
  return deps.db.transaction().execute(async (trx) => {
    const owners = await lockOwners(trx, principal.workspaceId);
    const row = await trx
      .selectFrom('members')
      .selectAll()
      .where('workspace_id', '=', principal.workspaceId)
      .where('id', '=', memberId)
      .executeTakeFirstOrThrow(() => new Problem('not_found'));
    if (role !== undefined && role !== row.role) checkRole(principal, row, role, owners);
    const changed = await trx
      .updateTable('members')
      .set({
        name: name ?? row.name,
        role: role ?? row.role,
        time_zone: timeZone ?? row.time_zone,
        attributes: JSON.stringify(attributes ?? row.attributes),
      })
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordMember({ ...deps, db: trx }, principal, changed, 'member.changed');
    return changed;
  });
}

/** Two owners who step down at the same time must not leave the workspace without any. */
async function lockOwners(trx: Kysely<Database>, workspaceId: string): Promise<number> {
  const owners = await trx
    .selectFrom('members')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('role', '=', 'owner')
    .orderBy('id')
    .forUpdate()
    .execute();
  return owners.length;
}

function checkRole(principal: Principal, row: MemberRow, role: Role, owners: number): void {
  if (role !== 'owner' && row.role !== 'owner') return;
  requireOwner(principal);
  if (row.role === 'owner' && owners <= 1)
    throw new Problem('invalid_request', {
      errors: [{ pointer: '/role', detail: 'A workspace needs an owner: make somebody else one first.' }],
    });
}

function requireOwner(principal: Principal): void {
  if (principal.kind === 'member' && principal.role === 'owner') return;
  throw new Problem('forbidden', { detail: 'Only an owner who is signed in makes owners, or takes that from them.' });
}

async function recordMember(
  { db, now }: Deps,
  principal: Principal,
  row: MemberRow,
  type: 'member.added' | 'member.changed',
): Promise<void> {
  await db
    .insertInto('outbox_events')
    .values({
      workspace_id: row.workspace_id,
      type,
      data: JSON.stringify({ memberId: row.id, role: row.role, by: principalScope(principal) }),
      created_at: now(),
    })
    .execute();
}
