import { Button } from '@fluentui/react-components';
import { ChevronLeft20Regular, ChevronRight20Regular } from '@fluentui/react-icons';
import { useQueries, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { bookedQuery, freeTimesQuery, scheduleQuery, timeOffQuery } from '../api/availability.ts';
import { problemOf } from '../api/problem.ts';
import { eventTypesQuery, type EventType, type Member } from '../api/queries.ts';
import { ProblemView, QueryProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { cityOf, dayKey, durationText, instantAt } from '../parts/when.ts';
import styles from './availability.module.css';
import { dateAfter, minutesOf, mondayOf, planOf } from './schedule.ts';
import { joined, lengthOf, onDate, type Stretch } from './spans.ts';
import { useHolidays } from './use-holidays.ts';
import { WeekHeat, type WeekDay } from './week-heat.tsx';

const route = getRouteApi('/availability');

/** A week of an operator: when they work, when they can be booked now, and when they are. */
export function WeekView({ operator, week }: { operator: Member; week: string | undefined }) {
  const { data: schedule, error, refetch } = useQuery(scheduleQuery(operator.id));
  if (!schedule)
    return error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={1} height="420px" />;
  const today = dayKey(Date.now(), schedule.timeZone);
  const monday = mondayOf(week ?? today);
  return (
    <section className={sheets.group} aria-label="Week">
      <WeekHead monday={monday} today={today} zone={schedule.timeZone} />
      <Week key={operator.id} operator={operator} monday={monday} today={today} zone={schedule.timeZone} />
    </section>
  );
}

function WeekHead({ monday, today, zone }: { monday: string; today: string; zone: string }) {
  const navigate = route.useNavigate();
  const go = (to: string) =>
    void navigate({ search: (before) => ({ ...before, week: to }), replace: true, resetScroll: false });
  const now = mondayOf(today);
  return (
    <div className={styles.weekHead}>
      <h2>{weekText(monday)}</h2>
      <span className={sheets.quiet}>{cityOf(zone)}</span>
      <Button
        icon={<ChevronLeft20Regular />}
        appearance="subtle"
        aria-label="Previous week"
        onClick={() => go(dateAfter(monday, -7))}
      />
      <Button onClick={() => go(now)} disabledFocusable={monday === now}>
        This week
      </Button>
      <Button
        icon={<ChevronRight20Regular />}
        appearance="subtle"
        aria-label="Next week"
        onClick={() => go(dateAfter(monday, 7))}
      />
    </div>
  );
}

/** `23–29 Nov 2026`, `30 Nov – 6 Dec 2026` */
function weekText(monday: string): string {
  const format = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const at = (date: string) => new Date(`${date}T12:00:00Z`);
  return format.formatRange(at(monday), at(dateAfter(monday, 6)));
}

type WeekProps = { operator: Member; monday: string; today: string; zone: string };

function Week({ operator, monday, today, zone }: WeekProps) {
  const { days, unreadable, problem, loading, bookings, closed, takesAny } = useWeek({ operator, monday, zone });
  const bookable = days.reduce((sum, day) => sum + lengthOf(day.bookable), 0);
  if (loading) return <SkeletonRows rows={7} height="40px" />;
  return (
    <>
      {unreadable && (
        <ProblemView
          problem={{
            code: 'calendar_unreadable',
            title: `The calendar of ${operator.name} cannot be read`,
            detail: unreadable,
            remedy: 'Nothing is offered until it can, so that nobody is booked twice. Diagnostics says what is wrong.',
          }}
          actions={
            <Button as="a" href={`/console/microsoft-365/diagnostics?member=${operator.id}`}>
              Open Diagnostics
            </Button>
          }
        />
      )}
      {problem && <ProblemView problem={problemOf(problem)} />}
      <p className={styles.sum}>
        {bookable > 0 ? `${durationText(bookable)} can be booked` : 'Nothing can be booked'} in this week, and{' '}
        {bookings === 0
          ? 'nothing is booked'
          : bookings === 1
            ? '1 appointment is booked'
            : `${bookings} appointments are booked`}
        .
      </p>
      {!takesAny && <p className={sheets.quiet}>{operator.name} takes the bookings of no event type yet.</p>}
      {closed.map(({ id, title, closedReason }) => (
        <p key={id} className={sheets.quiet}>
          <Link to="/event-types/$id" params={{ id }} search={{}}>
            {title}
          </Link>{' '}
          takes no bookings. {closedReason}
        </p>
      ))}
      <WeekHeat days={days} today={today} memberId={operator.id} />
    </>
  );
}

/** Everything about the week, day by day. */
function useWeek({ operator, monday, zone }: Omit<WeekProps, 'today'>) {
  const { data: schedule } = useQuery(scheduleQuery(operator.id));
  const { data: timeOff = [], isPending } = useQuery(timeOffQuery(operator.id));
  const holidays = useHolidays(schedule?.holidays ?? null);
  const span = { from: instantOf(monday, zone), to: instantOf(dateAfter(monday, 7), zone) };
  const booked = useQuery(bookedQuery(operator.id, span));
  const { data: eventTypes } = useQuery(eventTypesQuery);
  const theirs = eventTypes?.filter((one) => isTakenBy(one, operator.id)) ?? [];
  const taken = theirs.filter((one) => one.takesBookings);
  const searches = useQueries({
    queries: taken.map(({ id }) => freeTimesQuery(id, { ...span, operatorId: operator.id })),
  });
  const slots = searches.flatMap(({ data }) => data?.data ?? []);
  const dates = Array.from({ length: 7 }, (_, at) => dateAfter(monday, at));
  const part = (spans: readonly { start: string; end: string }[], date: string) =>
    spans.flatMap((one) => onDate(one, date, zone) ?? []);
  const days = dates.map((date): WeekDay => {
    const plan = schedule && planOf(date, schedule.weekly, { timeOff, holidays: holidays.data });
    const hours = plan?.ranges.map(({ from, to }): Stretch => ({ from: minutesOf(from), to: minutesOf(to) })) ?? [];
    const bookedHere = (booked.data ?? []).flatMap((one) => {
      const stretch = onDate(one, date, zone);
      return stretch ? [{ ...stretch, name: one.visitor.name, requested: one.status === 'requested' }] : [];
    });
    return { date, plan, hours: joined(hours), bookable: joined(part(slots, date)), booked: bookedHere };
  });
  const refusal = searches.find(({ error }) => error)?.error ?? booked.error;
  const unreadable = searches
    .flatMap(({ data }) => data?.unreadable ?? [])
    .find(({ operatorId }) => operatorId === operator.id)?.detail;
  return {
    days,
    bookings: booked.data?.length ?? 0,
    unreadable,
    closed: theirs.filter((one) => one.active && !one.takesBookings),
    takesAny: theirs.length > 0,
    problem: refusal ?? null,
    loading: isPending || !eventTypes || booked.isPending || searches.some((one) => one.isPending),
  };
}

function isTakenBy({ operatorIds }: EventType, memberId: string): boolean {
  return operatorIds.includes(memberId);
}

function instantOf(date: string, zone: string): string {
  return new Date(instantAt(`${date}T00:00`, zone) ?? 0).toISOString();
}
