import type { Context } from '../context.ts';
import type { AppRegistration } from '../directory.ts';
import { AadstsError } from './aadsts.ts';
import type { AuthorizationCode } from './state.ts';
import { readScopes } from './scopes.ts';
import type { RequestedScopes } from './scopes.ts';
import { checkAudience, readAuthority } from './tenants.ts';
import type { Authority } from './tenants.ts';

/** Where an answer may be sent: known before anything else is looked at. */
export type Target = {
  app: AppRegistration;
  authority: Authority;
  redirectUri: string;
  platform: 'web' | 'spa';
  responseMode: 'query' | 'fragment' | 'form_post';
  state: string | null;
  params: URLSearchParams;
};

/** A valid authorization request. */
export type SignInRequest = Target & {
  scopes: RequestedScopes;
  prompt: 'none' | 'login' | 'consent' | 'select_account' | undefined;
  loginHint: string | undefined;
  challenge: AuthorizationCode['challenge'];
  nonce: string | undefined;
  wantsClientInfo: boolean;
};

/** Finds out whom an answer may be sent to. What it throws is shown on Entra's own page, never sent to the app. */
export function readTarget(context: Context, segment: string, params: URLSearchParams): Target {
  const { app, redirectUri, platform } = readClient(context, segment, params, matchesRedirectUri);
  const authority = readAuthority(context, segment);
  checkAudience(app, authority);
  const mode = params.get('response_mode');
  const responseMode = mode === 'fragment' || mode === 'form_post' ? mode : 'query';
  return { app, authority, redirectUri, platform, responseMode, state: params.get('state'), params };
}

/** The registered app and redirect URI that a request names. Throws AADSTS900144, 700016 or 50011. */
export function readClient(
  context: Context,
  segment: string,
  params: URLSearchParams,
  matches: (registered: string, requested: string) => boolean,
): Pick<Target, 'app' | 'redirectUri' | 'platform'> {
  const clientId = required(params, 'client_id');
  const app = context.directory.apps.get(clientId.toLowerCase());
  if (app === undefined) throw new AadstsError(700016, { clientId, tenant: segment });
  const redirectUri = required(params, 'redirect_uri');
  const registered = app.redirectUris.find(({ uri }) => matches(uri, redirectUri));
  if (registered === undefined) throw new AadstsError(50011, { redirectUri, clientId });
  return { app, redirectUri, platform: registered.platform };
}

/** Reads the rest of the request. What it throws is sent back to the app. */
export function readSignIn(context: Context, target: Target): SignInRequest {
  const { params } = target;
  checkResponse(params);
  return {
    ...target,
    scopes: readScopes(context, target.app, required(params, 'scope')),
    prompt: readPrompt(params.get('prompt')),
    loginHint: params.get('login_hint')?.toLowerCase(),
    challenge: readChallenge(params),
    nonce: params.get('nonce') ?? undefined,
    wantsClientInfo: params.get('client_info') === '1',
  };
}

/** Exact, except that the port of `http://localhost` does not count (Entra docs: reply-url, localhost exceptions). */
export function matchesRedirectUri(registered: string, requested: string): boolean {
  if (registered === requested) return true;
  const port = /^(http:\/\/localhost)(?::\d+)?(?=[/?#]|$)/;
  return port.test(registered) && registered.replace(port, '$1') === requested.replace(port, '$1');
}

function checkResponse(params: URLSearchParams): void {
  const type = required(params, 'response_type');
  if (!type.split(' ').includes('code')) {
    throw type === 'id_token' || type === 'token'
      ? new AadstsError(700054, { value: type })
      : new AadstsError(70007, { value: type, parameter: 'response_type' });
  }
  if (type !== 'code') throw new AadstsError(700054, { value: 'id_token' });
  const mode = params.get('response_mode') ?? 'query';
  if (!['query', 'fragment', 'form_post'].includes(mode)) {
    throw new AadstsError(70007, { value: mode, parameter: 'response_mode' });
  }
}

function readPrompt(prompt: string | null): SignInRequest['prompt'] {
  if (prompt === null || prompt === '') return undefined;
  if (prompt === 'none' || prompt === 'login' || prompt === 'consent' || prompt === 'select_account') return prompt;
  throw new AadstsError(90023, { parameter: 'prompt' });
}

function readChallenge(params: URLSearchParams): AuthorizationCode['challenge'] {
  const value = params.get('code_challenge');
  if (value === null || value === '') return undefined;
  const method = params.get('code_challenge_method') ?? 'plain';
  if (method !== 'S256' && method !== 'plain') throw new AadstsError(90023, { parameter: 'code_challenge_method' });
  if (value.length < 43 || value.length > 128) throw new AadstsError(501491);
  return { method, value };
}

function required(params: URLSearchParams, parameter: string): string {
  const value = params.get(parameter);
  if (value === null || value === '') throw new AadstsError(900144, { parameter });
  return value;
}
