import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { usePollingInterval } from '../api/live.ts';
import { bookingQuery, eventTypesQuery, membersQuery, type Booking } from '../api/queries.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Card, Facts, Page } from '../parts/page.tsx';
import { QueryProblem } from '../parts/problem-view.tsx';
import { SkeletonRows } from '../parts/skeleton.tsx';
import { useNow } from '../parts/use-now.ts';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './bookings.module.css';
import { useHowMade } from './how-made.tsx';
import { isMoving } from './meeting-state.ts';
import { MeetingPanel } from './meeting-panel.tsx';
import { Timeline } from './timeline.tsx';

const route = getRouteApi('/bookings/$id');
const CancelDialog = lazy(async () => ({ default: (await import('./cancel-dialog.tsx')).CancelDialog }));

/** One booking: when, who, how its meeting stands, and what can be done about it. */
export function BookingPage() {
  const { id } = route.useParams();
  const poll = usePollingInterval();
  const zone = useMe().member.timeZone;
  const { data: eventTypes } = useQuery(eventTypesQuery);
  const { data: members } = useQuery(membersQuery);
  const { data, error, refetch } = useQuery({
    ...bookingQuery(id),
    refetchInterval: ({ state }) => poll && (state.data && isMoving(state.data.meeting) ? poll : 30_000),
  });
  const back = { link: { to: '/bookings' }, words: 'Bookings' } as const;
  if (!data) {
    return (
      <Page title="Booking" back={back}>
        {error ? <QueryProblem error={error} retry={refetch} /> : <SkeletonRows rows={2} height="180px" />}
      </Page>
    );
  }
  const host = members?.find(({ id }) => id === data.hostId)?.name;
  const title = eventTypes?.find(({ id }) => id === data.eventTypeId)?.title;
  const lead = [title, host && `with ${host}`].filter(Boolean).join(' ') || '\u00a0';
  return (
    <Page title={data.visitor.name} lead={lead} back={back}>
      <div className={styles.columns}>
        <Card label="Booking">
          <Standing booking={data} />
          <hr className={styles.divider} />
          <About booking={data} />
        </Card>
        <Timeline meeting={data.meeting} booked zone={zone} />
      </div>
    </Page>
  );
}

function Standing({ booking }: { booking: Booking }) {
  const [cancelling, setCancelling] = useState(false);
  const now = useNow();
  const navigate = useNavigate();
  const { member, mayBook } = useMe();
  const over = booking.status === 'cancelled' || new Date(booking.end).getTime() < now;
  const other = { zone: booking.visitor.timeZone, words: `For ${booking.visitor.name}` };
  return (
    <MeetingPanel meeting={booking.meeting} over={over} zones={{ own: member.timeZone, other }}>
      {!over && mayBook && (
        <>
          <Button onClick={() => void navigate({ to: '/bookings/$id/move', params: { id: booking.id } })}>Move</Button>
          <Button onClick={() => setCancelling(true)}>Cancel this meeting</Button>
        </>
      )}
      {cancelling && (
        <Suspense>
          <CancelDialog booking={booking} onClose={() => setCancelling(false)} />
        </Suspense>
      )}
    </MeetingPanel>
  );
}

function About({ booking }: { booking: Booking }) {
  const { member } = useMe();
  const { data: eventTypes } = useQuery(eventTypesQuery);
  const { data: members } = useQuery(membersQuery);
  const { visitor } = booking;
  const eventType = eventTypes?.find(({ id }) => id === booking.eventTypeId);
  const howMade = useHowMade(booking.meeting);
  const rows: Parameters<typeof Facts>[0]['rows'] = [
    ['Visitor', <VisitorName key="visitor" visitor={visitor} />],
    ...(visitor.note ? [['Their note', <Note key="note" text={visitor.note} />] satisfies [string, unknown]] : []),
    ['Host', members?.find(({ id }) => id === booking.hostId)?.name ?? '\u00a0'],
    ['Event type', eventType ? <EventTypeLink key="type" {...eventType} /> : '\u00a0'],
    ...howMade,
    ['Booked', momentText(booking.createdAt, member.timeZone)],
  ];
  if (booking.cancelledAt) rows.push(['Cancelled', momentText(booking.cancelledAt, member.timeZone)]);
  if (booking.cancelReason) rows.push(['Reason', booking.cancelReason]);
  if (booking.status === 'confirmed' && booking.manageUrl)
    rows.push(['Visitor’s page', <VisitorPage key="page" url={booking.manageUrl} />]);
  if (booking.meeting.webLink) rows.push(['Outlook', <OutlookLink key="outlook" url={booking.meeting.webLink} />]);
  return <Facts rows={rows} />;
}

function VisitorName({ visitor: { name, email } }: { visitor: Booking['visitor'] }) {
  return (
    <>
      {name}, <a href={`mailto:${encodeURIComponent(email)}`}>{email}</a>
    </>
  );
}

function Note({ text }: { text: string }) {
  return <span style={{ whiteSpace: 'pre-wrap' }}>{text}</span>;
}

function EventTypeLink({ id, title }: { id: string; title: string }) {
  return (
    <Link to="/event-types/$id" params={{ id }}>
      {title}
    </Link>
  );
}

/** Whoever has this link can move and cancel as the visitor can: it is copied for them, not shown around. */
function VisitorPage({ url }: { url: string }) {
  return (
    <span className={styles.inline}>
      Their own link to join, move and cancel
      <CopyButton text={url} what="the visitor’s own link" appearance="secondary" size="small" />
    </span>
  );
}

export function OutlookLink({ url }: { url: string }) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer">
      Open the event in Outlook
    </a>
  );
}
