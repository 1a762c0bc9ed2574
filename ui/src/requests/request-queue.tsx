import { Button } from '@fluentui/react-components';
import { CheckmarkCircle20Filled, SubtractCircle20Regular } from '@fluentui/react-icons';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { Booking } from '../api/queries.ts';
import { spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { RequestCard } from './request-card.tsx';
import styles from './requests.module.css';

const ApproveDialog = lazy(async () => ({ default: (await import('./approve-dialog.tsx')).ApproveDialog }));
const DeclineDialog = lazy(async () => ({ default: (await import('./decline-dialog.tsx')).DeclineDialog }));

type Asked = { booking: Booking; answer: 'approve' | 'decline' };
type Props = {
  requests: Booking[];
  /** What stands here when there is nothing to answer, and nothing was answered. */
  empty?: ReactNode;
};

/**
 * Requests, the next time first. What was answered here stays in its place and says so, with the way to take an approval
 * back, until the page is left. Whoever is answering keeps their dialog, also when somebody else is quicker.
 */
export function RequestQueue({ requests, empty }: Props) {
  const [asked, setAsked] = useState<Asked>();
  const [decided, setDecided] = useState<Booking[]>([]);
  const answered = new Map(decided.map((booking) => [booking.id, booking]));
  const open = requests.filter(({ id }) => !answered.has(id));
  const rows = [...open, ...decided].toSorted((one, other) => Date.parse(one.start) - Date.parse(other.start));
  const onDone = (booking: Booking) =>
    setDecided((before) => [...before.filter(({ id }) => id !== booking.id), booking]);
  const dialog = { onClose: () => setAsked(undefined), onDone };
  return (
    <>
      {rows.length === 0 && empty}
      <ul className={styles.queue}>
        {rows.map((booking) => (
          <li key={booking.id}>
            {answered.has(booking.id) ? (
              <Answered booking={booking} revoke={() => setAsked({ booking, answer: 'decline' })} />
            ) : (
              <RequestCard booking={booking} ask={(answer) => setAsked({ booking, answer })} />
            )}
          </li>
        ))}
      </ul>
      <Suspense>
        {asked?.answer === 'approve' && <ApproveDialog booking={asked.booking} {...dialog} />}
        {asked?.answer === 'decline' && <DeclineDialog booking={asked.booking} {...dialog} />}
      </Suspense>
    </>
  );
}

function Answered({ booking, revoke }: { booking: Booking; revoke: () => void }) {
  const { member } = useMe();
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
        <Button size="small" onClick={revoke}>
          Revoke the approval…
        </Button>
      )}
    </div>
  );
}
