import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { actorOf, recordAudit, verifyAudit, type AuditEntry } from '../src/monitoring/audit.ts';
import { startSystem, startWorkspace, type System } from './support/system.ts';

const minute = 60_000;

test('fifty entries at once follow each other without a gap, in one chain', async (t) => {
  const { deps, workspaceId, entry } = await startLog(t);
  await Promise.all(
    Array.from({ length: 50 }, (_, index) => recordAudit(deps, { ...entry, subjectId: `art_${index}` })),
  );
  assert.deepEqual(await positions(deps, workspaceId), numbers(50));
  const { entries, brokenAt, lastHash } = await verifyAudit(deps, workspaceId);
  assert.deepEqual({ entries, brokenAt, hashed: lastHash?.length }, { entries: 50, brokenAt: undefined, hashed: 32 });
});

test('each workspace has a chain of its own', async (t) => {
  const { system, deps, workspaceId, entry } = await startLog(t);
  const other = await startWorkspace(system);
  for (const id of [workspaceId, other.workspaceId, workspaceId])
    await recordAudit(deps, { ...entry, workspaceId: id });
  assert.deepEqual(await positions(deps, workspaceId), [1, 2]);
  assert.deepEqual(await positions(deps, other.workspaceId), [1]);
  assert.equal((await verifyAudit(deps, workspaceId)).brokenAt, undefined);
});

test('an entry in a transaction is there with what it tells of, or not at all', async (t) => {
  const { deps, workspaceId, entry } = await startLog(t);
  const inTransaction = (failure?: Error) =>
    deps.db.transaction().execute(async (trx) => {
      await recordAudit({ ...deps, db: trx }, entry);
      await recordAudit({ ...deps, db: trx }, entry);
      if (failure) throw failure;
    });
  await inTransaction();
  await assert.rejects(inTransaction(new Error('undone')), /undone/);
  await recordAudit(deps, entry);
  assert.deepEqual(await positions(deps, workspaceId), numbers(3));
  assert.equal((await verifyAudit(deps, workspaceId)).brokenAt, undefined);
});

test('who asks again and again within a time is recorded once, also when all ask at once', async (t) => {
  const { system, deps, workspaceId, entry } = await startLog(t);
  const again = (changes: Partial<AuditEntry> = {}) =>
    recordAudit(deps, { ...entry, ...changes }, { onceWithinMs: 10 * minute });
  await Promise.all(Array.from({ length: 20 }, () => again()));
  assert.equal((await positions(deps, workspaceId)).length, 1);
  await again({ action: 'artifact.downloaded' });
  await again({ actor: { kind: 'visitor', id: 'sam@visitor.example' } });
  await again({ subjectId: 'art_other' });
  await again({ subjectId: undefined });
  await again({ subjectId: undefined });
  assert.equal((await positions(deps, workspaceId)).length, 5);
  system.clock.advance(9 * minute);
  await again();
  assert.equal((await positions(deps, workspaceId)).length, 5);
  system.clock.advance(minute);
  await again();
  assert.equal((await positions(deps, workspaceId)).length, 6);
});

const tampering: Record<string, { sql: string; brokenAt: number }> = {
  'another actor': { sql: `update audit_entries set actor = 'mem_other' where position = 3`, brokenAt: 3 },
  'another time': { sql: `update audit_entries set at = at - interval '1 day' where position = 2`, brokenAt: 2 },
  'no subject': { sql: `update audit_entries set subject_id = null where position = 4`, brokenAt: 4 },
  'other details': { sql: `update audit_entries set details = '{"as":"view"}' where position = 5`, brokenAt: 5 },
  'another hash': { sql: `update audit_entries set hash = sha256('x') where position = 1`, brokenAt: 1 },
  'a missing entry': { sql: `delete from audit_entries where position = 3`, brokenAt: 3 },
  'a missing beginning': { sql: `delete from audit_entries where position = 1`, brokenAt: 1 },
  'two that changed places': {
    sql: `update audit_entries set position = case position when 2 then 103 else 2 end where position in (2, 3);
      update audit_entries set position = 3 where position = 103`,
    brokenAt: 2,
  },
};

for (const [what, { sql: statement, brokenAt }] of Object.entries(tampering)) {
  test(`${what} is found, and where`, async (t) => {
    const { deps, workspaceId, entry } = await startLog(t);
    for (const index of numbers(6))
      await recordAudit(deps, { ...entry, details: { b: index, a: { d: [1.5], c: 'x' } } });
    assert.equal((await verifyAudit(deps, workspaceId)).brokenAt, undefined);
    const change = sql.raw(statement);
    if (statement.startsWith('update'))
      await assert.rejects(async () => change.execute(deps.db), /entries of the audit log are never changed/);
    await sql`alter table audit_entries disable trigger audit_entries_append_only`.execute(deps.db);
    await change.execute(deps.db);
    assert.equal((await verifyAudit(deps, workspaceId)).brokenAt, brokenAt);
  });
}

async function startLog(t: TestContext) {
  const system = await startSystem(t);
  const workspace = await startWorkspace(system);
  const { workspaceId, memberId } = workspace;
  const actor = actorOf({ kind: 'member', workspaceId, memberId, role: 'owner', sessionHash: Buffer.alloc(0) });
  const entry: AuditEntry = { workspaceId, actor, action: 'artifact.viewed', subjectId: 'art_1' };
  return { system, deps: depsOf(system), entry, ...workspace };
}

const depsOf = ({ database: { db }, clock }: System) => ({ db, now: clock.now });

async function positions({ db }: ReturnType<typeof depsOf>, workspaceId: string): Promise<number[]> {
  const rows = await db
    .selectFrom('audit_entries')
    .select('position')
    .where('workspace_id', '=', workspaceId)
    .orderBy('position')
    .execute();
  return rows.map(({ position }) => position);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
