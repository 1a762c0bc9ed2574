import type { Context } from '../context.ts';
import { PERSONAL_TENANT_ID } from '../directory.ts';
import { openValue, sealValue } from './sealed.ts';

const day = 24 * 60 * 60 * 1000;
/** A refresh token that is not used for this long is dead. */
export const REFRESH_TOKEN_IDLE_MS = 90 * day;
/** A single-page app's refresh token and all its successors live this long. */
export const SPA_REFRESH_TOKEN_MS = day;

/** What a refresh token says, readable only to Entra. */
export type RefreshToken = {
  clientId: string;
  userId: string;
  tenantId: string;
  /** Everything that the sign-in asked for. */
  scopes: string[];
  platform: 'web' | 'spa';
  mfa: boolean;
  issuedAt: number;
  /** When the person signed in. */
  signedInAt: number;
};

const workPrefix = '1.A';
const personalPrefix = 'M.C529_BAY.0.U.-';

/** Writes a refresh token. It is stateless: older ones stay valid, and differ in length. */
export function sealRefreshToken(context: Context, token: RefreshToken): string {
  const prefix = token.tenantId === PERSONAL_TENANT_ID ? personalPrefix : workPrefix;
  return prefix + sealValue(context.entra.tokenKey, token);
}

/** Reads a refresh token; `undefined` when it was not issued here. */
export function openRefreshToken(context: Context, text: string): RefreshToken | undefined {
  const prefix = [workPrefix, personalPrefix].find((prefix) => text.startsWith(prefix));
  if (prefix === undefined) return undefined;
  // Only `sealRefreshToken` seals a value under these prefixes, so this is what it was given.
  return openValue(context.entra.tokenKey, text.slice(prefix.length)) as RefreshToken | undefined;
}
