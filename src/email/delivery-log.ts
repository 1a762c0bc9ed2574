import type { Kysely, Selectable } from 'kysely';
import type { Page } from '../database/page.ts';
import type { Database, Emails } from '../database/schema.ts';
import { newId } from '../id.ts';
import { Problem } from '../problem.ts';
import { enqueueEmail, type EmailDeps } from './service.ts';

export type EmailRow = Selectable<Emails>;
export type EmailPage = Page & { bookingId?: string | undefined; status?: EmailRow['status'] | undefined };

/** One page of a workspace's mail by when it was written; one row more than `limit` tells of a next page. */
export async function listEmails(
  { db }: { db: Kysely<Database> },
  workspaceId: string,
  { limit, order, after, from, to, bookingId, status }: EmailPage,
): Promise<EmailRow[]> {
  let query = db.selectFrom('emails').selectAll().where('workspace_id', '=', workspaceId);
  if (bookingId) query = query.where('booking_id', '=', bookingId);
  if (status) query = query.where('status', '=', status);
  if (from) query = query.where('created_at', '>=', from);
  if (to) query = query.where('created_at', '<', to);
  if (after) {
    const behind = order === 'asc' ? '>' : '<';
    query = query.where((where) =>
      where(where.refTuple('created_at', 'id'), behind, where.tuple(after.startsAt, after.id)),
    );
  }
  return query
    .orderBy('created_at', order)
    .orderBy('id', order)
    .limit(limit + 1)
    .execute();
}

/** Throws `not_found`, also for another workspace's mail. */
export async function getEmail({ db }: { db: Kysely<Database> }, workspaceId: string, id: string): Promise<EmailRow> {
  return db
    .selectFrom('emails')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

/**
 * Sends a mail once more, as it was: a new one, for mail systems drop a second copy of the same. One that is still
 * waiting is hurried instead. Throws `not_found`, `mail_not_configured`, `mail_withdrawn`.
 */
export async function resendEmail(deps: EmailDeps, workspaceId: string, id: string): Promise<EmailRow> {
  const row = await getEmail(deps, workspaceId, id);
  if (!deps.sendMail) throw new Problem('mail_not_configured');
  if (row.status === 'withdrawn') throw new Problem('mail_withdrawn');
  return row.status === 'queued' ? hurry(deps, row) : copy(deps, row);
}

async function hurry(deps: EmailDeps, row: EmailRow): Promise<EmailRow> {
  await deps.db
    .updateTable('emails')
    .set({ retry_at: deps.now() })
    .where('id', '=', row.id)
    .where('status', '=', 'queued')
    .execute();
  await enqueueEmail(deps, row.id);
  return { ...row, retry_at: deps.now() };
}

async function copy(deps: EmailDeps, row: EmailRow): Promise<EmailRow> {
  const id = newId('eml');
  const made = await deps.db
    .insertInto('emails')
    .values({
      ...sameWords(row),
      id,
      about: `resend:${id}`,
      resend_of: row.id,
      status: 'queued',
      retry_at: deps.now(),
      created_at: deps.now(),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await enqueueEmail(deps, id);
  return made;
}

/** What a copy has of the mail that it repeats. */
function sameWords(row: EmailRow) {
  const { workspace_id, recipient, subject, text, html, template, locale, booking_id } = row;
  const { calendar, calendar_method, unsubscribe_url, reply_to, starts_at } = row;
  const letter = { workspace_id, recipient, subject, text, html, template, locale, booking_id };
  return { ...letter, calendar, calendar_method, unsubscribe_url, reply_to, starts_at };
}
