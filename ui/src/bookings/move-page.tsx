import { Button } from '@fluentui/react-components';
import { CalendarLtr28Regular, ChevronLeft20Regular, ChevronRight20Regular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { problemOf } from '../api/problem.ts';
import { bookingQuery, slotsQuery, type Booking } from '../api/queries.ts';
import { EmptyState } from '../parts/empty-state.tsx';
import { Page } from '../parts/page.tsx';
import { ProblemView, QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { cityOf, dayOf, dayText, spanText, timeText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './bookings.module.css';

const route = getRouteApi('/bookings/$id/move');
const weekMs = 7 * 86_400_000;

/** Moves a booking to another of the times that its event type offers. */
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
  return booking.meeting.kind === 'calendar'
    ? `${now} Outlook sends an update, and the Teams link stays the same.`
    : `${now} The Teams link stays the same. The meeting is on no calendar, so tell ${booking.visitor.name} of the new time.`;
}

function Movable({ booking, mayBook }: { booking: Booking; mayBook: boolean }) {
  if (!mayBook) return <p>You can look at bookings. Somebody who takes bookings in this workspace can move them.</p>;
  if (booking.status === 'cancelled') return <p>This booking is cancelled, so there is nothing to move.</p>;
  return <Picker booking={booking} />;
}

function Picker({ booking }: { booking: Booking }) {
  const zone = useMe().member.timeZone;
  const now = useNow();
  const today = dayOf(now, zone).from;
  const [from, setFrom] = useState(() => Math.max(today, dayOf(booking.start, zone).from));
  const [start, setStart] = useState<string>();
  const to = dayOf(from + weekMs, zone).from;
  const slots = useQuery(slotsQuery(booking, new Date(from).toISOString(), new Date(to).toISOString()));
  return (
    <>
      <div className={styles.pager}>
        <Button
          icon={<ChevronLeft20Regular />}
          aria-label="A week earlier"
          disabledFocusable={from <= today}
          onClick={() => setFrom(Math.max(dayOf(from - weekMs, zone).from, today))}
        />
        <Button icon={<ChevronRight20Regular />} aria-label="A week later" onClick={() => setFrom(to)} />
        <h2 aria-live="polite">
          {dayText(from, zone)} – {dayText(to - 1, zone)} ({cityOf(zone)})
        </h2>
      </div>
      {slots.error && <QueryProblem error={slots.error} retry={slots.refetch} />}
      {slots.isPending && <SkeletonRows rows={3} height="90px" />}
      {slots.data && (
        <Slots
          starts={slots.data.map((slot) => slot.start).filter((other) => other !== booking.start)}
          zone={zone}
          chosen={start}
          choose={setStart}
        />
      )}
      {start && <Choice booking={booking} start={start} zone={zone} />}
    </>
  );
}

type SlotsProps = { starts: string[]; zone: string; chosen: string | undefined; choose: (start: string) => void };

function Slots({ starts, zone, chosen, choose }: SlotsProps) {
  if (starts.length === 0) {
    return (
      <EmptyState icon={CalendarLtr28Regular} title="Nothing is free in this week">
        Try a later week, or widen the hours of the event type.
      </EmptyState>
    );
  }
  const days = Map.groupBy(starts, (start) => dayText(start, zone));
  return [...days].map(([day, onDay]) => (
    <fieldset key={day} className={styles.slots}>
      <legend>{day}</legend>
      <div>
        {onDay.map((start) => (
          <label key={start} className={styles.slot}>
            <input type="radio" name="start" checked={start === chosen} onChange={() => choose(start)} />
            <span>{timeText(start, zone)}</span>
          </label>
        ))}
      </div>
    </fieldset>
  ));
}

function Choice({ booking, start, zone }: { booking: Booking; start: string; zone: string }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { id, visitor } = booking;
  const length = new Date(booking.end).getTime() - new Date(booking.start).getTime();
  const span = { start, end: new Date(new Date(start).getTime() + length).toISOString() };
  const move = useMutation({
    mutationFn: () => ask(api.bookings[':id'].reschedule.$post({ param: { id }, json: { start } })),
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
        <strong>{spanText(span, zone)}</strong>
        <br />
        For {visitor.name}: {spanText(span, visitor.timeZone)}
      </p>
      <Button appearance="primary" disabledFocusable={move.isPending} onClick={() => move.mutate()}>
        Move this meeting
      </Button>
    </div>
  );
}
