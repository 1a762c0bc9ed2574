import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';

/** The text search configurations that PostgreSQL comes with, by language (ISO 639-1). Newer versions have more of them. */
const configurations: Record<string, string> = {
  ar: 'arabic',
  ca: 'catalan',
  da: 'danish',
  de: 'german',
  el: 'greek',
  en: 'english',
  es: 'spanish',
  et: 'estonian',
  eu: 'basque',
  fi: 'finnish',
  fr: 'french',
  ga: 'irish',
  hi: 'hindi',
  hu: 'hungarian',
  hy: 'armenian',
  id: 'indonesian',
  it: 'italian',
  lt: 'lithuanian',
  nb: 'norwegian',
  ne: 'nepali',
  nl: 'dutch',
  nn: 'norwegian',
  no: 'norwegian',
  pl: 'polish',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sr: 'serbian',
  sv: 'swedish',
  ta: 'tamil',
  tr: 'turkish',
  yi: 'yiddish',
};

/** How words are looked up in every language: as they are. */
export const asTheyAre = 'simple';

type Known = { locale: string; configurations: string[] };

/**
 * By which configurations a transcript in a language is indexed: as its words are, and by their stems where PostgreSQL
 * knows the language. Where Microsoft does not tell it, it is the workspace's own.
 */
export async function configurationsFor(
  db: Kysely<Database>,
  workspaceId: string,
  language: string | null,
): Promise<string[]> {
  return chosen(await whatIsKnown(db, workspaceId), [language]);
}

/** By which configurations the transcripts of a workspace were indexed. */
export async function configurationsInUse(db: Kysely<Database>, workspaceId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('artifacts')
    .select('language')
    .distinct()
    .where('workspace_id', '=', workspaceId)
    .where('kind', '=', 'transcript')
    .execute();
  // The workspace's locale may have been another one when something was indexed by it; what it is now is tried in any case.
  return chosen(await whatIsKnown(db, workspaceId), [null, ...rows.map(({ language }) => language)]);
}

async function whatIsKnown(db: Kysely<Database>, workspaceId: string): Promise<Known> {
  return db
    .selectFrom('workspaces')
    .select([
      'locale',
      sql<string[]>`array(select cfgname::text from pg_ts_config
        where cfgnamespace = 'pg_catalog'::regnamespace order by cfgname)`.as('configurations'),
    ])
    .where('id', '=', workspaceId)
    .executeTakeFirstOrThrow();
}

function chosen({ locale, configurations: there }: Known, languages: (string | null)[]): string[] {
  const wanted = languages.map((language) => configurations[primary(language ?? locale)]);
  return [asTheyAre, ...new Set(wanted.filter((name) => name !== undefined && there.includes(name)))] as string[];
}

/** `en` of `en-us` (RFC 5646, section 2.2.1). */
function primary(language: string): string {
  return /^[a-z]+/.exec(language.toLowerCase())?.[0] ?? '';
}
