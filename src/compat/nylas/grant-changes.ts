import { z } from '@hono/zod-openapi';
import { splitScopes, type ConnectionRow } from '../../connections/connection.ts';
import { connectByRefreshToken } from '../../connections/refresh-token.ts';
import { noteOnConnection } from '../../connections/search.ts';
import type { ConnectionDeps } from '../../connections/service.ts';
import { longText } from '../../http/router.ts';
import { missingScopes } from '../../microsoft/permissions.ts';
import { Problem } from '../../problem.ts';
import { notes, provider, refreshToken, scopeList } from './fields.ts';

/** A grant whose person consented elsewhere. */
export const grantInput = z.object({
  provider,
  settings: z.object({ refresh_token: refreshToken }),
  scope: scopeList.nullish(),
  metadata: notes.nullish(),
  state: longText(1000).nullish(),
});

/** What is missing, `null` or empty stays as it is: clients send back what they were shown. */
export const grantChange = z.object({
  settings: z.object({ refresh_token: refreshToken.nullish() }).nullish(),
  scope: scopeList.nullish(),
  metadata: notes.nullish(),
});

/** A grant of somebody who consented elsewhere. Throws what {@link connectByRefreshToken} throws. */
export function createGrant(
  deps: ConnectionDeps,
  workspaceId: string,
  { settings, scope, metadata }: z.infer<typeof grantInput>,
): Promise<ConnectionRow> {
  return connectByRefreshToken(deps, workspaceId, {
    refreshToken: settings.refresh_token,
    scopes: scope ?? [],
    metadata: metadata ?? undefined,
  });
}

/** Takes what an application may change of a grant. Throws what {@link connectByRefreshToken} throws. */
export async function changeGrant(
  deps: ConnectionDeps,
  row: ConnectionRow,
  { settings, scope, metadata }: z.infer<typeof grantChange>,
): Promise<ConnectionRow> {
  const { id, workspace_id: workspaceId } = row;
  if (settings?.refresh_token) {
    const brought = { refreshToken: settings.refresh_token, scopes: scope ?? [], connectionId: id };
    await connectByRefreshToken(deps, workspaceId, brought);
  } else refuseMoreScopes(row, scope ?? []);
  const kept = metadata && Object.keys(metadata).length > 0 ? metadata : undefined;
  return noteOnConnection(deps, workspaceId, id, kept);
}

/** Only the person can grant more. */
function refuseMoreScopes(row: ConnectionRow, asked: readonly string[]): void {
  const missing = missingScopes(asked, splitScopes(row.granted_scopes));
  if (missing.length === 0) return;
  const detail = `The person has not granted ${missing.join(', ')}: ask them to sign in again, with this grant and these scopes.`;
  throw new Problem('invalid_request', { errors: [{ pointer: '/scope', detail }] });
}
