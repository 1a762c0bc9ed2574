import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { bookingsWithin, daysLater } from '../api/lists.ts';
import { useListInterval } from '../api/live.ts';
import { eventTypesQuery, membersQuery, type Booking } from '../api/queries.ts';
import { BookingDays } from '../bookings/booking-rows.tsx';
import { BookingsFrame } from '../bookings/bookings-frame.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { Bar } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { dayKey, dayOf, instantAt } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { CalendarControls } from './calendar-controls.tsx';
import styles from './calendar.module.css';
import { DayGrid, WeekGrid } from './grids.tsx';
import { useIsNarrow } from './use-is-narrow.ts';

const route = getRouteApi('/bookings/calendar');

/** What is booked and asked for in a week, or in a day with a column for each operator. */
export function CalendarPage() {
  const { view = 'week', date, host, type } = route.useSearch();
  const zone = useMe().member.timeZone;
  const now = useNow();
  const navigate = useNavigate({ from: '/bookings/calendar' });
  const today = dayKey(now, zone);
  const days = view === 'day' ? [date ?? today] : weekOf(date ?? today);
  const spans = days.map((day) => dayOf(instantAt(`${day}T12:00`, zone) ?? now, zone));
  const filter = { ...(host && { host }), ...(type && { type }) };
  return (
    <BookingsFrame tab="calendar" filter={filter}>
      <CalendarControls
        days={days}
        date={date}
        view={view}
        filter={filter}
        today={today}
        zone={zone}
        change={(changes) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true })}
      />
      <Calendar key={`${view} ${days[0]}`} view={view} spans={spans} filter={filter} zone={zone} now={now} />
    </BookingsFrame>
  );
}

/** The seven days of the week in which a day lies, from Monday. */
function weekOf(day: string): string[] {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  return Array.from({ length: 7 }, (_, index) => daysLater(day, index - weekday));
}

type Props = {
  view: 'day' | 'week';
  spans: { from: number; to: number }[];
  filter: { host?: string; type?: string };
  zone: string;
  now: number;
};

function Calendar({ view, spans, filter, zone, now }: Props) {
  const narrow = useIsNarrow();
  const { data: eventTypes } = useQuery(eventTypesQuery);
  const { data: members } = useQuery(membersQuery);
  const whole = { from: spans[0]?.from ?? now, to: spans.at(-1)?.to ?? now };
  const { data, error, refetch } = useQuery({
    ...bookingsWithin(whole, filter),
    refetchInterval: useListInterval(),
  });
  if (!data && error) return <QueryProblem error={error} retry={refetch} />;
  if (!data || !eventTypes || !members) return <Loading />;
  const what = view === 'day' ? 'on this day' : 'in this week';
  const names = { eventTypes, members, zone };
  return (
    <>
      <p className={styles.told} role="status">
        {toldOf(data, what)}
      </p>
      {narrow && data.length > 0 && <BookingDays bookings={data} {...names} />}
      {!narrow && view === 'week' && <WeekGrid bookings={data} days={spans} now={now} names={names} />}
      {!narrow && view === 'day' && spans[0] && (
        <DayGrid bookings={data} day={spans[0]} now={now} names={names} filter={filter} />
      )}
    </>
  );
}

function toldOf(bookings: Booking[], what: string): string {
  if (bookings.length === 0) return `Nothing is booked ${what}.`;
  const waiting = bookings.filter(({ status }) => status === 'requested').length;
  const booked = bookings.length - waiting;
  const requests = waiting === 1 ? '1 request waits for an answer' : `${waiting} requests wait for an answer`;
  if (booked === 0) return `${requests} ${what}.`;
  const appointments = `${booked === 1 ? '1 appointment' : `${booked} appointments`} ${what}`;
  return waiting === 0 ? `${appointments}.` : `${appointments}; ${requests}.`;
}

function Loading() {
  return (
    <div role="status" aria-label="Loading" className={styles.loading}>
      <Bar width="12rem" />
      <Bar height="40rem" />
    </div>
  );
}
