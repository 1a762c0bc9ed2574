import { readFileSync, statSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import type { OpenApi } from '../../src/http/openapi.ts';
import { apiPages } from './api-pages.ts';
import { contentsPage, homePage } from './home.ts';
import { documentOf, fromTo, type Frame, ready, type SitePage } from './layout.ts';
import { deadLinks } from './links.ts';
import { type Passage, type Places, renderMarkdown } from './markdown.ts';
import { findPages, groups, type MarkdownPage } from './pages.ts';
import { pictureSize } from './picture-size.ts';
import { addressOfFile, filePage } from './repository-files.ts';
import { type Found, foundOf, searchIndexScript } from './search-index.ts';

/** The files of a site by their addresses. */
export type Site = Map<string, string | Buffer>;

/** Makes the site from the repository at `root`, all but its scripts and styles. Throws if a link leads nowhere. */
export async function makeSite(root: string): Promise<Site> {
  const markdown = findPages(root);
  const api = await apiPages(JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')) as OpenApi);
  const linked = linkedFiles(root, markdown);
  const rendered = markdown.map((page) => textPage(page, linked));
  const frame: Frame = { menu: menuOf(markdown, api.entry), version: versionOf(root) };
  const pages = [
    homePage(linked.places('index.html', 'README.md').picture('docs/pictures/booking-page.png')),
    ...rendered.map(({ page }) => page),
    ...api.pages,
    ...linked.pages(),
  ];
  const found: Found[] = [
    ...rendered.flatMap(({ page, passages }) => foundOf(page, passages)),
    ...api.pages.flatMap((page) => foundOf(page, api.passages.get(page.address) ?? [])),
  ];
  const documents = new Map<string, string>();
  for (const page of [...pages, contentsPage(frame.menu, markdown)])
    documents.set(page.address, await documentOf(page, frame));
  const site: Site = new Map<string, string | Buffer>(documents);
  for (const [address, path] of linked.copied) site.set(address, readFileSync(join(root, path)));
  site.set('openapi.json', readFileSync(join(root, 'docs/openapi.json'), 'utf8'));
  site.set('assets/search-index.js', searchIndexScript(found));
  const dead = deadLinks(
    new Map([...[...site.keys(), ...assets].map((address) => [address, ''] as const), ...documents]),
  );
  if (dead.length > 0) throw new Error(`Links that lead nowhere:\n${dead.join('\n')}`);
  return site;
}

/** What is added to every site. */
export const assets = ['assets/site.css', 'assets/site.js', 'assets/search.js'] as const;

function textPage(page: MarkdownPage, linked: ReturnType<typeof linkedFiles>): { page: SitePage; passages: Passage[] } {
  const { source, address, title, text, group } = page;
  const { html, headings, passages, lead } = renderMarkdown(text, linked.places(address, source));
  const index = { Problems: 'problems/index.html', Decisions: 'decisions/index.html' }[group as string];
  const under = index && index !== address ? { address: index, label: group } : undefined;
  const isOnePlace = group === 'Problems' && under !== undefined;
  return {
    page: {
      address,
      title,
      description: lead.length > 160 ? `${lead.slice(0, 160)}…` : lead || title,
      content: ready(html),
      headings,
      look: isOnePlace ? 'wide' : 'text',
      ...(under && { under }),
    },
    // The page of a problem is read whole, so that it is found once.
    passages: isOnePlace ? [{ id: '', heading: title, text: passages.map((one) => one.text).join(' ') }] : passages,
  };
}

/** Where links of Markdown pages lead, and what else of the repository comes along because of them. */
function linkedFiles(root: string, markdown: MarkdownPage[]) {
  const known = new Map(markdown.map(({ source, address }) => [source, address]));
  known.set('README.md', 'index.html');
  known.set('docs/openapi.json', 'openapi.json');
  const files = new Set<string>();
  const copied = new Map<string, string>();

  function addressOf(path: string): string {
    const page = known.get(path) ?? known.get(posix.join(path, 'README.md'));
    if (page) return page;
    if (!statSync(join(root, path), { throwIfNoEntry: false })) return path; // the check of links names it
    files.add(path);
    return addressOfFile(path);
  }

  return {
    copied,
    places: (address: string, source: string): Places => ({
      link(href) {
        if (/^(?:[a-z]+:|#)/.test(href)) return href;
        const [path = '', anchor] = href.split('#');
        const target = addressOf(posix.join(posix.dirname(source), path).replace(/\/$/, ''));
        return fromTo(address, anchor === undefined ? target : `${target}#${anchor}`);
      },
      picture(href) {
        const path = posix.join(posix.dirname(source), href);
        const target = `pictures/${basename(path)}`;
        copied.set(target, path);
        return { address: fromTo(address, target), ...pictureSize(readFileSync(join(root, path))) };
      },
    }),
    /** A page for each file that was linked; a folder brings along what is in it. */
    pages: () => [...files].flatMap((path) => withinFolder(root, path)),
  };
}

function withinFolder(root: string, path: string): SitePage[] {
  const more: string[] = [];
  const page = filePage(root, path, (file) => more.push(file));
  return [page, ...more.map((file) => filePage(root, file, () => {}))];
}

function menuOf(markdown: MarkdownPage[], api: Frame['menu'][number]['entries'][number]): Frame['menu'] {
  const decisions = markdown.filter(({ group }) => group === 'Decisions');
  const isIndex = ({ address }: MarkdownPage) => address.endsWith('/index.html');
  const own = groups.map((name) => ({
    name: name as string,
    entries: markdown.filter(({ group }) => group === name).map(({ address, label }) => ({ address, label })),
  }));
  const project = own.pop() ?? { name: 'Project', entries: [] };
  const below = decisions.filter((page) => !isIndex(page)).map(({ address, label }) => ({ address, label }));
  return [
    ...own.filter(({ entries }) => entries.length > 0),
    { name: 'Look it up', entries: [api, { address: 'problems/index.html', label: 'Problems' }] },
    { ...project, entries: [...project.entries, { address: 'decisions/index.html', label: 'Decisions', below }] },
  ];
}

function versionOf(root: string): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}
