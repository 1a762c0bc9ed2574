import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';

type Entry = {
  /** OAuth's word for it. */
  error: string;
  text: string;
  suberror?: string;
  /** HTTP status at the token endpoint; when absent 401 for `invalid_client`, otherwise 400. */
  status?: 429 | 503;
};

const scopeInvalid = "The provided value for the input parameter 'scope' is not valid.";
const needPeople = 'Send an interactive authorization request for this user and resource.';

/** What Entra says under each number. Texts with `{name}` are filled in. */
const entries = {
  50011: {
    error: 'invalid_request',
    text: "The redirect URI '{redirectUri}' specified in the request does not match the redirect URIs configured for the application '{clientId}'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal.",
  },
  50013: {
    error: 'invalid_grant',
    text: 'Assertion failed signature validation. [Reason - {reason}]',
  },
  50020: {
    error: 'invalid_grant',
    text: "User account '{user}' from identity provider '{provider}' does not exist in tenant '{tenant}' and cannot access the application '{clientId}'({app}) in that tenant. The account needs to be added as an external user in the tenant first. Sign out and sign in again with a different account.",
  },
  50027: { error: 'invalid_client', text: 'JWT token is invalid or malformed: {reason}.' },
  50034: { error: 'invalid_grant', text: "The user account {user} does not exist in the '{tenant}' directory." },
  50049: { error: 'invalid_request', text: 'Unknown or invalid instance.' },
  50053: { error: 'invalid_grant', text: 'The account is locked.' },
  50057: { error: 'invalid_grant', text: 'The user account is disabled.' },
  50058: {
    error: 'login_required',
    text: 'A silent sign-in request was sent but no user is signed in.',
  },
  50059: {
    error: 'invalid_request',
    text: 'No tenant-identifying information found in either the request or implied by any provided credentials.',
  },
  50076: {
    error: 'invalid_grant',
    suberror: 'basic_action',
    text: "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{resource}'.",
  },
  50078: {
    error: 'invalid_grant',
    suberror: 'basic_action',
    text: 'Presented multi-factor authentication has expired due to policies configured by your administrator.',
  },
  50079: {
    error: 'invalid_grant',
    suberror: 'basic_action',
    text: 'Due to a configuration change made by your administrator, you must enrol in multi-factor authentication.',
  },
  50089: { error: 'invalid_grant', text: 'Authentication failed due to flow token expired.' },
  50105: {
    error: 'access_denied',
    text: "Your administrator has configured the application {app} ('{clientId}') to block users unless they are specifically granted access to the application.",
  },
  50132: {
    error: 'invalid_grant',
    text: "The session is not valid due to the following reasons: password expiration or recent password change, SSO artifact is invalid or expired, session is not fresh enough for application, or a silent sign-in request was sent but the user's session with Azure AD is invalid or has expired.",
  },
  50133: { error: 'invalid_grant', text: 'Session is invalid due to expiration or recent password change.' },
  50173: {
    error: 'invalid_grant',
    suberror: 'bad_token',
    text: "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '{issuedAt}' and the TokensValidFrom date (before which tokens are not valid) for this user is '{validFrom}'.",
  },
  50194: {
    error: 'invalid_request',
    text: "Application '{clientId}'({app}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant.",
  },
  50196: {
    error: 'invalid_grant',
    text: 'The server terminated an operation because it encountered a client request loop.',
  },
  500011: {
    error: 'invalid_resource',
    text: 'The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.',
  },
  500112: {
    error: 'invalid_client',
    text: "The reply address '{redirectUri}' does not match the reply address '{expected}' provided when requesting Authorization code.",
  },
  500131: {
    error: 'invalid_grant',
    text: "Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '{tokenAudience}' and the expected audience is '{expectedAudience}' or one of the Application Uris of this application with App ID '{clientId}'({app}). The downstream client must request a token for the expected audience (the application that made the OBO request) and this application should use that token as the assertion.",
  },
  500133: {
    error: 'invalid_grant',
    text: 'Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: {now}, expiry time of assertion {expires}.',
  },
  500208: {
    error: 'invalid_request',
    text: "The domain '{domain}' is not a valid login domain for the account type. The application takes work or school accounts only, and {user} is not one.",
  },
  501481: {
    error: 'invalid_grant',
    text: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
  501491: {
    error: 'invalid_request',
    text: 'The size of the Code_Challenge parameter is not valid.',
  },
  53000: {
    error: 'invalid_grant',
    suberror: 'message_only',
    text: 'Device is not in required device state: compliant.',
  },
  53003: {
    error: 'invalid_grant',
    suberror: 'message_only',
    text: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
  },
  54005: {
    error: 'invalid_grant',
    text: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },
  65001: {
    error: 'invalid_grant',
    suberror: 'consent_required',
    text: `The user or administrator has not consented to use the application with ID '{clientId}' named '{app}'. ${needPeople}`,
  },
  65004: { error: 'access_denied', text: 'User declined to consent to access the app.' },
  650053: {
    error: 'invalid_client',
    text: "The application '{app}' asked for scope '{scope}' that doesn't exist on the resource '00000003-0000-0000-c000-000000000000'. Contact the app vendor.",
  },
  650056: {
    error: 'invalid_client',
    text: "Misconfigured application. This could be due to one of the following: the client has not listed any permissions for '{resource}' in the requested permissions in the client's application registration.",
  },
  70000: {
    error: 'invalid_grant',
    text: "The provided value for the '{parameter}' is not valid: it was not issued here, or it was issued to another application.",
  },
  70002: { error: 'invalid_client', text: 'Error validating credentials.' },
  70003: { error: 'unsupported_grant_type', text: "The app requested an unsupported grant type '{grantType}'." },
  70007: {
    error: 'unsupported_response_type',
    text: "'{value}' is not a supported value of '{parameter}' when requesting a token.",
  },
  70008: {
    error: 'invalid_grant',
    text: 'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  },
  70043: {
    error: 'invalid_grant',
    suberror: 'bad_token',
    text: 'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.',
  },
  70011: { error: 'invalid_scope', text: `${scopeInvalid} The scope '{scope}' is not valid.` },
  700005: {
    error: 'invalid_grant',
    text: 'Provided Authorization Code is intended to use against other tenant, thus rejected.',
  },
  700016: {
    error: 'unauthorized_client',
    text: "Application with identifier '{clientId}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  },
  700021: {
    error: 'invalid_client',
    text: "Client assertion application identifier doesn't match 'client_id' parameter.",
  },
  700022: {
    error: 'invalid_scope',
    text: `${scopeInvalid} The scope '{scope}' spans more than one resource.`,
  },
  700023: {
    error: 'invalid_client',
    text: "Client assertion audience claim does not match Realm issuer. The audience was '{audience}'.",
  },
  700024: {
    error: 'invalid_client',
    text: 'Client assertion is not within its valid time range. Current time: {now}, assertion valid from {notBefore}, expiry time of assertion {expires}.',
  },
  700025: {
    error: 'invalid_client',
    text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  },
  700027: {
    error: 'invalid_client',
    text: "Client assertion contains an invalid signature. [Reason - {reason}, Thumbprint of key used by client: '{thumbprint}']",
  },
  700054: { error: 'unsupported_response_type', text: "response_type '{value}' is not enabled for the application." },
  700081: {
    error: 'invalid_grant',
    text: 'The refresh token has expired due to maximum lifetime. The token was issued on {issuedAt}.',
  },
  700082: {
    error: 'invalid_grant',
    text: 'The refresh token has expired due to inactivity. The token was issued on {issuedAt} and was inactive for 90.00:00:00.',
  },
  700084: {
    error: 'invalid_grant',
    text: 'The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime of 1.00:00:00, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on {issuedAt}.',
  },
  7000112: { error: 'unauthorized_client', text: "Application '{clientId}'({app}) is disabled." },
  7000215: {
    error: 'invalid_client',
    text: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{clientId}'.",
  },
  7000216: {
    error: 'invalid_client',
    text: "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  },
  7000218: {
    error: 'invalid_client',
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  7000222: {
    error: 'invalid_client',
    text: "The provided client secret keys for app '{clientId}' are expired. Create new keys for the app, or consider using certificate credentials for added security.",
  },
  90002: {
    error: 'invalid_request',
    text: "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
  },
  90013: { error: 'invalid_request', text: 'Invalid input received from the user.' },
  90023: { error: 'invalid_request', text: "The value of '{parameter}' is not valid." },
  90033: { error: 'temporarily_unavailable', text: 'A transient error has occurred. Please try again.', status: 503 },
  90055: {
    error: 'temporarily_unavailable',
    text: 'Incoming requests exceeded the limit for the tenant. Please try again later.',
    status: 429,
  },
  90094: {
    error: 'access_denied',
    text: '{app} needs permissions in {tenant} that only an administrator can grant. Ask an administrator to grant them before you can use the app.',
  },
  900144: {
    error: 'invalid_request',
    text: "The request body must contain the following parameter: '{parameter}'.",
  },
  900561: { error: 'invalid_request', text: 'The endpoint only accepts POST requests. Received a {method} request.' },
  9001023: {
    error: 'invalid_request',
    text: 'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.',
  },
  9002313: { error: 'invalid_request', text: 'Invalid request. Request is malformed or invalid.' },
  9002325: {
    error: 'invalid_request',
    text: 'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
  },
  9002327: {
    error: 'invalid_request',
    text: "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  },
  9002331: {
    error: 'invalid_request',
    text: "Application '{clientId}'({app}) is configured for use by Microsoft Account users only. Please use the /consumers endpoint to serve this request.",
  },
  9002332: {
    error: 'invalid_request',
    text: "Application '{clientId}'({app}) is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.",
  },
  1002012: {
    error: 'invalid_scope',
    text: 'The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
  },
} as const satisfies Record<number, Entry>;

export type AadstsCode = keyof typeof entries;
export type Values = Record<string, string>;

/** A refusal on its way to the page, the redirect or the JSON body that tells it. */
export class AadstsError extends Error {
  override name = 'AadstsError';
  readonly code: number;
  readonly values: Values;
  /** A claims challenge: JSON that the client replays on an interactive request. */
  readonly claims: string | undefined;
  /** OAuth's word, where a flow has another one for this code than the table. */
  readonly error: string | undefined;

  constructor(code: AadstsCode, values: Values = {}, options: { claims?: string; error?: string } = {}) {
    super(`AADSTS${code}`);
    this.code = code;
    this.values = values;
    this.claims = options.claims;
    this.error = options.error;
  }
}

/** A refusal in words, with the ids that a support case asks for. */
export type Refusal = {
  code: number;
  error: string;
  suberror: string | undefined;
  status: number;
  /** `AADSTSnnnnn: …` without the ids. */
  sentence: string;
  /** The same with trace id, correlation id and timestamp, as it goes over the wire. */
  description: string;
  traceId: string;
  correlationId: string;
  timestamp: string;
};

/** Puts a refusal into words. `overrides` are for faults, which may name a code that the table does not have. */
export function explain(
  context: Context,
  request: Request,
  code: number,
  values: Values = {},
  overrides: {
    error?: string | undefined;
    suberror?: string | undefined;
    status?: number;
    message?: string | undefined;
  } = {},
): Refusal {
  const entry: Entry = entries[code as AadstsCode] ?? {
    error: 'invalid_grant',
    text: 'The emulator was asked to fail.',
  };
  const text = (overrides.message ?? entry.text).replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
  const traceId = randomUUID();
  const correlationId = correlationIdOf(request) ?? randomUUID();
  const timestamp = timestampOf(context.now());
  const sentence = `AADSTS${code}: ${text}`;
  return {
    code,
    error: overrides.error ?? entry.error,
    suberror: overrides.suberror ?? entry.suberror,
    status: overrides.status ?? entry.status ?? ((overrides.error ?? entry.error) === 'invalid_client' ? 401 : 400),
    sentence,
    description: `${sentence}\r\nTrace ID: ${traceId}\r\nCorrelation ID: ${correlationId}\r\nTimestamp: ${timestamp}`,
    traceId,
    correlationId,
    timestamp,
  };
}

/** The JSON answer of the token endpoint. */
export function tokenError(
  context: Context,
  request: Request,
  code: number,
  values: Values = {},
  overrides: Parameters<typeof explain>[4] & { claims?: string | undefined } = {},
): Response {
  const refusal = explain(context, request, code, values, overrides);
  const body = {
    error: refusal.error,
    error_description: refusal.description,
    error_codes: [code],
    timestamp: refusal.timestamp,
    trace_id: refusal.traceId,
    correlation_id: refusal.correlationId,
    error_uri: `${new URL(request.url).origin}/error?code=${code}`,
    ...(refusal.suberror !== undefined && { suberror: refusal.suberror }),
    ...(overrides.claims !== undefined && { claims: overrides.claims }),
  };
  return Response.json(body, { status: refusal.status, headers: noStore(refusal.traceId) });
}

/** `2026-11-24 09:00:00Z`, as Entra writes moments. */
export function timestampOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** Headers of every answer of the token endpoint. */
export function noStore(requestId: string): Record<string, string> {
  return { 'cache-control': 'no-store, no-cache', pragma: 'no-cache', 'x-ms-request-id': requestId };
}

function correlationIdOf(request: Request): string | undefined {
  return (
    request.headers.get('client-request-id') ?? new URL(request.url).searchParams.get('client-request-id') ?? undefined
  );
}
