import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage, type Stage } from './support/stage.ts';
import { bookAnything, bookIt, chooseDay, chooseTime, fillIn, fitsAcross, joinLink, sam } from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';
const wide = { width: 1280, height: 800 };
const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light', viewport: wide }],
  ['dark', { colorScheme: 'dark', viewport: wide }],
  ['narrow', { colorScheme: 'light', viewport: { width: 320, height: 640 } }],
];

for (const [look, options] of looks) {
  test(`visitors’ pages have no violations: ${look}`, async (t) => {
    const stage = await startStage(t);
    const { page, expectFault } = await stage.person(options);
    expectFault(/status of 4\d\d/);
    const check = (name: string) => assertAccessible(page, `${name}, ${look}`);
    await page.goto(stage.bookingUrl);
    await chooseDay(page, stage.clock.now());
    await page.locator('.zone summary').click();
    await check('calendar');
    await chooseTime(page);
    await check('details');
    await page.getByRole('button', { name: 'Book this time' }).click();
    await page.getByRole('alert').waitFor();
    await check('details with faults');
    await fillIn(page);
    stage.emulator.switches.latencyMs = 1500;
    await bookIt(page);
    await page.getByText('Making your Teams link…').waitFor();
    await check('confirmation that waits');
    await joinLink(page);
    stage.emulator.switches.latencyMs = 0;
    await check('confirmation');
    await page.getByRole('link', { name: 'Move to another time' }).click();
    await page.getByText('keep this one').waitFor();
    await check('calendar for moving');
    await chooseTime(page);
    await check('moving');
    await page.getByRole('button', { name: 'Move to this time' }).click();
    await page.getByText('The meeting was moved.').waitFor();
    await check('moved');
    await page.getByRole('link', { name: 'Cancel this meeting' }).click();
    await page.getByRole('heading', { name: 'Cancel this meeting?' }).waitFor();
    await check('cancelling');
    await page.getByRole('button', { name: 'Cancel this meeting' }).click();
    await page.getByRole('heading', { name: 'This meeting is cancelled' }).waitFor();
    await check('cancelled');
    for (const path of [
      '/book/contoso-careers/careers-advice', // its host has not connected
      '/book/contoso-careers/nothing-here',
      '/bookings/not-a-token',
      '/book/contoso-careers/intro-call?day=2026-02-31',
      '/problems/slot_taken',
      '/sign-in',
      '/sign-in/not-a-token',
      '/api/teams/callback?code=x&state=y',
    ]) {
      await page.goto(stage.publicUrl + path);
      await check(path);
    }
  });

  test(`the console has no violations: ${look}`, async (t) => {
    const stage = await startStage(t);
    const visitor = await stage.person();
    await bookAnything(visitor.page, stage.bookingUrl, stage.clock.now());
    await joinLink(visitor.page);
    stage.emulator.switches.joinUrlDelayMs = null; // a second booking whose link does not come
    await bookAnything(visitor.page, stage.bookingUrl, stage.clock.now(), { ...sam, name: 'Ola Brink' });
    const { page, expectFault } = await signedIn(stage, options);
    expectFault(/status of 4\d\d/);
    const check = async (name: string) => {
      await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' });
      await shoot(page, `axe-console-${name.replaceAll(/\W+/g, '-')}-${look}`);
      await assertAccessible(page, `${name}, ${look}`);
      assert.ok(await fitsAcross(page), `${name} fits across the screen, ${look}`);
    };
    const visit = async (path: string, heading: string) => {
      await page.goto(`${stage.publicUrl}/console${path}`);
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    };
    await check('today');
    await visit('/bookings', 'Bookings');
    await page.getByRole('link').filter({ hasText: 'Ola Brink' }).waitFor();
    await check('bookings');
    for (const show of ['past', 'cancelled', 'meetings']) {
      await visit(`/bookings?show=${show}`, 'Bookings');
      await check(`bookings ${show}`);
    }
    for (const path of ['requests', 'calendar', 'calendar?view=day']) {
      await visit(`/bookings/${path}`, 'Bookings');
      await check(`bookings ${path}`);
    }
    await visit('/bookings/new', 'New booking');
    await page.getByRole('group').getByRole('radio').first().waitFor({ state: 'attached' });
    await check('new booking');
    for (const name of [sam.name, 'Ola Brink']) {
      await visit('/bookings', 'Bookings');
      await page.getByRole('link').filter({ hasText: name }).click();
      await page.getByRole('heading', { name, level: 1 }).waitFor();
      await check(`booking of ${name}`);
    }
    await page.getByRole('button', { name: 'Cancel this meeting' }).click();
    await page.getByRole('dialog').waitFor();
    await check('cancelling');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Move', exact: true }).click();
    await page.getByRole('radio').first().check({ force: true });
    await check('moving');
    await visit('/event-types', 'Event types');
    await page.getByRole('heading', { name: 'Intro call' }).waitFor();
    await check('event types');
    await page.getByRole('link', { name: 'Intro call', exact: true }).click();
    await page.getByRole('heading', { name: 'Intro call', level: 1 }).waitFor();
    await check('event type');
    await page.getByRole('button', { name: 'Delete this event type' }).click();
    await page.getByRole('dialog').waitFor();
    await check('deleting an event type');
    await visit('/event-types/new', 'New event type');
    await page.getByRole('button', { name: 'Make this event type' }).click();
    await page.getByRole('alert').first().waitFor();
    await check('new event type with faults');
    for (const [path, heading, words] of [
      ['/availability', 'Availability', /in this week/],
      ['/availability/why-not', 'Availability', /can be chosen on/],
      ['/people', 'People', /Noor Adeyemi/],
      ['/people/operators', 'People', /Connected/],
      ['/settings', 'Settings', /Changes made in Outlook/],
      ['/settings/mail', 'Mail', /No mail yet/],
      ['/settings/mail/templates', 'Mail', /Request received/],
    ] as const) {
      await visit(path, heading);
      await page.getByText(words).first().waitFor();
      await check(path);
    }
    await visit('/microsoft-365/integrations', 'Integrations');
    await page.getByText('Does Microsoft say “Need admin approval”?').click();
    await check('integrations');
    await visit('/developers/api-keys', 'API keys');
    await check('API keys');
    await page.getByRole('button', { name: 'Make a key' }).click();
    await page.getByLabel('Name').fill('CRM');
    await page.getByRole('radio', { name: 'What you choose' }).check({ force: true });
    await check('choosing what a key may do');
    await page.getByRole('button', { name: 'Make the key' }).click();
    await page.getByRole('heading', { name: 'CRM', exact: true }).waitFor();
    await check('API key');
    await page.keyboard.press('Control+K');
    await page.getByRole('combobox').waitFor();
    await check('palette');
    await page.keyboard.press('Escape');
    await page.getByRole('combobox').waitFor({ state: 'detached' });
    if (look === 'narrow') await page.getByRole('button', { name: 'Navigation' }).click();
    await page.getByRole('button', { name: /Milan Okafor/ }).click();
    await check('person menu');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Parley' }).waitFor();
    await check('signed out');
    await page.goto(`${stage.publicUrl}/console/nowhere`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await check('no page');
  });

  test(`the emulator’s pages have no violations: ${look}`, async (t) => {
    const stage = await startStage(t);
    const visitor = await stage.person();
    const start = await bookAnything(visitor.page, stage.bookingUrl, stage.clock.now());
    await joinLink(visitor.page);
    const { page, expectFault } = await signedIn(stage, options);
    expectFault(/status of 4\d\d/);
    const check = (name: string) => assertAccessible(page, `${name}, ${look}`);
    for (const path of ['/', '/control', '/outlook', '/outlook/join?url=https%3A%2F%2Fteams.example%2Fnone']) {
      await page.goto(stage.emulatorUrl + path);
      await check(path);
    }
    await page.goto(`${stage.outlook(dana, 'calendar')}?week=${start.toISOString().slice(0, 10)}`);
    await page.locator('.event a').waitFor();
    await check('week');
    await page.locator('.event a').click();
    await check('event');
    await page.goto(stage.outlook(dana, 'inbox'));
    await check('inbox without mail');
    await page.goto(stage.outlook(sam.email, 'inbox'));
    await check('inbox');
    await page.locator('.mails a').first().click();
    await check('invitation');
    await startConnecting(page, stage);
    await check('picker');
    await page.getByRole('button', { name: /Elif Varga/ }).click();
    await page.getByRole('heading', { name: 'Need admin approval' }).waitFor();
    await check('need admin approval');
    await page.getByRole('link', { name: 'Have an admin account?' }).click();
    await page.getByRole('button', { name: /Nora Castell/ }).click();
    await page.getByRole('heading', { name: 'Permissions requested' }).waitFor();
    await check('consent of an administrator');
    stage.user('yuki.brandt').conditionalAccess = 'mfa';
    await startConnecting(page, stage);
    await page.getByRole('button', { name: /Yuki Brandt/ }).click();
    await page.getByRole('button', { name: 'Approve' }).waitFor();
    await check('second factor');
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('heading', { name: 'Permissions requested' }).waitFor();
    await check('consent');
    await page.goto(`${stage.emulatorUrl}/common/oauth2/v2.0/authorize?client_id=nobody`);
    await check('error of Entra');
  });
}

async function startConnecting(page: Page, { publicUrl }: Stage): Promise<void> {
  await page.goto(`${publicUrl}/console/microsoft-365/integrations`);
  await page.getByRole('button', { name: 'Connect Microsoft Teams' }).click();
  await page.getByRole('heading', { name: 'Pick an account' }).waitFor();
}
