import { Field, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import type { Booking } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import { RivalDialog } from './rival-dialog.tsx';
import { useDecision } from './use-decision.ts';

type Props = { booking: Booking; onClose: () => void; onDone?: (declined: Booking) => void };

/** Declines a request; an approval is taken back in the same way, and its meeting with it. */
export function DeclineDialog({ booking, onClose, onDone }: Props) {
  const [reason, setReason] = useState('');
  const { member } = useMe();
  const { id, visitor } = booking;
  const approved = booking.status === 'confirmed';
  const { change, rival } = useDecision(
    booking,
    () => ask(api.bookings[':id'].decline.$post({ param: { id }, json: { reason } })),
    (declined) => {
      onDone?.(declined);
      onClose();
    },
  );
  if (rival) return <RivalDialog booking={rival} onClose={onClose} />;
  return (
    <ConfirmDialog
      title={approved ? `Revoke the approval for ${visitor.name}?` : `Decline the request of ${visitor.name}?`}
      verb={approved ? 'Revoke the approval' : 'Decline this request'}
      keep={approved ? 'Keep it approved' : 'Leave it open'}
      change={change}
      onClose={onClose}
    >
      <p>
        {spanText(booking, member.timeZone)}. {visitor.name} ({visitor.email}) is told
        {approved && booking.meeting ? ', the Teams meeting is removed' : ''}, and the time can be booked again.
      </p>
      <Field label={`Message to ${visitor.name} (optional)`}>
        <Textarea value={reason} onChange={(_, { value }) => setReason(value)} maxLength={1000} resize="vertical" />
      </Field>
    </ConfirmDialog>
  );
}
