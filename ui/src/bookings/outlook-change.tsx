import { Button } from '@fluentui/react-components';
import { CalendarEdit20Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { RepairAction } from '../api/appointments.ts';
import { api, ask } from '../api/client.ts';
import type { Meeting } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import parts from '../parts/parts.module.css';
import { ChangeProblem } from '../parts/problem-view.tsx';
import { useChange } from '../parts/use-change.ts';
import { momentText, spanText } from '../parts/when.ts';
import { useMe } from '../shell/me.ts';
import styles from './bookings.module.css';

/** Somebody changed or removed the meeting in Outlook: what it is there, and what to do about it. */
export function OutlookChange({ meeting, zone }: { meeting: Meeting; zone: string }) {
  const { mayBook } = useMe();
  const [cancelling, setCancelling] = useState(false);
  const { id, outlookChange: change } = meeting;
  const repair = useChange(
    ['bookings', 'meetings'],
    (action: RepairAction) => ask(api.meetings[':id'].resolve.$post({ param: { id }, json: { action } })),
    () => setCancelling(false),
  );
  if (meeting.status !== 'out_of_sync' || !change) return null;
  const gone = change.kind !== 'changed';
  const what = meeting.bookingId ? 'booking' : 'meeting';
  const act = (words: string, action: RepairAction, primary = false) => (
    <Button
      appearance={primary ? 'primary' : 'secondary'}
      disabledFocusable={repair.isPending}
      onClick={() => (action === 'cancel' ? setCancelling(true) : repair.mutate(action))}
    >
      {words}
    </Button>
  );
  return (
    <div className={styles.trouble}>
      <section className={`${parts.trouble} ${styles.changed}`} aria-label="What was changed in Outlook">
        <CalendarEdit20Regular aria-hidden />
        <div>
          <h2>{titleOf(meeting, zone)}</h2>
          <p>
            Seen on {momentText(change.seenAt, zone)}. {gone ? goneWords(meeting) : changedWords(meeting, zone)}
          </p>
          {mayBook ? (
            <div className={parts.actions}>
              {gone ? (
                <>
                  {act('Make it again', 'recreate', true)}
                  {act(`Cancel the ${what}`, 'cancel')}
                </>
              ) : (
                <>
                  {change.became === undefined && act(keepWords(meeting), 'accept', true)}
                  {act('Put it back', 'restore', change.became !== undefined)}
                </>
              )}
            </div>
          ) : (
            <p>Somebody who takes bookings decides what holds.</p>
          )}
        </div>
      </section>
      {!cancelling && <ChangeProblem error={repair.error} />}
      {cancelling && (
        <ConfirmDialog
          title={`Cancel the ${what}?`}
          verb={`Cancel the ${what}`}
          keep="Keep it"
          change={{ ...repair, mutate: () => repair.mutate('cancel') }}
          onClose={() => setCancelling(false)}
        >
          <p>{spanText(meeting, zone)}. Everybody invited is told, and the time can be booked again.</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function titleOf({ outlookChange: change, subject }: Meeting, zone: string): string {
  if (change?.kind === 'deleted') return 'Somebody deleted this meeting in Outlook';
  if (change?.kind === 'cancelled') return 'Somebody cancelled this meeting in Outlook';
  if (change?.became === 'all_day') return 'Somebody made this meeting last all day in Outlook';
  if (change?.became === 'series') return 'Somebody made this meeting recurring in Outlook';
  if (change?.start && change.end) {
    return `Somebody moved this meeting in Outlook to ${spanText({ start: change.start, end: change.end }, zone)}`;
  }
  if (change?.subject !== undefined && change.subject !== subject) {
    return `Somebody renamed this meeting in Outlook to “${change.subject}”`;
  }
  return 'Somebody changed this meeting in Outlook';
}

function changedWords(meeting: Meeting, zone: string): string {
  const renamed =
    meeting.outlookChange?.start && meeting.outlookChange.subject !== undefined
      ? ` Its subject there is “${meeting.outlookChange.subject}”.`
      : '';
  return `Here it is still on ${spanText(meeting, zone)}.${renamed} Decide what holds; until then neither is changed.`;
}

function goneWords({ bookingId }: Meeting): string {
  return bookingId
    ? 'The time is still booked, but there is nothing to join. Make it again, or cancel the booking.'
    : 'Parley still wants it. Make it again, or cancel it here, too.';
}

function keepWords({ outlookChange }: Meeting): string {
  return outlookChange?.start ? 'Keep Outlook’s time' : 'Keep what Outlook has';
}
