import { Marked, type Token, type Tokens } from 'marked';
import { escapeHtml, highlight } from './highlight.ts';

export type Heading = { level: number; id: string; text: string };

/** What stands under one heading, as text: what the search finds. */
export type Passage = { id: string; heading: string; text: string };

/** `lead`: the words of the first paragraph. */
export type Rendered = { html: string; headings: Heading[]; passages: Passage[]; lead: string };

/** Where links and pictures of a page lead on the site. */
export type Places = {
  link: (href: string) => string;
  picture: (href: string) => { address: string; width: number; height: number };
};

/** A Markdown page as HTML, with what its table of contents and the search need. */
export function renderMarkdown(text: string, places: Places): Rendered {
  const headings: Heading[] = [];
  const newId = idMaker();
  const counted = { code: 0, table: 0 };
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const words = plain(tokens);
        const id = newId(words);
        headings.push({ level: depth, id, text: words });
        const inner = this.parser.parseInline(tokens);
        if (depth === 1) return `<h1 id="${id}">${inner}</h1>\n`;
        const anchor = `<a class="anchor" href="#${id}" aria-label="Link to “${escapeHtml(words)}”">#</a>`;
        return `<h${depth} id="${id}">${inner} ${anchor}</h${depth}>\n`;
      },
      code({ text: code, lang = '' }) {
        counted.code += 1;
        const label = `Example ${counted.code}`;
        return `<figure class="code"><pre tabindex="0" role="group" aria-label="${label}"><code>${highlight(code, lang)}</code></pre></figure>\n`;
      },
      table(token) {
        counted.table += 1;
        return `<div class="table" tabindex="0" role="group" aria-label="Table ${counted.table}">${tableOf(token, (cell) => this.parser.parseInline(cell))}</div>\n`;
      },
      link({ href, title, tokens }) {
        const hint = title ? ` title="${escapeHtml(title)}"` : '';
        return `<a href="${escapeHtml(places.link(href))}"${hint}>${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text: alt }) {
        const { address, width, height } = places.picture(href);
        return `<img src="${escapeHtml(address)}" alt="${escapeHtml(alt)}" width="${width}" height="${height}" loading="lazy" />`;
      },
    },
  });
  const tokens = marked.lexer(text);
  const html = marked.parser(tokens);
  const lead = tokens.find(({ type }) => type === 'paragraph');
  return {
    html,
    headings,
    passages: passagesOf(tokens, headings),
    lead: lead ? plain([lead]).replaceAll(/\s+/g, ' ') : '',
  };
}

function tableOf({ header, rows }: Tokens.Table, inline: (tokens: Token[]) => string): string {
  const isBare = header.every(({ text }) => text === '');
  const head = isBare
    ? ''
    : `<thead><tr>${header.map(({ tokens }) => cellOf('th', inline(tokens))).join('')}</tr></thead>`;
  const body = rows.map((row) => `<tr>${row.map(({ tokens }) => `<td>${inline(tokens)}</td>`).join('')}</tr>`);
  return `<table>${head}<tbody>${body.join('\n')}</tbody></table>`;
}

/** A heading of a table needs words: an empty one is a cell. */
function cellOf(tag: 'th', inner: string): string {
  return inner === '' ? '<td></td>' : `<${tag} scope="col">${inner}</${tag}>`;
}

/** Ids of headings as GitHub makes them, so that links work there and here. */
function idMaker(): (text: string) => string {
  const used = new Map<string, number>();
  return (text) => {
    const id = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const before = used.get(id) ?? 0;
    used.set(id, before + 1);
    return before === 0 ? id : `${id}-${before}`;
  };
}

function passagesOf(tokens: Token[], headings: Heading[]): Passage[] {
  const passages: Passage[] = [];
  let next = 0;
  for (const token of tokens) {
    if (token.type === 'heading') {
      const heading = plain(token.tokens ?? []);
      const at = headings.findIndex(({ text }, index) => index >= next && text === heading);
      passages.push({ id: headings[at]?.id ?? '', heading, text: '' });
      next = at + 1;
      continue;
    }
    const passage = passages.at(-1);
    if (passage) passage.text += ` ${plain([token])}`;
  }
  return passages.map((passage) => ({ ...passage, text: passage.text.replaceAll(/\s+/g, ' ').trim() }));
}

/** The words of tokens, without their marks. */
function plain(tokens: Token[]): string {
  return tokens.map(wordsOf).join('');
}

function wordsOf(token: Token): string {
  if (token.type === 'table') {
    const { header, rows } = token as Tokens.Table;
    return [header, ...rows].flatMap((row) => row.map((cell) => `${plain(cell.tokens)} `)).join('');
  }
  if (token.type === 'list') return (token as Tokens.List).items.map((item) => `${plain(item.tokens)} `).join('');
  if (token.type === 'br' || token.type === 'space') return ' ';
  if (token.type === 'html') return '';
  if ('tokens' in token && token.tokens) return plain(token.tokens);
  return 'text' in token ? unescaped(String(token.text)) : '';
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
