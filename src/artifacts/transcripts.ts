import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Database } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import { open, seal, type SealContext } from '../seal.ts';
import type { ArtifactRow } from './artifact.ts';
import { configurationsFor } from './search-languages.ts';
import { pairsOf, runsOf, withoutAccents, wordsOf } from './search-text.ts';
import { parseVtt, type TranscriptLine } from './vtt.ts';

type Deps = { db: Kysely<Database>; now: () => Date; dataKeys: DataKeys };

export type NewTranscript = {
  workspaceId: string;
  /** The document as Microsoft gave it. */
  vtt: string;
  /** Whether it says who spoke. */
  attributed: boolean;
  /** BCP 47, where Microsoft tells. */
  language: string | null | undefined;
};

/** So many lines are written with one statement. */
const linesAtOnce = 1000;

/**
 * Fills the row of a transcript: the document sealed and unchanged, its size and hash, and its lines as they are read and
 * searched. Doing it again replaces what was there. In the caller's transaction; answers with how much could be read.
 */
export async function storeTranscript(
  { db, now, dataKeys }: Deps,
  artifactId: string,
  { workspaceId, vtt, attributed, language }: NewTranscript,
): Promise<{ lines: number; faults: number }> {
  const dataKey = await dataKeys(workspaceId);
  const bytes = Buffer.from(vtt);
  const spoken = languageTag(language);
  await db
    .updateTable('artifacts')
    .set({
      document: seal(dataKey, vtt, sealContext(workspaceId, artifactId)),
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest(),
      attributed,
      language: spoken,
      updated_at: now(),
    })
    .where('id', '=', artifactId)
    .execute();
  await db.deleteFrom('transcript_lines').where('artifact_id', '=', artifactId).execute();
  const { lines, faults } = parseVtt(vtt);
  const configurations = await configurationsFor(db, workspaceId, spoken);
  for (let from = 0; from < lines.length; from += linesAtOnce) {
    const some = lines.slice(from, from + linesAtOnce);
    await insertLines(db, { artifactId, workspaceId, configurations, from }, some);
  }
  return { lines: lines.length, faults };
}

/** A language tag, or nothing: it is Microsoft's word for a column of ours. */
function languageTag(text: string | null | undefined): string | null {
  return text && /^[a-z]{2,3}(?:-[a-z\d]{1,8}){0,4}$/i.test(text) ? text : null;
}

function sealContext(workspaceId: string, rowId: string): SealContext {
  return { purpose: 'Artifact.Document.v1', workspaceId, rowId, field: 'document' };
}

type Place = { artifactId: string; workspaceId: string; configurations: string[]; from: number };

/** Lines with their words: as they are and by their stems, with accents and without, and pairs where there are no blanks. */
async function insertLines(db: Kysely<Database>, place: Place, lines: TranscriptLine[]): Promise<void> {
  const words = lines.map(({ text }) => wordsOf(text));
  const bare = words.map(withoutAccents).map((text, at) => (text === words[at] ? null : text));
  const pairs = lines.map(({ text }) => [...new Set(runsOf(text).flatMap(pairsOf))].join(' ') || null);
  const stems = place.configurations.flatMap((name) => [
    sql`to_tsvector(${name}::regconfig, l.words)`,
    sql`coalesce(to_tsvector(${name}::regconfig, l.bare), '')`,
  ]);
  await sql`
    insert into transcript_lines
      (artifact_id, position, workspace_id, starts_ms, ends_ms, speaker, text, words)
    select ${place.artifactId}, ${place.from}::integer + l.number - 1, ${place.workspaceId}, l.starts_ms, l.ends_ms,
      l.speaker, l.text,
      ${sql.join(stems, sql` || `)} || coalesce(array_to_tsvector(string_to_array(l.pairs, ' ')), '')
    from unnest(
      ${lines.map(({ startsMs }) => startsMs)}::integer[],
      ${lines.map(({ endsMs }) => endsMs)}::integer[],
      ${lines.map(({ speaker }) => speaker)}::text[],
      ${lines.map(({ text }) => text)}::text[],
      ${words}::text[],
      ${bare}::text[],
      ${pairs}::text[]
    ) with ordinality as l (starts_ms, ends_ms, speaker, text, words, bare, pairs, number)
  `.execute(db);
}

/** The document of a transcript as Microsoft gave it. Throws `not_found` when it is deleted. */
export async function readTranscriptDocument(
  { db, dataKeys }: Pick<Deps, 'db' | 'dataKeys'>,
  row: Pick<ArtifactRow, 'id' | 'workspace_id'>,
): Promise<string> {
  const found = await db.selectFrom('artifacts').select('document').where('id', '=', row.id).executeTakeFirst();
  if (!found?.document) throw new Problem('not_found');
  return open(await dataKeys(row.workspace_id), found.document, sealContext(row.workspace_id, row.id));
}

/** What was said in a transcript, in its order. */
export async function readTranscriptLines(
  { db }: Pick<Deps, 'db'>,
  row: Pick<ArtifactRow, 'id'>,
): Promise<TranscriptLine[]> {
  return db
    .selectFrom('transcript_lines')
    .select(['starts_ms as startsMs', 'ends_ms as endsMs', 'speaker', 'text'])
    .where('artifact_id', '=', row.id)
    .orderBy('position')
    .execute();
}

/** Where nobody is named, a paragraph ends after so long, so that the text stays a text with times. */
const longestParagraphMs = 60_000;

/**
 * A transcript as text to read: who spoke and when, and below it what they said, lines that follow each other of the same
 * speaker together.
 */
export function transcriptAsText(lines: Iterable<TranscriptLine>): string {
  const paragraphs: { speaker: string | null; startsMs: number; texts: string[] }[] = [];
  for (const { speaker, startsMs, text } of lines) {
    const last = paragraphs.at(-1);
    const goesOn = last?.speaker === speaker && (speaker !== null || startsMs - last.startsMs < longestParagraphMs);
    if (goesOn) last.texts.push(text);
    else paragraphs.push({ speaker, startsMs, texts: [text] });
  }
  return paragraphs
    .map(({ speaker, startsMs, texts }) => {
      const head = speaker === null ? timeText(startsMs) : `${speaker}  ${timeText(startsMs)}`;
      return `${head}\n${texts.join(' ')}\n`;
    })
    .join('\n');
}

/** `00:01:20`; hours go on behind 99, and what was before the beginning has a minus. */
function timeText(ms: number): string {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const text = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return ms <= -1000 ? `-${text}` : text;
}
