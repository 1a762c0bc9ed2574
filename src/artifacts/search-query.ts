import { Problem } from '../problem.ts';
import { runsOf, wordsOf } from './search-text.ts';

/** What somebody looks for: a line is found by any of the groups, and by a group if all of it is in the line. */
export type SearchQuery = Group[];

export type Group = { wanted: Sought; unwanted: Sought };

/** Words or phrases as they are indexed, and what stands without blanks. */
export type Sought = { phrases: string[]; runs: string[] };

/**
 * Reads what people type into a search box, as `websearch_to_tsquery` does: words, “phrases” in quotes, `or` between
 * them, `-` before what is unwanted. Throws `invalid_request` at `/q` when nothing is left to look for.
 */
export function parseSearch(text: string): SearchQuery {
  const groups: SearchQuery = [newGroup()];
  for (const [token, quoted = token] of text.normalize('NFC').matchAll(/-?"([^"]*)"|\S+/g)) {
    if (/^or$/i.test(token)) groups.push(newGroup());
    else add(groups.at(-1)?.[token.startsWith('-') ? 'unwanted' : 'wanted'], quoted);
  }
  const meant = groups.filter(({ wanted }) => wanted.phrases.length + wanted.runs.length > 0);
  if (meant.length > 0) return meant;
  throw new Problem('invalid_request', {
    errors: [{ pointer: '/q', detail: 'Give at least one word to look for, with letters or digits.' }],
  });
}

function newGroup(): Group {
  return { wanted: { phrases: [], runs: [] }, unwanted: { phrases: [], runs: [] } };
}

function add(sought: Sought | undefined, text: string): void {
  const phrase = wordsOf(text).trim().replace(/ +/g, ' ');
  if (phrase !== '') sought?.phrases.push(phrase);
  sought?.runs.push(...runsOf(text));
}
