import { Hono } from 'hono';
import { html } from 'hono/html';
import type { Principal } from '../access/principal.ts';
import { layout, pageHeaders, type Html } from '../http/pages.ts';
import { asProblem } from '../http/problems.ts';
import type { ApiContext, Env } from '../http/router.ts';
import type { Log } from '../log.ts';
import { Problem, problems, type ProblemCode } from '../problem.ts';
import { finishConnecting, sharedConsentState, shareableConsentUrl, type ConnectionDeps } from './service.ts';

type Deps = ConnectionDeps & { log: Log; findPrincipal: (c: ApiContext) => Promise<Principal | undefined> };

/** Where Microsoft sends the browser back to: `/api/teams/callback`, and what went wrong there in plain words. */
export function callbackPages(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.use('/api/teams/*', pageHeaders);
  app.get('/api/teams/callback', async (c) => {
    const params = new URL(c.req.url).searchParams;
    if (isAdminConsent(params)) {
      const refused = params.has('error') || !params.has('admin_consent');
      return c.html(adminConsented(refused), refused ? 400 : 200);
    }
    try {
      const principal = await deps.findPrincipal(c);
      if (!principal) throw new Problem('state_mismatch');
      const row = await finishConnecting(deps, principal, params);
      deps.log.info({ connectionId: row.id, tenantId: row.tenant_id }, 'connection stored');
      return c.redirect('/console/microsoft-365/integrations?connected=1', 303);
    } catch (error) {
      const problem = asProblem(error);
      deps.log.warn(
        { code: problem.code, provider: problem.provider, ...(problem.code === 'internal_error' && { err: error }) },
        'connecting failed',
      );
      return c.html(failed(problem, consentLink(deps, problem.code)), problems[problem.code].status);
    }
  });
  return app;
}

/**
 * The shared admin-consent link comes back here too, in the administrator's browser, where nobody needs to be signed in.
 * A refusal does not always carry `admin_consent`; the link's own state does not start a connection.
 */
function isAdminConsent(params: URLSearchParams): boolean {
  return params.has('admin_consent') || params.get('state') === sharedConsentState;
}

/** What Microsoft says here is not trusted for anything: the page only tells the administrator what to do next. */
function adminConsented(refused: boolean): Html {
  const [title, words] = refused
    ? ['Nothing was approved', 'The approval was cancelled or refused. You can open the link again at any time.']
    : [
        'Thank you',
        'Your organization has approved the permissions. The people who asked you can now connect Microsoft Teams.',
      ];
  return page(
    title,
    html`<h1>${title}</h1>
      <p>${words}</p>
      <p>You can close this page.</p>`,
  );
}

const approvalHelps = new Set<ProblemCode>(['admin_approval_needed', 'consent_missing', 'consent_declined']);

function consentLink(deps: Deps, code: ProblemCode): string | undefined {
  return deps.app && approvalHelps.has(code) ? shareableConsentUrl(deps) : undefined;
}

function failed(problem: Problem, consentUrl: string | undefined): Html {
  const row = problems[problem.code];
  return page(
    row.title,
    html`<h1>${row.title}</h1>
      ${problem.detail && html`<p>${problem.detail}</p>`}
      <p>${row.remedy}</p>
      ${
        consentUrl &&
        html`<h2>For your Microsoft 365 administrator</h2>
          <p>
            Send this link to an administrator of your organization. It shows exactly which permissions are asked for.
          </p>
          <p><a class="long" href="${consentUrl}">${consentUrl}</a></p>`
      }
      <p><a class="button" href="/console/microsoft-365/integrations">Back to Integrations</a></p>
      ${problem.provider && details(problem.provider)}`,
  );
}

function details(provider: NonNullable<Problem['provider']>): Html {
  return html`<details>
    <summary>Details for support</summary>
    <p>
      Microsoft answered
      ${provider.code}${provider.requestId && html`, request ${provider.requestId}`}${provider.date && html`, ${provider.date}`}.
    </p>
  </details>`;
}

function page(title: string, content: Html): Html {
  return layout({ title, robots: 'noindex', content: html`<main class="message">${content}</main>` });
}
