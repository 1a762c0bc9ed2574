import { existsSync, readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { marked } from 'marked';
import { problemCodes, problems, type ProblemCode } from '../problem.ts';
import { layout, pageHeaders, type Html } from './pages.ts';

const pages = new URL('../../docs/problems/', import.meta.url);

/** `/problems/<code>`: what a problem's `type` points at, on this server, so that it is there without the internet. */
export function problemPages(): Hono {
  const app = new Hono();
  app.use('/problems/*', pageHeaders);
  app.get('/problems/:code', (c) => {
    const code = problemCodes.find((known) => known === c.req.param('code'));
    if (!code) return c.notFound();
    return c.html(
      layout({ title: problems[code].title, content: html`<main class="message prose">${body(code)}</main>` }),
    );
  });
  return app;
}

/** The page from `docs/problems`, which ships with Parley; without it at least title and remedy. */
function body(code: ProblemCode): Html {
  const file = new URL(`${code}.md`, pages);
  if (existsSync(file)) return html`${raw(marked.parse(readFileSync(file, 'utf8'), { async: false }))}`;
  const { title, remedy } = problems[code];
  return html`<h1>${title}</h1>
    <p>${remedy}</p>`;
}
