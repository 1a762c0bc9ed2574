import { removeTimeOff, type TimeOff } from '../api/availability.ts';
import type { Member } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { useChange } from '../parts/use-change.ts';

type Props = { timeOff: TimeOff; span: string; operator: Member; onClose: () => void };

/** Says what is offered again before time off is taken back. */
export function RemoveTimeOff({ timeOff, span, operator, onClose }: Props) {
  const change = useChange(['availability', 'slots', 'why-not'], () => removeTimeOff(timeOff.id), onClose);
  return (
    <ConfirmDialog
      title="Take this time off back?"
      verb="Take it back"
      keep="Keep it"
      calm
      change={change}
      onClose={onClose}
    >
      <p>
        Visitors can choose times with {operator.name} again on {span}, in the usual hours.
      </p>
    </ConfirmDialog>
  );
}
