import type { Kysely, Selectable } from 'kysely';
import type {
  Assignment,
  BusyRules,
  ChangePolicy,
  Database,
  EventTypes,
  Invitations,
  MeetingKind,
  OrganizerRule,
} from '../database/schema.ts';
import { newId } from '../id.ts';
import type { MeetingOptions } from '../microsoft/meeting-options.ts';
import { Problem } from '../problem.ts';
import type { EventTypeRules, WeeklySchedule } from './event-type.ts';

type Read = { db: Kysely<Database> };
type Write = Read & { now: () => Date };

export type EventTypeRow = Selectable<EventTypes>;
/** An event type with everybody who takes its bookings, in order; the first leads. */
export type EventTypeWithOperators = EventTypeRow & { operator_ids: string[] };

/** Who takes the bookings: several in order, or one. */
type WhoTakesBookings = { operatorIds: readonly string[] } | { hostId: string };

/** Settings that have a default; those that are left out are set to it. */
type Settings = {
  organizer: OrganizerRule;
  meetingKind: MeetingKind;
  meetingOptions: MeetingOptions | null;
  assignment: Assignment;
  durationChoices: readonly number[];
  capacity: number;
  mostPerDay: number | null;
  mostPerWeek: number | null;
  busyRules: BusyRules;
  needsApproval: boolean;
  changePolicy: ChangePolicy;
  mostInSeries: number;
  invitations: Invitations;
  reminders: readonly number[];
};

export type EventTypeInput = Omit<EventTypeRules, 'schedule'> & {
  /** `null`: each operator’s own hours. */
  schedule: WeeklySchedule | null;
  slug: string;
  title: string;
  description: string;
  active: boolean;
} & WhoTakesBookings &
  Partial<Settings>;

/** What an event type starts with: one visitor at a time, booked at once, with the calendar read as people mean it. */
export const defaultSettings = {
  organizer: 'operator',
  meetingKind: 'calendar',
  meetingOptions: null,
  assignment: 'round_robin',
  durationChoices: [],
  capacity: 1,
  mostPerDay: null,
  mostPerWeek: null,
  busyRules: { allDay: true, tentative: true, outOfOffice: true, workingElsewhere: false },
  needsApproval: false,
  changePolicy: { moveUntilMinutes: 0, cancelUntilMinutes: 0, mostMoves: null },
  mostInSeries: 1,
  invitations: 'outlook',
  reminders: [],
} as const satisfies Settings;

/** Makes an event type. Throws `slug_taken`, or `invalid_request` when an operator is not a member of the workspace. */
export async function createEventType(
  { db, now }: Write,
  workspaceId: string,
  input: EventTypeInput,
): Promise<EventTypeWithOperators> {
  const operatorIds = operatorsOf(input);
  await requireMembers({ db }, workspaceId, input);
  return inTransaction(db, async (trx) => {
    const row = await trx
      .insertInto('event_types')
      .values({ id: newId('evt'), workspace_id: workspaceId, ...columns(input), created_at: now(), updated_at: now() })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'slug']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) throw slugTaken();
    await writeOperators(trx, row.id, operatorIds);
    return { ...row, operator_ids: operatorIds };
  });
}

/** Replaces an event type's settings. Bookings that exist keep the time they have. Throws `not_found`, `slug_taken`. */
export async function changeEventType(
  { db, now }: Write,
  workspaceId: string,
  id: string,
  input: EventTypeInput,
): Promise<EventTypeWithOperators> {
  const operatorIds = operatorsOf(input);
  await requireMembers({ db }, workspaceId, input);
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('event_types')
      .set({ ...columns(input), updated_at: now() })
      .where('id', '=', id)
      .where('workspace_id', '=', workspaceId)
      .returningAll()
      .executeTakeFirstOrThrow(() => new Problem('not_found'))
      .catch((error: unknown) => {
        throw (error as { code?: string }).code === uniqueViolation ? slugTaken() : error;
      });
    await trx.deleteFrom('event_type_operators').where('event_type_id', '=', id).execute();
    await writeOperators(trx, id, operatorIds);
    return { ...row, operator_ids: operatorIds };
  });
}

/** Takes an event type away. One with bookings is only closed, so that its history stays readable. Throws `not_found`. */
export async function deleteEventType({ db, now }: Write, workspaceId: string, id: string): Promise<void> {
  await getEventType({ db }, workspaceId, id);
  await db.updateTable('event_types').set({ active: false, updated_at: now() }).where('id', '=', id).execute();
  await db
    .deleteFrom('event_types')
    .where('id', '=', id)
    .where((where) =>
      where.not(where.exists(where.selectFrom('bookings').select('id').where('event_type_id', '=', id))),
    )
    .execute();
}

/** Throws `not_found`, also for another workspace's event type. */
export async function getEventType({ db }: Read, workspaceId: string, id: string): Promise<EventTypeRow> {
  return db
    .selectFrom('event_types')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

/** Adds who takes the bookings to event types, in their order. */
export async function withOperators(
  { db }: Read,
  eventTypes: readonly EventTypeRow[],
): Promise<EventTypeWithOperators[]> {
  const ids = eventTypes.map(({ id }) => id);
  const rows =
    ids.length === 0
      ? []
      : await db
          .selectFrom('event_type_operators')
          .select(['event_type_id', 'member_id'])
          .where('event_type_id', 'in', ids)
          .orderBy('position')
          .execute();
  const byEventType = Map.groupBy(rows, ({ event_type_id }) => event_type_id);
  return eventTypes.map((eventType) => ({
    ...eventType,
    operator_ids: (byEventType.get(eventType.id) ?? []).map(({ member_id }) => member_id),
  }));
}

export async function listEventTypes({ db }: Read, workspaceId: string): Promise<EventTypeWithOperators[]> {
  const rows = await db
    .selectFrom('event_types')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('title')
    .orderBy('id')
    .execute();
  return withOperators({ db }, rows);
}

const uniqueViolation = '23505';

function slugTaken(): Problem {
  return new Problem('slug_taken', { errors: [{ pointer: '/slug', detail: 'Another event type has this address.' }] });
}

function operatorsOf(input: WhoTakesBookings): string[] {
  return 'operatorIds' in input ? [...new Set(input.operatorIds)] : [input.hostId];
}

async function inTransaction<T>(db: Kysely<Database>, run: (trx: Kysely<Database>) => Promise<T>): Promise<T> {
  return db.isTransaction ? run(db) : db.transaction().execute(run);
}

async function writeOperators(db: Kysely<Database>, eventTypeId: string, memberIds: readonly string[]): Promise<void> {
  await db
    .insertInto('event_type_operators')
    .values(memberIds.map((member_id, position) => ({ event_type_id: eventTypeId, member_id, position })))
    .execute();
}

function columns(input: EventTypeInput) {
  const settings = { ...defaultSettings, ...input };
  return {
    slug: input.slug,
    title: input.title,
    description: input.description,
    duration_minutes: input.durationMinutes,
    slot_step_minutes: input.slotStepMinutes,
    buffer_before_minutes: input.bufferBeforeMinutes,
    buffer_after_minutes: input.bufferAfterMinutes,
    min_notice_minutes: input.minNoticeMinutes,
    horizon_days: input.horizonDays,
    time_zone: input.timeZone,
    schedule: input.schedule && JSON.stringify(input.schedule),
    active: input.active,
    organizer_rule: settings.organizer,
    meeting_kind: settings.meetingKind,
    meeting_options: settings.meetingOptions && JSON.stringify(settings.meetingOptions),
    assignment: settings.assignment,
    duration_choices: JSON.stringify(otherDurations(input)),
    capacity: settings.capacity,
    most_per_day: settings.mostPerDay,
    most_per_week: settings.mostPerWeek,
    busy_rules: JSON.stringify(settings.busyRules),
    needs_approval: settings.needsApproval,
    change_policy: JSON.stringify(settings.changePolicy),
    most_in_series: settings.mostInSeries,
    invitations: settings.invitations,
    reminders: JSON.stringify([...new Set(settings.reminders)].toSorted((a, b) => b - a)),
  };
}

/** The lengths beside the usual one, each once, the shortest first. */
function otherDurations({ durationMinutes, durationChoices = [] }: EventTypeInput): number[] {
  return [...new Set(durationChoices)].filter((minutes) => minutes !== durationMinutes).toSorted((a, b) => a - b);
}

async function requireMembers({ db }: Read, workspaceId: string, input: WhoTakesBookings): Promise<void> {
  const wanted = operatorsOf(input);
  const rows = await db
    .selectFrom('members')
    .select('id')
    .where('id', 'in', wanted)
    .where('workspace_id', '=', workspaceId)
    .execute();
  const known = new Set(rows.map(({ id }) => id));
  const unknown = wanted.filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  const detail = 'There is no such member in this workspace.';
  const pointers =
    'operatorIds' in input ? unknown.map((id) => `/operatorIds/${input.operatorIds.indexOf(id)}`) : ['/hostId'];
  throw new Problem('invalid_request', { errors: pointers.map((pointer) => ({ pointer, detail })) });
}
