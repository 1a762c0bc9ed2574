import { randomBytes, randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import { PERSONAL_TENANT_ID } from '../directory.ts';
import type { Tenant, User } from '../directory.ts';
import { AadstsError } from './aadsts.ts';
import { readSignIn, readTarget } from './authorize-request.ts';
import type { SignInRequest } from './authorize-request.ts';
import { grantedScopes, grantScopes, missingScopes, needsAdminApproval } from './grants.ts';
import { explainPage } from './hints.ts';
import { clientInfo } from './id-token.ts';
import { approvalPage, consentPage, mfaPage, pickerPage } from './pages.ts';
import type { Steps } from './pages.ts';
import { sendBack, sendBackError } from './send-back.ts';
import { openSession, rememberPerson, signedInPerson, withSession } from './sessions.ts';
import type { Session } from './state.ts';
import { checkAccount, peopleFor } from './tenants.ts';

/** How long an authorization code may wait to be redeemed. */
export const CODE_LIFETIME_MS = 10 * 60 * 1000;

/** One request to the authorization endpoint on its way to an answer. */
type SignIn = SignInRequest & Steps & { context: Context; request: Request; session: Session };

/** `GET …/authorize`: single sign-on where the request allows it, otherwise the page that comes first. */
export async function authorize(context: Context, request: Request, segment: string): Promise<Response> {
  return withSignIn(context, request, segment, async (signIn) => {
    const user = signedInUser(signIn);
    if (user !== undefined) return proceed(signIn, user);
    if (signIn.prompt === 'none') return sendBackError(context, request, signIn, new AadstsError(50058));
    return showPicker(signIn);
  });
}

/** `POST …/authorize/{step}`: somebody pressed a button on one of the pages. */
export async function takeStep(
  context: Context,
  request: Request,
  segment: string,
  step: string,
  form: URLSearchParams,
): Promise<Response> {
  return withSignIn(context, request, segment, async (signIn) => {
    const user = context.directory.users.get(form.get('user') ?? '');
    if (user === undefined) return showPicker(signIn);
    if (step === 'sign-in') {
      checkAccount(context, signIn.app, signIn.authority, user);
      if (user.accountEnabled) rememberPerson(context, signIn.session, user);
      return proceed(signIn, user);
    }
    if (!isSignedIn(signIn.session, user)) return showPicker(signIn);
    if (step === 'consent') return decide(signIn, user, form);
    rememberPerson(context, signIn.session, user, true);
    return proceed(signIn, user);
  });
}

async function withSignIn(
  context: Context,
  request: Request,
  segment: string,
  act: (signIn: SignIn) => Promise<Response>,
): Promise<Response> {
  const params = new URL(request.url).searchParams;
  const session = openSession(context, request);
  const action = (step: string) => `/${segment}/oauth2/v2.0/authorize/${step}?${params.toString()}`;
  try {
    const target = readTarget(context, segment, params);
    const read = await orSentBack(() => ({ ...readSignIn(context, target), context, request, session, action }), {
      sendBack: (failure) => sendBackError(context, request, target, failure),
    });
    if (read instanceof Response) return read;
    return withSession(context, request, session, await act(read));
  } catch (error) {
    if (!(error instanceof AadstsError)) throw error;
    return explainPage(context, request, params, error);
  }
}

async function orSentBack<T>(
  read: () => T,
  { sendBack }: { sendBack: (failure: AadstsError) => Promise<Response> },
): Promise<T | Response> {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AadstsError)) throw error;
    return sendBack(error);
  }
}

/** The person whom single sign-on means, when that is beyond doubt. */
function signedInUser(signIn: SignIn): User | undefined {
  if (signIn.prompt === 'login' || signIn.prompt === 'select_account') return undefined;
  const { fitting } = peopleFor(signIn.context, signIn.authority);
  const candidates = fitting.filter(
    (user) => isSignedIn(signIn.session, user) && (signIn.loginHint === undefined || isMeant(user, signIn.loginHint)),
  );
  return candidates.length === 1 ? candidates[0] : undefined;
}

async function showPicker(signIn: SignIn): Promise<Response> {
  const { fitting, others } = peopleFor(signIn.context, signIn.authority);
  const { loginHint, session } = signIn;
  const rank = (user: User) =>
    (loginHint !== undefined && isMeant(user, loginHint) ? 0 : 2) + (isSignedIn(session, user) ? 0 : 1);
  const signedIn = session.people.map((person) => person.userId);
  return pickerPage({ ...signIn, fitting: fitting.toSorted((a, b) => rank(a) - rank(b)), others, signedIn });
}

/** From a chosen person to a code: account, conditional access, consent. */
async function proceed(signIn: SignIn, user: User): Promise<Response> {
  const { context, request, app, authority, session } = signIn;
  checkAccount(context, app, authority, user);
  checkUsable(signIn, user);
  if (user.conditionalAccess === 'mfa' && signedInPerson(session, user)?.mfa !== true) {
    if (signIn.prompt !== 'none') return mfaPage({ ...signIn, user });
    const failure = new AadstsError(50076, { resource: '00000003-0000-0000-c000-000000000000' });
    return sendBackError(context, request, signIn, failure, { error: 'interaction_required' });
  }
  const missing = scopesToAsk(signIn, user);
  return missing.length === 0 ? issueCode(signIn, user) : askConsent(signIn, user, missing);
}

/** With `prompt=consent` everything is asked again, even what an administrator granted for all. */
function scopesToAsk({ context, app, prompt, scopes }: SignIn, user: User): string[] {
  const granted = prompt === 'consent' ? [] : grantedScopes(context, user.tenantId, app.clientId, user.id);
  return missingScopes(granted, scopes);
}

function checkUsable(signIn: SignIn, user: User): void {
  const { context, app } = signIn;
  if (!user.accountEnabled) throw new AadstsError(50057);
  if (user.conditionalAccess === 'blocked') throw new AadstsError(53003);
  const principals = [...context.directory.servicePrincipals.values()];
  const isDisabled = principals.some(
    ({ clientId, tenantId, disabled }) => disabled && clientId === app.clientId && tenantId === user.tenantId,
  );
  if (app.disabled || isDisabled) throw new AadstsError(7000112, { clientId: app.clientId, app: app.displayName });
}

async function askConsent(signIn: SignIn, user: User, scopes: string[]): Promise<Response> {
  const { context, request, app } = signIn;
  if (signIn.prompt === 'none') {
    const failure = new AadstsError(65001, { clientId: app.clientId, app: app.displayName });
    return sendBackError(context, request, signIn, failure, { error: 'consent_required' });
  }
  const tenant = tenantOf(context, user);
  if (needsAdminApproval(context, user, scopes)) {
    return approvalPage({ ...signIn, user, tenant, scopes, adminUrl: adminUrl(request) });
  }
  const publisher = context.directory.tenants.get(app.homeTenantId);
  const forOrganization = user.isAdmin && user.tenantId !== PERSONAL_TENANT_ID ? 'choose' : 'never';
  return consentPage({ ...signIn, publisher, user, tenant, scopes, roles: [], forOrganization });
}

async function decide(signIn: SignIn, user: User, form: URLSearchParams): Promise<Response> {
  const { context, request, app } = signIn;
  const decision = form.get('decision');
  if (decision === 'back') {
    const failure = new AadstsError(90094, { app: app.displayName, tenant: tenantOf(context, user).displayName });
    return sendBackError(context, request, signIn, failure, { subcode: 'cancel' });
  }
  if (decision !== 'accept') {
    return sendBackError(context, request, signIn, new AadstsError(65004), { subcode: 'cancel' });
  }
  const missing = scopesToAsk(signIn, user);
  if (needsAdminApproval(context, user, missing)) return askConsent(signIn, user, missing);
  const scopes = [...signIn.scopes.openId, ...signIn.scopes.graph];
  const userId = user.isAdmin && form.get('organization') === 'yes' ? null : user.id;
  grantScopes(context, { tenantId: user.tenantId, app, userId, scopes });
  return issueCode(signIn, user);
}

async function issueCode(signIn: SignIn, user: User): Promise<Response> {
  const { context, app, session } = signIn;
  const now = context.now();
  const person = signedInPerson(session, user);
  const { codes } = context.entra;
  const isPersonal = user.tenantId === PERSONAL_TENANT_ID;
  const secret = randomBytes(isPersonal ? 24 : 96).toString('base64url');
  const code = isPersonal ? `M.C529_BAY.2.U.${secret}!*$` : `1.A${secret}`;
  for (const [old, { issuedAt }] of codes) if (issuedAt < now - 6 * CODE_LIFETIME_MS) codes.delete(old);
  codes.set(code, {
    clientId: app.clientId,
    redirectUri: signIn.redirectUri,
    platform: signIn.platform,
    userId: user.id,
    tenantId: user.tenantId,
    requestedScopes: [...signIn.scopes.openId, ...signIn.scopes.graph],
    nonce: signIn.nonce,
    challenge: signIn.challenge,
    mfa: person?.mfa === true,
    signedInAt: person?.signedInAt ?? now,
    issuedAt: now,
    redeemed: false,
  });
  return sendBack(signIn, {
    code,
    ...(signIn.wantsClientInfo && { client_info: clientInfo(user) }),
    session_state: randomUUID(),
  });
}

function isSignedIn(session: Session, user: User): boolean {
  return signedInPerson(session, user) !== undefined;
}

function isMeant(user: User, hint: string): boolean {
  return [user.userPrincipalName, user.mail ?? '', user.id].some((name) => name.toLowerCase() === hint);
}

function tenantOf(context: Context, user: User): Tenant {
  const tenant = context.directory.tenants.get(user.tenantId);
  if (tenant === undefined) throw new AadstsError(90002, { tenant: user.tenantId });
  return tenant;
}

/** The same request, asking for another account. */
function adminUrl(request: Request): string {
  const url = new URL(request.url);
  url.searchParams.set('prompt', 'select_account');
  url.searchParams.delete('login_hint');
  return url.pathname.replace(/\/authorize\/.*$/, '/authorize') + url.search;
}
