import { unzipSync } from 'fflate';
import { z } from 'zod';

/** An app that an administrator uploaded, as far as a frame needs it. */
export type TeamsApp = {
  id: string;
  version: string;
  name: string;
  accentColor: string;
  tabs: { entityId: string; name: string; contentUrl: string; websiteUrl: string | undefined }[];
  validDomains: string[];
  webApplicationInfo: { id: string; resource: string | undefined } | undefined;
  /** PNG, base64. */
  icons: { color: string; outline: string };
};

/** The package is not one that Teams takes; the message lists why. */
export class RefusedPackage extends Error {
  override name = 'RefusedPackage';
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Teams takes https only. The emulator stands on this machine, and so may the app that is tried on it. */
const address = z
  .string()
  .max(2048)
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && loopback.has(url.hostname)));
  }, 'must begin with https://');
const guid = z.guid().toLowerCase();

/** The rules of MicrosoftTeams.schema.json for what a personal tab needs; nothing else may be in the manifest here. */
const manifestSchema = z.strictObject({
  $schema: z.string().optional(),
  manifestVersion: z.string().regex(/^1\.(1[2-9]|2\d)$/, 'is not a version that this emulator knows'),
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 1.0.0'),
  id: guid,
  developer: z.strictObject({
    name: z.string().min(1).max(32),
    websiteUrl: address,
    privacyUrl: address,
    termsOfUseUrl: address,
  }),
  name: z.strictObject({ short: z.string().min(1).max(30), full: z.string().max(100).optional() }),
  description: z.strictObject({ short: z.string().min(1).max(80), full: z.string().min(1).max(4000) }),
  icons: z.strictObject({ color: z.string(), outline: z.string() }),
  accentColor: z.string().regex(/^#[\da-f]{6}$/i, 'must be a colour such as #4464EE'),
  staticTabs: z
    .array(
      z.strictObject({
        entityId: z.string().min(1).max(64),
        name: z.string().min(1).max(128),
        contentUrl: address,
        websiteUrl: address.optional(),
        scopes: z.array(z.enum(['personal', 'team', 'groupChat'])).min(1),
      }),
    )
    .min(1)
    .max(16),
  validDomains: z.array(z.string().max(2048)).max(100).default([]),
  webApplicationInfo: z.strictObject({ id: guid, resource: z.string().optional() }).optional(),
});

/** Reads what was uploaded. Throws `RefusedPackage` where the admin center would refuse it, with every reason. */
export function readPackage(bytes: Uint8Array): TeamsApp {
  const files = unzip(bytes);
  const manifest = manifestSchema.safeParse(parseJson(files['manifest.json']));
  if (!manifest.success) throw new RefusedPackage(z.prettifyError(manifest.error));
  const { icons, name, staticTabs, ...rest } = manifest.data;
  const color = iconOf(files, icons.color, 192);
  const outline = iconOf(files, icons.outline, 32);
  return {
    id: rest.id,
    version: rest.version,
    name: name.short,
    accentColor: rest.accentColor,
    tabs: staticTabs.map(({ entityId, name, contentUrl, websiteUrl }) => ({ entityId, name, contentUrl, websiteUrl })),
    validDomains: rest.validDomains,
    webApplicationInfo: rest.webApplicationInfo && {
      id: rest.webApplicationInfo.id,
      resource: rest.webApplicationInfo.resource,
    },
    icons: { color, outline },
  };
}

function unzip(bytes: Uint8Array): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes);
  } catch {
    throw new RefusedPackage('This is not a zip.');
  }
}

function parseJson(file: Uint8Array | undefined): unknown {
  if (file === undefined) throw new RefusedPackage('manifest.json is not at the root of the zip.');
  try {
    return JSON.parse(new TextDecoder().decode(file));
  } catch {
    throw new RefusedPackage('manifest.json is not JSON.');
  }
}

function iconOf(files: Record<string, Uint8Array>, name: string, size: number): string {
  const file = Buffer.from(files[name] ?? []);
  if (file.subarray(0, 8).toString('latin1') !== '\x89PNG\r\n\x1A\n') throw new RefusedPackage(`${name} is not a PNG.`);
  if (file.readUInt32BE(16) !== size || file.readUInt32BE(20) !== size) {
    throw new RefusedPackage(`${name} must be ${size} by ${size} pixels.`);
  }
  return file.toString('base64');
}
