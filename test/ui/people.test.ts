import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage, type Stage } from './support/stage.ts';
import { fitsAcross } from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';

test('organisations and contacts are added, found, filtered, changed and deleted', async (t) => {
  const stage = await startStage(t);
  await forgetEverybody(stage);
  const { page, expectFault } = await signedIn(stage, { email: dana });
  expectFault(/status of 4\d\d/);
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'People' }).click();
  await page.getByRole('heading', { name: 'No contacts yet' }).waitFor();
  await look(page, 'empty');
  await page.getByRole('link', { name: 'Organisations' }).click();
  await page.getByRole('button', { name: 'Add an organisation' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Northgate College');
  await dialog.getByLabel('Default address').fill('no address');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await dialog.locator('[aria-invalid="true"]').waitFor();
  await dialog.getByLabel('Default address').fill('office@northgate.example');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('row', { name: /Northgate College.*office@northgate\.example/ }).waitFor();
  await look(page, 'organisations');

  await page.getByRole('link', { name: 'Contacts', exact: true }).click();
  await page.getByRole('button', { name: 'Add a contact' }).click();
  await dialog.getByLabel('Name').fill('Sam Ferro');
  await dialog.getByLabel('E-mail address').fill('sam.ferro@visitor.example');
  await dialog.getByLabel('Organisation').selectOption({ label: 'Northgate College' });
  await dialog.getByLabel('Language of their mail').selectOption('fr');
  await dialog.getByLabel('Time zone').selectOption('Europe/Paris');
  await look(page, 'adding');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByText('Sam Ferro is added.').waitFor();

  await page.getByRole('button', { name: 'Paste a list' }).click();
  const pasted =
    'Name;E-mail;Company\nOla Brink;ola@visitor.example;Larkfield\nNobody;;\nSam;SAM.FERRO@visitor.example;';
  await dialog.getByLabel('Lines from a table or a CSV file').fill(pasted);
  await dialog.getByText('2 contacts found. Line 3 has no address and will be left out.').waitFor();
  await dialog.getByRole('button', { name: 'Add 2 contacts' }).click();
  await dialog.getByText('1 contact could not be added; the others are.').waitFor();
  await look(page, 'pasting');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('row', { name: /Ola Brink/ }).waitFor();
  await look(page, 'contacts');

  await page.getByLabel('Of which organisation').selectOption({ label: 'Larkfield' });
  await page.getByRole('row', { name: /Sam Ferro/ }).waitFor({ state: 'detached' });
  assert.match(page.url(), /organisation=ogn_/);
  await page.getByLabel('Of which organisation').selectOption({ label: 'All organisations' });
  await page.getByLabel(/^Search contacts/).fill('north');
  await page.getByRole('row', { name: /Ola Brink/ }).waitFor({ state: 'detached' });
  await page.getByRole('row', { name: /Sam Ferro.*Northgate College.*Français, Paris/ }).waitFor();
  await page.getByRole('button', { name: 'Change Sam Ferro' }).click();
  await dialog.getByLabel('Name').fill('Samira Ferro');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Samira Ferro is saved.').waitFor();
  await page.getByRole('button', { name: 'Delete Samira Ferro' }).click();
  await dialog.getByText('Parley forgets Samira Ferro').waitFor();
  await dialog.getByRole('button', { name: 'Delete Samira Ferro' }).click();
  await page.getByText('Samira Ferro is deleted.').waitFor();
  await page.getByText('Nobody here is like that.').waitFor();
});

test('a viewer reads who is known, and changes nothing', async (t) => {
  const stage = await startStage(t);
  const { db } = stage.world.database;
  await db.updateTable('members').set({ role: 'viewer' }).where('email', '=', dana).execute();
  const { page } = await signedIn(stage, { email: dana });
  for (const path of ['/people', '/people/organisations', '/availability?show=hours', '/availability?show=time-off']) {
    await page.goto(`${stage.publicUrl}/console${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('button', { name: /^(Add|Save|Paste|Take)/ }).count(), 0, path);
  }
});

const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 320, height: 640 } }],
];
for (const [name, options] of looks) {
  test(`the pages about people have no violations: ${name}`, async (t) => {
    const stage = await startStage(t);
    await forgetEverybody(stage);
    const { page } = await signedIn(stage, options);
    const check = async (what: string) => {
      await look(page, `axe ${what} ${name}`);
      await assertAccessible(page, `${what}, ${name}`);
      assert.ok(await fitsAcross(page), `${what} fits across the screen, ${name}`);
    };
    await page.goto(`${stage.publicUrl}/console/people`);
    await page.getByRole('heading', { name: 'No contacts yet' }).waitFor();
    await check('nobody');
    await page.getByRole('button', { name: 'Paste a list' }).click();
    await page.getByLabel('Lines from a table').fill('Sam Ferro, sam.ferro@visitor.example, Northgate College');
    await check('pasting');
    await page.getByRole('button', { name: 'Add 1 contact' }).click();
    await page.getByRole('row', { name: /Sam Ferro.*Northgate College/ }).waitFor();
    await check('contacts');
    await page.getByRole('button', { name: 'Change Sam Ferro' }).click();
    await page.getByRole('dialog').waitFor();
    await check('changing');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Organisations' }).click();
    await page.getByRole('rowheader', { name: 'Northgate College' }).waitFor();
    await check('organisations');
    await page.getByRole('link', { name: 'Operators' }).click();
    await page.getByRole('row', { name: /Dana Reyes.*Connected/ }).waitFor();
    await check('operators');
  });
}

/** The first workspace comes with people to try; these stories begin with nobody. */
async function forgetEverybody({ world }: Stage): Promise<void> {
  const { db } = world.database;
  await db.deleteFrom('contacts').execute();
  await db.deleteFrom('organisations').execute();
}

async function look(page: Page, name: string): Promise<void> {
  await shoot(page, `people-${name.replaceAll(' ', '-')}`);
}
