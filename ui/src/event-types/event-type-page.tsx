import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { eventTypeQuery, membersQuery, type EventType } from '../api/queries.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useMe } from '../shell/me.ts';
import { draftOf, newDraft } from './draft.ts';
import { EventTypeFacts } from './event-type-facts.tsx';
import { EventTypeForm } from './event-type-form.tsx';
import styles from './event-types.module.css';

const route = getRouteApi('/event-types/$id');
const back = { link: { to: '/event-types' }, words: 'Event types' } as const;

/** Makes an event type. */
export function NewEventTypePage() {
  const { member, mayManage } = useMe();
  return (
    <Page title="New event type" back={back}>
      {mayManage ? (
        <EventTypeForm start={newDraft(member)} />
      ) : (
        <p>An administrator of this workspace makes event types.</p>
      )}
    </Page>
  );
}

/** Changes or deletes an event type. */
export function EventTypePage() {
  const { id } = route.useParams();
  const { section } = route.useSearch();
  const { mayManage } = useMe();
  const { data, error, refetch } = useQuery({ ...eventTypeQuery(id), refetchOnWindowFocus: false });
  return (
    <Page
      title={data?.title ?? 'Event type'}
      back={back}
      lead={
        mayManage ? 'Bookings that exist keep the time they have.' : 'An administrator of this workspace can change it.'
      }
      action={data && <Ways eventType={data} />}
    >
      {!data && !error && <SkeletonRows rows={3} height="220px" />}
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {data && mayManage && <EventTypeForm key={data.id} start={draftOf(data)} eventType={data} section={section} />}
      {data && !mayManage && <Facts eventType={data} />}
    </Page>
  );
}

/** The booking link, and why a time is missing on it. */
function Ways({ eventType: { id, title, bookingUrl, operatorIds } }: { eventType: EventType }) {
  const { member } = useMe();
  const own = operatorIds.includes(member.id);
  return (
    <div className={styles.ways}>
      <Link to="/availability/why-not" search={{ eventType: id, member: own ? member.id : (operatorIds[0] ?? '') }}>
        Why not?
      </Link>
      <CopyButton text={bookingUrl} what={`the booking link of ${title}`} words="Copy link" />
    </div>
  );
}

function Facts({ eventType }: { eventType: EventType }) {
  const { data: members } = useQuery(membersQuery);
  const names = eventType.operatorIds.map((id) => members?.find((one) => one.id === id)?.name ?? '\u00a0');
  return <EventTypeFacts eventType={eventType} operators={names} />;
}
