import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { eventTypeQuery } from '../api/queries.ts';
import { Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useMe } from '../shell/me.ts';
import { draftOf, newDraft } from './draft.ts';
import { EventTypeForm } from './event-type-form.tsx';

const route = getRouteApi('/event-types/$id');
const back = { to: '/event-types', words: 'Event types' } as const;

/** Makes an event type. */
export function NewEventTypePage() {
  const { member } = useMe();
  return (
    <Page title="New event type" back={back}>
      <EventTypeForm start={newDraft(member)} />
    </Page>
  );
}

/** Changes or deletes an event type. */
export function EventTypePage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery({ ...eventTypeQuery(id), refetchOnWindowFocus: false });
  return (
    <Page title={data?.title ?? 'Event type'} back={back} lead="Bookings that exist keep the time they have.">
      {!data && !error && <SkeletonRows rows={3} height="220px" />}
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {data && <EventTypeForm key={data.id} start={draftOf(data)} id={data.id} />}
    </Page>
  );
}
