import { z } from '@hono/zod-openapi';
import { Hono } from 'hono';
import type { Kysely } from 'kysely';
import { getWorkspace } from '../../access/workspace.ts';
import { approvalUrl } from '../../connections/approval.ts';
import { addressOf, browserOf, withWords } from '../../connections/link-pages.ts';
import { startWithoutLink } from '../../connections/links.ts';
import type { ConnectionDeps } from '../../connections/service.ts';
import type { Database } from '../../database/schema.ts';
import { pageHeaders } from '../../http/pages.ts';
import { asProblem } from '../../http/problems.ts';
import { isPlain, longText, singleLine, type ApiContext, type Env } from '../../http/router.ts';
import type { Log } from '../../log.ts';
import { Problem, type ProblemCode } from '../../problem.ts';
import { findSignInRegistration } from '../../registrations/sign-in.ts';
import { messageOf } from './errors.ts';
import { scopeList } from './fields.ts';
import { isChallenge } from './pkce.ts';
import { checked } from './read-input.ts';

type Deps = ConnectionDeps & { log: Log; publicUrl: string };

const noPlain = 'Use S256: with “plain”, whoever sees this address could redeem the code.';

const authQuery = z
  .object({
    response_type: z.enum(['code', 'adminconsent'], { error: 'Use “code” or “adminconsent”.' }),
    provider: z.literal('microsoft', { error: 'Parley connects Microsoft alone.' }).optional(),
    state: longText(256).optional(),
    login_hint: singleLine(320).optional(),
    scope: z
      .string()
      .max(4000)
      .transform((text) => text.split(/\s+/).filter(Boolean))
      .pipe(scopeList)
      .optional(),
    prompt: z.string().optional(),
    access_type: z.enum(['online', 'offline'], { error: 'Use “online” or “offline”.' }).default('online'),
    code_challenge: z.string().refine(isChallenge, 'This is no SHA-256 in Base64.').optional(),
    code_challenge_method: z
      .string()
      .regex(/^s256$/i, noPlain)
      .optional(),
    credential_id: z.string().optional(),
  })
  .refine(({ code_challenge: challenge, code_challenge_method: method }) => !challenge || method !== undefined, {
    path: ['code_challenge_method'],
    message: noPlain,
  });
type AuthQuery = z.infer<typeof authQuery>;

/**
 * `GET /v3/connect/auth`: where an application sends the browser of somebody who is to connect, or of an administrator
 * who is to approve. To whom an answer may go has to be certain first; what is wrong until then is told on a page.
 */
export function authRoutes(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.use('/v3/connect/auth', pageHeaders);
  app.get('/v3/connect/auth', (c) =>
    withWords(deps, c, async () => {
      const { client_id: clientId = '', redirect_uri: returnUri = '', ...query } = c.req.query();
      await requireReturnUri(deps, clientId, returnUri);
      try {
        return await answer(deps, c, { workspaceId: clientId, returnUri, query });
      } catch (error) {
        const problem = asProblem(error);
        if (problem.code === 'internal_error') throw error;
        deps.log.info({ code: problem.code }, 'authorization refused');
        return c.redirect(addressOf(returnUri, { params: refusal(problem, query['state']) }), 302);
      }
    }),
  );
  return app;
}

type Asked = { workspaceId: string; returnUri: string; query: Record<string, string> };

async function answer(deps: Deps, c: ApiContext, { workspaceId, returnUri, query }: Asked): Promise<Response> {
  const asked = checked(authQuery, query);
  if (asked.credential_id !== undefined) await requireCredential(deps, workspaceId, asked.credential_id);
  if (asked.response_type === 'adminconsent')
    return c.redirect(await approvalUrl(deps, workspaceId, { returnUri, returnState: asked.state }), 302);
  const url = await startWithoutLink(deps, workspaceId, {
    browser: browserOf(c, deps.publicUrl),
    returnUri,
    answer: 'code',
    ...wishes(asked),
  });
  return c.redirect(url, 302);
}

/** Words of Nylas for `prompt` that choose among its providers mean nothing where there is one. */
function wishes(asked: AuthQuery) {
  return {
    returnState: asked.state,
    loginHint: asked.login_hint,
    scopes: asked.scope,
    codeChallenge: asked.code_challenge,
    offline: asked.access_type === 'offline',
    ...(/\bselect_account\b/.test(asked.prompt ?? '') && { prompt: 'select_account' as const }),
  };
}

/** Throws `not_found` for an unknown client, and `return_uri_not_allowed`. */
async function requireReturnUri(deps: { db: Kysely<Database> }, clientId: string, returnUri: string): Promise<void> {
  if (!isPlain(clientId)) throw new Problem('not_found');
  const { return_uris: listed } = await getWorkspace(deps, clientId);
  if (!listed.includes(returnUri)) throw new Problem('return_uri_not_allowed');
}

/** Parley chooses among the credentials of the one app by itself; one of another app would be another app. */
async function requireCredential(deps: Deps, workspaceId: string, credentialId: string): Promise<void> {
  const registration = await findSignInRegistration(deps, workspaceId);
  if (registration?.credentials.some(({ id }) => id === credentialId)) return;
  const detail = 'There is no such credential.';
  throw new Problem('invalid_request', { errors: [{ pointer: '/credential_id', detail }] });
}

const ofTheRequest = new Set<ProblemCode>(['invalid_request', 'return_uri_not_allowed']);

/** RFC 6749, section 4.1.2.1. */
function refusal(problem: Problem, state: string | undefined): Record<string, string> {
  return {
    error: ofTheRequest.has(problem.code) ? 'invalid_request' : 'server_error',
    error_code: problem.code,
    error_description: messageOf(problem),
    ...(state !== undefined && { state }),
  };
}
