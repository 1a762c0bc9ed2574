import { randomBytes } from 'node:crypto';
import { authorizeUrl, exchangeOnBehalfOf, parseAuthorizeError, type Account } from '../microsoft/entra.ts';
import { toProblem } from '../microsoft/problems.ts';
import type { ProblemCode } from '../problem.ts';
import type { App } from '../registrations/apps.ts';
import type { ConnectionRow } from './connection.ts';
import { storeConnection, type ConnectionDeps } from './service.ts';

/** What the callback sees after a tab's consent window: nothing secret, because nothing is taken from that answer. */
const tabConsentState = /^teams-tab:([\da-f-]{36})$/;

/** The app in Teams whose tab opened the window that this state belongs to; `undefined` for every other state. */
export function tabOfConsent(state: string): string | undefined {
  return tabConsentState.exec(state)?.[1];
}

/**
 * Connects Microsoft Teams for a member without another sign-in: exchanges the token that Teams gave the tab, which
 * `signInFromTeams` has verified as theirs, and stores what comes like the consent flow does. Throws `consent_missing`
 * where somebody has to be asked first, and everything else that Entra refuses.
 */
export async function connectOnBehalfOf(
  deps: ConnectionDeps,
  member: { workspaceId: string; memberId: string },
  { app, assertion, account }: { app: App; assertion: string; account: Account },
): Promise<ConnectionRow> {
  try {
    const tokens = await deps.apps.withCredential(app, (credential) =>
      // Entra docs: the tenant's own endpoint, also for an app of many tenants.
      exchangeOnBehalfOf(deps, { ...app, tenant: account.tenantId, credential }, { assertion, scopes: app.scopes }),
    );
    return await storeConnection(deps, { ...member, registrationId: app.registrationId }, tokens, account);
  } catch (error) {
    throw toProblem(error);
  }
}

/**
 * Where the tab's window goes so that its user gives the consent that the exchange lacked. Its answer is thrown away:
 * the tab tries the exchange again, with its own proof of who is there (Teams docs: “Extend tab app with Microsoft
 * Graph permissions and scopes”).
 */
export function tabConsentUrl(
  app: App,
  { appId, loginHint }: { appId: string; loginHint: string | undefined },
): string {
  return authorizeUrl(app, {
    scopes: app.scopes,
    state: `teams-tab:${appId}`,
    nonce: randomBytes(32).toString('base64url'),
    codeChallenge: randomBytes(32).toString('base64url'),
    ...(loginHint !== undefined && { loginHint }),
  });
}

/** Why the consent window came back with nothing; `undefined`: Microsoft says that it was given. */
export function refusalOfTabConsent(params: URLSearchParams): ProblemCode | undefined {
  return params.has('error') ? toProblem(parseAuthorizeError(params)).code : undefined;
}
