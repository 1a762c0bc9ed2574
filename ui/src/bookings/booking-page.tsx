import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { usePollingInterval } from '../api/live.ts';
import { bookingQuery, eventTypesQuery } from '../api/queries.ts';
import { Card, Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { LegalHold } from '../recordings/legal-hold.tsx';
import { MeetingArtifacts } from '../recordings/meeting-artifacts.tsx';
import { useMe } from '../shell/me.ts';
import { BookingAttendees } from './booking-attendees.tsx';
import { BookingFacts } from './booking-facts.tsx';
import { BookingMails } from './booking-mails.tsx';
import { BookingSeries } from './booking-series.tsx';
import { BookingStanding } from './booking-standing.tsx';
import { isBookingMoving } from './booking-state.ts';
import styles from './bookings.module.css';
import { BookingTimeline } from './timeline.tsx';

const route = getRouteApi('/bookings/$id');

/** One booking: when, who, how it and its meeting stand, and what can be done about it. */
export function BookingPage() {
  const { id } = route.useParams();
  const now = useNow();
  const poll = usePollingInterval();
  const zone = useMe().member.timeZone;
  const { data: eventTypes } = useQuery(eventTypesQuery);
  const { data, error, refetch } = useQuery({
    ...bookingQuery(id),
    refetchInterval: ({ state: { data } }) => {
      // What is announced while the page is still on its way may pass it by; without a meeting nothing is announced.
      if (data && isBookingMoving(data)) return 5000;
      return data?.meeting === null ? 15_000 : poll && 30_000;
    },
  });
  const back = { link: { to: '/bookings' }, words: 'Bookings' } as const;
  if (!data) {
    return (
      <Page title="Booking" back={back}>
        {error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={2} height="180px" />}
      </Page>
    );
  }
  const eventType = eventTypes?.find(({ id }) => id === data.eventTypeId);
  const title = eventType?.title;
  const hosts = data.operators.map(({ name }) => name).join(' and ');
  return (
    <Page title={data.visitor.name} lead={title ? `${title} with ${hosts}` : `With ${hosts}`} back={back}>
      <div className={styles.columns}>
        <div className={styles.side}>
          <Card label="Booking">
            <BookingStanding key={data.id} booking={data} />
            <hr className={styles.divider} />
            <BookingFacts booking={data} eventTypeTitle={title} />
          </Card>
          <BookingAttendees booking={data} />
          {data.meeting && (
            <MeetingArtifacts meeting={data.meeting} now={now}>
              {(data.hold || data.meeting.kind === 'calendar') && <LegalHold booking={data} />}
            </MeetingArtifacts>
          )}
          {data.hold && Date.parse(data.start) > now && (
            <Card label="Legal hold">
              <LegalHold booking={data} />
            </Card>
          )}
          <BookingMails booking={data} zone={zone} />
        </div>
        <div className={styles.side}>
          <BookingTimeline booking={data} byParley={eventType?.invitations === 'parley'} zone={zone} />
          {data.seriesId && <BookingSeries booking={data} seriesId={data.seriesId} zone={zone} />}
        </div>
      </div>
    </Page>
  );
}
