import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import type { Booking, EventType, Meeting, Member } from '../api/queries.ts';
import { StateLabel } from '../parts/state-label.tsx';
import { dayKey, dayText, timesText } from '../parts/when.ts';
import { bookingState, isOff } from './booking-state.ts';
import styles from './bookings.module.css';
import { meetingState } from './meeting-state.ts';

type Names = { eventTypes: EventType[] | undefined; members: Member[] | undefined; zone: string };

/** Bookings, a heading for each day, in the order they come. */
export function BookingDays({ bookings, ...names }: Names & { bookings: Booking[] }) {
  return <Days rows={bookings} zone={names.zone} draw={(booking) => <BookingRow booking={booking} {...names} />} />;
}

/** Meetings that other programs asked for, a heading for each day. */
export function MeetingDays({ meetings, zone }: { meetings: Meeting[]; zone: string }) {
  return <Days rows={meetings} zone={zone} draw={(meeting) => <MeetingRow meeting={meeting} zone={zone} />} />;
}

function Days<T extends { id: string; start: string }>({
  rows,
  zone,
  draw,
}: {
  rows: T[];
  zone: string;
  draw: (row: T) => ReactNode;
}) {
  const days = Map.groupBy(rows, ({ start }) => dayKey(start, zone));
  return [...days].map(([key, onDay]) => (
    <section key={key} className={styles.day}>
      <h2>{dayText(onDay[0]?.start ?? key, zone)}</h2>
      <ul>
        {onDay.map((row) => (
          <li key={row.id}>{draw(row)}</li>
        ))}
      </ul>
    </section>
  ));
}

/** One booking: when, with whom, what, and how its meeting stands. */
export function BookingRow({ booking, eventTypes, members, zone }: Names & { booking: Booking }) {
  const title = eventTypes?.find(({ id }) => id === booking.eventTypeId)?.title;
  const hosts = members && members.length > 1 ? booking.operators.map(({ name }) => name).join(' and ') : '';
  return (
    <Link to="/bookings/$id" params={{ id: booking.id }} className={styles.row}>
      <span className={styles.time}>{timesText(booking, zone)}</span>
      <span>
        <span className={`${styles.who} ${isOff(booking) ? styles.struck : ''}`}>{booking.visitor.name}</span>
        <span className={styles.what}>{[title, hosts && `with ${hosts}`].filter(Boolean).join(' ') || '\u00a0'}</span>
      </span>
      <StateLabel {...bookingState(booking, zone)} />
    </Link>
  );
}

/** One meeting without a booking. */
function MeetingRow({ meeting, zone }: { meeting: Meeting; zone: string }) {
  return (
    <Link to="/meetings/$id" params={{ id: meeting.id }} className={styles.row}>
      <span className={styles.time}>{timesText(meeting, zone)}</span>
      <span>
        <span className={`${styles.who} ${meeting.wanted === 'cancelled' ? styles.struck : ''}`}>
          {meeting.subject}
        </span>
        <span className={styles.what}>
          {meeting.attendees.map(({ name, email }, index) => (
            <Fragment key={email}>
              {index > 0 && ', '}
              {name ?? email}
            </Fragment>
          ))}
        </span>
      </span>
      <StateLabel {...meetingState(meeting, zone)} />
    </Link>
  );
}
