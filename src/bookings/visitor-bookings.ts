import { createHash } from 'node:crypto';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { SendMail } from '../email/email.ts';
import { runOnce } from '../http/idempotency.ts';
import { invalidRequest } from '../http/router.ts';
import type { Queue } from '../jobs/queue.ts';
import type { Log } from '../log.ts';
import type { MeetingChanges } from '../meetings/changes.ts';
import { Problem } from '../problem.ts';
import type { Offer, OpenEventType } from '../scheduling/offer.ts';
import { holdTime, releaseHold } from '../scheduling/holds.ts';
import { getOpenEventType } from '../scheduling/open-event-type.ts';
import { findFreeSlots, requireOffer, type SchedulingDeps } from '../scheduling/service.ts';
import { bookingToken } from './booking-link.ts';
import { visitorMay, visitorSchema, type BookingRow } from './booking.ts';
import { rescheduleBooking } from './moves.ts';
import { moveTarget } from './move-target.ts';
import { createSeries, previewSeries, type SeriesTime } from './series.ts';
import { createBooking } from './new-booking.ts';
import { cancelBooking, findBookingByToken, type BookingDeps } from './service.ts';
import { findPublicEventType, presentVisitorBooking, type FindShared } from './visitor-views.ts';
import type { NewVisitorBooking, VisitorDeps } from './visitor.ts';
import { holdKeyOf } from './wishes.ts';

export type VisitorBookingDeps = SchedulingDeps & {
  queue: Queue;
  dataKeys: DataKeys;
  changes: MeetingChanges;
  log: Log;
  /** `undefined` where e-mail is not configured. */
  sendMail: SendMail | undefined;
  findShared: FindShared;
};
type Deps = VisitorBookingDeps;

/** What the visitor's pages may do: everything is reached by a public address or by the secret in the visitor's link. */
export function createVisitorDeps(deps: Deps): VisitorDeps {
  const write = <T>(run: (inTrx: BookingDeps) => Promise<T>) =>
    deps.db.transaction().execute((trx) => run({ ...deps, db: trx }));
  return {
    now: deps.now,
    findPublicEventType: (workspaceSlug, eventTypeSlug) => findPublicEventType(deps, workspaceSlug, eventTypeSlug),
    findSlots: async (eventTypeId, { holdKey, ...search }) => {
      const open = await openEventType(deps, eventTypeId);
      return (await findFreeSlots(deps, open, { ...search, holdKey: holdKeyOf(holdKey) })).slots;
    },
    hold: async (eventTypeId, wanted) => holdTime(deps, await openEventType(deps, eventTypeId), wanted),
    releaseHold: (key) => releaseHold(deps, key),
    previewSeries: async (eventTypeId, { rhythm, start, holdKey, ...choice }) => {
      const open = await openEventType(deps, eventTypeId);
      const most = open.eventType.most_in_series;
      const wish = { ...choice, most, holdKey: holdKeyOf(holdKey) };
      const times = await previewSeries(deps, open, { start, ...rhythm }, wish);
      return times.map((time) => ({ start: time.start, end: time.end, free: 'offer' in time }));
    },
    createBooking: (input) => book(deps, input),
    findBooking: async (token) => {
      const found = await findBookingByToken(deps, token);
      return found && presentVisitorBooking(deps, found);
    },
    rescheduleBooking: async (token, start) => {
      const booking = await requireChangeable(deps, token, 'move');
      const offer = await moveTarget(deps, booking, { start });
      const { mostMoves } = offer.open.eventType.change_policy;
      await write(async (inTrx) => {
        const moved = await rescheduleBooking(inTrx, booking, offer, 'visitor');
        // Counted where two moves at once take turns.
        if (mostMoves !== null && moved.booking.moves > mostMoves) throw new Problem('change_not_allowed');
      });
    },
    cancelBooking: async (token, reason) => {
      const booking = await requireChangeable(deps, token, 'cancel');
      await write((inTrx) => cancelBooking(inTrx, booking, { reason, by: 'visitor' }));
    },
    onChange: ({ bookingId, meetingId }, listener) => {
      const stops = [bookingId, ...(meetingId === undefined ? [] : [meetingId])].map((id) =>
        deps.changes.onMeeting(id, listener),
      );
      return () => stops.forEach((stop) => stop());
    },
    report: (error) => deps.log.error({ err: error }, 'visitor page failed'),
  };
}

/** One form books once, however often it is sent: the second answer is the first booking. */
async function book(deps: Deps, input: NewVisitorBooking): Promise<{ token: string }> {
  const parsed = visitorSchema.safeParse(input.visitor);
  if (!parsed.success) throw invalidRequest(parsed.error, '/visitor');
  const { eventTypeId, start, durationMinutes, operatorId, series } = input;
  const workspaceId = await workspaceOf(deps, eventTypeId);
  const form = JSON.stringify([eventTypeId, start, parsed.data, durationMinutes, operatorId, series]);
  const claim = {
    workspaceId,
    scope: `visitor:${eventTypeId}`,
    route: 'book',
    key: input.idempotencyKey,
    fingerprint: createHash('sha256').update(form).digest(),
  };
  const holdKey = holdKeyOf(input.holdKey);
  let offered: Offer | SeriesTime[] | undefined;
  const answer = await runOnce(deps, claim, {
    prepare: async () => {
      const open = await getOpenEventType(deps, workspaceId, eventTypeId);
      const wish = { durationMinutes, operatorId, holdKey };
      offered = series
        ? await agreedTimes(deps, open, series, { ...wish, start })
        : await requireOffer(deps, open, { start, ...wish });
    },
    run: async (trx) => {
      if (!offered) throw new TypeError('a booking was written before its time was checked');
      const wish = { by: 'visitor', holdKey };
      const inTrx = { ...deps, db: trx };
      const [first] = Array.isArray(offered)
        ? (await createSeries(inTrx, offered, parsed.data, wish)).bookings
        : [await createBooking(inTrx, offered, parsed.data, wish)];
      if (!first) throw new TypeError('a series was booked without a time');
      return { status: 201, body: { bookingId: first.booking.id } };
    },
  });
  const { bookingId } = JSON.parse(answer.text) as { bookingId: string };
  return { token: bookingToken(await deps.dataKeys(workspaceId), bookingId) };
}

type SeriesWish = {
  durationMinutes?: number | undefined;
  operatorId?: string | undefined;
  holdKey?: Buffer | undefined;
};

/** The times of a series that the visitor saw as free and agreed to. Throws `slot_taken` when there are none. */
async function agreedTimes(
  deps: Deps,
  open: OpenEventType,
  { rhythm, starts }: NonNullable<NewVisitorBooking['series']>,
  { start, ...wish }: SeriesWish & { start: Date },
): Promise<SeriesTime[]> {
  const most = open.eventType.most_in_series;
  const times = await previewSeries(deps, open, { start, ...rhythm }, { ...wish, most });
  const agreed = new Set(starts.map((one) => one.getTime()));
  const wanted = times.filter((time) => agreed.has(time.start.getTime()));
  if (wanted.length === 0 || wanted.length < agreed.size) throw new Problem('slot_taken');
  return wanted;
}

/** The booking, if its visitor may still change it so. Throws `not_found`, `booking_closed`, `change_not_allowed`. */
async function requireChangeable(deps: Deps, token: string, change: 'move' | 'cancel'): Promise<BookingRow> {
  const found = await findBookingByToken(deps, token);
  if (!found) throw new Problem('not_found');
  const { change_policy: policy } = await eventTypeById(deps, found.booking.event_type_id);
  const { refusal } = visitorMay(found.booking, policy, deps.now())[change];
  if (refusal === 'closed' || refusal === 'over') throw new Problem('booking_closed');
  if (refusal) throw new Problem('change_not_allowed');
  return found.booking;
}

async function openEventType(deps: Deps, id: string): Promise<OpenEventType> {
  return getOpenEventType(deps, await workspaceOf(deps, id), id);
}

async function workspaceOf(deps: Deps, eventTypeId: string): Promise<string> {
  return (await eventTypeById(deps, eventTypeId)).workspace_id;
}

async function eventTypeById({ db }: Pick<Deps, 'db'>, id: string) {
  return db
    .selectFrom('event_types')
    .select(['workspace_id', 'change_policy'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}
