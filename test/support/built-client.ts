import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
export const runProgram = promisify(execFile);
export const tsc = join(root, 'node_modules/.bin/tsc');

/** An empty project in which the client is installed, built, as somebody has it who uses it. */
export async function installClient() {
  const project = await mkdtemp(join(tmpdir(), 'parley-client-'));
  const installed = join(project, 'node_modules/@parley/client');
  await mkdir(installed, { recursive: true });
  await cp(join(root, 'client/package.json'), join(installed, 'package.json'));
  await runProgram(tsc, ['-p', join(root, 'client/tsconfig.build.json'), '--outDir', join(installed, 'dist')]);
  await writeFile(join(project, 'package.json'), '{"type": "module"}');
  return {
    project,
    dist: join(installed, 'dist'),
    remove: () => rm(project, { recursive: true, force: true }),
  };
}
