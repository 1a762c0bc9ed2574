import { randomBytes } from 'node:crypto';

/** The kinds of things that have an id of ours, by prefix. */
export type IdPrefix =
  | 'wrk'
  | 'mem'
  | 'key'
  | 'con'
  | 'evt'
  | 'bkg'
  | 'mtg'
  | 'app'
  | 'cre'
  | 'ten'
  | 'org'
  | 'sgn'
  | 'eml'
  | 'whe'
  | 'whd'
  | 'off'
  | 'ogn'
  | 'cnt'
  | 'ser'
  | 'cwt'
  | 'art'
  | 'awt'
  | 'cln';

const alphabet = 'abcdefghijkmnopqrstuvwxyz0123456';

/** A new opaque id such as `mtg_…`: 120 random bits, safe in URLs and in case-insensitive places. Not a secret. */
export function newId(prefix: IdPrefix): string {
  let bits = 0;
  let held = 0;
  let text = `${prefix}_`;
  for (const byte of randomBytes(15)) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return text;
}
