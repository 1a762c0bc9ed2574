import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

export const sam = { name: 'Sam Ferro', email: 'sam.ferro@visitor.example', note: 'About the internship.' };

/** Opens the first day with free times that is at least two days ahead, so that the hour of the day does not matter. */
export async function chooseDay(page: Page, now: Date, press: Press = click): Promise<void> {
  await press(await someDay(page, now, press));
  await page.locator('a.day[aria-current="date"]').waitFor();
}

export type Press = (target: Locator) => Promise<void>;
export const click: Press = (target) => target.click();

async function someDay(page: Page, now: Date, press: Press): Promise<Locator> {
  const earliest = new Date(now.getTime() + 2 * 24 * 60 * 60_000).toISOString().slice(0, 10);
  for (let months = 0; months < 3; months += 1) {
    const days = page.locator('a.day.free');
    const urls = await days.evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
    const found = urls.findIndex((url) => (new URL(url).searchParams.get('day') ?? '') >= earliest);
    if (found >= 0) return days.nth(found);
    await press(page.getByRole('link', { name: 'Next month' }));
    await page.waitForURL(/month=/);
  }
  throw new Error(`no free day at ${page.url()}`);
}

/** The times that are offered for the chosen day, as they are written. */
export function timesOf(page: Page): Promise<string[]> {
  return page.locator('#times a.time').allInnerTexts();
}

/** Chooses a time of the chosen day, the first one if none is named; gives its instant. */
export async function chooseTime(page: Page, press: Press = click, index = 0): Promise<Date> {
  const time = page.locator('#times a.time').nth(index);
  const url = new URL((await time.getAttribute('href')) ?? '', page.url());
  await press(time);
  await page.waitForURL(/[?&]start=/);
  const start = new Date(url.searchParams.get('start') ?? '');
  assert.ok(!Number.isNaN(start.getTime()), `${url.href} names a time`);
  return start;
}

/** Types the three fields. */
export async function fillIn(page: Page, visitor = sam): Promise<void> {
  await page.getByLabel('Name').fill(visitor.name);
  await page.getByLabel('E-mail').fill(visitor.email);
  await page.getByLabel('Note').fill(visitor.note);
}

/** Sends the form and waits for the page that is kept. */
export async function bookIt(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Book this time' }).click();
  await page.getByRole('heading', { name: 'Your time is booked' }).waitFor();
}

/** From the calendar to the confirmation. */
export async function bookAnything(page: Page, bookingUrl: string, now: Date, visitor = sam): Promise<Date> {
  await page.goto(bookingUrl);
  await chooseDay(page, now);
  const start = await chooseTime(page);
  await fillIn(page, visitor);
  await bookIt(page);
  return start;
}

/** The link, as soon as it is there. */
export async function joinLink(page: Page): Promise<string> {
  const link = page.getByRole('link', { name: 'Join the Teams meeting' });
  await link.waitFor();
  return (await link.getAttribute('href')) ?? '';
}

/** True when nothing has to be scrolled sideways. */
export async function fitsAcross(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
}

/** Presses Tab until the target has the focus, then Enter: what somebody without a mouse does. */
export function keyboardOf(page: Page): { reach: Press; press: Press } {
  const reach: Press = async (target) => {
    const handle = await target.elementHandle();
    for (let presses = 0; presses < 200; presses += 1) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((element) => document.activeElement === element, handle)) return;
    }
    throw new Error(`the keyboard does not reach ${target.toString()}`);
  };
  return {
    reach,
    async press(target) {
      await reach(target);
      await page.keyboard.press('Enter');
    },
  };
}
