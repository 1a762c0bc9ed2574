import type { Context } from '../context.ts';
import { PERSONAL_TENANT_ID } from '../directory.ts';
import type { AppRegistration, Tenant, User } from '../directory.ts';
import { AadstsError, explain } from './aadsts.ts';
import { matchesRedirectUri, readClient } from './authorize-request.ts';
import { grantRoles, grantScopes } from './grants.ts';
import { explainPage } from './hints.ts';
import { consentPage, messagePage, pickerPage } from './pages.ts';
import { configured, readScopes } from './scopes.ts';
import { sendBack } from './send-back.ts';
import { openSession, rememberPerson, signedInPerson, withSession } from './sessions.ts';
import { checkAccount, checkAudience, peopleFor, readAuthority } from './tenants.ts';
import type { Authority } from './tenants.ts';

/** v1 grants everything that the registration lists; v2 what `scope` names. */
export type AdminConsentVersion = 'v1' | 'v2';

type AdminConsent = {
  context: Context;
  request: Request;
  version: AdminConsentVersion;
  authority: Authority;
  app: AppRegistration;
  redirectUri: string;
  state: string | null;
  /** What will be granted: delegated for everybody, and to the app itself. */
  scopes: string[];
  roles: string[];
  /** The granted permissions as the v2 answer names them. */
  echo: string;
  action: (step: string) => string;
};

/** `GET /{tenant}[/v2.0]/adminconsent`: asks which administrator it is. */
export async function adminConsent(
  context: Context,
  request: Request,
  segment: string,
  version: AdminConsentVersion,
): Promise<Response> {
  return withAdminConsent(context, request, segment, version, async (consent) => showPicker(consent));
}

/** `POST …/adminconsent/{step}`: an administrator was chosen, or decided. */
export async function takeAdminStep(
  context: Context,
  request: Request,
  segment: string,
  version: AdminConsentVersion,
  input: { step: string; form: URLSearchParams },
): Promise<Response> {
  return withAdminConsent(context, request, segment, version, async (consent) => {
    const user = context.directory.users.get(input.form.get('user') ?? '');
    if (user === undefined) return showPicker(consent);
    checkAccount(context, consent.app, consent.authority, user);
    const refusal = checkAdministrator(context, user);
    if (refusal !== undefined) return refusal;
    const session = openSession(context, request);
    if (input.step === 'sign-in') {
      rememberPerson(context, session, user);
      return withSession(context, request, session, await askAdministrator(consent, user));
    }
    if (signedInPerson(session, user) === undefined) return showPicker(consent);
    return input.form.get('decision') === 'accept' ? accept(consent, user) : decline(consent);
  });
}

async function withAdminConsent(
  context: Context,
  request: Request,
  segment: string,
  version: AdminConsentVersion,
  act: (consent: AdminConsent) => Promise<Response>,
): Promise<Response> {
  const params = new URL(request.url).searchParams;
  try {
    return await act(readAdminConsent(context, request, segment, version, params));
  } catch (error) {
    if (!(error instanceof AadstsError)) throw error;
    return explainPage(context, request, params, error);
  }
}

function readAdminConsent(
  context: Context,
  request: Request,
  segment: string,
  version: AdminConsentVersion,
  params: URLSearchParams,
): AdminConsent {
  // The v1 endpoint lets the redirect URI have further path segments.
  const matches = (registered: string, requested: string) =>
    matchesRedirectUri(registered, requested) ||
    (version === 'v1' && requested.startsWith(`${registered.replace(/\/$/, '')}/`));
  const { app, redirectUri } = readClient(context, segment, params, matches);
  const authority = readAuthority(context, segment);
  if (authority.kind === 'consumers') throw new AadstsError(90023, { parameter: 'tenant' });
  checkAudience(app, authority);
  const scope = params.get('scope');
  if (version === 'v2' && (scope === null || scope === '')) throw new AadstsError(900144, { parameter: 'scope' });
  const asked = version === 'v2' && scope !== null ? readScopes(context, app, scope) : undefined;
  const everything = asked === undefined || asked.isDefault;
  const path = version === 'v1' ? 'adminconsent' : 'v2.0/adminconsent';
  return {
    context,
    request,
    version,
    authority,
    app,
    redirectUri,
    state: params.get('state'),
    scopes: everything ? configured(app) : [...asked.openId, ...asked.graph],
    roles: everything ? app.applicationPermissions : [],
    echo: scope ?? '',
    action: (step) => `/${segment}/${path}/${step}?${params.toString()}`,
  };
}

async function showPicker(consent: AdminConsent): Promise<Response> {
  const { fitting, others } = peopleFor(consent.context, consent.authority);
  return pickerPage({
    ...consent,
    fitting: fitting.filter(mayConsent),
    others: [...fitting.filter((user) => !mayConsent(user)), ...others],
    signedIn: [],
    adminOnly: true,
  });
}

function mayConsent(user: User): boolean {
  return user.isAdmin && user.tenantId !== PERSONAL_TENANT_ID;
}

function checkAdministrator(context: Context, user: User): Promise<Response> | undefined {
  if (user.tenantId === PERSONAL_TENANT_ID) {
    const domain = user.userPrincipalName.split('@')[1] ?? '';
    throw new AadstsError(500208, { domain, user: user.userPrincipalName });
  }
  if (!user.accountEnabled) throw new AadstsError(50057);
  if (user.isAdmin) return undefined;
  const tenant = context.directory.tenants.get(user.tenantId);
  const text = `${user.displayName} is not an administrator of ${tenant?.displayName}. Ask one to open this link.`;
  return messagePage('Need admin approval', text, 403);
}

async function askAdministrator(consent: AdminConsent, user: User): Promise<Response> {
  const publisher = consent.context.directory.tenants.get(consent.app.homeTenantId);
  return consentPage({ ...consent, publisher, user, tenant: tenantOf(consent, user), forOrganization: 'always' });
}

async function accept(consent: AdminConsent, user: User): Promise<Response> {
  const { context, app, scopes, roles } = consent;
  const tenant = tenantOf(consent, user);
  grantScopes(context, { tenantId: tenant.id, app, userId: null, scopes });
  grantRoles(context, tenant.id, app, roles);
  return answer(consent, {
    admin_consent: 'True',
    tenant: tenant.id,
    ...(consent.version === 'v2' && { scope: consent.echo }),
  });
}

async function decline(consent: AdminConsent): Promise<Response> {
  const { context, request, version } = consent;
  if (version === 'v2') {
    const { description } = explain(context, request, 65004, {}, { message: declined });
    return answer(consent, { admin_consent: 'True', error: 'consent_required', error_description: description });
  }
  if (context.switches.adminConsentCancel === 'access_denied') {
    return answer(consent, { error: 'access_denied', error_subcode: 'cancel' });
  }
  return answer(consent, { error: 'permission_denied', error_description: 'The admin canceled the request' });
}

const declined =
  'The resource owner or authorization server denied the request. The administrator declined to consent to access the app.';

function answer(consent: AdminConsent, values: Record<string, string>): Promise<Response> {
  return sendBack({ ...consent, responseMode: 'query' }, values);
}

function tenantOf({ context }: AdminConsent, user: User): Tenant {
  const tenant = context.directory.tenants.get(user.tenantId);
  if (tenant === undefined) throw new AadstsError(90002, { tenant: user.tenantId });
  return tenant;
}
