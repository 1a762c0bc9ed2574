import { z } from '@hono/zod-openapi';
import type { Attendee } from '../../database/schema.ts';
import { invalidRequest, longText } from '../../http/router.ts';
import { newMeetingSchema, textToHtml } from '../../meetings/meeting-input.ts';
import { manageUrlPlaceholder } from '../../meetings/meeting.ts';
import { metadataSchema } from '../../meetings/metadata.ts';
import { Problem, type FieldError } from '../../problem.ts';
import { timeZoneSchema } from '../../scheduling/event-type.ts';
import { conferencingSchema, isRecord, type Conferencing } from './conferencing.ts';
import { epochSeconds } from './query.ts';

/** An event as somebody wants it; what is left out is not said. */
export type EventInput = {
  calendarId: string | undefined;
  title: string | undefined;
  /** HTML of the invitation. */
  bodyHtml: string | undefined;
  when: { start: Date; end: Date; timeZone: string | undefined } | undefined;
  participants: Attendee[] | undefined;
  conferencing: Conferencing | undefined;
  metadata: Record<string, string> | undefined;
};

/** What the body of a request wants of an event in a grant's calendar. Throws `invalid_request` with every fault. */
export function readEvent(body: unknown, grantId: string): EventInput {
  const read = schemaFor(grantId).safeParse(body);
  const errors = [...(read.success ? [] : (invalidRequest(read.error).errors ?? [])), ...unkept(body)];
  if (!read.success || errors.length > 0) throw new Problem('invalid_request', { errors });
  const { calendar_id, title, description, when, participants, conferencing, metadata } = read.data;
  return {
    calendarId: calendar_id ?? undefined,
    title,
    bodyHtml: description === undefined ? undefined : htmlOf(description ?? ''),
    when: when && {
      start: when.start_time,
      end: when.end_time,
      timeZone: when.start_timezone ?? when.end_timezone ?? undefined,
    },
    participants,
    conferencing,
    metadata: metadata ?? undefined,
  };
}

/** A text that is HTML already stays so. */
export function htmlOf(text: string): string {
  return tags.test(text) ? text.replaceAll(manageUrlPlaceholder, '') : textToHtml(text);
}

const tags =
  /<\/?(?:html|body|div|span|p|br|hr|a|b|i|u|em|strong|small|font|ul|ol|li|table|tr|td|h[1-6]|img|pre|blockquote)(?:\s[^<>]*)?\/?>/i;

const when = z
  .preprocess(
    (given, ctx) => {
      const kind = unkeptWhen(given);
      if (kind) ctx.issues.push({ code: 'custom', message: kind, input: given });
      return given;
    },
    z.object(
      {
        start_time: epochSeconds,
        end_time: epochSeconds,
        start_timezone: timeZoneSchema.nullish(),
        end_timezone: timeZoneSchema.nullish(),
      },
      { error: 'Give start_time and end_time, in seconds since 1970.' },
    ),
  )
  .superRefine(({ start_time: start, end_time: end }, ctx) => {
    const refuse = (message: string) => ctx.addIssue({ code: 'custom', path: ['end_time'], message });
    if (start >= end) refuse('The end must be later than the start.');
    if (end.getTime() - start.getTime() > 24 * 60 * 60_000) refuse('A meeting can last at most 24 hours.');
  });

/** Forms of a time that meetings do not have. */
function unkeptWhen(given: unknown): string | undefined {
  if (!isRecord(given)) return undefined;
  const has = (name: string) => given[name] !== undefined && given[name] !== null;
  if (has('date') || has('start_date') || has('end_date'))
    return 'Meetings here have a time: give start_time and end_time. What lasts all day is not kept in step.';
  if (has('time') && !has('start_time'))
    return 'Meetings here last some time: give start_time and end_time instead of one point in time.';
  return undefined;
}

type WantedAttendee = NonNullable<z.input<typeof newMeetingSchema>['attendees']>[number];

const participant = z
  .object({ email: z.string({ error: 'Give an e-mail address.' }), name: z.string().nullish() })
  .transform(({ email, name }): WantedAttendee => {
    // Some clients repeat the address where there is no name.
    const isName = name !== undefined && name !== null && name.trim() !== '' && name !== email;
    return { email, name: isName ? name : null };
  });

const schemaFor = (grantId: string) =>
  z.object(
    {
      calendar_id: z.string().nullish(),
      title: newMeetingSchema.shape.subject.optional(),
      description: longText(20_000).nullish(),
      when: when.optional(),
      participants: z.array(participant).pipe(newMeetingSchema.shape.attendees.unwrap()).optional(),
      conferencing: conferencingSchema(grantId).optional(),
      metadata: metadataSchema.nullish(),
    },
    { error: 'Send an event as an object.' },
  );

const isFilled = (value: unknown) =>
  value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);

/** What an event would not say, or would say to the wrong people, if it were left out silently. */
const refusals: Record<string, { isAsked: (value: unknown) => boolean; detail: string }> = {
  location: { isAsked: isFilled, detail: 'A place is not kept in step: write it into the description.' },
  recurrence: { isAsked: isFilled, detail: 'Meetings are made one by one: make an event for each time.' },
  busy: { isAsked: (value) => value === false, detail: 'Meetings are shown as busy: leave this out.' },
  visibility: {
    isAsked: (value) => value === 'private' || value === 'confidential',
    detail: 'Meetings are shown as the calendar is shared: they cannot be made private here.',
  },
  hide_participants: { isAsked: (value) => value === true, detail: 'Who is invited sees who else is.' },
  notetaker: { isAsked: isFilled, detail: 'Nobody takes notes here: Teams records and transcribes itself.' },
  notifications: { isAsked: isFilled, detail: 'No reminders are sent for events; Outlook reminds by itself.' },
  resources: { isAsked: isFilled, detail: 'Rooms are not booked here: invite the room as a participant.' },
  rooms: { isAsked: isFilled, detail: 'Rooms are not booked here: invite the room as a participant.' },
  attachments: { isAsked: isFilled, detail: 'Events have no attachments here: write a link into the description.' },
};

function unkept(body: unknown): FieldError[] {
  if (!isRecord(body)) return [];
  return Object.entries(refusals)
    .filter(([name, { isAsked }]) => isAsked(body[name]))
    .map(([name, { detail }]) => ({ pointer: `/${name}`, detail }));
}
