import { CalendarLtr28Regular, Search28Regular, Video28Regular } from '@fluentui/react-icons';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import {
  bookingPages,
  bookingSearchOf,
  otherMeetingsQuery,
  runningQuery,
  type BookingList,
  type BookingSearch,
} from '../api/lists.ts';
import { useListInterval, usePollingInterval } from '../api/live.ts';
import { eventTypesQuery, membersQuery, type Booking } from '../api/queries.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { rowsOf, ShowMore, type PagedList } from '../parts/show-more.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { useMe } from '../shell/me.ts';
import { BookingFilters } from './booking-filters.tsx';
import { BookingDays, MeetingDays } from './booking-rows.tsx';
import { BookingsFrame } from './bookings-frame.tsx';

const route = getRouteApi('/bookings');

const contents = { upcoming: Upcoming, past: Past, cancelled: Cancelled };

/** Every booking with the live state of its meeting, and the meetings that other programs asked for. */
export function BookingsPage() {
  const { show = 'upcoming', ...filter } = route.useSearch();
  const { member } = useMe();
  return (
    <BookingsFrame tab={show} filter={filter}>
      {show === 'meetings' ? (
        <OtherMeetings zone={member.timeZone} />
      ) : (
        <Filtered key={show} list={show} filter={filter} zone={member.timeZone} />
      )}
    </BookingsFrame>
  );
}

type ListProps = { zone: string; filter: BookingSearch };

function Filtered({ list, filter, zone }: ListProps & { list: BookingList }) {
  const navigate = useNavigate({ from: '/bookings' });
  const List = contents[list];
  return (
    <>
      <BookingFilters
        list={list}
        filter={filter}
        change={(changes) =>
          void navigate({ search: (before) => bookingSearchOf({ ...before, ...changes }), replace: true })
        }
      />
      <List filter={filter} zone={zone} />
    </>
  );
}

function Upcoming({ zone, filter }: ListProps) {
  const now = useNow();
  const refetchInterval = useListInterval();
  const running = useQuery({ ...runningQuery(filter), refetchInterval });
  const upcoming = useInfiniteQuery({ ...bookingPages('upcoming', filter, zone), refetchInterval });
  const failed = [running, upcoming].find(({ error, data }) => error && !data);
  if (failed?.error) return <QueryProblem error={failed.error} retry={failed.refetch} />;
  if (!running.data || !upcoming.data) return <Loading />;
  // What has started since the pages were read is on both. Who asks for later days wants nothing of what runs now.
  const begun = filter.from === undefined && filter.to === undefined ? running.data : [];
  const byId = new Map([...begun, ...rowsOf(upcoming.data)].map((booking) => [booking.id, booking]));
  const shown = [...byId.values()].filter((booking) => !isOver(booking, now));
  if (shown.length === 0 && !upcoming.hasNextPage) return <NoBookings show="upcoming" filter={filter} />;
  return <BookingPages bookings={shown} list={upcoming} zone={zone} />;
}

function Past({ zone, filter }: ListProps) {
  const now = useNow();
  const list = useInfiniteQuery({ ...bookingPages('past', filter, zone), refetchInterval: useListInterval() });
  if (!list.data) return list.error ? <QueryProblem error={list.error} retry={list.refetch} /> : <Loading />;
  const shown = rowsOf(list.data).filter((booking) => isOver(booking, now));
  if (shown.length === 0 && !list.hasNextPage) return <NoBookings show="past" filter={filter} />;
  return <BookingPages bookings={shown} list={list} zone={zone} />;
}

function Cancelled({ zone, filter }: ListProps) {
  const list = useInfiniteQuery({ ...bookingPages('cancelled', filter, zone), refetchInterval: useListInterval() });
  if (!list.data) return list.error ? <QueryProblem error={list.error} retry={list.refetch} /> : <Loading />;
  const shown = rowsOf(list.data);
  if (shown.length === 0) return <NoBookings show="cancelled" filter={filter} />;
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

function NoBookings({ show, filter }: { show: BookingList; filter: BookingSearch }) {
  if (Object.values(filter).some((value) => value !== undefined)) {
    return (
      <EmptyState
        icon={Search28Regular}
        title="Nothing is like that"
        action={
          <Link to="/bookings" search={show === 'upcoming' ? {} : { show }}>
            Show all
          </Link>
        }
      >
        No booking of this list has everything that is asked for above. The other lists may have it.
      </EmptyState>
    );
  }
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
        Bookings that you or a visitor cancel, and requests that are declined, come here.
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
