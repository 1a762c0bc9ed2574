import { decodeJwt, errors, jwtVerify, SignJWT } from 'jose';
import { NoResultError } from 'kysely';
import { z } from 'zod';
import { adminConsentUrl, parseAdminConsent } from '../microsoft/entra.ts';
import { toProblem } from '../microsoft/problems.ts';
import { problems } from '../problem.ts';
import { deriveKey } from '../seal.ts';
import { configured, type ConnectionDeps } from './service.ts';

type Deps = Pick<ConnectionDeps, 'apps' | 'dataKeys' | 'now'>;

/** Who asked for an approval, and what is given back to them as it came. */
export type Approval = { returnUri: string; returnState: string | undefined };

const claims = z.object({
  workspaceId: z.string().regex(/^wrk_\w{1,60}$/),
  returnUri: z.string(),
  returnState: z.string().optional(),
});

/**
 * The address at which an administrator approves, for a whole tenant, what people of the workspace are asked for; they
 * are sent back to the application within an hour. Its `state` is signed: nothing has to be kept. The caller has seen
 * that the workspace lists `returnUri`. Throws `meetings_not_configured`.
 */
export async function approvalUrl(deps: Deps, workspaceId: string, approval: Approval): Promise<string> {
  const app = configured(await deps.apps.findForSignIn(workspaceId));
  const seconds = Math.floor(deps.now().getTime() / 1000);
  const state = await new SignJWT({ ...approval, workspaceId })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(seconds + 3600)
    .sign(await keyOf(deps, workspaceId));
  return adminConsentUrl(app, { scopes: app.scopes, state });
}

/** The approval that a `state` was made for; `undefined` for every other one, and after its hour. */
export async function readApproval(deps: Deps, state: string): Promise<Approval | undefined> {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(state)) return undefined;
  try {
    const { workspaceId } = claims.parse(decodeJwt(state));
    const key = await keyOf(deps, workspaceId);
    const { payload } = await jwtVerify(state, key, { algorithms: ['HS256'], currentDate: deps.now() });
    const { returnUri, returnState } = claims.parse(payload);
    return { returnUri, returnState };
  } catch (error) {
    const isNoneOfOurs =
      error instanceof errors.JOSEError || error instanceof z.ZodError || error instanceof NoResultError;
    if (isNoneOfOurs) return undefined; // made up, too old, or of a workspace that is gone
    throw error;
  }
}

/**
 * What Microsoft said about an approval, for the application that asked, in Microsoft's own names. It is a claim that
 * anybody can write into an address: what was granted is seen when somebody signs in.
 */
export function answerOfApproval({ returnState }: Approval, params: URLSearchParams): Record<string, string> {
  const answer = parseAdminConsent(params);
  const state: Record<string, string> = returnState === undefined ? {} : { state: returnState };
  if (answer.kind === 'consented')
    return { admin_consent: 'True', ...(answer.claimedTenant && { tenant: answer.claimedTenant }), ...state };
  const { code } = toProblem(answer.error);
  const { title, remedy } = problems[code];
  return { error: 'access_denied', error_code: code, error_description: `${title}. ${remedy}`, ...state };
}

async function keyOf({ dataKeys }: Pick<Deps, 'dataKeys'>, workspaceId: string) {
  return deriveKey(await dataKeys(workspaceId), 'Connection.Approval.v1');
}
