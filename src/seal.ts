import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  randomBytes,
  randomFillSync,
  type KeyObject,
} from 'node:crypto';
import { chmod, link, mkdir, open as openFile, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { giveBack } from './memory.ts';

/** What a sealed value belongs to. A value opens only under exactly the context that it was sealed with. */
export type SealContext = {
  purpose:
    | 'MeetingProvider.Tokens.v1'
    | 'OAuth.State.v1'
    | 'Idempotency.Answer.v1'
    | 'AppRegistration.Credential.v1'
    | 'Webhook.Secret.v1'
    | 'Calendar.DeltaLink.v1'
    | 'Teams.Session.v1'
    | 'Artifact.Document.v1';
  workspaceId: string;
  rowId: string;
  field: string;
};

/** The keys that wrap data keys: the first one wraps, all of them unwrap. */
export type KeyRing = { current: RingKey; byId: ReadonlyMap<string, RingKey> };

type RingKey = { id: string; key: KeyObject };

/** The key of one workspace, unwrapped. Printing it shows no key material. */
export type DataKey = { key: KeyObject };

/** A sealed value or wrapped key that does not open: another key, another context, or changed bytes. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

const formatVersion = 1;
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** Reads `id:base64(32 bytes)[,id:base64…]`. The error of a bad text says which part is wrong, and shows none of it. */
export function parseKeyRing(text: string): KeyRing {
  const keys = text.split(',').map((part, index) => parseKey(part.trim(), index + 1));
  const byId = new Map(keys.map((key) => [key.id, key]));
  const current = keys[0];
  if (current === undefined || byId.size < keys.length) throw new Error('must give every key an id of its own');
  return { current, byId };
}

function parseKey(text: string, position: number): RingKey {
  const [, id, encoded] = /^([\w.-]{1,64}):([A-Za-z0-9+/_-]+={0,2})$/.exec(text) ?? [];
  if (id === undefined || encoded === undefined) throw new Error(`must be “id:base64”, but key ${position} is not`);
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== keyBytes) throw new Error(`must hold keys of ${keyBytes} bytes, but key ${position} is not`);
  return { id, key: createSecretKey(bytes) };
}

/** A new random data key, wrapped by the ring's current key: what is stored beside a workspace. */
export function newDataKey(ring: KeyRing): Buffer {
  const { id, key } = ring.current;
  const idBytes = Buffer.from(id);
  const header = Buffer.concat([Buffer.from([formatVersion, idBytes.length]), idBytes]);
  return Buffer.concat([header, encrypt(key, randomBytes(keyBytes), header)]);
}

/** Unwraps a data key. Throws `SealError` when the ring lacks its key, or the bytes were changed. */
export function openDataKey(ring: KeyRing, wrapped: Buffer): DataKey {
  if (wrapped[0] !== formatVersion) throw new SealError('the wrapped key has an unknown format');
  const headerLength = 2 + (wrapped[1] ?? 0);
  const header = wrapped.subarray(0, headerLength);
  const id = header.subarray(2).toString();
  const wrapping = ring.byId.get(id);
  if (wrapping === undefined) throw new SealError(`the key “${id}” is not in Encryption__Keys`);
  return { key: createSecretKey(decrypt(wrapping.key, wrapped.subarray(headerLength), header)) };
}

/** Encrypts a text for storage (AES-256-GCM). Moved to another row, column or workspace, it does not open. */
export function seal(dataKey: DataKey, plaintext: string, context: SealContext): Buffer {
  const sealed = encrypt(dataKey.key, Buffer.from(plaintext), additionalData(context));
  return Buffer.concat([Buffer.from([formatVersion]), sealed]);
}

/** Decrypts what `seal` made. Throws `SealError` under another key or context, or when a byte was changed. */
export function open(dataKey: DataKey, sealed: Buffer, context: SealContext): string {
  if (sealed[0] !== formatVersion) throw new SealError('the sealed value has an unknown format');
  return decrypt(dataKey.key, sealed.subarray(1), additionalData(context)).toString();
}

/** A key for another use than sealing, derived from a data key (HKDF-SHA256), so that no key has two uses. */
export function deriveKey(
  dataKey: DataKey,
  purpose:
    | 'Booking.ManageLink.v1'
    | 'Booking.VisitorLink.v1'
    | 'Booking.ApprovalLink.v1'
    | 'Reminder.RefusalLink.v1'
    | 'Artifact.Link.v1'
    | 'Connection.Approval.v1'
    | 'Connection.IdToken.v1',
): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', dataKey.key, Buffer.alloc(0), purpose, keyBytes)));
}

/** The key of one content in the storage, derived from its workspace's data key: moved to another place, it does not open. */
export function deriveContentKey(
  dataKey: DataKey,
  { workspaceId, key }: { workspaceId: string; key: string },
): KeyObject {
  const context = JSON.stringify(['Storage.Content.v1', workspaceId, key]);
  return createSecretKey(Buffer.from(hkdfSync('sha256', dataKey.key, Buffer.alloc(0), context, keyBytes)));
}

/**
 * Encrypts one of the pieces that a large content is cut into (AES-256-GCM) into memory that is there; gives the part of
 * it that was filled. It opens only under its number, and only as the last one if it was that, so that pieces cannot be
 * left out, swapped or cut off unseen.
 */
export function sealPiece(key: KeyObject, plaintext: Uint8Array, place: Place, into: Buffer): Buffer {
  const iv = randomFillSync(into.subarray(0, ivBytes));
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(placeData(place));
  const ciphertext = cipher.update(plaintext);
  ciphertext.copy(into, ivBytes);
  giveBack(ciphertext);
  cipher.final();
  cipher.getAuthTag().copy(into, ivBytes + plaintext.length);
  return into.subarray(0, plaintext.length + sealedPieceOverhead);
}

/** Decrypts what `sealPiece` made. Throws `SealError` under another key or place, or when a byte was changed. */
export function openPiece(key: KeyObject, sealed: Buffer, place: Place): Buffer {
  return decrypt(key, sealed, placeData(place));
}

/** Where a piece of a large content belongs. */
export type Place = { index: number; last: boolean };

/** By how many bytes a sealed piece is longer than its plaintext. */
export const sealedPieceOverhead = ivBytes + tagBytes;

function placeData({ index, last }: Place): Buffer {
  const data = Buffer.alloc(9);
  data.writeBigUInt64BE(BigInt(index));
  data[8] = last ? 1 : 0;
  return data;
}

function additionalData({ purpose, workspaceId, rowId, field }: SealContext): Buffer {
  // JSON, because joining with a separator would let two different contexts read the same.
  return Buffer.from(JSON.stringify([purpose, workspaceId, rowId, field, formatVersion]));
}

function encrypt(key: KeyObject, plaintext: Buffer, additional: Buffer): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(additional);
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: KeyObject, sealed: Buffer, additional: Buffer): Buffer {
  if (sealed.length < ivBytes + tagBytes) throw new SealError('the sealed value is too short');
  const iv = sealed.subarray(0, ivBytes);
  const tag = sealed.subarray(sealed.length - tagBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
  decipher.setAAD(additional).setAuthTag(tag);
  try {
    // GCM is a stream cipher: all of it comes out at once, and the end only says whether it is true.
    const plaintext = decipher.update(sealed.subarray(ivBytes, sealed.length - tagBytes));
    decipher.final();
    return plaintext;
  } catch (cause) {
    throw new SealError('the sealed value does not open', { cause });
  }
}

type KeySource = {
  /** `Encryption__Keys`, when it is set. */
  keys: { reveal(): string } | undefined;
  /** True when Parley runs its own PostgreSQL below `directory`. */
  privateDatabase: boolean;
  directory: string;
};

/**
 * The key ring of this server: `Encryption__Keys`, or `key` in the data directory of a private database, which is made
 * on the first run (`madeFile` then names it). Throws when there is no key and making one would lose data.
 */
export async function loadKeyRing(source: KeySource): Promise<{ ring: KeyRing; madeFile: string | undefined }> {
  if (source.keys !== undefined) return { ring: parseKeyRing(source.keys.reveal()), madeFile: undefined };
  if (!source.privateDatabase) {
    throw new Error(
      'Encryption__Keys is not set. With a database of your own (Database__Url), Parley needs the key that seals ' +
        'tokens: set Encryption__Keys to “k1:” followed by the output of “openssl rand -base64 32”, and keep a copy.',
    );
  }
  const file = join(source.directory, 'key');
  const existing = await readIfPresent(file);
  if (existing !== undefined) return { ring: await ringOfFile(file, existing), madeFile: undefined };
  if (await exists(join(source.directory, 'postgres'))) {
    throw new Error(
      `${file} is missing, but there is a database beside it, whose tokens are sealed with that key. Put the file ` +
        `back from a backup or set Encryption__Keys to the same key. Without it nothing there can be opened: to start ` +
        `anew, move the data directory away.`,
    );
  }
  return makeKeyFile(source.directory, file);
}

async function makeKeyFile(directory: string, file: string): ReturnType<typeof loadKeyRing> {
  const id = `k${randomBytes(4).toString('hex')}`;
  const text = `${id}:${randomBytes(keyBytes).toString('base64')}\n`;
  const draft = `${file}.${id}`;
  await mkdir(directory, { recursive: true, mode: 0o711 });
  await writeDurably(draft, text);
  try {
    // A link is made for one starter only, and only of a complete file.
    await link(draft, file);
    await syncDirectory(directory);
    return { ring: parseKeyRing(text.trim()), madeFile: file };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return { ring: await ringOfFile(file, await readFile(file, 'utf8')), madeFile: undefined };
  } finally {
    await rm(draft, { force: true });
  }
}

async function ringOfFile(file: string, text: string): Promise<KeyRing> {
  await chmod(file, 0o600);
  try {
    return parseKeyRing(text.trim());
  } catch (error) {
    throw new Error(`${file} ${(error as Error).message}`, { cause: error });
  }
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await openFile(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await openFile(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfPresent(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
