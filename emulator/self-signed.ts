import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A throw-away RSA key with its self-signed certificate, for people and tests that have none at hand. */
export function selfSigned(
  commonName: string,
  { notBefore, notAfter }: { notBefore: Date; notAfter: Date },
): { certificate: string; privateKey: string } {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  // RFC 5280 §4.1: version 3, serial number, algorithm, issuer, validity, subject, key.
  const name = sequence(der(0x31, sequence(commonNameId, der(0x0c, Buffer.from(commonName, 'utf8')))));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    sha256WithRsa,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    pair.publicKey,
  );
  const signature = sign('sha256', body, createPrivateKey(pair.privateKey));
  const certificate = sequence(body, sha256WithRsa, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    certificate: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    privateKey: pair.privateKey,
  };
}

const commonNameId = Buffer.from('0603550403', 'hex');
const sha256WithRsa = Buffer.from('300d06092a864886f70d01010b0500', 'hex');

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

/** GeneralizedTime for years from 2050 on, UTCTime before (RFC 5280 §4.1.2.5). */
function time(date: Date): Buffer {
  const digits = date.toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() >= 2050
    ? der(0x18, Buffer.from(digits, 'ascii'))
    : der(0x17, Buffer.from(digits.slice(2), 'ascii'));
}
