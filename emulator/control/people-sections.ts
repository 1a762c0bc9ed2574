import { html } from 'hono/html';
import type { Context } from '../context.ts';
import type { Html } from '../page.ts';

/** The people, with what can be changed about each. */
export function peopleSection(context: Context): Html {
  const users = [...context.directory.users.values()];
  const set = (id: string, name: string, value: string | boolean, words: string) =>
    html`<form method="post" action="/control/forms/user">
      <input type="hidden" name="id" value="${id}" /><button name="${name}" value="${String(value)}">${words}</button>
    </form>`;
  return html`<div class="scroll">
    <table>
      <tr>
        <th scope="col">Person</th>
        <th scope="col">Account</th>
        <th scope="col">Teams licence</th>
        <th scope="col">Teams Premium</th>
        <th scope="col">Recording</th>
        <th scope="col">Mailbox</th>
        <th scope="col">Conditional access</th>
        <th scope="col">Sessions</th>
      </tr>
      ${users.map(
        (user) =>
          html`<tr>
            <td>
              <b>${user.displayName}</b
              >${user.isAdmin ? ' · administrator' : ''}${user.userType === 'Guest' ? ' · guest' : ''} <br /><span
                class="quiet small"
                >${user.userPrincipalName}<br />${user.id}</span
              >
            </td>
            <td>
              ${state(user.accountEnabled, 'Enabled', 'Disabled')}
              ${set(user.id, 'accountEnabled', !user.accountEnabled, user.accountEnabled ? 'Disable' : 'Enable')}
            </td>
            <td>
              ${state(user.teamsLicence, 'Yes', 'No')}
              ${set(user.id, 'teamsLicence', !user.teamsLicence, user.teamsLicence ? 'Take away' : 'Give')}
            </td>
            <td>
              ${state(user.teamsPremium, 'Yes', 'No')}
              ${set(user.id, 'teamsPremium', !user.teamsPremium, user.teamsPremium ? 'Take away' : 'Give')}
            </td>
            <td>
              ${state(user.meetingPolicy.recording, 'Allowed', 'Forbidden')}
              ${set(user.id, 'mayRecord', !user.meetingPolicy.recording, user.meetingPolicy.recording ? 'Forbid' : 'Allow')}
            </td>
            <td>
              ${state(user.mailbox !== null, user.mailbox?.timeZone ?? '', 'None')}
              ${set(user.id, 'mailbox', user.mailbox === null, user.mailbox === null ? 'Give' : 'Take away')}
            </td>
            <td>
              ${{ none: 'None', mfa: 'Second factor', blocked: 'Blocked' }[user.conditionalAccess]}
              ${(['none', 'mfa', 'blocked'] as const)
                .filter((value) => value !== user.conditionalAccess)
                .map((value) =>
                  set(
                    user.id,
                    'conditionalAccess',
                    value,
                    { none: 'Clear', mfa: 'Ask second factor', blocked: 'Block' }[value],
                  ),
                )}
            </td>
            <td>
              <form method="post" action="/control/forms/revoke-sessions">
                <input type="hidden" name="id" value="${user.id}" /><button>Revoke</button>
              </form>
            </td>
          </tr>`,
      )}
    </table>
  </div>`;
}

/** The tenants, and whether their users may consent. */
export function tenantsSection(context: Context): Html {
  return html`<div class="scroll">
    <table>
      <tr>
        <th scope="col">Tenant</th>
        <th scope="col">Id</th>
        <th scope="col">Users may consent to apps</th>
      </tr>
      ${[...context.directory.tenants.values()].map(
        (tenant) =>
          html`<tr>
            <td><b>${tenant.displayName}</b><br /><span class="quiet small">${tenant.domains.join(', ')}</span></td>
            <td><code>${tenant.id}</code></td>
            <td>
              ${state(tenant.userConsentAllowed, 'Yes', 'No')}
              <form method="post" action="/control/forms/tenant">
                <input type="hidden" name="id" value="${tenant.id}" />
                <button name="userConsentAllowed" value="${String(!tenant.userConsentAllowed)}">
                  ${tenant.userConsentAllowed ? 'Forbid' : 'Allow'}
                </button>
              </form>
            </td>
          </tr>`,
      )}
    </table>
  </div>`;
}

/** Who allowed which app what. */
export function grantsSection(context: Context): Html {
  const { directory } = context;
  const appName = (clientId: string) => directory.apps.get(clientId)?.displayName ?? clientId;
  const tenantName = (id: string) => directory.tenants.get(id)?.displayName ?? id;
  const revoke = (holder: { clientId: string; tenantId: string }, userId: string | null) =>
    html`<form method="post" action="/control/forms/revoke-grants">
      <input type="hidden" name="clientId" value="${holder.clientId}" />
      <input type="hidden" name="tenantId" value="${holder.tenantId}" />
      <input type="hidden" name="userId" value="${userId ?? ''}" />
      <button>${userId === null ? 'Revoke all of this app in the tenant' : 'Revoke'}</button>
    </form>`;
  const roles = [...directory.servicePrincipals.values()].filter(({ appRoles }) => appRoles.length > 0);
  if (directory.grants.length === 0 && roles.length === 0) return html`<p class="quiet">Nobody has consented yet.</p>`;
  return html`<div class="scroll">
    <table>
      <tr>
        <th scope="col">App</th>
        <th scope="col">For</th>
        <th scope="col">Permissions</th>
        <td></td>
      </tr>
      ${directory.grants.map(
        (grant) =>
          html`<tr>
            <td>${appName(grant.clientId)}</td>
            <td>
              ${
                grant.userId === null
                  ? `Everybody in ${tenantName(grant.tenantId)}`
                  : directory.users.get(grant.userId)?.displayName
              }
            </td>
            <td>${grant.scopes.join(' ')}</td>
            <td>${revoke(grant, grant.userId)}</td>
          </tr>`,
      )}
      ${roles.map(
        (principal) =>
          html`<tr>
            <td>${appName(principal.clientId)}</td>
            <td>The app itself in ${tenantName(principal.tenantId)}</td>
            <td>${principal.appRoles.join(' ')}</td>
            <td>${revoke(principal, null)}</td>
          </tr>`,
      )}
    </table>
  </div>`;
}

function state(isGood: boolean, good: string, bad: string): Html {
  return isGood ? html`<span class="good">${good}</span>` : html`<span class="bad">${bad}</span>`;
}
