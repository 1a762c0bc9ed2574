/**
 * `npm run test:ui`: the tests that need a browser, one file after the other:
 * `npm run test:ui -- [options of node --test] [files]`. Options take their value after “=”.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { findChromium, howToInstall } from '../test/ui/support/chromium.ts';
import { buildConsole } from './build-console.ts';

const root = join(import.meta.dirname, '..');

if (findChromium(process.env) === undefined) {
  console.error(howToInstall);
  process.exitCode = 1;
} else {
  buildConsole((line) => console.log(line));
  const given = process.argv.slice(2);
  const files = given.some((argument) => !argument.startsWith('-')) ? [] : globSync('test/ui/*.test.ts', { cwd: root });
  process.on('SIGINT', () => {}); // the tests get it too, and end in order
  const tests = spawnSync(
    process.execPath,
    ['scripts/test.ts', '--test-concurrency=1', ...given, ...files.toSorted()],
    { cwd: root, stdio: 'inherit' },
  );
  process.exitCode = tests.status ?? 1;
}
