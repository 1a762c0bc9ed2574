import {
  CheckmarkCircle16Filled,
  Clock16Regular,
  ErrorCircle16Filled,
  SubtractCircle16Regular,
} from '@fluentui/react-icons';
import { Link } from '@tanstack/react-router';
import { useId, type ReactNode } from 'react';
import type { Booking } from '../api/queries.ts';
import { bookingState } from '../bookings/booking-state.ts';
import { StateLabel } from '../parts/state-label.tsx';
import { count, dayKey, timesText, timeText } from '../parts/when.ts';
import styles from './calendar.module.css';
import { clockMinutes, hoursOf, type Placed } from './place.ts';
import { useArrowKeys } from './use-arrow-keys.ts';

/** A booking, or the first of a group that meets at the time. */
export type Appointment = Booking & { others: number };

export type Column = {
  key: string;
  name: string;
  head: ReactNode;
  placed: Placed<Appointment>[];
  /** The time now, where it is in this column’s day. */
  now: number | undefined;
};

type Props = {
  columns: Column[];
  label: string;
  now: number;
  titleOf: (booking: Booking) => string;
  zone: string;
};

/** Columns of appointments over the hours of a day. With the arrow keys one goes from one to the next. */
export function CalendarGrid({ columns, label, now, titleOf, zone }: Props) {
  const hours = hoursOf(columns.flatMap(({ placed }) => placed));
  const hint = useId();
  const { active, ref, onKeyDown, onFocus } = useArrowKeys(columns, now);
  const lines = Array.from({ length: hours.to - hours.from }, (_, index) => hours.from + index);
  const size = { '--hours': lines.length, '--columns': columns.length } as React.CSSProperties;
  return (
    <>
      <div
        ref={ref}
        className={styles.grid}
        style={size}
        role="group"
        aria-label={label}
        aria-describedby={hint}
        tabIndex={active === undefined ? 0 : -1}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
      >
        <div className={styles.gutter} aria-hidden>
          {lines.map((hour) => (
            <span key={hour}>{String(hour).padStart(2, '0')}:00</span>
          ))}
        </div>
        {columns.map((column) => (
          <section key={column.key} className={styles.column} aria-label={column.name}>
            <h3 className={column.now === undefined ? styles.head : `${styles.head} ${styles.current}`}>
              {column.head}
            </h3>
            <ol className={styles.hours}>
              {column.placed.map((placed) => (
                <Slot
                  key={placed.item.id}
                  placed={placed}
                  column={column.key}
                  from={hours.from}
                  what={titleOf(placed.item)}
                  zone={zone}
                  focusable={active === `${column.key} ${placed.item.id}`}
                />
              ))}
            </ol>
            {column.now !== undefined && <NowLine at={column.now} hours={hours} zone={zone} />}
          </section>
        ))}
      </div>
      <p id={hint} className={styles.hint}>
        With the arrow keys you go from one appointment to the next, with Enter you open it.
      </p>
      <Legend />
    </>
  );
}

const icons = {
  good: CheckmarkCircle16Filled,
  waiting: Clock16Regular,
  problem: ErrorCircle16Filled,
  quiet: SubtractCircle16Regular,
} as const;

type SlotProps = {
  placed: Placed<Appointment>;
  column: string;
  from: number;
  what: string;
  zone: string;
  focusable: boolean;
};

function Slot({ placed: { item, top, bottom, lane, lanes }, column, from, what, zone, focusable }: SlotProps) {
  const state = bookingState(item, zone);
  const Icon = icons[state.tone];
  const place = {
    '--top': (top - from * 60) / 60,
    '--length': (bottom - top) / 60,
    '--lane': lane / lanes,
    '--width': 1 / lanes,
  } as React.CSSProperties;
  const times = timesText(item, zone);
  const who = item.others === 0 ? item.visitor.name : `${item.visitor.name} and ${count(item.others, 'other')}`;
  return (
    <li className={styles.slot} style={place}>
      <Link
        {...targetOf(item, zone)}
        className={`${styles.appointment} ${styles[state.tone]} ${item.status === 'requested' ? styles.requested : ''}`}
        tabIndex={focusable ? 0 : -1}
        data-appointment={`${column} ${item.id}`}
        title={`${times} ${who}\n${what}\n${state.words}`}
        preload={false}
      >
        <Icon aria-hidden className={styles.icon} />
        <span className={styles.text}>
          <span className={styles.who}>{who}</span>
          <span className="visually-hidden">, </span>
          <span className={styles.what}>
            <span aria-hidden>{timeText(item.start, zone)}</span>
            <span className="visually-hidden">{times}</span> {what}
          </span>
          <span className={bottom - top >= 45 ? styles.what : 'visually-hidden'}>{state.words}</span>
        </span>
      </Link>
    </li>
  );
}

/** Its page; of a group the list in which everybody who comes on that day is. */
function targetOf({ id, start, eventTypeId, status, others }: Appointment, zone: string) {
  if (others === 0) return { to: '/bookings/$id', params: { id } } as const;
  const day = dayKey(start, zone);
  const over = status === 'completed' || status === 'no_show';
  const search = { ...(over && { show: 'past' as const }), type: eventTypeId, from: day, to: day };
  return { to: '/bookings', search } as const;
}

function NowLine({ at, hours, zone }: { at: number; hours: { from: number; to: number }; zone: string }) {
  const minutes = clockMinutes(at, zone);
  if (minutes < hours.from * 60 || minutes > hours.to * 60) return null;
  return (
    <div className={styles.now} style={{ '--top': minutes / 60 - hours.from } as React.CSSProperties}>
      <span>Now</span>
    </div>
  );
}

/** What the pictures in the calendar mean. */
function Legend() {
  return (
    <p className={styles.legend}>
      <StateLabel tone="good" words="Confirmed" />
      <StateLabel tone="waiting" words="Waits for an answer, or for Microsoft" />
      <StateLabel tone="problem" words="Needs you" />
      <StateLabel tone="quiet" words="No-show" />
    </p>
  );
}
