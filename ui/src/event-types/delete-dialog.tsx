import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, ask } from '../api/client.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';

type Props = { id: string; title: string; onClose: () => void };

/** Deletes an event type after naming it and saying what stays. */
export function DeleteDialog({ id, title, onClose }: Props) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => ask(api['event-types'][':id'].$delete({ param: { id } })),
    onSuccess: async () => {
      await navigate({ to: '/event-types', ignoreBlocker: true });
      queries.removeQueries({ queryKey: ['event-types', id] });
      await queries.invalidateQueries({ queryKey: ['event-types'] });
    },
  });
  return (
    <ConfirmDialog
      title={`Delete “${title}”?`}
      verb={`Delete “${title}”`}
      keep="Keep it"
      change={remove}
      onClose={onClose}
    >
      <p>
        Its booking page says from now on that it takes no bookings. Meetings that are booked already stay as they are.
      </p>
      <p>If it has bookings, it stays in the list, switched off, so that they can still be read.</p>
    </ConfirmDialog>
  );
}
