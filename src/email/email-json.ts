import { z } from '@hono/zod-openapi';
import { instantOut } from '../http/router.ts';
import type { EmailRow } from './delivery-log.ts';
import { locales } from './locale.ts';
import type { TextInForce } from './own-texts.ts';
import { templateNames } from './template.ts';

const email = {
  id: z.string(),
  bookingId: z.string().nullable(),
  template: z.string().nullable(),
  locale: z.string(),
  recipient: z.string(),
  subject: z.string(),
  status: z.enum(['queued', 'sent', 'failed', 'withdrawn']).openapi({
    description: 'withdrawn: what it says was not true any more before it was sent',
  }),
  attempts: z.number().int(),
  problem: z.string().nullable().openapi({ description: 'Why the last attempt failed, in the mail server’s words.' }),
  retryAt: instantOut.nullable(),
  transport: z.enum(['smtp', 'graph']).nullable().openapi({ description: 'How it was handed over.' }),
  transportNote: z.string().nullable().openapi({
    description: 'Why it did not go by the organizer’s mailbox, where that was wanted.',
  }),
  calendarMethod: z.enum(['REQUEST', 'CANCEL', 'PUBLISH']).nullable().openapi({
    description: 'Of the calendar file that goes with it (RFC 5546).',
  }),
  resendOf: z.string().nullable().openapi({ description: 'The mail that somebody asked to have sent again.' }),
  sentAt: instantOut.nullable(),
  createdAt: instantOut,
};

export const emailSchema = z.object(email).openapi('Email');
export const emailWithTextSchema = z
  .object({
    ...email,
    text: z.string().nullable().openapi({ description: 'For those who manage the workspace: letters hold links.' }),
    html: z.string().nullable(),
    calendar: z.string().nullable(),
  })
  .openapi('EmailWithText');

export const textSchema = z
  .object({
    template: z.enum(templateNames),
    locale: z.enum(locales),
    subject: z.string(),
    body: z.string(),
    changed: z.boolean().openapi({ description: 'Whether the words are the workspace’s own.' }),
    placeholders: z.array(z.string()).openapi({ description: 'What may stand between {{ and }}.' }),
    updatedAt: instantOut.nullable(),
  })
  .openapi('EmailTemplate');

export const previewSchema = z
  .object({ subject: z.string(), text: z.string(), html: z.string() })
  .openapi('EmailPreview', { description: 'The letter, about people and times that do not exist.' });

export function presentEmail(row: EmailRow): z.infer<typeof emailSchema> {
  return {
    id: row.id,
    bookingId: row.booking_id,
    template: row.template,
    locale: row.locale,
    recipient: row.recipient,
    subject: row.subject,
    status: row.status,
    attempts: row.attempts,
    problem: row.problem,
    retryAt: row.status === 'queued' ? (row.retry_at?.toISOString() ?? null) : null,
    transport: row.transport,
    transportNote: row.transport_note,
    calendarMethod: row.calendar_method,
    resendOf: row.resend_of,
    sentAt: row.sent_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

export function presentEmailWithText(row: EmailRow, mayReadText: boolean): z.infer<typeof emailWithTextSchema> {
  const { text, html, calendar } = row;
  return {
    ...presentEmail(row),
    ...(mayReadText ? { text, html, calendar } : { text: null, html: null, calendar: null }),
  };
}

export function presentText({ updatedAt, placeholders, ...text }: TextInForce): z.infer<typeof textSchema> {
  return { ...text, placeholders: [...placeholders], updatedAt: updatedAt?.toISOString() ?? null };
}
