import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { eventTypeQuery, membersQuery } from '../api/queries.ts';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useMe } from '../shell/me.ts';
import { draftOf, newDraft } from './draft.ts';
import { EventTypeFacts } from './event-type-facts.tsx';
import { EventTypeForm } from './event-type-form.tsx';

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
  const { mayManage } = useMe();
  const { data: members } = useQuery(membersQuery);
  const { data, error, refetch } = useQuery({ ...eventTypeQuery(id), refetchOnWindowFocus: false });
  const host = members?.find((member) => member.id === data?.hostId)?.name;
  return (
    <Page
      title={data?.title ?? 'Event type'}
      back={back}
      lead={
        mayManage ? 'Bookings that exist keep the time they have.' : 'An administrator of this workspace can change it.'
      }
    >
      {!data && !error && <SkeletonRows rows={3} height="220px" />}
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {data && mayManage && <EventTypeForm key={data.id} start={draftOf(data)} id={data.id} />}
      {data && !mayManage && <EventTypeFacts eventType={data} host={host ?? '\u00a0'} />}
    </Page>
  );
}
