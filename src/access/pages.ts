import { Hono } from 'hono';
import { setCookie } from 'hono/cookie';
import { html } from 'hono/html';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { sessionCookieName } from '../http/authenticate.ts';
import { layout, isOwnForm, pageHeaders, type Html } from '../http/pages.ts';
import type { Env } from '../http/router.ts';
import { Problem } from '../problem.ts';
import { readSignInToken, signIn } from './service.ts';

type Deps = { db: Kysely<Database>; now: () => Date; publicUrl: string };

const thirtyDays = 30 * 24 * 60 * 60;

/** `/sign-in`: one-time links. Opening one only shows it, so that mail scanners do not use it up; the button signs in. */
export function signInPages(deps: Deps): Hono<Env> {
  const app = new Hono<Env>();
  app.use('/sign-in/*', pageHeaders);
  app.get('/sign-in', (c) => c.html(howToSignIn()));
  app.get('/sign-in/:token', async (c) => {
    try {
      return await c.html(confirm(await readSignInToken(deps, c.req.param('token'))));
    } catch (error) {
      if (!isExpired(error)) throw error;
      return c.html(expired(), 410);
    }
  });
  app.post('/sign-in/:token', async (c) => {
    if (!isOwnForm(c.req.raw.headers, c.req.url)) throw new Problem('forbidden');
    try {
      const session = await signIn(deps, c.req.param('token'));
      const secure = deps.publicUrl.startsWith('https:');
      setCookie(c, sessionCookieName(deps.publicUrl), session, {
        path: '/',
        httpOnly: true,
        secure,
        sameSite: 'Lax',
        maxAge: thirtyDays,
      });
      return c.redirect('/console/', 303);
    } catch (error) {
      if (!isExpired(error)) throw error;
      return c.html(expired(), 410);
    }
  });
  return app;
}

function confirm({ name, workspace }: { name: string; workspace: string }): Html {
  return messageLayout(
    'Sign in to Parley',
    html`<h1>Hello, ${name}</h1>
      <p>This link signs you in to <strong>${workspace}</strong> on this device. It works once.</p>
      <form method="post"><button class="primary" type="submit">Sign in</button></form>`,
  );
}

function expired(): Html {
  return messageLayout(
    'This link has ended',
    html`<h1>This link has ended</h1>
      <p>A sign-in link works once and for 15 minutes.</p>
      ${newLink}`,
  );
}

function howToSignIn(): Html {
  return messageLayout(
    'Sign in to Parley',
    html`<h1>Sign in to Parley</h1>
      <p>You sign in with a one-time link.</p>
      ${newLink}`,
  );
}

const newLink = html`<p>Whoever runs this server gets a new one by running, on the server:</p>
  <p><code>npm run parley -- sign-in you@example.com</code></p>`;

function messageLayout(title: string, content: Html): Html {
  return layout({ title, robots: 'noindex', content: html`<main class="message">${content}</main>` });
}

function isExpired(error: unknown): boolean {
  return error instanceof Problem && error.code === 'link_expired';
}
