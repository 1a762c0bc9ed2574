import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** What Vite makes, each with its arguments: the console, and the tab in Teams. */
const builds = [
  { made: 'dist/console/index.html', args: ['build', 'ui'] },
  { made: 'dist/teams-tab/tab.js', args: ['build', 'ui', '--config', 'ui/teams-tab.vite.config.ts'] },
];

/** Builds the console and the tab in Teams when a source is newer than what was built: Vite takes some seconds. */
export function buildConsole(print: (line: string) => void): void {
  const changedAt = Math.max(
    ...globSync('ui/**/*.{ts,tsx,css,html}', { cwd: root }).map((file) => statSync(join(root, file)).mtimeMs),
  );
  const due = builds.filter(({ made }) => {
    const built = join(root, made);
    return !existsSync(built) || statSync(built).mtimeMs < changedAt;
  });
  if (due.length === 0) return;
  print('Building the console …');
  for (const { args } of due) {
    const vite = spawnSync(
      process.execPath,
      [join(root, 'node_modules/vite/bin/vite.js'), ...args, '--logLevel', 'warn'],
      { cwd: root, stdio: 'inherit' },
    );
    if (vite.status !== 0) throw new Error('The console could not be built.');
  }
}
