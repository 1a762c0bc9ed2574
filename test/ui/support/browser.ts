import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { findChromium, howToInstall } from './chromium.ts';

export type PersonOptions = Pick<
  BrowserContextOptions,
  'colorScheme' | 'ignoreHTTPSErrors' | 'javaScriptEnabled' | 'timezoneId' | 'viewport' | 'locale'
>;

const shots = join(import.meta.dirname, '../shots');
const loopback = ['localhost', '127.0.0.1', '[::1]'];

const args = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // No name but this machine's can be looked up, so that nothing leaves it even if a page asks for it.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

let running: Promise<Browser> | undefined;

after(async () => {
  await (await running)?.close();
});

/** One Chromium for all tests of a file. */
export async function launch(): Promise<Browser> {
  const executablePath = findChromium(process.env);
  if (executablePath === undefined) throw new Error(howToInstall);
  running ??= chromium.launch({ executablePath, headless: true, chromiumSandbox: false, args });
  return running;
}

/** The people of one test. Their browsers report every error on a console, every crash of a script, every way outside. */
export async function openBrowser(t: TestContext) {
  const browser = await launch();
  const contexts: BrowserContext[] = [];
  const faults: string[] = [];
  return {
    async person(options: PersonOptions = {}) {
      const context = await browser.newContext({ timezoneId: 'Europe/Berlin', locale: 'en-GB', ...options });
      context.setDefaultTimeout(15_000);
      contexts.push(context);
      const expected: RegExp[] = [];
      const fault = (text: string) => expected.some((pattern) => pattern.test(text)) || faults.push(text);
      context.on('page', (page) => watch(page, fault));
      const page = await context.newPage();
      return {
        context,
        page,
        /** Lets a fault that matches pass: browsers report every 4xx answer on the console. */
        expectFault: (pattern: RegExp) => void expected.push(pattern),
      };
    },
    /** Closes everything; a failed test leaves pictures of what its people saw last. Gives the faults that were met. */
    async leave(): Promise<string[]> {
      const pages = contexts.flatMap((context) => context.pages());
      if (!(t as TestContext & { passed: boolean }).passed) {
        // Node has it since 20.12, its types do not
        const name = t.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
        for (const [index, page] of pages.entries()) await shoot(page, `failed-${name}-${index + 1}`).catch(() => {});
      }
      for (const context of contexts) await context.close();
      return faults;
    },
  };
}

export type Person = Awaited<ReturnType<Awaited<ReturnType<typeof openBrowser>>['person']>>;

function watch(page: Page, fault: (text: string) => unknown): void {
  page.on('console', (message) => {
    if (message.type() === 'error') fault(`console of ${page.url()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => fault(`script of ${page.url()}: ${error.message}`));
  page.on('crash', () => fault(`${page.url()} crashed`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && !loopback.includes(url.hostname))
      fault(`${page.url()} asked for ${request.url()}, which is not on this machine`);
  });
}

/** A picture of the whole page at `test/ui/shots/<name>.png`. */
export async function shoot(page: Page, name: string): Promise<void> {
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true, animations: 'disabled' });
}
