import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { NORTHGATE_CLIENT_ID } from '../../emulator/seed.ts';
import { addMember } from '../../src/access/service.ts';
import { createTeamsPolicy, grantTeamsPolicy } from '../../src/microsoft/policies.ts';
import { addTenant, runPowerShell } from '../support/tenant.ts';
import type { System } from '../support/system.ts';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage } from './support/stage.ts';
import { bookAnything, fitsAcross } from './support/visitor.ts';

const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light', viewport: { width: 1280, height: 800 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 800 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 390, height: 844 } }],
];

// Northgate's people, as the workspace knows them: each one a case of seed 004's matching.
const adviser = 'Leila Haddad';
const people: [name: string, email: string, attributes: Record<string, string>][] = [
  [adviser, 'leila@careers.example', { staffId: 'N-2001' }],
  ['Bea Lindholm', 'bea@careers.example', { staffId: 'N-2010' }],
  ['Carla Mendes', 'carla@careers.example', { staffId: 'N-2011' }],
  ['Jonas Pike', 'jonas@careers.example', { staffId: 'N-2012' }],
  ['Otto Renner', 'otto@careers.example', { staffId: 'N-2013' }],
  ['Tom Vesely', 'tom@careers.example', { staffId: 'N-2015' }],
  ['Zoe Unknown', 'zoe@careers.example', { staffId: 'N-9999' }],
  ['Marek Dvorak', 'marek.dvorak@northgate.example', {}],
];

/** The furnished workspace with Northgate College connected to it, and its advisers as operators. */
async function startCollege(t: TestContext) {
  const stage = await startStage(t);
  const { database, app } = stage.world;
  const { id: workspaceId } = await database.db.selectFrom('workspaces').select('id').executeTakeFirstOrThrow();
  const { clock, emulator } = stage;
  const system = { database, app, clock, emulator, config: stage.world.config } as unknown as System;
  const { tenantConnectionId, organizer } = await addTenant(system, workspaceId);
  for (const [name, email, attributes] of people) {
    const member = { email, name, role: 'operator' as const, timeZone: 'Europe/London' };
    const id = await addMember({ db: database.db, now: stage.clock.now }, workspaceId, member);
    await database.db
      .updateTable('members')
      .set({ attributes: JSON.stringify(attributes) })
      .where('id', '=', id)
      .execute();
  }
  const grant = () => {
    const policy = { policyName: 'Parley-Meetings', clientId: NORTHGATE_CLIENT_ID };
    stage.emulator.switches.teamsPolicyDelayMs = 0;
    runPowerShell(system, createTeamsPolicy(policy));
    runPowerShell(system, grantTeamsPolicy(policy, { kind: 'everyone' }));
  };
  return {
    ...stage,
    system,
    tenantConnectionId,
    organizer,
    grant,
    url: `${stage.publicUrl}/console/microsoft-365/access-policies`,
  };
}

/** Runs what the page prints, as a Teams administrator of Northgate does. */
async function runPrinted({ system }: College, page: Page): Promise<void> {
  runPowerShell(system, await page.getByRole('group', { name: 'The script' }).innerText());
}

type College = Awaited<ReturnType<typeof startCollege>>;

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

// T6 T7 G13: nobody, then one who is added, refused, granted by the script that the page prints, and proven.
for (const [look, options] of looks) {
  test(`the roster goes from nothing to granted: ${look}`, async (t) => {
    const stage = await startCollege(t);
    stage.emulator.switches.teamsPolicyDelayMs = 60_000;
    const { page } = await signedIn(stage, options);
    const check = async (name: string) => {
      await shoot(page, `access-policies-${name.replaceAll(' ', '-')}-${look}`);
      await assertAccessible(page, `${name}, ${look}`);
      assert.ok(await fitsAcross(page), `${name} fits across the screen, ${look}`);
    };
    await page.goto(stage.url);
    await page.waitForURL(/access-policies\/ten_/);
    await page.getByText('Nobody may own meetings yet').waitFor();
    await check('empty');

    await page.getByRole('button', { name: 'Add an organizer' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Sign-in name or object id').fill('leila.haddad@northgate.example');
    await dialog.getByLabel('Operator').selectOption({ label: `${adviser} (leila@careers.example)` });
    await check('adding');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await row(page, adviser).waitFor();
    await page.getByRole('button', { name: `Check now: ${adviser}` }).click();
    await row(page, adviser).getByText('Refused', { exact: true }).waitFor();
    await check('refused');

    await page.getByRole('checkbox', { name: `Choose ${adviser}` }).check();
    await page.getByRole('button', { name: 'Scripts for the Teams administrator' }).click();
    await dialog.getByLabel('What it is for').selectOption({ label: 'Make the policy' });
    await dialog.getByText('New-CsApplicationAccessPolicy').waitFor();
    await runPrinted(stage, page);
    await dialog.getByLabel('What it is for').selectOption({ label: 'Grant the policy' });
    await dialog.getByText(`Whom you chose: ${adviser}`).waitFor();
    await dialog.getByText('Grant-CsApplicationAccessPolicy').waitFor();
    await check('script');
    await runPrinted(stage, page);
    await dialog.getByRole('button', { name: 'I have run the script' }).click();
    await page.getByText('Noted for 1 person.').waitFor();
    await row(page, adviser).getByText('Propagating', { exact: true }).waitFor();
    await page.getByRole('button', { name: `Check now: ${adviser}` }).click();
    await row(page, adviser)
      .getByText(/^Since .*, up to 30 minutes, last tried .*, refused so far/)
      .waitFor();
    await check('propagating');
    stage.emulator.switches.teamsPolicyDelayMs = 0; // Teams has applied it
    await page.getByRole('button', { name: `Check now: ${adviser}` }).click();
    await row(page, adviser).getByText('Granted', { exact: true }).waitFor();
    await row(page, adviser).getByText('Proven just now.').waitFor();
    await check('granted');
  });
}

// T6 T7: whoever has another policy is named before anything would be overwritten.
test('the policy list is imported, and other policies are warned of', async (t) => {
  const stage = await startCollege(t);
  await stage.organizer('leila.haddad');
  await stage.organizer('marek.dvorak', { pilot: true });
  await stage.organizer('suki.amari', { allowed: false, probe_at: null });
  const { page, expectFault } = await signedIn(stage, { viewport: { width: 1280, height: 800 } });
  expectFault(/status of 400/); // a list without its columns
  await page.goto(`${stage.url}/${stage.tenantConnectionId}`);
  await page.getByRole('button', { name: 'Import the policy list' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('How to get the list').click();
  await dialog.getByText('Get-CsOnlineUser').waitFor();
  await dialog.getByLabel('Or paste the list').fill('Name\nLeila');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await dialog.getByText(/The first line must name the columns/).waitFor();
  await shoot(page, 'access-policies-import');
  const lines = [
    'UserPrincipalName,ApplicationAccessPolicy',
    'leila.haddad@northgate.example,Tag:Parley-Meetings',
    'marek.dvorak@northgate.example,Tag:Contoso-Bots',
    'suki.amari@northgate.example,',
    'pat.quill@northgate.example,',
  ];
  await dialog.getByLabel('Or paste the list').fill(lines.join('\n'));
  await dialog.getByRole('button', { name: 'Import' }).click();
  await dialog.getByText('The list names 3 people of yours').waitFor();
  await dialog.getByText('marek.dvorak@northgate.example (“Contoso-Bots”)').waitFor();
  await dialog.getByText('pat.quill@northgate.example').waitFor();
  await shoot(page, 'access-policies-imported');
  await assertAccessible(page, 'imported');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: 'Scripts for the Teams administrator' }).click();
  await dialog.getByText('One person has another policy').waitFor();
  await dialog.getByLabel('Each member of a group').check();
  await dialog.getByLabel('Object id of the group').fill('1b2d5f83-94e6-4ca7-b801-3f72ea9c46d5');
  await dialog.getByText('Grant the policy to each member of the group').waitFor();
  await shoot(page, 'access-policies-group');
  await assertAccessible(page, 'scripts for a group');
  await dialog.getByRole('button', { name: 'Close' }).click();

  await page.getByLabel('Which organizers').selectOption({ label: 'Not allowed by Parley' });
  await row(page, 'Suki Amari').waitFor();
  await row(page, adviser).waitFor({ state: 'detached' });
  await page.getByRole('switch', { name: 'Suki Amari may own meetings' }).click();
  await page.getByText('Nobody on the list is like that.').waitFor();
  await page.getByLabel('Which organizers').selectOption({ label: 'All organizers' });
  await page.getByLabel('Search organizers').fill('marek');
  await row(page, 'Marek Dvorak').waitFor();
  await row(page, adviser).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Details of Marek Dvorak' }).click();
  await dialog.getByText('Object id').waitFor();
  await shoot(page, 'access-policies-details');
  await assertAccessible(page, 'details');
  await dialog.getByRole('button', { name: 'Remove from the list' }).click();
  await dialog.getByRole('button', { name: 'Remove Marek Dvorak' }).click();
  await page.getByText('Marek Dvorak is off the list.').waitFor();
});

// T3 T4: a rule is tried with real people, and what it cannot decide a person does.
for (const [look, options] of looks) {
  test(`people are matched by a rule, after it was seen whom it finds: ${look}`, async (t) => {
    const stage = await startCollege(t);
    const { page } = await signedIn(stage, options);
    const check = async (name: string) => {
      await shoot(page, `matching-${name.replaceAll(' ', '-')}-${look}`);
      await assertAccessible(page, `${name}, ${look}`);
      assert.ok(await fitsAcross(page), `${name} fits across the screen, ${look}`);
    };
    await page.goto(`${stage.url}/${stage.tenantConnectionId}`);
    await page.getByRole('link', { name: 'Matching' }).click();
    const operators = page.getByRole('region', { name: 'Operators' });
    await row(page, 'Marek Dvorak').getByText('One person').waitFor();
    await operators.getByLabel('The operator’s field in Parley').selectOption({ label: 'Attribute “staffId”' });
    await operators.getByLabel('The field in the directory').selectOption('employeeId');
    await row(page, adviser).getByText('One person').waitFor();
    await row(page, 'Bea Lindholm').getByText('Several: choose who it is').waitFor();
    await row(page, 'Jonas Pike').getByText('Capitals differ').waitFor();
    await row(page, 'Otto Renner').getByText('The account is disabled').waitFor();
    await row(page, 'Tom Vesely').getByText('Has no mailbox').waitFor();
    await row(page, 'Zoe Unknown').getByText('Nobody in the directory has this employee id.').waitFor();
    await row(page, 'Marek Dvorak').getByText('Nothing to look for').waitFor();
    await check('preview');

    await page.getByRole('button', { name: 'Edit Marek Dvorak' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Value of staffId').fill('N-2002');
    await check('editing');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await row(page, 'Marek Dvorak').getByText('One person').waitFor();
    await row(page, 'Bea Lindholm')
      .getByLabel(/^Bea Lindholm/)
      .check();
    await page.getByRole('button', { name: 'Save the rule and the matches' }).click();
    await page.getByText(/^Saved: \d people are on the list\.$/).waitFor();
    await row(page, 'Marek Dvorak').getByText('One person, on the list').waitFor();
    await row(page, 'Bea Lindholm').getByText('Several, and one was chosen before').waitFor();

    const visitors = page.getByRole('region', { name: 'Visitors' });
    await visitors.getByLabel('Try it').fill('desk@northgate.example');
    await visitors.getByRole('button', { name: 'Look them up' }).click();
    await visitors.getByText('Several, so nobody is taken').waitFor();
    await visitors.getByText('Pat Quill').waitFor();
    await check('saved');

    await page.getByRole('link', { name: 'Organizers' }).click();
    await row(page, 'Bea Lindholm')
      .getByRole('cell', { name: /^(Operator: )?Bea Lindholm$/ })
      .waitFor();
    await row(page, 'Otto Renner').getByText('The organizer’s Microsoft account is disabled').waitFor();
    await check('roster');
  });
}

// G12: the lobby is explained and chosen. A5: the default organizer owns the meeting.
test('an event type of the default organizer is booked with its options, and the booking says so', async (t) => {
  const stage = await startCollege(t);
  const { page } = await signedIn(stage, { viewport: { width: 1280, height: 800 } });
  await page.goto(`${stage.publicUrl}/console/event-types/new`);
  await page.getByLabel('Title').fill('Advice in Teams');
  await page.getByLabel('Add an operator').selectOption({ label: `${adviser} (leila@careers.example)` });
  const others = page.getByRole('button', { name: /^Remove (?!Leila)/ });
  while ((await others.count()) > 0) await others.first().click();
  for (const section of ['times', 'meeting', 'options']) await page.locator(`#section-${section} > summary`).click();
  await page.getByLabel('Notice', { exact: true }).fill('0');
  await page.getByRole('radio', { name: /^The default organizer/ }).check();
  await page.getByText('There is no default organizer yet').waitFor();
  await page.getByText(/may have to wait in the lobby or be asked to sign in/).waitFor();
  await page.getByLabel('Who comes in without waiting').selectOption({ label: 'Everyone' });
  await page.getByLabel('Recording', { exact: true }).selectOption({ label: 'Allowed' });
  await page.getByText('More options').click();
  await page.getByLabel('Watermark on video').selectOption({ label: 'On' });
  await shoot(page, 'event-type-meeting');
  await assertAccessible(page, 'event type with options');
  await page.getByRole('button', { name: 'Make this event type' }).click();
  await page.getByText('Takes no bookings. There is no default organizer.').waitFor();

  await page.goto(`${stage.url}/${stage.tenantConnectionId}`);
  await page.getByRole('textbox', { name: 'Default organizer' }).fill('nobody@northgate.example');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const card = page.getByRole('region', { name: 'Default organizer' });
  await card.getByText('The user does not exist in this Microsoft tenant').waitFor();
  await shoot(page, 'default-organizer-unknown');
  await page.getByRole('textbox', { name: 'Default organizer' }).fill('bookings@northgate.example');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Found in the directory').waitFor();
  stage.grant();
  await page.getByRole('button', { name: 'Check now: Northgate Bookings' }).click();
  await card.getByText('Teams policy: granted').waitFor();
  await shoot(page, 'default-organizer-found');

  const visitor = await stage.person();
  await bookAnything(visitor.page, stage.bookingUrl.replace(/[^/]+$/, 'advice-in-teams'), stage.clock.now());
  await page.goto(`${stage.publicUrl}/console/bookings`);
  await page.getByRole('link').filter({ hasText: 'Sam Ferro' }).click();
  await page.getByText('The authorization of Northgate College').waitFor();
  await page.getByText('Who comes in without waiting in the lobby: everyone').waitFor();
  await page.getByText('Teams refused meeting options').waitFor();
  await page.getByText('The meeting itself is there and can be joined.').waitFor();
  await shoot(page, 'booking-with-options');
  await assertAccessible(page, 'booking with options');

  await page.getByRole('link', { name: 'Run the diagnosis' }).click();
  await page.getByRole('button', { name: 'Run the checks' }).click();
  await page.getByRole('heading', { name: /Application access policy of Teams/ }).waitFor();
  await shoot(page, 'diagnosis-of-a-tenant');
  await assertAccessible(page, 'diagnosis of a tenant');
});
