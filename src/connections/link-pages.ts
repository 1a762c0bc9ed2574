import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import { newSecretToken } from '../access/secret-token.ts';
import { allowFormsElsewhere, isOwnForm, pageHeaders, type Html } from '../http/pages.ts';
import { asProblem } from '../http/problems.ts';
import type { ApiContext, Env } from '../http/router.ts';
import type { Log } from '../log.ts';
import { Problem, problems, type ProblemCode } from '../problem.ts';
import type { ConnectionRow } from './connection.ts';
import { approvalLink, messagePage, supportDetails } from './consent-views.ts';
import { finishLink, getOpenLink, openLink, type LinkOutcome, type LinkRow } from './links.ts';
import { shareableConsentUrl, type ConnectionDeps } from './service.ts';

/** What is added to the address that a person is sent back to: query parameters, and perhaps an empty fragment. */
export type Answer = { params: Record<string, string>; fragment?: '#' };
/** In whose words an application is told how it ended, by what its link asked for. */
export type LinkAnswers = Record<LinkRow['answer'], (outcome: LinkOutcome) => Answer>;

type Deps = ConnectionDeps & { log: Log; publicUrl: string; linkAnswers: LinkAnswers };

const dayS = 24 * 60 * 60;

/**
 * `/connect/…`: links by which people connect who are no members. One that is sent by mail is opened with a button, so
 * that mail scanners do not use it up; `/connect/login` goes on at once, for applications that send a browser there.
 */
export function connectLinkPages(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.use('/connect/*', pageHeaders);
  app.get('/connect/login', (c) => withWords(deps, c, () => open(deps, c, c.req.query('id') ?? '')));
  app.get('/connect/to/:token', (c) =>
    withWords(deps, c, async () => {
      const page = invitation(await whoAsks(deps, c.req.param('token')));
      allowFormsElsewhere(c);
      return c.html(page);
    }),
  );
  app.post('/connect/to/:token', (c) => {
    if (!isOwnForm(c.req.raw.headers, c.req.url)) throw new Problem('forbidden');
    return withWords(deps, c, () => open(deps, c, c.req.param('token')));
  });
  return app;
}

/** The secret of this browser, by which it is known again when it comes back from Microsoft. */
export function browserOf(c: ApiContext, publicUrl: string): string {
  const known = findBrowser(c, publicUrl);
  if (known !== undefined) return known;
  const browser = newSecretToken('parley_browser');
  setCookie(c, cookieName(publicUrl), browser, {
    path: '/',
    httpOnly: true,
    secure: publicUrl.startsWith('https:'),
    sameSite: 'Lax',
    maxAge: dayS,
  });
  return browser;
}

/** Takes Microsoft's answer for somebody who came by a link, and sends them back to the application that asked. */
export async function answerLink(deps: Deps, c: ApiContext, params: URLSearchParams): Promise<Response> {
  const browser = findBrowser(c, deps.publicUrl);
  if (browser === undefined) throw new Problem('state_mismatch');
  const outcome = await finishLink(deps, { browser, params });
  const { link } = outcome;
  const problem = outcome.kind === 'refused' ? outcome.problem : undefined;
  deps.log.info(
    { linkId: link.id, outcome: outcome.kind, code: problem?.code, provider: problem?.provider },
    'link answered',
  );
  const back =
    link.return_uri === null ? undefined : addressOf(link.return_uri, deps.linkAnswers[link.answer](outcome));
  if (back !== undefined && (!problem || !helpedByApproval.has(problem.code))) return c.redirect(back, 302);
  if (outcome.kind === 'connected') return c.html(connected(outcome.connection));
  return c.html(await refused(deps, outcome, back), problems[outcome.problem.code].status);
}

const helpedByApproval = new Set<ProblemCode>(['admin_approval_needed']);

async function open(deps: Deps, c: ApiContext, token: string): Promise<Response> {
  return c.redirect(await openLink(deps, token, browserOf(c, deps.publicUrl)), 302);
}

/** What goes wrong before Microsoft is reached is told on a page: where to send somebody is not known, or not trusted. */
export async function withWords(
  deps: Pick<Deps, 'log'>,
  c: ApiContext,
  run: () => Promise<Response> | Response,
): Promise<Response> {
  try {
    return await run();
  } catch (error) {
    const problem = asProblem(error);
    if (problem.code === 'internal_error') throw error;
    deps.log.info({ code: problem.code }, 'link not opened');
    const { title, remedy, status } = problems[problem.code];
    return c.html(messagePage(title, html`<p>${remedy}</p>`), status);
  }
}

async function whoAsks(deps: Deps, token: string): Promise<{ workspace: string; hint: string | null }> {
  const link = await getOpenLink(deps, token);
  const { name } = await deps.db
    .selectFrom('workspaces')
    .select('name')
    .where('id', '=', link.workspace_id)
    .executeTakeFirstOrThrow();
  return { workspace: name, hint: link.login_hint };
}

function invitation({ workspace, hint }: { workspace: string; hint: string | null }): Html {
  return messagePage(
    'Connect Microsoft Teams',
    html`<p>
        <strong>${workspace}</strong> would like to make Teams meetings in your calendar.
        ${hint !== null && html`Sign in with <strong>${hint}</strong>.`}
      </p>
      <p>
        Microsoft asks you for your permission next, and shows what for. You can take it back there at any time. This
        link works for one account, once.
      </p>
      <form method="post"><button class="primary" type="submit">Continue to Microsoft</button></form>`,
  );
}

function connected({ account_email: email }: ConnectionRow): Html {
  return messagePage(
    'You are connected',
    html`<p>Teams meetings can now be made in ${email === null ? 'your calendar' : html`the calendar of ${email}`}.</p>
      <p>You can close this page.</p>`,
  );
}

/** The administrator's approval is one link away, and the application gets its answer when the person goes back. */
async function refused(
  deps: Deps,
  { problem, link }: LinkOutcome & { kind: 'refused' },
  back: string | undefined,
): Promise<Html> {
  const { title, remedy } = problems[problem.code];
  const app = helpedByApproval.has(problem.code)
    ? await deps.apps.get(link.workspace_id, link.registration_id)
    : undefined;
  const consentUrl = app && shareableConsentUrl({ app });
  return messagePage(
    title,
    html`<p>${problem.detail ?? remedy}</p>
      ${consentUrl && approvalLink(consentUrl)}
      ${back && html`<p><a class="button" href="${back}">Back to the application</a></p>`}
      ${problem.provider && supportDetails(problem.provider)}`,
  );
}

/** The address of an application with an answer in it. */
export function addressOf(returnUri: string, { params, fragment }: Answer): string {
  const url = new URL(returnUri);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return `${url.href}${fragment ?? ''}`;
}

function findBrowser(c: ApiContext, publicUrl: string): string | undefined {
  return getCookie(c, cookieName(publicUrl));
}

function cookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Host-parley-connect' : 'parley-connect';
}
