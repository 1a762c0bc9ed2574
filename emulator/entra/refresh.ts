import type { Context } from '../context.ts';
import { AadstsError } from './aadsts.ts';
import { grantedScopes } from './grants.ts';
import { openRefreshToken, REFRESH_TOKEN_IDLE_MS, SPA_REFRESH_TOKEN_MS } from './refresh-token.ts';
import type { RefreshToken } from './refresh-token.ts';
import { readScopes } from './scopes.ts';
import type { TokenRequest } from './token.ts';
import { checkPerson, tokensFor } from './user-tokens.ts';

/** The refresh token grant. Every use makes a new refresh token; the old one stays valid. */
export async function refresh(tokenRequest: TokenRequest): Promise<Record<string, unknown>> {
  const { context, form, app } = tokenRequest;
  const credential = await tokenRequest.authenticate();
  const refreshToken = readToken(tokenRequest);
  if (refreshToken.platform === 'web' && credential === undefined) throw new AadstsError(7000218);
  checkAge(context, refreshToken);
  const user = checkPerson(context, refreshToken);
  const scope = form.get('scope');
  const asked = scope === null || scope === '' ? undefined : readScopes(context, app, scope);
  const granted = grantedScopes(context, refreshToken.tenantId, app.clientId, user.id);
  const missing = (asked?.graph ?? []).filter((scope) => !granted.includes(scope));
  if (granted.length === 0 || (missing.length > 0 && asked?.isDefault !== true)) {
    throw new AadstsError(65001, { clientId: app.clientId, app: app.displayName });
  }
  return tokensFor(tokenRequest, {
    user,
    app,
    tenantId: refreshToken.tenantId,
    requestedScopes:
      asked === undefined
        ? refreshToken.scopes
        : [...new Set([...refreshToken.scopes, ...asked.openId, ...asked.graph])],
    platform: refreshToken.platform,
    mfa: refreshToken.mfa,
    signedInAt: refreshToken.signedInAt,
    nonce: undefined,
    credential: credential ?? 'none',
  });
}

function readToken({ context, form, app }: TokenRequest): RefreshToken {
  const text = form.get('refresh_token');
  if (text === null || text === '') throw new AadstsError(900144, { parameter: 'refresh_token' });
  const refreshToken = openRefreshToken(context, text);
  if (refreshToken === undefined || refreshToken.clientId !== app.clientId) {
    throw new AadstsError(70000, { parameter: 'refresh_token' });
  }
  return refreshToken;
}

function checkAge(context: Context, { platform, issuedAt, signedInAt }: RefreshToken): void {
  const values = { issuedAt: new Date(platform === 'spa' ? signedInAt : issuedAt).toISOString() };
  if (platform === 'spa' && signedInAt + SPA_REFRESH_TOKEN_MS <= context.now()) throw new AadstsError(700084, values);
  if (issuedAt + REFRESH_TOKEN_IDLE_MS <= context.now()) throw new AadstsError(700082, values);
}
