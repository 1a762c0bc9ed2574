import { existsSync, readFileSync } from 'node:fs';
import { serveStatic } from '@hono/node-server/serve-static';
import { compress } from 'hono/compress';
import { Hono, type MiddlewareHandler } from 'hono';

const built = new URL('../../dist/console/', import.meta.url);

/** The console: files that `npm run build` made, and its one HTML page for every address below `/console`. */
export function consoleFiles(): Hono {
  const app = new Hono();
  app.use('/console/*', compress(), headers);
  if (existsSync(built))
    app.use(
      '/console/assets/*',
      serveStatic({ root: built.pathname, rewriteRequestPath: (path) => path.replace(/^\/console/, '') }),
    );
  app.get('/console', (c) => c.redirect('/console/'));
  app.get('/console/*', (c) => {
    const index = new URL('index.html', built);
    if (!existsSync(index)) return c.text('The console has not been built. Run: npm run build', 503);
    return c.html(readFileSync(index, 'utf8'));
  });
  return app;
}

// Fluent UI writes its styles at run time, hence 'unsafe-inline' for styles alone.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('Content-Security-Policy', policy);
  c.header(
    'Cache-Control',
    c.req.path.startsWith('/console/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
};
