import { z } from 'zod';
import type { FoundBooking, FoundEventType, FoundSchedule, Host, Hours } from './found.ts';
import type { Item } from './recognise.ts';
import { cut, guestsOf, instantText, parseItem, plainId, slugOf, within, type Understanding } from './understanding.ts';
import { clockTime, dayOf, dayText, emptyWeek, overridesOf, weekdayOf } from './week.ts';

/**
 * What Cal.com’s API v2 answers, as its reference describes it: `GET /v2/event-types` (cal-api-version 2024-06-14),
 * `GET /v2/schedules` (2024-06-11), `GET /v2/bookings` (2024-08-13), and for people’s addresses `GET /v2/me` and
 * `GET /v2/teams/{teamId}/memberships`. See https://cal.com/docs/api-reference/v2/introduction
 */

const count = z.int('Here should be a whole number.');
const text = z.string({ error: 'Here should be a text.' });
const user = z.object({
  id: count.nullish(),
  userId: count.nullish(),
  name: text.nullish(),
  username: text.nullish(),
  email: text.nullish(),
});

const days = { type: text.nullish(), disabled: z.boolean().nullish() };
const bookingWindow = z.object({ ...days, value: z.union([z.number(), z.array(text)]).nullish() });
const eventTypeSchema = z.object({
  id: count,
  title: text,
  slug: text,
  description: text.nullish(),
  lengthInMinutes: count,
  lengthInMinutesOptions: z.array(count).nullish(),
  slotInterval: count.nullish(),
  minimumBookingNotice: count.nullish(),
  beforeEventBuffer: count.nullish(),
  afterEventBuffer: count.nullish(),
  bookingWindow: z.union([bookingWindow, z.array(bookingWindow)]).nullish(),
  bookingLimitsCount: z
    .object({
      day: count.nullish(),
      week: count.nullish(),
      month: count.nullish(),
      year: count.nullish(),
      disabled: z.boolean().nullish(),
    })
    .nullish(),
  bookingLimitsDuration: z.object({ disabled: z.boolean().nullish() }).nullish(),
  seats: z.object({ seatsPerTimeSlot: count.nullish(), disabled: z.boolean().nullish() }).nullish(),
  seatsPerTimeSlot: count.nullish(),
  confirmationPolicy: z.object(days).nullish(),
  recurrence: z
    .object({
      interval: count.nullish(),
      occurrences: count.nullish(),
      frequency: text.nullish(),
      disabled: z.boolean().nullish(),
    })
    .nullish(),
  price: z.number().nullish(),
  hidden: z.boolean().nullish(),
  scheduleId: count.nullish(),
  ownerId: count.nullish(),
  users: z.array(user).nullish(),
  hosts: z.array(user).nullish(),
  schedulingType: text.nullish(),
});
type EventType = z.infer<typeof eventTypeSchema>;

const scheduleSchema = z.object({
  id: count,
  ownerId: count,
  name: text.nullish(),
  timeZone: text,
  isDefault: z.boolean().nullish(),
  availability: z.array(z.object({ days: z.array(text), startTime: clockTime, endTime: clockTime })),
  overrides: z.array(z.object({ date: dayText, startTime: clockTime, endTime: clockTime })).nullish(),
});
type Schedule = z.infer<typeof scheduleSchema>;

const bookingSchema = z.object({
  uid: plainId,
  title: text.nullish(),
  status: text,
  start: instantText,
  end: instantText,
  eventTypeId: count.nullish(),
  eventType: z.object({ id: count }).nullish(),
  hosts: z.array(user).nullish(),
  attendees: z.array(
    z.object({
      name: text.nullish(),
      email: text.nullish(),
      timeZone: text.nullish(),
      language: z.union([text, z.object({ locale: text.nullish() })]).nullish(),
      seatUid: plainId.nullish(),
      bookingFieldsResponses: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
  guests: z.array(text).nullish(),
  bookingFieldsResponses: z.record(z.string(), z.unknown()).nullish(),
});
type Booking = z.infer<typeof bookingSchema>;

const personSchema = z.object({ id: count, email: text, username: text.nullish(), name: text.nullish() });
const membershipSchema = z.object({
  userId: count,
  user: z.object({ email: text, username: text.nullish(), name: text.nullish() }),
});

/** Reads Cal.com’s things. */
export function understandCalcom(items: readonly Item[], found: Understanding): void {
  const schedules = new Map<number, { hours: Hours; isDefault: boolean; seenFrom: Schedule; item: Item }>();
  for (const item of items.filter(({ kind }) => kind === 'schedule')) {
    const schedule = parseItem(item, scheduleSchema, found.faults);
    if (schedule)
      schedules.set(schedule.id, {
        hours: hoursOf(schedule),
        isDefault: schedule.isDefault === true,
        seenFrom: schedule,
        item,
      });
  }
  const used = new Set<number>();
  for (const item of items) {
    if (item.kind === 'event_type') {
      const one = parseItem(item, eventTypeSchema, found.faults);
      if (!one) continue;
      const own = one.scheduleId === null || one.scheduleId === undefined ? undefined : schedules.get(one.scheduleId);
      if (own && one.scheduleId) used.add(one.scheduleId);
      found.things.push(eventTypeOf(one, item, own));
    }
    if (item.kind === 'booking') {
      const one = parseItem(item, bookingSchema, found.faults);
      if (one) found.things.push(...bookingsOf(one, item));
    }
    if (item.kind === 'person' || item.kind === 'membership') readPerson(item, found);
  }
  for (const [id, { hours, isDefault, seenFrom, item }] of schedules) {
    if (!isDefault && used.has(id)) continue;
    found.things.push(scheduleOf(seenFrom, item, { hours, isDefault }));
  }
}

function readPerson(item: Item, { people, faults }: Understanding): void {
  if (item.kind === 'person') {
    const one = parseItem(item, personSchema, faults);
    if (one) people.push({ names: [`${one.id}`, ...(one.username ? [one.username] : [])], email: one.email });
    return;
  }
  const one = parseItem(item, membershipSchema, faults);
  if (one)
    people.push({ names: [`${one.userId}`, ...(one.user.username ? [one.user.username] : [])], email: one.user.email });
}

function eventTypeOf(
  one: EventType,
  { file, pointer }: Item,
  own: { hours: Hours; isDefault: boolean } | undefined,
): FoundEventType {
  const notes: string[] = [];
  const limits = one.bookingLimitsCount?.disabled ? undefined : one.bookingLimitsCount;
  const isGiven = one.scheduleId !== null && one.scheduleId !== undefined;
  if (isGiven && !own) notes.push(`Its schedule ${one.scheduleId} is not in the files: the hours of its hosts count.`);
  noteWhatIsMissing(one, notes);
  const hosts = one.hosts?.length ? one.hosts : one.users?.length ? one.users : [{ id: one.ownerId }];
  const length = one.lengthInMinutes;
  return {
    kind: 'event_type',
    id: `calcom:event-type:${one.id}`,
    label: one.title,
    file,
    pointer,
    notes,
    slug: slugOf(one.slug),
    hosts: hosts.map(hostOf),
    hours: own && !own.isDefault ? own.hours : null,
    fields: {
      title: cut(one.title, 150, notes, 'The title'),
      description: cut(one.description ?? '', 2000, notes, 'The description'),
      durationMinutes: length,
      durationChoices: [...new Set(one.lengthInMinutesOptions ?? [])]
        .filter((other) => other !== length)
        .toSorted((a, b) => a - b),
      active: one.hidden !== true,
      assignment: one.schedulingType?.toLowerCase() === 'collective' ? 'collective' : 'round_robin',
      slotStepMinutes: within(one.slotInterval ?? length, [5, 480], notes, 'The step between times'),
      bufferBeforeMinutes: within(one.beforeEventBuffer ?? 0, [0, 480], notes, 'The time kept free before'),
      bufferAfterMinutes: within(one.afterEventBuffer ?? 0, [0, 480], notes, 'The time kept free after'),
      minNoticeMinutes: within(one.minimumBookingNotice ?? 0, [0, 525_600], notes, 'The notice'),
      horizonDays: horizonOf(one.bookingWindow, notes),
      capacity: within(
        (one.seats?.disabled ? 1 : one.seats?.seatsPerTimeSlot) ?? one.seatsPerTimeSlot ?? 1,
        [1, 1000],
        notes,
        'The number of seats',
      ),
      mostPerDay: limits?.day ?? null,
      mostPerWeek: limits?.week ?? null,
      needsApproval: Boolean(one.confirmationPolicy?.type) && one.confirmationPolicy?.disabled !== true,
      mostInSeries: seriesOf(one.recurrence, notes),
    },
    leftOut:
      one.schedulingType?.toLowerCase() === 'managed'
        ? 'It is the template of event types that its members have themselves.'
        : undefined,
  };
}

function noteWhatIsMissing(one: EventType, notes: string[]): void {
  const { bookingLimitsCount: limits, bookingLimitsDuration, confirmationPolicy, price } = one;
  if (!limits?.disabled && (limits?.month || limits?.year))
    notes.push('Limits by month or year have no counterpart here.');
  if (bookingLimitsDuration && !bookingLimitsDuration.disabled && Object.keys(bookingLimitsDuration).length > 0)
    notes.push('Limits of hours have no counterpart here.');
  if (confirmationPolicy?.type === 'time' && !confirmationPolicy.disabled)
    notes.push('Every booking needs approval here, not only those at short notice.');
  if (price) notes.push('Payment has no counterpart here.');
}

const longestHorizon = 730;

function horizonOf(given: EventType['bookingWindow'], notes: string[]): number {
  const one = Array.isArray(given) ? given[0] : given;
  if (!one || one.disabled || one.value === null || one.value === undefined) return longestHorizon;
  if (typeof one.value !== 'number') {
    notes.push('It can be booked between two dates there; here it is open for 60 days from today.');
    return 60;
  }
  const all = one.type === 'businessDays' ? Math.ceil((one.value * 7) / 5) : one.value;
  return within(Math.round(all), [1, longestHorizon], notes, 'How many days ahead it can be booked');
}

function seriesOf(given: EventType['recurrence'], notes: string[]): number {
  if (!given || given.disabled || !given.occurrences) return 1;
  const isWeekly = given.frequency === 'weekly' && (given.interval === 1 || given.interval === 2);
  if (isWeekly) return within(given.occurrences, [1, 52], notes, 'The length of a series');
  notes.push('Series other than weekly and fortnightly ones have no counterpart here.');
  return 1;
}

function hoursOf({ timeZone, availability, overrides }: Schedule): Hours {
  const weekly = emptyWeek();
  for (const { days: names, startTime: from, endTime: to } of availability) {
    for (const name of names) {
      const day = weekdayOf(name);
      if (day) weekly[day] = dayOf([...weekly[day], { from, to }]);
    }
  }
  const dates = (overrides ?? []).map(({ date, startTime: from, endTime: to }) => ({ date, ranges: [{ from, to }] }));
  return { timeZone, weekly: { ...weekly, overrides: overridesOf(dates) } };
}

function scheduleOf(
  one: Schedule,
  { file, pointer }: Item,
  { hours, isDefault }: { hours: Hours; isDefault: boolean },
): FoundSchedule {
  return {
    kind: 'schedule',
    id: `calcom:schedule:${one.id}`,
    label: one.name ?? `Schedule ${one.id}`,
    file,
    pointer,
    notes: [],
    host: hostOf({ id: one.ownerId }),
    hours,
    leftOut: isDefault
      ? undefined
      : 'Somebody has one schedule here; this is not their default, and no event type in the files uses it.',
  };
}

/** Each seat of a shared time is a booking of its own; elsewhere the first attendee booked, and the others come along. */
function bookingsOf(one: Booking, { file, pointer }: Item): FoundBooking[] {
  const isSeated = one.attendees.some(({ seatUid }) => seatUid);
  const eventTypeId = one.eventType?.id ?? one.eventTypeId;
  const booking = (at: number, id: string): FoundBooking => {
    const attendee = one.attendees[at];
    const email = attendee?.email?.trim() ?? '';
    const others = isSeated
      ? []
      : [...one.attendees.slice(1), ...(one.guests ?? []).map((address) => ({ email: address }))];
    const notes: string[] = [];
    const answers = attendee?.bookingFieldsResponses ?? one.bookingFieldsResponses ?? {};
    const language = typeof attendee?.language === 'object' ? attendee.language?.locale : attendee?.language;
    return {
      kind: 'booking',
      id,
      label: one.title ?? attendee?.name ?? one.uid,
      file,
      pointer,
      notes,
      status: one.status === 'accepted' ? 'confirmed' : one.status === 'pending' ? 'unconfirmed' : 'cancelled',
      eventTypeId: `calcom:event-type:${eventTypeId ?? 'none'}`,
      hosts: (one.hosts ?? []).map(hostOf),
      start: new Date(one.start),
      end: new Date(one.end),
      visitor: {
        name: attendee?.name ?? '',
        email,
        timeZone: attendee?.timeZone ?? undefined,
        locale: language ?? undefined,
      },
      note: cut(noteOf(answers), 5000, notes, 'What the visitor wrote'),
      guests: guestsOf(others, { visitorEmail: email, notes }),
    };
  };
  if (!isSeated) return [booking(0, `calcom:booking:${one.uid}`)];
  return one.attendees.map(({ seatUid }, at) => booking(at, `calcom:booking:${one.uid}:${seatUid ?? at}`));
}

const knownOtherwise = new Set(['name', 'email', 'guests', 'location', 'title', 'rescheduleReason']);

/** What the visitor wrote: their notes, then the answers to questions of one’s own. */
function noteOf(answers: Record<string, unknown>): string {
  const { notes, ...others } = answers;
  const lines = Object.entries(others)
    .filter(
      ([name, value]) =>
        !knownOtherwise.has(name) && ['string', 'number', 'boolean'].includes(typeof value) && value !== '',
    )
    .map(([name, value]) => `${name}: ${String(value)}`);
  return [...(typeof notes === 'string' ? [notes] : []), ...lines].join('\n');
}

function hostOf({ id, userId, username, email, name }: z.infer<typeof user>): Host {
  const number = userId ?? id;
  const names = [email, number === null || number === undefined ? undefined : `${number}`, username].filter(
    (one) => typeof one === 'string' && one !== '',
  );
  const known = names.filter((one) => typeof one === 'string');
  return { names: known, label: email ?? [name ?? username, number && `user ${number}`].filter(Boolean).join(', ') };
}
