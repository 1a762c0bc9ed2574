import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage } from './support/stage.ts';
import { fitsAcross } from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';

test('the preview follows what is typed, tells unsaved changes apart, and offers what is saved', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage);
  await openIntroCall(page, stage.publicUrl);
  const preview = page.getByRole('complementary', { name: 'Preview' });
  await preview.getByText('As it is now').waitFor();
  await preview
    .getByText('09:00', { exact: true })
    .first()
    .waitFor()
    .catch(() => {});
  await look(page, 'as it is');
  await page.getByRole('textbox', { name: 'Title' }).fill('First meeting');
  await preview.getByText('First meeting').waitFor();
  await preview.getByText('With your changes, which are not saved').waitFor();
  assert.equal(await preview.getByText('Worked out from what is typed here').count(), 0, 'words change no times');
  await page.getByLabel('Other lengths to choose from').fill('60');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await preview.getByText('30 minutes or 1 hour').waitFor();
  const times = await section(page, 'Times and limits');
  await times.getByLabel('A start time every').fill('60');
  await times.getByLabel('Most in a day').fill('3');
  await preview.getByText('Worked out from what is typed here').waitFor();
  const changes = await section(page, 'Approval and changes');
  await changes.getByRole('checkbox', { name: 'Bookings need approval' }).check({ force: true });
  await changes.getByLabel('How often they can move it').fill('1');
  await changes.getByRole('status').getByText('Visitors can move their booking once until it starts').waitFor();
  await preview.getByText('Asked for first, then confirmed').waitFor();
  await look(page, 'with changes');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.', { exact: true }).waitFor();
  await preview.getByText('As it is now').waitFor();
  await page.reload();
  await page.getByText('Each booking is a request that somebody approves.').waitFor();
  await page.getByText(/A start time every 1 hour.*at most 3 in a day/).waitFor();
});

test('several operators, hours of its own, what counts as busy, invitations and reminders', async (t) => {
  const stage = await startStage(t);
  const { page, expectFault } = await signedIn(stage);
  expectFault(/status of 409/); // Milan has not connected: together they have no times
  await openIntroCall(page, stage.publicUrl);
  await page.getByLabel('Add an operator').selectOption({ label: 'Milan Okafor (milan.okafor@contoso.example)' });
  await page.getByRole('radio', { name: 'All of them' }).check({ force: true });
  await page.getByRole('button', { name: 'Move Milan Okafor up' }).click();
  const preview = page.getByRole('complementary', { name: 'Preview' });
  await preview.getByText('with Milan Okafor and Dana Reyes').waitFor();
  const hours = await section(page, 'Hours');
  await hours.getByRole('radio', { name: 'The hours of its operators' }).check({ force: true });
  const busy = await section(page, 'What counts as busy');
  await busy.getByRole('checkbox', { name: 'Tentative entries' }).uncheck({ force: true });
  const mail = await section(page, 'Invitations and reminders');
  await mail.getByRole('radio', { name: 'Parley, by mail' }).check({ force: true });
  await mail.getByRole('checkbox', { name: '1 day' }).check({ force: true });
  await look(page, 'several operators');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.', { exact: true }).waitFor();
  await page.getByText('Parley invites the visitor by mail. Reminders 1 day before.').waitFor();
  await page.getByText('Those of each operator.').waitFor();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Milan Okafor' })
    .getByText(/has not connected|needs to connect|connect/)
    .waitFor();
  await page.getByRole('link', { name: 'Event types' }).first().click();
  await page.getByText('30 minutes with Milan Okafor and Dana Reyes').waitFor();
});

test('a refused field is found inside its section, and leaving asks before changes are lost', async (t) => {
  const stage = await startStage(t);
  const { page, expectFault } = await signedIn(stage);
  expectFault(/status of 400/);
  await openIntroCall(page, stage.publicUrl);
  const times = await section(page, 'Times and limits');
  await times.getByLabel('Seats').fill('0');
  await page.getByRole('button', { name: 'Save' }).click();
  const alert = page.getByRole('alert').first();
  await page.locator('#section-times > summary').click();
  await alert.getByRole('link', { name: /^Seats:/ }).click();
  assert.equal(await page.getByLabel('Seats').evaluate((field) => document.activeElement === field), true);
  await look(page, 'refused');
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'People' }).click();
  await page.getByRole('dialog').getByText('What you changed in “Intro call” is lost.').waitFor();
  await page.getByRole('button', { name: 'Stay here' }).click();
  await page.getByRole('link', { name: 'Why not?' }).click();
  await page.getByRole('button', { name: 'Leave without saving' }).click();
  await page.getByText(/of “Intro call” can be chosen on/).waitFor();
});

test('the tag for another site can be copied', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage);
  await openIntroCall(page, stage.publicUrl);
  await page.getByRole('heading', { name: 'On your own site' }).click();
  await page.getByRole('radio', { name: 'A button', exact: true }).check({ force: true });
  const tag = await page.getByRole('group', { name: 'Tag for Intro call' }).innerText();
  assert.equal(
    tag,
    `<script src="${stage.publicUrl}/embed.js" data-book="contoso-careers/intro-call" data-show="button" async></script>`,
  );
  await look(page, 'embedding');
});

test('an operator reads an event type', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage, { email: dana });
  await openIntroCall(page, stage.publicUrl);
  await page.getByText('Bookings are confirmed at once.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Save' }).count(), 0);
  await look(page, 'read');
});

const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 320, height: 640 } }],
];
for (const [name, options] of looks) {
  test(`the event type editor has no violations with everything open: ${name}`, async (t) => {
    const stage = await startStage(t);
    const { page } = await signedIn(stage, options);
    await openIntroCall(page, stage.publicUrl);
    await page.getByLabel('Add an operator').selectOption({ label: 'Milan Okafor (milan.okafor@contoso.example)' });
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    await look(page, `axe everything open ${name}`);
    await assertAccessible(page, `event type, ${name}`);
    assert.ok(await fitsAcross(page), `it fits across the screen, ${name}`);
  });
}

async function openIntroCall(page: Page, publicUrl: string): Promise<void> {
  await page.goto(`${publicUrl}/console/event-types`);
  await page.getByRole('link', { name: 'Intro call', exact: true }).click();
  await page.getByRole('heading', { name: 'Intro call', level: 1 }).waitFor();
}

/** Opens a section of the form. */
async function section(page: Page, title: string) {
  const details = page.locator('details').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
  await details.locator('> summary').click();
  return details;
}

async function look(page: Page, name: string): Promise<void> {
  await shoot(page, `event-types-${name.replaceAll(' ', '-')}`);
}
