import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shoot } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { mailboxOf } from './support/outlook.ts';
import { startStage } from './support/stage.ts';
import { bookAnything, joinLink, sam } from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';

test('an event type is made, refused with the fault at its field, corrected, booked and changed', async (t) => {
  const stage = await startStage(t);
  const { page, expectFault } = await signedIn(stage);
  await page.getByRole('navigation').getByRole('link', { name: 'Event types' }).click();
  await page.getByRole('heading', { name: 'Intro call' }).waitFor();
  await shoot(page, 'console-event-types');
  await page.getByRole('button', { name: 'New event type' }).click();
  await page.getByRole('heading', { name: 'New event type', level: 1 }).waitFor();
  await shoot(page, 'console-event-type-new');
  expectFault(/status of 400/);
  await page.getByRole('button', { name: 'Make this event type' }).click();
  const alert = page.getByRole('alert').first();
  await alert.getByRole('link', { name: /^Title:/ }).waitFor();
  await shoot(page, 'console-event-type-faults');
  const title = page.getByRole('textbox', { name: 'Title' });
  assert.equal(await title.getAttribute('aria-invalid'), 'true');
  await alert.getByRole('link', { name: /^Title:/ }).click();
  assert.ok(await title.evaluate((element) => document.activeElement === element));
  await page.keyboard.type('Trial interview');
  assert.equal(await page.getByRole('textbox', { name: 'Address' }).inputValue(), 'trial-interview');

  // An address that another event type has.
  await page.getByRole('textbox', { name: 'Address' }).fill('intro-call');
  await page.getByLabel('Add an operator').selectOption({ label: `Dana Reyes (${dana})` });
  await page.getByRole('button', { name: 'Remove Milan Okafor' }).click();
  expectFault(/status of 4\d\d/);
  await page.getByRole('button', { name: 'Make this event type' }).click();
  await alert.getByRole('link', { name: /^Address: Another event type/ }).waitFor();
  await shoot(page, 'console-event-type-taken');
  assert.equal(await page.getByRole('textbox', { name: 'Address' }).getAttribute('aria-invalid'), 'true');
  await page.getByRole('textbox', { name: 'Address' }).fill('trial-interview');
  await page.getByRole('button', { name: 'Make this event type' }).click();
  await page.getByRole('heading', { name: 'Trial interview' }).waitFor();
  await shoot(page, 'console-event-types-with-new');

  const { page: visitor } = await stage.person();
  await bookAnything(visitor, `${stage.publicUrl}/book/contoso-careers/trial-interview`, stage.clock.now());
  await joinLink(visitor);

  await page.getByRole('link', { name: 'Trial interview', exact: true }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Practice interview');
  await shoot(page, 'console-event-type-edit');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  await page.getByRole('link', { name: 'Event types' }).first().click();
  await page.getByRole('heading', { name: 'Practice interview' }).waitFor();
  await page.getByRole('switch', { name: 'Bookings for Practice interview' }).click();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'Practice interview' })
    .getByText('Off', { exact: true })
    .waitFor();
  expectFault(/./);
  const { page: late, expectFault: lateFault } = await stage.person();
  lateFault(/status of 4\d\d/);
  await late.goto(`${stage.publicUrl}/book/contoso-careers/trial-interview`);
  await late.getByRole('heading', { level: 1 }).waitFor();
  await shoot(late, 'book-switched-off');
});

test('a booking appears in Bookings while a visitor books, and what the member does with it reaches both', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage);
  await page.getByRole('navigation').getByRole('link', { name: 'Bookings' }).click();
  await page.getByText('No bookings are ahead').waitFor();
  await shoot(page, 'console-bookings-empty');
  await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));

  const { page: visitor } = await stage.person({ timezoneId: 'America/New_York' });
  stage.emulator.switches.latencyMs = 700;
  await bookAnything(visitor, stage.bookingUrl, stage.clock.now());
  const row = page.getByRole('link').filter({ hasText: sam.name });
  await row.getByText('Making the Teams link…').waitFor();
  await shoot(page, 'console-bookings-making-link');
  await row.getByText('Link ready').waitFor();
  stage.emulator.switches.latencyMs = 0;
  await shoot(page, 'console-bookings');
  assert.equal(await page.evaluate(() => 'sameDocument' in globalThis), true, 'the list changed by itself');
  const link = await joinLink(visitor);

  await row.click();
  await page.getByRole('heading', { name: sam.name, level: 1 }).waitFor();
  await page.getByText(sam.note).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Join in Teams' }).getAttribute('href'), link);
  await page.getByText('Teams link made, invitation sent by Outlook').waitFor();
  await shoot(page, 'console-booking');

  await page.getByRole('button', { name: 'Move' }).click();
  await page.getByRole('heading', { name: `Move the meeting with ${sam.name}` }).waitFor();
  await page.getByRole('radio').nth(3).check({ force: true });
  await shoot(page, 'console-booking-move');
  const before = mailboxOf(stage, dana).events[0]?.start;
  await page.getByRole('button', { name: 'Move this meeting' }).click();
  await page.getByRole('heading', { name: sam.name, level: 1 }).waitFor();
  await page.getByText('Outlook and Teams show the change').waitFor();
  assert.notEqual(mailboxOf(stage, dana).events[0]?.start, before);
  assert.equal(mailboxOf(stage, dana).events[0]?.joinUrl, link);

  await page.getByRole('button', { name: 'Cancel this meeting' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await shoot(page, 'console-booking-cancel');
  await dialog.getByRole('textbox').fill('The adviser is ill.');
  await dialog.getByRole('button', { name: /^Cancel/ }).click();
  await page.getByText('Gone from the calendar; Outlook told everybody invited').waitFor();
  await shoot(page, 'console-booking-cancelled');
  await visitor.reload();
  await visitor.getByRole('heading', { name: 'This meeting is cancelled' }).waitFor();
  assert.deepEqual(
    mailboxOf(stage, sam.email).messages.map(({ kind }) => kind),
    ['cancellation', 'update', 'invitation'],
  );
});

test('a meeting that Teams refuses names cause and remedy, and Try again makes it once the cause is gone', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage);
  const { page: control } = await stage.person();
  const licence = control.getByRole('row').filter({ hasText: dana }).locator('button[name="teamsLicence"]');
  await control.goto(`${stage.emulatorUrl}/control`);
  await shoot(control, 'emulator-control');
  await licence.filter({ hasText: 'Take away' }).click();
  await licence.filter({ hasText: 'Give' }).waitFor();

  const { page: visitor } = await stage.person();
  await bookAnything(visitor, stage.bookingUrl, stage.clock.now());
  await visitor.getByText('Your time is booked. The link will').waitFor();
  await shoot(visitor, 'booked-teams-refused');

  const need = page.getByRole('link', { name: new RegExp(`See why.*${sam.name}`) });
  await need.waitFor();
  await shoot(page, 'console-today-needs-you');
  await need.click();
  const trouble = page.getByRole('region', { name: 'What is wrong' });
  await trouble.waitFor();
  await trouble.getByText('Details').click();
  await shoot(page, 'console-booking-failed');
  assert.match(await trouble.innerText(), /licen[cs]e/i);

  await licence.filter({ hasText: 'Give' }).click();
  await licence.filter({ hasText: 'Take away' }).waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Link ready').waitFor();
  await trouble.waitFor({ state: 'detached' });
  await shoot(page, 'console-booking-mended');
  const link = await page.getByRole('link', { name: 'Join in Teams' }).getAttribute('href');
  await visitor.reload();
  assert.equal(await joinLink(visitor), link);
  assert.equal(mailboxOf(stage, sam.email).messages.filter(({ kind }) => kind === 'invitation').length, 1);
});

test('an API key is shown once, works, and is refused after it was revoked', async (t) => {
  const stage = await startStage(t);
  const { page, expectFault } = await signedIn(stage);
  await page.getByRole('navigation').getByRole('link', { name: 'API keys' }).click();
  await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
  await shoot(page, 'console-api-keys-empty');
  expectFault(/status of 400/);
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.getByText('Give the key a name.').waitFor();
  await page.getByLabel('Name').fill('CRM');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const secret = await page
    .getByRole('group')
    .filter({ hasText: /^\S{20,}$/ })
    .innerText();
  await shoot(page, 'console-api-key-made');
  const ask = async () =>
    (await fetch(`${stage.publicUrl}/v1/event-types`, { headers: { authorization: `Bearer ${secret}` } })).status;
  assert.equal(await ask(), 200);
  await page.reload();
  await page.getByRole('heading', { name: 'CRM', exact: true }).waitFor();
  assert.ok(!(await page.content()).includes(secret), 'the secret is not shown again');
  await page.getByRole('button', { name: 'Revoke CRM' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('are refused from the next request on').waitFor();
  await shoot(page, 'console-api-key-revoke');
  await dialog.getByRole('button', { name: 'Revoke “CRM”' }).click();
  await page.getByRole('heading', { name: 'CRM', exact: true }).waitFor({ state: 'detached' });
  assert.equal(await ask(), 401);
});

test('the palette finds pages, the appearance can be chosen, and signing out ends the session', async (t) => {
  const stage = await startStage(t);
  const { page, context, expectFault } = await signedIn(stage);
  await page.keyboard.press('Control+K');
  await page.getByRole('combobox').fill('integ');
  await shoot(page, 'console-palette');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Integrations', level: 1 }).waitFor();
  await page.getByRole('button', { name: /Milan Okafor/ }).click();
  await page.getByRole('radio', { name: 'Dark' }).check();
  await page.keyboard.press('Escape');
  await shoot(page, 'console-dark');
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
  const [session] = await context.cookies();
  await page.getByRole('button', { name: /Milan Okafor/ }).click();
  await shoot(page, 'console-person-menu');
  expectFault(/status of 401/);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to Parley' }).waitFor();
  await shoot(page, 'console-signed-out');
  const headers = { cookie: `${session?.name}=${session?.value}` };
  assert.equal((await fetch(`${stage.publicUrl}/v1/me`, { headers })).status, 401, 'the old cookie is worth nothing');
});

test('an operator sees what operators may see', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage, { email: dana });
  assert.equal(await page.getByRole('link', { name: 'API keys' }).count(), 0);
  await page.getByRole('navigation').getByRole('link', { name: 'Event types' }).click();
  await page.getByRole('heading', { name: 'Intro call' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'New event type' }).count(), 0);
  await shoot(page, 'console-event-types-operator');
});

test('a sign-in link works once', async (t) => {
  const stage = await startStage(t);
  const link = await stage.signInLink();
  const first = await stage.person();
  await first.page.goto(link);
  await first.page.getByRole('button', { name: 'Sign in' }).click();
  await first.page.getByRole('heading', { name: 'Today', level: 1 }).waitFor();
  const second = await stage.person();
  second.expectFault(/status of 410/);
  await second.page.goto(link);
  await second.page.getByRole('heading', { name: 'This link has ended' }).waitFor();
  await shoot(second.page, 'sign-in-ended');
});
