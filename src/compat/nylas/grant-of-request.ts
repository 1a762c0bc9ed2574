import type { Context } from 'hono';
import type { Kysely } from 'kysely';
import { requireOfKey } from '../../access/principal.ts';
import type { ConnectionRow } from '../../connections/connection.ts';
import { listConnections } from '../../connections/service.ts';
import type { Database } from '../../database/schema.ts';
import { Problem } from '../../problem.ts';
import type { NylasEnv } from './gate.ts';
import { getGrant } from './grants.ts';

export type Read = { db: Kysely<Database> };

/** The grant that the path of version 3 names. Throws `not_found`. */
export async function grantOfPath(deps: Read, c: Context<NylasEnv>): Promise<ConnectionRow> {
  return getGrant(deps, callerOf(c), c.req.param('grant') ?? '');
}

/** {@link grantOfPath} for a caller with this permission. Throws `forbidden`, `not_found`. */
export async function permittedGrant(
  deps: Read,
  c: Context<NylasEnv, string>,
  permission: Parameters<typeof requireOfKey>[1],
): Promise<ConnectionRow> {
  requireOfKey(c.get('principal'), permission);
  return grantOfPath(deps, c);
}

/**
 * The grant of version 2, where no address names one: the token's, or with an API key the only one there is. Throws
 * `invalid_request` where there are several, or none.
 */
export async function grantOfToken(deps: Read, c: Context<NylasEnv>): Promise<ConnectionRow> {
  const { workspaceId, grantId } = callerOf(c);
  if (grantId !== undefined) return getGrant(deps, { workspaceId, grantId }, grantId);
  const [only, ...others] = await listConnections(deps, workspaceId);
  if (only && others.length === 0) return only;
  throw new Problem('invalid_request', {
    detail: only
      ? 'An API key does not say whose calendar is meant, as this workspace has several grants. Get an access token: POST /oauth/token with grant_type=client_credentials, client_id, client_secret and grant_id.'
      : 'Nobody has connected an account yet, so there is no calendar.',
  });
}

/** For whom a request is answered. */
export function callerOf(c: Context<NylasEnv>): { workspaceId: string; grantId: string | undefined } {
  return { workspaceId: c.get('principal').workspaceId, grantId: c.get('grantId') };
}
