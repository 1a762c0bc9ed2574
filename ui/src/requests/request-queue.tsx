import { Button } from '@fluentui/react-components';
import { CheckmarkCircle20Filled, SubtractCircle20Regular } from '@fluentui/react-icons';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { Booking } from '../api/queries.ts';
import { spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { RequestCard } from './request-card.tsx';
import styles from './requests.module.css';

const DeclineDialog = lazy(async () => ({ default: (await import('./decline-dialog.tsx')).DeclineDialog }));

/**
 * Requests, the next time first. What was answered here stays in its place and says so, with the way to take an approval
 * back, until the page is left.
 */
export function RequestQueue({ requests }: { requests: Booking[] }) {
  const [decided, setDecided] = useState<Booking[]>([]);
  const answered = new Map(decided.map((booking) => [booking.id, booking]));
  const open = requests.filter(({ id }) => !answered.has(id));
  const rows = [...open, ...decided].toSorted((one, other) => Date.parse(one.start) - Date.parse(other.start));
  const onDone = (booking: Booking) =>
    setDecided((before) => [...before.filter(({ id }) => id !== booking.id), booking]);
  return (
    <ul className={styles.queue}>
      {rows.map((booking) => (
        <li key={booking.id}>
          {answered.has(booking.id) ? (
            <Answered booking={booking} onDone={onDone} />
          ) : (
            <RequestCard booking={booking} onDone={onDone} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Answered({ booking, onDone }: { booking: Booking; onDone: (booking: Booking) => void }) {
  const { member } = useMe();
  const [revoking, setRevoking] = useState(false);
  const approved = booking.status === 'confirmed';
  const Icon = approved ? CheckmarkCircle20Filled : SubtractCircle20Regular;
  return (
    <div className={styles.answered}>
      <Icon aria-hidden className={approved ? styles.approved : styles.declined} />
      <p role="status">
        <strong>{approved ? 'Approved' : 'Declined'}</strong>: {booking.visitor.name},{' '}
        {spanText(booking, member.timeZone)}.{' '}
        <Link to="/bookings/$id" params={{ id: booking.id }}>
          See the booking<span className="visually-hidden"> of {booking.visitor.name}</span>
        </Link>
      </p>
      {approved && (
        <Button size="small" onClick={() => setRevoking(true)}>
          Revoke the approval…
        </Button>
      )}
      {revoking && (
        <Suspense>
          <DeclineDialog booking={booking} onClose={() => setRevoking(false)} onDone={onDone} />
        </Suspense>
      )}
    </div>
  );
}
