import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { runScript } from '../../emulator/powershell/run-script.ts';
import { CONTOSO_TENANT_ID, SINGLE_TENANT_CLIENT_ID, SINGLE_TENANT_CLIENT_SECRET } from '../../emulator/seed.ts';
import { createCertificate } from '../../src/microsoft/certificates.ts';
import { assertAccessible } from './support/axe.ts';
import { shoot } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage, type Stage } from './support/stage.ts';
import { fitsAcross } from './support/visitor.ts';

const dayMs = 86_400_000;

// G1, G2, G3, G4, G5, G6, G7, G8, G9: the whole guide, by clicking
test('an organization is connected by clicking through the guide, from no registration to live', async (t) => {
  const { stage, page } = await start(t);
  await addRegistration(page);
  await page.getByRole('link', { name: 'Connect the whole organization' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connect a tenant' });
  await dialog.getByRole('radio', { name: /Contoso meetings/ }).waitFor();
  assert.ok(await dialog.getByRole('radio', { name: /^This server/ }).isDisabled(), 'the server’s own names no tenant');
  await look(page, 'connect a tenant');
  await dialog.getByRole('button', { name: 'Connect this tenant' }).click();
  await page.getByRole('heading', { name: 'Contoso meetings', level: 1 }).waitFor();
  await look(page, 'setup step 1');

  await checkStep(page, 1, 'Done');
  await page.getByRole('button', { name: 'Go on with step 2' }).click();
  assert.match(page.url(), /\?step=permissions$/);
  await choosePermissions(page);
  await makeCertificate(stage, page);
  await giveConsent(page);
  await checkStep(page, 2, 'Done');
  await page.reload();
  await stepButton(page, 2).and(page.locator('[aria-expanded="true"]')).waitFor();

  await openStep(page, 5);
  await page.getByText('Nobody may own meetings here yet.').waitFor();
  await look(page, 'setup step 5 without organizers');
  await addOrganizers(page);
  await grantPolicy(stage, page);
  await limitMailboxes(stage, page);
  await openStep(page, 7);
  await checkStep(page, 7, 'Done');
  await look(page, 'setup step 7');
  await goLive(page);
  await exportIt(page);
  await pauseAndRemove(page);
});

// E1, E2, E3: a secret that is wrong, one that ends soon, one of one's own, and the words on Today
test('secrets and certificates say whether they work and when they end, also on Today', async (t) => {
  const { stage, page } = await start(t);
  await addRegistration(page);
  await addSecret(page, { name: 'Typed wrong', value: 'wrong~secret', ends: '' });
  await page.getByRole('button', { name: 'Check Typed wrong' }).click();
  await page.getByText('Entra refuses it').waitFor();
  await look(page, 'registration with a refused secret');
  const ends = new Date(stage.clock.now().getTime() + 40 * dayMs).toISOString().slice(0, 10);
  await addSecret(page, { name: 'Spring', value: SINGLE_TENANT_CLIENT_SECRET, ends });
  assert.ok(!(await page.content()).includes(SINGLE_TENANT_CLIENT_SECRET), 'the value is nowhere on the page');
  await page.getByRole('button', { name: 'Check Spring' }).click();
  await page.getByText(/^Works, and ends in (39|40) days$/).waitFor();
  await page.getByRole('button', { name: 'Remove Typed wrong' }).click();
  await page.getByRole('dialog').getByText('It goes on with “Spring”, which works.').waitFor();
  await look(page, 'removing a secret');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove “Typed wrong”' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await bringCertificate(page);
  await look(page, 'registration with an own certificate');
  await page.getByRole('navigation').getByRole('link', { name: 'App registrations' }).click();
  await page.getByText(/^Secret: works, and ends in/).waitFor();
  await look(page, 'registrations with one that ends soon');
  await page.getByRole('navigation').getByRole('link', { name: 'Today' }).click();
  await page.getByText(/The client secret “Spring” of Contoso meetings ends in/).waitFor();
  await look(page, 'today with a secret that ends soon');
  stage.clock.advance(41 * dayMs);
  await page.goto(await stage.signInLink());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The client secret “Spring” of Contoso meetings has ended').waitFor();
  await look(page, 'today with a secret that has ended');
  await page.getByRole('link', { name: 'Go to the registration' }).click();
  await changeName(page);
  await page.getByRole('button', { name: 'Remove this registration' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove “Contoso 2”' }).click();
  await page.getByRole('heading', { name: 'App registrations', level: 1 }).waitFor();
  await page.getByText('Contoso 2').waitFor({ state: 'detached' });
});

test('those who do not manage the workspace find neither the pages nor their data', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage, { email: 'dana.reyes@contoso.example' });
  assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'Setup guide' }).count(), 0);
  for (const path of [
    'app-registrations',
    'app-registrations/new',
    'app-registrations/deployment',
    'setup',
    'setup/x',
  ]) {
    await page.goto(`${stage.publicUrl}/console/microsoft-365/${path}`);
    await page.getByRole('heading', { name: 'For administrators of this workspace' }).waitFor();
  }
  await look(page, 'for administrators');
});

async function start(t: TestContext) {
  const stage = await startStage(t);
  const app = stage.emulator.context.directory.apps.get(SINGLE_TENANT_CLIENT_ID);
  app?.redirectUris.push({ uri: `${stage.publicUrl}/api/teams/callback`, platform: 'web' });
  const person = await signedIn(stage, { viewport: { width: 1280, height: 900 } });
  person.expectFault(/status of 400/); // a form with a fault
  return { stage, ...person };
}

async function addRegistration(page: Page): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'Setup guide' }).click();
  await page.getByRole('heading', { name: 'No organization is connected yet' }).waitFor();
  await look(page, 'setup empty');
  await page.getByRole('navigation').getByRole('link', { name: 'App registrations' }).click();
  await page.getByText('Whoever runs the server sets it.').waitFor();
  await look(page, 'registrations');
  await page.getByRole('button', { name: 'Add a registration' }).click();
  await page.getByLabel('Name in Parley').fill('Contoso meetings');
  await page.getByLabel('Application (client) ID').fill('not an id');
  await page.getByLabel('Directory (tenant) ID').fill(CONTOSO_TENANT_ID);
  await look(page, 'new registration');
  await page.getByRole('button', { name: 'Add this registration' }).click();
  await page.getByText('a GUID from Entra’s overview page').waitFor();
  await look(page, 'new registration with a fault');
  await page.getByLabel('Application (client) ID').fill(SINGLE_TENANT_CLIENT_ID.toUpperCase());
  await page.getByRole('button', { name: 'Add this registration' }).click();
  await page.getByRole('heading', { name: 'Contoso meetings', level: 1 }).waitFor();
  await page.getByText('It has no certificate or secret yet.').waitFor();
  await look(page, 'registration without credentials');
}

async function addSecret(page: Page, { name, value, ends }: Record<'name' | 'value' | 'ends', string>): Promise<void> {
  await page.getByRole('button', { name: 'Add a client secret' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a client secret' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByLabel('Value').fill(value);
  await dialog.getByLabel('Ends on').fill(ends);
  await look(page, `adding a secret ${name}`);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
}

async function bringCertificate(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Bring your own certificate' }).click();
  const dialog = page.getByRole('dialog', { name: 'Bring your own certificate' });
  await dialog.getByRole('button', { name: 'Add the certificate' }).click();
  await dialog.getByText('Choose a file.').waitFor();
  await look(page, 'bringing a certificate with faults');
  const { privateKeyPem, certificatePem } = createCertificate({ commonName: 'Ours', now: new Date(), years: 1 });
  await dialog.getByLabel('Name').fill('Ours');
  const buffer = Buffer.from(privateKeyPem + certificatePem);
  await dialog.getByLabel(/^File/).setInputFiles({ name: 'ours.pem', mimeType: 'application/x-pem-file', buffer });
  await dialog.getByRole('button', { name: 'Add the certificate' }).click();
  await page.getByRole('link', { name: 'Download .cer of Ours' }).waitFor();
}

async function changeName(page: Page): Promise<void> {
  await page.getByLabel('Name in Parley').fill('Contoso 2');
  await page.getByText('More settings').click();
  await look(page, 'registration settings');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await page.getByRole('heading', { name: 'Contoso 2', level: 1 }).waitFor();
}

async function choosePermissions(page: Page): Promise<void> {
  const panel = page.locator('li').filter({ has: stepButton(page, 2) });
  const permissions = panel.getByRole('region', { name: 'Permissions to add' });
  await permissions.getByText('User.Read.All', { exact: true }).waitFor();
  await look(page, 'setup step 2');
  await panel.getByLabel('Show Parley less of your people').check({ force: true });
  await panel.getByRole('button', { name: 'Save this choice' }).click();
  await permissions.getByText('User.ReadBasic.All', { exact: true }).waitFor();
  await panel.getByLabel('Show Parley less of your people').uncheck({ force: true });
  await panel.getByRole('button', { name: 'Save this choice' }).click();
  await permissions.getByText('User.Read.All', { exact: true }).waitFor();
}

async function makeCertificate(stage: Stage, page: Page): Promise<void> {
  await openStep(page, 4);
  await look(page, 'setup step 4');
  await page.getByRole('button', { name: 'Make a certificate (recommended)' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a certificate' });
  await dialog.getByLabel('Name').fill('First certificate');
  await look(page, 'making a certificate');
  await dialog.getByRole('button', { name: 'Make the certificate' }).click();
  await page.getByText('Entra has to know it').waitFor();
  await look(page, 'setup step 4 with a new certificate');
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download .cer of First certificate' }).click();
  const cer = await readFile(await (await downloading).path());
  const pem = `-----BEGIN CERTIFICATE-----\n${cer.toString('base64')}\n-----END CERTIFICATE-----\n`;
  const uploaded = await fetch(`${stage.emulatorUrl}/control/apps/${SINGLE_TENANT_CLIENT_ID}/certificates`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ pem }),
  });
  assert.equal(uploaded.status, 201);
  await page.getByRole('button', { name: 'Check First certificate' }).click();
  await page.getByText('Works', { exact: true }).waitFor();
  await checkStep(page, 4, 'Done');
  await look(page, 'setup step 4 done');
}

async function giveConsent(page: Page): Promise<void> {
  await openStep(page, 3);
  await checkStep(page, 3, 'Needs somebody');
  await look(page, 'setup step 3 failed');
  await page.getByRole('button', { name: 'Make the link' }).click();
  await page.getByText('They need no account in Parley.').waitFor();
  await look(page, 'setup step 3 with a link');
  await page.getByRole('link', { name: 'Open it here' }).click();
  await page.getByRole('button', { name: /Priya Lindqvist/ }).click();
  await page.getByText('Review for your organization').waitFor();
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('heading', { name: 'Contoso', level: 1 }).waitFor();
  assert.match(page.url(), /\/console\/microsoft-365\/setup\/ten_\w+/);
  await page.getByText(/Somebody came back from Microsoft’s page on/).waitFor();
  await stepButton(page, 3).getByText('Done', { exact: true }).waitFor(); // it is looked at by itself
  await look(page, 'setup step 3 done');
  await openStep(page, 2);
}

/** What Access policies is for; here by the API, as the person who is signed in. */
async function addOrganizers(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const id = location.pathname.split('/').at(-1);
    for (const [user, pilot] of [
      ['dana.reyes@contoso.example', true],
      ['meetings@contoso.example', false],
    ]) {
      const response = await fetch(`/v1/tenants/${id}/organizers`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ user, pilot }),
      });
      if (!response.ok) throw new Error(await response.text());
    }
  });
  await page.reload();
}

async function grantPolicy(stage: Stage, page: Page): Promise<void> {
  await page.getByText('May own meetings: Contoso Meetings, Dana Reyes.').waitFor();
  await look(page, 'setup step 5');
  for (const script of await scriptsOf(page)) run(stage, script);
  await page.getByRole('button', { name: 'I have run the scripts' }).click();
  await page.getByText('Parley tries the policy for 2 organizers').waitFor();
  await checkStep(page, 5, 'Done');
  await look(page, 'setup step 5 done');
}

async function limitMailboxes(stage: Stage, page: Page): Promise<void> {
  await openStep(page, 6);
  await page.getByRole('radio', { name: /RBAC for Applications/ }).check({ force: true });
  await page.getByLabel('Group of mailboxes').fill('organizers@contoso.example');
  await page.getByLabel('A mailbox that must be refused').fill('yuki.brandt@contoso.example');
  await page.getByRole('button', { name: 'Save this choice' }).click();
  await page.getByText('Take the tenant-wide calendar permission back').waitFor();
  await look(page, 'setup step 6');
  for (const script of await scriptsOf(page)) run(stage, script);
  await openStep(page, 3);
  await checkStep(page, 3, 'Done');
  await openStep(page, 2);
  await checkStep(page, 2, 'Done');
  await openStep(page, 6);
  await checkStep(page, 6, 'Done');
  await look(page, 'setup step 6 done');
}

async function goLive(page: Page): Promise<void> {
  await openStep(page, 8);
  await look(page, 'setup step 8');
  await page.getByRole('button', { name: 'Start the pilot' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('From then on Parley makes meetings for Dana Reyes, and for nobody else.').waitFor();
  await look(page, 'starting the pilot');
  await dialog.getByRole('button', { name: 'Start the pilot with 1 organizer' }).click();
  await page.getByText('The pilot runs: Parley makes meetings for organizers').waitFor();
  await openStep(page, 7);
  await page.getByRole('button', { name: 'Check again' }).click();
  await page.getByText('Last checked just now.').waitFor();
  await openStep(page, 8);
  await page.getByRole('button', { name: 'Go live for everyone' }).click();
  await dialog.getByRole('button', { name: 'Go live for 2 organizers' }).click();
  await page.getByText('Every step is done.').waitFor();
  await page.getByText(/Live for everyone: Milan Okafor/).waitFor();
  await look(page, 'setup live');
}

async function exportIt(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Export for a colleague' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export for a colleague' });
  await dialog.getByLabel('For whom').selectOption('Teams Administrator');
  await dialog.getByText('Nothing is left for the Teams Administrator.').waitFor();
  await look(page, 'export');
  const downloading = page.waitForEvent('download');
  await dialog.getByRole('link', { name: 'Download' }).click();
  assert.equal((await downloading).suggestedFilename(), 'parley-setup.txt');
  await dialog.getByRole('button', { name: 'Close' }).click();
}

async function pauseAndRemove(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Pause Contoso' }).click();
  await page.getByText('Paused: Parley makes no new meetings here.').waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Live: Parley makes meetings for every organizer').waitFor();
  await page.getByRole('link', { name: 'Setup guide' }).first().click();
  await page.getByRole('heading', { name: 'Setup guide', level: 1 }).waitFor();
  await page.getByText('Microsoft last gave Parley access').waitFor();
  await look(page, 'tenants');
  await page.getByRole('main').getByRole('link', { name: 'Contoso', exact: true }).click();
  await page.getByRole('button', { name: 'Remove this tenant' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('and its 2 organizers').waitFor();
  await look(page, 'removing a tenant');
  await dialog.getByRole('button', { name: 'Remove Contoso' }).click();
  await page.getByRole('heading', { name: 'No organization is connected yet' }).waitFor();
}

function stepButton(page: Page, number: number): Locator {
  return page.getByRole('button', { name: new RegExp(`^Step ${number}: `) });
}

async function openStep(page: Page, number: number): Promise<void> {
  const button = stepButton(page, number);
  await button.waitFor();
  if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
  await button.and(page.locator('[aria-expanded="true"]')).waitFor();
}

/** Checks the step that is open, and waits for what its badge says then. */
async function checkStep(page: Page, number: number, badge: string): Promise<void> {
  const checking = page.waitForResponse((response) => response.url().endsWith('/check') && response.ok());
  await page.getByRole('button', { name: /^Check (now|again)$/ }).click();
  await checking;
  await stepButton(page, number).getByText(badge, { exact: true }).waitFor();
}

async function scriptsOf(page: Page): Promise<string[]> {
  await page.locator('pre').first().waitFor();
  return page.locator('pre').allTextContents();
}

function run(stage: Stage, script: string): void {
  const { error } = runScript(stage.emulator.context, { tenantId: CONTOSO_TENANT_ID, script });
  assert.equal(error, undefined, script);
}

/** The page as it stands: wide and narrow, light and dark. */
async function look(page: Page, name: string): Promise<void> {
  const file = `tenant-${name.replaceAll(/\W+/g, '-')}`;
  await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' });
  const before = page.viewportSize();
  await shoot(page, file);
  await assertAccessible(page, `${name}, light`);
  await turn(page, 'dark');
  await assertAccessible(page, `${name}, dark`);
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
