import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type FieldError, Problem } from '../problem.ts';
import { findTimeZone } from '../scheduling/event-type.ts';
import type { Rhythm } from './visitor.ts';

/** What a visitor typed, kept as it is until it is right. */
export type VisitorFields = { name: string; email: string; note: string };
export type FieldName = keyof VisitorFields;
export type FieldErrors = Partial<Record<FieldName, string>>;

export const noFields: VisitorFields = { name: '', email: '', note: '' };

const oneLine = /^\P{Cc}*$/u;
const lines = /^(?:\P{Cc}|[\t\r\n])*$/u;
const emailAddress = /^[^\s@<>()[\]\\,;:"]{1,64}@[^\s@<>()[\]\\,;:"]+\.[^\s@<>()[\]\\,;:".]{2,}$/;

const visitorFields = z.object({
  name: z
    .string()
    .trim()
    .min(1, 'Enter your name.')
    .max(200, 'Use at most 200 characters for your name.')
    .regex(oneLine, 'Use letters and spaces only for your name.'),
  email: z
    .string()
    .trim()
    .min(1, 'Enter your e-mail address.')
    .max(254, 'Use an e-mail address of at most 254 characters.')
    .regex(emailAddress, 'Enter an e-mail address like name@example.com.'),
  note: z
    .string()
    .trim()
    .max(2000, 'Use at most 2,000 characters for the note.')
    .regex(lines, 'The note has characters that cannot be sent; type it again without them.'),
});

/** Checks what a visitor typed; the first fault of each field is told in words. */
export function checkFields(typed: VisitorFields): { fields: VisitorFields } | { errors: FieldErrors } {
  const result = visitorFields.safeParse(typed);
  if (result.success) return { fields: result.data };
  const errors: FieldErrors = {};
  for (const { path, message } of result.error.issues) errors[path[0] as FieldName] ??= message; // paths of a flat object
  return { errors };
}

/** The faults that a service found, put beside the fields they belong to. `undefined` when one belongs to none. */
export function fieldErrorsOf(errors: readonly FieldError[]): FieldErrors | undefined {
  const found: FieldErrors = {};
  for (const { pointer, detail } of errors) {
    const name = /^\/visitor\/(name|email|note)$/.exec(pointer)?.[1];
    if (name === undefined) return undefined;
    found[name as FieldName] = detail;
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

/** What the address of a page can ask for. */
export type PageQuery = {
  month?: string;
  day?: string;
  start?: Date;
  timeZone?: string;
  durationMinutes?: number;
  operatorId?: string;
};

/** Reads the query of a page. Throws `invalid_request` with a sentence for the visitor. */
export function readQuery(query: Record<string, string | undefined>): PageQuery {
  const { month, day, start, tz, duration, operator } = query;
  return {
    ...(month && { month: readMonth(month) }),
    ...(day && { day: readDay(day) }),
    ...(start && { start: readStart(start) }),
    ...(tz && { timeZone: readZone(tz) }),
    ...(duration && { durationMinutes: readDuration(duration) }),
    ...(operator && { operatorId: readId(operator) }),
  };
}

/** What the form sends besides the visitor's fields. Throws `invalid_request` with a sentence for the visitor. */
export function readForm(form: URLSearchParams) {
  const key = form.get('key') ?? '';
  const duration = form.get('duration');
  const operator = form.get('operator');
  return {
    start: readStart(form.get('start') ?? ''),
    timeZone: readZone(form.get('tz') ?? ''),
    idempotencyKey: isSecret(key) ? key : randomUUID(),
    holdKey: readHoldKey(form),
    durationMinutes: duration ? readDuration(duration) : undefined,
    operatorId: operator ? readId(operator) : undefined,
    rhythm: readRhythm(form),
    /** The times of a series that were shown to the visitor as free; `undefined`: none were shown yet. */
    agreed: form.has('agreed') ? form.getAll('agreed').map(readStart) : undefined,
    editing: form.has('edit'),
    typed: { name: form.get('name') ?? '', email: form.get('email') ?? '', note: form.get('note') ?? '' },
  };
}

/** The secret by which a visitor's script keeps a time; `undefined` without a script. */
export function readHoldKey(form: URLSearchParams): string | undefined {
  const key = form.get('hold') ?? '';
  return isSecret(key) ? key : undefined;
}

/** The most times of a series that the form can ask for; each event type allows fewer. */
const mostTimes = 52;

function readRhythm(form: URLSearchParams): Rhythm | undefined {
  const every = form.get('every') ?? '';
  if (every !== 'week' && every !== 'fortnight') return undefined;
  const times = Number(form.get('times') ?? '');
  if (!Number.isInteger(times) || times < 2 || times > mostTimes)
    throw wrong('This is not a number of times that can be booked together. Choose it from the list.');
  return { every, times };
}

function isSecret(text: string): boolean {
  return /^[\w-]{20,64}$/.test(text);
}

/** An instant as the addresses of these pages carry it: `2026-11-24T09:00:00Z`. */
export function instantText(instant: Date): string {
  return instant.toISOString().replace('.000Z', 'Z');
}

/** Reads an instant such as `2026-11-24T09:00:00Z`. Throws `invalid_request` for anything else. */
export function readStart(text: string): Date {
  const valid = /^20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const time = valid ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw wrong('This address does not name a time that exists. Choose a time from the calendar.');
  return new Date(time);
}

function readMonth(text: string): string {
  if (/^20\d\d-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw wrong('This address does not name a month that exists. Choose a day from the calendar.');
}

function readDay(text: string): string {
  const time = /^20\d\d-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) return text;
  throw wrong('This address does not name a day that exists. Choose a day from the calendar.');
}

function readZone(text: string): string {
  const zone = findTimeZone(text);
  if (zone === undefined)
    throw wrong('This time zone is not known here. Choose yours from the list under the calendar.');
  return zone;
}

function readDuration(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw wrong('This address does not name a length that can be booked. Choose one above the calendar.');
}

function readId(text: string): string {
  if (/^\w{1,64}$/.test(text)) return text;
  throw wrong('This address does not name somebody who takes bookings here. Choose from the list above the calendar.');
}

function wrong(detail: string): Problem {
  return new Problem('invalid_request', { detail });
}
