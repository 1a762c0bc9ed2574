import { createHash } from 'node:crypto';
import { AadstsError } from './aadsts.ts';
import { CODE_LIFETIME_MS } from './authorize.ts';
import type { AuthorizationCode } from './state.ts';
import type { TokenRequest } from './token.ts';
import { checkPerson, tokensFor } from './user-tokens.ts';

/** The authorization code grant. A code works once, for ten minutes, for the app and address it was issued to. */
export async function redeemCode(tokenRequest: TokenRequest): Promise<Record<string, unknown>> {
  const { context, request, form, app } = tokenRequest;
  const code = findCode(tokenRequest);
  const credential = await tokenRequest.authenticate();
  if (code.platform === 'spa') checkSinglePage(request, form, code);
  else if (credential === undefined) throw new AadstsError(7000218);
  checkVerifier(form, code);
  checkFresh(context.now(), code);
  const user = checkPerson(context, code);
  // Nothing between here and the check above waits, so two parallel redemptions cannot both pass.
  code.redeemed = true;
  return tokensFor(tokenRequest, {
    user,
    app,
    tenantId: code.tenantId,
    requestedScopes: code.requestedScopes,
    platform: code.platform,
    mfa: code.mfa,
    signedInAt: code.signedInAt,
    nonce: code.nonce,
    credential: credential ?? 'none',
  });
}

function findCode({ context, form, app, authority }: TokenRequest): AuthorizationCode {
  const text = form.get('code');
  if (text === null || text === '') throw new AadstsError(900144, { parameter: 'code' });
  const code = context.entra.codes.get(text);
  if (code === undefined || code.clientId !== app.clientId) throw new AadstsError(70000, { parameter: 'code' });
  checkFresh(context.now(), code);
  if (authority.kind === 'tenant' && authority.tenant.id !== code.tenantId) throw new AadstsError(700005);
  const redirectUri = form.get('redirect_uri');
  if (redirectUri === null) throw new AadstsError(900144, { parameter: 'redirect_uri' });
  if (redirectUri !== code.redirectUri) throw new AadstsError(500112, { redirectUri, expected: code.redirectUri });
  return code;
}

function checkFresh(now: number, code: AuthorizationCode): void {
  if (code.redeemed) throw new AadstsError(54005);
  if (code.issuedAt + CODE_LIFETIME_MS <= now) throw new AadstsError(70008);
}

/** A code for a redirect URI of the platform "single-page application" belongs to a browser with PKCE. */
function checkSinglePage(request: Request, form: URLSearchParams, code: AuthorizationCode): void {
  if (code.challenge === undefined || !form.has('code_verifier')) throw new AadstsError(9002325);
  if (request.headers.get('origin') === null) throw new AadstsError(9002327);
}

function checkVerifier(form: URLSearchParams, { challenge }: AuthorizationCode): void {
  const verifier = form.get('code_verifier');
  if (challenge === undefined && verifier === null) return;
  if (challenge === undefined || verifier === null) throw new AadstsError(501481);
  const computed = challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url');
  if (computed !== challenge.value) throw new AadstsError(501481);
}
