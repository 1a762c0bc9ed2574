import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Database } from '../database/schema.ts';
import { runOnce } from '../http/idempotency.ts';
import { invalidRequest } from '../http/router.ts';
import type { Queue } from '../jobs/queue.ts';
import type { Log } from '../log.ts';
import type { MeetingChanges } from '../meetings/changes.ts';
import { manageToken } from '../meetings/manage-link.ts';
import { Problem } from '../problem.ts';
import { getOpenEventType, isOpen, type OpenEventType } from '../scheduling/open-event-type.ts';
import { findFreeSlots, requireOffered, type SchedulingDeps } from '../scheduling/service.ts';
import type { Slot } from '../scheduling/slots.ts';
import { visitorSchema, type BookingWithMeeting } from './booking.ts';
import { cancelBooking, createBooking, findBookingByToken, rescheduleBooking } from './service.ts';
import type { NewVisitorBooking, VisitorBooking, VisitorDeps } from './visitor.ts';

type Deps = SchedulingDeps & { queue: Queue; dataKeys: DataKeys; changes: MeetingChanges; log: Log };

/** What the visitor's pages may do: everything is reached by a public address or by the secret in the visitor's link. */
export function createVisitorDeps(deps: Deps): VisitorDeps {
  const write = <T>(run: (inTrx: Deps & { db: Transaction<Database> }) => Promise<T>) =>
    deps.db.transaction().execute((trx) => run({ ...deps, db: trx }));
  return {
    now: deps.now,
    findPublicEventType: (workspaceSlug, eventTypeSlug) => findPublicEventType(deps, workspaceSlug, eventTypeSlug),
    findSlots: async (eventTypeId, from, to, options) => {
      const { workspace_id } = await eventTypeById(deps, eventTypeId);
      const open = await getOpenEventType(deps, workspace_id, eventTypeId);
      return findFreeSlots(deps, open, { from, to, excludingBookingId: options?.excludingBookingId });
    },
    createBooking: (input) => book(deps, input),
    findBooking: async (token) => {
      const found = await findBookingByToken(deps, token);
      return found && present(deps, found);
    },
    rescheduleBooking: async (token, start) => {
      const { booking } = await requireBooking(deps, token);
      const open = await getOpenEventType(deps, booking.workspace_id, booking.event_type_id);
      const slot = await requireOffered(deps, open, { start, excludingBookingId: booking.id });
      await write((inTrx) => rescheduleBooking(inTrx, booking, slot));
    },
    cancelBooking: async (token, reason) => {
      const { booking } = await requireBooking(deps, token);
      await write((inTrx) => cancelBooking(inTrx, booking, reason));
    },
    onMeetingChange: (meetingId, listener) => deps.changes.onMeeting(meetingId, listener),
    report: (error) => deps.log.error({ err: error }, 'visitor page failed'),
  };
}

async function findPublicEventType(deps: Deps, workspaceSlug: string, eventTypeSlug: string) {
  const row = await deps.db
    .selectFrom('event_types')
    .innerJoin('workspaces', 'workspaces.id', 'event_types.workspace_id')
    .innerJoin('members', 'members.id', 'event_types.host_id')
    .selectAll('event_types')
    .select(['workspaces.name as workspace_name', 'members.name as host_name'])
    .where('workspaces.slug', '=', workspaceSlug)
    .where('event_types.slug', '=', eventTypeSlug)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    id: row.id,
    workspaceName: row.workspace_name,
    hostName: row.host_name,
    title: row.title,
    description: row.description,
    durationMinutes: row.duration_minutes,
    timeZone: row.time_zone,
    open: await isOpen(deps, row),
  };
}

/** One form books once, however often it is sent: the second answer is the first booking. */
async function book(deps: Deps, input: NewVisitorBooking): Promise<{ token: string }> {
  const parsed = visitorSchema.safeParse(input.visitor);
  if (!parsed.success) throw invalidRequest(parsed.error, '/visitor');
  const eventType = await eventTypeById(deps, input.eventTypeId);
  const form = JSON.stringify([input.eventTypeId, input.start, parsed.data]);
  const claim = {
    workspaceId: eventType.workspace_id,
    scope: `visitor:${eventType.id}`,
    route: 'book',
    key: input.idempotencyKey,
    fingerprint: createHash('sha256').update(form).digest(),
  };
  let offer: (Slot & OpenEventType) | undefined;
  const answer = await runOnce(deps, claim, {
    prepare: async () => {
      const open = await getOpenEventType(deps, eventType.workspace_id, eventType.id);
      offer = await requireOffered(deps, open, { start: input.start });
    },
    run: async (trx) => {
      if (!offer) throw new TypeError('a booking was written before its time was checked');
      const { meeting } = await createBooking({ ...deps, db: trx }, offer, parsed.data);
      return { status: 201, body: { meetingId: meeting.id } };
    },
  });
  const { meetingId } = JSON.parse(answer.text) as { meetingId: string };
  return { token: manageToken(await deps.dataKeys(eventType.workspace_id), meetingId) };
}

async function requireBooking(deps: Deps, token: string): Promise<BookingWithMeeting> {
  const found = await findBookingByToken(deps, token);
  if (!found) throw new Problem('not_found');
  if (found.booking.ends_at <= deps.now()) throw new Problem('booking_closed');
  return found;
}

async function eventTypeById({ db }: Pick<Deps, 'db'>, id: string) {
  return db
    .selectFrom('event_types')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

async function present({ db }: Pick<Deps, 'db'>, { booking, meeting }: BookingWithMeeting): Promise<VisitorBooking> {
  const around = await db
    .selectFrom('event_types')
    .innerJoin('workspaces', 'workspaces.id', 'event_types.workspace_id')
    .innerJoin('members', 'members.id', 'event_types.host_id')
    .select([
      'event_types.title',
      'event_types.slug',
      'workspaces.name as workspace_name',
      'workspaces.slug as workspace_slug',
      'members.name as host_name',
    ])
    .where('event_types.id', '=', booking.event_type_id)
    .executeTakeFirstOrThrow();
  return {
    id: booking.id,
    meetingId: meeting.id,
    eventTypeId: booking.event_type_id,
    eventTypeTitle: around.title,
    workspaceName: around.workspace_name,
    workspaceSlug: around.workspace_slug,
    eventTypeSlug: around.slug,
    hostName: around.host_name,
    byMail: meeting.kind === 'calendar',
    start: booking.starts_at,
    end: booking.ends_at,
    visitorName: booking.visitor_name,
    visitorEmail: booking.visitor_email,
    visitorTimeZone: booking.visitor_time_zone,
    status: booking.status,
    revision: booking.sequence,
    meeting: { status: meeting.status, joinUrl: meeting.join_url ?? undefined },
  };
}
