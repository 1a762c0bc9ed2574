import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Problem } from '../problem.ts';
import { createCertificate, readCertificate } from './certificates.ts';

const now = new Date('2026-11-20T09:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'parley-certificates-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const made = createCertificate({ commonName: 'Parley “Contoso”', now });
const bundle = made.privateKeyPem + made.certificatePem;
const file = (name: string, content: string | Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const bundlePath = file('bundle.pem', bundle);

function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const hasOpenssl = (() => {
  try {
    return openssl('version').startsWith('OpenSSL 3');
  } catch {
    return false;
  }
})();
const skip = hasOpenssl ? false : 'needs OpenSSL 3';

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Problem ? error.code : String(error);
  }
  return 'nothing was thrown';
}

test('a new certificate is RSA 2048, self-signed with SHA-256, for two years, and its key fits', () => {
  const certificate = new X509Certificate(made.cer);
  const key = createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' }));
  assert.equal(key.asymmetricKeyDetails?.modulusLength, 2048);
  assert.ok(certificate.verify(certificate.publicKey));
  assert.ok(certificate.checkPrivateKey(createPrivateKey(made.privateKeyPem)));
  assert.equal(certificate.subject, 'CN=Parley “Contoso”');
  assert.equal(certificate.issuer, certificate.subject);
  assert.equal(made.notAfter.toISOString(), '2028-11-20T09:00:00.000Z');
  assert.ok(made.notBefore < now, 'a clock that is a little behind at Microsoft does no harm');
  assert.equal(certificate.fingerprint.replaceAll(':', ''), made.sha1Hex);
  assert.equal(certificate.fingerprint256.replaceAll(':', ''), made.sha256Hex);
  assert.equal(Buffer.from(made.sha256, 'base64url').toString('hex').toUpperCase(), made.sha256Hex);
  assert.equal(Buffer.from(made.sha1, 'base64url').toString('hex').toUpperCase(), made.sha1Hex);
});

test('OpenSSL reads and verifies it', { skip }, () => {
  const cer = file('made.cer', made.cer);
  const text = openssl('x509', '-inform', 'DER', '-in', cer, '-noout', '-text');
  assert.match(text, /Version: 3/);
  assert.match(text, /sha256WithRSAEncryption/);
  assert.match(text, /Digital Signature/);
  const pem = file('made.pem', made.certificatePem);
  assert.match(openssl('verify', '-no_check_time', '-CAfile', pem, pem), /: OK/);
});

test('years beyond 2049, long names and control characters still make a certificate', () => {
  const late = createCertificate({ commonName: `a\n${'ü'.repeat(200)}`, now, years: 30 });
  assert.equal(late.notAfter.toISOString(), '2056-11-20T09:00:00.000Z');
  assert.equal(new X509Certificate(late.cer).subject, `CN=a ${'ü'.repeat(62)}`);
  assert.equal(new X509Certificate(createCertificate({ commonName: ' ', now }).cer).subject, 'CN=Parley');
});

test('a PEM bundle is read, with the issuers beside it and the key in either form', () => {
  const stranger = createCertificate({ commonName: 'an issuer', now });
  const read = readCertificate(Buffer.from(`Bag Attributes\r\n${stranger.certificatePem}${bundle}`));
  assert.deepEqual(read, made);
  const pkcs1 = createPrivateKey(made.privateKeyPem).export({ type: 'pkcs1', format: 'pem' });
  assert.deepEqual(readCertificate(Buffer.from(`${pkcs1.toString()}${made.certificatePem}`)), made);
});

test('an encrypted PEM key wants its password', () => {
  const key = createPrivateKey(made.privateKeyPem).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'päss',
  });
  const encrypted = Buffer.from(`${key.toString()}${made.certificatePem}`);
  assert.deepEqual(readCertificate(encrypted, 'päss'), made);
  assert.equal(
    codeOf(() => readCertificate(encrypted)),
    'certificate_unreadable',
  );
  assert.equal(
    codeOf(() => readCertificate(encrypted, 'pass')),
    'certificate_unreadable',
  );
});

const pfx = (name: string, password: string, ...options: string[]): Buffer => {
  const path = join(folder, name);
  openssl('pkcs12', '-export', '-in', bundlePath, '-out', path, '-passout', `pass:${password}`, ...options);
  return readFileSync(path);
};

test('PFX files of OpenSSL and of Windows are read', { skip }, () => {
  const tripleDes = ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'];
  for (const [name, password, options] of [
    ['aes.pfx', 'secret', []],
    ['umlaut.pfx', 'geheim-ß', []],
    ['empty.pfx', '', []],
    ['windows.pfx', 'secret', tripleDes],
    ['aes128.pfx', 'secret', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha512']],
    ['open-certificate.pfx', 'secret', ['-certpbe', 'NONE']],
    ['no-mac.pfx', 'secret', ['-nomac']],
  ] as [string, string, string[]][]) {
    assert.deepEqual(readCertificate(pfx(name, password, ...options), password), made, name);
  }
});

test(
  'a PFX with a wrong password, cut short or changed is refused, and the answer names PEM as the way',
  { skip },
  () => {
    const good = pfx('good.pfx', 'secret');
    const changed = Buffer.from(good);
    changed.writeUInt8(changed.readUInt8(900) ^ 1, 900);
    for (const [bytes, password] of [
      [good, 'wrong'],
      [good, undefined],
      [good.subarray(0, 700), 'secret'],
      [changed, 'secret'],
      [Buffer.from('not a certificate at all'), 'secret'],
      [Buffer.alloc(0), undefined],
    ] as const) {
      assert.throws(
        () => readCertificate(bytes, password),
        (error) =>
          error instanceof Problem && error.code === 'certificate_unreadable' && /PEM/.test(error.detail ?? ''),
      );
    }
  },
);

test('what Entra would not take is refused here', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const stranger = createCertificate({ commonName: 'other', now });
  const cases: [string, string][] = [
    ['certificate_unreadable', ec + made.certificatePem],
    ['certificate_unreadable', short + made.certificatePem],
    ['certificate_unreadable', made.certificatePem],
    ['certificate_unreadable', made.privateKeyPem],
    ['certificate_unreadable', made.privateKeyPem + made.certificatePem.replace(/\n.{20}/, '\n????????????????????')],
    ['certificate_key_mismatch', made.privateKeyPem + stranger.certificatePem],
  ];
  for (const [code, pem] of cases)
    assert.equal(
      codeOf(() => readCertificate(Buffer.from(pem))),
      code,
    );
});
