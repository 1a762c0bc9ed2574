import { html, raw } from 'hono/html';
import { posix } from 'node:path';
import type { Heading } from './markdown.ts';

export type Html = ReturnType<typeof html>;

/** A page of the site, without the frame around it. */
export type SitePage = {
  /** From the root of the site. */
  address: string;
  title: string;
  description: string;
  content: Html;
  headings: Heading[];
  /** `wide`: no table of contents beside it; `home`: no menu either. */
  look: 'text' | 'wide' | 'home';
  /** The page to which it belongs, if it is no entry of the menu itself. */
  under?: Entry;
};

export type Entry = { address: string; label: string; below?: Entry[] };
export type MenuGroup = { name: string; entries: Entry[] };
export type Frame = { menu: MenuGroup[]; version: string };

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%234f52b2'/%3E%3Cpath d='M4 8.5l3 3 5-6' fill='none' stroke='white' stroke-width='2'/%3E%3C/svg%3E";

/** The address of one page as another one links to it, so that the site works at any place, also as files. */
export function fromTo(page: string, target: string): string {
  const [path = '', anchor] = target.split('#');
  const way = posix.relative(posix.dirname(page), path);
  return anchor === undefined ? way : `${way}#${anchor}`;
}

/** The whole document of a page. */
export async function documentOf(page: SitePage, frame: Frame): Promise<string> {
  const to = (target: string) => fromTo(page.address, target);
  const title = page.look === 'home' ? 'Parley' : `${page.title} – Parley`;
  const hasToc = page.look === 'text' && contentsOf(page).length > 1;
  const made = await html`<!doctype html>
    <html lang="en" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="description" content="${page.description}" />
        <link rel="icon" href="${icon}" />
        <link rel="stylesheet" href="${to('assets/site.css')}" />
        <script src="${to('assets/site.js')}" defer></script>
      </head>
      <body class="look-${page.look}${hasToc ? '' : ' plain'}">
        <a class="skip" href="#main">Skip to the content</a>
        ${bar(to, hasToc)}
        <div class="columns">
          ${menu(page, frame, to)}
          <main id="main" tabindex="-1">
            ${page.under ? html`<p class="trail"><a href="${to(page.under.address)}">${page.under.label}</a></p>` : ''}
            ${page.content} ${page.look === 'home' ? '' : onward(page, frame, to)}
            <footer class="foot">
              <p>Parley ${frame.version} · <a href="${to('contents.html')}">All pages</a> · MIT</p>
            </footer>
          </main>
          ${hasToc ? tableOfContents(page) : ''}
        </div>
      </body>
    </html>`;
  return made.toString(); // oxlint-disable-line typescript/no-unnecessary-type-conversion -- it is an object that only says it is a string
}

function bar(to: (target: string) => string, hasToc: boolean): Html {
  return html`<header class="bar">
    <button class="open-menu" type="button" popovertarget="menu">Menu</button>
    <a class="home" href="${to('index.html')}">Parley <span>Docs</span></a>
    <form role="search" action="${to('contents.html')}" data-root="${to('index.html')}">
      <label class="unseen" for="search">Search the documentation</label>
      <input id="search" type="search" placeholder="Search" autocomplete="off" />
      <kbd aria-hidden="true">/</kbd>
      <p id="found" class="unseen" role="status"></p>
      <div id="results" class="results" hidden></div>
    </form>
    <p class="links"><a href="${to('quick-start.html')}">Quick start</a> <a href="${to('api/index.html')}">API</a></p>
    ${hasToc ? html`<button class="open-toc" type="button" popovertarget="toc">On this page</button>` : ''}
  </header>`;
}

function menu({ address, under }: SitePage, frame: Frame, to: (target: string) => string): Html {
  const link = (entry: Entry): Html => {
    const isHere = entry.address === address;
    const isOpen = isHere || entry.address === under?.address || entry.below?.some((one) => one.address === address);
    return html`<li class="${isOpen ? 'open' : ''}">
      <a href="${to(entry.address)}" ${isHere ? html`aria-current="page"` : ''}>${entry.label}</a>
      ${
        isOpen && entry.below
          ? html`<ul>
              ${entry.below.map(link)}
            </ul>`
          : ''
      }
    </li>`;
  };
  return html`<nav class="menu" id="menu" popover aria-label="Documentation">
    ${frame.menu.map(
      ({ name, entries }) =>
        html`<h2>${name}</h2>
          <ul>
            ${entries.map(link)}
          </ul>`,
    )}
  </nav>`;
}

function contentsOf({ headings }: SitePage): Heading[] {
  return headings.filter(({ level }) => level === 2 || level === 3);
}

function tableOfContents(page: SitePage): Html {
  return html`<nav class="toc" id="toc" popover aria-label="On this page">
    <h2>On this page</h2>
    <ul>
      ${contentsOf(page).map(({ level, id, text }) => html`<li class="level-${level}"><a href="#${id}">${text}</a></li>`)}
    </ul>
  </nav>`;
}

/** The pages before and after this one, in the order of the menu. */
function onward({ address }: SitePage, { menu }: Frame, to: (target: string) => string): Html {
  const order = menu.flatMap(({ entries }) => entries.flatMap((entry) => [entry, ...(entry.below ?? [])]));
  const at = order.findIndex((entry) => entry.address === address);
  if (at < 0) return html``;
  const [before, after] = [order[at - 1], order[at + 1]];
  return html`<nav class="onward" aria-label="Before and after">
    ${before ? html`<a rel="prev" href="${to(before.address)}"><span>Before</span> ${before.label}</a>` : html`<span></span>`}
    ${after ? html`<a rel="next" href="${to(after.address)}"><span>Next</span> ${after.label}</a>` : ''}
  </nav>`;
}

/** HTML that is made elsewhere. */
export function ready(text: string): Html {
  return html`${raw(text)}`;
}
