import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey, type DataKey } from '../seal.ts';

/** Whose reminders a link is about. */
export type RefusalClaim = { workspaceId: string; email: string };

const macLength = 22; // 128 bits in base64url

/** The address at which somebody says that they want no reminders any more. Opening it changes nothing. */
export function refusalUrl(dataKey: DataKey, publicUrl: string, claim: RefusalClaim): string {
  const text = encode(claim);
  return `${publicUrl}/reminders/${text}.${mac(dataKey, text)}`;
}

/** What a token claims; {@link isRefusalToken} tells whether it is true. `undefined`: malformed. */
export function claimedRefusal(token: string): RefusalClaim | undefined {
  const [text = ''] = token.split('.');
  const [workspaceId, email, ...more] = Buffer.from(text, 'base64url').toString().split('\n');
  if (!workspaceId || !email || more.length > 0 || !/^wrk_[a-z0-9]{1,60}$/.test(workspaceId)) return undefined;
  return { workspaceId, email };
}

/** Whether the token was made here for what it claims, compared in constant time. */
export function isRefusalToken(dataKey: DataKey, token: string): boolean {
  const claim = claimedRefusal(token);
  if (!claim) return false;
  const text = encode(claim);
  const expected = Buffer.from(`${text}.${mac(dataKey, text)}`);
  const given = Buffer.from(token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function encode({ workspaceId, email }: RefusalClaim): string {
  return Buffer.from(`${workspaceId}\n${email.toLowerCase()}`).toString('base64url');
}

function mac(dataKey: DataKey, text: string): string {
  const key = deriveKey(dataKey, 'Reminder.RefusalLink.v1');
  return createHmac('sha256', key).update(text).digest('base64url').slice(0, macLength);
}
