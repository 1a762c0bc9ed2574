import assert from 'node:assert/strict';
import { test } from 'node:test';
import { description } from './support/documented.ts';
import { startSystem } from './support/system.ts';

test('every operation stands in the reference, and what it links to is there', async (t) => {
  const system = await startSystem(t);
  const overview = await read(system, '/docs');
  const paths = [...overview.matchAll(/href="(\/docs\/[a-z-]+)"/g)].map(([, path = '']) => path);
  assert.ok(paths.length >= 15, `${paths.length} sections`);
  const pages = new Map<string, string>();
  for (const path of new Set(paths)) pages.set(path, await read(system, path));
  const all = [...pages.values()].join('\n');
  for (const [path, methods] of Object.entries(description().paths))
    for (const [method, { operationId }] of Object.entries(methods)) {
      assert.ok(all.includes(`<section class="operation" id="${operationId}"`), operationId);
      assert.ok(all.includes(`<code>${path}</code>`), `${method} ${path}`);
    }
  for (const [path, page] of pages) {
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, id] of page.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(id), `${path} has ${id}`);
    assert.doesNotMatch(page, /\[object Object\]|undefined/, path);
  }
  for (const path of new Set([...all.matchAll(/href="(\/problems\/\w+)"/g)].map(([, path = '']) => path)))
    assert.equal((await system.request(path)).status, 200, path);
});

test('the reference is found by words, is no place for scripts, and has nothing of elsewhere', async (t) => {
  const system = await startSystem(t);
  const found = await read(system, '/docs?q=legal%20hold');
  assert.match(found.split('<main')[1] ?? '', /Put under legal hold/);
  assert.doesNotMatch(found.split('<main')[1] ?? '', /List meetings/);
  const hostile = await read(system, `/docs?q=${encodeURIComponent('"><script>alert(1)</script>')}`);
  assert.doesNotMatch(hostile, /<script>alert/);
  assert.equal((await system.request(`/docs?q=${'x'.repeat(10_000)}%00`)).status, 200);
  assert.equal((await system.request('/docs/nowhere')).status, 404);
  const answer = await system.request('/docs');
  assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/);
  for (const [, address = ''] of (await answer.text()).matchAll(/(?:src|href)="([^"]+)"/g))
    assert.match(address, /^(\/|#|data:)/);
});

async function read(system: { request: (path: string) => Promise<Response> }, path: string): Promise<string> {
  const answer = await system.request(path);
  assert.equal(answer.status, 200, path);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
  return answer.text();
}
