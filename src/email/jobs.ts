import type { Selectable } from 'kysely';
import type { BookingStatus, Emails } from '../database/schema.ts';
import type { Log } from '../log.ts';
import {
  EmailRefused,
  giveUpAfterMs,
  oneLine,
  retryDelayMs,
  type OutgoingEmail,
  type SendAsOrganizer,
  type SendMail,
} from './email.ts';
import { enqueueEmail, type EmailDeps } from './service.ts';
import type { TemplateName } from './template.ts';

export type SendDeps = EmailDeps & {
  log: Log;
  /** Left out where mail never goes by the organizer's own mailbox. */
  sendAsOrganizer?: SendAsOrganizer | undefined;
};
type EmailRow = Selectable<Emails>;

const clocksDifferMs = 1000;

/**
 * Sends one mail, unless it was sent. SMTP knows no idempotency: a crash after the server took the mail and before that
 * is written down sends it twice, both times with the same Message-ID, by which mail systems recognize the copy.
 */
export async function sendEmail(deps: SendDeps, { emailId }: { emailId: string }): Promise<void> {
  const row = await deps.db.selectFrom('emails').selectAll().where('id', '=', emailId).executeTakeFirst();
  // Where e-mail was turned off meanwhile, the mail waits for the sweep of a process that has it.
  if (row?.status !== 'queued' || !deps.sendMail) return;
  // Its time has not come: it was put off after this job had been made, or the clocks differ. The sweep finds it.
  if (row.retry_at && row.retry_at.getTime() > deps.now().getTime() + clocksDifferMs) return;
  if (await isOutdated(deps, row)) return settle(deps, row, { status: 'withdrawn', retry_at: null });
  if (deps.now().getTime() - row.created_at.getTime() >= giveUpAfterMs)
    return giveUp(deps, row, { attempts: row.attempts, problem: row.problem ?? 'It was not sent in time.' });
  let handed: Handed;
  try {
    handed = await handOver(deps, deps.sendMail, row);
  } catch (error) {
    const failure = {
      attempts: row.attempts + 1,
      problem: oneLine(error instanceof Error ? error.message : 'unknown', 500),
    };
    return error instanceof EmailRefused ? giveUp(deps, row, failure) : tryLater(deps, row, failure);
  }
  const attempts = row.attempts + 1;
  await settle(deps, row, { ...handed, status: 'sent', sent_at: deps.now(), attempts, problem: null, retry_at: null });
  deps.log.info({ emailId: row.id, attempt: attempts, transport: handed.transport }, 'mail sent');
}

type Handed = { transport: 'smtp' | 'graph'; transport_note: string | null };

async function handOver(deps: SendDeps, sendMail: SendMail, row: EmailRow): Promise<Handed> {
  const email = outgoing(row);
  if (!deps.sendAsOrganizer || row.booking_id === null) {
    await sendMail(email);
    return { transport: 'smtp', transport_note: null };
  }
  const answer = await deps.sendAsOrganizer(email, row.booking_id);
  if (answer.kind === 'sent') return { transport: 'graph', transport_note: null };
  const transport_note = oneLine(answer.reason, 500);
  // Written before the mail server is asked: if that fails as well, both reasons are there to see.
  if (transport_note !== row.transport_note) await settle(deps, row, { transport_note });
  await sendMail(email);
  return { transport: 'smtp', transport_note };
}

function outgoing(row: EmailRow): OutgoingEmail {
  const { id, recipient, subject, text, html, created_at, calendar, calendar_method } = row;
  return {
    id,
    to: recipient,
    subject,
    text,
    html,
    date: created_at,
    replyTo: row.reply_to ?? undefined,
    unsubscribeUrl: row.unsubscribe_url ?? undefined,
    ...(calendar !== null && calendar_method && { calendar: { method: calendar_method, file: calendar } }),
  };
}

/** In which states of its booking a letter still says something true. */
const trueWhile: Partial<Record<TemplateName, readonly BookingStatus[]>> = {
  requested: ['requested'],
  to_approve: ['requested'],
  approved: ['confirmed'],
  confirmed: ['confirmed'],
  confirmed_staff: ['confirmed'],
  rescheduled: ['confirmed'],
  rescheduled_staff: ['confirmed', 'requested'],
  link_ready: ['confirmed'],
  reminder: ['confirmed'],
  recording_ready: ['confirmed', 'completed', 'no_show'],
};

/** A letter about a time that the booking does not have any more is not sent. */
async function isOutdated({ db }: SendDeps, { booking_id, template, starts_at }: EmailRow): Promise<boolean> {
  const statuses = trueWhile[template as TemplateName];
  if (booking_id === null || !statuses) return false;
  const booking = await db
    .selectFrom('bookings')
    .select(['status', 'starts_at'])
    .where('id', '=', booking_id)
    .executeTakeFirst();
  if (!booking || !statuses.includes(booking.status)) return true;
  return starts_at !== null && booking.starts_at.getTime() !== starts_at.getTime();
}

type Failure = Pick<EmailRow, 'attempts'> & { problem: string };

async function tryLater(deps: SendDeps, row: EmailRow, failure: Failure): Promise<void> {
  const delayMs = retryDelayMs(failure.attempts);
  const retryAt = new Date(deps.now().getTime() + delayMs);
  if (retryAt.getTime() - row.created_at.getTime() >= giveUpAfterMs) return giveUp(deps, row, failure);
  await deps.db.transaction().execute(async (trx) => {
    await settle({ ...deps, db: trx }, row, { ...failure, retry_at: retryAt });
    await enqueueEmail({ db: trx, queue: deps.queue }, row.id, delayMs);
  });
  deps.log.warn({ emailId: row.id, ...failure, retryAt }, 'mail not sent yet');
}

async function giveUp(deps: SendDeps, row: EmailRow, failure: Failure): Promise<void> {
  await settle(deps, row, { ...failure, status: 'failed', retry_at: null });
  deps.log.warn({ emailId: row.id, ...failure }, 'mail given up');
}

type Settled = Partial<
  Pick<EmailRow, 'status' | 'attempts' | 'problem' | 'retry_at' | 'sent_at' | 'transport' | 'transport_note'>
>;

async function settle({ db }: Pick<SendDeps, 'db'>, row: EmailRow, columns: Settled): Promise<void> {
  await db.updateTable('emails').set(columns).where('id', '=', row.id).where('status', '=', 'queued').execute();
}
