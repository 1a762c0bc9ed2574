import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { findUser } from '../directory.ts';
import type { Tenant } from '../directory.ts';
import type { Html } from '../page.ts';
import { inForce } from '../policies/propagation.ts';
import type { Assignee } from '../policies/teams-policies.ts';
import {
  assignTeamsPolicy,
  changeTeamsPolicies,
  findTeamsPolicy,
  policyFor,
  teamsPoliciesOf,
} from '../policies/teams-policies.ts';
import { tenantNamed } from './administration.ts';
import { NotFound } from './changes.ts';

/** Who has which policy, and the means to grant and revoke one with a click. */
export function quickForms(context: Context, tenant: Tenant): Html {
  const state = teamsPoliciesOf(context, tenant.id);
  const runtime = inForce(state, context.now(), context.switches.teamsPolicyDelayMs);
  const users = [...context.directory.users.values()].filter(({ tenantId }) => tenantId === tenant.id);
  return html`${state.current.policies.map(
      ({ name, appIds, description }) =>
        html`<p><b>Tag:${name}</b> ${description} <span class="quiet small">for ${appIds.join(', ')}</span></p>`,
    )}
    ${newPolicyForm(context, tenant)} ${grantForm(context, tenant)}
    <div class="scroll">
      <table>
        <tr>
          <th scope="col">Person</th>
          <th scope="col">Own policy</th>
          <th scope="col">Counts for meetings now</th>
          <td></td>
        </tr>
        ${users.map((user) => {
          const own = state.current.users[user.id];
          const counts = policyFor(context, runtime, user)?.name;
          return html`<tr>
            <td>${user.displayName}<br /><span class="quiet small">${user.userPrincipalName}</span></td>
            <td>${own === undefined ? '' : `Tag:${own}`}</td>
            <td class="${counts === undefined ? 'bad' : 'good'}">${counts === undefined ? 'None' : `Tag:${counts}`}</td>
            <td>${own === undefined ? '' : revokeForm(tenant, `user:${user.id}`)}</td>
          </tr>`;
        })}
        ${state.current.groups.map(
          ({ groupId, policyName, rank }) =>
            html`<tr>
              <td>Group ${context.directory.groups.get(groupId)?.displayName ?? groupId}</td>
              <td>Tag:${policyName}, rank ${rank}</td>
              <td class="quiet">${context.switches.groupPolicies}</td>
              <td>${revokeForm(tenant, `group:${groupId}`)}</td>
            </tr>`,
        )}
        ${
          state.current.global === null
            ? ''
            : html`<tr>
                <td>Everybody without one</td>
                <td>Tag:${state.current.global}</td>
                <td></td>
                <td>${revokeForm(tenant, 'global:')}</td>
              </tr>`
        }
      </table>
    </div>`;
}

/** Creates a policy for one app. */
export function createPolicy(context: Context, fields: Record<string, string>): void {
  const tenant = tenantNamed(context, fields['tenantId'] ?? '');
  const name = (fields['name'] ?? '').replace(/^tag:/i, '').trim();
  const known = findTeamsPolicy(teamsPoliciesOf(context, tenant.id).current, name);
  if (name === '' || known !== undefined) throw new Error(`Tag:${name} is there already, or has no name`);
  changeTeamsPolicies(context, tenant.id, `Create ${name}`, (state) =>
    state.policies.push({ name, appIds: [fields['clientId'] ?? ''], description: '' }),
  );
}

/** Grants the policy that `policy` names, or takes it away when it is empty. `target` is `user:id`, `group:id` or `global:`. */
export function grantPolicy(context: Context, fields: Record<string, string>): void {
  const tenant = tenantNamed(context, fields['tenantId'] ?? '');
  const name = fields['policy'] ?? '';
  const policy = name === '' ? null : findTeamsPolicy(teamsPoliciesOf(context, tenant.id).current, name);
  if (policy === undefined) throw new NotFound(`No policy ${name}`);
  assignTeamsPolicy(context, tenant.id, policy, assigneeOf(context, tenant, fields['target'] ?? ''));
}

function assigneeOf(context: Context, tenant: Tenant, target: string): Assignee {
  const [kind, id = ''] = target.split(':');
  if (kind === 'global') return { kind };
  if (kind === 'group' && context.directory.groups.get(id)?.tenantId === tenant.id) return { kind, id };
  const user = kind === 'user' ? findUser(context.directory, id, tenant.id) : undefined;
  if (user === undefined) throw new NotFound(`Nobody ${target}`);
  return { kind: 'user', id: user.id };
}

function newPolicyForm(context: Context, { id }: Tenant): Html {
  return html`<form class="row" method="post" action="/control/forms/teams-policy">
    <input type="hidden" name="tenantId" value="${id}" />
    <label>New policy <input name="name" placeholder="Tag:Parley" required /></label>
    <label
      >for
      <select name="clientId">
        ${[...context.directory.apps.values()].map(
          (app) => html`<option value="${app.clientId}">${app.displayName}</option>`,
        )}
      </select></label
    >
    <button>Create</button>
  </form>`;
}

function grantForm(context: Context, { id }: Tenant): Html {
  const { policies } = teamsPoliciesOf(context, id).current;
  if (policies.length === 0)
    return html`<p class="quiet">There is no policy yet: apps may not make meetings on their own.</p>`;
  const isHere = ({ tenantId }: { tenantId: string }) => tenantId === id;
  return html`<form class="row" method="post" action="/control/forms/teams-grant">
    <input type="hidden" name="tenantId" value="${id}" />
    <label
      >Grant
      <select name="policy">
        ${policies.map(({ name }) => html`<option value="${name}">Tag:${name}</option>`)}
      </select></label
    >
    <label
      >to
      <select name="target">
        ${[...context.directory.users.values()]
          .filter(isHere)
          .map(
            (user) => html`<option value="user:${user.id}">${user.displayName} (${user.userPrincipalName})</option>`,
          )}
        ${[...context.directory.groups.values()]
          .filter(isHere)
          .map((group) => html`<option value="group:${group.id}">Group ${group.displayName}</option>`)}
        <option value="global:">Everybody without one</option>
      </select></label
    >
    <button>Grant</button>
  </form>`;
}

function revokeForm({ id }: Tenant, target: string): Html {
  return html`<form method="post" action="/control/forms/teams-grant">
    <input type="hidden" name="tenantId" value="${id}" /><input type="hidden" name="policy" value="" />
    <button name="target" value="${target}">Revoke</button>
  </form>`;
}
