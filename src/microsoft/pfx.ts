import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  pbkdf2Sync,
  timingSafeEqual,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { elements, objectId, TAG, type Element } from './der.ts';

const OID = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  tripleDesSha1: '1.2.840.113549.1.12.1.3',
} as const;

const HASHES: Record<string, string> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
const CIPHERS: Record<string, { name: string; keyBytes: number }> = {
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyBytes: 32 },
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24 },
};
/** Far above what programs write (some thousands): more would keep this process busy for seconds. */
const MAX_ITERATIONS = 200_000;

/**
 * Opens a PFX file (PKCS#12, RFC 7292) as OpenSSL 3 and Windows write it: AES with PBKDF2, or 3DES with SHA-1. Throws any
 * `Error` for a wrong password (the file's own MAC tells), a damaged file, and the old 40-bit RC2.
 */
export function readPfx(file: Buffer, password: string): { key: KeyObject; certificates: X509Certificate[] } {
  const [version, authSafe, macData] = inside(first(elements(file)));
  if (version?.content.readUInt8(0) !== 3 || !authSafe) throw new Error('not a PFX file');
  const safe = octets(first(inside(contentInfo(authSafe, OID.data))));
  if (macData) checkMac(macData, safe, password);
  const bags = inside(first(elements(safe))).flatMap((each) => readSafe(each, password));
  const key = bags.find((bag) => bag.kind === 'key');
  if (!key) throw new Error('no private key in the file');
  return { key: key.key, certificates: bags.flatMap((bag) => (bag.kind === 'certificate' ? bag.certificate : [])) };
}

type Bag = { kind: 'key'; key: KeyObject } | { kind: 'certificate'; certificate: X509Certificate };

function readSafe(info: Element, password: string): Bag[] {
  const [type] = inside(info);
  const contents =
    oid(type) === OID.data
      ? octets(first(inside(contentInfo(info, OID.data))))
      : decryptSafe(first(inside(contentInfo(info, OID.encryptedData))), password);
  return inside(first(elements(contents))).flatMap((bag) => readBag(bag, password));
}

function readBag(bag: Element, password: string): Bag[] {
  const [type, wrapper] = inside(bag);
  const value = wrapper && first(inside(wrapper));
  if (!value) throw new Error('an empty bag');
  switch (oid(type)) {
    case OID.keyBag:
      return [{ kind: 'key', key: createPrivateKey({ key: value.raw, format: 'der', type: 'pkcs8' }) }];
    case OID.shroudedKeyBag: {
      const [algorithm, encrypted] = inside(value);
      const plain = decrypt(algorithm, octets(encrypted), password);
      return [{ kind: 'key', key: createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' }) }];
    }
    case OID.certBag: {
      const [kind, certificate] = inside(value);
      if (oid(kind) !== OID.x509Certificate || !certificate) return [];
      return [{ kind: 'certificate', certificate: new X509Certificate(octets(first(inside(certificate)))) }];
    }
    default:
      return [];
  }
}

/** EncryptedData of PKCS#7: version, then type, algorithm and the bytes under an implicit tag. */
function decryptSafe(data: Element, password: string): Buffer {
  const [, info] = inside(data);
  const [, algorithm, encrypted] = info ? inside(info) : [];
  if (!encrypted) throw new Error('nothing encrypted');
  // Constructed: the bytes come in pieces.
  const bytes = encrypted.tag === 0xa0 ? Buffer.concat(inside(encrypted).map(octets)) : encrypted.content;
  return decrypt(algorithm, bytes, password);
}

function decrypt(algorithm: Element | undefined, encrypted: Buffer, password: string): Buffer {
  const [type, parameters] = algorithm ? inside(algorithm) : [];
  if (!parameters) throw new Error('no algorithm');
  const { cipher, key, iv } =
    oid(type) === OID.pbes2 ? pbes2(parameters, password) : tripleDes(oid(type), parameters, password);
  const decipher = createDecipheriv(cipher, key, iv);
  return Buffer.concat([decipher.update(encrypted), decipher.final()]);
}

/** RFC 8018, section 6.2: a key by PBKDF2, then a cipher that names itself. */
function pbes2(parameters: Element, password: string) {
  const [derivation, encryption] = inside(parameters);
  const [kdf, kdfParameters] = derivation ? inside(derivation) : [];
  const [cipherId, iv] = encryption ? inside(encryption) : [];
  const cipher = CIPHERS[oid(cipherId)];
  if (oid(kdf) !== OID.pbkdf2 || !kdfParameters || !cipher) throw new Error('an unknown encryption');
  const [salt, iterations, ...rest] = inside(kdfParameters);
  const prf = rest.find((each) => each.tag === TAG.sequence);
  const hash = prf ? HASHES[oid(inside(prf)[0])] : 'sha1';
  if (!hash) throw new Error('an unknown hash');
  const key = pbkdf2Sync(Buffer.from(password), octets(salt), count(iterations), cipher.keyBytes, hash);
  return { cipher: cipher.name, key, iv: octets(iv) };
}

/** RFC 7292, appendix C: pbeWithSHAAnd3-KeyTripleDES-CBC, what Windows writes unless it is told otherwise. */
function tripleDes(type: string, parameters: Element, password: string) {
  if (type !== OID.tripleDesSha1) throw new Error('an unknown or too weak encryption');
  const [salt, iterations] = inside(parameters);
  const input = { password, salt: octets(salt), iterations: count(iterations), hash: 'sha1' };
  return {
    cipher: 'des-ede3-cbc',
    key: pkcs12Key({ ...input, id: 1, bytes: 24 }),
    iv: pkcs12Key({ ...input, id: 2, bytes: 8 }),
  };
}

function checkMac(macData: Element, content: Buffer, password: string): void {
  const [digestInfo, salt, iterations] = inside(macData);
  const [algorithm, expected] = digestInfo ? inside(digestInfo) : [];
  const hash = HASHES[oid(algorithm && inside(algorithm)[0])];
  if (!hash) throw new Error('an unknown MAC');
  const bytes = createHash(hash).digest().length;
  const times = iterations ? count(iterations) : 1;
  const key = pkcs12Key({ password, salt: octets(salt), iterations: times, hash, id: 3, bytes });
  const actual = createHmac(hash, key).update(content).digest();
  const stored = octets(expected);
  if (actual.length !== stored.length || !timingSafeEqual(actual, stored)) throw new Error('wrong password');
}

/** RFC 7292, appendix B.2: PKCS#12's own way from a password to a key; `id` is 1 for keys, 2 for IVs, 3 for MACs. */
function pkcs12Key(p: {
  password: string;
  salt: Buffer;
  iterations: number;
  hash: string;
  id: number;
  bytes: number;
}): Buffer {
  const block = p.hash === 'sha384' || p.hash === 'sha512' ? 128 : 64;
  const secret = Buffer.from(`${p.password}\0`, 'utf16le').swap16();
  let input = Buffer.concat([stretch(p.salt, block), stretch(secret, block)]);
  const diversifier = Buffer.alloc(block, p.id);
  const out: Buffer[] = [];
  for (let length = 0; length < p.bytes; length += out.at(-1)?.length ?? p.bytes) {
    let digest = createHash(p.hash).update(diversifier).update(input).digest();
    for (let round = 1; round < p.iterations; round += 1) digest = createHash(p.hash).update(digest).digest();
    out.push(digest);
    input = nextInput(input, stretchTo(digest, block));
  }
  return Buffer.concat(out).subarray(0, p.bytes);
}

/** Every block of the input becomes (block + b + 1) modulo 2^(8·size). */
function nextInput(input: Buffer, b: Buffer): Buffer<ArrayBuffer> {
  const next = Buffer.from(input);
  for (let start = 0; start < next.length; start += b.length) {
    let carry = 1;
    for (let at = b.length - 1; at >= 0; at -= 1) {
      const sum = next.readUInt8(start + at) + b.readUInt8(at) + carry;
      next.writeUInt8(sum & 0xff, start + at);
      carry = sum >> 8;
    }
  }
  return next;
}

function stretch(bytes: Buffer, block: number): Buffer {
  return stretchTo(bytes, Math.ceil(bytes.length / block) * block);
}

function stretchTo(bytes: Buffer, length: number): Buffer {
  return length === 0 ? Buffer.alloc(0) : Buffer.alloc(length, bytes);
}

/** What a ContentInfo of this type wraps. */
function contentInfo(info: Element, type: string): Element {
  const [actual, content] = inside(info);
  if (oid(actual) !== type || !content) throw new Error('unexpected content');
  return content;
}

function inside(element: Element): Element[] {
  return elements(element.content);
}

function first(list: Element[]): Element {
  const [element] = list;
  if (!element) throw new Error('an empty element');
  return element;
}

function oid(element: Element | undefined): string {
  return element?.tag === TAG.objectId ? objectId(element.content) : '';
}

function octets(element: Element | undefined): Buffer {
  if (element?.tag !== TAG.octetString) throw new Error('no bytes where bytes belong');
  return element.content;
}

function count(element: Element | undefined): number {
  const value = element && element.content.length <= 6 ? element.content.readUIntBE(0, element.content.length) : 0;
  if (value < 1 || value > MAX_ITERATIONS) throw new Error('an absurd number of iterations');
  return value;
}
