import { useQuery } from '@tanstack/react-query';
import { usePollingInterval } from '../api/live.ts';
import {
  bookingsQuery,
  eventTypesQuery,
  integrationQuery,
  meetingsQuery,
  membersQuery,
  type Booking,
} from '../api/queries.ts';
import { BookingRow } from '../bookings/booking-rows.tsx';
import rowStyles from '../bookings/bookings.module.css';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { cityOf, dayKey, dayText, spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { FirstSteps, isSetUp } from './first-steps.tsx';
import { NeedsYou } from './needs-you.tsx';
import styles from './today.module.css';

/** What needs the person, then the day's appointments; in a new workspace, the first steps. */
export function TodayPage() {
  const { member } = useMe();
  const now = useNow();
  const poll = usePollingInterval();
  const bookings = useQuery({ ...bookingsQuery, refetchInterval: poll && 30_000 });
  const meetings = useQuery({ ...meetingsQuery, refetchInterval: poll && 30_000 });
  const eventTypes = useQuery(eventTypesQuery);
  const integration = useQuery(integrationQuery);
  const failed = [bookings, meetings, eventTypes, integration].find(({ data, error }) => error && !data);
  const { data: own } = integration;
  const { data: types } = eventTypes;
  const loaded = own && types && bookings.data && meetings.data;
  const setUp = loaded && isSetUp(types, bookings.data, member.id);
  return (
    <Page title="Today" lead={`${dayText(now, member.timeZone)} in ${cityOf(member.timeZone)}`}>
      {failed?.error && <QueryProblem error={failed.error} retry={failed.refetch} />}
      {!failed && !loaded && <SkeletonRows rows={4} height="68px" />}
      {!failed && loaded && (
        <>
          <NeedsYou
            integration={own}
            eventTypes={types}
            bookings={bookings.data}
            meetings={meetings.data}
            starting={!setUp}
          />
          {!setUp && <FirstSteps integration={own} eventTypes={types} memberId={member.id} />}
          {(setUp || bookings.data.length > 0) && <Appointments bookings={bookings.data} now={now} />}
        </>
      )}
    </Page>
  );
}

function Appointments({ bookings, now }: { bookings: Booking[]; now: number }) {
  const zone = useMe().member.timeZone;
  const { data: eventTypes } = useQuery(eventTypesQuery);
  const { data: members } = useQuery(membersQuery);
  const ahead = bookings.filter(({ status }) => status === 'confirmed').toReversed(); // the API gives the latest first
  const today = ahead.filter(({ start }) => dayKey(start, zone) === dayKey(now, zone));
  const next = ahead.find(({ start }) => dayKey(start, zone) > dayKey(now, zone));
  return (
    <section className={styles.section}>
      <h2>Appointments</h2>
      {today.length > 0 ? (
        <ul className={rowStyles.rows}>
          {today.map((booking) => (
            <li key={booking.id}>
              <BookingRow booking={booking} eventTypes={eventTypes} members={members} zone={zone} />
            </li>
          ))}
        </ul>
      ) : (
        <p className={styles.calm}>
          Nothing is booked for today. {next && `Next: ${spanText(next, zone)}, ${next.visitor.name}.`}
        </p>
      )}
    </section>
  );
}
