import type { Secret } from './config.ts';

export type StorageKind = (typeof storageKinds)[number];

/** Where recordings are kept, as the settings have it. */
export type StorageConfig = {
  kind: StorageKind;
  /** Of files. */
  directory: string;
  /** Of an S3-compatible service; bucket and keys are always set where `kind` says so. */
  endpoint: string | undefined;
  region: string;
  bucket: string | undefined;
  prefix: string;
  pathStyle: boolean;
  accessKeyId: string | undefined;
  secretAccessKey: Secret | undefined;
};

const storageKinds = ['file', 's3'] as const;

/** Readers of the settings' texts; each throws what is wrong. */
export function storageKind(value: string): StorageKind {
  const found = storageKinds.find((known) => known === value.toLowerCase());
  if (found === undefined) throw new Error('must be file or s3');
  return found;
}

export function region(value: string): string {
  if (!/^[a-z0-9-]{1,64}$/i.test(value)) throw new Error('must be the name of a region, such as eu-central-1');
  return value;
}

export function bucket(value: string): string {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value))
    throw new Error('must be the name of a bucket: 3 to 63 small letters, digits, dots and hyphens');
  return value;
}

/** Folders within a bucket; a slash at either end is dropped. */
export function prefix(value: string): string {
  const path = value.replaceAll(/^\/+|\/+$/g, '');
  if (!/^[\w-]+(\/[\w-]+)*$/.test(path))
    throw new Error('must be letters, digits, “_” and “-”, with “/” between folders');
  return path;
}
