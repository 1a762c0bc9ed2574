import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { html } from 'hono/html';
import { highlight } from './highlight.ts';
import { fromTo, ready, type SitePage } from './layout.ts';

/** Where the site shows a file or folder of the repository that a page links to and that is no page itself. */
export function addressOfFile(path: string): string {
  return `repository/${path}.html`;
}

/** A file of the repository to read, or what a folder of it holds; `add` is told of each file that a folder links to. */
export function filePage(root: string, path: string, add: (path: string) => void): SitePage {
  const address = addressOfFile(path);
  const base = { address, title: path, description: `${path} in the repository.`, headings: [], look: 'wide' as const };
  if (statSync(join(root, path)).isDirectory()) {
    const files = globSync(`${path}/**/*.*`, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] }).toSorted();
    for (const file of files) add(file);
    return {
      ...base,
      content: html`<h1>${path}</h1>
        <ul class="files">
          ${files.map((file) => html`<li><a href="${fromTo(address, addressOfFile(file))}">${file}</a></li>`)}
        </ul>`,
    };
  }
  const code = highlight(readFileSync(join(root, path), 'utf8'), languageOf(path));
  return {
    ...base,
    content: html`<h1>${basename(path)}</h1>
      <p class="quiet">${path} in the repository.</p>
      <figure class="code whole">
        <pre tabindex="0" role="group" aria-label="${path}"><code>${ready(code)}</code></pre>
      </figure>`,
  };
}

function languageOf(path: string): string {
  return { '.tsx': 'ts', '.mjs': 'js', '': 'sh' }[extname(path)] ?? extname(path).slice(1);
}
