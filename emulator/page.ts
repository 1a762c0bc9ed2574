import { html, raw } from 'hono/html';

/** A piece of HTML whose interpolations were escaped. */
export type Html = ReturnType<typeof html>;

const style = `
:root { color-scheme: light dark; --page: #f3f2f1; --card: #fff; --text: #242424; --quiet: #5c5c5c; --line: #d6d6d6;
  --accent: #0f5bb5; --accent-text: #fff; --hover: #f0f4fa; --strip: #4b2e83; --good: #0e6b0e; --bad: #a4262c;
  --warn: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --page: #1b1a19; --card: #292827; --text: #f5f5f5; --quiet: #c8c6c4;
  --line: #484644; --accent: #8ab8f5; --accent-text: #10223b; --hover: #34373d; --good: #7fd37f; --bad: #f1a7ab;
  --warn: #f3c07a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 "Segoe UI", system-ui, sans-serif; }
.strip { background: var(--strip); color: #fff; padding: .5rem 1rem; text-align: center; font-size: .875rem; }
.strip a { color: #fff; }
main { margin: 2.5rem auto; padding: 0 1rem; max-width: 29rem; }
main.wide { max-width: 76rem; margin-top: 1.5rem; }
.card { background: var(--card); border-radius: .5rem; padding: 2rem; box-shadow: 0 1px 4px rgb(0 0 0 / 18%);
  overflow-wrap: anywhere; }
.card > :first-child { margin-top: 0; }
.wide .card { overflow-wrap: break-word; }
.wide .card { padding: 1.25rem 1.5rem; margin-bottom: 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; font-weight: 600; margin: 0 0 .25rem; }
h2 { font-size: 1.125rem; font-weight: 600; margin: 0 0 .75rem; }
h3 { font-size: 1rem; font-weight: 600; margin: 1.25rem 0 .25rem; }
p { margin: .5rem 0; } .quiet { color: var(--quiet); } small, .small { font-size: .8125rem; }
a { color: var(--accent); } code { font: .8125rem ui-monospace, Consolas, monospace; }
button, .button { font: inherit; color: var(--text); background: var(--card); border: 1px solid var(--line);
  border-radius: .25rem; padding: .4rem 1rem; cursor: pointer; text-decoration: none; display: inline-block; }
button:hover, .button:hover { background: var(--hover); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-text); font-weight: 600; }
button.primary:hover { filter: brightness(1.08); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; justify-content: flex-end; margin-top: 1.5rem; }
.people { list-style: none; margin: 1rem 0 0; padding: 0; }
.people button { display: flex; gap: .75rem; align-items: center; width: 100%; text-align: left; border: 0;
  border-top: 1px solid var(--line); border-radius: 0; padding: .6rem .5rem; background: none; }
.people button:hover { background: var(--hover); } .people span { display: block; }
.initials { flex: none; width: 2.25rem; height: 2.25rem; border-radius: 50%; display: grid !important;
  place-items: center; background: var(--hover); color: var(--accent); font-weight: 600; font-size: .875rem; }
details { margin-top: 1rem; } summary { cursor: pointer; color: var(--quiet); }
.scopes { padding-left: 1.1rem; } .scopes li { margin: .4rem 0; } .scopes small { display: block; color: var(--quiet); }
.facts { display: grid; grid-template-columns: auto 1fr; gap: .15rem 1rem; margin: 1rem 0 0; font-size: .8125rem; }
.facts dt { color: var(--quiet); } .facts dd { margin: 0; }
label.check { display: flex; gap: .5rem; align-items: flex-start; margin-top: 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); }
th, td button { white-space: nowrap; }
th { font-weight: 600; color: var(--quiet); border-top: 0; } .scroll { overflow-x: auto; }
form.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: .5rem 0; }
form.row label { display: grid; gap: .15rem; font-size: .8125rem; color: var(--quiet); }
input, select, textarea { font: inherit; font-size: .875rem; color: var(--text); background: var(--card);
  border: 1px solid var(--quiet); border-radius: .25rem; padding: .3rem .5rem; max-width: 100%; }
textarea { width: 100%; min-height: 5rem; font-family: ui-monospace, Consolas, monospace; }
td form { display: inline; } td button { padding: .1rem .6rem; font-size: .8125rem; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.notice { border-left: 4px solid var(--accent); padding: .25rem .75rem; margin: .75rem 0; background: var(--hover); }
.jump { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .25rem 0 1rem; }
`;

/** A whole page under the strip that says that this is not Microsoft. */
export async function htmlPage(input: {
  title: string;
  body: Html;
  status?: number;
  /** A page of tables instead of one card. */
  wide?: boolean;
  /** Only the page that posts an answer back by itself runs a script. */
  script?: boolean;
}): Promise<Response> {
  const document = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${input.title} · Microsoft emulator</title>
        <style>
          ${raw(style)}
        </style>
      </head>
      <body>
        <header class="strip">Microsoft emulator – not Microsoft. Made-up people; nothing leaves this machine.</header>
        <main${raw(input.wide === true ? ' class="wide"' : '')}>${input.body}</main>
      </body>
    </html>`;
  const scripts = input.script === true ? "script-src 'unsafe-inline'; " : '';
  return new Response(String(document), {
    status: input.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; ${scripts}style-src 'unsafe-inline'; frame-ancestors 'none'`,
      'referrer-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    },
  });
}
