import { Button } from '@fluentui/react-components';
import { Video20Regular } from '@fluentui/react-icons';
import { useEffect, useState, type ReactNode } from 'react';
import type { Meeting } from '../api/queries.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Actions } from '../parts/page.tsx';
import { StateLabel } from '../parts/state-label.tsx';
import styles from './bookings.module.css';
import { OptionsTrouble } from './meeting-options-state.tsx';
import { isMoving, meetingState } from './meeting-state.ts';
import { MeetingTrouble } from './meeting-trouble.tsx';
import { OutlookChange } from './outlook-change.tsx';
import { WhenHeading, type Zones } from './when-heading.tsx';

type Props = {
  meeting: Meeting;
  /** Whether it is wanted gone, or its time is over: there is nothing to join. */
  over: boolean;
  zones: Zones;
  /** What else is known of how it stands. */
  told?: string;
  /** What else can be done with it. */
  children?: ReactNode;
};

/** When a meeting is, how it stands with Microsoft, and the way in; when it is stuck, the cause and the remedy. */
export function MeetingPanel({ meeting, over, zones: { own, other }, told, children }: Props) {
  const undecided = meeting.status === 'out_of_sync';
  const gone = undecided && meeting.outlookChange?.kind !== 'changed';
  return (
    <div>
      <WhenHeading span={meeting} zones={{ own, other }} />
      <div className={styles.standing} role="status">
        <StateLabel {...meetingState(meeting, own)} />
        {told && <p className={styles.theirs}>{told}</p>}
        {isMoving(meeting) && !meeting.problem && <Slow key={meeting.updatedAt} />}
      </div>
      <Trouble meeting={meeting} />
      <OutlookChange meeting={meeting} zone={own} />
      {!over && <OptionsTrouble meeting={meeting} />}
      <Actions>
        {meeting.joinUrl && !over && !gone && (
          <>
            <Button
              as="a"
              appearance={undecided ? 'secondary' : 'primary'}
              icon={<Video20Regular />}
              href={meeting.joinUrl}
              target="_blank"
              rel="noopener noreferrer"
            >
              {meeting.conference ? `Join: ${meeting.conference.provider}` : 'Join in Teams'}
            </Button>
            <CopyButton
              text={meeting.joinUrl}
              what={meeting.conference ? 'the link' : 'the Teams link'}
              words="Copy link"
              appearance="secondary"
            />
          </>
        )}
        {children}
      </Actions>
    </div>
  );
}

/** Why nothing goes on, or why it takes longer. */
function Trouble({ meeting }: Pick<Props, 'meeting'>) {
  const { problem, status } = meeting;
  if (!problem || problem.code === 'provisioning') return null;
  const failed = status === 'failed';
  return (
    <MeetingTrouble meeting={meeting} problem={problem} waits={!failed} verb={failed ? 'Try again' : 'Try now'}>
      <p>{meanwhile(meeting)}</p>
    </MeetingTrouble>
  );
}

function meanwhile({ wanted, bookingId, kind }: Meeting): string {
  if (wanted === 'cancelled') {
    const left = kind === 'standalone' ? 'meeting is still at Teams' : 'event is still in Outlook';
    return `${bookingId ? 'The time is free again, but the' : 'The'} ${left}.`;
  }
  return bookingId ? 'The time stays booked.' : 'Parley still wants the meeting at this time.';
}

/** After ten seconds a person wonders whether anything happens at all. */
function Slow() {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 10_000);
    return () => clearTimeout(timer);
  }, []);
  return (
    slow && <p className={styles.theirs}>This takes longer than usual. Parley keeps trying; you can leave this page.</p>
  );
}
