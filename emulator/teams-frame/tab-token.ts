import type { Context } from '../context.ts';
import { findUser } from '../directory.ts';
import { AadstsError } from '../entra/aadsts.ts';
import { issueApiToken, TEAMS_CLIENTS } from '../entra/api-token.ts';
import type { TeamsApp } from './teams-app.ts';

/** What Teams gives a tab that asks who is there: a token, or one of its words for why not. */
export type TabToken = { token: string } | { error: string };

/**
 * `authentication.getAuthToken`, as Teams on the web does it: manifest and frame must fit together, and Entra must give
 * Teams a token for the app (Teams docs: “Troubleshoot SSO authentication in Teams”; the other words are those that
 * public code handles).
 */
export async function tokenForTab(
  context: Context,
  app: TeamsApp,
  { userId, origin }: { userId: string; origin: string },
): Promise<TabToken> {
  const resource = app.webApplicationInfo?.resource;
  if (resource === undefined) return { error: 'App webApplicationInfo or resource not defined in manifest' };
  if (!URL.canParse(origin) || hostIn(resource) !== new URL(origin).host) {
    return { error: 'App resource defined in manifest and iframe origin do not match' };
  }
  const user = findUser(context.directory, userId);
  if (user === undefined) return { error: 'tokenRevoked' };
  try {
    return { token: await issueApiToken(context, { user, resource, clientId: TEAMS_CLIENTS.web }) };
  } catch (error) {
    if (!(error instanceof AadstsError)) throw error;
    return { error: wordFor(error.code) };
  }
}

function wordFor(code: number): string {
  if (code === 500011) return 'resourceDisabled';
  return code === 65001 ? 'resourceRequiresConsent' : 'tokenRevoked';
}

/** The domain in `api://app.example/<client id>`. */
function hostIn(resource: string): string | undefined {
  return /^api:\/\/([^/]+)\//.exec(resource)?.[1];
}
