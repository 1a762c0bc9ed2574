import { CheckmarkCircle24Filled, Circle24Regular } from '@fluentui/react-icons';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { EventType, Integration } from '../api/queries.ts';
import styles from './today.module.css';

/** True when visitors can book: Microsoft Teams is, or was, connected and there is something to book. */
export function isSetUp({ connection }: Integration, eventTypes: EventType[]): boolean {
  return connection !== null && eventTypes.length > 0;
}

/** From an empty workspace to the first booking. */
export function FirstSteps({ integration, eventTypes }: { integration: Integration; eventTypes: EventType[] }) {
  const connected = integration.connection !== null;
  const [first] = eventTypes;
  return (
    <section className={styles.section}>
      <h2>Three steps to your first booking</h2>
      <ol className={styles.steps}>
        <Step
          done={connected}
          title="Connect Microsoft Teams"
          words={
            integration.configured
              ? 'Parley makes the meetings in your own calendar.'
              : 'OAuth isn’t configured on this server yet; the page says what is missing.'
          }
          link={<Link to="/microsoft-365/integrations">{connected ? 'See the connection' : 'Connect'}</Link>}
        />
        <Step
          done={first !== undefined}
          title="Make an event type"
          words="What can be booked, how long it takes, and in which hours."
          link={<Link to={first ? '/event-types' : '/event-types/new'}>{first ? 'See event types' : 'Make one'}</Link>}
        />
        <Step
          done={false}
          title="Open your booking page"
          words="Book a time with yourself and see the meeting arrive in Outlook. Then send the link to others."
          link={
            first &&
            connected && (
              <a href={first.bookingUrl} target="_blank" rel="noopener">
                Open it
              </a>
            )
          }
        />
      </ol>
    </section>
  );
}

function Step({ done, title, words, link }: { done: boolean; title: string; words: string; link?: ReactNode }) {
  const Icon = done ? CheckmarkCircle24Filled : Circle24Regular;
  return (
    <li className={`${styles.step} ${done ? styles.done : ''}`}>
      <Icon aria-label={done ? 'Done' : 'To do'} />
      <span>
        <strong>{title}</strong>
        <span>{words}</span>
      </span>
      {link}
    </li>
  );
}
