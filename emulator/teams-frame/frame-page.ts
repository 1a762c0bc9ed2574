import { html, raw } from 'hono/html';
import type { User } from '../directory.ts';
import type { TeamsApp } from './teams-app.ts';

const style = `
:root { color-scheme: light; --frame: #ebebeb; --bar: #fff; --text: #242424; --quiet: #5c5c5c; --line: #d1d1d1;
  --page: #f5f5f5; --accent: #5b5fc7; }
[data-theme=dark] { color-scheme: dark; --frame: #141414; --bar: #292929; --text: #fff; --quiet: #c7c7c7;
  --line: #3d3d3d; --page: #1f1f1f; --accent: #7f85f5; }
[data-theme=contrast] { color-scheme: dark; --frame: #000; --bar: #000; --text: #fff; --quiet: #fff; --line: #fff;
  --page: #000; --accent: #1aebff; }
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body { display: grid; grid-template: auto auto 1fr / 4.25rem 1fr; background: var(--frame); color: var(--text);
  font: .875rem/1.4 "Segoe UI", system-ui, sans-serif; }
.strip { grid-column: 1 / -1; background: #4b2e83; color: #fff; padding: .35rem 1rem; text-align: center; }
.strip a { color: #fff; }
nav { grid-row: 2 / 4; display: grid; align-content: start; gap: .25rem; padding: .5rem .25rem; }
nav span { display: grid; justify-items: center; gap: .15rem; padding: .4rem .1rem; border-radius: .25rem;
  font-size: .6875rem; color: var(--quiet); text-align: center; overflow-wrap: anywhere; }
nav .here { color: var(--text); font-weight: 600; background: var(--bar); box-shadow: inset 3px 0 var(--accent); }
nav img { width: 1.75rem; height: 1.75rem; border-radius: .375rem; }
nav i { width: 1.125rem; height: 1.125rem; border: 2px solid currentColor; border-radius: .3rem; }
header.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; padding: .5rem 1rem; background: var(--bar);
  border-bottom: 1px solid var(--line); border-left: 1px solid var(--line); }
header.bar img { width: 2rem; height: 2rem; border-radius: .375rem; }
header.bar strong { font-size: 1rem; } header.bar [aria-current] { border-bottom: 2px solid var(--accent); font-weight: 600; }
header.bar .who { margin-inline-start: auto; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
select { font: inherit; color: var(--text); background: var(--bar); border: 1px solid var(--quiet);
  border-radius: .25rem; padding: .2rem .4rem; }
.stage { position: relative; border-left: 1px solid var(--line); background: var(--page); min-height: 0; }
iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; background: var(--page); }
#loading { position: absolute; inset: 0; display: grid; place-items: center; background: var(--page); color: var(--quiet); }
#loading[hidden] { display: none; }
@media (max-width: 30rem) { body { grid-template-columns: 1fr; } nav { display: none; } .stage, header.bar { border-left: 0; } }
`;

export const themes = ['default', 'dark', 'contrast'] as const;
export type Theme = (typeof themes)[number];

/** A window that looks a little like Teams, with the app's tab in it; `frame.js` plays Teams' part. */
export async function framePage(input: {
  app: TeamsApp;
  tab: TeamsApp['tabs'][number];
  user: User;
  theme: Theme;
}): Promise<Response> {
  const { app, tab, user, theme } = input;
  const origin = new URL(tab.contentUrl).origin;
  const icon = `data:image/png;base64,${app.icons.color}`;
  const facts = {
    appId: app.id,
    entityId: tab.entityId,
    validDomains: app.validDomains,
    origin,
    theme,
    user: factsOf(user),
  };
  const document = await html`<!doctype html>
    <html lang="en" data-theme="${theme}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${app.name} · Teams · Microsoft emulator</title>
        <style>
          ${raw(style)}
        </style>
        <script src="/teams/frame.js" defer></script>
      </head>
      <body data-facts="${JSON.stringify(facts)}">
        <div class="strip">Microsoft emulator – not Teams. <a href="/teams">All apps and people</a></div>
        <nav aria-label="Teams">
          <span><i></i>Activity</span><span><i></i>Chat</span><span><i></i>Calendar</span>
          <span class="here" aria-current="page"><img src="${icon}" alt="" />${app.name}</span>
        </nav>
        <header class="bar">
          <img src="${icon}" alt="" /><strong>${app.name}</strong><span aria-current="page">${tab.name}</span>
          <span class="who">
            <span>${user.displayName}</span>
            <label
              >Theme
              <select id="theme">
                ${themes.map(
                  (one) => html`<option value="${one}" ${one === theme ? 'selected' : ''}>${themeNames[one]}</option>`,
                )}
              </select></label
            >
          </span>
        </header>
        <div class="stage">
          <iframe id="tab" title="${app.name}" src="${tab.contentUrl}"></iframe>
          <div id="loading" role="status">Loading ${app.name}…</div>
        </div>
      </body>
    </html>`;
  return new Response(String(document), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; frame-src ${origin}; frame-ancestors 'none'`,
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    },
  });
}

const themeNames: Record<Theme, string> = { default: 'Light', dark: 'Dark', contrast: 'High contrast' };

function factsOf({ id, tenantId, userPrincipalName, displayName }: User) {
  return { id, tenantId, userPrincipalName, displayName };
}
