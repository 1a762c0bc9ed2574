import { ErrorCircle20Filled } from '@fluentui/react-icons';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Booking, Integration, Meeting } from '../api/queries.ts';
import { StateLabel } from '../parts/state-label.tsx';
import { spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './today.module.css';

type Props = { integration: Integration; bookings: Booking[]; meetings: Meeting[]; quiet: boolean };

/** What does not go on without a person: a connection that ended, meetings that Microsoft refused. */
export function NeedsYou({ integration: { connection }, bookings, meetings, quiet }: Props) {
  const zone = useMe().member.timeZone;
  const failed = meetings.filter(({ status }) => status === 'failed');
  const reconnect = connection && connection.state !== 'connected';
  if (failed.length === 0 && !reconnect) return quiet ? null : <NothingNeeded />;
  return (
    <section className={styles.section}>
      <h2>What needs you</h2>
      <ul className={styles.needs}>
        {reconnect && (
          <Need
            title={connection.problem?.title ?? 'Microsoft Teams needs to be connected again'}
            words="Your booking pages take no bookings until then."
            link={<Link to="/microsoft-365/integrations">Go to Integrations</Link>}
          />
        )}
        {failed.map((meeting) => {
          const booking = bookings.find((one) => one.meeting.id === meeting.id);
          return (
            <Need
              key={meeting.id}
              title={meeting.problem?.title ?? 'A meeting could not be made'}
              words={`${booking?.visitor.name ?? meeting.subject}, ${spanText(meeting, zone)}`}
              link={<Where booking={booking} meeting={meeting} />}
            />
          );
        })}
      </ul>
    </section>
  );
}

function NothingNeeded() {
  return (
    <section className={styles.section}>
      <h2>What needs you</h2>
      <StateLabel tone="good" words="Nothing: every meeting is in step with Microsoft, or on its way" />
    </section>
  );
}

function Need({ title, words, link }: { title: string; words: string; link: ReactNode }) {
  return (
    <li className={styles.need}>
      <ErrorCircle20Filled aria-hidden />
      <span>
        <strong>{title}</strong>
        {words}
      </span>
      {link}
    </li>
  );
}

function Where({ booking, meeting }: { booking: Booking | undefined; meeting: Meeting }) {
  const words = (
    <>
      See why<span className="visually-hidden">: {booking?.visitor.name ?? meeting.subject}</span>
    </>
  );
  if (!booking) {
    return (
      <Link to="/meetings/$id" params={{ id: meeting.id }}>
        {words}
      </Link>
    );
  }
  return (
    <Link to="/bookings/$id" params={{ id: booking.id }}>
      {words}
    </Link>
  );
}
