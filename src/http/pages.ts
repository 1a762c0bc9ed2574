import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { html, raw } from 'hono/html';

/** Escaped markup, as the `html` template makes it. */
export type Html = ReturnType<typeof html>;

export type PageModel = {
  title: string;
  content: Html;
  /** The zone of the times on the page when the visitor did not choose it, so that the script can put theirs instead. */
  guessedZone?: string | undefined;
  /** For browsers without JavaScript: load `url` after some seconds. */
  refresh?: { seconds: number; url: string } | undefined;
  robots?: 'noindex';
  /** The site that shows the page inside one of its own: told of its height, and of what was booked. */
  embeddedIn?: string | undefined;
};

const styles = asset('visitor.css', 'text/css; charset=utf-8');
const script = asset('visitor.js', 'text/javascript; charset=utf-8');
const embedding = asset('embed.js', 'text/javascript; charset=utf-8');

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%234f52b2'/%3E%3Cpath d='M4 8.5l3 3 5-6' fill='none' stroke='white' stroke-width='2'/%3E%3C/svg%3E";

/** The whole document around the content of a page that people see without signing in. */
export function layout({ title, content, guessedZone, refresh, robots, embeddedIn }: PageModel): Html {
  const zone = guessedZone === undefined ? '' : html` data-guessed-zone="${guessedZone}"`;
  const embedded = embeddedIn === undefined ? '' : html` data-embedded-in="${embeddedIn}"`;
  // Where the zone is only guessed, the script runs before anything is painted: no time appears and then changes.
  const loading = guessedZone === undefined ? raw(' defer') : '';
  return html`<!doctype html>
    <html lang="en" dir="ltr" ${zone} ${embedded}>
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        ${robots && html`<meta name="robots" content="${robots}" />`}
        ${
          refresh &&
          html`<noscript><meta http-equiv="refresh" content="${refresh.seconds}; url=${refresh.url}" /></noscript>`
        }
        <link rel="icon" href="${icon}" />
        <link rel="stylesheet" href="${styles.url}" />
        <script src="${script.url}" ${loading}></script>
      </head>
      <body>
        ${content}
      </body>
    </html>`;
}

const contentSecurityPolicy = (framers: readonly string[], { formsLeadElsewhere = false } = {}) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    "connect-src 'self'",
    ...(formsLeadElsewhere ? [] : ["form-action 'self'"]),
    "base-uri 'none'",
    `frame-ancestors ${framers.length === 0 ? "'none'" : framers.join(' ')}`,
  ].join('; ');

const framedByNobody = contentSecurityPolicy([]);

/** Gives every answer the headers of a page that may show a secret: nothing stored, nothing sent on, nothing foreign run. */
export const pageHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  protectPage(c);
};

/** The same for one answer, which is a page where others at its address are not. */
export function protectPage(c: Context): void {
  if (!c.res.headers.has('Content-Security-Policy')) c.header('Content-Security-Policy', framedByNobody);
  c.header('Referrer-Policy', 'no-referrer');
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Cache-Control', 'no-store');
}

/**
 * Lets the form of one page lead to other sites: browsers hold every redirect that follows a form against the policy of
 * its page, also those of Microsoft's sign-in and the last one, back to an application.
 * @see https://www.w3.org/TR/CSP3/#directive-form-action
 */
export function allowFormsElsewhere(c: Context): void {
  c.header('Content-Security-Policy', contentSecurityPolicy([], { formsLeadElsewhere: true }));
}

/** Lets one page be shown inside those of some sites, which are origins; nobody else’s, and no other page. */
export function allowFraming(c: Context, framers: readonly string[]): void {
  c.header('Content-Security-Policy', contentSecurityPolicy(framers));
  // Older than frame-ancestors, and it knows no list.
  c.header('X-Frame-Options', undefined);
  c.header('Cross-Origin-Resource-Policy', 'cross-origin');
}

/**
 * Whether a form came from one of our own pages. `no-referrer` makes browsers send `Origin: null` from them, so that
 * `Sec-Fetch-Site` decides where it is sent; these pages carry no cookies that a foreign form could ride on.
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function isOwnForm(headers: Headers, url: string): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = headers.get('origin');
  if (origin === null || origin === 'null') return true;
  return URL.canParse(origin) && new URL(origin).host === (headers.get('host') ?? new URL(url).host);
}

/** Serves the style sheet and the script; the address carries the hash of the content, so that browsers keep them. */
export function assetRoutes(): Hono {
  const app = new Hono();
  for (const one of [styles, script]) serveAsset(app, one);
  app.get('/embed.js', (c) => {
    const tag = `"${embedding.hash}"`;
    c.header('ETag', tag);
    // The one address that other sites load from here, and that stands in their pages for years.
    c.header('Cross-Origin-Resource-Policy', 'cross-origin');
    c.header('Cache-Control', 'public, max-age=600');
    if (c.req.header('if-none-match') === tag) return c.body(null, 304);
    c.header('Content-Type', embedding.type);
    c.header('X-Content-Type-Options', 'nosniff');
    return c.body(embedding.body);
  });
  return app;
}

/** Serves a file; where its address carries the hash of what is in it, browsers keep it. */
export function serveAsset(app: Hono, { name, type, hash, body }: ReturnType<typeof asset>): void {
  app.get(`/assets/${name}`, (c) => {
    const current = c.req.query('v') === hash;
    c.header('Content-Type', type);
    c.header('X-Content-Type-Options', 'nosniff');
    c.header('Cache-Control', current ? 'public, max-age=31536000, immutable' : 'no-cache');
    return c.body(body);
  });
}

/** A file of `assets`, with the address under which pages ask for it. */
export function asset(name: string, type: string) {
  const body = readFileSync(new URL(`assets/${name}`, import.meta.url), 'utf8');
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 12);
  return { name, type, body, hash, url: `/assets/${name}?v=${hash}` };
}
