import { z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { idText, instantOut, longText, singleLine } from '../http/router.ts';
import { meetingOptions } from '../microsoft/meeting-options.ts';
import { defaultSchedule, eventTypeRules } from './event-type.ts';
import { defaultSettings, type EventTypeWithOperators } from './event-types.ts';
import { whyClosed } from './open-event-type.ts';

const organizer = z
  .enum(['operator', 'default_organizer'], { error: 'Choose operator or default_organizer.' })
  .openapi({
    description:
      'Who owns the meetings. operator: the host, by their own connection, else as organizer of a tenant. default_organizer: the tenant’s, with the host as attendee.',
  });
const meetingKind = z.enum(['calendar', 'standalone'], { error: 'Choose calendar or standalone.' }).openapi({
  description: 'calendar: an event with invitations. standalone: a Teams meeting on no calendar.',
});
const assignment = z
  .enum(['round_robin', 'collective', 'chosen'], { error: 'Choose round_robin, collective or chosen.' })
  .openapi({
    description:
      'Which of several operators a time is for. round_robin: one who is free, the one with the fewest bookings of this event type in the weeks around first. collective: all of them at once; the first leads, the others are invited. chosen: the one whom the visitor chooses.',
  });
const wholeMinutes = (least: number, most: number) =>
  z.int('Give whole minutes.').min(least, `At least ${least} minutes.`).max(most, `At most ${most} minutes.`);
const yearOfMinutes = 365 * 24 * 60;
const limit = z
  .int('Give a whole number, or null for no limit.')
  .min(1, 'At least 1; null for no limit.')
  .max(1000, 'At most 1,000.')
  .nullable();
const yesOrNo = z.boolean('Choose true or false.');

const busyRules = z
  .strictObject({
    allDay: yesOrNo.openapi({ description: 'Entries of whole days, but those that say somebody is away.' }),
    tentative: yesOrNo,
    outOfOffice: yesOrNo,
    workingElsewhere: yesOrNo,
  })
  .openapi({
    description:
      'Which entries of an Outlook calendar stand in the way. Busy ones with a time always do, free ones never.',
  });
const changePolicy = z
  .strictObject({
    moveUntilMinutes: wholeMinutes(0, yearOfMinutes),
    cancelUntilMinutes: wholeMinutes(0, yearOfMinutes),
    mostMoves: z
      .int('Give a whole number, or null for no limit.')
      .min(0, 'At least 0; null for no limit.')
      .max(100, 'At most 100.')
      .nullable(),
  })
  .openapi({
    description: 'What visitors may change themselves: until how many minutes before the start, and how often.',
  });

/** What an event type is beside the rules for its times; the same words in requests and answers. */
const settings = {
  assignment,
  durationChoices: z.array(wholeMinutes(5, 480)).max(10, 'At most 10 lengths.').openapi({
    description: 'Lengths beside `durationMinutes` that can be booked.',
  }),
  capacity: z
    .int('Give a whole number.')
    .min(1, 'At least 1.')
    .max(1000, 'At most 1,000.')
    .openapi({ description: 'How many bookings share one time and its meeting.' }),
  mostPerDay: limit.openapi({
    description: 'How many times of this event type an operator gives on one of their days.',
  }),
  mostPerWeek: limit.openapi({ description: 'The same for a week, which begins on Monday.' }),
  busyRules,
  needsApproval: yesOrNo.openapi({ description: 'Bookings are requests until somebody approves them.' }),
  changePolicy,
  mostInSeries: z
    .int('Give a whole number.')
    .min(1, 'At least 1.')
    .max(52, 'At most 52.')
    .openapi({ description: 'How many weekly or fortnightly times a visitor may book as one; 1: no series.' }),
  invitations: z.enum(['outlook', 'parley'], { error: 'Choose outlook or parley.' }).openapi({
    description: 'Who sends calendar invitations to visitors: Outlook, or Parley’s own mail.',
  }),
  reminders: z
    .array(wholeMinutes(5, 30 * 24 * 60))
    .max(5, 'At most 5 reminders.')
    .openapi({ description: 'How many minutes before the start visitors are reminded.' }),
};

const schedule = eventTypeRules.shape.schedule.nullable().openapi({
  description:
    'Hours of the event type itself, in its zone; null: each operator’s own. Left out: Monday to Friday, nine to five.',
});
const operatorIds = z
  .array(idText)
  .min(1, 'Choose at least one operator.')
  .max(50, 'At most 50 operators.')
  .openapi({ description: 'Who takes the bookings, in order; the first leads where all of them meet the visitor.' });

/** An event type as it is made or replaced. `hostId` is the short form for a single operator. */
export const eventTypeInput = z
  .strictObject({
    ...eventTypeRules.shape,
    durationMinutes: eventTypeRules.shape.durationMinutes.default(30),
    slotStepMinutes: eventTypeRules.shape.slotStepMinutes.default(30),
    bufferBeforeMinutes: eventTypeRules.shape.bufferBeforeMinutes.default(0),
    bufferAfterMinutes: eventTypeRules.shape.bufferAfterMinutes.default(0),
    minNoticeMinutes: eventTypeRules.shape.minNoticeMinutes.default(120),
    horizonDays: eventTypeRules.shape.horizonDays.default(60),
    schedule: schedule.default(defaultSchedule),
    operatorIds: operatorIds.optional(),
    hostId: idText.optional().openapi({ description: 'Short for `operatorIds` with one operator.' }),
    slug: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Use lower-case letters, digits and single hyphens, like intro-call.')
      .max(80, 'At most 80 characters.'),
    title: singleLine(150, 'Give it a title.'),
    description: longText(2000).trim().default(''),
    active: z.boolean().default(true),
    organizer: organizer.default(defaultSettings.organizer),
    meetingKind: meetingKind.default(defaultSettings.meetingKind),
    meetingOptions: meetingOptions.nullable().default(null),
    assignment: settings.assignment.default(defaultSettings.assignment),
    durationChoices: settings.durationChoices.default([]),
    capacity: settings.capacity.default(defaultSettings.capacity),
    mostPerDay: settings.mostPerDay.default(null),
    mostPerWeek: settings.mostPerWeek.default(null),
    busyRules: settings.busyRules.default(defaultSettings.busyRules),
    needsApproval: settings.needsApproval.default(defaultSettings.needsApproval),
    changePolicy: settings.changePolicy.default(defaultSettings.changePolicy),
    mostInSeries: settings.mostInSeries.default(defaultSettings.mostInSeries),
    invitations: settings.invitations.default(defaultSettings.invitations),
    reminders: settings.reminders.default([]),
  })
  .transform(({ operatorIds, hostId, ...input }, context) => {
    if (operatorIds && (hostId === undefined || operatorIds[0] === hostId)) return { ...input, operatorIds };
    if (!operatorIds && hostId !== undefined) return { ...input, hostId };
    const message = operatorIds
      ? 'Leave hostId out, or give the first of the operators.'
      : 'Say who takes the bookings: operatorIds, or hostId for one operator.';
    context.issues.push({ code: 'custom', input: hostId, path: ['hostId'], message });
    return z.NEVER;
  })
  .openapi('EventTypeInput');

export const eventTypeSchema = z
  .object({
    ...eventTypeRules.shape,
    ...settings,
    schedule,
    id: z.string(),
    operatorIds,
    hostId: z.string().openapi({ description: 'The first operator.' }),
    slug: z.string(),
    title: z.string(),
    description: z.string(),
    active: z.boolean(),
    organizer,
    meetingKind,
    meetingOptions: meetingOptions.nullable(),
    takesBookings: z.boolean().openapi({ description: 'Whether visitors can book it now.' }),
    closedReason: z.string().nullable().openapi({ description: 'Why they cannot, as a sentence.' }),
    bookingUrl: z.string(),
    createdAt: instantOut,
    updatedAt: instantOut,
  })
  .openapi('EventType');

/** An event type in an answer; `workspaceSlug` is part of the address under which it is booked. */
export async function presentEventType(
  deps: { publicUrl: string; db: Kysely<Database> },
  row: EventTypeWithOperators,
  workspaceSlug: string,
): Promise<z.infer<typeof eventTypeSchema>> {
  const closedReason = await whyClosed(deps, row);
  return {
    id: row.id,
    operatorIds: row.operator_ids,
    hostId: row.operator_ids[0] ?? '',
    slug: row.slug,
    title: row.title,
    description: row.description,
    active: row.active,
    organizer: row.organizer_rule,
    meetingKind: row.meeting_kind,
    meetingOptions: row.meeting_options,
    assignment: row.assignment,
    durationMinutes: row.duration_minutes,
    durationChoices: row.duration_choices,
    slotStepMinutes: row.slot_step_minutes,
    bufferBeforeMinutes: row.buffer_before_minutes,
    bufferAfterMinutes: row.buffer_after_minutes,
    minNoticeMinutes: row.min_notice_minutes,
    horizonDays: row.horizon_days,
    timeZone: row.time_zone,
    schedule: row.schedule,
    capacity: row.capacity,
    mostPerDay: row.most_per_day,
    mostPerWeek: row.most_per_week,
    busyRules: row.busy_rules,
    needsApproval: row.needs_approval,
    changePolicy: row.change_policy,
    mostInSeries: row.most_in_series,
    invitations: row.invitations,
    reminders: row.reminders,
    takesBookings: closedReason === undefined,
    closedReason: closedReason ?? null,
    bookingUrl: `${deps.publicUrl}/book/${workspaceSlug}/${row.slug}`,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
