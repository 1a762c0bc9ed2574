import type { Selectable } from 'kysely';
import type { Emails } from '../database/schema.ts';
import type { Log } from '../log.ts';
import { EmailRefused, giveUpAfterMs, oneLine, retryDelayMs } from './email.ts';
import { enqueueEmail, type EmailDeps } from './service.ts';

type Deps = EmailDeps & { log: Log };
type EmailRow = Selectable<Emails>;

/**
 * Sends one mail, unless it was sent. SMTP knows no idempotency: a crash after the server took the mail and before that
 * is written down sends it twice, both times with the same Message-ID, by which mail systems recognize the copy.
 */
export async function sendEmail(deps: Deps, { emailId }: { emailId: string }): Promise<void> {
  const row = await deps.db.selectFrom('emails').selectAll().where('id', '=', emailId).executeTakeFirst();
  // Where e-mail was turned off meanwhile, the mail waits for the sweep of a process that has it.
  if (row?.status !== 'queued' || !deps.sendMail) return;
  if (deps.now().getTime() - row.created_at.getTime() >= giveUpAfterMs)
    return giveUp(deps, row, { attempts: row.attempts, problem: row.problem ?? 'It was not sent in time.' });
  try {
    const { id, recipient, subject, text, html, created_at } = row;
    await deps.sendMail({ id, to: recipient, subject, text, html, date: created_at });
  } catch (error) {
    const failure = {
      attempts: row.attempts + 1,
      problem: oneLine(error instanceof Error ? error.message : 'unknown', 500),
    };
    return error instanceof EmailRefused ? giveUp(deps, row, failure) : tryLater(deps, row, failure);
  }
  await deps.db
    .updateTable('emails')
    .set({ status: 'sent', sent_at: deps.now(), attempts: row.attempts + 1, problem: null, retry_at: null })
    .where('id', '=', row.id)
    .execute();
  deps.log.info({ emailId: row.id, attempt: row.attempts + 1 }, 'mail sent');
}

type Failure = Pick<EmailRow, 'attempts'> & { problem: string };

async function tryLater(deps: Deps, row: EmailRow, failure: Failure): Promise<void> {
  const delayMs = retryDelayMs(failure.attempts);
  const retryAt = new Date(deps.now().getTime() + delayMs);
  if (retryAt.getTime() - row.created_at.getTime() >= giveUpAfterMs) return giveUp(deps, row, failure);
  await deps.db.transaction().execute(async (trx) => {
    await trx
      .updateTable('emails')
      .set({ ...failure, retry_at: retryAt })
      .where('id', '=', row.id)
      .where('status', '=', 'queued')
      .execute();
    await enqueueEmail({ db: trx, queue: deps.queue }, row.id, delayMs);
  });
  deps.log.warn({ emailId: row.id, ...failure, retryAt }, 'mail not sent yet');
}

async function giveUp(deps: Deps, row: EmailRow, failure: Failure): Promise<void> {
  await deps.db
    .updateTable('emails')
    .set({ ...failure, status: 'failed', retry_at: null })
    .where('id', '=', row.id)
    .where('status', '=', 'queued')
    .execute();
  deps.log.warn({ emailId: row.id, ...failure }, 'mail given up');
}
