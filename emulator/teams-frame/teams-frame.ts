import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { findUser } from '../directory.ts';
import { htmlPage } from '../page.ts';
import { framePage, themes } from './frame-page.ts';
import { tokenForTab } from './tab-token.ts';
import { readPackage, RefusedPackage, type TeamsApp } from './teams-app.ts';

const script = readFileSync(new URL('frame.js', import.meta.url), 'utf8');
const tokenRequest = z.strictObject({ app: z.string(), user: z.string(), origin: z.string() });

/** `/teams`: upload an app's package, and open its tab as any person. */
export function teamsFrameApp(context: Context): Hono {
  const app = new Hono().basePath('/teams');
  app.get('/', () => catalogPage(context));
  app.get('/frame.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  app.post('/apps', async (c) => {
    const bytes = await uploaded(c.req.raw);
    const added = readPackage(bytes);
    context.teamsApps.set(added.id, added);
    if (c.req.header('content-type') === 'application/zip')
      return c.json({ id: added.id, version: added.version }, 201);
    return c.redirect('/teams', 303);
  });
  app.post('/apps/:id/delete', (c) => {
    context.teamsApps.delete(c.req.param('id'));
    return c.redirect('/teams', 303);
  });
  app.get('/apps/:id/:tab', (c) => {
    const { user: name = '', theme } = c.req.query();
    const found = context.teamsApps.get(c.req.param('id'));
    const tab = found?.tabs.find(({ entityId }) => entityId === c.req.param('tab'));
    const user = findUser(context.directory, name);
    if (!found || !tab || !user) return c.notFound();
    return framePage({ app: found, tab, user, theme: themes.find((one) => one === theme) ?? 'default' });
  });
  app.post('/token', async (c) => {
    const { app: id, user, origin } = tokenRequest.parse(await c.req.json());
    const found = context.teamsApps.get(id);
    if (!found) return c.notFound();
    return c.json(await tokenForTab(context, found, { userId: user, origin }));
  });
  app.notFound(() => messagePage('Nothing here', 'No app, tab or person has this address.', 404));
  app.onError((error, c) => {
    const refused = error instanceof RefusedPackage || error instanceof z.ZodError;
    if (c.req.header('content-type') === 'application/zip')
      return c.json({ error: error.message }, refused ? 400 : 500);
    return messagePage('That did not work', error.message, refused ? 400 : 500);
  });
  return app;
}

/** A file of a form, or the body itself. */
async function uploaded(request: Request): Promise<Uint8Array> {
  if (!request.headers.get('content-type')?.startsWith('multipart/'))
    return new Uint8Array(await request.arrayBuffer());
  const file = (await request.formData()).get('package');
  return file instanceof File ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array();
}

function catalogPage(context: Context): Promise<Response> {
  const apps = [...context.teamsApps.values()];
  return htmlPage({
    title: 'Teams',
    wide: true,
    body: html`<section class="card">
        <h1>Teams</h1>
        <p>
          Apps with a personal tab, as people would see them in Teams. Upload a package here as an administrator would
          in the Teams admin center; it is checked by the rules of Teams’ manifest. The app registration must expose an
          API to Teams: <a href="/control#apps">control page</a>.
        </p>
        <form class="row" method="post" action="/teams/apps" enctype="multipart/form-data">
          <label>App package (zip) <input type="file" name="package" accept=".zip" required /></label>
          <button class="primary">Upload</button>
        </form>
      </section>
      ${apps.map((app) => appCard(context, app))}
      ${apps.length === 0 ? html`<p class="quiet">No app has been uploaded yet.</p>` : ''}`,
  });
}

function appCard(context: Context, app: TeamsApp) {
  const people = [...context.directory.users.values()];
  return html`<section class="card" aria-labelledby="app-${app.id}">
    <h2 id="app-${app.id}">${app.name}</h2>
    <p class="quiet small">
      Version ${app.version} · id <code>${app.id}</code> · signs in with
      <code>${app.webApplicationInfo?.resource ?? 'nothing'}</code>
    </p>
    ${app.tabs.map(
      (tab) =>
        html`<form class="row" method="get" action="/teams/apps/${app.id}/${tab.entityId}">
          <label
            >Open “${tab.name}” as
            <select name="user">
              ${people.map(
                ({ id, displayName, userPrincipalName }) =>
                  html`<option value="${id}">${displayName} (${userPrincipalName})</option>`,
              )}
            </select></label
          >
          <label
            >Theme
            <select name="theme">
              ${themes.map((theme) => html`<option>${theme}</option>`)}
            </select></label
          >
          <button class="primary">Open</button>
        </form>`,
    )}
    <form method="post" action="/teams/apps/${app.id}/delete"><button>Remove</button></form>
  </section>`;
}

function messagePage(title: string, text: string, status: number): Promise<Response> {
  return htmlPage({
    title,
    status,
    body: html`<div class="card">
      <h1>${title}</h1>
      <p style="white-space: pre-wrap">${text}</p>
      <p><a href="/teams">Teams</a></p>
    </div>`,
  });
}
