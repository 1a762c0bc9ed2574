import { z } from '@hono/zod-openapi';
import type { KindOfMeeting } from '../database/schema.ts';
import { instant, longText, singleLine } from '../http/router.ts';
import { meetingOptions, type MeetingOptions } from '../microsoft/meeting-options.ts';
import { timeZoneSchema } from '../scheduling/event-type.ts';
import { organizerSchema } from './choose-home.ts';
import { conferenceSchema } from './external-conference.ts';
import { hasOptions } from './meeting.ts';
import { metadataSchema } from './metadata.ts';

const attendeesSchema = z
  .array(
    z.strictObject({
      email: z.email('Give an e-mail address.').max(254),
      name: singleLine(200).nullable().default(null),
      role: z.enum(['attendee', 'presenter', 'coorganizer']).optional().openapi({
        description: 'Presenters and co-organizers are people of the organizer’s tenant, in standalone meetings only.',
      }),
    }),
  )
  .max(500, 'Outlook takes at most 500 attendees.')
  .refine(
    (all) => new Set(all.map(({ email }) => email.toLowerCase())).size === all.length,
    'An address is listed twice.',
  );

const body = longText(20_000).openapi({ description: 'Plain text of the invitation.' });
const fields = {
  organizer: organizerSchema.openapi({
    description:
      'In whose mailbox the meeting lives: a member (by their own connection, else as organizer of a tenant), a connection, or an organizer of a tenant.',
  }),
  kind: z.enum(['calendar', 'standalone', 'external']).default('calendar').openapi({
    description:
      'calendar: an event with invitations. standalone: a Teams meeting on no calendar; nobody is invited, and Teams keeps no dependable recordings or transcripts of it. external: an event with invitations whose conference, if it has one, is not made here.',
  }),
  conference: conferenceSchema.nullable().default(null).openapi({
    description: 'Of an external meeting: what its event tells of the conference that somebody else runs.',
  }),
  options: meetingOptions
    .nullable()
    .default(null)
    .openapi({ description: 'What is left out stays as the organizer’s policy has it.' }),
  subject: singleLine(255),
  start: instant,
  end: instant,
  timeZone: timeZoneSchema.default('UTC'),
  attendees: attendeesSchema.default([]),
  metadata: metadataSchema.default({}),
};

type Times = { start: Date; end: Date };
type OfKind = {
  attendees?: z.infer<typeof attendeesSchema> | undefined;
  options?: MeetingOptions | null | undefined;
  conference?: object | null | undefined;
};

/** What does not go with the kind of a meeting: each field with the reason. */
export function faultsOfKind(kind: KindOfMeeting, { attendees = [], options = null, conference }: OfKind) {
  const faults: { field: keyof OfKind; detail: string }[] = [];
  const givesRoles = attendees.some(({ role = 'attendee' }) => role !== 'attendee');
  if (kind !== 'standalone' && givesRoles)
    faults.push({
      field: 'attendees',
      detail:
        'Roles can be given in standalone meetings only: of a meeting in a calendar, the calendar event holds the attendees.',
    });
  if (kind !== 'external' && conference)
    faults.push({
      field: 'conference',
      detail: 'Either Parley makes the Teams meeting, or you give the details of another: never both.',
    });
  if (kind === 'external' && hasOptions(options))
    faults.push({
      field: 'options',
      detail: 'These are options of a Teams meeting, and of this kind Parley makes none.',
    });
  return faults;
}

function check(wanted: OfKind & Times & { kind: KindOfMeeting }, ctx: z.core.$RefinementCtx): void {
  const refuse = (field: string, message: string) => ctx.addIssue({ code: 'custom', path: [field], message });
  if (wanted.start >= wanted.end) refuse('end', 'The end must be later than the start.');
  if (wanted.end.getTime() - wanted.start.getTime() > 24 * 60 * 60_000)
    refuse('end', 'A meeting can last at most 24 hours.');
  for (const { field, detail } of faultsOfKind(wanted.kind, wanted)) refuse(field, detail);
}

export const newMeetingSchema = z
  .strictObject({
    externalId: singleLine(200).optional().openapi({ description: 'Your own id; unique in the workspace.' }),
    ...fields,
    body: body.default(''),
  })
  .superRefine(check)
  .openapi('NewMeeting');

/** All that a meeting is to be; its text is sent once, so that leaving it out keeps what was sent. */
export const wholeMeetingSchema = z
  .strictObject({
    ...fields,
    body: body.optional().openapi({ description: 'Plain text of the invitation. It cannot change once it was sent.' }),
  })
  .superRefine(check)
  .openapi('WholeMeeting');

export const meetingChangesSchema = z
  .strictObject({
    subject: singleLine(255),
    start: instant,
    end: instant,
    timeZone: timeZoneSchema,
    attendees: attendeesSchema,
    options: meetingOptions.nullable(),
    conference: conferenceSchema.nullable().openapi({
      description: 'Of an external meeting: what its event tells from now on. `null` takes it out.',
    }),
    metadata: metadataSchema.openapi({ description: 'All of your own notes: those that are left out are forgotten.' }),
  })
  .partial()
  .refine(({ start, end }) => (start === undefined) === (end === undefined), {
    path: ['end'],
    error: 'Give start and end together.',
  })
  .refine(({ start, end }) => !start || !end || start < end, {
    path: ['end'],
    error: 'The end must be later than the start.',
  })
  .openapi('MeetingChanges');

/** Plain text as the HTML of an invitation. */
export function textToHtml(text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('%', '&#37;');
  return escaped && `<p>${escaped.replaceAll(/\r?\n/g, '<br>')}</p>`;
}
