import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Hono, type Context } from 'hono';
import { html } from 'hono/html';
import { tabConsentUrl } from '../connections/on-behalf-of.ts';
import { clouds } from '../microsoft/clouds.ts';
import { layout, pageHeaders, type Html } from '../http/pages.ts';
import { Problem, problems, type ProblemCode } from '../problem.ts';
import type { App } from '../registrations/apps.ts';
import { frameAncestors, hostToTell } from './hosts.ts';
import { workspaceOfTab, type TeamsAppDeps } from './service.ts';

const whereItIsBuilt = fileURLToPath(new URL('../../dist/teams-tab', import.meta.url));
const microsoft = { cloud: 'global', authority: clouds.global.authority } as const;
const files = { 'tab.js': 'text/javascript; charset=utf-8', 'tab.css': 'text/css; charset=utf-8' } as const;

/** The pages under `/teams`: the tab, the window in which people consent, and what the app does with their data. */
export function teamsPages(deps: TeamsAppDeps, built = whereItIsBuilt): Hono {
  const app = new Hono();
  app.get('/teams/tab', async (c) => {
    const registration = await registrationOf(deps, c);
    frameable(c, registration);
    return c.html(tabPage(built, { page: 'tab', app: c.req.query('app') ?? '', registration }));
  });
  app.get('/teams/consent', async (c) => {
    const registration = await registrationOf(deps, c);
    keepOpener(c);
    if (!registration) throw new Problem('meetings_not_configured');
    const { app: appId = '', hint } = c.req.query();
    const loginHint = hint && hint.length <= 254 ? hint : undefined;
    return c.redirect(tabConsentUrl(registration, { appId: appId.toLowerCase(), loginHint }), 303);
  });
  app.get('/teams/consented', async (c) => {
    const registration = await registrationOf(deps, c);
    keepOpener(c);
    c.header('Content-Security-Policy', policy(["'none'"]));
    const refusal = c.req.query('refusal') ?? '';
    const code = Object.hasOwn(problems, refusal) ? (refusal as ProblemCode) : undefined; // it is one of their names
    return c.html(tabPage(built, { page: 'consented', refusal: code, registration }));
  });
  app.use('/teams/about', pageHeaders);
  app.get('/teams/about', (c) => c.html(aboutPage()));
  app.get('/teams/assets/:name', (c) => sendFile(c, built, c.req.param('name')));
  return app;
}

/** For an app that nobody here knows, the server's own: within the frame the tab can say so in words. */
async function registrationOf(deps: TeamsAppDeps, c: Context): Promise<App | undefined> {
  const appId = c.req.query('app')?.toLowerCase() ?? '';
  const workspaceId = await workspaceOfTab(deps, appId).catch(ifUnknown);
  return workspaceId === undefined ? deps.apps.deployment : deps.apps.findForSignIn(workspaceId);
}

function ifUnknown(error: unknown): undefined {
  if (!(error instanceof Problem)) throw error;
}

/** The one exception from “no frames”: this page, and only for the hosts that Microsoft names. */
function frameable(c: Context, registration: App | undefined): void {
  c.header('X-Frame-Options', undefined);
  c.header('Content-Security-Policy', policy(frameAncestors(registration ?? microsoft)));
  c.header('Cache-Control', 'no-cache');
}

/** A window that Teams opened tells it that it is done; `same-origin` would part the two. */
function keepOpener(c: Context): void {
  c.header('Cross-Origin-Opener-Policy', 'unsafe-none');
  c.header('Cache-Control', 'no-store');
}

/** The Teams library asks Microsoft’s CDN which hosts are Microsoft’s; without an answer it goes by its own list. */
function policy(ancestors: string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self' https://res.cdn.office.net",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${ancestors.join(' ')}`,
  ].join('; ');
}

type Shown =
  | { page: 'tab'; app: string; registration: App | undefined }
  | { page: 'consented'; refusal: ProblemCode | undefined; registration: App | undefined };

function tabPage(built: string, shown: Shown): Html {
  const words = shown.page === 'consented' ? consentedWords(shown.refusal) : undefined;
  const origin = shown.registration && hostToTell(shown.registration);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${words?.title ?? 'Parley'}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${address(built, 'tab.css')}" />
        <script type="module" src="${address(built, 'tab.js')}"></script>
      </head>
      <body data-page="${shown.page}" data-host="${origin ?? ''}" ${attributesOf(shown)}>
        <div id="tab">
          ${
            words
              ? html`<main class="message">
                  <h1>${words.title}</h1>
                  <p>${words.text}</p>
                </main>`
              : html`<noscript>This tab needs JavaScript, as Teams itself does.</noscript>${
                    existsSync(`${built}/tab.js`)
                      ? ''
                      : html`<main class="message"><p>The tab has not been built. Run: npm run build</p></main>`
                  }`
          }
        </div>
      </body>
    </html>`;
}

function attributesOf(shown: Shown): Html {
  if (shown.page === 'tab') return html`data-app="${shown.app}"`;
  return html`data-refusal="${shown.refusal ?? ''}"`;
}

function consentedWords(refusal: ProblemCode | undefined): { title: string; text: string } {
  if (refusal === undefined)
    return { title: 'Thank you', text: 'You can close this window. The tab in Teams goes on by itself.' };
  const { title, remedy } = problems[refusal];
  return { title, text: `${remedy} You can close this window.` };
}

function aboutPage(): Html {
  return layout({
    title: 'This app in Teams',
    content: html`<main class="message">
      <h1>This app in Teams</h1>
      <p>
        It shows the people of this workspace their appointments and the requests that wait for them. It is run by
        whoever runs this server, not by Microsoft.
      </p>
      <h2 id="privacy">Privacy</h2>
      <p>
        Teams tells the app which account you use: its id, its name and its organization. The app looks up whose
        appointments these are and shows them to you. Nothing is kept in Teams or in your browser.
      </p>
      <p>
        If you choose <em>Connect</em>, the app keeps what it needs to write meetings into your calendar, encrypted,
        until you disconnect it in the console.
      </p>
      <h2 id="terms">Terms of use</h2>
      <p>
        The app is for members of the workspace. The rules of your organization for Teams hold here too. The software is
        open source under the MIT licence and comes without warranty.
      </p>
    </main>`,
  });
}

type FileName = keyof typeof files;

/** The address carries the hash of the content, so that browsers keep it until it changes. */
function address(built: string, name: FileName): string {
  return `/teams/assets/${name}?v=${read(built, name)?.hash ?? 'none'}`;
}

function sendFile(c: Context, built: string, name: string): Response {
  const known = Object.hasOwn(files, name) ? (name as FileName) : undefined; // it is one of their names
  const file = known && read(built, known);
  if (!known || !file) return c.text('Not here. Open the tab again.', 404);
  const isCurrent = c.req.query('v') === file.hash;
  c.header('Content-Type', files[known]);
  c.header('Cache-Control', isCurrent ? 'public, max-age=31536000, immutable' : 'no-cache');
  return c.body(file.body);
}

const kept = new Map<string, { body: string; hash: string }>();

/** Read once: a server that is updated is started anew. */
function read(built: string, name: FileName): { body: string; hash: string } | undefined {
  const path = `${built}/${name}`;
  const known = kept.get(path);
  if (known || !existsSync(path)) return known;
  const body = readFileSync(path, 'utf8');
  const file = { body, hash: createHash('sha256').update(body).digest('base64url').slice(0, 12) };
  kept.set(path, file);
  return file;
}
