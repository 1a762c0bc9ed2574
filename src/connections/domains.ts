import { hasTenant } from '../microsoft/tenant-lookup.ts';
import { toProblem } from '../microsoft/problems.ts';
import { configured, type ConnectionDeps } from './service.ts';

/**
 * Whether addresses of a domain belong to an organization in Microsoft 365, so that its people can connect. Asks Entra.
 * Throws `meetings_not_configured`, `entra_unavailable`.
 */
export async function isMicrosoftDomain(
  deps: Pick<ConnectionDeps, 'apps' | 'fetch'>,
  workspaceId: string,
  domain: string,
): Promise<boolean> {
  const app = configured(await deps.apps.findForSignIn(workspaceId));
  try {
    return await hasTenant(deps, { authority: app.authority, domain });
  } catch (error) {
    throw toProblem(error);
  }
}
