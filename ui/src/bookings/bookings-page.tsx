import { CalendarLtr28Regular, Video28Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { usePollingInterval } from '../api/live.ts';
import { bookingsQuery, eventTypesQuery, meetingsQuery, membersQuery, type Booking } from '../api/queries.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { cityOf } from '../parts/when.ts';
import type { BookingList } from '../router.tsx';
import { useMe } from '../shell/me.ts';
import { BookingDays, MeetingDays } from './booking-rows.tsx';
import styles from './bookings.module.css';
import { isMoving } from './meeting-state.ts';

const route = getRouteApi('/bookings');

const lists: { list: BookingList; words: string }[] = [
  { list: 'upcoming', words: 'Upcoming' },
  { list: 'past', words: 'Past' },
  { list: 'cancelled', words: 'Cancelled' },
  { list: 'meetings', words: 'Other meetings' },
];

/** Every booking with the live state of its meeting, and the meetings that other programs asked for. */
export function BookingsPage() {
  const { show = 'upcoming' } = route.useSearch();
  const { member } = useMe();
  return (
    <Page
      title="Bookings"
      lead={`Times are those of ${cityOf(member.timeZone)}. What happens in Teams shows here by itself.`}
    >
      <nav className={styles.tabs} aria-label="Which bookings">
        {lists.map(({ list, words }) => (
          <Link
            key={list}
            from="/bookings"
            search={{ show: list }}
            aria-current={list === show ? 'page' : undefined}
            replace
          >
            {words}
          </Link>
        ))}
      </nav>
      {show === 'meetings' ? (
        <OtherMeetings zone={member.timeZone} />
      ) : (
        <BookingsOf show={show} zone={member.timeZone} />
      )}
    </Page>
  );
}

function BookingsOf({ show, zone }: { show: Exclude<BookingList, 'meetings'>; zone: string }) {
  const now = useNow();
  const poll = usePollingInterval();
  const { data, error, refetch } = useQuery({
    ...bookingsQuery,
    refetchInterval: ({ state }) => poll && (state.data?.some(({ meeting }) => isMoving(meeting)) ? poll : 30_000),
  });
  const { data: eventTypes } = useQuery(eventTypesQuery);
  const { data: members } = useQuery(membersQuery);
  if (!data) return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={6} height="64px" />;
  const shown = data.filter((booking) => listOf(booking, now) === show);
  if (show === 'upcoming') shown.reverse(); // the API gives the latest first; what comes next belongs on top
  if (shown.length === 0) return <NoBookings show={show} />;
  return <BookingDays bookings={shown} eventTypes={eventTypes} members={members} zone={zone} />;
}

/** A booking is on exactly one list. Until its end it counts as upcoming, so that nobody loses the link while talking. */
function listOf(booking: Booking, now: number): BookingList {
  if (booking.status === 'cancelled') return 'cancelled';
  return new Date(booking.end).getTime() > now ? 'upcoming' : 'past';
}

function NoBookings({ show }: { show: Exclude<BookingList, 'meetings'> }) {
  if (show === 'past') {
    return (
      <EmptyState icon={CalendarLtr28Regular} title="Nothing has taken place yet">
        Bookings come here when their time is over.
      </EmptyState>
    );
  }
  if (show === 'cancelled') {
    return (
      <EmptyState icon={CalendarLtr28Regular} title="Nothing was cancelled">
        Bookings that you or a visitor cancel come here.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={CalendarLtr28Regular}
      title="No bookings are ahead"
      action={<Link to="/event-types">Find your booking links</Link>}
    >
      Visitors book on the page of an event type. Send them its link, and their bookings come here.
    </EmptyState>
  );
}

function OtherMeetings({ zone }: { zone: string }) {
  const poll = usePollingInterval();
  const { data, error, refetch } = useQuery({ ...meetingsQuery, refetchInterval: poll });
  const { data: bookings } = useQuery(bookingsQuery);
  if (error && !data) return <QueryProblem error={error} retry={refetch} />;
  if (!data || !bookings) return <SkeletonRows rows={6} height="64px" />;
  const booked = new Set(bookings.map(({ meeting }) => meeting.id));
  const others = data.filter(({ id }) => !booked.has(id));
  if (others.length > 0) return <MeetingDays meetings={others} zone={zone} />;
  return (
    <EmptyState
      icon={Video28Regular}
      title="No other meetings"
      action={<Link to="/developers/api-keys">Make an API key</Link>}
    >
      Meetings that your other programs make through the API, without a booking, come here.
    </EmptyState>
  );
}
