import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { makeFeed, revokeFeed } from '../api/availability.ts';
import type { Member } from '../api/queries.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { CopyField } from '../parts/copy.tsx';
import { ChangeProblem } from '../parts/problem-view.tsx';
import sheets from '../parts/sheets.module.css';
import { useChange } from '../parts/use-change.ts';
import styles from './availability.module.css';

type Props = { operator: Member; mayChange: boolean; own: boolean };

/** A secret address that any calendar can subscribe to. It is shown once; a new one ends the one before. */
export function CalendarFeed({ operator, mayChange, own }: Props) {
  const [url, setUrl] = useState<string>();
  const [ending, setEnding] = useState(false);
  const [said, say] = useState('');
  const make = useChange(
    ['members'],
    () => makeFeed(operator.id),
    (made) => {
      setUrl(made.webcalUrl);
      say('The link is made.');
    },
  );
  const revoke = useChange(
    ['members'],
    () => revokeFeed(operator.id),
    () => {
      setUrl(undefined);
      setEnding(false);
      say('The link has ended. Calendars that used it get nothing more.');
    },
  );
  return (
    <section className={sheets.group} aria-label="Calendar feed">
      <h2>Calendar feed</h2>
      <p className={styles.below}>
        {own ? 'Your' : `${operator.name}’s`} appointments as a calendar to subscribe to, in Apple Calendar, Google
        Calendar or any other. It shows only what Parley has booked, and follows by itself.
      </p>
      {url && (
        <div className={styles.once}>
          <h3>Copy the link now</h3>
          <p>
            It is shown this once. Whoever has it can read the appointments, so keep it like a password; it can be ended
            at any time.
          </p>
          <CopyField text={url} what="the calendar link" />
          <a href={url}>Subscribe on this device</a>
        </div>
      )}
      <ChangeProblem error={make.error} />
      {mayChange ? (
        <div className={styles.foot}>
          <Button
            appearance={url ? 'secondary' : 'primary'}
            disabledFocusable={make.isPending}
            onClick={() => make.mutate()}
          >
            {url ? 'Make another link' : 'Make a calendar link'}
          </Button>
          <Button onClick={() => setEnding(true)}>End the link</Button>
          <span role="status" className={sheets.quiet}>
            {said}
          </span>
        </div>
      ) : (
        <p className={sheets.quiet}>They themselves or an administrator of this workspace can make one.</p>
      )}
      <p className={sheets.quiet}>There is one link at a time: a new one ends the one before.</p>
      {ending && (
        <ConfirmDialog
          title="End the calendar link?"
          verb="End the link"
          keep="Keep it"
          change={revoke}
          onClose={() => setEnding(false)}
        >
          <p>
            Every calendar that subscribed with it stops showing {own ? 'your' : `${operator.name}’s`} appointments. The
            appointments themselves stay as they are.
          </p>
        </ConfirmDialog>
      )}
    </section>
  );
}
