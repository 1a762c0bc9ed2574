import type { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { Tenant } from '../directory.ts';
import { htmlPage } from '../page.ts';
import type { Html } from '../page.ts';
import type { ChangeInSight } from '../policies/propagation.ts';
import { documentedCmdlets, runScript } from '../powershell/run-script.ts';
import { policyState, tenantNamed } from './administration.ts';
import { quickForms } from './quick-forms.ts';

const scriptSchema = z.strictObject({
  /** Id or domain. */
  tenantId: z.string(),
  script: z.string(),
});

/** `/control/powershell`: a window for the scripts that administrators are given, as a page and as JSON. */
export function addPowerShell(app: Hono, context: Context): void {
  app.get('/control/powershell', (c) =>
    powerShellPage(context, { tenantId: c.req.query('tenantId') ?? '', script: '' }),
  );
  app.post('/control/powershell', async (c) => {
    const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
    const text = await c.req.text();
    const given: unknown = isForm ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
    const { tenantId, script } = scriptSchema.parse(given);
    const tenant = tenantNamed(context, tenantId);
    const result = runScript(context, { tenantId: tenant.id, script });
    return isForm ? powerShellPage(context, { tenantId: tenant.id, script, result }) : c.json(result);
  });
}

async function powerShellPage(
  context: Context,
  shown: { tenantId: string; script: string; result?: { output: string; error?: string } },
): Promise<Response> {
  const tenants = [...context.directory.tenants.values()].filter(({ kind }) => kind === 'work');
  const tenant =
    tenants.find(({ id, domains }) => id === shown.tenantId || domains.includes(shown.tenantId)) ?? tenants[0];
  return htmlPage({
    title: 'PowerShell',
    wide: true,
    body: html`<h1>PowerShell</h1>
      <nav class="jump" aria-label="Tenants">
        <a href="/control">Control</a>
        ${tenants.map(
          ({ id, displayName }) =>
            html`<a href="/control/powershell?tenantId=${id}" ${id === tenant?.id ? html`aria-current="page"` : ''}
              >${displayName}</a
            >`,
        )}
      </nav>
      ${tenant === undefined ? html`<p>There is no tenant.</p>` : tenantBody(context, tenant, shown)}`,
  });
}

function tenantBody(
  context: Context,
  tenant: Tenant,
  { script, result }: { script: string; result?: { output: string; error?: string } },
): Html {
  const state = policyState(context, tenant);
  return html`<section class="card" aria-labelledby="script-heading">
      <h2 id="script-heading">Script for ${tenant.displayName}</h2>
      <form method="post" action="/control/powershell">
        <input type="hidden" name="tenantId" value="${tenant.id}" />
        <label
          >Paste what your instructions say
          <textarea name="script" rows="12" spellcheck="false" style="min-height:14rem">${script}</textarea>
        </label>
        <p><button class="primary">Run</button></p>
      </form>
      ${result === undefined ? understood() : outcome(result)}
    </section>
    <section class="card" aria-labelledby="teams-heading">
      <h2 id="teams-heading">Application access policies of Teams</h2>
      ${quickForms(context, tenant)} ${changes(state.teams.changes)}
    </section>
    <section class="card" aria-labelledby="exchange-heading">
      <h2 id="exchange-heading">Mailboxes that apps may open</h2>
      ${scopes(context, state.exchange)} ${changes(state.exchange.changes)}
    </section>`;
}

function outcome({ output, error }: { output: string; error?: string }): Html {
  const style = 'white-space:pre;display:block;overflow-x:auto';
  return html`<div role="status">
    ${output === '' && error === undefined ? html`<p class="good">Done. There is nothing to say.</p>` : ''}
    ${output === '' ? '' : html`<code style="${style}">${output}</code>`}
    ${error === undefined ? '' : html`<p class="bad"><code style="white-space:pre-wrap">${error}</code></p>`}
  </div>`;
}

function understood(): Html {
  return html`<details>
    <summary>What this window understands</summary>
    <p>
      Variables, strings, lists, hash tables, <code>if</code>, <code>foreach</code>, <code>try</code>, pipelines, and
      these commands:
    </p>
    ${Object.entries(documentedCmdlets).map(
      ([subject, names]) =>
        html`<p class="small"><b>${subject}</b> ${names.map((name) => html`<code>${name}</code> `)}</p>`,
    )}
  </details>`;
}

function scopes(context: Context, state: ReturnType<typeof policyState>['exchange']): Html {
  const groupName = (id: string) => context.directory.groups.get(id)?.displayName ?? id;
  const rows = [
    ...state.accessPolicies.map((one) => [one.accessRight, one.appId, groupName(one.groupId)]),
    ...state.assignments.map(({ role, principalId, scope }) => {
      const where = scope === null ? 'every mailbox' : scope.kind === 'group' ? groupName(scope.groupId) : scope.name;
      return [role, principalId, where];
    }),
  ];
  if (rows.length === 0)
    return html`<p class="quiet">Nothing is scoped: what Entra granted counts for every mailbox.</p>`;
  return html`<div class="scroll">
    <table>
      <tr>
        <th scope="col">Right</th>
        <th scope="col">App</th>
        <th scope="col">Mailboxes</th>
      </tr>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.map((cell) => html`<td>${cell}</td>`)}
          </tr>`,
      )}
    </table>
  </div>`;
}

function changes(all: ChangeInSight[]): Html {
  if (all.length === 0) return html`<p class="quiet">Nothing was changed yet.</p>`;
  const time = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
  return html`<h3>Changes</h3>
    <div class="scroll">
      <table>
        <tr>
          <th scope="col">Made (UTC)</th>
          <th scope="col">What</th>
          <th scope="col">State</th>
        </tr>
        ${all.slice(0, 20).map(
          ({ at, what, takesEffectAt, inEffect }) =>
            html`<tr>
              <td>${time(at)}</td>
              <td>${what}</td>
              <td class="${inEffect ? 'good' : 'warn'}">
                ${inEffect ? 'In effect' : `Takes effect at ${time(takesEffectAt)}`}
              </td>
            </tr>`,
        )}
      </table>
    </div>`;
}
