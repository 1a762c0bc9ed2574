import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { contactQuery, organisationQuery } from '../api/appointments.ts';
import type { Booking } from '../api/queries.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Facts } from '../parts/page.tsx';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './bookings.module.css';
import { useHowMade } from './how-made.tsx';
import { OutlookLink } from './outlook-link.tsx';

type Props = { booking: Booking; eventTypeTitle: string | undefined };

/** Who and what a booking is about, and how its meeting is made. */
export function BookingFacts({ booking, eventTypeTitle }: Props) {
  const { member } = useMe();
  const { visitor, meeting } = booking;
  const howMade = useHowMade(meeting ?? undefined);
  const rows: [string, ReactNode][] = [
    ['Visitor', <VisitorName key="visitor" visitor={visitor} />],
    ...(visitor.note ? [['Their note', <Note key="note" text={visitor.note} />] satisfies [string, ReactNode]] : []),
    [booking.operators.length > 1 ? 'Operators' : 'Operator', booking.operators.map(({ name }) => name).join(', ')],
    [
      'Event type',
      <Link key="type" to="/event-types/$id" params={{ id: booking.eventTypeId }}>
        {eventTypeTitle ?? 'See the event type'}
      </Link>,
    ],
  ];
  if (booking.contactId) rows.push(['Contact', <ContactName key="contact" id={booking.contactId} />]);
  if (booking.organisationId) rows.push(['Organisation', <OrganisationName key="org" id={booking.organisationId} />]);
  const asked = booking.status === 'requested' || booking.decidedAt !== null;
  rows.push(...howMade, [asked ? 'Asked for' : 'Booked', momentText(booking.createdAt, member.timeZone)]);
  if (booking.moves > 0) rows.push(['Moved by them', booking.moves === 1 ? 'Once' : `${booking.moves} times`]);
  if (booking.decisionNote) rows.push(['Note to them', <Note key="with" text={booking.decisionNote} />]);
  if (booking.cancelReason) rows.push(['Reason', <Note key="reason" text={booking.cancelReason} />]);
  if ((booking.status === 'confirmed' || booking.status === 'requested') && booking.manageUrl)
    rows.push(['Visitor’s page', <VisitorPage key="page" url={booking.manageUrl} />]);
  if (meeting?.webLink) rows.push(['Outlook', <OutlookLink key="outlook" url={meeting.webLink} />]);
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

function ContactName({ id }: { id: string }) {
  const { data } = useQuery(contactQuery(id));
  return data?.name ?? '\u00a0';
}

function OrganisationName({ id }: { id: string }) {
  const { data } = useQuery(organisationQuery(id));
  return data?.name ?? '\u00a0';
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
