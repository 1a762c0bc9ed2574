import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { needsReconnect, Problem, problems, type ProblemCode } from './problem.ts';

const pages = new URL('../docs/problems/', import.meta.url);
const codes = Object.keys(problems) as ProblemCode[];

test('every code has its page, and every page its code', async () => {
  const names = (await readdir(pages)).filter((name) => name !== 'README.md').map((name) => name.replace(/\.md$/, ''));
  assert.deepEqual(names.toSorted(), codes.toSorted());
});

test('a page says the title and status of its code, why, what to do, and whether Parley tries again', async () => {
  for (const code of codes) {
    const page = await readFile(new URL(`${code}.md`, pages), 'utf8');
    const { title, status } = problems[code];
    assert.ok(page.startsWith(`# ${title}\n\n\`${code}\` · HTTP ${status}\n`), code);
    for (const heading of ['Why it happens', 'What to do', 'Does Parley try again?']) {
      assert.match(page, new RegExp(`^## ${heading.replace('?', '\\?')}$`, 'm'), code);
    }
  }
});

test('the index lists every code', async () => {
  const index = await readFile(new URL('README.md', pages), 'utf8');
  for (const code of codes) assert.ok(index.includes(`[\`${code}\`](${code}.md)`), code);
});

test('titles are phrases without a full stop, remedies are sentences that name no blame', () => {
  for (const code of codes) {
    const { title, remedy } = problems[code];
    assert.match(title, /^\p{Lu}.*[^.!]$/u, code);
    assert.match(remedy, /^\p{Lu}.*\.$/u, code);
    assert.doesNotMatch(`${title} ${remedy}`, /!|oops|sorry/i, code);
  }
});

test('what asks for a reconnect is not tried again by itself', () => {
  const reconnects = codes.filter((code) => needsReconnect(code));
  assert.ok(reconnects.includes('grant_expired') && !reconnects.includes('entra_unavailable'));
  for (const code of reconnects) assert.equal(problems[code].retry, false, code);
});

test('a problem knows its code, whether it passes, and how long to wait', () => {
  const problem = new Problem('throttled', { retryAfterMs: 2128 });
  assert.deepEqual(
    [problem.code, problem.retryable, problem.retryAfterMs, problem.message],
    ['throttled', true, 2128, problems.throttled.title],
  );
});
