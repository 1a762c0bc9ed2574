import { Hono } from 'hono';
import { html } from 'hono/html';
import type { Context } from './context.ts';
import { htmlPage } from './page.ts';

/** The page at `/`: what this is, and where to go. */
export function homeApp(context: Context): Hono {
  const app = new Hono();
  app.get('/', () => homePage(context));
  app.get('/favicon.ico', (c) => c.body(null, 204));
  return app;
}

async function homePage(context: Context): Promise<Response> {
  const { entra, graph } = context.origins;
  return htmlPage({
    title: 'Welcome',
    wide: true,
    body: html`<section class="card">
        <h1>A Microsoft that runs on this machine</h1>
        <p>
          It stands in for Entra ID and Microsoft Graph, so that you can connect calendars and make Teams meetings
          without a tenant. The people are made up, nobody needs a password, and nothing is sent anywhere.
        </p>
        <ul>
          <li><a href="/outlook">Outlook</a>: every calendar and inbox, as the people would see them</li>
          <li><a href="/teams">Teams</a>: apps with a tab, in a frame that speaks to them as Teams does</li>
          <li>
            <a href="/control">Control</a>: move the clock, change people, withdraw consent, let calls fail, see what
            was called
          </li>
        </ul>
      </section>
      <section class="card">
        <h2>How an app reaches it</h2>
        <dl class="facts">
          <dt>Authority</dt>
          <dd><code>${entra}</code></dd>
          <dt>Graph</dt>
          <dd><code>${graph}</code></dd>
          <dt>Metadata</dt>
          <dd>
            <a href="/common/v2.0/.well-known/openid-configuration"
              ><code>/common/v2.0/.well-known/openid-configuration</code></a
            >
          </dd>
        </dl>
        <p class="quiet small">
          App registrations with their client ids and secrets are on the <a href="/control#apps">control page</a>.
        </p>
      </section>
      <section class="card">
        <h2 id="people">Who is here</h2>
        <div class="scroll" role="region" aria-labelledby="people" tabindex="0">
          <table>
            <tr>
              <th scope="col">Person</th>
              <th scope="col">Account</th>
              <th scope="col">What is special</th>
            </tr>
            ${[...context.directory.users.values()].map(
              (user) =>
                html`<tr>
                  <td>${user.displayName}</td>
                  <td>${user.userPrincipalName}</td>
                  <td class="quiet">${user.jobTitle ?? 'Personal Microsoft account'}</td>
                </tr>`,
            )}
          </table>
        </div>
      </section>`,
  });
}
