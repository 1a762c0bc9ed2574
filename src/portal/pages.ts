import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { z } from 'zod';
import { localeOf } from '../http/language.ts';
import { type MessageModel, messagePage } from '../http/message.ts';
import { isOwnForm, pageHeaders } from '../http/pages.ts';
import { asProblem } from '../http/problems.ts';
import { Problem } from '../problem.ts';
import { showRecordings } from './recording-pages.ts';
import { askForLink, enterWithLink, findPortal, isLinkGood, leave, listAppointments, listBookable } from './service.ts';
import { appointmentsPage } from './views/appointments.ts';
import { linkPage, sentPage } from './views/entry.ts';
import {
  askWhoItIs,
  cookieName,
  cookieOptions,
  nextOf,
  page,
  recordingsPath,
  visitorOf,
  type Visit,
  type VisitDeps,
} from './visit.ts';

const weekSeconds = 7 * 24 * 60 * 60;
const address = z.string().trim().max(254).pipe(z.email());

/** `/my/{workspace}`: visitors see their own appointments, after a link to their address. */
export function portalPages(deps: VisitDeps): Hono {
  const app = new Hono();
  const tooLarge = bodyLimit({ maxSize: 16 * 1024, onError: (c) => page(c, messagePage(messages.foreignForm), 413) });
  app.use('/my/*', pageHeaders, ownForms, tooLarge);
  const visiting = (answer: (visit: Visit) => Promise<Response>) => async (c: Context) => {
    const { slug = '' } = c.req.param();
    const portal = await findPortal(deps, slug);
    if (!portal) return page(c, messagePage(messages.noPortal), 404);
    return answer({ c, deps, portal, path: `/my/${encodeURIComponent(portal.slug)}` });
  };
  app.get('/my/:slug', visiting(showPortal));
  app.post('/my/:slug', visiting(sendLink));
  app.get('/my/:slug/link/:token', visiting(showLink));
  app.post('/my/:slug/link/:token', visiting(enter));
  app.post('/my/:slug/sign-out', visiting(signOut));
  app.get('/my/:slug/appointments/:id/recordings', visiting(showRecordings));
  app.onError((error, c) => {
    deps.log.error({ err: error }, 'portal page failed');
    return page(c, messagePage(messages.broken), asProblem(error).code === 'database_unavailable' ? 503 : 500);
  });
  return app;
}

async function showPortal(visit: Visit): Promise<Response> {
  const { c, deps, portal, path } = visit;
  const visitor = await visitorOf(visit);
  if (!visitor) return askWhoItIs(visit);
  const appointments = await listAppointments(deps, visitor, (id) => recordingsPath(path, id));
  const bookable = await listBookable(deps, portal.id);
  const names = { workspaceName: portal.name, workspaceSlug: portal.slug };
  return page(c, appointmentsPage({ ...names, email: visitor.email, path, ...appointments, bookable }));
}

async function sendLink(visit: Visit): Promise<Response> {
  const { c, deps, portal, path } = visit;
  const form = new URLSearchParams(await c.req.text());
  const typed = form.get('email') ?? '';
  const next = nextOf(form.get('for'));
  const { data: email } = address.safeParse(typed);
  if (email === undefined) {
    const error = 'Enter an e-mail address like name@example.com.';
    return askWhoItIs(visit, { next, typed: typed.slice(0, 500), error });
  }
  await askForLink(deps, portal, { email, locale: localeOf(c.req.header('accept-language')), next });
  return page(c, sentPage({ workspaceName: portal.name, path, email }));
}

async function showLink({ c, deps, portal, path }: Visit): Promise<Response> {
  const { token = '' } = c.req.param();
  if (!(await isLinkGood(deps, portal, token))) return page(c, messagePage(ended(path)), 410);
  const next = nextOf(c.req.query('for'));
  const action = `${path}/link/${encodeURIComponent(token)}${next === undefined ? '' : `?for=${next}`}`;
  return page(c, linkPage({ workspaceName: portal.name, path: action }));
}

async function enter({ c, deps, portal, path }: Visit): Promise<Response> {
  const { token = '' } = c.req.param();
  const next = nextOf(c.req.query('for'));
  try {
    const session = await enterWithLink(deps, portal, token);
    setCookie(c, cookieName(deps), session, { ...cookieOptions(deps), httpOnly: true, maxAge: weekSeconds });
    return c.redirect(next === undefined ? path : recordingsPath(path, next), 303);
  } catch (error) {
    if (error instanceof Problem && error.code === 'link_expired') return page(c, messagePage(ended(path)), 410);
    throw error;
  }
}

async function signOut({ c, deps, path }: Visit): Promise<Response> {
  const token = getCookie(c, cookieName(deps));
  if (token !== undefined) await leave(deps, token);
  deleteCookie(c, cookieName(deps), cookieOptions(deps));
  return c.redirect(path, 303);
}

const ownForms: MiddlewareHandler = async (c, next) => {
  if (c.req.method === 'POST' && !isOwnForm(c.req.raw.headers, c.req.url))
    return page(c, messagePage(messages.foreignForm), 403);
  return next();
};

const messages = {
  noPortal: {
    heading: 'There is nothing here',
    words: 'The address may be mistyped. Open the link from your confirmation once more.',
  },
  foreignForm: {
    heading: 'This form was sent from another site',
    words: 'Nothing was changed. Open the page itself and send its form.',
  },
  broken: { heading: 'Something went wrong on our side', words: 'Please try again in a minute.' },
} as const satisfies Record<string, MessageModel>;

function ended(path: string): MessageModel {
  return {
    heading: 'This link has ended',
    words: 'A link to your appointments works once, and for 15 minutes.',
    action: { text: 'Send me a new one', url: path },
  };
}
