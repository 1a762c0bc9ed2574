import { CalendarLtr28Regular, Video28Regular } from '@fluentui/react-icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { bookingLists, otherMeetingsQuery, runningQuery } from '../api/lists.ts';
import { usePollingInterval } from '../api/live.ts';
import { eventTypesQuery, membersQuery, type Booking } from '../api/queries.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { rowsOf, ShowMore, type PagedList } from '../parts/show-more.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { Tabs } from '../parts/tabs.tsx';
import { useNow } from '../parts/use-now.ts';
import { cityOf } from '../parts/when.ts';
import type { BookingList } from '../page-queries.ts';
import { useMe } from '../shell/me.ts';
import { BookingDays, MeetingDays } from './booking-rows.tsx';

const route = getRouteApi('/bookings');

const lists: { list: BookingList; words: string }[] = [
  { list: 'upcoming', words: 'Upcoming' },
  { list: 'past', words: 'Past' },
  { list: 'cancelled', words: 'Cancelled' },
  { list: 'meetings', words: 'Other meetings' },
];

const contents = { upcoming: Upcoming, past: Past, cancelled: Cancelled, meetings: OtherMeetings };

/** Every booking with the live state of its meeting, and the meetings that other programs asked for. */
export function BookingsPage() {
  const { show = 'upcoming' } = route.useSearch();
  const { member } = useMe();
  const List = contents[show];
  return (
    <Page
      title="Bookings"
      lead={`Times are those of ${cityOf(member.timeZone)}. What happens in Teams shows here by itself.`}
    >
      <Tabs label="Which bookings">
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
      </Tabs>
      <List zone={member.timeZone} />
    </Page>
  );
}

type ListProps = { zone: string };

function Upcoming({ zone }: ListProps) {
  const now = useNow();
  const refetchInterval = usePollingInterval();
  const running = useQuery({ ...runningQuery, refetchInterval });
  const upcoming = useInfiniteQuery({ ...bookingLists.upcoming, refetchInterval });
  const failed = [running, upcoming].find(({ error, data }) => error && !data);
  if (failed?.error) return <QueryProblem error={failed.error} retry={failed.refetch} />;
  if (!running.data || !upcoming.data) return <Loading />;
  // What has started since the pages were read is on both.
  const byId = new Map([...running.data, ...rowsOf(upcoming.data)].map((booking) => [booking.id, booking]));
  const shown = [...byId.values()].filter((booking) => !isOver(booking, now));
  if (shown.length === 0 && !upcoming.hasNextPage) return <NoBookings show="upcoming" />;
  return <BookingPages bookings={shown} list={upcoming} zone={zone} />;
}

function Past({ zone }: ListProps) {
  const now = useNow();
  const list = useInfiniteQuery({ ...bookingLists.past, refetchInterval: usePollingInterval() });
  if (!list.data) return list.error ? <QueryProblem error={list.error} retry={list.refetch} /> : <Loading />;
  const shown = rowsOf(list.data).filter((booking) => isOver(booking, now));
  if (shown.length === 0 && !list.hasNextPage) return <NoBookings show="past" />;
  return <BookingPages bookings={shown} list={list} zone={zone} />;
}

function Cancelled({ zone }: ListProps) {
  const list = useInfiniteQuery({ ...bookingLists.cancelled, refetchInterval: usePollingInterval() });
  if (!list.data) return list.error ? <QueryProblem error={list.error} retry={list.refetch} /> : <Loading />;
  const shown = rowsOf(list.data);
  if (shown.length === 0) return <NoBookings show="cancelled" />;
  return <BookingPages bookings={shown} list={list} zone={zone} />;
}

/** Until its end a booking counts as upcoming, so that nobody loses the link while talking. */
function isOver({ end }: Booking, now: number): boolean {
  return new Date(end).getTime() <= now;
}

function BookingPages({ bookings, list, zone }: { bookings: Booking[]; list: PagedList; zone: string }) {
  const { data: eventTypes } = useQuery(eventTypesQuery);
  const { data: members } = useQuery(membersQuery);
  return (
    <>
      <BookingDays bookings={bookings} eventTypes={eventTypes} members={members} zone={zone} />
      <ShowMore list={list} />
    </>
  );
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

function OtherMeetings({ zone }: ListProps) {
  const { mayManage } = useMe();
  const list = useInfiniteQuery({ ...otherMeetingsQuery, refetchInterval: usePollingInterval() });
  if (!list.data) return list.error ? <QueryProblem error={list.error} retry={list.refetch} /> : <Loading />;
  const meetings = rowsOf(list.data);
  if (meetings.length > 0) {
    return (
      <>
        <MeetingDays meetings={meetings} zone={zone} />
        <ShowMore list={list} />
      </>
    );
  }
  return (
    <EmptyState
      icon={Video28Regular}
      title="No other meetings"
      action={mayManage && <Link to="/developers/api-keys">Make an API key</Link>}
    >
      Meetings that your other programs make through the API, without a booking, come here.
    </EmptyState>
  );
}

function Loading() {
  return <SkeletonRows rows={6} height="64px" />;
}
