import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { assertAccessible } from './support/axe.ts';
import { openBrowser, shoot, type PersonOptions } from './support/browser.ts';
import { fitsAcross } from './support/visitor.ts';

const root = join(import.meta.dirname, '../..');
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-docs-'));
  const built = spawnSync(process.execPath, ['scripts/build-docs.ts', folder], { cwd: root, encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
});

after(() => rm(folder, { recursive: true, force: true }));

const types: Record<string, string> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.png': 'image/png',
  '.json': 'application/json',
};

/** The site below a path of a plain web server, as a host of static files has it. */
async function serveSite(t: TestContext): Promise<string> {
  const base = '/some/where/';
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname);
    try {
      const body = readFileSync(join(folder, path.slice(base.length)));
      response.writeHead(200, { 'content-type': types[extname(path)] ?? 'text/plain' }).end(body);
    } catch {
      response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`;
}

async function startReader(t: TestContext, options?: PersonOptions) {
  const browser = await openBrowser(t);
  t.after(async () => assert.deepEqual(await browser.leave(), []));
  return browser.person(options);
}

const looks: [string, PersonOptions][] = [
  ['light', { colorScheme: 'light', viewport: { width: 1440, height: 900 } }],
  ['dark', { colorScheme: 'dark', viewport: { width: 1024, height: 800 } }],
  ['narrow', { colorScheme: 'light', viewport: { width: 320, height: 640 } }],
];
const shown = [
  'index.html',
  'quick-start.html',
  'concepts.html',
  'guides/api.html',
  'guides/tenant-setup.html',
  'api/index.html',
  'api/bookings.html',
  'problems/index.html',
  'problems/slot_taken.html',
  'decisions/index.html',
  'changelog.html',
  'contents.html',
];

for (const [look, options] of looks) {
  test(`the documentation has no violations and fits across: ${look}`, async (t) => {
    const address = await serveSite(t);
    const { page } = await startReader(t, options);
    for (const path of shown) {
      await page.goto(address + path);
      await assertAccessible(page, `${path}, ${look}`);
      assert.ok(await fitsAcross(page), `${path} fits across, ${look}`);
    }
    await page.goto(`${address}quick-start.html`);
    await shoot(page, `docs-${look}`);
    if (look !== 'narrow') return;
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('navigation', { name: 'Documentation' }).getByRole('link', { name: 'Concepts' }).waitFor();
    await assertAccessible(page, 'the menu');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'On this page' }).click();
    await page
      .getByRole('navigation', { name: 'On this page' })
      .getByRole('link', { name: '3. Make a meeting' })
      .click();
    await page.waitForURL(/#3-make-a-meeting$/);
    await page.getByRole('navigation', { name: 'On this page' }).waitFor({ state: 'hidden' });
  });
}

for (const place of ['a web server', 'files'] as const) {
  test(`pages are found with the keyboard alone, from ${place}`, async (t) => {
    const address = place === 'files' ? pathToFileURL(`${folder}/`).href : await serveSite(t);
    const { page } = await startReader(t);
    await page.goto(`${address}guides/webhooks.html`);
    await page.keyboard.press('/');
    await page.keyboard.type('reschedule');
    const results = page.locator('#results');
    await results.getByRole('link', { name: 'Move a booking' }).first().waitFor();
    assert.match((await page.locator('#found').textContent()) ?? '', /^\d+ results$/);
    // axe reads style sheets with requests, which pages that are files may not make.
    if (place !== 'files') await assertAccessible(page, 'what was found');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Escape');
    await results.waitFor({ state: 'hidden' });
    await page.keyboard.type('xyzzy plugh');
    await results.getByText('Nothing has “xyzzy plugh” in its words.').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('slot taken');
    const first = results.getByRole('link').first();
    await first.getByText('Somebody else has just taken this time').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/problems\/slot_taken\.html$/);
    await page.getByRole('heading', { level: 1, name: 'Somebody else has just taken this time' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Problems' }).click();
    await page.waitForURL(/problems\/index\.html$/);
  });
}

test('a page says where in it the reader is, what comes next, and gives its code to the clipboard', async (t) => {
  const address = await serveSite(t);
  const { page, context } = await startReader(t, { viewport: { width: 1440, height: 900 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(`${address}quick-start.html`);
  const toc = page.getByRole('navigation', { name: 'On this page' });
  await toc.getByRole('link', { name: '4. Move it, then cancel it' }).click();
  await toc.locator('[aria-current=location]', { hasText: '4. Move it' }).waitFor();
  await page.getByRole('button', { name: 'Copy: Example 2' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Copied', { exact: true }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'export PARLEY_KEY=parley_key_…');
  await page.getByRole('navigation', { name: 'Before and after' }).getByRole('link', { name: 'Next Concepts' }).click();
  await page.getByRole('heading', { level: 1, name: 'Concepts' }).waitFor();
  assert.equal(
    await page.getByRole('navigation', { name: 'Documentation' }).locator('[aria-current=page]').innerText(),
    'Concepts',
  );
});

test('without a script everything can be read, and the search leads to the list of all pages', async (t) => {
  const address = await serveSite(t);
  const { page } = await startReader(t, { javaScriptEnabled: false });
  await page.goto(address + 'index.html');
  await page.getByRole('searchbox', { name: 'Search the documentation' }).fill('webhooks');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'All pages' }).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Webhooks', exact: true }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Webhooks' }).waitFor();
});

test('nothing jumps while a page loads', async (t) => {
  const address = await serveSite(t);
  const { page } = await startReader(t, { viewport: { width: 1280, height: 800 } });
  for (const path of ['index.html', 'guides/emulator.html', 'api/meetings.html']) {
    await page.goto(address + path);
    const shift = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
          }).observe({ type: 'layout-shift', buffered: true });
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
        }),
    );
    assert.ok(shift < 0.01, `${path} shifts by ${shift}`);
  }
});
