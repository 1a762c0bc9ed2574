import { Field, Textarea } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { bookingQuery, type Booking } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';

/** Cancels a booking after saying who hears of it. */
export function CancelDialog({ booking, onClose }: { booking: Booking; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const { member } = useMe();
  const queries = useQueryClient();
  const { id, visitor } = booking;
  const cancel = useMutation({
    mutationFn: () => ask(api.bookings[':id'].cancel.$post({ param: { id }, json: { reason } })),
    onSuccess: (changed) => {
      queries.setQueryData(bookingQuery(id).queryKey, changed);
      void queries.invalidateQueries({ queryKey: ['bookings'] });
      void queries.invalidateQueries({ queryKey: ['meetings'] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      title={`Cancel the meeting with ${visitor.name}?`}
      verb="Cancel this meeting"
      keep="Keep it"
      change={cancel}
      onClose={onClose}
    >
      <p>
        {spanText(booking, member.timeZone)}.{' '}
        {booking.meeting.kind === 'calendar'
          ? `Outlook sends ${visitor.name} (${visitor.email}) a cancellation, the event leaves the calendar`
          : `The meeting is on no calendar, so Outlook tells nobody: tell ${visitor.name} (${visitor.email}) yourself. It goes from Teams`}
        , and the time can be booked again.
      </p>
      <Field label={`Message to ${visitor.name} (optional)`}>
        <Textarea value={reason} onChange={(_, { value }) => setReason(value)} maxLength={1000} resize="vertical" />
      </Field>
    </ConfirmDialog>
  );
}
