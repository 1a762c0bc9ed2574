import { Button } from '@fluentui/react-components';
import { CalendarLtr28Regular, ChevronLeft20Regular, ChevronRight20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { timesQuery, type TimeWish } from '../api/appointments.ts';
import { membersQuery } from '../api/queries.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { cityOf, count, dayOf, dayText, timeText } from '../parts/when.ts';
import styles from './bookings.module.css';

const weekMs = 7 * 86_400_000;

type Props = {
  wish: TimeWish;
  /** Times are for groups: it is told how many more can come. */
  seats: boolean;
  zone: string;
  /** The week to begin with is that of this instant. */
  near?: string | undefined;
  chosen: string | undefined;
  choose: (start: string, operatorIds: string[]) => void;
};

type Slot = { start: string; operatorIds: string[]; seatsLeft: number };

/** The free times of a week, to choose one, with the way to other weeks. */
export function FreeTimes({ wish, seats, zone, near, chosen, choose }: Props) {
  const today = dayOf(useNow(), zone).from;
  const [from, setFrom] = useState(() => Math.max(today, near ? dayOf(near, zone).from : today));
  const to = dayOf(from + weekMs, zone).from;
  const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  const { data, error, refetch, isPending } = useQuery(timesQuery(wish, span));
  return (
    <>
      <div className={styles.pager}>
        <Button
          icon={<ChevronLeft20Regular />}
          aria-label="A week earlier"
          disabledFocusable={from <= today}
          onClick={() => setFrom(Math.max(dayOf(from - weekMs, zone).from, today))}
        />
        <Button icon={<ChevronRight20Regular />} aria-label="A week later" onClick={() => setFrom(to)} />
        <h2 aria-live="polite">
          {dayText(from, zone)} – {dayText(to - 1, zone)} ({cityOf(zone)})
        </h2>
      </div>
      {error && <QueryProblem error={error} retry={refetch} />}
      {isPending && <SkeletonRows rows={3} height="90px" />}
      {data && !error && (
        <>
          <Unreadable operators={data.unreadable} />
          <Slots slots={data.data} seats={seats} zone={zone} chosen={chosen} choose={choose} />
        </>
      )}
    </>
  );
}

/** Whose times are missing, and why. */
function Unreadable({ operators }: { operators: { operatorId: string; detail: string }[] }) {
  const { data: members = [] } = useQuery(membersQuery);
  return operators.map(({ operatorId, detail }) => (
    <p key={operatorId} className={styles.unreadable}>
      The calendar of {members.find(({ id }) => id === operatorId)?.name ?? 'an operator'} cannot be read, so their
      times are not offered. {detail}
    </p>
  ));
}

type SlotsProps = Pick<Props, 'seats' | 'zone' | 'chosen' | 'choose'> & { slots: Slot[] };

function Slots({ slots, seats, zone, chosen, choose }: SlotsProps) {
  const name = useId();
  if (slots.length === 0) {
    return (
      <EmptyState icon={CalendarLtr28Regular} title="Nothing is free in this week">
        Try a later week, or widen the hours in which it can be booked.
      </EmptyState>
    );
  }
  const days = Map.groupBy(slots, ({ start }) => dayText(start, zone));
  return [...days].map(([day, onDay]) => (
    <fieldset key={day} className={styles.slots}>
      <legend>{day}</legend>
      <div>
        {onDay.map(({ start, operatorIds, seatsLeft }) => (
          <label key={start} className={styles.slot}>
            <input type="radio" name={name} checked={start === chosen} onChange={() => choose(start, operatorIds)} />
            <span>
              {timeText(start, zone)}
              {seats && <small>{count(seatsLeft, 'seat')}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  ));
}
