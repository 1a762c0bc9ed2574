import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { deriveKey, type DataKey } from '../seal.ts';

const idPrefix = 'bkg_';
const idLength = 24;
const macLength = 22; // 128 bits in base64url
/** Tells these links from those that carry a meeting's id: invitations in Outlook hold one of those. */
const mark = 'b';

/**
 * The secret in a visitor's own link: the booking's id with a 128-bit MAC under the workspace's data key. It is computed
 * when it is needed and stored nowhere.
 */
export function bookingToken(dataKey: DataKey, bookingId: string): string {
  return mark + bookingId.slice(idPrefix.length) + mac(dataKey, bookingId);
}

/** The address at which a visitor sees, moves and cancels their booking. */
export function bookingUrl(dataKey: DataKey, publicUrl: string, bookingId: string): string {
  return `${publicUrl}/bookings/${bookingToken(dataKey, bookingId)}`;
}

/** The booking that a token claims to be for; {@link isBookingToken} tells whether it is true. `undefined`: malformed. */
export function claimedBookingId(token: string): string | undefined {
  const isOurs = token.length === mark.length + idLength + macLength && token.startsWith(mark);
  return isOurs ? idPrefix + token.slice(mark.length, mark.length + idLength) : undefined;
}

/** Whether the token was made for this booking, compared in constant time. */
export function isBookingToken(dataKey: DataKey, bookingId: string, token: string): boolean {
  const expected = Buffer.from(bookingToken(dataKey, bookingId));
  const given = Buffer.from(token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function mac(dataKey: DataKey, bookingId: string): string {
  return createHmac('sha256', linkKey(dataKey)).update(bookingId).digest('base64url').slice(0, macLength);
}

const linkKeys = new WeakMap<DataKey, KeyObject>();

/** Derived once for each data key: deriving costs more than the MAC itself. */
function linkKey(dataKey: DataKey): KeyObject {
  const known = linkKeys.get(dataKey) ?? deriveKey(dataKey, 'Booking.VisitorLink.v1');
  linkKeys.set(dataKey, known);
  return known;
}
