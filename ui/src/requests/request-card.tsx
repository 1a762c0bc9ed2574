import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { eventTypesQuery, type Booking } from '../api/queries.ts';
import { useNow } from '../parts/use-now.ts';
import { agoText, sameClock, spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './requests.module.css';

const ApproveDialog = lazy(async () => ({ default: (await import('./approve-dialog.tsx')).ApproveDialog }));
const DeclineDialog = lazy(async () => ({ default: (await import('./decline-dialog.tsx')).DeclineDialog }));

type Props = { booking: Booking; onDone: (decided: Booking) => void };

/** One request: who asks for what and when, what they wrote, and the two answers. */
export function RequestCard({ booking, onDone }: Props) {
  const { member, mayBook } = useMe();
  const now = useNow();
  const { data: eventTypes } = useQuery(eventTypesQuery);
  const [answer, setAnswer] = useState<'approve' | 'decline'>();
  const { visitor, operators } = booking;
  const title = eventTypes?.find(({ id }) => id === booking.eventTypeId)?.title ?? '\u00a0';
  const close = () => setAnswer(undefined);
  return (
    <div className={styles.request}>
      <div>
        <h3>
          <Link to="/bookings/$id" params={{ id: booking.id }}>
            {visitor.name}
          </Link>
        </h3>
        <p className={styles.when}>{spanText(booking, member.timeZone)}</p>
        {!sameClock(booking.start, member.timeZone, visitor.timeZone) && (
          <p className={styles.quiet}>
            For {visitor.name}: {spanText(booking, visitor.timeZone)}
          </p>
        )}
        <p className={styles.quiet}>
          {title} with {operators.map(({ name }) => name).join(' and ')} · asked{' '}
          {agoText(booking.createdAt, now, member.timeZone)}
        </p>
        {visitor.note && <blockquote className={styles.note}>{visitor.note}</blockquote>}
      </div>
      {mayBook && (
        <div className={styles.answers}>
          <Button appearance="primary" onClick={() => setAnswer('approve')}>
            Approve…<span className="visually-hidden"> the request of {visitor.name}</span>
          </Button>
          <Button onClick={() => setAnswer('decline')}>
            Decline…<span className="visually-hidden"> the request of {visitor.name}</span>
          </Button>
        </div>
      )}
      <Suspense>
        {answer === 'approve' && <ApproveDialog booking={booking} onClose={close} onDone={onDone} />}
        {answer === 'decline' && <DeclineDialog booking={booking} onClose={close} onDone={onDone} />}
      </Suspense>
    </div>
  );
}
