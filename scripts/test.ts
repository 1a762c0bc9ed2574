import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { serverVariable, startTestServer } from '../test/support/database-server.ts';

/**
 * Runs tests with one PostgreSQL for all of them: `node scripts/test.ts [options of node --test] [files]`, all but the
 * browser tests when no file is named. Options take their value after “=”.
 */

const root = join(import.meta.dirname, '..');
const allTests = () => globSync('{src,emulator,ui,test}/**/*.test.ts', { cwd: root, exclude: ['test/ui/**'] });

const given = process.argv.slice(2);
const files = given.filter((argument) => !argument.startsWith('-'));
const options = given.filter((argument) => argument.startsWith('-'));
const concurrency = options.some((option) => option.startsWith('--test-concurrency'))
  ? []
  : [`--test-concurrency=${availableParallelism()}`];

const server = await startTestServer();
try {
  const runner = spawn(
    process.execPath,
    ['--test', ...concurrency, ...options, ...(files.length > 0 ? files : allTests())],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, [serverVariable]: JSON.stringify(server.address) },
    },
  );
  // Ctrl-C reaches the runner by itself, and it must have ended before the server does.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => runner.kill('SIGTERM'));
  const [code] = (await once(runner, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
} finally {
  await server.end();
}
