import { html, raw } from 'hono/html';

/** A piece of HTML whose interpolations were escaped. */
export type Html = ReturnType<typeof html>;

const style = `
:root { color-scheme: light dark; --page: #f3f2f1; --card: #fff; --text: #242424; --quiet: #595959; --line: #d6d6d6;
  --accent: #0f5bb5; --accent-text: #fff; --hover: #edf3fb; --strip: #4b2e83; --busy: #deecf9; --busy-text: #103a61;
  --free: #f3f2f1; --warn: #8a4b00; --good: #0e6b0e; --bad: #a4262c; }
@media (prefers-color-scheme: dark) { :root { --page: #1b1a19; --card: #292827; --text: #f5f5f5; --quiet: #c8c6c4;
  --line: #484644; --accent: #8ab8f5; --accent-text: #10223b; --hover: #34373d; --busy: #1f3a57; --busy-text: #e3effc;
  --free: #323130; --warn: #f3c07a; --good: #7fd37f; --bad: #f1a7ab; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 "Segoe UI", system-ui, sans-serif; }
.strip { background: var(--strip); color: #fff; padding: .5rem 1rem; text-align: center; font-size: .875rem; }
.strip a { color: #fff; }
main { margin: 1.5rem auto; padding: 0 1rem; max-width: 76rem; }
h1 { font-size: 1.5rem; line-height: 1.25; font-weight: 600; margin: 0; }
h2 { font-size: 1.125rem; font-weight: 600; margin: 0 0 .75rem; }
h3 { font-size: .875rem; font-weight: 600; margin: 0; }
p { margin: .5rem 0; } .quiet { color: var(--quiet); } small, .small { font-size: .8125rem; }
a { color: var(--accent); }
.card { background: var(--card); border-radius: .5rem; padding: 1.25rem 1.5rem; margin: 0 0 1.25rem;
  box-shadow: 0 1px 4px rgb(0 0 0 / 14%); overflow-wrap: anywhere; }
.head { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: baseline; margin: 0 0 1rem; }
.tabs, .links { display: flex; flex-wrap: wrap; gap: .25rem .5rem; list-style: none; margin: 0; padding: 0; }
.tabs a { display: block; padding: .25rem .75rem; border-radius: .25rem; text-decoration: none; color: var(--text); }
.tabs a[aria-current] { background: var(--accent); color: var(--accent-text); }
.tabs a:hover:not([aria-current]) { background: var(--hover); }
button, .button { font: inherit; font-size: .9375rem; color: var(--text); background: var(--card); cursor: pointer;
  border: 1px solid var(--quiet); border-radius: .25rem; padding: .35rem 1rem; text-decoration: none; display: inline-block; }
button:hover, .button:hover { background: var(--hover); }
.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-text); font-weight: 600; }
.primary:hover { background: var(--accent); filter: brightness(1.1); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem .75rem; margin: 1rem 0 0; }
form.fields { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
label { display: grid; gap: .15rem; font-size: .8125rem; color: var(--quiet); }
input, select, textarea { font: inherit; font-size: .9375rem; color: var(--text); background: var(--card);
  border: 1px solid var(--quiet); border-radius: .25rem; padding: .3rem .5rem; max-width: 100%; }
.people, .mails { list-style: none; margin: 0; padding: 0; }
.people { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: .5rem; }
.people a, .mails a { display: block; padding: .6rem .75rem; border-radius: .375rem; text-decoration: none; color: var(--text);
  border: 1px solid var(--line); }
.people a:hover, .mails a:hover { background: var(--hover); }
.people small, .mails small { display: block; color: var(--quiet); }
.mails { display: grid; gap: .5rem; }
.tag { display: inline-block; font-size: .75rem; font-weight: 600; padding: 0 .5rem; border-radius: 1rem;
  border: 1px solid currentColor; margin-right: .35rem; }
.tag.invitation { color: var(--accent); } .tag.update { color: var(--warn); } .tag.cancellation { color: var(--bad); }
.tag.response { color: var(--good); } .tag.mail { color: var(--quiet); }
.facts { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 1rem 0; }
.facts dt { color: var(--quiet); } .facts dd { margin: 0; }
.text + h3 { margin-top: 1.25rem; }
.text { white-space: pre-wrap; border-top: 1px solid var(--line); padding-top: .75rem; margin-top: 1rem; }
.week { display: grid; grid-template-columns: 3rem repeat(7, minmax(0, 1fr)); border: 1px solid var(--line);
  border-radius: .375rem; overflow: hidden; }
.day { border-left: 1px solid var(--line); min-width: 0; }
.day > header { height: 2.25rem; padding: .4rem .5rem; border-bottom: 1px solid var(--line); }
.today > header { box-shadow: inset 0 3px var(--accent); background: var(--hover); }
.day ol { list-style: none; margin: 0; padding: 0; }
.all-day { min-height: 2rem; padding: .15rem !important; border-bottom: 1px solid var(--line); }
.hours { display: grid; grid-auto-columns: minmax(0, 1fr); background-size: 100% 3.6rem;
  background-image: linear-gradient(to bottom, var(--line) 1px, transparent 1px); }
.ruler { padding-top: 4.25rem; font-size: .75rem; color: var(--quiet); text-align: right; }
.ruler span { display: block; height: 3.6rem; padding-right: .35rem; }
.event { min-width: 0; padding: 1px; }
.event a { display: block; height: 100%; overflow: hidden; padding: .1rem .35rem; border-radius: .25rem; font-size: .75rem;
  line-height: 1.3; text-decoration: none; background: var(--busy); color: var(--busy-text); border-left: 4px solid var(--accent); }
.event a:hover { text-decoration: underline; }
.event.open a { border-left-style: dashed; } .event.free a { background: var(--free); color: var(--text); }
.event.cancelled b { text-decoration: line-through; }
.join { font-size: 1.125rem; padding: .6rem 1.5rem; }
@media (max-width: 56rem) {
  .week { display: block; } .ruler { display: none; } .day { border: 0; }
  .day > header { height: auto; border: 0; padding-bottom: 0; } .hours { display: block; background: none; }
  .all-day { border: 0; min-height: 0; } .event { padding: .15rem .5rem; } .empty { display: none; }
}
`;

/** A page of the Outlook view, under the strip that says that this is not Microsoft. No scripts run here. */
export async function outlookPage(input: { title: string; body: Html; status?: number }): Promise<Response> {
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
        <header class="strip">
          Microsoft emulator – not Microsoft. Mail never leaves this machine. <a href="/outlook">All mailboxes</a> ·
          <a href="/teams">Teams</a>
        </header>
        <main>${input.body}</main>
      </body>
    </html>`;
  return new Response(String(document), {
    status: input.status ?? 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}

/** Back to a page after a form was sent. */
export function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path } });
}
