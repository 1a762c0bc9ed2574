import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId } from 'react';
import { membersQuery, type Booking } from '../api/queries.ts';
import { Modal } from '../parts/modal.tsx';
import parts from '../parts/parts.module.css';
import { momentText, spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';

/** Somebody else has answered first: who, and how it stands now. Nothing went wrong. */
export function RivalDialog({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const id = useId();
  const { member } = useMe();
  const navigate = useNavigate();
  const { data: members = [] } = useQuery(membersQuery);
  const who = members.find((one) => one.id === booking.decidedBy)?.name ?? 'Somebody else';
  return (
    <Modal labelledBy={id} onClose={onClose}>
      <h2 id={id}>{rivalTitle(booking, who)}</h2>
      <div className={parts.modalText} role="alert">
        <p>
          {rivalWords(booking, member.timeZone)} What you chose here was not sent to anybody, and nothing was done
          twice.
        </p>
        {booking.decidedAt && <p>Decided on {momentText(booking.decidedAt, member.timeZone)}.</p>}
      </div>
      <div className={parts.modalActions}>
        <Button onClick={onClose}>Close</Button>
        <Button
          appearance="primary"
          data-initial-focus
          onClick={() => {
            onClose();
            void navigate({ to: '/bookings/$id', params: { id: booking.id } });
          }}
        >
          See the booking
        </Button>
      </div>
    </Modal>
  );
}

function rivalTitle({ status, visitor }: Booking, who: string): string {
  if (status === 'cancelled') return `${visitor.name} has taken the request back`;
  return status === 'declined' ? `${who} has just declined this` : `${who} has just approved this`;
}

function rivalWords(booking: Booking, zone: string): string {
  if (booking.status === 'cancelled') return 'There is nothing left to approve.';
  if (booking.status === 'declined') return `The time is free again, and ${booking.visitor.name} knows.`;
  return `The appointment with ${booking.visitor.name} is confirmed: ${spanText(booking, zone)}.`;
}
