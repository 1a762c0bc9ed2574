import { html } from 'hono/html';
import type { Context } from '../context.ts';
import type { AppRegistration } from '../directory.ts';
import type { Html } from '../page.ts';

const audiences: Record<AppRegistration['audience'], string> = {
  AzureADMyOrg: 'its own tenant only',
  AzureADMultipleOrgs: 'any organization',
  AzureADandPersonalMicrosoftAccount: 'any organization and personal accounts',
  PersonalMicrosoftAccount: 'personal accounts only',
};

/** The app registrations with their credentials and redirect URIs. */
export function appsSection(context: Context): Html {
  return html`${[...context.directory.apps.values()].map((app) => appCard(context, app))}`;
}

function appCard(context: Context, app: AppRegistration): Html {
  const home = context.directory.tenants.get(app.homeTenantId)?.displayName;
  return html`<h3>${app.displayName}</h3>
    <p class="quiet small">
      Client id <code>${app.clientId}</code> · registered in ${home} · for ${audiences[app.audience]}
    </p>
    <div class="scroll">
      <table>
        ${app.secrets.map(
          (secret) =>
            html`<tr>
              <th scope="row">Secret</th>
              <td><code>${secret.value}</code></td>
              <td>${expiry(context, secret.expiresAt)}</td>
              <td>
                ${press(app, 'expire-secret', secret.id, 'Expire now')}
                ${press(app, 'delete-secret', secret.id, 'Delete')}
              </td>
            </tr>`,
        )}
        ${app.certificates.map(
          (certificate) =>
            html`<tr>
              <th scope="row">Certificate</th>
              <td><code>${Buffer.from(certificate.sha1, 'base64url').toString('hex').toUpperCase()}</code></td>
              <td>${expiry(context, certificate.notAfter)}</td>
              <td>${press(app, 'delete-certificate', certificate.sha256, 'Delete')}</td>
            </tr>`,
        )}
        ${app.redirectUris.map(
          ({ uri, platform }) =>
            html`<tr>
              <th scope="row">Redirect URI</th>
              <td><code>${uri}</code></td>
              <td>${platform === 'web' ? 'Web' : 'Single-page app'}</td>
              <td>${press(app, 'delete-redirect-uri', uri, 'Delete')}</td>
            </tr>`,
        )}
        ${
          app.api &&
          html`<tr>
            <th scope="row">Exposed API</th>
            <td><code>${app.api.identifierUri}</code></td>
            <td>
              ${app.api.scopes.join(', ')}, tokens of version
              ${app.api.tokenVersion}${app.api.authorizedClients.length === 0 ? '' : ', Teams is authorized'}
            </td>
            <td>${press(app, 'hide-api', '', 'Remove')}</td>
          </tr>`
        }
      </table>
    </div>
    <details style="margin-top:.25rem">
      <summary>Add to ${app.displayName}</summary>
      ${addForms(app)}
    </details>`;
}

function addForms(app: AppRegistration): Html {
  const clientId = html`<input type="hidden" name="clientId" value="${app.clientId}" />`;
  return html`<form class="row" method="post" action="/control/forms/add-redirect-uri">
      ${clientId}<label>Redirect URI <input name="uri" type="url" size="40" required /></label>
      <label
        >Platform
        <select name="platform">
          <option value="web">Web</option>
          <option value="spa">Single-page app</option>
        </select></label
      >
      <button>Add redirect URI</button>
    </form>
    <form class="row" method="post" action="/control/forms/add-secret">
      ${clientId}<label
        >Valid for (days) <input name="days" type="number" min="1" value="180" style="width:6rem" required
      /></label>
      <button>Add secret</button>
    </form>
    <form method="post" action="/control/forms/add-certificate">
      ${clientId}<label
        >Certificate (PEM, as in a .cer file)
        <textarea name="pem" placeholder="-----BEGIN CERTIFICATE-----" required></textarea></label
      ><button>Upload certificate</button>
    </form>
    <form class="row" method="post" action="/control/forms/expose-api">
      ${clientId}<label
        >Application ID URI
        <input name="identifierUri" size="40" required placeholder="api://app.example/${app.clientId}"
      /></label>
      <label
        >Tokens of version
        <select name="tokenVersion">
          <option value="2">2</option>
          <option value="1">1</option>
        </select></label
      >
      <label
        >Authorize Teams
        <select name="teams">
          <option value="yes">Yes</option>
          <option value="no">No</option>
        </select></label
      >
      <button>Expose an API</button>
    </form>`;
}

function press(app: AppRegistration, form: string, id: string, words: string): Html {
  return html`<form method="post" action="/control/forms/${form}">
    <input type="hidden" name="clientId" value="${app.clientId}" /><button name="id" value="${id}">${words}</button>
  </form>`;
}

function expiry(context: Context, at: number): Html {
  const date = new Date(at).toISOString().slice(0, 10);
  return at <= context.now()
    ? html`<span class="bad">Expired on ${date}</span>`
    : html`<span>Expires on ${date}</span>`;
}
