import { anyBookingOf, bookingsWithin, failedMeetingsFrom } from '../api/lists.ts';
import type { Me } from '../api/queries.ts';
import { dayOf } from '../parts/when.ts';

/** What Today reads about meetings: those of the day on the person's clock, what failed, and whether they were ever booked. */
export function dayQueries({ id, timeZone }: Me['member'], now: number) {
  const day = dayOf(now, timeZone);
  return { day, booked: bookingsWithin(day), failed: failedMeetingsFrom(day.from), own: anyBookingOf(id) };
}
