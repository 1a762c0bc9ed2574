import { createHash, randomBytes } from 'node:crypto';

/** A new bearer secret of 256 random bits, base64url, behind a prefix that secret scanners can look for. */
export function newSecretToken(
  prefix:
    | 'parley_key'
    | 'parley_signin'
    | 'parley_session'
    | 'parley_visit'
    | 'parley_visitor'
    | 'parley_feed'
    | 'parley_connect'
    | 'parley_browser'
    | 'parley_code'
    | 'parley_access'
    | 'parley_refresh',
): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** SHA-256 of a bearer secret: what is stored instead of it. Unsalted is enough for 256 random bits. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
