import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { FrameLocator, Page } from 'playwright-core';
import { assertAccessible } from './support/axe.ts';
import { shoot } from './support/browser.ts';
import { startUiFront } from './support/front.ts';
import { fitsAcross, sam } from './support/visitor.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/embedding.md'), 'utf8');

/** A snippet of the guide, by its heading. */
function snippet(heading: string): string {
  const part = guide.split(/^## /m).find((one) => one.startsWith(heading));
  return /```html\n([^]*?)```/.exec(part ?? '')?.[1] ?? assert.fail(`no snippet under “${heading}”`);
}

/** Another site, with a page for each snippet; allowed to show booking pages unless told otherwise. */
async function startSite(t: TestContext, { allowed = true }: { allowed?: boolean } = {}) {
  const front = await startUiFront(t);
  const { stage, api } = front;
  const pages = new Map<string, { body: string; policy?: string }>();
  const server = createServer((request, response) => {
    const { body, policy } = pages.get(request.url ?? '') ?? { body: '' };
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      ...(policy !== undefined && { 'content-security-policy': policy }),
    });
    response.end(
      `<!doctype html><html lang="en"><head><title>Northwind</title><link rel="icon" href="data:," /><meta name="viewport" content="width=device-width"></head><body><main><h1>Northwind</h1>${body}</main></body></html>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => new Promise((resolve) => server.close(resolve)));
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  if (allowed) await api('PATCH', '/v1/workspace', { embedOrigins: [site] });
  const put = (heading: string, policy?: string): string => {
    const path = `/${pages.size}`;
    const body = snippet(heading)
      .replaceAll('https://parley.example', stage.publicUrl)
      .replaceAll('clinic/intro-call', 'contoso-careers/intro-call');
    pages.set(path, { body, ...(policy !== undefined && { policy }) });
    return site + path;
  };
  return { ...front, put, site };
}

/** Books the first time two days ahead, inside the frame. */
async function bookIn(frame: FrameLocator, now: Date): Promise<void> {
  const earliest = new Date(now.getTime() + 2 * 24 * 60 * 60_000).toISOString().slice(0, 10);
  await frame.locator('a.day.free').first().waitFor();
  for (let months = 0; months < 3; months += 1) {
    const urls = await frame
      .locator('a.day.free')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
    const found = urls.findIndex((url) => (/day=([\d-]+)/.exec(url)?.[1] ?? '') >= earliest);
    if (found >= 0) {
      await frame.locator('a.day.free').nth(found).click();
      break;
    }
    await frame.getByRole('link', { name: 'Next month' }).click();
    await frame.locator('a.day.free').first().waitFor();
  }
  await frame.locator('a.day[aria-current="date"]').waitFor();
  await frame.locator('#times a.time').first().click();
  await frame.getByText(/We keep this time for you/).waitFor();
  await frame.getByLabel('Name').fill(sam.name);
  await frame.getByLabel('E-mail').fill(sam.email);
  await frame.getByRole('button', { name: 'Book this time' }).click();
  await frame.getByRole('heading', { name: 'Your time is booked' }).waitFor();
}

type Told = { id: string; eventType: string; status: string; start: string; end: string };

/** Writes down what the page hears; the list is read at the end. */
async function listen(page: Page): Promise<() => Promise<Told[]>> {
  await page.evaluate(() => {
    const told: unknown[] = [];
    Object.assign(globalThis, { told });
    addEventListener('parley:booked', (event) => told.push((event as CustomEvent).detail));
  });
  return () => page.evaluate(() => (globalThis as unknown as { told: Told[] }).told);
}

test('the calendar stands in a page of another site, is as tall as it has to be, and tells what was booked', async (t) => {
  const { stage, put } = await startSite(t);
  const { page, context } = await stage.person();
  await page.goto(put('In its place on the page'));
  const told = await listen(page);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('heading', { name: 'Intro call' }).waitFor();
  const heightOf = async () => (await page.locator('iframe').boundingBox())?.height ?? 0;
  const innerHeight = () => frame.locator('body').evaluate((body) => body.getBoundingClientRect().height);
  await fitsIn(heightOf, innerHeight);
  await shoot(page, 'embed-inline');
  await assertAccessible(page, 'site with a calendar');
  await bookIn(frame, stage.clock.now());
  await fitsIn(heightOf, innerHeight);
  await frame.getByRole('link', { name: 'Join the Teams meeting' }).waitFor();
  await shoot(page, 'embed-inline-booked');
  const [one, ...more] = await told();
  assert.equal(one?.eventType, 'intro-call');
  assert.equal(one.status, 'confirmed');
  assert.deepEqual(more, []);
  assert.deepEqual(Object.keys(one).toSorted(), ['end', 'eventType', 'id', 'start', 'status']);
  assert.deepEqual(await context.cookies(), []);
  const opened = context.waitForEvent('page');
  await frame.getByRole('link', { name: 'Cancel this meeting' }).click();
  const own = await opened;
  await own.getByRole('heading', { name: 'Cancel this meeting?' }).waitFor();
  assert.equal(own.url().includes('embed'), false);
});

async function fitsIn(outer: () => Promise<number>, inner: () => Promise<number>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (Math.abs((await outer()) - Math.max(384, await inner())) > 2) {
    if (Date.now() > deadline) throw new Error(`the frame is ${await outer()} px tall, its page ${await inner()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

for (const [heading, name] of [
  ['Behind a button', 'Book a time'],
  ['In the corner of the window', 'Book a time'],
  ['Behind a link of your own', 'Talk to us'],
  ['From your own code', 'I need help'],
] as const) {
  test(`${heading.toLowerCase()}: a pop-up that takes the focus, keeps it, and gives it back`, async (t) => {
    const { stage, put } = await startSite(t);
    const { page } = await stage.person();
    // As strict as a site can be, where its own snippet has no script of its own.
    const policy = `default-src 'none'; img-src data:; script-src ${stage.publicUrl}; frame-src ${stage.publicUrl}`;
    await page.goto(put(heading, heading === 'From your own code' ? undefined : policy));
    const told = await listen(page);
    const opener = page.getByText(name);
    await opener.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    const frame = page.frameLocator('dialog iframe');
    await frame.getByRole('heading', { name: 'Intro call' }).waitFor();
    await frame.locator('a.day.free').first().waitFor();
    const slug = heading.toLowerCase().replaceAll(' ', '-');
    await shoot(page, `embed-${slug}`);
    await assertAccessible(page, `pop-up ${heading}`);
    // The focus goes from one process of the browser to another: it may take a moment.
    const isInside = () =>
      document.activeElement !== document.body && !document.activeElement?.matches('a, button') && document.hasFocus();
    for (let presses = 0; presses < 4; presses += 1) {
      await page.waitForFunction(isInside);
      await page.keyboard.press('Tab');
    }
    await frame.locator('.zone summary').focus();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.waitForFunction(
      (text) =>
        document.activeElement?.textContent?.includes(text) ||
        document.activeElement?.shadowRoot?.activeElement?.textContent === text,
      name,
    );

    await page.keyboard.press('Enter');
    await bookIn(frame, stage.clock.now());
    await page.waitForFunction(() => (globalThis as unknown as { told: unknown[] }).told.length === 1);
    assert.equal((await told())[0]?.status, 'confirmed');
    await page.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
  });
}

test('the snippet about events runs as it stands', async (t) => {
  const { stage, put } = await startSite(t);
  const { page } = await stage.person();
  const lines: string[] = [];
  page.on('console', (message) => lines.push(message.text()));
  await page.goto(put('Learn what was booked'));
  await bookIn(page.frameLocator('iframe'), stage.clock.now());
  await page.getByText('Thank you. See you soon.').waitFor();
  assert.match(lines.join('\n'), /bkg_\w+ intro-call confirmed 20/);
});

test('on a phone the pop-up fills the screen, and the page is readable', async (t) => {
  const { stage, put } = await startSite(t);
  const { page } = await stage.person({ viewport: { width: 360, height: 640 }, colorScheme: 'dark' });
  await page.goto(put('In the corner of the window'));
  await page.getByRole('button', { name: 'Book a time' }).click();
  const frame = page.frameLocator('dialog iframe');
  await frame.locator('a.day.free').first().waitFor();
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(import.meta.dirname, 'shots/embed-phone.png') });
  assert.ok(await fitsAcross(page));
  await bookIn(frame, stage.clock.now());
});

test('a site that was not allowed gets a link instead', async (t) => {
  const { stage, put } = await startSite(t, { allowed: false });
  const { page, expectFault } = await stage.person();
  expectFault(/frame-ancestors|Refused to (display|frame)|X-Frame-Options/);
  await page.clock.install();
  await page.goto(put('In its place on the page'));
  await page.locator('iframe').waitFor();
  await page.clock.fastForward(11_000);
  const link = page.getByRole('link', { name: 'Book a time (opens a new tab)' });
  await link.waitFor();
  assert.equal(await link.getAttribute('href'), `${stage.publicUrl}/book/contoso-careers/intro-call`);
});
