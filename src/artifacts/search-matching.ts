import { sql, type Kysely, type RawBuilder } from 'kysely';
import { containing } from '../database/page.ts';
import type { Database } from '../database/schema.ts';
import { parseSearch, type Group } from './search-query.ts';
import { pairsOf, withoutAccents, wordsOf } from './search-text.ts';

/** Where something was found in a text: from this character to before that one, as JavaScript counts them. */
export type Match = [from: number, to: number];

/** A query in PostgreSQL's words: made once, asked of many lines. */
export type Matching = {
  configurations: string[];
  /** A line is found by any of them. */
  groups: { words: string; runs: string[]; unwantedRuns: string[] }[];
  /** What is marked: any wanted word, and any wanted run. */
  markedWords: string;
  markedRuns: string[];
};

/**
 * Reads a query, and looks its words up in each language. Statements that ask for it have few forms, however many forms
 * queries have. Throws `invalid_request` for a query without a word.
 */
export async function matchingOf(db: Kysely<Database>, q: string, configurations: string[]): Promise<Matching> {
  const query = parseSearch(q);
  const quoted = (phrases: string[]) => phrases.map((phrase) => `"${phrase}"`);
  const texts = query.flatMap(({ wanted, unwanted }) => [
    quoted(wanted.phrases).join(' '),
    quoted(wanted.phrases).join(' or '),
    quoted(unwanted.phrases).join(' or '),
  ]);
  const queries = await inEachLanguage(db, configurations, texts);
  return {
    configurations,
    groups: query.map((group, at) => {
      const { wanted, unwanted } = group;
      return {
        words: wordsIn(group, queries[3 * at] ?? '', queries[3 * at + 2] ?? ''),
        // Pairs say that a run may be there; the text says whether it is.
        runs: wanted.runs.filter((run) => Array.from(run).length > 2).map(containing),
        unwantedRuns: unwanted.runs.map(containing),
      };
    }),
    markedWords: anyOf(query.map((_, at) => queries[3 * at + 1] ?? '')),
    markedRuns: query.flatMap(({ wanted }) => wanted.runs),
  };
}

/** What each text asks for in any of the languages, with accents or without; empty where it has no words. */
async function inEachLanguage(db: Kysely<Database>, configurations: string[], texts: string[]): Promise<string[]> {
  const asked = texts.flatMap((text, number) =>
    [...new Set([text, withoutAccents(text)])].flatMap((form) =>
      configurations.map((name) => ({ number, name, form })),
    ),
  );
  const { rows } = await sql<{ number: number; query: string }>`
    select number, websearch_to_tsquery(name::regconfig, form)::text as query
    from unnest(
      ${asked.map(({ number }) => number)}::integer[],
      ${asked.map(({ name }) => name)}::text[],
      ${asked.map(({ form }) => form)}::text[]
    ) as asked (number, name, form)
  `.execute(db);
  return texts.map((_, at) => anyOf(rows.filter(({ number }) => number === at).map(({ query }) => query)));
}

/** All that is wanted and nothing that is not; where PostgreSQL sees no word in it, nothing is found. */
function wordsIn({ wanted }: Group, words: string, unwanted: string): string {
  const all = [words, ...wanted.runs.flatMap(pairsIn)].filter((one) => one !== '').map((one) => `(${one})`);
  if (all.length === 0) return '';
  return [...all, ...(unwanted === '' ? [] : [`!(${unwanted})`])].join(' & ');
}

/** Of a run all pairs of characters; of a single character whatever begins with it. They are letters and need no escape. */
function pairsIn(run: string): string[] {
  if (Array.from(run).length === 1) return [`'${run}':*`];
  return pairsOf(run)
    .slice(0, -1)
    .map((pair) => `'${pair}'`);
}

function anyOf(queries: string[]): string {
  const distinct = [...new Set(queries)].filter((query) => query !== '');
  return distinct.map((query) => `(${query})`).join(' | ');
}

/** Whether a line is found, as a condition on `transcript_lines`. */
export function isFound({ groups }: Matching): RawBuilder<boolean> {
  const conditions = groups.map(
    ({ words, runs, unwantedRuns }) =>
      sql`(words @@ ${words}::tsquery and text like all (${runs}::text[]) and not text like any (${unwantedRuns}::text[]))`,
  );
  return sql<boolean>`(${sql.join(conditions, sql` or `)})`;
}

/** Where in each text what is wanted stands: words by PostgreSQL's own marks, which know their stems; runs as they are. */
export async function findMatches(
  db: Kysely<Database>,
  matching: Matching,
  lines: readonly { text: string }[],
): Promise<Match[][]> {
  const marked = matching.markedWords === '' || lines.length === 0 ? [] : await markWords(db, matching, lines);
  return lines.map(({ text }, at) =>
    joined([...(marked[at] ?? []).flatMap(marksOf), ...placesOf(matching.markedRuns, text)]),
  );
}

/** Each text's words with `<` and `>` around what was found, which no word has in it; once in each language. */
async function markWords(
  db: Kysely<Database>,
  { markedWords, configurations }: Matching,
  lines: readonly { text: string }[],
): Promise<string[][]> {
  const words = lines.map(({ text }) => wordsOf(text));
  const bare = words.map(withoutAccents).map((text, at) => (text === words[at] ? null : text));
  const marked = configurations.flatMap((name) =>
    ['words', 'bare'].map(
      (form) =>
        sql`ts_headline(${name}::regconfig, ${sql.ref(form)}, ${markedWords}::tsquery, 'HighlightAll=true, StartSel=<, StopSel=>')`,
    ),
  );
  const { rows } = await sql<{ marked: string[] }>`
    select array_remove(array[${sql.join(marked)}], null) as marked
    from unnest(${words}::text[], ${bare}::text[]) with ordinality as line (words, bare, number)
    order by number
  `.execute(db);
  return rows.map((row) => row.marked);
}

function marksOf(marked: string): Match[] {
  return [...marked.matchAll(/<([^<>]*)>/g)].map((mark, at): Match => {
    const from = mark.index - 2 * at;
    return [from, from + (mark[1] ?? '').length];
  });
}

/** These scripts have no small letters. */
function placesOf(runs: string[], text: string): Match[] {
  return runs.flatMap((run) =>
    // Letters only, which mean themselves.
    [...text.matchAll(new RegExp(run, 'gu'))].map(({ index }): Match => [index, index + run.length]),
  );
}

/** In their order, each place once. */
function joined(matches: Match[]): Match[] {
  const all: Match[] = [];
  for (const [from, to] of matches.toSorted(([one], [other]) => one - other)) {
    const last = all.at(-1);
    if (last && from < last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}
