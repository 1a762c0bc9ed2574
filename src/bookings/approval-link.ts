import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey, type DataKey } from '../seal.ts';

/** Which request is asked about, as it was when the mail was written, and whom the mail went to. */
export type ApprovalClaim = { bookingId: string; memberId: string; sequence: number };

const idLength = 24;
const macLength = 22; // 128 bits in base64url
const shape = new RegExp(`^([a-z0-9]{${idLength}})([a-z0-9]{${idLength}})([0-9a-z]{1,7})\\.([\\w-]{${macLength}})$`);

/**
 * The address at which one operator approves or declines one request. It works once: a request that was decided, moved
 * or withdrawn has another status or sequence by then. Opening it decides nothing.
 */
export function approvalUrl(dataKey: DataKey, publicUrl: string, claim: ApprovalClaim): string {
  return `${publicUrl}/requests/${approvalToken(dataKey, claim)}`;
}

/** {@link approvalUrl} without the address. */
export function approvalToken(dataKey: DataKey, claim: ApprovalClaim): string {
  const text = claim.bookingId.slice(4) + claim.memberId.slice(4) + claim.sequence.toString(36);
  return `${text}.${mac(dataKey, text)}`;
}

/** What a token claims; {@link isApprovalToken} tells whether it is true. `undefined`: malformed. */
export function claimedApproval(token: string): ApprovalClaim | undefined {
  const [, booking, member, sequence] = shape.exec(token) ?? [];
  if (!booking || !member || !sequence) return undefined;
  return { bookingId: `bkg_${booking}`, memberId: `mem_${member}`, sequence: Number.parseInt(sequence, 36) };
}

/** Whether the token was made here for what it claims, compared in constant time. */
export function isApprovalToken(dataKey: DataKey, token: string): boolean {
  const claim = claimedApproval(token);
  if (!claim) return false;
  const expected = Buffer.from(approvalToken(dataKey, claim));
  const given = Buffer.from(token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function mac(dataKey: DataKey, text: string): string {
  const key = deriveKey(dataKey, 'Booking.ApprovalLink.v1');
  return createHmac('sha256', key).update(text).digest('base64url').slice(0, macLength);
}
