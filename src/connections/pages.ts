import { Hono } from 'hono';
import { html } from 'hono/html';
import { mayDo, type Principal } from '../access/principal.ts';
import { pageHeaders, type Html } from '../http/pages.ts';
import { asProblem } from '../http/problems.ts';
import type { ApiContext, Env } from '../http/router.ts';
import type { Log } from '../log.ts';
import { Problem, problems, type ProblemCode } from '../problem.ts';
import { findConsentRequest, finishConsent, type ConsentRequest } from '../tenants/consent.ts';
import { callbackPaths } from '../registrations/registration.ts';
import type { TenantDeps } from '../tenants/service.ts';
import {
  approvalLink,
  messagePage,
  sharedConsentPage,
  supportDetails,
  tenantConsentPage,
  unknownConsentPage,
} from './consent-views.ts';
import { findLinkOfState } from './attempts.ts';
import { answerOfApproval, readApproval } from './approval.ts';
import { addressOf, answerLink, type LinkAnswers } from './link-pages.ts';
import { refusalOfTabConsent, tabOfConsent } from './on-behalf-of.ts';
import { finishConnecting, sharedConsentState, shareableConsentUrl, type ConnectionDeps } from './service.ts';

type Deps = ConnectionDeps &
  TenantDeps & {
    log: Log;
    publicUrl: string;
    linkAnswers: LinkAnswers;
    findPrincipal: (c: ApiContext) => Promise<Principal | undefined>;
  };

/** Where Microsoft sends the browser back to: the callbacks, and what went wrong there in plain words. */
export function callbackPages(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  const takeCallback = async (c: ApiContext) => {
    const params = new URL(c.req.url).searchParams;
    try {
      return await takeAnswer(deps, c, params);
    } catch (error) {
      const problem = asProblem(error);
      deps.log.warn(
        { code: problem.code, provider: problem.provider, ...(problem.code === 'internal_error' && { err: error }) },
        'connecting failed',
      );
      return c.html(failed(problem, await consentLink(deps, c, problem.code)), problems[problem.code].status);
    }
  };
  for (const path of callbackPaths) app.get(path, pageHeaders, takeCallback);
  return app;
}

/** The state says what an answer belongs to: a consent for a tenant, the shared link, or somebody's own sign-in. */
async function takeAnswer(deps: Deps, c: ApiContext, params: URLSearchParams): Promise<Response> {
  const state = params.get('state') ?? '';
  if (state === sharedConsentState) {
    const refused = params.has('error') || !params.has('admin_consent');
    return c.html(sharedConsentPage(refused), refused ? 400 : 200);
  }
  const tab = tabOfConsent(state);
  if (tab !== undefined) return endTabConsent(c, tab, params);
  const approval = await readApproval(deps, state);
  if (approval) return c.redirect(addressOf(approval.returnUri, { params: answerOfApproval(approval, params) }), 302);
  const request = await findConsentRequest(deps, state);
  if (request) return takeConsent(deps, c, request, params);
  if (params.has('admin_consent')) {
    deps.log.warn({ code: 'state_mismatch' satisfies ProblemCode }, 'consent not taken');
    return c.html(unknownConsentPage(), problems.state_mismatch.status);
  }
  if ((await findLinkOfState(deps, state)) !== undefined) return answerLink(deps, c, params);
  const principal = await deps.findPrincipal(c);
  if (!principal) throw new Problem('state_mismatch');
  const row = await finishConnecting(deps, principal, params);
  deps.log.info({ connectionId: row.id, tenantId: row.tenant_id }, 'connection stored');
  return c.redirect('/console/microsoft-365/integrations?connected=1', 303);
}

/** The window that the tab in Teams opened: a page of the tab closes it. The opener must stay known for that. */
function endTabConsent(c: ApiContext, appId: string, params: URLSearchParams): Response {
  const refusal = refusalOfTabConsent(params);
  const query = new URLSearchParams({ app: appId, ...(refusal !== undefined && { refusal }) });
  c.header('Cross-Origin-Opener-Policy', 'unsafe-none');
  return c.redirect(`/teams/consented?${query.toString()}`, 303);
}

/** Nobody needs to be signed in: the link is made for an administrator, who often is not a member of the workspace. */
async function takeConsent(
  deps: Deps,
  c: ApiContext,
  request: ConsentRequest,
  params: URLSearchParams,
): Promise<Response> {
  const principal = await deps.findPrincipal(c);
  const outcome = await finishConsent(deps, request, params, principal);
  const { tenant } = outcome;
  const problem = outcome.kind === 'wrong_tenant' ? undefined : outcome.problem;
  deps.log.info(
    { tenantConnectionId: tenant.id, outcome: outcome.kind, code: problem?.code, provider: problem?.provider },
    'consent answered',
  );
  const isManager = principal?.workspaceId === tenant.workspace_id && mayDo(principal, 'manage', 'tenants:write');
  const setupUrl = isManager ? `/console/microsoft-365/setup/${tenant.id}` : undefined;
  if (setupUrl !== undefined && outcome.kind === 'consented') return c.redirect(setupUrl, 303);
  return c.html(tenantConsentPage(outcome, setupUrl), outcome.kind === 'consented' ? 200 : 400);
}

const approvalHelps = new Set<ProblemCode>(['admin_approval_needed', 'consent_missing', 'consent_declined']);

/** The link of the registration that this person signs in through; the server's own for somebody unknown. */
async function consentLink(deps: Deps, c: ApiContext, code: ProblemCode): Promise<string | undefined> {
  if (!approvalHelps.has(code)) return undefined;
  const principal = await deps.findPrincipal(c);
  const app = principal ? await deps.apps.findForSignIn(principal.workspaceId) : deps.apps.deployment;
  return app && shareableConsentUrl({ app });
}

function failed(problem: Problem, consentUrl: string | undefined): Html {
  const row = problems[problem.code];
  return messagePage(
    row.title,
    html`${problem.detail && html`<p>${problem.detail}</p>`}
      <p>${row.remedy}</p>
      ${consentUrl && approvalLink(consentUrl)}
      <p><a class="button" href="/console/microsoft-365/integrations">Back to Integrations</a></p>
      ${problem.provider && supportDetails(problem.provider)}`,
  );
}
