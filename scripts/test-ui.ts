/**
 * `npm run test:ui`: the tests that need a browser, two files at a time, after those that measure:
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
  process.on('SIGINT', () => {}); // the tests get it too, and end in order
  // What measures how fast pages are has the machine for itself.
  const measuring = files.filter((file) => file.endsWith('budgets.test.ts'));
  const others = files.filter((file) => !measuring.includes(file));
  const status = named ? run(1, given) : run(1, [...given, ...measuring]) || run(2, [...given, ...others]);
  process.exitCode = status;
}

/** Runs so many files at a time; gives the exit code. */
function run(files: number, given: string[]): number {
  const command = ['scripts/test.ts', `--test-concurrency=${files}`, ...given];
  return spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' }).status ?? 1;
}
