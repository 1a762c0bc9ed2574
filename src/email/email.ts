import type { CalendarMethod } from '../database/schema.ts';

/** What a mail says, twice: as text and as HTML. The subject is one line. */
export type EmailContent = { subject: string; text: string; html: string };

/** A mail on its way. `id` names its row: every attempt carries the same, so that a second copy can be recognized. */
export type OutgoingEmail = EmailContent & {
  id: string;
  to: string;
  date: Date;
  /** Where answers go, unless the deployment names one address for all. */
  replyTo?: string | undefined;
  /** An iCalendar file that goes with it. */
  calendar?: { method: CalendarMethod; file: string } | undefined;
  /** Where one click, and nothing but a click, ends mail like this (RFC 8058). */
  unsubscribeUrl?: string | undefined;
};

/** Hands a mail to a mail server. Throws {@link EmailRefused} when trying again is of no use, anything else otherwise. */
export type SendMail = (email: OutgoingEmail) => Promise<void>;

/** The mail server will not take this mail, now or later: there is no such mailbox, or it does not want the text. */
export class EmailRefused extends Error {
  override readonly name = 'EmailRefused';
}

/**
 * Sends a mail as the organizer of the booking that it is about, or says why that is not possible. Throws when it may
 * be possible later.
 */
export type SendAsOrganizer = (
  email: OutgoingEmail,
  bookingId: string,
) => Promise<{ kind: 'sent' } | { kind: 'not_possible'; reason: string }>;

const minuteMs = 60_000;
const longestDelayMs = 4 * 60 * minuteMs;

/** A mail that could not be sent for so long is given up. */
export const giveUpAfterMs = 3 * 24 * 60 * minuteMs;

/** How long to wait after the failed attempt of this number (1, 2, …): a minute, doubled each time, at most four hours. */
export function retryDelayMs(attempts: number): number {
  return Math.min(minuteMs * 2 ** (attempts - 1), longestDelayMs);
}

/**
 * Words of other people on one line: no line breaks of any alphabet, no control characters, nothing that turns the
 * direction of what follows. So a name ends neither a header nor a sentence of ours.
 */
export function oneLine(words: string, maxLength = 200): string {
  const line = words
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length > maxLength ? `${characters.slice(0, maxLength - 1).join('')}…` : line;
}

/** Words of other people on several lines: each as {@link oneLine}, without those that are empty at both ends. */
export function plainLines(words: string, maxLength = 5000): string {
  const lines = words
    .slice(0, maxLength)
    .split(/\r\n?|\n/)
    .map((line) => oneLine(line, maxLength));
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
