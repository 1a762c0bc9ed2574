import { Button } from '@fluentui/react-components';
import { CheckmarkCircle24Filled, Circle24Regular } from '@fluentui/react-icons';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { EventType, Integration } from '../api/queries.ts';
import { useMe } from '../shell/me.ts';
import styles from './today.module.css';

type Workspace = { integration: Integration; eventTypes: EventType[]; memberId: string };

/** True once somebody booked with the person; and for people who host nothing while others do. */
export function isSetUp(eventTypes: EventType[], wasBooked: boolean, memberId: string): boolean {
  return wasBooked || (eventTypes.length > 0 && !eventTypes.some(({ hostId }) => hostId === memberId));
}

/** From an empty workspace to the first booking. The next step is the page's primary action. */
export function FirstSteps({ integration, eventTypes, memberId }: Workspace) {
  const { mayManage } = useMe();
  const own = eventTypes.find(({ hostId }) => hostId === memberId) ?? eventTypes[0];
  const connectedSelf = integration.connection?.state === 'connected';
  // Whom a whole tenant covers has nothing to sign in to.
  const connected = connectedSelf || own?.takesBookings === true;
  return (
    <section className={styles.section}>
      <h2>Three steps to your first booking</h2>
      <ol className={styles.steps}>
        <Step
          done={connected}
          title="Connect Microsoft Teams"
          words={
            connected && !connectedSelf
              ? 'Your organization is connected: there is nothing to sign in to.'
              : integration.configured
                ? 'Parley makes the meetings in your own calendar.'
                : 'OAuth isn’t configured on this server yet; the page says what is missing.'
          }
          link={!connected && <StepLink to="/microsoft-365/integrations" words="Go to Integrations" primary />}
        />
        <Step
          done={own !== undefined}
          title="Make an event type"
          words={
            own || mayManage
              ? 'What can be booked, how long it takes, and in which hours.'
              : 'An administrator of this workspace makes one for you.'
          }
          link={
            own ? (
              <StepLink to="/event-types" words="See event types" />
            ) : (
              mayManage && <StepLink to="/event-types/new" words="Make one" primary={connected} />
            )
          }
        />
        <Step
          done={false}
          title="Open your booking page"
          words="Book a time with yourself and see the meeting arrive in Outlook. Then send the link to others."
          link={
            own &&
            connected && (
              <Button as="a" appearance="primary" href={own.bookingUrl} target="_blank" rel="noopener">
                Open it
              </Button>
            )
          }
        />
      </ol>
    </section>
  );
}

type StepLinkProps = {
  to: '/microsoft-365/integrations' | '/event-types' | '/event-types/new';
  words: string;
  primary?: boolean;
};

function StepLink({ to, words, primary = false }: StepLinkProps) {
  const navigate = useNavigate();
  return (
    <Button appearance={primary ? 'primary' : 'secondary'} onClick={() => void navigate({ to })}>
      {words}
    </Button>
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
