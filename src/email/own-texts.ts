import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { Problem, type FieldError } from '../problem.ts';
import { locales, textsOf, type Locale } from './locale.ts';
import { placeholders, templateNames, unknownPlaceholders, type TemplateName, type TemplateText } from './template.ts';

type Wanted = { workspaceId: string; template: TemplateName; locale: Locale };

/** A text of a letter as it is in force, and whether the workspace wrote it. */
export type TextInForce = TemplateText & {
  template: TemplateName;
  locale: Locale;
  changed: boolean;
  placeholders: readonly string[];
  updatedAt: Date | null;
};

/** The workspace's own words for a letter; `undefined`: Parley's are in force. */
export async function findOwnText(
  db: Kysely<Database>,
  { workspaceId, template, locale }: Wanted,
): Promise<TemplateText | undefined> {
  return db
    .selectFrom('email_templates')
    .select(['subject', 'body'])
    .where('workspace_id', '=', workspaceId)
    .where('template', '=', template)
    .where('locale', '=', locale)
    .executeTakeFirst();
}

/** Every letter in every language, as it is in force. */
export async function listTexts(db: Kysely<Database>, workspaceId: string): Promise<TextInForce[]> {
  const own = await db.selectFrom('email_templates').selectAll().where('workspace_id', '=', workspaceId).execute();
  const find = (template: string, locale: string) =>
    own.find((row) => row.template === template && row.locale === locale);
  return templateNames.flatMap((template) =>
    locales.map((locale) => {
      const row = find(template, locale);
      const { subject, body } = row ?? textsOf(locale).templates[template];
      return {
        template,
        locale,
        subject,
        body,
        changed: row !== undefined,
        placeholders: placeholders[template],
        updatedAt: row?.updated_at ?? null,
      };
    }),
  );
}

/** Puts the workspace's own words in force. Throws `invalid_request` for placeholders that the letter does not have. */
export async function saveOwnText(
  { db, now }: { db: Kysely<Database>; now: () => Date },
  { workspaceId, template, locale }: Wanted,
  text: TemplateText,
): Promise<void> {
  requireKnownPlaceholders(template, text);
  const values = { ...text, updated_at: now() };
  await db
    .insertInto('email_templates')
    .values({ workspace_id: workspaceId, template, locale, ...values })
    .onConflict((conflict) => conflict.columns(['workspace_id', 'template', 'locale']).doUpdateSet(values))
    .execute();
}

/** Puts Parley's words in force again; nothing happens where they are. */
export async function deleteOwnText(db: Kysely<Database>, { workspaceId, template, locale }: Wanted): Promise<void> {
  await db
    .deleteFrom('email_templates')
    .where('workspace_id', '=', workspaceId)
    .where('template', '=', template)
    .where('locale', '=', locale)
    .execute();
}

/** Throws `invalid_request` that names each placeholder which the letter does not have. */
export function requireKnownPlaceholders(template: TemplateName, text: TemplateText): void {
  const errors = (['subject', 'body'] as const).flatMap((field): FieldError[] =>
    unknownPlaceholders(template, text[field]).map((name) => ({
      pointer: `/${field}`,
      detail: /^(\{\{|\}\})$/.test(name)
        ? `There is a “${name}” without its other half.`
        : `There is no placeholder {{${name}}} in this letter. There are: ${placeholders[template].join(', ')}.`,
    })),
  );
  if (errors.length > 0) throw new Problem('invalid_request', { errors });
}
