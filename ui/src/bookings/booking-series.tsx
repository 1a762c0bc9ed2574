import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { seriesQuery } from '../api/lists.ts';
import type { Booking } from '../api/queries.ts';
import { Card } from '../parts/page.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { count, dayText, timesText } from '../parts/when.ts';
import { bookingState, isOff } from './booking-state.ts';
import styles from './bookings.module.css';

/** The other times that were booked together with this one; each is moved and cancelled by itself. */
export function BookingSeries({ booking, seriesId, zone }: { booking: Booking; seriesId: string; zone: string }) {
  const { data } = useQuery(seriesQuery(seriesId));
  if (!data) return null;
  return (
    <Card>
      <h2 className={styles.sectionTitle}>One of {count(data.length, 'appointment')}</h2>
      <ol className={styles.series}>
        {data.map((one) => (
          <li key={one.id}>
            {one.id === booking.id ? (
              <strong aria-current="true">{whenOf(one, zone)}</strong>
            ) : (
              <Link to="/bookings/$id" params={{ id: one.id }} className={isOff(one) ? styles.struck : undefined}>
                {whenOf(one, zone)}
              </Link>
            )}
            <StateLabel {...bookingState(one, zone)} />
          </li>
        ))}
      </ol>
    </Card>
  );
}

function whenOf(booking: Booking, zone: string): string {
  return `${dayText(booking.start, zone)}, ${timesText(booking, zone)}`;
}
