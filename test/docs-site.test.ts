import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, test } from 'node:test';
import { deadLinks } from '../scripts/docs/links.ts';
import { renderMarkdown } from '../scripts/docs/markdown.ts';
import { makeSite, type Site } from '../scripts/docs/site.ts';
import { description } from './support/documented.ts';

const root = join(import.meta.dirname, '..');
let site: Site = new Map();
const page = (address: string) => String(site.get(address) ?? assert.fail(`there is no ${address}`));

before(async () => {
  site = await makeSite(root);
});

test('every guide, problem, decision and operation is in the site, and can be reached from the first page', () => {
  const sources = (folder: string, to: string) =>
    globSync(`docs/${folder}/*.md`, { cwd: root }).map(
      (path) => `${to}/${path.split('/').at(-1)?.replace('README.md', 'index.html').replace('.md', '.html')}`,
    );
  const wanted = [
    ...['index', 'quick-start', 'concepts', 'changelog', 'contents', 'api/index'].map((name) => `${name}.html`),
    ...sources('guides', 'guides'),
    ...sources('problems', 'problems'),
    ...sources('adr', 'decisions'),
  ];
  const reached = new Set(['index.html']);
  for (const address of reached) {
    if (!address.endsWith('.html')) continue;
    for (const [, link = ''] of page(address).matchAll(/<a\b[^>]* href="([^"#]+)/g))
      if (!/^\w+:/.test(link)) reached.add(join(dirname(address), link));
  }
  assert.deepEqual(
    wanted.filter((address) => !reached.has(address)),
    [],
  );
  assert.deepEqual(
    [...site.keys()].filter((address) => address.endsWith('.html') && !reached.has(address)),
    [],
  );
  const reference = [...site.keys()]
    .filter((address) => address.startsWith('api/'))
    .map(page)
    .join('');
  for (const [path, methods] of Object.entries(description().paths))
    for (const { operationId } of Object.values(methods))
      assert.ok(reference.includes(`<section class="operation" id="${operationId}"`), `${operationId} of ${path}`);
});

test('links that lead nowhere are found, and each is named with its page', () => {
  const files = new Map([
    [
      'a.html',
      '<a href="b/c.html">good</a> <a href="b/c.html#there">good</a> <a href="https://parley.example/x">elsewhere</a>',
    ],
    [
      'b/c.html',
      '<h2 id="there"></h2> <a href="../a.html">good</a> <a href="a.html">gone</a> <a href="#nowhere">no place</a> <img src="../x.png">',
    ],
  ]);
  assert.deepEqual(deadLinks(files), [
    'b/c.html links to a.html, and there is no b/a.html.',
    'b/c.html links to #nowhere, and there is no such place.',
    'b/c.html links to ../x.png, and there is no x.png.',
  ]);
});

test('every link in the repository’s pages leads somewhere, for those who read them where they are', () => {
  const texts = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md', 'client/*.md', '.github/**/*.md'], { cwd: root });
  assert.ok(texts.length > 150);
  for (const source of texts) {
    const links: string[] = [];
    const places = {
      link: (href: string) => (links.push(href), href),
      picture: (href: string) => (links.push(href), { address: href, width: 1, height: 1 }),
    };
    const { headings } = renderMarkdown(readFileSync(join(root, source), 'utf8'), places);
    for (const link of links) {
      if (/^https?:\/\//.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? source : join(dirname(source), path);
      assert.ok(existsSync(join(root, target)), `${source} links to ${link}`);
      if (anchor === undefined) continue;
      const there = target === source ? headings : headingsOf(target);
      assert.ok(
        there.some(({ id }) => id === anchor),
        `${source} links to ${link}`,
      );
    }
  }
});

function headingsOf(path: string) {
  const file = statSync(join(root, path)).isDirectory() ? join(path, 'README.md') : path;
  const nowhere = { link: (href: string) => href, picture: (address: string) => ({ address, width: 1, height: 1 }) };
  return renderMarkdown(readFileSync(join(root, file), 'utf8'), nowhere).headings;
}

test('the site asks nothing of other servers, holds no place of this machine, and runs no script of a page', () => {
  for (const [address, content] of site) {
    if (!address.endsWith('.html')) continue;
    const text = String(content);
    assert.doesNotMatch(text, /<(?:script|link|img|iframe|source)\b[^>]*\s(?:src|href)="(?:https?:)?\/\//, address);
    assert.doesNotMatch(text, /<script(?![^>]*\ssrc=)|\son\w+="|javascript:/, address);
    assert.ok(!text.includes(root), address);
    assert.match(text, /<html lang="en"/, address);
    assert.equal([...text.matchAll(/<h1\b/g)].length, 1, `${address} has one heading of its own`);
    assert.doesNotMatch(text, /\[object Object\]/, address);
  }
});

test('what Markdown says is text stays text', () => {
  const places = { link: (href: string) => href, picture: (address: string) => ({ address, width: 1, height: 1 }) };
  const { html, headings } = renderMarkdown(
    '# A `<b>` & c\n\n## Twice\n\n## Twice\n\n```json\n{"a": "<script>"}\n```\n\n```odd\n<x>\n```\n',
    places,
  );
  assert.deepEqual(
    headings.map(({ id }) => id),
    ['a-b--c', 'twice', 'twice-1'],
  );
  assert.match(html, /<span class="text">&quot;&lt;script&gt;&quot;<\/span>/);
  assert.match(html, /<code>&lt;x&gt;/);
  assert.doesNotMatch(html, /<script>|<x>|<b>/);
});
