import { Hono } from 'hono';
import type { Context } from '../context.ts';
import { AadstsError, tokenError } from './aadsts.ts';
import { adminConsent, takeAdminStep } from './admin-consent.ts';
import { authorize, takeStep } from './authorize.ts';
import { instanceDiscovery, keySet, openIdConfiguration } from './discovery.ts';
import { messagePage } from './pages.ts';
import { endSession } from './sessions.ts';
import { token } from './token.ts';

/** Entra ID: everything under `login.microsoftonline.com`. */
export function entraApp(context: Context): Hono {
  const app = new Hono();
  addDocuments(app, context);

  app.get('/:tenant/oauth2/v2.0/authorize', (c) => authorize(context, c.req.raw, c.req.param('tenant')));
  app.post('/:tenant/oauth2/v2.0/authorize/:step', async (c) =>
    takeStep(context, c.req.raw, c.req.param('tenant'), c.req.param('step'), await readForm(c.req.raw)),
  );
  app.get('/:tenant/oauth2/v2.0/authorize/:step', (c) => {
    const url = new URL(c.req.url);
    return c.redirect(url.pathname.replace(/\/[^/]+$/, '') + url.search);
  });
  app.all('/:tenant/oauth2/v2.0/token', (c) => {
    if (c.req.method === 'OPTIONS') return preflight(c.req.header('origin'));
    return token(context, c.req.raw, c.req.param('tenant'));
  });
  app.get('/:tenant/oauth2/v2.0/logout', (c) => logout(context, c.req.raw));

  const versions = { v1: '/:tenant/adminconsent', v2: '/:tenant/v2.0/adminconsent' } as const;
  for (const version of ['v1', 'v2'] as const) {
    const path = versions[version];
    app.get(path, (c) => adminConsent(context, c.req.raw, c.req.param('tenant'), version));
    app.post(`${path}/:step`, async (c) =>
      takeAdminStep(context, c.req.raw, c.req.param('tenant'), version, {
        step: c.req.param('step'),
        form: await readForm(c.req.raw),
      }),
    );
  }

  app.get('/error', (c) => messagePage('Error lookup', `AADSTS${c.req.query('code') ?? ''}: see the error itself.`));
  app.notFound(() => messagePage('Nothing here', 'Entra ID has no page at this address.', 404));
  return app;
}

function addDocuments(app: Hono, context: Context): void {
  const document = (request: Request, read: (origin: string) => Record<string, unknown>): Response => {
    try {
      const headers = { 'access-control-allow-origin': '*', 'cache-control': 'max-age=86400, private' };
      return Response.json(read(new URL(request.url).origin), { headers });
    } catch (error) {
      if (!(error instanceof AadstsError)) throw error;
      return tokenError(context, request, error.code, error.values);
    }
  };
  app.get('/:tenant/v2.0/.well-known/openid-configuration', (c) =>
    document(c.req.raw, (origin) => openIdConfiguration(context, c.req.param('tenant'), origin)),
  );
  app.get('/common/discovery/instance', (c) =>
    document(c.req.raw, (origin) => instanceDiscovery(c.req.query('authorization_endpoint'), origin)),
  );
  for (const path of ['/:tenant/discovery/v2.0/keys', '/:tenant/discovery/keys'] as const) {
    app.get(path, (c) => document(c.req.raw, (origin) => keySet(context, c.req.param('tenant'), origin)));
  }
}

async function readForm(request: Request): Promise<URLSearchParams> {
  return new URLSearchParams(await request.text());
}

function preflight(origin: string | undefined): Response {
  const headers = {
    'access-control-allow-origin': origin ?? '*',
    'access-control-allow-methods': 'POST, OPTIONS',
    'access-control-allow-headers': 'content-type, client-request-id',
  };
  return new Response(null, { status: 204, headers });
}

/** Signs out and goes back, but only to an address that some app has registered. */
async function logout(context: Context, request: Request): Promise<Response> {
  const wanted = new URL(request.url).searchParams.get('post_logout_redirect_uri');
  const apps = [...context.directory.apps.values()];
  const isKnown = apps.some(({ redirectUris }) => redirectUris.some(({ uri }) => uri === wanted));
  const response =
    wanted !== null && isKnown
      ? new Response(null, { status: 302, headers: { location: wanted } })
      : await messagePage('You signed out', 'It is a good idea to close all browser windows.');
  return endSession(context, request, response);
}
