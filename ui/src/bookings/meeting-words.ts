import type { Meeting, MeetingEvent } from '../api/queries.ts';
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
  'meeting.options_applied': { tone: 'good', words: 'Teams took the meeting options' },
  'meeting.options_refused': {
    tone: 'waiting',
    words: 'Teams refused meeting options; the meeting is there all the same',
  },
  'meeting.cancelled': { tone: 'quiet', words: 'Gone from the calendar; Outlook told everybody invited' },
  'meeting.out_of_sync': { tone: 'problem', words: 'Somebody changed it in Outlook; a person decides what holds' },
  'meeting.restored': { tone: 'quiet', words: 'What was changed in Outlook is put back' },
  'recording.ready': { tone: 'good', words: 'The recording is here' },
  'transcript.ready': { tone: 'good', words: 'The transcript is here' },
  'attendance.ready': { tone: 'good', words: 'The attendance report is here' },
  'artifact.refused': { tone: 'problem', words: 'Microsoft refused something that is left of the meeting' },
  'meeting.recreated': { tone: 'quiet', words: 'It was removed in Outlook, and is made again' },
};

/** What reads otherwise where no calendar knows of the meeting. */
const onNoCalendar: Record<string, Words> = {
  'meeting.changed': { tone: 'quiet', words: 'Changed in Parley; Teams follows' },
  'meeting.cancel_requested': { tone: 'quiet', words: 'Cancelled in Parley; Teams follows' },
  'meeting.conference_failing': { tone: 'waiting', words: 'Teams is still making the link' },
  'meeting.conference_assigned': { tone: 'good', words: 'Teams link made' },
  'meeting.synced': { tone: 'good', words: 'Teams shows the change' },
  'meeting.cancelled': { tone: 'quiet', words: 'Gone from Teams' },
};

/** What reads otherwise where Parley, not Outlook, writes to everybody invited. */
const invitedByParley: Record<string, Words> = {
  'meeting.conference_assigned': { tone: 'good', words: 'Teams link made' },
  'meeting.cancelled': { tone: 'quiet', words: 'Gone from the calendar' },
};

/** What reads otherwise where the conference, if there is one, is not made here. */
const madeElsewhere: Record<string, Words> = {
  'meeting.conference_assigned': { tone: 'good', words: 'In the calendar with its link, invitation sent by Outlook' },
  'meeting.synced': { tone: 'good', words: 'Outlook shows what is wanted' },
  'meeting.join_url_changed': { tone: 'quiet', words: 'The invitation has another link' },
};

type Told = { booked: boolean; kind: Meeting['kind']; byParley?: boolean };

/** One line of a meeting's life in plain words. What a newer server reports and this page does not know keeps its name. */
export function eventWords({ type }: Pick<MeetingEvent, 'type'>, { booked, kind, byParley = false }: Told): Words {
  if (type === 'meeting.created' && booked) return { tone: 'quiet', words: 'Booked' };
  const usual = byParley ? invitedByParley : {};
  const own = { calendar: usual, standalone: onNoCalendar, external: madeElsewhere }[kind];
  return own[type] ?? table[type] ?? { tone: 'quiet', words: type };
}
