import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Booking, EventType, Member } from '../api/queries.ts';
import { dayKey, dayText } from '../parts/when.ts';
import styles from './calendar.module.css';
import { CalendarGrid, type Appointment, type Column } from './calendar-grid.tsx';
import { placeInDay } from './place.ts';

type Day = { from: number; to: number };
type Names = { eventTypes: EventType[]; members: Member[]; zone: string };
type Props = { bookings: Booking[]; now: number; names: Names };

/** A week: a column for each day, whoever the operator is. */
export function WeekGrid({ bookings, days, now, names }: Props & { days: Day[] }) {
  const { zone } = names;
  const columns = days.map((day): Column => {
    const key = dayKey(day.from, zone);
    const words = dayText(day.from, zone);
    return {
      key,
      name: words,
      head: (
        <Link to="/bookings/calendar" search={(before) => ({ ...before, view: 'day', date: key })}>
          <span>{words.slice(0, 3)}</span> <strong>{Number(key.slice(8))}</strong>
          <span className="visually-hidden">: show {words} with a column for each operator</span>
        </Link>
      ),
      placed: placeInDay(together(bookings), day, zone),
      now: now >= day.from && now < day.to ? now : undefined,
    };
  });
  return (
    <CalendarGrid columns={columns} label="Appointments of the week" now={now} titleOf={titles(names, 1)} zone={zone} />
  );
}

/** Bookings of one group share their meeting: they are one appointment, named for whoever booked first. */
function together(bookings: Booking[]): Appointment[] {
  const byAge = bookings.toSorted((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
  const groups = Map.groupBy(byAge, ({ id, meeting }) => meeting?.id ?? id);
  return [...groups.values()].flatMap(([first, ...others]) => (first ? [{ ...first, others: others.length }] : []));
}

type DayProps = Props & { day: Day; filter: { host?: string } };

/** A day: a column for each operator; who meets together has the appointment in every column. */
export function DayGrid({ bookings, day, now, names, filter }: DayProps) {
  const { zone } = names;
  const [every] = useState(() => names.eventTypes.flatMap(({ operatorIds }) => operatorIds));
  const met = bookings.flatMap(({ operators }) => operators.map(({ id }) => id));
  const ids = filter.host ? [filter.host] : [...new Set([...every, ...met])];
  const operators = names.members.filter(({ id }) => ids.includes(id));
  if (operators.length === 0) {
    return <p className={styles.calm}>Nobody takes appointments yet: no event type has an operator.</p>;
  }
  const columns = operators.map((operator): Column => {
    const own = bookings.filter((booking) => booking.operators.some(({ id }) => id === operator.id));
    return {
      key: operator.id,
      name: operator.name,
      head: <span>{operator.name}</span>,
      placed: placeInDay(together(own), day, zone),
      now: now >= day.from && now < day.to ? now : undefined,
    };
  });
  return (
    <CalendarGrid columns={columns} label="Appointments of the day" now={now} titleOf={titles(names, 2)} zone={zone} />
  );
}

/** What it is, and with whom, if at least so many meet: a column of one operator says who they are. */
function titles({ eventTypes, members }: Names, least: number) {
  const byId = new Map(eventTypes.map(({ id, title }) => [id, title]));
  return ({ eventTypeId, operators }: Booking) => {
    const hosts =
      members.length > 1 && operators.length >= least ? operators.map(({ name }) => name).join(' and ') : '';
    return [byId.get(eventTypeId), hosts && `with ${hosts}`].filter(Boolean).join(' ');
  };
}
