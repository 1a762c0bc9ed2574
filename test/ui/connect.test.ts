import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './support/axe.ts';
import { shoot } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage, type Stage } from './support/stage.ts';

test('a member signs in with the link, connects Teams through picker and consent, and sees the account', async (t) => {
  const stage = await startStage(t);
  const { page } = await stage.person();
  await page.goto(await stage.signInLink());
  await shoot(page, 'sign-in');
  await assertAccessible(page, 'sign-in link');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
  await shoot(page, 'console-today-first-steps');
  await page.getByRole('navigation').getByRole('link', { name: 'Integrations' }).click();
  await page.getByRole('button', { name: 'Connect Microsoft Teams' }).waitFor();
  // Before: which accounts can hold meetings.
  await page.getByText('Personal Microsoft accounts, such as those of outlook.com, can sign in but').waitFor();
  await shoot(page, 'integrations-not-connected');
  await page.getByRole('button', { name: 'Connect Microsoft Teams' }).click();

  await page.getByRole('heading', { name: 'Pick an account' }).waitFor();
  await shoot(page, 'entra-picker');
  await pick(page, 'Milan Okafor');
  await page.getByRole('heading', { name: 'Permissions requested' }).waitFor();
  await page.getByText('Calendars.ReadWrite').waitFor();
  await shoot(page, 'entra-consent');
  await page.getByRole('button', { name: 'Accept' }).click();

  await page.getByText('Microsoft Teams is connected.').waitFor();
  const card = page.getByRole('region', { name: 'Microsoft Teams' });
  await card.getByText('Connected', { exact: true }).waitFor();
  await card.getByText('milan.okafor@contoso.example').waitFor();
  await shoot(page, 'integrations-connected');

  await page.getByRole('button', { name: 'Disconnect' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Microsoft keeps what you granted until you remove it yourself').waitFor();
  await shoot(page, 'integrations-disconnect');
  await dialog.getByRole('button', { name: 'Disconnect Microsoft Teams' }).click();
  await page.getByRole('button', { name: 'Connect Microsoft Teams' }).waitFor();

  // Microsoft remembers the consent: the second time only the account is asked for.
  await page.getByRole('button', { name: 'Connect Microsoft Teams' }).click();
  await pick(page, 'Milan Okafor');
  await page.getByText('Microsoft Teams is connected.').waitFor();
});

test('whoever cancels at the consent page reads what happened and can try again', async (t) => {
  const stage = await startStage(t);
  const person = await signedIn(stage);
  const { page } = person;
  await startConnecting(page, stage);
  await pick(page, 'Yuki Brandt');
  person.expectFault(/status of 4\d\d/);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.match(await page.getByRole('main').innerText(), /The permissions were declined\s+Choose Connect again/);
  assert.match(page.url(), /\/api\/teams\/callback/);
  await shoot(page, 'callback-cancelled');
  await assertAccessible(page, 'callback after cancelling');
  await page.getByRole('link', { name: 'Back to Integrations' }).click();
  await page.getByRole('button', { name: 'Connect Microsoft Teams' }).waitFor();
});

test('where only administrators may consent, a link takes the request to one, and then the user connects', async (t) => {
  const stage = await startStage(t);
  const person = await signedIn(stage);
  const { page } = person;
  await startConnecting(page, stage);
  await pick(page, 'Elif Varga');
  await page.getByRole('heading', { name: 'Need admin approval' }).waitFor();
  await shoot(page, 'entra-need-admin-approval');
  person.expectFault(/status of 4\d\d/);
  await page.getByRole('button', { name: 'Return to the application without granting consent' }).click();
  await page.getByRole('heading', { name: 'For your Microsoft 365 administrator' }).waitFor();
  await shoot(page, 'callback-admin-approval');
  await assertAccessible(page, 'callback where an administrator has to approve');
  const link = await page.locator('a.long').getAttribute('href');
  assert.ok(link, 'the page has a link to share');

  const { page: admins } = await stage.person();
  await admins.goto(link);
  await shoot(admins, 'entra-admin-picker');
  await pick(admins, 'Nora Castell');
  await admins.getByText('Review for your organization').waitFor();
  await shoot(admins, 'entra-admin-consent');
  await admins.getByRole('button', { name: 'Accept' }).click();
  await admins.getByRole('heading', { name: 'Thank you' }).waitFor();
  await shoot(admins, 'callback-admin-consented');
  await assertAccessible(admins, 'callback after admin consent');

  await startConnecting(page, stage);
  await pick(page, 'Elif Varga');
  await page.getByText('Microsoft Teams is connected.').waitFor();
  await page.getByRole('region', { name: 'Microsoft Teams' }).getByText('elif.varga@larkfield.example').waitFor();
});

test('the administrator who declines reads that nothing was approved', async (t) => {
  const stage = await startStage(t);
  const person = await signedIn(stage);
  const { page } = person;
  await page.goto(`${stage.publicUrl}/console/microsoft-365/integrations`);
  await page.getByText('Does Microsoft say “Need admin approval”?').click();
  const link = await page.getByRole('group', { name: 'the admin consent link' }).innerText();
  await shoot(page, 'integrations-admin-link');
  await page.goto(link);
  await pick(page, 'Nora Castell');
  person.expectFault(/status of 4\d\d/);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('heading', { name: 'Nothing was approved' }).waitFor();
  await shoot(page, 'callback-admin-declined');
});

test('a personal account is told what works and what does not, and leads to another account', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage);
  await startConnecting(page, stage);
  await pick(page, 'Kim Sandoval');
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('heading', { name: /personal Microsoft account/ }).waitFor();
  await page.getByText('Making Teams meetings does not work').waitFor();
  await shoot(page, 'integrations-personal-account');
  await page.getByRole('button', { name: 'Connect a work or school account' }).click();
  await pick(page, 'Milan Okafor');
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('region', { name: 'Microsoft Teams' }).getByText('milan.okafor@contoso.example').waitFor();
});

test('a connection that Microsoft does not accept any more says so and is put right by one click', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage);
  await startConnecting(page, stage);
  await pick(page, 'Milan Okafor');
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByText('Microsoft Teams is connected.').waitFor();
  stage.clock.advance(2 * 60 * 60_000); // the access token has ended
  const milan = stage.user('milan.okafor');
  const change = { userId: milan.id };
  await fetch(`${stage.emulatorUrl}/control/grants/revoke`, { method: 'POST', body: JSON.stringify(change) });
  const { page: visitor, expectFault } = await stage.person();
  expectFault(/status of 503/);
  await visitor.goto(`${stage.publicUrl}/book/contoso-careers/careers-advice`);
  await visitor.getByRole('heading', { name: 'No online bookings right now' }).waitFor();
  await shoot(visitor, 'book-closed');
  await assertAccessible(visitor, 'booking page of a host who cannot be booked');
  await page.goto(`${stage.publicUrl}/console/microsoft-365/integrations`);
  await page.getByText('Reconnect needed').first().waitFor();
  await shoot(page, 'integrations-reconnect');
  await page.getByRole('button', { name: 'Reconnect Microsoft Teams' }).click();
  // Microsoft is told which account it is, so that there is nothing to pick.
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByText('Microsoft Teams is connected.').waitFor();
});

async function startConnecting(page: Page, { publicUrl }: Stage): Promise<void> {
  await page.goto(`${publicUrl}/console/microsoft-365/integrations`);
  await page.getByRole('button', { name: 'Connect Microsoft Teams' }).click();
}

async function pick(page: Page, name: string): Promise<void> {
  await page.getByRole('heading', { name: /^(Pick an account|Sign in as an administrator)$/ }).waitFor();
  await page.getByRole('button', { name: new RegExp(name) }).click();
}
