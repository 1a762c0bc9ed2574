import { html } from 'hono/html';
import type { Context, RecordedCall } from '../context.ts';
import { htmlPage } from '../page.ts';
import type { Html } from '../page.ts';
import { appsSection } from './apps-section.ts';
import { faultsSection, switchesSection } from './behaviour-sections.ts';
import { meetingsSection } from './meetings-section.ts';
import { notificationsSection } from './notifications-section.ts';
import { grantsSection, peopleSection, tenantsSection } from './people-sections.ts';

const sections = {
  clock: 'Clock',
  people: 'People',
  tenants: 'Tenants',
  apps: 'App registrations',
  grants: 'Consent',
  meetings: 'Meetings',
  notifications: 'Change notifications',
  faults: 'Faults',
  switches: 'Switches',
  calls: 'Recent calls',
};

/** The page that changes what the emulated Microsoft knows and how it behaves. */
export async function controlPage(context: Context): Promise<Response> {
  return htmlPage({
    title: 'Control',
    wide: true,
    body: html`<h1>Control</h1>
      <nav class="jump" aria-label="Sections">
        ${Object.entries(sections).map(([id, name]) => html`<a href="#${id}">${name}</a>`)}
        <a href="/control/powershell">PowerShell and policies</a>
        <a href="/outlook">Outlook</a>
      </nav>
      ${section('clock', clock(context))} ${section('people', peopleSection(context))}
      ${section('tenants', tenantsSection(context))} ${section('apps', appsSection(context))}
      ${section('grants', grantsSection(context))} ${section('meetings', meetingsSection(context))}
      ${section('notifications', notificationsSection(context))} ${section('faults', faultsSection(context))}
      ${section('switches', switchesSection(context))} ${section('calls', calls(context.calls))}`,
  });
}

function section(id: keyof typeof sections, body: Html): Html {
  return html`<section class="card" id="${id}" aria-labelledby="${id}-heading">
    <h2 id="${id}-heading">${sections[id]}</h2>
    ${body}
  </section>`;
}

function clock(context: Context): Html {
  const now = new Date(context.now()).toISOString();
  return html`<p><b>${now.slice(0, 10)} ${now.slice(11, 19)} UTC</b></p>
    ${[
      [1, '1 hour'],
      [24, '1 day'],
      [24 * 30, '30 days'],
      [24 * 91, '91 days'],
    ].map(
      ([hours, words]) =>
        html`<form class="row" method="post" action="/control/forms/advance-clock" style="display:inline-flex">
          <button name="hours" value="${hours}">Forward ${words}</button>
        </form> `,
    )}
    <form class="row" method="post" action="/control/forms/set-clock">
      <label>Set to (UTC) <input type="datetime-local" name="at" value="${now.slice(0, 16)}" required /></label>
      <button>Set</button>
    </form>
    <form class="row" method="post" action="/control/forms/reset">
      <button>Reset everything</button>
      <span class="quiet small">Forgets sign-ins, consent, meetings and mail; plants the seed again.</span>
    </form>`;
}

function calls(all: RecordedCall[]): Html {
  if (all.length === 0) return html`<p class="quiet">Nothing has called yet.</p>`;
  return html`<p class="quiet">
      The last ${Math.min(50, all.length)} of ${all.length}, newest first. <a href="/control/calls">All as JSON</a>
    </p>
    <div class="scroll">
      <table>
        <tr>
          <th scope="col">Time (UTC)</th>
          <th scope="col">Service</th>
          <th scope="col">Call</th>
          <th scope="col">Status</th>
        </tr>
        ${all
          .slice(-50)
          .toReversed()
          .map(
            (call) =>
              html`<tr>
                <td>${new Date(call.at).toISOString().slice(11, 23)}</td>
                <td>${call.service}</td>
                <td>
                  <details style="margin:0">
                    <summary>${call.method} ${call.path.slice(0, 110)}</summary>
                    <code style="white-space:pre-wrap"
                      >${call.body.slice(0, 2000)} → ${call.responseBody.slice(0, 2000)}</code
                    >
                  </details>
                </td>
                <td class="${call.status >= 400 || call.status === 0 ? 'bad' : 'good'}">
                  ${call.status === 0 ? 'dropped' : call.status}
                </td>
              </tr>`,
          )}
      </table>
    </div>
    <form method="post" action="/control/forms/clear-calls"><button>Forget these</button></form>`;
}
