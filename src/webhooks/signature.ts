import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/**
 * Signatures as https://www.standardwebhooks.com describes them: `v1` is HMAC-SHA256 with a secret that both sides know,
 * `v1a` is Ed25519, for which the receiver needs the public key only.
 */
export type SignatureKind = 'hmac' | 'ed25519';

/** `secret` is what signs and stays here, sealed; a `publicKey` may be shown to anyone. */
export type SigningKey = { secret: string; publicKey: string | null };

const hmacPrefix = 'whsec_';
const privatePrefix = 'whsk_';
const publicPrefix = 'whpk_';
const hmacBytes = 32;
const rawKeyBytes = 32;

/** A new random key for one endpoint. */
export function newSigningKey(kind: SignatureKind): SigningKey {
  if (kind === 'hmac') return { secret: hmacPrefix + randomBytes(hmacBytes).toString('base64'), publicKey: null };
  const { privateKey } = generateKeyPairSync('ed25519');
  const secret = privatePrefix + privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  const encoded = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  // RFC 8410, section 4: the raw key is the end of the encoded one.
  return { secret, publicKey: publicPrefix + encoded.subarray(-rawKeyBytes).toString('base64') };
}

type Message = { id: string; at: Date; body: string };

/** The headers of a message, signed with every secret that is good at the moment. */
export function signedHeaders({ id, at, body }: Message, secrets: readonly string[]): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const content = Buffer.from(`${id}.${timestamp}.${body}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => signature(content, secret)).join(' '),
  };
}

function signature(content: Buffer, secret: string): string {
  if (secret.startsWith(hmacPrefix)) {
    const key = Buffer.from(secret.slice(hmacPrefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
  }
  const der = Buffer.from(secret.slice(privatePrefix.length), 'base64');
  return `v1a,${sign(null, content, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).toString('base64')}`;
}
