import type { Meeting } from '../api/queries.ts';
import type { State } from '../parts/state-label.tsx';
import { timeText } from '../parts/when.ts';

/** How a meeting stands, as a sentence; times in it are on the clocks of the zone. */
export function meetingState(meeting: Meeting, zone: string): State {
  if (meeting.status === 'cancelled') return { tone: 'quiet', words: 'Cancelled' };
  if (meeting.status === 'failed') return { tone: 'problem', words: 'Needs you' };
  if (meeting.status === 'out_of_sync') return { tone: 'problem', words: changeWords(meeting) };
  const { retryAt } = meeting.problem ?? {};
  if (meeting.problem && meeting.problem.code !== 'provisioning' && retryAt) {
    return { tone: 'waiting', words: `Waiting for Microsoft, tries again at ${timeText(retryAt, zone)}` };
  }
  if (meeting.inSync) return { tone: 'good', words: meeting.kind === 'external' ? 'In the calendar' : 'Link ready' };
  const where = meeting.kind === 'standalone' ? 'Teams' : 'Outlook';
  if (meeting.wanted === 'cancelled') return { tone: 'waiting', words: `Cancelling in ${where}…` };
  const isMade = meeting.kind === 'external' ? meeting.webLink : meeting.joinUrl;
  if (isMade) return { tone: 'waiting', words: `Updating ${where}…` };
  if (meeting.kind === 'external') return { tone: 'waiting', words: 'Putting it into the calendar…' };
  return { tone: 'waiting', words: 'Making the Teams link…' };
}

function changeWords({ outlookChange }: Meeting): string {
  return outlookChange?.kind === 'changed' ? 'Changed in Outlook' : 'Gone from Outlook';
}

/** True while the meeting is about to change by itself, so that it is worth looking again soon. */
export function isMoving(meeting: Meeting): boolean {
  return !meeting.inSync && meeting.status !== 'failed' && meeting.status !== 'out_of_sync';
}
