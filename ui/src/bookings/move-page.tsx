import { Button } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { bookingQuery, eventTypesQuery, type Booking } from '../api/queries.ts';
import { Page } from '../parts/page.tsx';
import { ProblemView, QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { sameClock, spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { isClosed } from './booking-state.ts';
import styles from './bookings.module.css';
import { spanFrom, WhenFields, type WhenDraft } from './when-fields.tsx';

const route = getRouteApi('/bookings/$id/move');

/** Moves a booking to another time: one that is offered, or any other. */
export function MovePage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(bookingQuery(id));
  const { member, mayBook } = useMe();
  return (
    <Page
      title={data ? `Move the meeting with ${data.visitor.name}` : 'Move a meeting'}
      back={{ link: { to: '/bookings/$id', params: { id } }, words: 'Booking' }}
      lead={data && leadOf(data, member.timeZone, mayBook)}
    >
      {!data && !error && <SkeletonRows rows={3} height="90px" />}
      {!data && error && <QueryProblem error={error} retry={refetch} />}
      {data && <Movable booking={data} mayBook={mayBook} />}
    </Page>
  );
}

function leadOf(booking: Booking, zone: string, mayBook: boolean): string {
  const now = `Now: ${spanText(booking, zone)}.`;
  if (!mayBook) return now;
  if (booking.status === 'requested') return `${now} It stays a request until somebody approves it.`;
  const hears = `${booking.visitor.name} hears of the new time`;
  return booking.meeting ? `${now} ${hears}, and the Teams link stays the same.` : `${now} ${hears}.`;
}

function Movable({ booking, mayBook }: { booking: Booking; mayBook: boolean }) {
  const now = useNow();
  const { data: eventTypes, error, refetch } = useQuery(eventTypesQuery);
  const zone = useMe().member.timeZone;
  const [draft, setDraft] = useState<WhenDraft>({});
  const eventType = eventTypes?.find(({ id }) => id === booking.eventTypeId);
  if (!mayBook) return <p>You can look at bookings. Somebody who takes bookings in this workspace can move them.</p>;
  if (isClosed(booking, now)) return <p>This booking is over or off, so there is nothing to move.</p>;
  if (!eventTypes && error) return <QueryProblem error={error} retry={refetch} />;
  if (!eventType) return <SkeletonRows rows={3} height="90px" />;
  const minutes = Math.round((Date.parse(booking.end) - Date.parse(booking.start)) / 60_000);
  return (
    <div className={styles.moving}>
      <WhenFields
        eventType={eventType}
        draft={{ durationMinutes: minutes, ...draft }}
        change={(changes) => setDraft((before) => ({ ...before, ...changes }))}
        zone={zone}
        moving={booking}
        anyOperator={`As it is: ${booking.operators.map(({ name }) => name).join(' and ')}`}
      />
      {draft.start && draft.start !== booking.start && (
        <Choice
          booking={booking}
          draft={{ ...draft, start: draft.start }}
          minutes={draft.durationMinutes ?? minutes}
          zone={zone}
        />
      )}
    </div>
  );
}

type ChoiceProps = { booking: Booking; draft: WhenDraft & { start: string }; minutes: number; zone: string };

function Choice({ booking, draft, minutes, zone }: ChoiceProps) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { id, visitor } = booking;
  const move = useMutation({
    mutationFn: () => ask(api.bookings[':id'].reschedule.$post({ param: { id }, json: draft })),
    onSuccess: (changed) => {
      queries.setQueryData(bookingQuery(id).queryKey, changed);
      void queries.invalidateQueries({ queryKey: ['bookings'] });
      void queries.invalidateQueries({ queryKey: ['meetings'] });
      void navigate({ to: '/bookings/$id', params: { id } });
    },
    onError: () => void queries.invalidateQueries({ queryKey: ['slots'] }),
  });
  return (
    <div className={styles.choice}>
      {move.error && (
        <div role="alert" style={{ flexBasis: '100%' }}>
          <ProblemView problem={problemOf(move.error)} />
        </div>
      )}
      <p>
        <strong>{spanFrom(draft.start, minutes, zone)}</strong>
        {!sameClock(draft.start, zone, visitor.timeZone) && (
          <>
            <br />
            For {visitor.name}: {spanFrom(draft.start, minutes, visitor.timeZone)}
          </>
        )}
        {booking.meeting && draft.operatorId !== undefined && draft.operatorId !== booking.hostId && (
          <>
            <br />
            With another operator it is a new Teams meeting, with a link of its own.
          </>
        )}
      </p>
      <Button appearance="primary" disabledFocusable={move.isPending} onClick={() => move.mutate()}>
        Move this meeting
      </Button>
    </div>
  );
}
