import { Button, Field, Textarea } from '@fluentui/react-components';
import { LockClosed20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { holdBooking, liftHold } from '../api/artifacts.ts';
import { membersQuery, type Booking } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { FormDialog } from '../parts/form-dialog.tsx';
import { faultAt } from '../parts/form.tsx';
import { useChange } from '../parts/use-change.ts';
import { momentText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './recordings.module.css';

type Props = { booking: Pick<Booking, 'id' | 'hold'> };

/** What is left of a held booking is not deleted, by nobody. Says who held it, when and why; managers set and lift it. */
export function LegalHold({ booking }: Props) {
  const { member, mayManage } = useMe();
  const { data: members = [] } = useQuery(membersQuery);
  const [asking, setAsking] = useState<'set' | 'lift'>();
  const { hold } = booking;
  if (!hold && !mayManage) return null;
  const by = members.find(({ id }) => id === hold?.by)?.name ?? 'another program';
  const close = () => setAsking(undefined);
  return (
    <div className={styles.hold}>
      {hold && (
        <div className={styles.holdText}>
          <LockClosed20Regular aria-hidden />
          <div>
            <h3>On legal hold</h3>
            <p>
              Nothing of this booking is deleted, by nobody and by no retention. Set by {by},{' '}
              {momentText(hold.at, member.timeZone)}.
            </p>
            <q>{hold.reason}</q>
          </div>
        </div>
      )}
      {mayManage && (
        <Button onClick={() => setAsking(hold ? 'lift' : 'set')}>
          {hold ? 'Lift the legal hold…' : 'Set a legal hold…'}
        </Button>
      )}
      {asking === 'set' && <SetHold id={booking.id} onClose={close} />}
      {asking === 'lift' && <LiftHold id={booking.id} onClose={close} />}
    </div>
  );
}

const stale = ['bookings', 'meetings', 'artifacts'];

function SetHold({ id, onClose }: { id: string; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const set = useChange(stale, () => holdBooking(id, reason), onClose);
  return (
    <FormDialog title="Set a legal hold" verb="Set the legal hold" change={set} onClose={onClose}>
      <p className={styles.plain}>
        Until it is lifted, nobody can delete the recordings, transcripts and attendance of this booking, and no
        retention does.
      </p>
      <Field
        label="Why"
        required
        hint="Everybody who sees the booking can read it."
        validationMessage={faultAt(set.error, '/reason')}
      >
        <Textarea
          value={reason}
          rows={3}
          maxLength={1000}
          resize="vertical"
          data-initial-focus
          onChange={(_, { value }) => setReason(value)}
        />
      </Field>
    </FormDialog>
  );
}

function LiftHold({ id, onClose }: { id: string; onClose: () => void }) {
  const lift = useChange(stale, () => liftHold(id), onClose);
  return (
    <ConfirmDialog
      title="Lift the legal hold?"
      verb="Lift the legal hold"
      keep="Keep it held"
      change={lift}
      onClose={onClose}
    >
      <p>
        What is left of this booking can be deleted again. What is older than the settings of the workspace keep it is
        deleted with the next clean-up.
      </p>
    </ConfirmDialog>
  );
}
