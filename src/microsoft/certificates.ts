import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Problem } from '../problem.ts';
import { der, TAG } from './der.ts';
import { readPfx } from './pfx.ts';

/** A key pair with its certificate. Only `cer` and the thumbprints ever leave Parley. */
export type AppCertificate = {
  /** PKCS#8. */
  privateKeyPem: string;
  certificatePem: string;
  /** The certificate in DER: the `.cer` file that Entra wants. */
  cer: Buffer;
  /** Thumbprints as Entra and Windows show them, in capital hexadecimal digits. */
  sha1Hex: string;
  sha256Hex: string;
  /** The same in base64url, as assertions carry them. */
  sha1: string;
  sha256: string;
  notBefore: Date;
  notAfter: Date;
};

const MINUTE_MS = 60_000;

/** A new RSA key of 2048 bits with a self-signed certificate (SHA-256) that is good from an hour ago, for whole years. */
export function createCertificate(p: { commonName: string; now: Date; years?: number }): AppCertificate {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const notBefore = new Date(p.now.getTime() - 60 * MINUTE_MS);
  const notAfter = new Date(p.now);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + (p.years ?? 2));
  const cer = selfSigned(pair, { commonName: p.commonName, notBefore, notAfter });
  return describe(new X509Certificate(cer), pair.privateKey);
}

/**
 * Brings a certificate of one's own: PEM with key and certificate in one file, or PFX (PKCS#12). Throws `Problem`:
 * `certificate_unreadable`, `certificate_key_mismatch`.
 */
export function readCertificate(pemOrPfx: Buffer, password?: string): AppCertificate {
  const { key, certificates } = pemOrPfx.includes('-----BEGIN ')
    ? readPem(pemOrPfx, password)
    : openPfx(pemOrPfx, password);
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw unreadable('Entra takes RSA keys of at least 2048 bits; this key is of another kind or shorter.');
  }
  if (certificates.length === 0) throw unreadable('The file has a private key, but no certificate.');
  // A file may hold the issuers too; ours is the one that belongs to the key.
  const own = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (own === undefined) throw new Problem('certificate_key_mismatch');
  return describe(own, key);
}

function describe(certificate: X509Certificate, key: KeyObject): AppCertificate {
  const digest = (algorithm: 'sha1' | 'sha256') => createHash(algorithm).update(certificate.raw).digest();
  const [sha1, sha256] = [digest('sha1'), digest('sha256')];
  return {
    privateKeyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificatePem: certificate.toString(),
    cer: certificate.raw,
    sha1Hex: sha1.toString('hex').toUpperCase(),
    sha256Hex: sha256.toString('hex').toUpperCase(),
    sha1: sha1.toString('base64url'),
    sha256: sha256.toString('base64url'),
    notBefore: certificate.validFromDate,
    notAfter: certificate.validToDate,
  };
}

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g;

function readPem(file: Buffer, password: string | undefined) {
  const blocks = [...file.toString('utf8').matchAll(PEM_BLOCK)];
  const keyBlock = blocks.find(([, label]) => label?.endsWith('PRIVATE KEY'))?.[0];
  if (keyBlock === undefined) throw unreadable('The file has no private key.');
  const certificates = blocks.filter(([, label]) => label === 'CERTIFICATE').map(([block]) => parse(block));
  return { key: decryptKey(keyBlock, password), certificates };
}

function decryptKey(pem: string, password: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: pem, ...(password === undefined ? {} : { passphrase: password }) });
  } catch (cause) {
    throw unreadable('The private key cannot be read: the password is missing or wrong, or the key is damaged.', cause);
  }
}

function parse(block: string): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch (cause) {
    throw unreadable('The certificate in the file is damaged.', cause);
  }
}

function openPfx(file: Buffer, password: string | undefined) {
  try {
    return readPfx(file, password ?? '');
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    const why = 'The file is neither PEM nor a PFX file that this server can open with this password.';
    throw unreadable(`${why} A PEM file with the private key and the certificate always works.`, cause);
  }
}

function unreadable(detail: string, cause?: unknown): Problem {
  return new Problem('certificate_unreadable', { detail, cause });
}

const COMMON_NAME = Buffer.from('0603550403', 'hex');
const SHA256_WITH_RSA = Buffer.from('300d06092a864886f70d01010b0500', 'hex');
/** keyUsage: digitalSignature, critical (RFC 5280, section 4.2.1.3). */
const DIGITAL_SIGNATURE = Buffer.from('300e0603551d0f0101ff040403020780', 'hex');

/** RFC 5280, section 4.1: version 3, serial number, algorithm, issuer, validity, subject, key, extensions. */
function selfSigned(
  pair: { publicKey: KeyObject; privateKey: KeyObject },
  p: { commonName: string; notBefore: Date; notAfter: Date },
): Buffer {
  // RFC 5280 allows a common name 64 characters.
  const text =
    Array.from(p.commonName.replaceAll(/\p{Cc}/gu, ' ').trim())
      .slice(0, 64)
      .join('') || 'Parley';
  const name = der(TAG.sequence, der(TAG.set, der(TAG.sequence, COMMON_NAME, der(TAG.utf8String, Buffer.from(text)))));
  const body = der(
    TAG.sequence,
    der(0xa0, der(TAG.integer, Buffer.from([2]))),
    // Positive, never zero, and no more than 20 bytes.
    der(TAG.integer, Buffer.from([1]), randomBytes(15)),
    SHA256_WITH_RSA,
    name,
    der(TAG.sequence, time(p.notBefore), time(p.notAfter)),
    name,
    pair.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(TAG.sequence, DIGITAL_SIGNATURE)),
  );
  const signature = sign('sha256', body, pair.privateKey);
  return der(TAG.sequence, body, SHA256_WITH_RSA, der(TAG.bitString, Buffer.from([0]), signature));
}

/** UTCTime until 2049, GeneralizedTime from 2050 on (RFC 5280, section 4.1.2.5). */
function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() >= 2050 ? der(0x18, Buffer.from(digits)) : der(0x17, Buffer.from(digits.slice(2)));
}
