import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Frame, Page } from 'playwright-core';
import { installTeamsApp } from '../../scripts/teams-app.ts';
import { createApiKey } from '../../src/access/service.ts';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { startHttpsProxy } from './support/https-proxy.ts';
import { signedIn } from './support/member.ts';
import { startStage, type Stage } from './support/stage.ts';

const dana = 'dana.reyes@contoso.example';
const phone = { viewport: { width: 360, height: 740 } };
const hourMs = 3_600_000;

test('an operator approves a request in Teams and sees the day, without signing in anywhere', async (t) => {
  const teams = await startTeams(t);
  const { stage, book } = teams;
  await book('request', 'Sam Okafor', 5);
  const { page, tab } = await openTab(teams);
  await tab.getByRole('heading', { name: '1 request for you' }).waitFor();
  await tab.getByText('Could we talk about my CV?').waitFor();
  await shoot(page, 'teams-tab-request');
  await assertAccessible(tab, 'the tab with a request');
  await tab.getByRole('button', { name: 'Approve Sam Okafor' }).click();
  await tab.getByText(/^Approved: Sam Okafor, /).waitFor();
  await tab.getByRole('button', { name: 'Join the meeting with Sam Okafor' }).waitFor({ timeout: 40_000 });
  await shoot(page, 'teams-tab-day');
  await assertAccessible(tab, 'the tab with an appointment');
  const opened = page.context().waitForEvent('page');
  await tab.getByRole('button', { name: 'Join the meeting with Sam Okafor' }).click();
  const meeting = await opened;
  await meeting.getByText('You would now join Careers advice: Sam Okafor').waitFor();
  assert.deepEqual(await page.context().cookies(stage.publicUrl), [], 'the tab needs no cookie');
  await tab.getByRole('button', { name: 'The day after' }).click();
  await tab.getByText('Nothing is booked on this day.').waitFor();
  await tab.getByRole('button', { name: 'Today' }).click();
  await tab.getByRole('heading', { name: 'Today' }).waitFor();
});

test('a request is declined by keyboard alone, with a reason, on a phone and in every theme of Teams', async (t) => {
  const teams = await startTeams(t);
  await teams.book('request', 'Ana Weiß-Łukasiewicz', 5);
  await teams.book('request', 'Sam Okafor', 7);
  const { page, tab } = await openTab(teams, { ...phone, theme: 'dark' });
  await tab.getByRole('heading', { name: '2 requests for you' }).waitFor();
  await shoot(page, 'teams-tab-phone-dark');
  await assertAccessible(tab, 'the tab in the dark theme');
  await page.getByLabel('Theme').selectOption('contrast');
  await tab.locator('html[data-theme=contrast]').waitFor();
  await shoot(page, 'teams-tab-phone-contrast');
  await assertAccessible(tab, 'the tab in the contrast theme');
  assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing sticks out');

  await tab.getByRole('button', { name: 'Decline Ana' }).focus();
  await page.keyboard.press('Enter');
  await tab.getByLabel('What Ana Weiß-Łukasiewicz is told (optional)').waitFor();
  await page.keyboard.press('Escape');
  await tab.getByRole('button', { name: 'Decline Ana' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('I am away that day.');
  await shoot(page, 'teams-tab-phone-declining');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await tab.getByText(/^Declined: Ana Weiß-Łukasiewicz, /).waitFor();
  await tab.getByRole('heading', { name: '1 request for you' }).waitFor();
});

test('somebody whom the roster knows connects the calendar from the tab, with consent in a window', async (t) => {
  const teams = await startTeams(t);
  await disconnectDana(teams);
  teams.stage.emulator.context.directory.grants.splice(0);
  const { page, tab } = await openTab(teams, { refused: 409 });
  await tab.getByRole('heading', { name: 'Connect your calendar' }).waitFor();
  await shoot(page, 'teams-tab-connect');
  await tab.getByRole('button', { name: 'Connect', exact: true }).click();
  await tab.getByText('Microsoft wants to ask you first').waitFor();
  await tab.getByText('Does Microsoft say “Need admin approval”?').click();
  await tab.getByRole('textbox', { name: 'Link for an administrator' }).waitFor();
  await shoot(page, 'teams-tab-consent');
  await assertAccessible(tab, 'the tab that asks for consent');
  const opening = page.context().waitForEvent('page');
  await tab.getByRole('button', { name: 'Give your consent' }).click();
  const consent = await opening;
  await consent.getByRole('button', { name: /Dana Reyes/ }).click();
  const closed = consent.waitForEvent('close');
  await consent.getByRole('button', { name: 'Accept' }).click();
  await closed;
  await tab.getByRole('heading', { name: 'Connect your calendar' }).waitFor({ state: 'detached' });
  await shoot(page, 'teams-tab-connected');
});

test('over https the window for consent is opened by Teams, and tells the tab by itself that it is done', async (t) => {
  const teams = await startTeams(t);
  await disconnectDana(teams);
  teams.stage.emulator.context.directory.grants.splice(0);
  const origin = await startHttpsProxy(t, teams.stage.publicUrl);
  moveToHttps(teams.stage, origin);
  const { page, tab } = await openTab(teams, { refused: 409, origin, ignoreHTTPSErrors: true });
  await tab.getByRole('button', { name: 'Connect', exact: true }).click();
  const opening = page.context().waitForEvent('page');
  await tab.getByRole('button', { name: 'Give your consent' }).click();
  const consent = await opening;
  await consent.getByRole('button', { name: /Dana Reyes/ }).click();
  const closed = consent.waitForEvent('close');
  await consent.getByRole('button', { name: 'Accept' }).click();
  await closed;
  assert.equal(
    await page.evaluate(() => document.body.dataset['consent']),
    'consented',
    'the library brought the word',
  );
  await tab.getByRole('heading', { name: 'Connect your calendar' }).waitFor({ state: 'detached' });
});

test('who cannot come in reads why, and the tab outside of Teams leads to the console', async (t) => {
  const teams = await startTeams(t);
  const told: [string, RegExp][] = [
    ['sofia.marsh_larkfield.example#EXT#@contoso.example', /Guests cannot use this tab/],
    ['kim.sandoval@outlook.example', /Personal Microsoft accounts cannot use this tab/],
    ['elif.varga@larkfield.example', /Your organization is not connected to this workspace/],
    ['yuki.brandt@contoso.example', /Parley does not know yet whose Microsoft account this is/],
  ];
  for (const [user, words] of told) {
    const { page, tab } = await openTab(teams, { user, refused: 403 });
    await tab.getByRole('heading', { name: words }).waitFor();
    await assertAccessible(tab, user);
    if (user.startsWith('yuki')) await shoot(page, 'teams-tab-unknown-person');
    await page.close();
  }
  const { page, expectFault } = await teams.stage.person();
  expectFault(hostList);
  await page.goto(await tabAddress(teams));
  await page.getByRole('heading', { name: 'Open this in Teams' }).waitFor();
  await shoot(page, 'teams-tab-outside');
  await assertAccessible(page, 'the tab outside of Teams');
});

test('an app registration that does not expose the API is told with the word that Teams has for it', async (t) => {
  const teams = await startTeams(t);
  for (const app of teams.stage.emulator.context.directory.apps.values()) delete app.api;
  const { page, tab } = await openTab(teams);
  await tab.getByText('Teams says: resourceDisabled').waitFor();
  await shoot(page, 'teams-tab-not-exposed');
});

test('an administrator copies what Entra wants, downloads the package and changes its name', async (t) => {
  const stage = await startStage(t);
  const { page, expectFault } = await signedIn(stage);
  await page.getByRole('navigation').getByRole('link', { name: 'Teams app' }).click();
  await page.getByRole('heading', { name: 'Teams app', level: 1 }).waitFor();
  await page.getByText('Teams would not open the tab yet.').waitFor();
  const resource = await page.getByRole('group', { name: 'Application ID URI' }).innerText();
  assert.match(resource, /^api:\/\/localhost:\d+\/[\da-f-]{36}$/);
  await page.getByText('5e3ce6c0-2b1f-4285-8d4b-75ee78787346').waitFor();
  await shoot(page, 'teams-app');
  await assertAccessible(page, 'Teams app');
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the package' }).click();
  const download = await downloading;
  assert.match(download.suggestedFilename(), /^contoso-careers-teams-1\.0\.1\.zip$/);

  await page.getByLabel('Name in Teams').fill('Careers');
  await page.getByLabel('Privacy statement').fill('http://contoso.example/privacy');
  expectFault(/status of 400/);
  await page.getByRole('button', { name: 'Save settings' }).click();
  await page.getByText('Give a whole address that begins with https://.').waitFor();
  await page.getByLabel('Privacy statement').fill('https://contoso.example/privacy');
  await page.getByLabel('Version of the manifest').selectOption('1.19');
  await page.getByRole('button', { name: 'Save settings' }).click();
  await page.getByText('Saved. Download the package again and upload it.').waitFor();
  await page.getByText('Version 1.0.2.').waitFor();
});

test('the page about the app is readable in the dark and on a phone, and only for managers', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage, { ...phone, colorScheme: 'dark' });
  await page.goto(`${stage.publicUrl}/console/microsoft-365/teams-app`);
  await page.getByRole('link', { name: 'Download the package' }).waitFor();
  await shoot(page, 'teams-app-phone-dark');
  await assertAccessible(page, 'Teams app on a phone in the dark');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing sticks out');
  const { page: operators } = await signedIn(stage, { email: dana });
  await operators.goto(`${stage.publicUrl}/console/microsoft-365/teams-app`);
  await operators.getByText('For administrators of this workspace').waitFor();
});

type Teams = Awaited<ReturnType<typeof startTeams>>;

/** The stage on a Monday morning, with the app installed, and two event types of Dana’s: one that asks first. */
async function startTeams(t: TestContext) {
  const stage = await startStage(t);
  const now = stage.clock.now();
  const days = (8 - now.getUTCDay()) % 7 || 7;
  const monday = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + days, 7));
  stage.clock.advance(monday.getTime() - now.getTime());
  const { db } = stage.world.database;
  const owner = await db.selectFrom('members').selectAll().where('role', '=', 'owner').executeTakeFirstOrThrow();
  const operator = await db.selectFrom('members').selectAll().where('email', '=', dana).executeTakeFirstOrThrow();
  const { secret } = await createApiKey({ db, now: stage.clock.now }, owner.workspace_id, 'tests');
  const tabFor = await installTeamsApp(stage.world, {
    ownerId: owner.id,
    emulatorUrl: stage.emulatorUrl,
    now: stage.clock.now,
  });
  const ask = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await fetch(`${stage.publicUrl}${path}`, init);
    assert.equal(response.status, 201, await response.clone().text());
    return (await response.json()) as { id: string };
  };
  const type = (slug: string, title: string, needsApproval: boolean) =>
    ask('/v1/event-types', { hostId: operator.id, slug, title, timeZone: 'Europe/Berlin', needsApproval });
  const types = {
    request: (await type('asked-first', 'Careers advice', true)).id,
    booking: (await type('at-once', 'Short call', false)).id,
  };
  return {
    stage,
    tabFor,
    operator,
    book: (kind: keyof typeof types, name: string, hoursAhead: number) =>
      ask('/v1/bookings', {
        eventTypeId: types[kind],
        start: new Date(monday.getTime() + hoursAhead * hourMs).toISOString(),
        visitor: {
          name,
          email: `${name.slice(0, 3).toLowerCase()}@visitor.example`,
          timeZone: 'Europe/London',
          note: 'Could we talk about my CV?',
        },
        anyTime: true,
      }),
  };
}

type Opening = PersonOptions & {
  user?: string;
  theme?: 'default' | 'dark' | 'contrast';
  refused?: number;
  origin?: string;
};

/** The Teams library asks Microsoft which hosts are Microsoft’s. Nothing of that leaves this machine here. */
const hostList = /res\.cdn\.office\.net|ERR_NAME_NOT_RESOLVED/;

/** Teams as the emulator shows it, with the tab in its frame. */
async function openTab(
  { stage, tabFor }: Teams,
  { user = dana, theme, refused, origin = stage.publicUrl, ...options }: Opening = {},
) {
  const person = await stage.person(options);
  person.expectFault(hostList);
  if (refused !== undefined) person.expectFault(new RegExp(`status of ${refused}`));
  await person.page.goto(tabFor(user, theme));
  return { ...person, tab: await frameOf(person.page, origin) };
}

async function frameOf(page: Page, origin: string): Promise<Frame> {
  const handle = await page.locator('iframe').elementHandle();
  const frame = await handle?.contentFrame();
  assert.ok(frame);
  await frame.waitForURL((url) => url.href.startsWith(origin));
  return frame;
}

/** Behind a proxy with a certificate: the Teams library opens windows for https only. */
function moveToHttps({ emulator, publicUrl }: Stage, origin: string): void {
  const { directory, teamsApps } = emulator.context;
  for (const { tabs, validDomains, webApplicationInfo } of teamsApps.values()) {
    const registration = directory.apps.get(webApplicationInfo?.id ?? '');
    assert.ok(webApplicationInfo && registration?.api);
    const { host } = new URL(origin);
    for (const tab of tabs) tab.contentUrl = tab.contentUrl.replace(publicUrl, origin);
    validDomains.splice(0, validDomains.length, host);
    webApplicationInfo.resource = `api://${host}/${webApplicationInfo.id}`;
    registration.api.identifierUri = webApplicationInfo.resource;
    registration.redirectUris.push({ uri: `${origin}/api/teams/callback`, platform: 'web' });
  }
}

async function tabAddress({ stage }: Teams): Promise<string> {
  const [app] = stage.emulator.context.teamsApps.values();
  assert.ok(app?.tabs[0]);
  return app.tabs[0].contentUrl;
}

/** Dana’s connection is gone, and an administrator has said in the roster whose account hers is. */
async function disconnectDana({ stage, operator }: Teams): Promise<void> {
  const { db } = stage.world.database;
  const stamps = { workspace_id: operator.workspace_id, created_at: stage.clock.now(), updated_at: stage.clock.now() };
  await db.deleteFrom('connections').where('member_id', '=', operator.id).execute();
  const user = stage.user('dana.reyes');
  const tenant = {
    ...stamps,
    id: 'ten_of_contoso',
    tenant_id: user.tenantId,
    tenant_name: 'Contoso',
    tenant_domains: '[]',
    stage: 'setup',
    features: '[]',
    reduced: false,
    policy_name: 'Parley-Meetings',
    exchange_scope: 'none',
    identity_rules: '{}',
    roles: '[]',
  };
  await db
    .insertInto('tenant_connections')
    .values(tenant as never)
    .execute();
  const organizer = { ...stamps, id: 'org_dana', tenant_connection_id: tenant.id, object_id: user.id };
  await db
    .insertInto('organizers')
    .values({ ...organizer, member_id: operator.id, allowed: false, pilot: false, policy_state: 'unknown' } as never)
    .execute();
}
