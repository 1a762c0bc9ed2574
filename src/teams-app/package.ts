import { strToU8, zipSync } from 'fflate';
import { colorIcon, outlineIcon } from './icons.ts';
import type { Manifest } from './teams-app.ts';

/** The same content makes the same bytes, whenever it is packed; a zip cannot say “never”. */
const packedAt = new Date(2000, 0, 1);

let icons: { color: Uint8Array; outline: Uint8Array } | undefined;

/** The zip that an administrator uploads: manifest and icons at its root (Teams docs: “Teams app package”). */
export function packApp(manifest: Manifest): Uint8Array {
  icons ??= { color: colorIcon(), outline: outlineIcon() };
  return zipSync(
    {
      'manifest.json': strToU8(`${JSON.stringify(manifest, undefined, 2)}\n`),
      [manifest.icons.color]: icons.color,
      [manifest.icons.outline]: icons.outline,
    },
    { mtime: packedAt, level: 9 },
  );
}
