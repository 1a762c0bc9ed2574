import { randomBytes } from 'node:crypto';

/** What Entra remembers between two requests. */
export type EntraState = {
  /** Encrypts refresh tokens and the opaque access tokens of personal accounts. */
  tokenKey: Buffer;
  codes: Map<string, AuthorizationCode>;
  sessions: Map<string, Session>;
};

/** One browser, by its cookie. */
export type Session = { id: string; createdAt: number; people: SignedInPerson[] };

export type SignedInPerson = { userId: string; signedInAt: number; mfa: boolean };

export type AuthorizationCode = {
  clientId: string;
  redirectUri: string;
  platform: 'web' | 'spa';
  userId: string;
  /** The tenant that was signed in to, which for a guest is not the home tenant. */
  tenantId: string;
  requestedScopes: string[];
  nonce: string | undefined;
  challenge: { method: 'S256' | 'plain'; value: string } | undefined;
  mfa: boolean;
  signedInAt: number;
  issuedAt: number;
  redeemed: boolean;
};

/** Nobody is signed in, no code is out. */
export function createEntraState(): EntraState {
  return { tokenKey: randomBytes(32), codes: new Map(), sessions: new Map() };
}
