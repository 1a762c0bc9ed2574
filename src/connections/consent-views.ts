import { html } from 'hono/html';
import { layout, type Html } from '../http/pages.ts';
import { problems, type Problem, type ProblemCode } from '../problem.ts';
import type { ConsentOutcome } from '../tenants/consent.ts';
import { permissionsOf, type TenantRow } from '../tenants/tenant.ts';

/** What an administrator reads who followed the shared link, in which nobody's tenant is named. */
export function sharedConsentPage(refused: boolean): Html {
  if (refused)
    return messagePage(
      'Nothing was approved',
      html`<p>${declined}</p>
        ${closing}`,
    );
  const words =
    'Your organization has approved the permissions. The people who asked you can now connect Microsoft Teams.';
  return messagePage(
    'Thank you',
    html`<p>${words}</p>
      ${closing}`,
  );
}

/** What an administrator reads whose link is forged, unknown or too old. */
export function unknownConsentPage(): Html {
  return messagePage(
    'This link is not known here, or has expired',
    html`<p>Parley has changed nothing. Ask the person who sent you the link for a new one.</p>
      ${closing}`,
  );
}

/** What the administrator of a tenant reads. `setupUrl` is for somebody who is signed in and manages the workspace. */
export function tenantConsentPage(outcome: ConsentOutcome, setupUrl: string | undefined): Html {
  const after = setupUrl ? html`<p><a class="button" href="${setupUrl}">Back to the setup guide</a></p>` : closing;
  if (outcome.kind === 'refused') return messagePage('Nothing was approved', refused(outcome.problem, after));
  if (outcome.kind === 'wrong_tenant')
    return messagePage('Approved in the wrong tenant', wrongTenant(outcome.tenant, outcome.claimedTenant, after));
  return messagePage('Thank you', outcome.problem ? claimed(outcome.problem, after) : proven(outcome.tenant, after));
}

const closing = html`<p>You can close this page.</p>`;
const declined = 'The approval was cancelled or refused. You can open the link again at any time.';
const decisions = new Set<ProblemCode>(['consent_declined', 'sign_in_cancelled', 'consent_missing']);

function refused(problem: Problem, after: Html): Html {
  const { title, remedy } = problems[problem.code];
  return html`${decisions.has(problem.code) ? html`<p>${declined}</p>` : html`<p>${title}. ${remedy}</p>`} ${after}
  ${problem.provider && supportDetails(problem.provider)}`;
}

function wrongTenant(tenant: TenantRow, claimedTenant: string, after: Html): Html {
  return html`<p>
      The account that approved belongs to the tenant ${claimedTenant}. Parley is set up for
      ${tenant.tenant_name ?? 'another tenant'} (${tenant.tenant_id}), and has changed nothing.
    </p>
    <p>Open the link again and sign in as an administrator of that tenant.</p>
    ${after}`;
}

function proven(tenant: TenantRow, after: Html): Html {
  const permissions = permissionsOf(tenant);
  const awaited = permissions.filter(({ granted }) => granted === false);
  const tenantName = tenant.tenant_name ?? 'your organization';
  const lead =
    awaited.length === 0
      ? html`<p>Parley has checked it: ${tenantName} has approved everything that was asked for.</p>`
      : html`<p>
          The approval for ${tenantName} has arrived. Microsoft can take some minutes until all of it counts; the people
          who asked you see when it does.
        </p>`;
  return html`${lead}
  ${permissionList(
    'Granted',
    permissions.filter(({ granted }) => granted === true),
  )}
  ${permissionList('Not in effect yet', awaited)} ${after}`;
}

function permissionList(title: string, permissions: { name: string; reasons: string[] }[]): Html | '' {
  if (permissions.length === 0) return '';
  return html`<h2>${title}</h2>
    <ul>
      ${permissions.map(({ name, reasons }) => html`<li><strong>${name}</strong>: ${reasons.join(' ')}</li>`)}
    </ul>`;
}

/** Microsoft says that it was approved, and Parley could not look for itself. */
function claimed(problem: Problem, after: Html): Html {
  return html`<p>Microsoft reports that the permissions were approved.</p>
    <p>${whyUnproven[problem.code] ?? `Parley could not check it yet: ${problems[problem.code].title}.`}</p>
    <p>You need not do anything else: the people who asked you see it in their setup guide.</p>
    ${after}`;
}

const whyUnproven: Partial<Record<ProblemCode, string>> = {
  app_credential_missing:
    'Parley has no credential of the app registration yet. Once one is added, it checks what was granted.',
  app_not_found: 'Microsoft can take some minutes until an approval is known everywhere. Parley checks it again.',
  admin_consent_missing:
    'Microsoft can take some minutes until an approval is known everywhere. Parley checks it again.',
};

/** What somebody needs who may not consent by themselves: the link for whoever may. */
export function approvalLink(consentUrl: string): Html {
  return html`<h2>For your Microsoft 365 administrator</h2>
    <p>Send this link to an administrator of your organization. It shows exactly which permissions are asked for.</p>
    <p><a class="long" href="${consentUrl}">${consentUrl}</a></p>`;
}

/** What Microsoft answered, for a support case. */
export function supportDetails(provider: NonNullable<Problem['provider']>): Html {
  return html`<details>
    <summary>Details for support</summary>
    <p>
      Microsoft answered
      ${provider.code}${provider.requestId && html`, request ${provider.requestId}`}${provider.date && html`, ${provider.date}`}.
    </p>
  </details>`;
}

/** A page with one message, in the frame of all pages that people see without signing in. */
export function messagePage(title: string, content: Html): Html {
  return layout({
    title,
    robots: 'noindex',
    content: html`<main class="message">
      <h1>${title}</h1>
      ${content}
    </main>`,
  });
}
