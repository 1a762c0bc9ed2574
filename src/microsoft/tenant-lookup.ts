import { TokenError } from './token-error.ts';

const timeoutMs = 5_000;

/**
 * Whether a tenant has this domain: only then is there metadata under its name (OpenID Connect Discovery). Throws
 * `TokenError` when Entra does not say.
 */
export async function hasTenant(
  deps: { fetch: typeof fetch },
  { authority, domain }: { authority: string; domain: string },
): Promise<boolean> {
  const url = `${authority.replace(/\/$/, '')}/${encodeURIComponent(domain)}/v2.0/.well-known/openid-configuration`;
  const response = await deps
    .fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
    .catch((cause: unknown) => {
      throw new TokenError({ status: 0, leg: 'metadata', error: 'network_error', cause });
    });
  await response.body?.cancel();
  if (response.ok) return true;
  // AADSTS90002: there is no such tenant.
  if (response.status === 400 || response.status === 404) return false;
  throw new TokenError({ status: response.status, leg: 'metadata', error: 'unreadable_answer' });
}
