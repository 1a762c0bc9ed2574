import type { WebhookEventType } from './generated/schemas.ts';

/** What Parley tells (https://www.standardwebhooks.com). `data.id` is the same at every attempt: act once for each. */
export type WebhookMessage = {
  type: WebhookEventType | 'webhook.test' | 'webhook.probe' | (string & {});
  timestamp: string;
  data: {
    id: string;
    /** Rises within a meeting: what has a lower number happened earlier. */
    sequence?: number;
    workspaceId?: string;
    meetingId?: string;
    externalId?: string | null;
    bookingId?: string;
    connectionId?: string;
    details: Record<string, unknown>;
    [name: string]: unknown;
  };
};

/** A message that is not to be believed, with a reason for the log. Answer it with 400. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  readonly code: 'header_missing' | 'too_old' | 'too_new' | 'signature_wrong' | 'body_unreadable';
  constructor(code: WebhookError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

type HeaderValue = string | string[] | undefined;

export type ReceivedWebhook = {
  /** `whsec_…` of the endpoint, or its public key `whpk_…`; several while one takes over from another. */
  secret: string | readonly string[];
  /** The bytes that came, or the text: before anything parses them. */
  body: string | Uint8Array<ArrayBuffer>;
  headers: Headers | Readonly<Record<string, HeaderValue>>;
  /** How far from now the message may have been sent; 300 by default. */
  toleranceSeconds?: number;
  now?: () => number;
};

/**
 * The message, if Parley sent it a moment ago. Throws a {@link WebhookError} if not; a key that is none is a `TypeError`.
 * Verifies `v1` (HMAC-SHA256) and `v1a` (Ed25519) with WebCrypto, which compares in constant time.
 */
export async function verifyWebhook(received: ReceivedWebhook): Promise<WebhookMessage> {
  const { secret, headers, toleranceSeconds = 300, now = Date.now } = received;
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    header(headers, `webhook-${name}`),
  );
  if (!id || !timestamp || !signatures) throw new WebhookError('header_missing', 'A header of the message is missing');
  checkTime(timestamp, now() / 1000, toleranceSeconds);
  const body = typeof received.body === 'string' ? encode(received.body) : received.body;
  const content = join(encode(`${id}.${timestamp}.`), body);
  const keys = await Promise.all((typeof secret === 'string' ? [secret] : secret).map(readKey));
  for (const key of keys) {
    if (await isSignedWith(key, signatures, content)) return messageIn(body);
  }
  throw new WebhookError('signature_wrong', 'No signature of the message is right');
}

function header(headers: ReceivedWebhook['headers'], name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'object' ? value.join(' ') : value;
}

function checkTime(timestamp: string, nowSeconds: number, toleranceSeconds: number): void {
  const sent = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : NaN;
  if (!(nowSeconds - sent <= toleranceSeconds)) throw new WebhookError('too_old', 'The message was sent too long ago');
  if (sent - nowSeconds > toleranceSeconds) throw new WebhookError('too_new', 'The message comes from the future');
}

type Key = { version: 'v1' | 'v1a'; algorithm: 'HMAC' | 'Ed25519'; key: CryptoKey };

async function readKey(text: string): Promise<Key> {
  const bytes = decode(text.replace(/^wh(sec|pk)_/, ''));
  if (!bytes || bytes.length === 0) throw new TypeError('The secret of a webhook endpoint begins with whsec_ or whpk_');
  if (text.startsWith('whpk_')) {
    const key = await crypto.subtle.importKey('raw', bytes, 'Ed25519', false, ['verify']);
    return { version: 'v1a', algorithm: 'Ed25519', key };
  }
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  return { version: 'v1', algorithm: 'HMAC', key };
}

async function isSignedWith(
  { version, algorithm, key }: Key,
  signatures: string,
  content: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  for (const signature of signatures.split(' ')) {
    const [name, text = ''] = signature.split(',');
    const bytes = name === version ? decode(text) : undefined;
    if (bytes && (await crypto.subtle.verify(algorithm, key, bytes, content))) return true;
  }
  return false;
}

function messageIn(body: Uint8Array<ArrayBuffer>): WebhookMessage {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as WebhookMessage;
  } catch {
    throw new WebhookError('body_unreadable', 'The message is signed, but it is not JSON');
  }
}

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

function decode(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
