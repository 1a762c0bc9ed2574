import type { Principal } from '../../access/principal.ts';
import type { ApiContext } from '../../http/router.ts';
import { Problem } from '../../problem.ts';
import { callerByBearer, callerByClient, callerOfClient, type CallerDeps } from './caller.ts';

/** Who asks for tokens: an application with its key, or one that cannot keep a secret, of which the id is known alone. */
export type TokenClient =
  { kind: 'confidential'; workspaceId: string; principal: Principal } | { kind: 'public'; workspaceId: string };

/**
 * The application that asks for tokens: by its secret in the body, by its key as bearer or in Basic authentication; without
 * any of them, a public one. Throws `unauthorized` for a wrong secret, and where secret and client id are of two.
 */
export async function readTokenClient(
  deps: CallerDeps,
  c: ApiContext,
  { client_id: clientId, client_secret: clientSecret }: { client_id?: string; client_secret?: string },
): Promise<TokenClient> {
  if (clientSecret === undefined && c.req.header('authorization') === undefined) {
    if (clientId === undefined) throw new Problem('unauthorized', { detail: 'Give client_id.' });
    return { kind: 'public', workspaceId: clientId };
  }
  const { principal, workspaceId, grantId } = await callerOf(deps, c, clientId, clientSecret);
  if (grantId !== undefined || (clientId !== undefined && clientId !== workspaceId))
    throw new Problem('unauthorized', { detail: 'Client id and client secret do not belong together.' });
  return { kind: 'confidential', principal, workspaceId };
}

async function callerOf(deps: CallerDeps, c: ApiContext, clientId: string | undefined, clientSecret?: string) {
  if (clientSecret !== undefined) {
    if (clientId === undefined) throw new Problem('unauthorized', { detail: 'Give client_id beside client_secret.' });
    return callerOfClient(deps, c, { clientId, clientSecret });
  }
  const isBasic = /^Basic\s/i.test(c.req.header('authorization') ?? '');
  return isBasic ? callerByClient(deps, c) : callerByBearer(deps, c);
}
