import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { formatClock } from '../../src/scheduling/date-text.ts';
import { assertAccessible } from './support/axe.ts';
import { shoot, type PersonOptions } from './support/browser.ts';
import { inboxKinds, mailboxOf, openWeek } from './support/outlook.ts';
import { startStage, type Stage } from './support/stage.ts';
import {
  bookAnything,
  bookIt,
  chooseDay,
  chooseTime,
  fillIn,
  fitsAcross,
  joinLink,
  keyboardOf,
  sam,
  timesOf,
} from './support/visitor.ts';

const dana = 'dana.reyes@contoso.example';

test('a visitor books, gets the link by itself, moves and cancels, and Outlook shows each step', async (t) => {
  const stage = await startStage(t);
  const { page } = await stage.person({ timezoneId: 'Europe/London' });
  await page.goto(stage.bookingUrl);
  await page.getByText('Times in London').waitFor();
  await shoot(page, 'book-calendar');
  await chooseDay(page, stage.clock.now());
  const inLondon = await timesOf(page);
  await changeZone(page, 'Asia/Tokyo');
  await page.getByText('Times in Tokyo').waitFor();
  await shoot(page, 'book-times-in-tokyo');
  assert.notDeepEqual(await timesOf(page), inLondon);
  await changeZone(page, 'Europe/London');
  assert.deepEqual(await timesOf(page), inLondon);

  const start = await chooseTime(page);
  assert.equal(formatClock(start, 'Europe/London'), inLondon[0]);
  await fillIn(page);
  await shoot(page, 'book-details');
  stage.emulator.switches.latencyMs = 1500; // long enough to see the page wait
  await bookIt(page);
  await page.getByText('Making your Teams link…').waitFor();
  await shoot(page, 'booked-making-link');
  await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
  const link = await joinLink(page);
  stage.emulator.switches.latencyMs = 0;
  assert.equal(await page.evaluate(() => 'sameDocument' in globalThis), true, 'the link came without loading the page');
  await shoot(page, 'booked');
  await assertBookedInOutlook(stage, start, link);

  const moved = await moveIt(page, stage, link);
  assert.notEqual(moved.getTime(), start.getTime());
  await cancelIt(page, stage, moved);
});

test('the same without JavaScript', async (t) => {
  const stage = await startStage(t);
  await bookMoveAndCancel(stage, 'without-javascript', { javaScriptEnabled: false });
});

test('the same on a screen 320 pixels wide', async (t) => {
  const stage = await startStage(t);
  await bookMoveAndCancel(stage, 'narrow', { viewport: { width: 320, height: 640 } });
});

test('the same in the dark', async (t) => {
  const stage = await startStage(t);
  await bookMoveAndCancel(stage, 'dark', { colorScheme: 'dark' });
});

test('the same with the keyboard alone', async (t) => {
  const stage = await startStage(t);
  const { page, expectFault } = await stage.person();
  expectFault(/status of 400/);
  const { press, reach } = keyboardOf(page);
  await page.goto(stage.bookingUrl);
  await chooseDay(page, stage.clock.now(), press);
  await press(page.locator('.zone summary'));
  await reach(page.getByLabel('Your time zone'));
  await page.keyboard.type('Lisb');
  await press(page.getByRole('button', { name: 'Show times' }));
  await page.getByText('Times in Lisbon').waitFor();
  const start = await chooseTime(page, press, 1);
  await reach(page.getByLabel('Name'));
  await page.keyboard.type(sam.name);
  await reach(page.getByLabel('E-mail'));
  await page.keyboard.type('not an address');
  await page.keyboard.press('Enter');
  const alert = page.getByRole('alert');
  await alert.getByText('Please check what you typed').waitFor();
  await shoot(page, 'book-details-error');
  await press(alert.getByRole('link', { name: /E-mail/ }));
  await page.keyboard.press('Control+A');
  await page.keyboard.type(sam.email);
  await press(page.getByRole('button', { name: 'Book this time' }));
  await page.getByRole('heading', { name: 'Your time is booked' }).waitFor();
  const link = await joinLink(page);
  await assertBookedInOutlook(stage, start, link);
  await press(page.getByRole('link', { name: 'Cancel this meeting' }));
  await press(page.getByRole('button', { name: 'Cancel this meeting' }));
  await page.getByRole('heading', { name: 'This meeting is cancelled' }).waitFor();
});

test('the pages hold large text and right-to-left names', async (t) => {
  const stage = await startStage(t);
  const { page } = await stage.person({ viewport: { width: 320, height: 640 } });
  const visitor = { name: 'ليلى حداد', email: 'layla@visitor.example', note: 'شكرا' };
  await page.goto(stage.bookingUrl);
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await shoot(page, 'book-calendar-large-text');
  assert.ok(await fitsAcross(page), 'the calendar fits at 320 px and 200 %');
  await bookAnything(page, stage.bookingUrl, stage.clock.now(), visitor);
  await joinLink(page);
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await shoot(page, 'booked-large-text');
  assert.ok(await fitsAcross(page), 'the confirmation fits at 320 px and 200 %');
});

test('when the link takes long the page says that it comes by e-mail', async (t) => {
  const stage = await startStage(t);
  const { page } = await stage.person();
  await page.clock.install();
  stage.emulator.switches.joinUrlDelayMs = null;
  await bookAnything(page, stage.bookingUrl, stage.clock.now());
  await page.getByText('Making your Teams link…').waitFor();
  await page.clock.fastForward(11_000);
  await page.getByText('Your time is booked. The link will arrive by e-mail.').waitFor();
  await shoot(page, 'booked-link-is-late');
  await assertAccessible(page, 'confirmation whose link is late');
});

/** The whole story once more, for other kinds of browsers. */
async function bookMoveAndCancel(stage: Stage, name: string, options: PersonOptions): Promise<void> {
  const { page } = await stage.person(options);
  await page.goto(stage.bookingUrl);
  await shoot(page, `book-calendar-${name}`);
  await chooseDay(page, stage.clock.now());
  await changeZone(page, 'America/New_York');
  await page.getByText('Times in New York').waitFor();
  await shoot(page, `book-times-${name}`);
  assert.ok(await fitsAcross(page), 'the calendar fits');
  const start = await chooseTime(page, undefined, 2);
  await fillIn(page);
  await shoot(page, `book-details-${name}`);
  assert.ok(await fitsAcross(page), 'the form fits');
  stage.emulator.switches.latencyMs = 300;
  await bookIt(page);
  await shoot(page, `booked-making-link-${name}`);
  const link = await joinLink(page);
  stage.emulator.switches.latencyMs = 0;
  await shoot(page, `booked-${name}`);
  assert.ok(await fitsAcross(page), 'the confirmation fits');
  await assertBookedInOutlook(stage, start, link);
  const moved = await moveIt(page, stage, link, name);
  await cancelIt(page, stage, moved, name);
}

async function changeZone(page: Page, timeZone: string): Promise<void> {
  await page.locator('.zone summary').click();
  await page.getByLabel('Your time zone').selectOption(timeZone);
  await page.getByRole('button', { name: 'Show times' }).click();
  await page.waitForURL((url) => url.searchParams.get('tz') === timeZone);
}

async function assertBookedInOutlook(stage: Stage, start: Date, link: string): Promise<void> {
  const { page } = await stage.person();
  await openWeek(page, stage, dana, start);
  await shoot(page, 'outlook-week');
  await page
    .locator('.event')
    .getByRole('link', { name: /Intro call/ })
    .click();
  const article = page.getByRole('article');
  await article.getByText(`${sam.name} (${sam.email}): no answer yet`).waitFor();
  await shoot(page, 'outlook-event');
  const join = await page.getByRole('link', { name: 'Join Teams meeting' }).getAttribute('href');
  assert.equal(new URL(join ?? '', page.url()).searchParams.get('url'), link);
  await page.getByRole('link', { name: 'Join Teams meeting' }).click();
  await page.getByText('You would now join').waitFor();
  await shoot(page, 'outlook-join');

  assert.deepEqual(await inboxKinds(page, stage, sam.email), ['Invitation']);
  await shoot(page, 'outlook-visitor-inbox');
  await page.locator('.mails a').first().click();
  await shoot(page, 'outlook-visitor-invitation');
  await page.getByRole('link', { name: 'Move or cancel this meeting' }).click();
  assert.equal(await joinLink(page), link);
  const [event, ...others] = mailboxOf(stage, dana).events;
  assert.equal(others.length, 0);
  assert.equal(event?.start, start.toISOString());
  assert.equal(event.joinUrl, link);
}

/** Moves the booking that the page shows; the join link stays the same. */
async function moveIt(page: Page, stage: Stage, link: string, name = 'plain'): Promise<Date> {
  await page.getByRole('link', { name: 'Move to another time' }).click();
  await page.getByText('keep this one').waitFor();
  await shoot(page, `move-calendar-${name}`);
  await chooseDay(page, stage.clock.now());
  const moved = await chooseTime(page, undefined, 4);
  await page.getByRole('heading', { name: 'Move this meeting?' }).waitFor();
  await shoot(page, `move-confirm-${name}`);
  await page.getByRole('button', { name: 'Move to this time' }).click();
  await page.getByText('The meeting was moved.').waitFor();
  assert.equal(await joinLink(page), link);
  await shoot(page, `moved-${name}`);
  await until(() => mailboxOf(stage, dana).events[0]?.start === moved.toISOString(), 'the event has moved');
  assert.equal(mailboxOf(stage, dana).events[0]?.joinUrl, link);
  const { page: inbox } = await stage.person();
  assert.deepEqual(await inboxKinds(inbox, stage, sam.email), ['Invitation', 'Update']);
  return moved;
}

async function cancelIt(page: Page, stage: Stage, start: Date, name = 'plain'): Promise<void> {
  await page.getByRole('link', { name: 'Cancel this meeting' }).click();
  await page.getByRole('heading', { name: 'Cancel this meeting?' }).waitFor();
  await page.getByLabel(/Message to/).fill('Something came up.');
  await shoot(page, `cancel-${name}`);
  await page.getByRole('button', { name: 'Cancel this meeting' }).click();
  await page.getByRole('heading', { name: 'This meeting is cancelled' }).waitFor();
  await shoot(page, `cancelled-${name}`);
  await until(() => mailboxOf(stage, sam.email).messages.length === 3, 'the visitor got the cancellation');
  const { page: outlook } = await stage.person();
  assert.deepEqual(await inboxKinds(outlook, stage, sam.email), ['Invitation', 'Update', 'Cancellation']);
  await shoot(outlook, 'outlook-visitor-inbox-cancelled');
  await openWeek(outlook, stage, dana, start);
  assert.equal(await outlook.locator('.event').count(), 0);
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Not after 10 s: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
