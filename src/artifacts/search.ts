import { sql, type Expression, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { Principal } from '../access/principal.ts';
import { containing } from '../database/page.ts';
import type { Database } from '../database/schema.ts';
import type { ArtifactRow } from './artifact.ts';
import { configurationsFor, configurationsInUse } from './search-languages.ts';
import { parseSearch, type Group, type SearchQuery, type Sought } from './search-query.ts';
import { pairsOf, withoutAccents, wordsOf } from './search-text.ts';
import { visibleTo } from './sharing.ts';

type Read = { db: Kysely<Database> };

/** Where something was found in a text: from this character to before that one, as JavaScript counts them. */
export type Match = [from: number, to: number];

export type LineFound = {
  artifactId: string;
  meetingId: string;
  subject: string;
  startedAt: Date;
  position: number;
  startMs: number;
  speaker: string | null;
  text: string;
  matches: Match[];
};

/** Behind which line a page begins. */
export type LinePosition = { startsAt: Date; artifactId: string; position: number };

export type SearchPage = {
  q: string;
  limit: number;
  from?: Date | undefined;
  to?: Date | undefined;
  after?: LinePosition | undefined;
};

/**
 * Lines of the transcripts that the principal may see, of the newest meeting first, in their order; one more than `limit`
 * tells of a next page. Throws `invalid_request` for a query without a word.
 */
export async function searchTranscripts({ db }: Read, principal: Principal, page: SearchPage): Promise<LineFound[]> {
  const sought = await soughtIn(db, principal.workspaceId, page.q);
  // One step after the other: by the index of words, then by who may see it, then the page and its texts. Left to itself,
  // PostgreSQL takes what is found often for rare and looks through all of it for each artifact.
  const rows = await db
    .with(
      (cte) => cte('found').materialized(),
      (cte) =>
        cte
          .selectFrom('transcript_lines')
          .select(['artifact_id', 'position'])
          .where('workspace_id', '=', principal.workspaceId)
          .where(hasFound(sought)),
    )
    .with(
      (cte) => cte('visible').materialized(),
      (cte) =>
        cte
          .selectFrom('found')
          .innerJoin('artifacts', 'artifacts.id', 'found.artifact_id')
          .select(['found.artifact_id', 'found.position', 'artifacts.starts_at', 'artifacts.meeting_id'])
          .where((line) => line.and([visibleTo(principal), ...within(page)])),
    )
    .with('page', (cte) =>
      cte
        .selectFrom('visible')
        .selectAll()
        .orderBy('starts_at', 'desc')
        .orderBy('artifact_id', 'desc')
        .orderBy('position')
        .limit(page.limit + 1),
    )
    .selectFrom('page')
    .innerJoin('meetings', 'meetings.id', 'page.meeting_id')
    .innerJoin('transcript_lines as lines', (join) =>
      join.onRef('lines.artifact_id', '=', 'page.artifact_id').onRef('lines.position', '=', 'page.position'),
    )
    .select([
      'page.artifact_id as artifactId',
      'page.meeting_id as meetingId',
      'meetings.subject',
      'page.starts_at as startedAt',
      'page.position',
      'lines.starts_ms as startMs',
      'lines.speaker',
      'lines.text',
    ])
    .orderBy('page.starts_at', 'desc')
    .orderBy('page.artifact_id', 'desc')
    .orderBy('page.position')
    .execute();
  const marks = await findMatches({ db }, sought, rows);
  return rows.map((row, at) => ({ ...row, matches: marks[at] ?? [] }));
}

function within({ from, to, after }: SearchPage): Expression<SqlBool>[] {
  const conditions = [sql<boolean>`artifacts.deleted_at is null`];
  if (from) conditions.push(sql`artifacts.starts_at >= ${from}`);
  if (to) conditions.push(sql`artifacts.starts_at < ${to}`);
  if (after)
    conditions.push(sql`((artifacts.starts_at, artifacts.id) < (${after.startsAt}, ${after.artifactId})
      or (artifacts.id = ${after.artifactId} and found.position > ${after.position}))`);
  return conditions;
}

/** A talk of hours has as many lines; where a word is in more of them, the others are shown without marks. */
const mostMarked = 5000;

export type LineShown = {
  position: number;
  startMs: number;
  endMs: number;
  speaker: string | null;
  text: string;
  matches: Match[];
};

/**
 * All lines of a transcript in their order, with what was found in them; `found` tells in how many. Throws
 * `invalid_request` for a query without a word.
 */
export async function showTranscript(
  { db }: Read,
  row: Pick<ArtifactRow, 'id' | 'workspace_id' | 'language'>,
  q: string | undefined,
): Promise<{ lines: LineShown[]; found: number }> {
  const sought = q === undefined ? undefined : await soughtInTranscript(db, row, q);
  const rows = await db
    .selectFrom('transcript_lines')
    .select(['position', 'starts_ms as startMs', 'ends_ms as endMs', 'speaker', 'text'])
    .select((sought ? hasFound(sought) : sql<boolean>`false`).as('found'))
    .where('artifact_id', '=', row.id)
    .orderBy('position')
    .execute();
  const found = rows.filter((line) => line.found);
  const marks = sought ? await findMatches({ db }, sought, found.slice(0, mostMarked)) : [];
  const byPosition = new Map(found.map(({ position }, at) => [position, marks[at]]));
  const lines = rows.map(({ position, startMs, endMs, speaker, text }): LineShown => ({
    position,
    startMs,
    endMs,
    speaker,
    text,
    matches: byPosition.get(position) ?? [],
  }));
  return { lines, found: found.length };
}

type SoughtIn = { query: SearchQuery; configurations: string[] };

async function soughtIn(db: Kysely<Database>, workspaceId: string, q: string): Promise<SoughtIn> {
  return { query: parseSearch(q), configurations: await configurationsInUse(db, workspaceId) };
}

/** In the one language that is spoken there; where nobody told which it is, in all that may have been taken for it. */
async function soughtInTranscript(
  db: Kysely<Database>,
  { workspace_id: workspaceId, language }: Pick<ArtifactRow, 'workspace_id' | 'language'>,
  q: string,
): Promise<SoughtIn> {
  if (language === null) return soughtIn(db, workspaceId, q);
  return { query: parseSearch(q), configurations: await configurationsFor(db, workspaceId, language) };
}

/** Whether a line is found, as a condition on `transcript_lines`. */
function hasFound({ query, configurations }: SoughtIn): RawBuilder<boolean> {
  const groups = query.map(({ wanted, unwanted }: Group) => {
    const isNot = [...phrasesToAny(unwanted, configurations)].map((one) => sql`!!(${one})`);
    const words = sql.join([...phrasesToAll(wanted, configurations), ...pairsToAll(wanted), ...isNot], sql` && `);
    // Pairs say that a run may be there; the text says whether it is.
    const runs = wanted.runs
      .filter((run) => Array.from(run).length > 2)
      .map((run) => sql`text like ${containing(run)}`);
    const notRuns = unwanted.runs.map((run) => sql`text not like ${containing(run)}`);
    return sql`(${sql.join([sql`words @@ (${words})`, ...runs, ...notRuns], sql` and `)})`;
  });
  return sql<boolean>`(${sql.join(groups, sql` or `)})`;
}

/** All phrases in any one of the languages, with accents or without. */
function phrasesToAll({ phrases }: Sought, configurations: string[]): RawBuilder<unknown>[] {
  return phrases.length === 0 ? [] : [inEachLanguage(phrases.map((phrase) => `"${phrase}"`).join(' '), configurations)];
}

function phrasesToAny({ phrases }: Sought, configurations: string[]): RawBuilder<unknown>[] {
  const text = phrases.map((phrase) => `"${phrase}"`).join(' or ');
  return phrases.length === 0 ? [] : [inEachLanguage(text, configurations)];
}

function inEachLanguage(text: string, configurations: string[]): RawBuilder<unknown> {
  const forms = new Set([text, withoutAccents(text)]);
  const queries = configurations.flatMap((name) =>
    Array.from(forms, (form) => sql`websearch_to_tsquery(${name}::regconfig, ${form})`),
  );
  return sql`(${sql.join(queries, sql` || `)})`;
}

/** Of a run all pairs of characters; of a single character whatever begins with it. They are letters and need no escape. */
function pairsToAll({ runs }: Sought): RawBuilder<unknown>[] {
  const pairs = runs.flatMap((run) =>
    Array.from(run).length === 1
      ? [`'${run}':*`]
      : pairsOf(run)
          .slice(0, -1)
          .map((pair) => `'${pair}'`),
  );
  return pairs.length === 0 ? [] : [sql`${pairs.join(' & ')}::tsquery`];
}

/** Where in each text what is wanted stands: words by PostgreSQL's own marks, which know their stems; runs as they are. */
async function findMatches(
  { db }: Read,
  { query, configurations }: SoughtIn,
  lines: { text: string }[],
): Promise<Match[][]> {
  const runs = query.flatMap(({ wanted }) => wanted.runs);
  const phrases = query.flatMap(({ wanted }) => phrasesToAny(wanted, configurations));
  const marked = phrases.length === 0 ? [] : await markWords(db, sql.join(phrases, sql` || `), configurations, lines);
  return lines.map(({ text }, at) => joined([...(marked[at] ?? []).flatMap(marksOf), ...placesOf(runs, text)]));
}

/** Each text's words with `<` and `>` around what was found, which no word has in it; once in each language. */
async function markWords(
  db: Kysely<Database>,
  wanted: RawBuilder<unknown>,
  configurations: string[],
  lines: { text: string }[],
): Promise<string[][]> {
  const words = lines.map(({ text }) => wordsOf(text));
  const bare = words.map(withoutAccents).map((text, at) => (text === words[at] ? null : text));
  const marked = configurations.flatMap((name) =>
    ['words', 'bare'].map(
      (form) =>
        sql`ts_headline(${name}::regconfig, ${sql.ref(form)}, sought.query, 'HighlightAll=true, StartSel=<, StopSel=>')`,
    ),
  );
  const { rows } = await sql<{ marked: string[] }>`
    with sought as materialized (select (${wanted}) as query)
    select array_remove(array[${sql.join(marked)}], null) as marked
    from sought, unnest(${words}::text[], ${bare}::text[]) with ordinality as line (words, bare, number)
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
