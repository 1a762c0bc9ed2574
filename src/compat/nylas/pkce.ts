import { createHash, timingSafeEqual } from 'node:crypto';

/** What can be a challenge: a SHA-256 in base64url (RFC 7636), or its 64 hexadecimal digits in Base64. */
export function isChallenge(text: string): boolean {
  return /^(?:[\w-]{43}|[\w-]{86})$/.test(plain(text));
}

/**
 * Whether a verifier belongs to a challenge (RFC 7636, section 4.6). Nylas' own clients hash to hexadecimal digits first
 * and put those into Base64, of either alphabet. Compared in constant time.
 */
export function fitsChallenge(challenge: string, verifier: string): boolean {
  const digest = createHash('sha256').update(verifier).digest();
  const forms = [digest.toString('base64url'), Buffer.from(digest.toString('hex')).toString('base64url')];
  return forms.map((form) => isSame(form, plain(challenge))).includes(true);
}

function plain(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function isSame(one: string, other: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
