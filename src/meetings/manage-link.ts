import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import { deriveKey, type DataKey } from '../seal.ts';

const idPrefix = 'mtg_';
const idLength = 24;
const macLength = 22; // 128 bits in base64url

/**
 * The secret in a visitor's own link: the meeting's id with a 128-bit MAC under the workspace's data key. It is computed
 * when it is needed and stored nowhere.
 */
export function manageToken(dataKey: DataKey, meetingId: string): string {
  return meetingId.slice(idPrefix.length) + mac(dataKey, meetingId);
}

/** The address at which a visitor sees, moves and cancels their booking. */
export function manageUrl(dataKey: DataKey, publicUrl: string, meetingId: string): string {
  return `${publicUrl}/bookings/${manageToken(dataKey, meetingId)}`;
}

/** The meeting id that a token claims to be for; {@link isManageToken} tells whether it is true. `undefined`: malformed. */
export function claimedMeetingId(token: string): string | undefined {
  return token.length === idLength + macLength ? idPrefix + token.slice(0, idLength) : undefined;
}

/** Whether the token was made for this meeting, compared in constant time. */
export function isManageToken(dataKey: DataKey, meetingId: string, token: string): boolean {
  const expected = Buffer.from(manageToken(dataKey, meetingId));
  const given = Buffer.from(token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function mac(dataKey: DataKey, meetingId: string): string {
  return createHmac('sha256', linkKey(dataKey)).update(meetingId).digest('base64url').slice(0, macLength);
}

const linkKeys = new WeakMap<DataKey, KeyObject>();

/** Derived once for each data key: deriving costs more than the MAC itself. */
function linkKey(dataKey: DataKey): KeyObject {
  const known = linkKeys.get(dataKey) ?? deriveKey(dataKey, 'Booking.ManageLink.v1');
  linkKeys.set(dataKey, known);
  return known;
}
