import { Clock20Regular, ErrorCircle20Filled } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import {
  connectionsQuery,
  membersQuery,
  type Connection,
  type EventType,
  type Integration,
  type Meeting,
} from '../api/queries.ts';
import partStyles from '../parts/parts.module.css';
import { StateLabel } from '../parts/state-label.tsx';
import { spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { useTenantNeeds } from './tenant-needs.tsx';
import styles from './today.module.css';
import { useWebhookNeeds } from './webhook-needs.tsx';

type Props = {
  integration: Integration;
  eventTypes: EventType[];
  /** Meetings from today on that somebody changed or removed in Outlook. */
  changed: Meeting[];
  /** Meetings from today on that Microsoft refused. */
  failed: Meeting[];
  /** The first steps are on the page: they say what is missing, and nothing can have failed much. */
  starting: boolean;
  /** Requests wait above: then it would be odd to say that nothing needs anybody. */
  asked: boolean;
};

/** What does not go on without a person: what ended or is about to, connections that are missing, refused meetings. */
export function NeedsYou({ integration, eventTypes, changed, failed, starting, asked }: Props) {
  const { member, mayBook } = useMe();
  const connectionNeeds = useConnectionNeeds(integration, eventTypes, starting);
  const managerNeeds = [...useTenantNeeds(), ...useWebhookNeeds()];
  const needs = changed.length + failed.length + connectionNeeds.length + managerNeeds.length;
  if (needs === 0) return starting || asked ? null : <NothingNeeded />;
  return (
    <section className={styles.section}>
      <h2>{mayBook ? 'What needs you' : 'What needs somebody'}</h2>
      <ul className={styles.needs}>
        {changed.map((meeting) => (
          <Need
            key={meeting.id}
            title={changeTitle(meeting)}
            words={`${nameOf(meeting)}, ${spanText(meeting, member.timeZone)}`}
            link={<Where meeting={meeting} verb={mayBook ? 'Decide what holds' : 'See what'} />}
          />
        ))}
        {failed.map((meeting) => (
          <Need
            key={meeting.id}
            title={meeting.problem?.title ?? 'A meeting could not be made'}
            words={`${nameOf(meeting)}, ${spanText(meeting, member.timeZone)}`}
            link={<Where meeting={meeting} />}
          />
        ))}
        {managerNeeds.map((need) => (
          <Need key={need.title} {...need} />
        ))}
        {connectionNeeds.map((need) => (
          <Need key={need.title} {...need} link={<Link to="/microsoft-365/integrations">Go to Integrations</Link>} />
        ))}
      </ul>
    </section>
  );
}

/** The person's own connection; for those who manage the workspace, also everybody else's. */
function useConnectionNeeds({ connection }: Integration, eventTypes: EventType[], starting: boolean) {
  const { member, mayManage } = useMe();
  const { data: members = [] } = useQuery(membersQuery);
  const { data: connections = [] } = useQuery(connectionsQuery);
  const needs: { title: string; words: string }[] = [];
  const hosted = eventTypes.filter((one) => one.active && !one.takesBookings && one.hostId === member.id);
  if (connection && connection.state !== 'connected') {
    const title = connection.problem?.title ?? 'Microsoft Teams needs to be connected again';
    needs.push({
      title,
      words: connection.takesBookings
        ? 'Bookings go on; reconnect when you have a minute.'
        : 'Your booking pages take no bookings until then.',
    });
  } else if (!connection && hosted.length > 0 && !starting) {
    const words = `Until you connect it, these take no bookings: ${hosted.map(({ title }) => title).join(', ')}.`;
    needs.push({ title: 'Microsoft Teams is not connected', words });
  }
  for (const connection of mayManage ? connections : []) {
    const { memberId, state, accountName, accountEmail } = connection;
    if (memberId === member.id || state === 'connected') continue;
    const known = memberId === null ? (accountName ?? accountEmail) : members.find(({ id }) => id === memberId)?.name;
    const name = known ?? 'Somebody';
    const what =
      state === 'personal_account' ? 'connected a personal Microsoft account' : 'needs to reconnect Microsoft Teams';
    needs.push({ title: `${name} ${what}`, words: wordsForOther(connection) });
  }
  return needs;
}

/** Who is no member has no booking pages, and no console to connect in. */
function wordsForOther({ memberId, takesBookings }: Pick<Connection, 'memberId' | 'takesBookings'>): string {
  if (memberId === null) return 'Send them a link to connect again.';
  return takesBookings ? 'Only they can do it.' : 'Their booking pages take no bookings until then.';
}

function changeTitle({ outlookChange }: Meeting): string {
  return outlookChange?.kind === 'changed'
    ? 'A meeting was changed in Outlook'
    : 'A meeting was removed in Outlook, and its time is still booked';
}

function NothingNeeded() {
  return (
    <section className={styles.section}>
      <h2>What needs you</h2>
      <StateLabel tone="good" words="Nothing: every meeting from today on is in step with Microsoft, or on its way" />
    </section>
  );
}

type NeedProps = { title: string; words: string; link: ReactNode; tone?: 'waiting' | 'problem' };

function Need({ title, words, link, tone = 'problem' }: NeedProps) {
  const Icon = tone === 'problem' ? ErrorCircle20Filled : Clock20Regular;
  return (
    <li className={`${styles.need} ${tone === 'waiting' ? styles.soon : ''}`}>
      <Icon aria-hidden className={partStyles[tone]} />
      <span>
        <strong>{title}</strong>
        {words}
      </span>
      {link}
    </li>
  );
}

function Where({ meeting, verb = 'See why' }: { meeting: Meeting; verb?: string }) {
  const words = (
    <>
      {verb}
      <span className="visually-hidden">: {nameOf(meeting)}</span>
    </>
  );
  if (!meeting.bookingId) {
    return (
      <Link to="/meetings/$id" params={{ id: meeting.id }}>
        {words}
      </Link>
    );
  }
  return (
    <Link to="/bookings/$id" params={{ id: meeting.bookingId }}>
      {words}
    </Link>
  );
}

/** The visitor, who is the first to be invited; for a meeting without a booking what it is about. */
function nameOf({ bookingId, attendees: [first], subject }: Meeting): string {
  return (bookingId && first?.name) || subject;
}
