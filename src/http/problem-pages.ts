import { Hono } from 'hono';
import { html } from 'hono/html';
import { problems, type ProblemCode } from '../problem.ts';
import { layout, pageHeaders } from './pages.ts';

/** `/problems/<code>`: what a problem's `type` points at, on this server, so that it is there without the internet. */
export function problemPages(): Hono {
  const app = new Hono();
  app.use('/problems/*', pageHeaders);
  app.get('/problems/:code', (c) => {
    const code = c.req.param('code');
    if (!isProblemCode(code)) return c.notFound();
    const { title, remedy, retry } = problems[code];
    const again = retry ? 'Parley tries again by itself.' : 'Parley does not try again by itself.';
    const content = html`<main class="message">
      <p><code>${code}</code></p>
      <h1>${title}</h1>
      <p>${remedy}</p>
      <p>${again}</p>
    </main>`;
    return c.html(layout({ title, content }));
  });
  return app;
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problems, code);
}
