import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { signedIn } from './support/member.ts';
import { startStage, type Stage } from './support/stage.ts';
import { bookAnything, fitsAcross, joinLink, sam } from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';

test('an operator sees their week, changes their hours and single dates, and visitors see it', async (t) => {
  const stage = await startStage(t);
  const { page: visitor } = await stage.person();
  const start = await bookAnything(visitor, stage.bookingUrl, stage.clock.now());
  await joinLink(visitor);
  const { page } = await signedIn(stage, { email: dana });
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Availability' }).click();
  await page.getByRole('heading', { name: 'Availability', level: 1 }).waitFor();
  assert.equal(await page.getByLabel('Whose availability').count(), 0, 'an operator looks at their own');
  await page.goto(`${stage.publicUrl}/console/availability?week=${start.toISOString().slice(0, 10)}`);
  await page.getByText(/can be booked in this week, and 1 appointment is booked/).waitFor();
  await page.getByText('The week as a table').click();
  await page.getByRole('cell', { name: new RegExp(sam.name) }).waitFor();
  await look(page, 'week');

  await page.getByRole('link', { name: 'Hours', exact: true }).click();
  await page.getByLabel('Monday from').fill('10:00');
  await page.getByRole('button', { name: 'Use Monday’s hours on other days' }).click();
  await look(page, 'copying');
  await page.getByRole('dialog').getByRole('button', { name: 'Use them on 4 days' }).click();
  assert.equal(await page.getByLabel('Friday from').inputValue(), '10:00');
  const date = nextWeekday(stage, 10, 3);
  await page.getByText('There are changes that are not saved.').waitFor();
  await chooseDate(page, date);
  await page.getByRole('radio', { name: 'Closed' }).check({ force: true });
  await look(page, 'hours');
  await page.getByRole('button', { name: 'Save hours' }).click();
  await page.getByText('Saved.').waitFor();
  await page.reload();
  await page
    .getByRole('button', { name: new RegExp(dayName(date)) })
    .first()
    .waitFor();
  assert.equal(await page.getByLabel('Tuesday from').inputValue(), '10:00');
});

test('time off and public holidays are added, explained, and taken back', async (t) => {
  const stage = await startStage(t);
  const { page, expectFault } = await signedIn(stage, { email: dana });
  expectFault(/status of 400/);
  await page.goto(`${stage.publicUrl}/console/availability?show=time-off`);
  await page.getByText('No time off is planned.').waitFor();
  const [first, last] = [nextWeekday(stage, 20, 1), nextWeekday(stage, 20, 3)];
  await page.getByLabel('First day').fill(last);
  await page.getByLabel('Last day').fill(first);
  await page.getByRole('button', { name: 'Add time off' }).click();
  await page.getByText('The last day must not be before the first.').waitFor();
  await page.getByLabel('First day').fill(first);
  await page.getByLabel('Last day').fill(last);
  await page.getByLabel('Note (optional)').fill('Family');
  await page.getByRole('button', { name: 'Add time off' }).click();
  await page.getByRole('listitem').filter({ hasText: 'Family' }).waitFor();
  await page.getByLabel('Country').selectOption('DE');
  await page.getByLabel('Region').selectOption('BE');
  await page
    .getByRole('rowheader', { name: /Christmas/ })
    .first()
    .waitFor();
  await look(page, 'time off');
  await page.getByRole('button', { name: /Take back the time off/ }).click();
  await page.getByRole('dialog').getByText('Visitors can choose times with Dana Reyes again').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
  await page.getByText('No time off is planned.').waitFor();
});

test('Why not? says of each time of a day why it is offered or not, and leads to the way out', async (t) => {
  const stage = await startStage(t);
  const { page: visitor } = await stage.person();
  const start = await bookAnything(visitor, stage.bookingUrl, stage.clock.now());
  await joinLink(visitor);
  const { page } = await signedIn(stage);
  const dana = `member=${await memberId(stage, 'Dana Reyes')}&eventType=${await introCall(stage)}`;
  const day = start.toISOString().slice(0, 10);
  await page.goto(`${stage.publicUrl}/console/availability/why-not?${dana}&date=${day}`);
  await page.getByText(/times of “Intro call” can be chosen on/).waitFor();
  await page
    .getByRole('row', { name: /Outside the hours/ })
    .first()
    .waitFor();
  const booked = page.getByRole('row', { name: /Booked/ });
  await booked.first().waitFor();
  await look(page, 'why not');
  await booked.first().getByRole('link', { name: 'See the bookings' }).click();
  await page.getByRole('link').filter({ hasText: sam.name }).waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'The day after' }).click();
  await page.waitForURL(/date=/);
  await page.goto(`${stage.publicUrl}/console/availability/why-not?${dana}&date=2020-01-06`);
  await page.getByText('No time of “Intro call” can be chosen').waitFor();
  await look(page, 'why not past');
});

test('a calendar that cannot be read says so, with the way to Diagnostics', async (t) => {
  const stage = await startStage(t);
  stage.emulator.fail({ path: '/calendar', times: 50, kind: { type: 'status', status: 503 } });
  const { page } = await signedIn(stage);
  const dana = await memberId(stage, 'Dana Reyes');
  const day = nextWeekday(stage, 4, 2);
  await page.goto(`${stage.publicUrl}/console/availability/why-not?member=${dana}&date=${day}`);
  const row = page.getByRole('row', { name: /Calendar unreadable/ }).first();
  await row.waitFor();
  await look(page, 'why not unreadable');
  await row.getByRole('link', { name: 'See what is wrong in Diagnostics' }).click();
  await page.getByRole('heading', { name: 'Diagnostics', level: 1 }).waitFor();
});

test('single dates are reached and changed by keyboard, and the hours of others are only read', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage, { email: dana });
  await page.goto(`${stage.publicUrl}/console/availability?show=hours`);
  const today = page.locator('[aria-current="date"]');
  await today.waitFor();
  const date = (await today.getAttribute('data-date')) ?? '';
  await today.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  const chosen = page.locator('[data-date][aria-pressed="true"]');
  const expected = new Date(Date.parse(date) + 8 * 86_400_000).toISOString().slice(0, 10);
  assert.equal(await chosen.getAttribute('data-date'), expected);
  assert.ok(await chosen.evaluate((day) => document.activeElement === day), 'the focus goes along');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.getByRole('button', { name: 'Save hours' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Saved.', { exact: true }).waitFor();
  await page.getByRole('button', { name: new RegExp(`^${dayName(expected)}.*closed$`) }).waitFor();

  const milan = await memberId(stage, 'Milan Okafor');
  await page.goto(`${stage.publicUrl}/console/availability?member=${milan}&show=hours`);
  await page.getByText('They themselves or an administrator').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Save hours' }).count(), 0);
});

test('a calendar link is shown once and can be ended', async (t) => {
  const stage = await startStage(t);
  const { page } = await signedIn(stage, { email: dana });
  await page.goto(`${stage.publicUrl}/console/availability?show=feed`);
  await page.getByRole('button', { name: 'Make a calendar link' }).click();
  const link = page.getByRole('group', { name: 'the calendar link' });
  await link.waitFor();
  const url = (await link.innerText()).replace(/^webcal/, 'http');
  await look(page, 'feed');
  const answer = await fetch(url);
  assert.match(await answer.text(), /^BEGIN:VCALENDAR/);
  await page.getByRole('button', { name: 'End the link' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End the link' }).click();
  await page.getByText('The link has ended.').waitFor();
  assert.equal((await fetch(url)).status, 404);
});

const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['narrow', { viewport: { width: 320, height: 640 } }],
];
for (const [name, options] of looks) {
  test(`the pages about availability have no violations: ${name}`, async (t) => {
    const stage = await startStage(t);
    const { page: visitor } = await stage.person();
    const start = await bookAnything(visitor, stage.bookingUrl, stage.clock.now());
    const { page } = await signedIn(stage, options);
    const dana = await memberId(stage, 'Dana Reyes');
    const day = start.toISOString().slice(0, 10);
    for (const [path, words] of [
      [`?week=${day}`, /can be booked in this week/],
      ['?show=hours', /Hours of the week/],
      ['?show=time-off', /No time off is planned/],
      ['?show=feed', /There is one link at a time/],
      [`/why-not?date=${day}`, /can be chosen on/],
    ] as const) {
      const address = `${stage.publicUrl}/console/availability${path}${path.includes('?') ? '&' : '?'}member=${dana}`;
      await page.goto(address);
      await page.getByText(words).first().waitFor();
      await page.locator('[role="status"][aria-label="Loading"]').first().waitFor({ state: 'detached' });
      await shoot(page, `availability-axe-${path.replaceAll(/\W+/g, '-').replaceAll(/-?\d+/g, '')}-${name}`);
      await assertAccessible(page, `${path}, ${name}`);
      assert.ok(await fitsAcross(page), `${path} fits across the screen, ${name}`);
    }
  });
}

/** A weekday (1: Monday) at least some days ahead, as the calendar writes it. */
function nextWeekday(stage: Stage, daysAhead: number, weekday: number): string {
  const day = new Date(stage.clock.now().getTime() + daysAhead * 86_400_000);
  const ahead = (weekday - day.getUTCDay() + 7) % 7;
  return new Date(day.getTime() + ahead * 86_400_000).toISOString().slice(0, 10);
}

function dayName(date: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  });
  return format.format(new Date(`${date}T12:00:00Z`)).replace(',', '');
}

async function chooseDate(page: Page, date: string): Promise<void> {
  const day = page.locator(`[data-date="${date}"]:not([data-outside])`);
  for (let months = 0; months < 3 && (await day.count()) === 0; months += 1) {
    await page.getByRole('button', { name: 'Next month' }).click();
  }
  await day.click();
}

async function introCall({ world }: Stage): Promise<string> {
  const { db } = world.database;
  return (await db.selectFrom('event_types').select('id').where('slug', '=', 'intro-call').executeTakeFirstOrThrow())
    .id;
}

async function memberId({ world }: Stage, name: string): Promise<string> {
  const { db } = world.database;
  return (await db.selectFrom('members').select('id').where('name', '=', name).executeTakeFirstOrThrow()).id;
}

async function look(page: Page, name: string): Promise<void> {
  await shoot(page, `availability-${name.replaceAll(' ', '-')}`);
}
