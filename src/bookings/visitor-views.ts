import type { Kysely } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Database } from '../database/schema.ts';
import type { SendMail } from '../email/email.ts';
import { Problem } from '../problem.ts';
import { getOpenEventType, listOperatorStates } from '../scheduling/open-event-type.ts';
import { operatorsOf } from './booking-json.ts';
import { bookingToken } from './booking-link.ts';
import { visitorMay, type BookingRow, type BookingWithMeeting } from './booking.ts';
import { inviterOf } from './people-of-meeting.ts';
import { namesInWords } from './visitor-words.ts';
import type { PublicEventType, SeriesMember, VisitorBooking } from './visitor.ts';

type Deps = {
  db: Kysely<Database>;
  now: () => Date;
  dataKeys: DataKeys;
  sendMail: SendMail | undefined;
  findShared: FindShared;
};

/** In words, what the portal shows at this moment to the visitor of a booking; `undefined`: nothing. */
export type FindShared = (of: { workspaceId: string; email: string; bookingId: string }) => Promise<string | undefined>;

/** What visitors see of an event type, by its address. */
export async function findPublicEventType(
  deps: Pick<Deps, 'db'>,
  workspaceSlug: string,
  eventTypeSlug: string,
): Promise<PublicEventType | undefined> {
  const row = await deps.db
    .selectFrom('event_types')
    .innerJoin('workspaces', 'workspaces.id', 'event_types.workspace_id')
    .selectAll('event_types')
    .select(['workspaces.name as workspace_name', 'workspaces.embed_origins'])
    .where('workspaces.slug', '=', workspaceSlug)
    .where('event_types.slug', '=', eventTypeSlug)
    .executeTakeFirst();
  if (!row) return undefined;
  const ready = await openHosts(deps, row);
  const operators = (ready ?? (await listOperatorStates(deps, row))).map(({ memberId: id, name }) => ({ id, name }));
  const names = operators.map(({ name }) => name);
  return {
    id: row.id,
    workspaceName: row.workspace_name,
    hostName: namesInWords(names, row.assignment === 'collective' ? 'and' : 'or'),
    operators: row.assignment === 'chosen' ? operators : [],
    title: row.title,
    description: row.description,
    durationMinutes: row.duration_minutes,
    durations: [...new Set([row.duration_minutes, ...row.duration_choices])].toSorted((a, b) => a - b),
    capacity: row.capacity,
    needsApproval: row.needs_approval,
    mostInSeries: row.most_in_series,
    timeZone: row.time_zone,
    embedOrigins: row.embed_origins,
    open: ready !== undefined,
  };
}

/** Those who can take its bookings now; `undefined` while it takes none. */
async function openHosts(deps: Pick<Deps, 'db'>, { workspace_id, id }: { workspace_id: string; id: string }) {
  try {
    return (await getOpenEventType(deps, workspace_id, id)).hosts;
  } catch (error) {
    if (error instanceof Problem && error.code === 'booking_not_open') return undefined;
    throw error;
  }
}

/** What its visitor sees of a booking. */
export async function presentVisitorBooking(
  deps: Deps,
  { booking, meeting }: BookingWithMeeting,
): Promise<VisitorBooking> {
  const around = await aroundBooking(deps, booking);
  const names = (await operatorsOf(deps, [booking])).get(booking.id) ?? [];
  const isMailOn = deps.sendMail !== undefined;
  const may = visitorMay(booking, around.change_policy, deps.now());
  const portalPath = isMailOn ? `/my/${encodeURIComponent(around.workspace_slug)}` : undefined;
  return {
    id: booking.id,
    meetingId: booking.meeting_id ?? undefined,
    eventTypeId: booking.event_type_id,
    eventTypeTitle: around.title,
    workspaceName: around.workspace_name,
    workspaceSlug: around.workspace_slug,
    eventTypeSlug: around.slug,
    hostName: namesInWords(
      names.map(({ name }) => name),
      'and',
    ),
    operatorId: around.assignment === 'collective' ? undefined : booking.host_id,
    byMail: isMailOn || (booking.status !== 'requested' && inviterOf(booking, around) === 'outlook'),
    start: booking.starts_at,
    end: booking.ends_at,
    visitorName: booking.visitor_name,
    visitorEmail: booking.visitor_email,
    visitorTimeZone: booking.visitor_time_zone,
    status: booking.status,
    reason: booking.cancel_reason ?? '',
    unanswered: booking.status === 'declined' && booking.decided_by === 'parley',
    decisionNote: booking.decision_note,
    revision: booking.sequence,
    inGroup: booking.session_id !== booking.id,
    teamsMeeting: booking.teams_meeting,
    ...may,
    series: await seriesOf(deps, booking),
    meeting: meeting && { status: meeting.status, joinUrl: meeting.join_url ?? undefined },
    embedOrigins: around.embed_origins,
    portalPath,
    recorded: portalPath === undefined ? undefined : await recordedOf(deps, booking, portalPath),
  };
}

async function recordedOf(
  { findShared, now }: Pick<Deps, 'findShared' | 'now'>,
  { id, workspace_id: workspaceId, visitor_email: email, meeting_id, ends_at }: BookingRow,
  portalPath: string,
): Promise<VisitorBooking['recorded']> {
  if (meeting_id === null || ends_at > now()) return undefined;
  const words = await findShared({ workspaceId, email, bookingId: id });
  return words === undefined ? undefined : { words, path: `${portalPath}/appointments/${id}/recordings` };
}

async function aroundBooking({ db }: Pick<Deps, 'db'>, { event_type_id: id }: BookingRow) {
  return db
    .selectFrom('event_types')
    .innerJoin('workspaces', 'workspaces.id', 'event_types.workspace_id')
    .select([
      'event_types.title',
      'event_types.slug',
      'event_types.assignment',
      'event_types.change_policy',
      'event_types.meeting_kind',
      'event_types.invitations',
      'workspaces.name as workspace_name',
      'workspaces.slug as workspace_slug',
      'workspaces.embed_origins',
    ])
    .where('event_types.id', '=', id)
    .executeTakeFirstOrThrow();
}

async function seriesOf({ db, dataKeys }: Deps, { id, workspace_id, series_id }: BookingRow): Promise<SeriesMember[]> {
  if (series_id === null) return [];
  const rows = await db
    .selectFrom('bookings')
    .select(['id', 'starts_at', 'ends_at', 'status'])
    .where('series_id', '=', series_id)
    .where('workspace_id', '=', workspace_id)
    .orderBy('starts_at')
    .execute();
  const key = await dataKeys(workspace_id);
  return rows.map((row) => ({
    start: row.starts_at,
    end: row.ends_at,
    status: row.status,
    token: bookingToken(key, row.id),
    current: row.id === id,
  }));
}
