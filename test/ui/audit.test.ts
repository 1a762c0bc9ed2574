import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { sql } from 'kysely';
import type { Page } from 'playwright-core';
import { recordAudit, type AuditEntry } from '../../src/monitoring/audit.ts';
import { assertAccessible } from './support/axe.ts';
import { shoot } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage, type Stage } from './support/stage.ts';
import { fitsAcross } from './support/visitor.ts';

test('who did what is read, narrowed down, and the log is found to be intact', async (t) => {
  const { page, record, ownerId } = await start(t);
  await page.getByRole('navigation').getByRole('link', { name: 'Audit' }).click();
  await page.getByRole('heading', { name: 'Nothing on record yet' }).waitFor();
  await page.getByRole('button', { name: 'Check the log' }).click();
  await page.getByText('The log is intact: there are no entries yet').waitFor();
  await look(page, 'empty');

  const visitor = { kind: 'visitor', id: 'sam@visitor.example' } as const;
  await record({ actor: { kind: 'member', id: ownerId }, action: 'artifact.viewed', subjectId: 'art_one' });
  for (const action of ['artifact.viewed', 'artifact.downloaded', 'artifact.denied'] as const)
    await record({ actor: visitor, action, subjectId: 'art_two' });
  await record({
    actor: { kind: 'member', id: ownerId },
    action: 'hold.set',
    subjectId: 'bkg_gone',
    details: { reason: 'Complaint of 12 March' },
  });
  await record({
    actor: { kind: 'member', id: ownerId },
    action: 'settings.artifacts_changed',
    subjectId: 'wrk_one',
    details: { showInPortal: true, keepDays: { recording: 90, attendance: null } },
  });
  await record({ actor: { kind: 'parley', id: 'retention' }, action: 'artifact.deleted', subjectId: 'art_two' });
  await page.reload();
  await page.getByRole('row', { name: /Parley itself.*Deleted/ }).waitFor();
  await page.getByRole('row', { name: /Put on legal hold.*Complaint of 12 March/ }).waitFor();
  await page
    .getByText('Client portal: on · Keep recordings: 90 days · Keep attendance reports: until deleted')
    .waitFor();
  assert.equal(await rows(page), 7);
  await page.getByRole('button', { name: 'Check the log' }).click();
  await page.getByText('The log is intact: all 7 entries are what was written').waitFor();
  await page.getByText('Fingerprint of entry 7').click();
  await page.getByText(/^[0-9a-f]{64}$/).waitFor();
  await look(page, 'entries');

  await page
    .getByRole('link', { name: /^sam@visitor\.example/ })
    .first()
    .click();
  await expectRows(page, 3);
  assert.match(page.url(), /actor=sam/);
  await page.getByLabel('What was done').selectOption({ label: 'Downloaded' });
  await expectRows(page, 1);
  await page.reload();
  await expectRows(page, 1);
  assert.equal(await page.getByLabel('Who').inputValue(), visitor.id);
  await page.getByLabel('Until').fill('2020-01-01');
  await page.getByText('No entry is like this.').waitFor();
  await look(page, 'nothing found');
  await page.getByRole('button', { name: 'Show all' }).click();
  await expectRows(page, 7);
});

test('an entry that was changed in the database is named', async (t) => {
  const { page, stage, record, ownerId } = await start(t);
  const { db } = stage.world.database;
  for (const subjectId of ['art_one', 'art_two', 'art_three'])
    await record({ actor: { kind: 'member', id: ownerId }, action: 'artifact.viewed', subjectId });
  await sql`alter table audit_entries disable trigger audit_entries_append_only`.execute(db);
  await sql`update audit_entries set actor = 'mem_another' where position = 2`.execute(db);
  await page.goto(`${stage.publicUrl}/console/monitoring/audit`);
  await expectRows(page, 3);
  await page.getByText('Somebody who is no longer a member').waitFor();
  await page.getByRole('button', { name: 'Check the log' }).click();
  await page.getByText('Entry 2 is missing, or is not what was written').waitFor();
  await look(page, 'broken');
});

test('the log is read page by page, and only by those who manage the workspace', async (t) => {
  const { page, stage, record, ownerId, context } = await start(t);
  for (let index = 0; index < 60; index += 1)
    await record({ actor: { kind: 'member', id: ownerId }, action: 'artifact.viewed', subjectId: `art_${index}` });
  await page.goto(`${stage.publicUrl}/console/monitoring/audit`);
  await expectRows(page, 50);
  await page.getByRole('button', { name: 'Show more' }).click();
  await expectRows(page, 60);
  await page.getByText('That is all.').waitFor();
  await stage.world.database.db.updateTable('members').set({ role: 'operator' }).where('id', '=', ownerId).execute();
  const operator = await context.newPage();
  await operator.goto(`${stage.publicUrl}/console/monitoring/audit`);
  await operator.getByRole('heading', { name: 'For administrators of this workspace' }).waitFor();
  assert.equal(await operator.getByRole('navigation').getByRole('link', { name: 'Audit' }).count(), 0);
});

async function start(t: TestContext) {
  const stage = await startStage(t);
  const person = await signedIn(stage, { viewport: { width: 1280, height: 900 } });
  const { id: ownerId, workspace_id: workspaceId } = await owner(stage);
  const deps = { db: stage.world.database.db, now: stage.clock.now };
  const record = (entry: Omit<AuditEntry, 'workspaceId'>) => recordAudit(deps, { workspaceId, ...entry });
  return { stage, ownerId, record, ...person };
}

async function owner({ world }: Stage) {
  const { db } = world.database;
  return db.selectFrom('members').select(['id', 'workspace_id']).where('role', '=', 'owner').executeTakeFirstOrThrow();
}

const rows = (page: Page) => page.locator('tbody tr').count();

async function expectRows(page: Page, count: number): Promise<void> {
  await page
    .locator('tbody tr')
    .nth(count - 1)
    .waitFor();
  await page.locator('tbody tr').nth(count).waitFor({ state: 'detached' });
}

/** Checks what the page shows, in light, in dark and on a narrow screen. */
async function look(page: Page, name: string): Promise<void> {
  const file = `audit-${name.replaceAll(/\W+/g, '-')}`;
  await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' });
  const before = page.viewportSize();
  await shoot(page, file);
  await assertAccessible(page, `${name}, light`);
  await turn(page, 'dark');
  await assertAccessible(page, `${name}, dark`);
  await shoot(page, `${file}-dark`);
  await turn(page, 'light');
  await page.setViewportSize({ width: 390, height: 844 });
  await shoot(page, `${file}-narrow`);
  assert.ok(await fitsAcross(page), `${name} fits across a narrow screen`);
  if (before) await page.setViewportSize(before);
}

/** Another theme, without the fading from one to the other. */
async function turn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) await new Promise((painted) => requestAnimationFrame(painted));
  });
}
