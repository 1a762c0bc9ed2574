import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { api, ask } from '../api/client.ts';
import { membersQuery, type Booking } from '../api/queries.ts';
import { Actions } from '../parts/page.tsx';
import { ChangeProblem } from '../parts/problem-view.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import { useChange } from '../parts/use-change.ts';
import { useNow } from '../parts/use-now.ts';
import { useMe } from '../shell/me.ts';
import { bookingState, isClosed, isLeaving } from './booking-state.ts';
import { standingSentence } from './booking-words.ts';
import styles from './bookings.module.css';
import { MeetingPanel } from './meeting-panel.tsx';
import { WhenHeading } from './when-heading.tsx';

const CancelDialog = lazy(async () => ({ default: (await import('./cancel-dialog.tsx')).CancelDialog }));
const ApproveDialog = lazy(async () => ({ default: (await import('../requests/approve-dialog.tsx')).ApproveDialog }));
const DeclineDialog = lazy(async () => ({ default: (await import('../requests/decline-dialog.tsx')).DeclineDialog }));

/** When it is, how it stands, and what can be done. */
export function BookingStanding({ booking }: { booking: Booking }) {
  const now = useNow();
  const { member, mayBook } = useMe();
  const { data: members = [] } = useQuery(membersQuery);
  const zone = member.timeZone;
  const zones = { own: zone, other: { zone: booking.visitor.timeZone, words: `For ${booking.visitor.name}` } };
  const closed = isClosed(booking, now);
  const sentence = standingSentence(booking, { now, zone, members });
  const actions = mayBook && <BookingActions booking={booking} closed={closed} now={now} />;
  // What is over is told in its own words; of what is still to be, or still to go, the meeting says more.
  if (booking.meeting && (booking.status === 'confirmed' || isLeaving(booking.meeting))) {
    return (
      <MeetingPanel meeting={booking.meeting} over={closed} zones={zones} told={sentence}>
        {actions}
      </MeetingPanel>
    );
  }
  return (
    <div>
      <WhenHeading span={booking} zones={zones} />
      <div className={styles.standing} role="status">
        <StateLabel {...bookingState(booking, zone)} />
        <p className={styles.theirs}>{sentence}</p>
      </div>
      {actions && <Actions>{actions}</Actions>}
    </div>
  );
}

type Asking = 'approve' | 'decline' | 'cancel';
type ActionsProps = { booking: Booking; closed: boolean; now: number };

function BookingActions({ booking, closed, now }: ActionsProps) {
  const [asking, setAsking] = useState<Asking>();
  const navigate = useNavigate();
  const { id, status } = booking;
  const close = () => setAsking(undefined);
  const button = (words: string, what: Asking) => <Button onClick={() => setAsking(what)}>{words}</Button>;
  const canRevoke = status === 'confirmed' && booking.decidedAt !== null && Date.parse(booking.start) > now;
  return (
    <>
      {status === 'requested' && !closed && (
        <>
          <Button appearance="primary" onClick={() => setAsking('approve')}>
            Approve…
          </Button>
          {button('Decline…', 'decline')}
        </>
      )}
      {!closed && (
        <>
          <Button onClick={() => void navigate({ to: '/bookings/$id/move', params: { id } })}>Move</Button>
          {canRevoke && button('Revoke the approval…', 'decline')}
          {status === 'confirmed' && button('Cancel this meeting', 'cancel')}
        </>
      )}
      {!closed && !booking.teamsMeeting && <AddTeamsMeeting id={id} />}
      <Outcome booking={booking} now={now} />
      <Suspense>
        {asking === 'cancel' && <CancelDialog booking={booking} onClose={close} />}
        {asking === 'approve' && <ApproveDialog booking={booking} onClose={close} />}
        {asking === 'decline' && <DeclineDialog booking={booking} onClose={close} />}
      </Suspense>
    </>
  );
}

function AddTeamsMeeting({ id }: { id: string }) {
  const add = useChange(['bookings', 'meetings'], () =>
    ask(api.bookings[':id'].$patch({ param: { id }, json: { teamsMeeting: true } })),
  );
  return (
    <>
      <Button disabledFocusable={add.isPending} onClick={() => add.mutate()}>
        Add a Teams meeting
      </Button>
      <ChangeProblem error={add.error} />
    </>
  );
}

/** Whether the visitor came: can be said once it has begun, and said otherwise later. */
function Outcome({ booking, now }: { booking: Booking; now: number }) {
  const param = { id: booking.id };
  const came = useOutcome(() => ask(api.bookings[':id'].complete.$post({ param })));
  const missed = useOutcome(() => ask(api.bookings[':id']['no-show'].$post({ param })));
  const { status } = booking;
  const begun = Date.parse(booking.start) <= now;
  if (!begun || !(status === 'confirmed' || status === 'completed' || status === 'no_show')) return null;
  return (
    <>
      {status !== 'completed' && (
        <Button disabledFocusable={came.isPending} onClick={() => came.mutate()}>
          Mark as took place
        </Button>
      )}
      {status !== 'no_show' && (
        <Button disabledFocusable={missed.isPending} onClick={() => missed.mutate()}>
          Mark as no-show
        </Button>
      )}
      <ChangeProblem error={came.error ?? missed.error} />
    </>
  );
}

function useOutcome(say: () => Promise<Booking>) {
  return useChange(['bookings'], say);
}
