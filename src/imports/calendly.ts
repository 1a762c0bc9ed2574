import { z } from 'zod';
import type { FoundBooking, FoundEventType, FoundSchedule, Host } from './found.ts';
import type { Item } from './recognise.ts';
import { cut, guestsOf, instantText, parseItem, slugOf, within, type Understanding } from './understanding.ts';
import { clockTime, dayOf, dayText, emptyWeek, overridesOf, weekdayOf } from './week.ts';

/**
 * What Calendly’s API v2 answers, as its reference describes it: `GET /event_types`, `GET /user_availability_schedules`,
 * `GET /scheduled_events`, `GET /scheduled_events/{uuid}/invitees`; for people’s addresses `GET /users/me`,
 * `GET /organization_memberships`, and for the hosts of an event type `GET /event_type_memberships`. See
 * https://developer.calendly.com/api-docs
 */

const count = z.int('Here should be a whole number.');
const text = z.string({ error: 'Here should be a text.' });
const uri = z
  .string({ error: 'Here should be a URI.' })
  .regex(/^https?:\/\/[^\s\p{Cc}]{1,300}$/u, 'Here should be a URI.');

const eventTypeSchema = z.object({
  uri,
  name: text,
  slug: text.nullish(),
  active: z.boolean().nullish(),
  description_plain: text.nullish(),
  duration: count,
  duration_options: z.array(count).nullish(),
  kind: text.nullish(),
  pooling_type: text.nullish(),
  type: text.nullish(),
  deleted_at: text.nullish(),
  is_paid: z.boolean().nullish(),
  profile: z.object({ type: text.nullish(), name: text.nullish(), owner: text.nullish() }).nullish(),
  // Since the release of November 2026; older answers do not have them.
  before_buffer: count.nullish(),
  after_buffer: count.nullish(),
  start_time_increment: count.nullish(),
});
type EventType = z.infer<typeof eventTypeSchema>;

const intervals = z.array(z.object({ from: clockTime, to: clockTime }));
const scheduleSchema = z.object({
  uri,
  default: z.boolean().nullish(),
  name: text.nullish(),
  user: text,
  timezone: text,
  rules: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('wday'), wday: text, intervals }),
      z.object({ type: z.literal('date'), date: dayText, intervals }),
    ]),
  ),
});

const eventSchema = z.object({
  uri,
  name: text.nullish(),
  status: text,
  start_time: instantText,
  end_time: instantText,
  event_type: text.nullish(),
  invitees_counter: z.object({ limit: count.nullish() }).nullish(),
  event_memberships: z
    .array(z.object({ user: text.nullish(), user_email: text.nullish(), user_name: text.nullish() }))
    .nullish(),
  event_guests: z.array(z.object({ email: text.nullish() })).nullish(),
});
type CalendlyEvent = z.infer<typeof eventSchema>;

const inviteeSchema = z.object({
  uri,
  event: text,
  status: text,
  name: text.nullish(),
  email: text,
  timezone: text.nullish(),
  questions_and_answers: z.array(z.object({ question: text.nullish(), answer: text.nullish() })).nullish(),
});
type Invitee = z.infer<typeof inviteeSchema>;

const person = z.object({ uri: text, email: text.nullish(), slug: text.nullish(), name: text.nullish() });
const membershipSchema = z.object({
  user: person.nullish(),
  member: person.nullish(),
  event_type: z.union([text, z.object({ uri: text })]).nullish(),
});

/** Reads Calendly’s things. */
export function understandCalendly(items: readonly Item[], found: Understanding): void {
  const { faults, people, things } = found;
  const of = <T>(kind: Item['kind'], schema: z.ZodType<T>) =>
    items
      .filter((item) => item.kind === kind)
      .flatMap((item) => {
        const value = parseItem(item, schema, faults);
        return value === undefined ? [] : [{ item, value }];
      });
  const hostsOfEventType = new Map<string, Host[]>();
  for (const { value } of of('person', person)) remember(value, found);
  for (const { value } of of('membership', membershipSchema)) {
    const member = value.member ?? value.user;
    if (!member) continue;
    remember(member, found);
    const eventType = typeof value.event_type === 'object' ? value.event_type?.uri : value.event_type;
    if (eventType) hostsOfEventType.set(eventType, [...(hostsOfEventType.get(eventType) ?? []), hostOf(member)]);
  }
  const events = of('booking', eventSchema);
  const seats = new Map<string, number>();
  for (const { value } of events) {
    for (const { user, user_email } of value.event_memberships ?? [])
      if (user && user_email) people.push({ names: [user], email: user_email });
    const limit = value.invitees_counter?.limit ?? 0;
    if (value.event_type) seats.set(value.event_type, Math.max(limit, seats.get(value.event_type) ?? 0));
  }
  for (const { item, value } of of('event_type', eventTypeSchema)) {
    const hosts = hostsOfEventType.get(value.uri) ?? [
      hostOf({ uri: value.profile?.owner ?? '', name: value.profile?.name }),
    ];
    things.push(eventTypeOf(value, item, { hosts, seats: seats.get(value.uri) ?? 0 }));
  }
  for (const { item, value } of of('schedule', scheduleSchema)) things.push(scheduleOf(value, item));
  const invitees = Map.groupBy(of('invitee', inviteeSchema), ({ value }) => value.event);
  for (const { item, value } of events) things.push(...bookingsOf(value, item, invitees.get(value.uri) ?? []));
}

function remember({ uri: name, email, slug }: z.infer<typeof person>, { people }: Understanding): void {
  if (email) people.push({ names: [name, ...(slug ? [slug] : [])], email });
}

function eventTypeOf(
  one: EventType,
  { file, pointer }: Item,
  { hosts, seats }: { hosts: Host[]; seats: number },
): FoundEventType {
  const notes: string[] = [];
  const isGroup = one.kind === 'group';
  if (isGroup && seats === 0) notes.push('How many can share a time is not in the files; here 10. Look at it.');
  if (one.is_paid) notes.push('Payment has no counterpart here.');
  if (one.pooling_type === 'multi_pool') notes.push('Here one of its hosts who is free takes each booking.');
  const step = one.start_time_increment ?? undefined;
  const before = one.before_buffer ?? undefined;
  const after = one.after_buffer ?? undefined;
  return {
    kind: 'event_type',
    id: `calendly:event-type:${lastOf(one.uri)}`,
    label: one.name,
    file,
    pointer,
    notes,
    slug: slugOf(one.slug ?? one.name),
    hosts,
    hours: null,
    fields: {
      title: cut(one.name, 150, notes, 'The title'),
      description: cut(one.description_plain ?? '', 2000, notes, 'The description'),
      durationMinutes: one.duration,
      durationChoices: [...new Set(one.duration_options ?? [])]
        .filter((other) => other !== one.duration)
        .toSorted((a, b) => a - b),
      active: one.active !== false,
      assignment: one.pooling_type === 'collective' ? 'collective' : 'round_robin',
      ...(step !== undefined && { slotStepMinutes: within(step, [5, 480], notes, 'The step between times') }),
      ...(before !== undefined && {
        bufferBeforeMinutes: within(before, [0, 480], notes, 'The time kept free before'),
      }),
      ...(after !== undefined && { bufferAfterMinutes: within(after, [0, 480], notes, 'The time kept free after') }),
      ...(isGroup && seats > 0 && { capacity: within(seats, [1, 1000], notes, 'The number of seats') }),
    },
    ...(isGroup && seats === 0 && { guessed: { capacity: 10 } }),
    leftOut:
      one.type === 'AdhocEventType'
        ? 'It was made for one meeting only.'
        : one.deleted_at
          ? 'It is deleted there.'
          : undefined,
  };
}

function scheduleOf(one: z.infer<typeof scheduleSchema>, { file, pointer }: Item): FoundSchedule {
  const weekly = emptyWeek();
  for (const rule of one.rules) {
    const day = rule.type === 'wday' ? weekdayOf(rule.wday) : undefined;
    if (day) weekly[day] = dayOf([...weekly[day], ...rule.intervals]);
  }
  const dates = one.rules.flatMap((rule) =>
    rule.type === 'date' ? [{ date: rule.date, ranges: rule.intervals }] : [],
  );
  return {
    kind: 'schedule',
    id: `calendly:schedule:${lastOf(one.uri)}`,
    label: one.name ?? 'Schedule',
    file,
    pointer,
    notes: [],
    host: hostOf({ uri: one.user }),
    hours: { timeZone: one.timezone, weekly: { ...weekly, overrides: overridesOf(dates) } },
    leftOut: one.default === false ? 'Somebody has one schedule here; this is not their default.' : undefined,
  };
}

/** Everybody who is invited has a booking of their own; guests come along with whoever was first. */
function bookingsOf(
  one: CalendlyEvent,
  { file, pointer }: Item,
  invitees: readonly { item: Item; value: Invitee }[],
): FoundBooking[] {
  const hosts = (one.event_memberships ?? []).map(({ user, user_email: email, user_name: name }) =>
    hostOf({ uri: user ?? '', email, name }),
  );
  const common = {
    kind: 'booking',
    eventTypeId: `calendly:event-type:${lastOf(one.event_type ?? 'none')}`,
    hosts,
    start: new Date(one.start_time),
    end: new Date(one.end_time),
  } as const;
  const isOn = one.status === 'active';
  if (invitees.length === 0) {
    const visitor = { name: '', email: '', timeZone: undefined, locale: undefined };
    const label = one.name ?? 'Meeting';
    const leftOut = isOn ? 'Who is invited is not in the files: save its invitees, too.' : undefined;
    const id = `calendly:booking:${lastOf(one.uri)}`;
    return [
      {
        ...common,
        id,
        label,
        file,
        pointer,
        notes: [],
        leftOut,
        status: isOn ? 'confirmed' : 'cancelled',
        visitor,
        note: '',
        guests: [],
      },
    ];
  }
  return invitees.map(
    ({ item, value: { uri: name, email, timezone, status, questions_and_answers: answers, ...invitee } }, at) => {
      const notes: string[] = [];
      return {
        ...common,
        id: `calendly:booking:${lastOf(one.uri)}:${lastOf(name)}`,
        label: `${one.name ?? 'Meeting'}, ${invitee.name ?? email}`,
        file: item.file,
        pointer: item.pointer,
        notes,
        status: isOn && status === 'active' ? 'confirmed' : 'cancelled',
        visitor: { name: invitee.name ?? '', email: email.trim(), timeZone: timezone ?? undefined, locale: undefined },
        note: cut(
          (answers ?? []).map(({ question, answer }) => `${question ?? ''}: ${answer ?? ''}`).join('\n'),
          5000,
          notes,
          'What the visitor wrote',
        ),
        guests: at === 0 ? guestsOf(one.event_guests ?? [], { visitorEmail: email, notes }) : [],
      };
    },
  );
}

function hostOf({
  uri: name,
  email,
  name: called,
}: {
  uri: string;
  email?: string | null | undefined;
  name?: string | null | undefined;
}): Host {
  const names = [email, name].filter((one) => typeof one === 'string').filter((one) => one !== '');
  return { names, label: email ?? (called ? `${called}, ${name}` : name) };
}

/** The UUID at the end of a URI. */
function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
