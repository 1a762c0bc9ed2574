import { existsSync } from 'node:fs';

/** Where Chromium is: what `CHROMIUM_PATH` says, or Debian's place. `undefined`: not there. */
export function findChromium(env: Record<string, string | undefined>): string | undefined {
  return [env['CHROMIUM_PATH'], '/usr/bin/chromium'].find(
    (path) => path !== undefined && path !== '' && existsSync(path),
  );
}

/** For whoever has none yet. */
export const howToInstall = `The browser tests need Chromium, and there is none at /usr/bin/chromium.

  Debian and Ubuntu   sudo apt-get update && sudo apt-get install chromium
  elsewhere           install Chromium or Chrome and set CHROMIUM_PATH to its program, for example
                      CHROMIUM_PATH="/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" npm run test:ui`;
