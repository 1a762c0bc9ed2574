import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

/** For whom Microsoft encrypts what it tells of recordings and transcripts (Graph contract 6.6). */
export type NotificationCertificate = {
  /** Says in each notification which key opens it. */
  id: string;
  /** DER in base64, as Graph takes it. */
  certificate: string;
  privateKey: KeyObject;
};

/**
 * Reads a certificate and its private key, both in PEM and in any order. Line breaks may be written as `\n`, as some ways
 * of setting an environment demand it. Throws what is wrong, never with a word of the text.
 */
export function parseNotificationCertificate(text: string): NotificationCertificate {
  const pem = text.replaceAll('\\n', '\n');
  const all = reading('a certificate', () => blocksOf(pem, 'CERTIFICATE').map((block) => new X509Certificate(block)));
  const privateKey = reading('its private key, without a password', () =>
    blocksOf(pem, '(?:RSA )?PRIVATE KEY').map((block) => createPrivateKey(block)),
  )[0];
  // A file may hold the issuers too; ours is the one that belongs to the key.
  const own = privateKey && all.find((certificate) => certificate.checkPrivateKey(privateKey));
  if (!own) throw new Error('must hold the private key of its certificate');
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (privateKey.asymmetricKeyType !== 'rsa' || bits < 2048 || bits > 4096)
    throw new Error('must hold an RSA key of 2048 to 4096 bits');
  const id = own.fingerprint256.replaceAll(':', '').toLowerCase();
  return { id, certificate: own.raw.toString('base64'), privateKey };
}

function blocksOf(pem: string, kind: string): string[] {
  return [...pem.matchAll(new RegExp(`-----BEGIN (${kind})-----[^-]*-----END \\1-----`, 'g'))].map(([block]) => block);
}

/** What the reader says may quote the text. */
function reading<T>(what: string, read: () => T[]): T[] {
  try {
    const found = read();
    if (found.length > 0) return found;
  } catch {
    // is told below
  }
  throw new Error(`must hold ${what}, in PEM`);
}
