import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { eventTypesQuery, type Booking } from '../api/queries.ts';
import { useNow } from '../parts/use-now.ts';
import { agoText, sameClock, spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './requests.module.css';

type Props = { booking: Booking; ask: (answer: 'approve' | 'decline') => void };

/** One request: who asks for what and when, what they wrote, and the two answers. */
export function RequestCard({ booking, ask }: Props) {
  const { member, mayBook } = useMe();
  const now = useNow();
  const { data: eventTypes } = useQuery(eventTypesQuery);
  const { visitor, operators } = booking;
  const title = eventTypes?.find(({ id }) => id === booking.eventTypeId)?.title ?? '\u00a0';
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
          <Button appearance="primary" onClick={() => ask('approve')}>
            Approve…<span className="visually-hidden"> the request of {visitor.name}</span>
          </Button>
          <Button onClick={() => ask('decline')}>
            Decline…<span className="visually-hidden"> the request of {visitor.name}</span>
          </Button>
        </div>
      )}
    </div>
  );
}
