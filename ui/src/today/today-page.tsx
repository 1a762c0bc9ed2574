import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { firstBookingFrom } from '../api/lists.ts';
import { usePollingInterval } from '../api/live.ts';
import { eventTypesQuery, integrationQuery, membersQuery, type Booking } from '../api/queries.ts';
import { BookingRow } from '../bookings/booking-rows.tsx';
import rowStyles from '../bookings/bookings.module.css';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { cityOf, dayText, spanText } from '../parts/when.ts';
import { RequestQueue } from '../requests/request-queue.tsx';
import { useMe } from '../shell/me.ts';
import { dayQueries } from './day.ts';
import { FirstSteps, isSetUp } from './first-steps.tsx';
import { NeedsYou } from './needs-you.tsx';
import { useTenantsRead } from './tenant-needs.tsx';
import styles from './today.module.css';
import { useWebhooksRead } from './webhook-needs.tsx';

/** What needs the person, then the day's appointments; in a new workspace, the first steps. */
export function TodayPage() {
  const { member, mayBook } = useMe();
  const now = useNow();
  const refetchInterval = usePollingInterval() && 30_000;
  const reads = dayQueries(member, now);
  const booked = useQuery({ ...reads.booked, refetchInterval });
  const requests = useQuery(reads.requests);
  const changed = useQuery({ ...reads.changed, refetchInterval });
  const failed = useQuery({ ...reads.failed, refetchInterval });
  const own = useQuery(reads.own);
  const eventTypes = useQuery(eventTypesQuery);
  const integration = useQuery(integrationQuery);
  const tenantsRead = useTenantsRead();
  const webhooksRead = useWebhooksRead();
  const faulty = [booked, requests, changed, failed, own, eventTypes, integration].find(
    ({ data, error }) => error && !data,
  );
  const ownRead = booked.data && requests.data && changed.data && failed.data && own.data;
  const loaded = ownRead && eventTypes.data && integration.data && tenantsRead && webhooksRead;
  const appointments = booked.data?.filter(({ status }) => status !== 'requested') ?? [];
  const setUp = loaded && (!mayBook || isSetUp(eventTypes.data, own.data.length > 0, member.id));
  return (
    <Page title="Today" lead={`${dayText(now, member.timeZone)} in ${cityOf(member.timeZone)}`}>
      {faulty?.error && <QueryProblem error={faulty.error} retry={faulty.refetch} />}
      {!faulty && !loaded && <SkeletonRows rows={4} height="68px" />}
      {!faulty && loaded && (
        <>
          <Requests requests={requests.data} />
          <NeedsYou
            integration={integration.data}
            eventTypes={eventTypes.data}
            changed={changed.data}
            failed={failed.data}
            starting={!setUp}
            asked={requests.data.length > 0}
          />
          {!setUp && <FirstSteps integration={integration.data} eventTypes={eventTypes.data} memberId={member.id} />}
          {(setUp || appointments.length > 0) && <Appointments bookings={appointments} dayEnd={reads.day.to} />}
        </>
      )}
    </Page>
  );
}

/** What visitors wait for comes first. What is answered stays in its place, so the queue stays with it. */
function Requests({ requests }: { requests: Booking[] }) {
  const { mayBook } = useMe();
  const [had, setHad] = useState(requests.length > 0);
  if (requests.length > 0 && !had) setHad(true);
  if (!had) return null;
  return (
    <section className={styles.section}>
      <h2>{mayBook ? 'Requests to answer' : 'Requests that wait for an answer'}</h2>
      <RequestQueue requests={requests} />
    </section>
  );
}

function Appointments({ bookings, dayEnd }: { bookings: Booking[]; dayEnd: number }) {
  const zone = useMe().member.timeZone;
  const { data: eventTypes } = useQuery(eventTypesQuery);
  const { data: members } = useQuery(membersQuery);
  return (
    <section className={styles.section}>
      <h2>Appointments</h2>
      {bookings.length > 0 ? (
        <ul className={rowStyles.rows}>
          {bookings.map((booking) => (
            <li key={booking.id}>
              <BookingRow booking={booking} eventTypes={eventTypes} members={members} zone={zone} />
            </li>
          ))}
        </ul>
      ) : (
        <NothingToday dayEnd={dayEnd} />
      )}
    </section>
  );
}

function NothingToday({ dayEnd }: { dayEnd: number }) {
  const zone = useMe().member.timeZone;
  const { data: [next] = [] } = useQuery(firstBookingFrom(dayEnd));
  return (
    <p className={styles.calm}>
      Nothing is booked for today.{' '}
      {next && (
        <>
          Next: {spanText(next, zone)},{' '}
          <Link to="/bookings/$id" params={{ id: next.id }}>
            {next.visitor.name}
          </Link>
          .
        </>
      )}
    </p>
  );
}
