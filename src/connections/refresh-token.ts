import { redeemRefreshToken } from '../microsoft/entra.ts';
import { isPersonalTenant } from '../microsoft/permissions.ts';
import { toProblem } from '../microsoft/problems.ts';
import { Problem } from '../problem.ts';
import { nameAccount } from './attempts.ts';
import type { ConnectionRow } from './connection.ts';
import { allScopes, getRenewable } from './links.ts';
import { configured, storeConnectionIn, type ConnectionDeps } from './service.ts';

type Brought = {
  /** Of the app registration that people of the workspace sign in through. */
  refreshToken: string;
  /** Beside those that meetings need. */
  scopes?: readonly string[] | undefined;
  metadata?: Record<string, unknown> | undefined;
  /** The connection that is to be renewed, with its own account and no other. */
  connectionId?: string | undefined;
};

/**
 * Connects an account whose owner consented elsewhere: with a refresh token that Microsoft gave to the same app
 * registration. Microsoft's own answer says whose it is. Throws `personal_account`, `other_account`, what
 * {@link getRenewable} throws, and what Microsoft refuses.
 */
export async function connectByRefreshToken(
  deps: ConnectionDeps,
  workspaceId: string,
  { refreshToken, scopes = [], metadata, connectionId }: Brought,
): Promise<ConnectionRow> {
  if (connectionId !== undefined) await getRenewable(deps, workspaceId, connectionId);
  const app = configured(await deps.apps.findForSignIn(workspaceId));
  await deps.apps.requireCredential(app);
  const { tokens, account } = await deps.apps
    .withCredential(app, (credential) =>
      redeemRefreshToken(deps, { ...app, credential }, { refreshToken, scopes: allScopes(app, scopes) }),
    )
    .catch((error: unknown) => {
      throw toProblem(error);
    });
  if (isPersonalTenant(account.tenantId)) throw new Problem('personal_account');
  const named = await nameAccount(deps, app, tokens, account);
  const owner = { workspaceId, memberId: null, registrationId: app.registrationId, ...(metadata && { metadata }) };
  await deps.dataKeys(workspaceId); // before the transaction, which would want a second connection for it
  return deps.db.transaction().execute(async (trx) => {
    const row = await storeConnectionIn(deps, trx, owner, { tokens, account: named });
    if (connectionId !== undefined && row.id !== connectionId) throw new Problem('other_account');
    return row;
  });
}
