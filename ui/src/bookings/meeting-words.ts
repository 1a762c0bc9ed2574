import type { MeetingEvent } from '../api/queries.ts';
import type { Tone } from '../parts/state-label.tsx';

type Words = { tone: Tone; words: string };

const table: Record<string, Words> = {
  'meeting.created': { tone: 'quiet', words: 'Asked for through the API' },
  'meeting.changed': { tone: 'quiet', words: 'Changed in Parley; Outlook follows' },
  'meeting.cancel_requested': { tone: 'quiet', words: 'Cancelled in Parley; Outlook follows' },
  'meeting.conference_failing': { tone: 'waiting', words: 'In the calendar; Teams is still making the link' },
  'meeting.conference_assigned': { tone: 'good', words: 'Teams link made, invitation sent by Outlook' },
  'meeting.synced': { tone: 'good', words: 'Outlook and Teams show the change' },
  'meeting.join_url_changed': { tone: 'waiting', words: 'Teams gave the meeting a new link' },
  'meeting.failed': { tone: 'problem', words: 'Stopped, because a person is needed' },
  'meeting.cancelled': { tone: 'quiet', words: 'Gone from the calendar; Outlook told everybody invited' },
};

/** One line of a meeting's life in plain words. What a newer server reports and this page does not know keeps its name. */
export function eventWords({ type }: MeetingEvent, booked: boolean): Words {
  if (type === 'meeting.created' && booked) return { tone: 'quiet', words: 'Booked' };
  return table[type] ?? { tone: 'quiet', words: type };
}
