import type { Context } from '../context.ts';
import { PERSONAL_TENANT_ID } from '../directory.ts';
import { AadstsError } from './aadsts.ts';
import { readAuthority } from './tenants.ts';

/** The OpenID Connect metadata of a tenant; on the aliases the issuer is a template that holds `{tenantid}`. */
export function openIdConfiguration(context: Context, segment: string, origin: string): Record<string, unknown> {
  const base = `${origin}/${segment}`;
  return {
    token_endpoint: `${base}/oauth2/v2.0/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: `${origin}/${issuerTenant(context, segment)}/v2.0`,
    request_uri_parameter_supported: false,
    userinfo_endpoint: `${context.origins.graph}/oidc/userinfo`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    claims_supported:
      'sub iss aud exp iat auth_time acr nonce preferred_username name tid ver at_hash c_hash email'.split(' '),
    tenant_region_scope: null,
    cloud_instance_name: new URL(origin).host,
    msgraph_host: new URL(context.origins.graph).host,
  };
}

/** What MSAL asks before it trusts an authority host. */
export function instanceDiscovery(endpoint: string | undefined, origin: string): Record<string, unknown> {
  const { host } = new URL(origin);
  if (endpoint === undefined || !URL.canParse(endpoint) || new URL(endpoint).host !== host)
    throw new AadstsError(50049);
  return {
    tenant_discovery_endpoint: endpoint.replace(
      /\/oauth2\/v2\.0\/authorize$/,
      '/v2.0/.well-known/openid-configuration',
    ),
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

/** The key with which ID tokens are signed, as a JWK set. */
export function keySet(context: Context, segment: string, origin: string): Record<string, unknown> {
  const issuer = `${origin}/${issuerTenant(context, segment)}/v2.0`;
  return { keys: [{ ...context.keys.publicJwk, issuer }] };
}

function issuerTenant(context: Context, segment: string): string {
  const authority = readAuthority(context, segment);
  if (authority.kind === 'tenant') return authority.tenant.id;
  return authority.kind === 'consumers' ? PERSONAL_TENANT_ID : '{tenantid}';
}
