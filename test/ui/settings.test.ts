import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startSmtpServer } from '../support/smtp-server.ts';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage, type Stage } from './support/stage.ts';
import { bookAnything, fitsAcross } from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';

test('the workspace gets a name, a language, an answer to Outlook and its sites, each refused where it is wrong', async (t) => {
  const stage = await startStage(t);
  const { page, expectFault } = await signedIn(stage);
  expectFault(/status of 400/);
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Workspace' }).click();
  const name = page.getByRole('textbox', { name: 'Name' });
  await name.fill('Northgate Careers');
  await page.getByLabel('Language').selectOption('de');
  await page.getByRole('radio', { name: 'Put them back' }).check({ force: true });
  const sites = page.getByLabel('Addresses, one on each line');
  await sites.fill('https://www.northgate.example/careers');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await page.getByText(/Give only the beginning of the site’s address/).waitFor();
  assert.equal(await sites.getAttribute('aria-invalid'), 'true');
  await look(page, 'refused');
  await sites.fill('https://www.northgate.example\nhttps://Careers.northgate.example');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await page.getByText('Saved.', { exact: true }).waitFor();
  assert.match(await sites.inputValue(), /https:\/\/careers\.northgate\.example/);
  await page.locator('header:visible').getByText('Northgate Careers').waitFor();
  await look(page, 'saved');
  await page.reload();
  await page.getByRole('radio', { name: 'Put them back' }).waitFor();
  assert.equal(await page.getByRole('radio', { name: 'Put them back' }).isChecked(), true);
  assert.equal(await page.getByLabel('Language').inputValue(), 'de');
});

test('what was written is in the log, word for word, and is sent again', async (t) => {
  const { stage, page } = await withMail(t);
  await writeToVisitor(stage);
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Mail' }).click();
  const letter = page.getByRole('row', { name: /sam\.ferro@visitor\.example/ }).first();
  await letter.getByText(/^Sent /).waitFor();
  await look(page, 'log');
  await letter.getByRole('link').click();
  await page.getByRole('heading', { name: 'What was sent' }).waitFor();
  const frame = page.frameLocator('iframe');
  await frame.getByText('Sam Ferro').first().waitFor();
  await look(page, 'mail');
  await page.getByRole('button', { name: 'As text' }).click();
  await page
    .getByRole('group', { name: /^Text of/ })
    .getByText('Sam Ferro')
    .waitFor();
  const address = page.url();
  await page.getByRole('button', { name: 'Send it again' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('sam.ferro@visitor.example gets the same letter once more').waitFor();
  await dialog.getByRole('button', { name: 'Send it again' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.waitForURL((url) => url.href !== address);
  await page.getByText(/^Sent at /).waitFor();
});

test('a letter gets words of its own, with a preview, and Parley’s words again', async (t) => {
  const { page, expectFault } = await withMail(t);
  expectFault(/status of 400/);
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Mail' }).click();
  await page.getByRole('link', { name: 'Templates' }).click();
  await page.getByRole('heading', { name: 'Booking confirmed', exact: true }).waitFor();
  await look(page, 'templates');
  await page.getByRole('link', { name: 'Booking confirmed: Deutsch' }).click();
  await page.getByRole('heading', { name: 'In Parley’s words' }).waitFor();
  const body = page.getByRole('textbox', { name: 'Text' });
  await body.fill('Guten Tag,\n\nbis bald: ');
  await page.getByRole('button', { name: 'Put {{when}} into the text' }).click();
  assert.match(await body.inputValue(), /bis bald: \{\{when\}\}$/);
  const preview = page.frameLocator('iframe');
  await preview.getByText(/bis bald: .*\d/).waitFor();
  await look(page, 'template');
  await body.fill('Hallo {{nobody}}');
  await page.getByRole('button', { name: 'Save these words' }).click();
  await page.locator('textarea[aria-invalid="true"]').waitFor();
  await look(page, 'template refused');
  await body.fill('Hallo {{visitor.name}}');
  await page.getByRole('button', { name: 'Save these words' }).click();
  await page.getByText('Saved.', { exact: true }).waitFor();
  await page.getByRole('heading', { name: 'In your words' }).waitFor();
  await page.getByRole('link', { name: 'Templates' }).click();
  await page.getByRole('link', { name: 'Booking confirmed: Deutsch, in your words' }).click();
  await page.getByRole('button', { name: 'Use Parley’s words again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Use Parley’s words' }).click();
  await page.getByRole('heading', { name: 'In Parley’s words' }).waitFor();
  assert.doesNotMatch(await body.inputValue(), /^Hallo \{\{visitor\.name\}\}$/);
});

test('settings are for administrators', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage, { email: dana });
  assert.equal(await page.getByRole('link', { name: 'Workspace', exact: true }).count(), 0);
  for (const path of ['/settings', '/settings/mail', '/settings/mail/templates']) {
    await page.goto(`${stage.publicUrl}/console${path}`);
    await page.getByRole('heading', { name: 'For administrators of this workspace' }).waitFor();
  }
});

const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 320, height: 640 } }],
];
for (const [name, options] of looks) {
  test(`the pages about settings and mail have no violations: ${name}`, async (t) => {
    const { stage, page } = await withMail(t, options);
    const check = async (what: string) => {
      await look(page, `axe ${what} ${name}`);
      await assertAccessible(page, `${what}, ${name}`);
      assert.ok(await fitsAcross(page), `${what} fits across the screen, ${name}`);
    };
    await page.goto(`${stage.publicUrl}/console/settings`);
    await page.getByRole('heading', { name: 'Changes made in Outlook' }).waitFor();
    await check('workspace');
    await page.goto(`${stage.publicUrl}/console/settings/mail`);
    await page.getByRole('heading', { name: 'No mail yet' }).waitFor();
    await check('no mail');
    await writeToVisitor(stage);
    const letter = page.getByRole('row', { name: /sam\.ferro@visitor\.example/ }).first();
    await letter.waitFor();
    await check('log');
    await letter.getByRole('link').click();
    await page.getByRole('heading', { name: 'What was sent' }).waitFor();
    await check('mail');
    await page.goto(`${stage.publicUrl}/console/settings/mail/templates`);
    await page.getByRole('heading', { name: 'Reminder' }).waitFor();
    await check('templates');
    await page.goto(`${stage.publicUrl}/console/settings/mail/templates/approved/es`);
    await page.locator('iframe').waitFor();
    await check('template');
  });
}

async function withMail(t: Parameters<typeof startStage>[0], options: PersonOptions = {}) {
  const server = await startSmtpServer(t);
  const Mail__SmtpUrl = `smtp://parley:secret@${server.host}`;
  const stage = await startStage(t, { Mail__SmtpUrl, Mail__From: 'parley@meet.example.com' });
  return { stage, ...(await signedIn(stage, options)) };
}

/** A visitor books what Parley invites to. */
async function writeToVisitor(stage: Stage): Promise<void> {
  const { db } = stage.world.database;
  await db.updateTable('event_types').set({ invitations: 'parley' }).where('slug', '=', 'intro-call').execute();
  const { page } = await stage.person();
  await bookAnything(page, stage.bookingUrl, stage.clock.now());
}

async function look(page: Page, name: string): Promise<void> {
  await shoot(page, `settings-${name.replaceAll(' ', '-')}`);
}
