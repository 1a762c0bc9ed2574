import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../src/config.ts';
import { accounts, accountOf, elsewhere } from './support/snippet-accounts.ts';
import { messageOfBooking, readers } from './support/snippet-readers.ts';
import { follow, startSnippetStage, type SnippetStage } from './support/snippet-stage.ts';
import { runPowerShell } from './support/tenant.ts';
import { hasShapeOf, pages, snippetsOf } from './support/snippets.ts';

// Every command and every example of the documentation does what the page says. How each block is held to that, and what
// cannot be run here, is in support/snippet-accounts.ts.

const all = pages.flatMap(snippetsOf);
const taken = (how: string) => all.filter((snippet) => accountOf(snippet)?.how === how);

test('somebody accounts for every snippet, and no account is about one that is gone', () => {
  const forgotten = all
    .filter((snippet) => !accountOf(snippet))
    .map(({ at, language }) => `${at} (${language || 'no language'})`);
  assert.deepEqual(forgotten, [], 'run it, or say in support/snippet-accounts.ts why it cannot be run');
  const stale = accounts.filter(
    ({ page, firstLine }) => !all.some((one) => one.page === page && one.firstLine === firstLine),
  );
  assert.deepEqual(stale, []);
  for (const [page, languages] of Object.entries(elsewhere))
    for (const [language, file] of Object.entries(languages)) {
      assert.ok(
        all.some((one) => one.page === page && one.language === language),
        `${page} has no ${language} any more`,
      );
      assert.ok(readFileSync(join(import.meta.dirname, '..', file), 'utf8').includes(page), `${file} runs ${page}`);
    }
  for (const { page, firstLine, reason } of accounts)
    assert.ok(reason.length > 20, `${page}: why is “${firstLine}” not run?`);
});

for (const page of pages) {
  const commands = taken('run').filter((snippet) => snippet.page === page);
  const examples = taken('shape').filter((snippet) => snippet.page === page);
  if (commands.length === 0 && examples.length === 0) continue;
  test(`${page} can be followed as it is written`, { timeout: 60_000 }, async (t) => {
    const { options, before, afterwards } = readers[page] ?? {};
    const stage = await startSnippetStage(t, options);
    await follow(stage, commands, before);
    await assertNothingFailed(stage);
    const known = [...stage.shell.answers(), ...((await afterwards?.(stage)) ?? [])];
    for (const { code, at } of examples)
      assert.ok(
        known.some((answer) => hasShapeOf(answer, JSON.parse(code))),
        `${at}: nothing of this form was answered or sent`,
      );
  });
}

/** Everything that a page made at Microsoft came to be, unless the page speaks of what fails. */
async function assertNothingFailed({ system }: SnippetStage): Promise<void> {
  await system.work();
  const { rows } = await system.database.pool.query(
    "select id, status, problem_code from meetings where status = 'failed'",
  );
  assert.deepEqual(rows, []);
}

test('settings that pages set are settings of Parley', () => {
  const snippets = taken('settings');
  assert.ok(snippets.length > 5);
  for (const { code, language, at } of snippets) {
    const files = language === 'json' ? [{ name: at, text: code }] : [];
    const env = language === 'json' ? {} : Object.fromEntries(linesOf(code));
    assert.doesNotThrow(() => loadConfig({ env, files, readFile: contentOf }), at);
  }
});

test('queries are answered, and commands of administrators are taken', async (t) => {
  const { system } = await startSnippetStage(t);
  const queries = taken('query');
  assert.ok(queries.length > 2);
  for (const { code, at } of queries) await assert.doesNotReject(system.database.pool.query(code), at);
  for (const { code, at } of taken('powershell')) assert.doesNotThrow(() => runPowerShell(system, code), at);
});

test('headers that examples show are sent', async (t) => {
  const stage = await startSnippetStage(t);
  await stage.desk.api('POST', '/v1/webhook-endpoints', { url: 'https://crm.example.com/hooks/parley' });
  await messageOfBooking(stage);
  const { headers } = await stage.desk.api('GET', '/v1/event-types');
  const wanted = { subject: 'Review', start: '2026-11-27T09:00:00Z', end: '2026-11-27T10:00:00Z' };
  const meeting = { ...wanted, organizer: { memberId: stage.desk.memberId } };
  const later = await stage.desk.api('POST', '/v1/meetings', meeting, { prefer: 'respond-async' });
  const sent = new Set([
    ...headers.keys(),
    ...later.headers.keys(),
    ...stage.receiver.received.flatMap((one) => Object.keys(one.headers)),
  ]);
  const examples = taken('headers');
  assert.ok(examples.length > 0);
  for (const { code, at } of examples)
    for (const [, name = ''] of code.matchAll(/^([\w-]+):/gm))
      assert.ok(sent.has(name.toLowerCase()), `${at}: ${name}`);
});

function linesOf(code: string): [string, string][] {
  return [...code.matchAll(/^(?:export )?(\w+)=('[^']*'|\S+)/gm)].map(([, name = '', value = '']) => [
    name,
    value.replaceAll("'", ''),
  ]);
}

/** What the files that settings name hold. */
function contentOf(path: string): string {
  if (path.endsWith('encryption_keys')) return `main:${Buffer.alloc(32, 1).toString('base64')}`;
  return path.endsWith('database_url') ? 'postgresql://parley@localhost/parley' : 'a secret of some length';
}
