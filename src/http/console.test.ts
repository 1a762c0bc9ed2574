import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { consoleFiles } from './console.ts';

test('a clone may lie in a folder with any name', async (t) => {
  const app = consoleFiles(builtConsole(t, 'a b%20c é #1'));
  const script = await app.request('/console/assets/app-1a2b.js');
  assert.equal(script.status, 200);
  assert.equal(await script.text(), 'started()');
  assert.match(script.headers.get('content-type') ?? '', /^text\/javascript/);
  assert.match(script.headers.get('cache-control') ?? '', /immutable/);
});

test('every address of the console is its one page, which browsers ask for each time', async (t) => {
  const app = consoleFiles(builtConsole(t, 'console'));
  for (const path of ['/console/', '/console/bookings/1?x=%2e%2e', '/console/microsoft-365/integrations']) {
    const page = await app.request(path);
    assert.equal(await page.text(), '<title>Parley</title>');
    assert.equal(page.headers.get('cache-control'), 'no-cache');
    assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self'/);
  }
});

test('a script of an older version is not found, and nobody keeps that answer', async (t) => {
  const answer = await consoleFiles(builtConsole(t, 'console')).request('/console/assets/app-0000.js');
  assert.equal(answer.status, 404);
  assert.equal(answer.headers.get('cache-control'), 'no-cache');
});

test('nothing outside of what was built is served', async (t) => {
  const built = builtConsole(t, 'console');
  writeFileSync(join(built, '../secret.txt'), 'secret');
  const app = consoleFiles(built);
  for (const path of ['/console/assets/../../secret.txt', '/console/assets/%2e%2e/%2e%2e/secret.txt']) {
    assert.doesNotMatch(await (await app.request(path)).text(), /secret/);
  }
});

test('before it is built, the console says how', async (t) => {
  const answer = await consoleFiles(join(builtConsole(t, 'console'), 'nowhere')).request('/console/');
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /npm run build/);
});

function builtConsole(t: TestContext, folder: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'parley-console-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const built = join(directory, folder);
  mkdirSync(join(built, 'assets'), { recursive: true });
  writeFileSync(join(built, 'index.html'), '<title>Parley</title>');
  writeFileSync(join(built, 'assets/app-1a2b.js'), 'started()');
  return built;
}
