import { getCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { Kysely } from 'kysely';
import type { Principal } from '../access/principal.ts';
import type { KnownKeys } from '../access/known-keys.ts';
import { findSession } from '../access/service.ts';
import type { Database } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import { clientAddress } from './client-address.ts';
import type { ApiContext, Env } from './router.ts';

type Deps = { db: Kysely<Database>; now: () => Date; publicUrl: string };

type KeyDeps = Deps & { knownKeys: KnownKeys; trustedProxies: readonly string[] };

/** The console's session cookie. `__Host-` binds it to this host over https; plain loopback cannot have that prefix. */
export function sessionCookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-parley' : 'parley';
}

/** Lets a request pass with an API key (`Authorization: Bearer`) or the console's session; else `unauthorized`. */
export function authenticate(deps: KeyDeps) {
  return createMiddleware<Env>(async (c, next) => {
    c.set('principal', await principalOf(deps, c));
    await next();
  });
}

/** Lets what is remembered of keys go after one may have been changed; around the transaction in which it is. */
export function forgetChangedKeys({ knownKeys }: { knownKeys: KnownKeys }) {
  return createMiddleware<Env>(async (c, next) => {
    await next();
    if (c.req.method !== 'GET') knownKeys.forget();
  });
}

async function principalOf(deps: KeyDeps, c: ApiContext): Promise<Principal> {
  const header = c.req.header('authorization');
  if (header !== undefined) {
    const key = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
    if (key === undefined) throw new Problem('unauthorized', { detail: 'The API key is unknown or revoked.' });
    return deps.knownKeys.use(key, clientAddress(c, deps.trustedProxies));
  }
  const principal = await sessionPrincipal(deps, c);
  if (!principal) throw new Problem('unauthorized');
  requireSameOrigin(c, deps.publicUrl);
  return principal;
}

/** The signed-in member of a browser request, or `undefined`. */
export async function sessionPrincipal(deps: Deps, c: ApiContext): Promise<Principal | undefined> {
  const token = getCookie(c, sessionCookieName(deps.publicUrl));
  return token === undefined ? undefined : findSession(deps, token);
}

/** A cookie alone proves nothing about who wrote the request: what changes something must come from our own pages. */
export function requireSameOrigin(c: ApiContext, publicUrl: string): void {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return;
  const site = c.req.header('sec-fetch-site');
  if (site === 'same-origin') return;
  if (site === undefined && c.req.header('origin') === new URL(publicUrl).origin) return;
  throw new Problem('forbidden', { detail: 'The request did not come from one of this server’s own pages.' });
}
