import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { PERSONAL_TENANT_ID } from '../directory.ts';
import type { AppRegistration, Tenant, User } from '../directory.ts';
import { htmlPage } from '../page.ts';
import type { Html } from '../page.ts';
import { explain } from './aadsts.ts';
import type { AadstsError } from './aadsts.ts';
import { describeApplication, describeDelegated, needsAdministrator } from './permissions.ts';

/** Where the forms of a page lead: the same request again, with a step in its path. */
export type Steps = { action: (step: string) => string };

/** "Pick an account": a button for each person, no passwords. */
export async function pickerPage(
  input: Steps & { app: AppRegistration; fitting: User[]; others: User[]; signedIn: string[]; adminOnly?: boolean },
): Promise<Response> {
  const person = (user: User) => personButton(user, input.signedIn.includes(user.id));
  return htmlPage({
    title: 'Sign in',
    body: html`<div class="card">
      <h1>${input.adminOnly === true ? 'Sign in as an administrator' : 'Pick an account'}</h1>
      <p class="quiet">to continue to ${input.app.displayName}. No password is needed here.</p>
      <form method="post" action="${input.action('sign-in')}">
        <ul class="people">
          ${input.fitting.map(person)}
        </ul>
        ${
          input.others.length > 0 &&
          html`<details>
            <summary>Accounts that will be turned away here</summary>
            <ul class="people">
              ${input.others.map(person)}
            </ul>
          </details>`
        }
      </form>
    </div>`,
  });
}

/** The second factor, which is one press here. */
export async function mfaPage(input: Steps & { user: User }): Promise<Response> {
  return htmlPage({
    title: 'Approve sign-in',
    body: html`<div class="card">
      <p class="quiet">${input.user.userPrincipalName}</p>
      <h1>Approve sign-in</h1>
      <p>Conditional access asks ${input.user.displayName} for a second factor.</p>
      <form method="post" action="${input.action('mfa')}" class="actions">
        <button class="primary" name="user" value="${input.user.id}">Approve</button>
      </form>
    </div>`,
  });
}

/** "Permissions requested": what the app wants to do, with Accept and Cancel. */
export async function consentPage(
  input: Steps & {
    app: AppRegistration;
    publisher: Tenant | undefined;
    user: User;
    tenant: Tenant;
    scopes: string[];
    roles: string[];
    /** `choose`: an administrator may consent for everybody; `always`: this is admin consent. */
    forOrganization: 'never' | 'choose' | 'always';
  },
): Promise<Response> {
  const { app, user, tenant } = input;
  return htmlPage({
    title: 'Permissions requested',
    body: html`<div class="card">
      <p class="quiet">${user.userPrincipalName}</p>
      <h1>Permissions requested</h1>
      ${input.forOrganization === 'always' && html`<p>Review for your organization, <b>${tenant.displayName}</b></p>`}
      <p>
        <b>${app.displayName}</b><br /><span class="quiet small"
          >${input.publisher?.domains[0] ?? 'unknown publisher'} · unverified</span
        >
      </p>
      <p>This app would like to:</p>
      <ul class="scopes">
        ${input.scopes.map((scope) => permission(describeDelegated(scope), scope))}
        ${input.roles.map((role) => permission(describeApplication(role), `${role} (application, without a user)`))}
      </ul>
      <form method="post" action="${input.action('consent')}">
        <input type="hidden" name="user" value="${user.id}" />
        ${
          input.forOrganization === 'choose' &&
          html`<label class="check"
            ><input type="checkbox" name="organization" value="yes" /> Consent on behalf of your organization</label
          >`
        }
        <p class="actions">
          <button name="decision" value="cancel">Cancel</button>
          <button class="primary" name="decision" value="accept">Accept</button>
        </p>
      </form>
    </div>`,
  });
}

/** "Need admin approval": where a person who may not consent ends. */
export async function approvalPage(
  input: Steps & { app: AppRegistration; user: User; tenant: Tenant; scopes: string[]; adminUrl: string },
): Promise<Response> {
  const { app, user, tenant } = input;
  const reason = tenant.userConsentAllowed
    ? 'needs permissions that only an administrator can grant'
    : 'needs permissions, and this organization lets only administrators grant them';
  return htmlPage({
    title: 'Need admin approval',
    body: html`<div class="card">
      <p class="quiet">${user.userPrincipalName}</p>
      <h1>Need admin approval</h1>
      <p><b>${app.displayName}</b> ${reason}. Ask an administrator of ${tenant.displayName} to grant them.</p>
      <details>
        <summary>What it asks for</summary>
        <ul class="scopes">
          ${input.scopes.map((scope) =>
            permission(describeDelegated(scope), needsAdministrator(scope) ? `${scope} (administrator only)` : scope),
          )}
        </ul>
      </details>
      <p><a href="${input.adminUrl}">Have an admin account? Sign in with that account</a></p>
      <form method="post" action="${input.action('consent')}">
        <input type="hidden" name="user" value="${user.id}" />
        <p class="actions">
          <button name="decision" value="back">Return to the application without granting consent</button>
        </p>
      </form>
    </div>`,
  });
}

/** Entra's own error page, for what must not be sent to an app. */
export async function errorPage(
  context: Context,
  request: Request,
  failure: AadstsError,
  hint?: Html,
): Promise<Response> {
  const refusal = explain(context, request, failure.code, failure.values);
  return htmlPage({
    title: 'Sign-in problem',
    status: 400,
    body: html`<div class="card">
      <h1>Sorry, but we’re having trouble signing you in.</h1>
      <p class="bad">${refusal.sentence}</p>
      ${hint}
      <dl class="facts">
        <dt>Request Id</dt>
        <dd>${refusal.traceId}</dd>
        <dt>Correlation Id</dt>
        <dd>${refusal.correlationId}</dd>
        <dt>Timestamp</dt>
        <dd>${refusal.timestamp}</dd>
      </dl>
    </div>`,
  });
}

/** A page with a heading and a sentence. */
export async function messagePage(title: string, text: string, status = 200): Promise<Response> {
  return htmlPage({
    title,
    status,
    body: html`<div class="card">
      <h1>${title}</h1>
      <p>${text}</p>
    </div>`,
  });
}

function permission(words: string, name: string): Html {
  return html`<li>${words}<small>${name}</small></li>`;
}

function personButton(user: User, isSignedIn: boolean): Html {
  const notes = [
    isSignedIn ? 'Signed in' : undefined,
    user.isAdmin ? 'Administrator' : undefined,
    user.accountEnabled ? undefined : 'Disabled',
    user.userType === 'Guest' ? 'Guest' : undefined,
    user.tenantId === PERSONAL_TENANT_ID ? 'Personal account' : undefined,
    user.isAdmin || !user.accountEnabled ? undefined : user.jobTitle,
  ].filter((note) => note !== undefined && note !== null);
  const initials = (user.givenName?.[0] ?? '') + (user.surname?.[0] ?? '');
  return html`<li>
    <button name="user" value="${user.id}">
      <span class="initials" aria-hidden="true">${initials}</span>
      <span
        ><b>${user.displayName}</b><span class="quiet small">${user.userPrincipalName}</span
        ><span class="quiet small">${notes.join(' · ')}</span></span
      >
    </button>
  </li>`;
}
