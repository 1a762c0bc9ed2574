import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { html } from 'hono/html';
import type { DataKeys } from '../access/workspace-keys.ts';
import { messagePage } from '../http/message.ts';
import { type Html, pageHeaders } from '../http/pages.ts';
import { frame } from '../http/sheet.ts';
import type { Log } from '../log.ts';
import { findFeed } from './feed.ts';
import { acceptReminders, findRefusal, refuseReminders, type Refusal } from './refusals.ts';
import type { NoticeDeps } from './service.ts';

type Deps = Pick<NoticeDeps, 'db' | 'now'> & { dataKeys: DataKeys; log: Log };

/**
 * `/reminders/{token}`: who wants no more reminders says so. Opening the page changes nothing, its button does; so does
 * the one click of a mail program (RFC 8058). `/feeds/{token}.ics`: calendars that are subscribed to.
 */
export function noticePages(deps: Deps): Hono {
  const app = new Hono();
  const broken = { heading: 'Something went wrong on our side', words: 'Please try again in a moment.' };
  app.use('/reminders/*', pageHeaders, bodyLimit({ maxSize: 4096 }));
  app.get('/reminders/:token', (c) => withRefusal(c, deps, (refusal) => page(c, refusalPage(refusal))));
  app.post('/reminders/:token', (c) =>
    withRefusal(c, deps, async (refusal) => {
      const { again } = await c.req.parseBody();
      await (again === 'yes' ? acceptReminders(deps, refusal) : refuseReminders(deps, refusal));
      return page(c, refusalPage({ ...refusal, refused: again !== 'yes' }));
    }),
  );
  app.get('/feeds/:file{.+\\.ics}', (c) => feed(c, deps));
  app.onError((error, c) => {
    deps.log.error({ err: error }, 'notice page failed');
    return page(c, messagePage(broken), 500);
  });
  return app;
}

async function withRefusal(
  c: Context,
  deps: Deps,
  answer: (refusal: Refusal) => Response | Promise<Response>,
): Promise<Response> {
  const refusal = await findRefusal(deps, c.req.param('token') ?? '');
  if (refusal) return answer(refusal);
  const words = 'The link may be cut off. Open it from the mail once more, or answer the mail.';
  return page(c, messagePage({ heading: 'This link does not work', words }), 404);
}

function refusalPage({ email, workspaceName, refused }: Refusal): Html {
  const heading = refused ? 'You get no more reminders' : 'No more reminders?';
  const words = refused
    ? `Parley does not remind ${email} of appointments with ${workspaceName}. Confirmations and changes still arrive.`
    : `Reminders of appointments with ${workspaceName} will not be sent to ${email} any more. Confirmations and changes still arrive.`;
  return frame({
    title: heading,
    width: 'narrow',
    robots: 'noindex',
    content: html`<header class="intro message">
        <h1>${heading}</h1>
        <p>${words}</p>
      </header>
      <form class="actions" method="post" data-busy="Saving…">
        ${refused && html`<input type="hidden" name="again" value="yes" />`}
        <button class="${refused ? 'secondary' : 'primary'}" type="submit">
          ${refused ? 'Send me reminders again' : 'Send no more reminders'}
        </button>
      </form>`,
  });
}

async function feed(c: Context, deps: Deps): Promise<Response> {
  const found = await findFeed(deps, (c.req.param('file') ?? '').replace(/\.ics$/, ''));
  c.header('Cache-Control', 'private, no-cache');
  if (!found) return c.text('There is no calendar at this address.', 404);
  c.header('ETag', found.etag);
  const known = c.req.header('if-none-match')?.split(/\s*,\s*/) ?? [];
  if (known.some((tag) => tag.replace(/^W\//, '') === found.etag)) return c.body(null, 304);
  c.header('Content-Type', 'text/calendar; charset=utf-8');
  c.header('Content-Disposition', 'inline; filename="parley.ics"');
  return c.body(found.file);
}

async function page(c: Context, content: Html, status: 200 | 404 | 500 = 200): Promise<Response> {
  return c.html(await content, status);
}
