import { Hono } from 'hono';
import type { OpenApi } from './openapi.ts';
import { asset, pageHeaders, serveAsset, type Html } from './pages.ts';
import { referenceOf, type Reference } from './reference-model.ts';
import { foundPage, overviewPage, sectionPage } from './reference-pages.ts';

const styles = asset('reference.css', 'text/css; charset=utf-8');
const script = asset('reference.js', 'text/javascript; charset=utf-8');

/** `/docs`: the reference of the API, made from its description. It loads nothing from anywhere else. */
export function referencePages({ publicUrl, describe }: { publicUrl: string; describe: () => OpenApi }): Hono {
  const app = new Hono();
  let known: Reference | undefined;
  const reference = () => (known ??= referenceOf(describe(), publicUrl, { styles: styles.url, script: script.url }));
  const pages = new Map<string, Html>();
  const made = (name: string, make: () => Html) => {
    const page = pages.get(name) ?? make();
    pages.set(name, page);
    return page;
  };
  for (const one of [styles, script]) serveAsset(app, one);
  app.use('/docs/*', pageHeaders);
  app.get('/docs', (c) => {
    const wanted = c.req.query('q')?.trim().slice(0, 100);
    return c.html(wanted ? foundPage(reference(), wanted) : made('', () => overviewPage(reference())));
  });
  app.get('/docs/:section', (c) => {
    const section = reference().sections.find(({ slug }) => slug === c.req.param('section'));
    if (!section) return c.notFound();
    return c.html(made(section.slug, () => sectionPage(reference(), section)));
  });
  return app;
}
