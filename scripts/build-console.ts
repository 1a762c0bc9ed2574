import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Builds the console when one of its sources is newer than what was built: Vite takes some seconds. */
export function buildConsole(print: (line: string) => void): void {
  const built = join(root, 'dist/console/index.html');
  const builtAt = existsSync(built) ? statSync(built).mtimeMs : 0;
  const sources = globSync('ui/**/*.{ts,tsx,css,html}', { cwd: root });
  if (sources.every((file) => statSync(join(root, file)).mtimeMs <= builtAt)) return;
  print('Building the console …');
  const vite = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', 'ui', '--logLevel', 'warn'],
    { cwd: root, stdio: 'inherit' },
  );
  if (vite.status !== 0) throw new Error('The console could not be built.');
}
