import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { addMember } from '../src/access/service.ts';
import type { Principal } from '../src/access/principal.ts';
import type { Role } from '../src/database/schema.ts';
import { findForVisitor, findVisible } from '../src/artifacts/sharing.ts';
import { Problem } from '../src/problem.ts';
import { addArtifacts, auditOf, showInPortal } from './support/artifacts.ts';
import { startWorkspace } from './support/system.ts';
import { sam, startFront } from './support/visitor-story.ts';

const hour = 60 * 60_000;

/** A desk at which Sam was with Dana on Tuesday, and Li on Wednesday; both were recorded. */
async function startArchive(t: TestContext) {
  const front = await startFront(t);
  const { system, desk } = front;
  await front.bookOne();
  await front.bookOne({ start: '2026-11-25T09:00:00Z' }, { ...sam, name: 'Li', email: 'li@visitor.example' });
  await system.work();
  const { db } = system.database;
  const bookings = await db.selectFrom('bookings').selectAll().orderBy('starts_at').execute();
  const [ofSam, ofLi] = bookings;
  assert.ok(ofSam?.meeting_id && ofLi?.meeting_id);
  const artifacts = await addArtifacts(system, ofSam.meeting_id);
  const others = await addArtifacts(system, ofLi.meeting_id);
  const deps = { db, now: system.clock.now };
  const change = (values: object, id = ofSam.id) =>
    db.updateTable('bookings').set(values).where('id', '=', id).execute();
  const seenByVisitor = (email: string, id = artifacts.recording) =>
    seen(() => findForVisitor(deps, { workspaceId: desk.workspaceId, email }, id));
  const seenBy = (principal: Principal, id = artifacts.recording) => seen(() => findVisible(deps, principal, id));
  const member = async (role: Role, email: string): Promise<Principal & { kind: 'member' }> => {
    const person = { email, name: email, role, timeZone: 'Europe/Berlin' };
    const memberId = await addMember(deps, desk.workspaceId, person);
    return { kind: 'member', workspaceId: desk.workspaceId, memberId, role, sessionHash: Buffer.alloc(0) };
  };
  return { ...front, deps, ofSam, ofLi, artifacts, others, change, seenByVisitor, seenBy, member };
}

/** False exactly where it is said that there is no such thing. */
async function seen(find: () => Promise<unknown>): Promise<boolean> {
  try {
    await find();
    return true;
  } catch (error) {
    assert.ok(error instanceof Problem && error.code === 'not_found', String(error));
    return false;
  }
}

test('a visitor sees recording and transcript of their own booking while the portal shows them, and never attendance', async (t) => {
  const { system, desk, artifacts, others, seenByVisitor } = await startArchive(t);
  assert.equal(await seenByVisitor(sam.email), false, 'the switch is off by default');
  await showInPortal(system, desk.workspaceId);
  assert.equal(await seenByVisitor(sam.email), true);
  assert.equal(await seenByVisitor('SAM@Visitor.Example'), true);
  assert.equal(await seenByVisitor(sam.email, artifacts.transcript), true);
  assert.equal(await seenByVisitor(sam.email, artifacts.attendance), false);
  assert.equal(await seenByVisitor(sam.email, others.recording), false);
  assert.equal(await seenByVisitor('li@visitor.example'), false);
  assert.equal(await seenByVisitor('li@visitor.example', others.recording), true);
  assert.equal(await seenByVisitor(''), false);
  assert.equal(await seenByVisitor('%'), false);
  await showInPortal(system, desk.workspaceId, false);
  assert.equal(await seenByVisitor(sam.email), false, 'at once');
});

test('whoever was invited along sees it, until they are taken off', async (t) => {
  const { system, desk, change, seenByVisitor } = await startArchive(t);
  await showInPortal(system, desk.workspaceId);
  assert.equal(await seenByVisitor('ada@larch.example'), false);
  await change({ attendees: JSON.stringify([{ email: 'Ada@Larch.example', name: 'Ada “the” \\ L.', from: 'email' }]) });
  assert.equal(await seenByVisitor('ada@larch.example'), true);
  assert.equal(await seenByVisitor('ADA@larch.example'), true);
  assert.equal(await seenByVisitor('larch.example'), false);
  await change({ attendees: '[]' });
  assert.equal(await seenByVisitor('ada@larch.example'), false);
});

test('a cancelled, declined or undecided booking shows nothing; one whose visitor did not come does', async (t) => {
  const { system, desk, change, seenByVisitor } = await startArchive(t);
  await showInPortal(system, desk.workspaceId);
  for (const [status, isSeen] of [
    ['completed', true],
    ['no_show', true],
    ['cancelled', false],
    ['declined', false],
    ['requested', false],
    ['confirmed', true],
  ] as const) {
    await change({ status });
    assert.equal(await seenByVisitor(sam.email), isSeen, status);
  }
});

test('other talks for which the same link was used are not shown', async (t) => {
  const { system, deps, desk, ofSam, artifacts, seenByVisitor } = await startArchive(t);
  await showInPortal(system, desk.workspaceId);
  for (const [at, isSeen] of [
    [ofSam.starts_at.getTime() - 24 * hour, true],
    [ofSam.starts_at.getTime() - 24 * hour - 1, false],
    [ofSam.ends_at.getTime() + 24 * hour, true],
    [ofSam.ends_at.getTime() + 24 * hour + 1, false],
  ] as const) {
    const startsAt = new Date(at);
    await deps.db.updateTable('artifacts').set({ starts_at: startsAt }).where('id', '=', artifacts.recording).execute();
    assert.equal(await seenByVisitor(sam.email), isSeen, startsAt.toISOString());
  }
});

test('what was deleted is shown to no visitor', async (t) => {
  const { system, deps, desk, artifacts, seenByVisitor } = await startArchive(t);
  await showInPortal(system, desk.workspaceId);
  await deps.db.updateTable('artifacts').set({ deleted_at: deps.now(), deleted_by: 'retention' }).execute();
  assert.equal(await seenByVisitor(sam.email), false);
  assert.equal(await seenByVisitor(sam.email, artifacts.transcript), false);
});

test('owners, admins and keys see all of the workspace; operators and viewers what they took part in', async (t) => {
  const { deps, desk, ofSam, ofLi, artifacts, others, seenBy, member } = await startArchive(t);
  const key: Principal = {
    kind: 'key',
    workspaceId: desk.workspaceId,
    keyId: 'key_any',
    lineage: 'key_any',
    grants: ['*'],
  };
  for (const principal of [key, await member('owner', 'o@desk.example'), await member('admin', 'a@desk.example')])
    for (const id of [artifacts.recording, artifacts.transcript, artifacts.attendance, others.recording])
      assert.equal(await seenBy(principal, id), true);
  for (const role of ['operator', 'viewer'] as const) {
    const principal = await member(role, `${role}@desk.example`);
    assert.equal(await seenBy(principal), false, `${role}, who was not there`);
    await deps.db.updateTable('bookings').set({ host_id: principal.memberId }).where('id', '=', ofSam.id).execute();
    assert.equal(await seenBy(principal), true, `${role}, who led it`);
    assert.equal(await seenBy(principal, artifacts.attendance), true);
    assert.equal(await seenBy(principal, others.recording), false);
    await deps.db
      .updateTable('reservations')
      .set({ host_id: principal.memberId })
      .where('booking_id', '=', ofLi.id)
      .execute();
    assert.equal(await seenBy(principal, others.recording), true, `${role}, whose time it took`);
    await deps.db.updateTable('bookings').set({ host_id: desk.memberId }).execute();
    await deps.db.updateTable('reservations').set({ host_id: desk.memberId }).execute();
  }
});

test('an operator sees meetings in their own mailbox, whoever was booked', async (t) => {
  const { deps, desk, seenBy, member } = await startArchive(t);
  const principal = await member('operator', 'milan@desk.example');
  assert.equal(await seenBy(principal), false);
  await deps.db.updateTable('connections').set({ member_id: principal.memberId }).execute();
  assert.equal(await seenBy(principal), true);
  await deps.db.updateTable('connections').set({ object_id: 'somebody-else' }).execute();
  assert.equal(await seenBy(principal), false);
  assert.equal(await seenBy({ ...principal, memberId: desk.memberId }), true, 'who led it');
});

test('another workspace sees nothing, and each attempt is on record there', async (t) => {
  const { system, deps, desk, artifacts, seenBy } = await startArchive(t);
  const other = await startWorkspace(system, { email: 'li@other.example' });
  await showInPortal(system, desk.workspaceId);
  await showInPortal(system, other.workspaceId);
  const key: Principal = {
    kind: 'key',
    workspaceId: other.workspaceId,
    keyId: 'key_other',
    lineage: 'key_other',
    grants: ['*'],
  };
  for (const id of Object.values(artifacts)) assert.equal(await seenBy(key, id), false);
  const elsewhere = { workspaceId: other.workspaceId, email: sam.email };
  assert.equal(await seen(() => findForVisitor(deps, elsewhere, artifacts.recording)), false);
  assert.equal(await seenBy(key, 'art_nothing'), false);
  assert.deepEqual(await auditOf(system, other.workspaceId), [
    ...Object.values(artifacts).map((id) => `key_other artifact.denied ${id}`),
    `${sam.email} artifact.denied ${artifacts.recording}`,
  ]);
});
