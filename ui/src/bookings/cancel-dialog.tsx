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
        {spanText(booking, member.timeZone)}. {consequence(booking)}
      </p>
      <Field label={`Message to ${visitor.name} (optional)`}>
        <Textarea value={reason} onChange={(_, { value }) => setReason(value)} maxLength={1000} resize="vertical" />
      </Field>
    </ConfirmDialog>
  );
}

function consequence({ visitor: { name, email }, meeting, attendees }: Booking): string {
  const others = attendees.length === 0 ? '' : ' and everybody else who is invited';
  const free = 'and the time can be booked again.';
  if (meeting?.kind === 'calendar') {
    return `${name} (${email})${others} hears of it, the event leaves the calendar, ${free}`;
  }
  if (meeting) return `${name} (${email})${others} hears of it, the meeting goes from Teams, ${free}`;
  return `${name} (${email})${others} hears of it by mail, ${free}`;
}
