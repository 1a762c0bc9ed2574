import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Reason } from '../api/availability.ts';
import type { EventType, Member } from '../api/queries.ts';
import { count, timeText } from '../parts/when.ts';
import styles from './availability.module.css';
import type { AvailabilityPart } from './shown.ts';
import { reasonNames, type Run } from './reason-words.ts';

type Props = { runs: Run[]; zone: string; eventType: EventType; operator: Member };

/** Every start time of the day with its reason and the way out; those next to each other are told together. */
export function ReasonTable({ runs, zone, eventType, operator }: Props) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Start times</th>
          <th scope="col">Reason</th>
          <th scope="col">What to do</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.start}>
            <th scope="row" className={styles.when}>
              {timesOf(run, zone)}
              {run.starts > 1 && <span className={styles.small}>{count(run.starts, 'start time')}</span>}
            </th>
            <td>
              <span className={styles.reason} data-look={reasonNames[run.reason].look}>
                {reasonNames[run.reason].words}
              </span>
              {run.reason !== 'offered' && <span className={styles.small}>{run.sentence}</span>}
            </td>
            <td>
              <WayOut reason={run.reason} eventType={eventType} operator={operator} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function timesOf({ start, lastStart }: Run, zone: string): string {
  return start === lastStart ? timeText(start, zone) : `${timeText(start, zone)}–${timeText(lastStart, zone)}`;
}

type WayProps = { reason: Reason; eventType: EventType; operator: Member };

/** What a person can do about a reason; where nothing can or need be done, what happens by itself. */
function WayOut({ reason, eventType, operator }: WayProps) {
  const type = (section: string, words: string) => (
    <Link to="/event-types/$id" params={{ id: eventType.id }} search={{ section }}>
      {words}
    </Link>
  );
  const availability = (show: AvailabilityPart, words: string) => (
    <Link to="/availability" search={{ show, member: operator.id }}>
      {words}
    </Link>
  );
  const ways: Record<Reason, ReactNode> = {
    offered: (
      <a href={eventType.bookingUrl} target="_blank" rel="noopener">
        Open the booking page
      </a>
    ),
    past: 'Look at another day.',
    notice: type('times', 'Change the notice'),
    horizon: type('times', 'Change how far ahead it can be booked'),
    off_step: type('times', 'Change the start times'),
    buffer: type('times', 'Change the free time before and after'),
    limit: type('times', 'Change the limits'),
    outside_hours: eventType.schedule
      ? type('hours', 'Change the hours of the event type')
      : availability('hours', 'Change the hours'),
    booked: (
      <Link to="/bookings" search={{ host: operator.id }}>
        See the bookings
      </Link>
    ),
    time_off: availability('time-off', 'See the time off'),
    holiday: availability('time-off', 'See the public holidays'),
    closed: (
      <Link to="/event-types/$id" params={{ id: eventType.id }} search={{}}>
        Open the event type
      </Link>
    ),
    held: 'Nothing: it is free again after ten minutes at most, unless it is booked.',
    busy: type('busy', 'Change what counts as busy'),
    calendar_unreadable: (
      <Link to="/microsoft-365/diagnostics" search={{ member: operator.id }}>
        See what is wrong in Diagnostics
      </Link>
    ),
  };
  return ways[reason];
}
