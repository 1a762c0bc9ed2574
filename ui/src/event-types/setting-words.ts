import { weekText } from '../availability/schedule.ts';
import { cityOf, count, durationText } from '../parts/when.ts';
import type { Draft } from './draft.ts';
import { optionLines } from './meeting-options.ts';

/** `30 minutes`, `30 or 60 minutes`, `15 minutes, 30 minutes or 1 hour` */
export function lengthsText({ durationMinutes, durationChoices }: Pick<Draft, 'durationMinutes' | 'durationChoices'>) {
  const all = lengthsOf({ durationMinutes, durationChoices }).map(durationText);
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}

/** Every length that a visitor can choose, the shortest first. */
export function lengthsOf({ durationMinutes, durationChoices }: Pick<Draft, 'durationMinutes' | 'durationChoices'>) {
  return [...new Set([durationMinutes, ...durationChoices])].toSorted((a, b) => a - b);
}

/** Whose hours hold, and which. */
export function hoursSentence({ schedule, timeZone, operatorIds }: Draft): string {
  if (schedule) return `Its own: ${weekText(schedule)} (${cityOf(timeZone)}).`;
  return operatorIds.length > 1 ? 'Those of each operator.' : 'Those of the operator.';
}

export function timesSentence(draft: Draft): string {
  const { slotStepMinutes, bufferBeforeMinutes: before, bufferAfterMinutes: after } = draft;
  const { minNoticeMinutes, horizonDays, mostPerDay, mostPerWeek, capacity } = draft;
  const free = [before && `${durationText(before)} before`, after && `${durationText(after)} after`].filter(Boolean);
  const limits = [mostPerDay && `${mostPerDay} in a day`, mostPerWeek && `${mostPerWeek} in a week`].filter(Boolean);
  return [
    `A start time every ${durationText(slotStepMinutes)}`,
    minNoticeMinutes ? `at least ${noticeText(minNoticeMinutes)} ahead` : 'until the last minute',
    `at most ${count(horizonDays, 'day')} ahead`,
    free.length > 0 && `${free.join(' and ')} kept free`,
    limits.length > 0 && `at most ${limits.join(' and ')}`,
    capacity > 1 && `${capacity} seats each`,
  ]
    .filter(Boolean)
    .join(', ')
    .concat('.');
}

/** `2 hours`, `3 days` */
export function noticeText(minutes: number): string {
  return minutes > 0 && minutes % 1440 === 0 ? count(minutes / 1440, 'day') : durationText(minutes);
}

export const busyNames: { rule: keyof Draft['busyRules']; words: string; explained: string }[] = [
  {
    rule: 'allDay',
    words: 'All-day entries that are shown as busy',
    explained: 'A conference or a day of travel. All-day entries that are shown as free, such as birthdays, never do.',
  },
  { rule: 'tentative', words: 'Tentative entries', explained: 'Meetings that are not accepted for certain yet.' },
  { rule: 'outOfOffice', words: 'Out of office', explained: 'Holidays and absences that were entered in Outlook.' },
  {
    rule: 'workingElsewhere',
    words: 'Working elsewhere',
    explained: 'They work, only not at their usual place. Most people can be met on Teams all the same.',
  },
];

export function busySentence({ busyRules }: Draft): string {
  const short: Record<keyof Draft['busyRules'], string> = {
    allDay: 'all-day entries',
    tentative: 'tentative ones',
    outOfOffice: 'out of office',
    workingElsewhere: 'working elsewhere',
  };
  const chosen = busyNames.filter(({ rule }) => busyRules[rule]).map(({ rule }) => short[rule]);
  return chosen.length === 0
    ? 'Only what is shown as busy at a time of day.'
    : `What is shown as busy, and ${listText(chosen)}.`;
}

function listText(words: string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

export function changesSentence({ needsApproval, changePolicy, mostInSeries }: Draft): string {
  return [
    needsApproval ? 'Each booking is a request that somebody approves.' : 'Bookings are confirmed at once.',
    policyText(changePolicy),
    mostInSeries > 1 && `Up to ${mostInSeries} times can be booked as one series.`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** What visitors may do themselves, as they would be told. */
export function policyText({ moveUntilMinutes, cancelUntilMinutes, mostMoves }: Draft['changePolicy']): string {
  const until = (minutes: number) =>
    minutes === 0 ? 'until it starts' : `until ${noticeText(minutes)} before it starts`;
  const often = mostMoves === null ? '' : mostMoves === 1 ? ' once' : ` ${mostMoves} times`;
  if (mostMoves === 0) return `Visitors cannot move their booking. They can cancel it ${until(cancelUntilMinutes)}.`;
  if (moveUntilMinutes === cancelUntilMinutes && !often) {
    return `Visitors can move or cancel ${until(moveUntilMinutes)}.`;
  }
  return `Visitors can move their booking${often} ${until(moveUntilMinutes)}, and cancel it ${until(cancelUntilMinutes)}.`;
}

export function meetingSentence({ organizer, meetingKind }: Draft): string {
  const owner = organizer === 'operator' ? 'The operator owns it' : 'The default organizer owns it';
  return `${owner}; it is ${meetingKind === 'calendar' ? 'in their Outlook calendar' : 'on no calendar'}.`;
}

export function mailSentence({ invitations, meetingKind, reminders }: Draft): string {
  const invites =
    invitations === 'outlook' && meetingKind === 'calendar'
      ? 'Outlook invites the visitor.'
      : 'Parley invites the visitor by mail.';
  const times = reminders.toSorted((a, b) => b - a).map(noticeText);
  return times.length === 0 ? `${invites} No reminders.` : `${invites} Reminders ${listText(times)} before.`;
}

export function optionsSentence({ meetingOptions }: Draft): string {
  const lines = optionLines(meetingOptions);
  return lines.length === 0 ? 'As the organizer’s policy has them.' : `${lines.join('; ')}.`;
}

export const assignments: { value: Draft['assignment']; words: string; explained: string; short: string }[] = [
  {
    value: 'round_robin',
    words: 'One who is free',
    short: 'whoever of them is free',
    explained:
      'Every time at which at least one of them is free is offered. Who has the fewest bookings gets the next.',
  },
  {
    value: 'collective',
    words: 'All of them',
    short: 'all of them together',
    explained: 'Only times at which everybody is free are offered. The first of the list leads.',
  },
  {
    value: 'chosen',
    words: 'Whom the visitor chooses',
    short: 'whom the visitor chooses',
    explained: 'The booking page asks with whom, and shows the times of that operator.',
  },
];
