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
  const named = given.some((argument) => !argument.startsWith('-'));
  const files = named ? [] : globSync('test/ui/*.test.ts', { cwd: root }).toSorted();
  // What measures how fast pages are comes first, before anything has warmed or tired the machine.
  const isMeasuring = (file: string) => file.endsWith('budgets.test.ts');
  const ordered = [...files.filter(isMeasuring), ...files.filter((file) => !isMeasuring(file))];
  process.on('SIGINT', () => {}); // the tests get it too, and end in order
  const tests = spawnSync(process.execPath, ['scripts/test.ts', '--test-concurrency=1', ...given, ...ordered], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = tests.status ?? 1;
}
