import type { z } from 'zod';
import { credentialForm, type AppCredential } from './credential.ts';
import { retryAfterMs } from './retry-after.ts';
import { parseTokenError, TokenError, type Leg } from './token-error.ts';
import { tokenAnswer } from './wire.ts';

export type EntraDeps = { fetch: typeof fetch; now: () => Date };

/** Who asks for tokens, and where. */
export type TokenClient = {
  /** `https://login.microsoftonline.com`, a national cloud, or a stand-in. */
  authority: string;
  tenant: string;
  clientId: string;
  credential: AppCredential;
};

const TIMEOUT_MS = 20_000;

type Granting = Exclude<Leg, 'authorize' | 'metadata'>;

/** RFC 6749; for the last one RFC 7523, section 2.1, and Entra docs: “On-Behalf-Of flow”. */
const grantTypes: Record<Granting, string> = {
  authorization_code: 'authorization_code',
  refresh_token: 'refresh_token',
  client_credentials: 'client_credentials',
  on_behalf_of: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
};

/** One request to the token endpoint, once. Every refusal, and every answer that is none, is a `TokenError`. */
export async function requestToken(
  deps: EntraDeps,
  client: TokenClient,
  p: { leg: Granting; form: Record<string, string>; signal: AbortSignal | undefined },
): Promise<z.infer<typeof tokenAnswer> & { expiresAt: Date }> {
  const tokenUrl = `${tenantUrl(client)}/oauth2/v2.0/token`;
  const body = new URLSearchParams({
    grant_type: grantTypes[p.leg],
    client_id: client.clientId,
    ...(await credentialForm(deps, { ...client, tokenUrl })),
    ...p.form,
  });
  const { response, json } = await post(deps, tokenUrl, body, p);
  const answer = response.ok ? tokenAnswer.safeParse(json).data : undefined;
  if (!answer) throw refusal(deps, response, json, p.leg);
  return { ...answer, expiresAt: new Date(deps.now().getTime() + answer.expires_in * 1000) };
}

/** The address of a tenant, or of `common` and its like, at its authority; without a slash at the end. */
export function tenantUrl({ authority, tenant }: { authority: string; tenant: string }): string {
  return `${authority.replace(/\/$/, '')}/${encodeURIComponent(tenant)}`;
}

async function post(
  deps: EntraDeps,
  url: string,
  body: URLSearchParams,
  { leg, signal }: { leg: Leg; signal: AbortSignal | undefined },
) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await deps.fetch(url, {
      method: 'POST',
      body,
      headers: { accept: 'application/json', 'client-request-id': crypto.randomUUID() },
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return { response, json: parseJson(await response.text()) };
  } catch (cause) {
    const timedOut = cause instanceof Error && (cause.name === 'TimeoutError' || cause.name === 'AbortError');
    throw new TokenError({ status: 0, leg, error: timedOut ? 'timeout' : 'network_error', cause });
  }
}

function refusal(deps: EntraDeps, response: Response, json: unknown, leg: Leg): TokenError {
  const body = typeof json === 'object' && json !== null ? { ...json } : {};
  const answer = { status: response.status, leg, retryAfterMs: retryAfterMs(response.headers, deps.now()) };
  if ('error' in body) return parseTokenError({ ...answer, body });
  return new TokenError({ ...answer, error: 'unreadable_answer' });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
