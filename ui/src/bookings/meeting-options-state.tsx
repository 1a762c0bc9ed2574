import type { ShownProblem } from '../api/problem.ts';
import type { Meeting } from '../api/queries.ts';
import { optionLabel } from '../event-types/meeting-options.ts';
import { timeText } from '../parts/when.ts';
import styles from './bookings.module.css';
import { MeetingTrouble } from './meeting-trouble.tsx';

/** Options that Teams refused: which and why, and that the meeting is there all the same. */
export function OptionsTrouble({ meeting }: { meeting: Meeting }) {
  const { state, refused, problem } = meeting.options;
  if (state !== 'refused' || meeting.status !== 'ready') return null;
  return (
    <MeetingTrouble meeting={meeting} problem={problem ?? partly(refused)} waits verb="Set the options again">
      {refused.length > 0 && (
        <ul className={styles.refused}>
          {refused.map(({ option, code, detail }) => (
            <li key={option}>
              <strong>{optionLabel(option)}</strong>
              {code !== 'meeting_option_not_applied' && `: ${detail}`}
            </li>
          ))}
        </ul>
      )}
      <p>The meeting itself is there and can be joined.</p>
    </MeetingTrouble>
  );
}

/** Some options came through and some did not, so that no single problem of the meeting says it. */
function partly(refused: Meeting['options']['refused']): ShownProblem {
  return {
    code: refused[0]?.code ?? 'meeting_option_not_applied',
    title:
      refused.length === 1 ? 'Teams refused one option of the meeting' : 'Teams refused some options of the meeting',
    remedy:
      'A Teams administrator checks the organizer’s meeting policy and licence: recording and transcription are allowed there, and watermarks need Teams Premium.',
  };
}

/** How the wanted options stand, in a sentence; nothing where none are wanted. */
export function optionsSentence({ options: { state, problem } }: Meeting, zone: string): string | undefined {
  switch (state) {
    case 'none':
      return undefined;
    case 'applied':
      return 'In force at Teams:';
    case 'refused':
      return 'Wanted, and at least one was refused:';
    case 'pending':
    default:
      return problem?.retryAt
        ? `Not set yet; Parley tries again at ${timeText(problem.retryAt, zone)}:`
        : 'Being set as soon as the link is there:';
  }
}
