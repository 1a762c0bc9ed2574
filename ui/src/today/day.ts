import { anyBookingOf, bookingsWithin, changedMeetingsFrom, failedMeetingsFrom, requestsQuery } from '../api/lists.ts';
import type { Me } from '../api/queries.ts';
import { dayOf } from '../parts/when.ts';

/** What Today reads: requests, what is booked for the day on the person's clock, what needs a person, and whether they were ever booked. */
export function dayQueries({ id, timeZone }: Me['member'], now: number) {
  const day = dayOf(now, timeZone);
  return {
    day,
    requests: requestsQuery,
    booked: bookingsWithin(day),
    changed: changedMeetingsFrom(day.from),
    failed: failedMeetingsFrom(day.from),
    own: anyBookingOf(id),
  };
}
