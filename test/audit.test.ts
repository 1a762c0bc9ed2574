import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import { newId } from '../src/id.ts';
import { actorOf, denyArtifact, recordAudit, verifyAudit, type AuditEntry } from '../src/monitoring/audit.ts';
import { auditActions } from '../src/monitoring/audit-action.ts';
import { operationsOf } from './support/openapi.ts';
import { startRecorded } from './support/recorded.ts';
import { monday, publicUrl, startDesk, startSystem, startWorkspace, type Desk, type System } from './support/system.ts';

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

test('the log is read page by page, the latest first, with the names of who and what', async (t) => {
  const system = await startSystem(t);
  const desk = await startDesk(system);
  const { body: booking } = await desk.api('POST', '/v1/bookings', {
    eventTypeId: desk.eventType.id,
    start: '2026-11-24T10:00:00+01:00',
    visitor: { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: '' },
  });
  const { body: keys } = await desk.api('GET', '/v1/api-keys');
  const deps = depsOf(system);
  const record = async (entry: Omit<AuditEntry, 'workspaceId'>) => {
    await recordAudit(deps, { workspaceId: desk.workspaceId, ...entry });
    system.clock.advance(minute);
  };
  const member = { kind: 'member', id: desk.memberId } as const;
  await record({ actor: member, action: 'hold.set', subjectId: booking.id, details: { reason: 'Complaint' } });
  await record({ actor: { kind: 'key', id: keys.data[0].id }, action: 'artifact.downloaded', subjectId: 'art_gone' });
  await record({
    actor: { kind: 'visitor', id: 'sam@visitor.example' },
    action: 'artifact.viewed',
    subjectId: 'art_gone',
  });
  await record({ actor: { kind: 'parley', id: 'retention' }, action: 'artifact.deleted', subjectId: 'art_gone' });

  const { body: first } = await desk.api('GET', '/v1/audit?limit=3');
  const { body: second } = await desk.api('GET', `/v1/audit?limit=3&cursor=${first.nextCursor}`);
  const entries = [...first.data, ...second.data] as { position: number; actor: { name: string | null } }[];
  assert.deepEqual(
    entries.map(({ position, actor: { name } }) => [position, name]),
    [
      [4, null],
      [3, null],
      [2, 'tests'],
      [1, 'Dana Reyes'],
    ],
  );
  assert.equal(second.nextCursor, null);
  const { hash, ...set } = second.data[0];
  assert.match(hash, /^[0-9a-f]{64}$/);
  assert.deepEqual(set, {
    position: 1,
    at: monday.toISOString(),
    actor: { kind: 'member', id: desk.memberId, name: 'Dana Reyes' },
    action: 'hold.set',
    subjectId: booking.id,
    subject: {
      title: `${String(desk.eventType.title)} – Sam Okafor`,
      artifactKind: null,
      meetingId: booking.meeting.id,
      bookingId: booking.id,
    },
    details: { reason: 'Complaint' },
  });

  const found = async (query: string) => {
    const { body } = await desk.api('GET', `/v1/audit?${query}`);
    return (body.data as { position: number }[]).map(({ position }) => position);
  };
  assert.deepEqual(await found('subjectId=art_gone'), [4, 3, 2]);
  assert.deepEqual(await found('actor=sam@visitor.example'), [3]);
  assert.deepEqual(await found('action=artifact.downloaded'), [2]);
  assert.deepEqual(await found(`from=${at(minute)}&to=${at(3 * minute)}`), [3, 2]);
  assert.deepEqual(await found('action=hold.lifted'), []);
  assert.deepEqual((await desk.api('GET', '/v1/audit/verification')).body, {
    intact: true,
    entries: 4,
    brokenAt: null,
    lastHash: first.data[0].hash,
  });
});

test('only those who manage a workspace read its log, and nobody that of another one', async (t) => {
  const { system, deps, workspaceId, entry, api, person } = await startLog(t);
  await recordAudit(deps, entry);
  const other = await startWorkspace(system);
  assert.deepEqual((await other.api('GET', '/v1/audit')).body, { data: [], nextCursor: null });
  const { body: empty } = await other.api('GET', '/v1/audit/verification');
  assert.deepEqual(empty, { intact: true, entries: 0, brokenAt: null, lastHash: null });
  assert.equal((await api('GET', '/v1/audit')).body.data.length, 1);
  await deps.db.updateTable('members').set({ role: 'operator' }).where('workspace_id', '=', workspaceId).execute();
  for (const path of ['/v1/audit', '/v1/audit/verification']) {
    assert.equal((await other.person.send(publicUrl + path, { method: 'GET' })).status, 200);
    assert.equal((await person.send(publicUrl + path, { method: 'GET' })).status, 403);
  }
});

test('asking for what one may not see is on record with whoever asked, unless there is no such thing', async (t) => {
  const { system, deps, workspaceId, entry, api } = await startLog(t);
  const theirs = await startDesk(system);
  const artifactId = await addArtifact(system, theirs);
  const ask = (id: string) => denyArtifact(deps, { workspaceId, actor: entry.actor, artifactId: id });
  await assert.rejects(ask('art_nowhere'), { code: 'not_found' });
  assert.deepEqual(await positions(deps, workspaceId), []);
  for (const id of [artifactId, artifactId]) await assert.rejects(ask(id), { code: 'not_found' });
  assert.deepEqual(await positions(deps, theirs.workspaceId), []);
  const { body } = await api('GET', '/v1/audit');
  assert.equal(body.data.length, 1, 'asking in a loop fills no log');
  const [{ action, subjectId, subject }] = body.data;
  assert.deepEqual({ action, subjectId }, { action: 'artifact.denied', subjectId: artifactId });
  assert.equal(subject, null, 'the log tells nothing of what is another workspace’s');
  const own = {
    workspaceId: theirs.workspaceId,
    actor: { kind: 'visitor', id: 'al@visitor.example' },
    artifactId,
  } as const;
  await assert.rejects(denyArtifact(deps, own), { code: 'not_found' });
  const seen = (await theirs.api('GET', '/v1/audit')).body.data[0];
  assert.equal(seen.subject.artifactKind, 'recording');
  assert.match(seen.subject.title, /Intro call/);
});

test('every route of an artifact answers another workspace with 404, and the attempt is on record there', async (t) => {
  const { system, deps, workspaceId, api } = await startLog(t);
  const artifactId = await addArtifact(system, await startDesk(system));
  const operations = operationsOf(await (await system.request('/openapi.json')).json());
  const routes = operations.filter(({ path }) => path.startsWith('/v1/artifacts/{id}'));
  assert.ok(routes.length >= 5, `${routes.length} routes`);
  for (const [index, { name, method, path, body }] of routes.entries()) {
    const answer = await api(method, path.replace('{id}', artifactId), body ? {} : undefined);
    assert.equal(answer.status, 404, `${name}: ${JSON.stringify(answer.body)}`);
    assert.equal((await positions(deps, workspaceId)).length, index + 1, `${name} is on record`);
    system.clock.advance(minute);
  }
  const { body } = await api('GET', '/v1/audit?action=artifact.denied');
  assert.equal(body.data.length, routes.length);
  assert.equal((await verifyAudit(deps, workspaceId)).brokenAt, undefined);
});

test('a player that asks for many parts at once is one view; a download, a deletion and settings stand beside it', async (t) => {
  const story = await startRecorded(t);
  const { system, desk } = story;
  story.end();
  await story.look();
  const { data } = await story.left();
  const { id } = data.find(({ kind }) => kind === 'recording') ?? assert.fail('there is a recording');
  const authorization = `Bearer ${desk.apiKey}`;
  const part = (from: number) =>
    system.request(`/v1/artifacts/${id}/content`, { headers: { authorization, range: `bytes=${from}-${from + 99}` } });
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => part(index * 100)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [206]);
  const whole = await system.request(`/v1/artifacts/${id}/content?as=download`, { headers: { authorization } });
  for (const answer of [...answers, whole]) await answer.arrayBuffer();
  await desk.api('PATCH', '/v1/artifact-settings', { showInPortal: true, keepDays: { attendance: 30 } });
  await desk.api('DELETE', `/v1/artifacts/${id}`);
  assert.deepEqual(
    (await story.ask('GET', '/v1/audit')).data.map((entry: Shown) => [
      entry.action,
      entry.actor.name,
      entry.subject?.artifactKind,
    ]),
    [
      ['artifact.deleted', 'tests', 'recording'],
      ['settings.artifacts_changed', 'tests', undefined],
      ['artifact.downloaded', 'tests', 'recording'],
      ['artifact.viewed', 'tests', 'recording'],
    ],
  );
  system.clock.advance(31 * 24 * 60 * minute);
  await story.look();
  const { data: deleted } = await story.ask('GET', '/v1/audit?actor=retention');
  assert.deepEqual(
    deleted.map(({ action, actor, subject }: Shown) => [action, actor.kind, subject?.artifactKind]),
    [['artifact.deleted', 'parley', 'attendance']],
  );
  const { intact, entries } = await story.ask('GET', '/v1/audit/verification');
  assert.deepEqual([intact, entries], [true, 5]);
});

test('what cannot be put on record is refused', async (t) => {
  const { system, deps, entry } = await startLog(t);
  await sql`alter table audit_entries add constraint full_disk check (false) not valid`.execute(deps.db);
  await assert.rejects(recordAudit(deps, entry, { onceWithinMs: minute }), /full_disk/);
  const desk = await startDesk(system);
  const artifactId = await addArtifact(system, desk);
  system.expectError(/full_disk/);
  for (const path of ['content', 'transcript', 'attendance']) {
    const answer = await desk.api('GET', `/v1/artifacts/${artifactId}/${path}`);
    assert.ok(answer.status >= 400, `${path}: ${answer.status}`);
  }
  const { status, body } = await desk.api('GET', `/v1/artifacts/${artifactId}/content`);
  assert.deepEqual([status, body.code], [500, 'internal_error'], 'nothing is given that is not on record');
});

test('every action is explained to whoever reads the log', async () => {
  const guide = await readFile(new URL('../docs/guides/recordings.md', import.meta.url), 'utf8');
  for (const [action, sentence] of Object.entries(auditActions)) {
    assert.match(sentence, /^[A-Z].*\.$/);
    assert.ok(guide.includes(`\`${action}\``), `docs/guides/recordings.md explains ${action}`);
  }
});

type Shown = { action: string; actor: { kind: string; name: string | null }; subject: { artifactKind: string } | null };

async function startLog(t: TestContext) {
  const system = await startSystem(t);
  const workspace = await startWorkspace(system);
  const { workspaceId, memberId } = workspace;
  const actor = actorOf({ kind: 'member', workspaceId, memberId, role: 'owner', sessionHash: Buffer.alloc(0) });
  const entry: AuditEntry = { workspaceId, actor, action: 'artifact.viewed', subjectId: 'art_1' };
  return { system, deps: depsOf(system), entry, ...workspace };
}

/** A recording of a meeting that was booked at a desk. */
async function addArtifact(
  { database: { db }, clock }: System,
  { api, eventType, workspaceId }: Desk,
): Promise<string> {
  const { body: booking } = await api('POST', '/v1/bookings', {
    eventTypeId: eventType.id,
    start: '2026-11-24T10:00:00+01:00',
    visitor: { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: '' },
  });
  const row = {
    id: newId('art'),
    workspace_id: workspaceId,
    meeting_id: booking.meeting.id,
    kind: 'recording',
    online_meeting_id: 'MSo1',
    provider_id: 'recording-1',
    starts_at: clock.now(),
    content_type: 'video/mp4',
    updated_at: clock.now(),
    created_at: clock.now(),
  } as const;
  await db
    .insertInto('artifacts')
    .values({ ...row, call_id: null, correlation_id: null, ends_at: null, store_due_at: null })
    .execute();
  return row.id;
}

const at = (afterMs: number) => new Date(monday.getTime() + afterMs).toISOString();

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
