import MiniSearch from 'minisearch';
import type { Passage } from './markdown.ts';

export type Found = { page: string; heading: string; text: string; address: string };

/** How the index is made and asked: the site's script gets the same, as JSON. */
export const searchOptions = {
  fields: ['heading', 'page', 'text'],
  storeFields: ['heading', 'page', 'excerpt', 'address'],
  searchOptions: { boost: { heading: 4, page: 2 }, prefix: true, fuzzy: 0.15, combineWith: 'AND' },
} as const;

/** A script that hands the index to the search; a script, because pages opened as files may load nothing else. */
export function searchIndexScript(found: Found[]): string {
  const index = new MiniSearch({
    ...searchOptions,
    fields: [...searchOptions.fields],
    storeFields: [...searchOptions.storeFields],
  });
  index.addAll(
    found.map(({ text, ...rest }, id) => ({
      id,
      ...rest,
      text,
      excerpt: text.length > 180 ? `${text.slice(0, 180)}…` : text,
    })),
  );
  return `globalThis.parleySearchIndex = ${JSON.stringify({ options: searchOptions, index })};\n`;
}

/** What the search finds of a page. */
export function foundOf(page: { address: string; title: string }, passages: Passage[]): Found[] {
  return passages
    .filter(({ heading, text }) => heading || text)
    .map(({ id, heading, text }) => ({
      page: heading === page.title ? '' : page.title,
      heading: heading || page.title,
      text,
      address: id && heading !== page.title ? `${page.address}#${id}` : page.address,
    }));
}
