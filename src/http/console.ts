import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveStatic } from '@hono/node-server/serve-static';
import { compress } from 'hono/compress';
import { Hono, type MiddlewareHandler } from 'hono';

const whereItIsBuilt = fileURLToPath(new URL('../../dist/console', import.meta.url));

/** The console: files that `npm run build` made, and its one HTML page for every address below `/console`. */
export function consoleFiles(built = whereItIsBuilt): Hono {
  const app = new Hono();
  app.use('/console/*', compress(), headers);
  if (existsSync(built))
    app.use(
      '/console/assets/*',
      serveStatic({ root: built, rewriteRequestPath: (path) => path.replace(/^\/console/, '') }),
    );
  app.get('/console/assets/*', (c) => c.text('Not here. Load the console again.', 404));
  app.get('/console', (c) => c.redirect('/console/'));
  app.get('/console/*', (c) => {
    const index = join(built, 'index.html');
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
  "media-src 'self'",
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
    c.req.path.startsWith('/console/assets/') && c.res.ok ? 'public, max-age=31536000, immutable' : 'no-cache',
  );
};
