import { sql, type Expression, type Kysely, type SqlBool } from 'kysely';
import type { Principal } from '../access/principal.ts';
import type { Database } from '../database/schema.ts';
import type { ArtifactRow } from './artifact.ts';
import { configurationsFor, configurationsInUse } from './search-languages.ts';
import { findMatches, isFound, matchingOf, type Match, type Matching } from './search-matching.ts';
import { visibleTo } from './sharing.ts';

type Read = { db: Kysely<Database> };

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
  const matching = await matchingInWorkspace(db, principal.workspaceId, page.q);
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
          .where(isFound(matching)),
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
  const marks = await findMatches(db, matching, rows);
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
  const matching = q === undefined ? undefined : await matchingInTranscript(db, row, q);
  const rows = await db
    .selectFrom('transcript_lines')
    .select(['position', 'starts_ms as startMs', 'ends_ms as endMs', 'speaker', 'text'])
    .select((matching ? isFound(matching) : sql<boolean>`false`).as('found'))
    .where('artifact_id', '=', row.id)
    .orderBy('position')
    .execute();
  const found = rows.filter((line) => line.found);
  const marks = matching ? await findMatches(db, matching, found.slice(0, mostMarked)) : [];
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

/** In every language that is spoken in the workspace. */
async function matchingInWorkspace(db: Kysely<Database>, workspaceId: string, q: string): Promise<Matching> {
  return matchingOf(db, q, await configurationsInUse(db, workspaceId));
}

/** In the one language that is spoken there; where nobody told which it is, in all that may have been taken for it. */
async function matchingInTranscript(
  db: Kysely<Database>,
  { workspace_id: workspaceId, language }: Pick<ArtifactRow, 'workspace_id' | 'language'>,
  q: string,
): Promise<Matching> {
  if (language === null) return matchingInWorkspace(db, workspaceId, q);
  return matchingOf(db, q, await configurationsFor(db, workspaceId, language));
}
