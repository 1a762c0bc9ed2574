import type { MemberSchedule } from '../api/availability.ts';
import { dateAfter, minutesOf, clockOf, planOf, type Exceptions } from '../availability/schedule.ts';
import { dayKey, instantAt } from '../parts/when.ts';
import type { Draft } from './draft.ts';

/** What decides which times are offered; the rest of an event type is words and what comes after. */
const decisive = [
  'operatorIds',
  'assignment',
  'timeZone',
  'schedule',
  'durationMinutes',
  'slotStepMinutes',
  'bufferBeforeMinutes',
  'bufferAfterMinutes',
  'minNoticeMinutes',
  'horizonDays',
  'mostPerDay',
  'mostPerWeek',
  'capacity',
  'busyRules',
  'organizer',
] as const satisfies (keyof Draft)[];

/** Whether both offer the same times. */
export function sameTimes(one: Draft, other: Draft): boolean {
  return decisive.every((name) => JSON.stringify(one[name]) === JSON.stringify(other[name]));
}

/** When one of the operators works. */
export type OperatorHours = { hours: MemberSchedule; exceptions: Exceptions };
type Search = { draft: Draft; operators: OperatorHours[]; now: number; days: number };

/**
 * The starts that the rules of a draft give in the hours of its operators, in epoch milliseconds and in order: those of
 * all of them together, or of any of them. Only the server knows what is busy or booked: some of them may be.
 */
export function startsByRules({ draft, operators, now, days }: Search): number[] {
  const each = operators.map((operator) => startsOf(operator, draft, now, days));
  const any = [...new Set(each.flat())].toSorted((a, b) => a - b);
  return draft.assignment === 'collective' ? any.filter((start) => each.every((own) => own.includes(start))) : any;
}

function startsOf({ hours, exceptions }: OperatorHours, draft: Draft, now: number, days: number): number[] {
  const { durationMinutes, slotStepMinutes, minNoticeMinutes, horizonDays } = draft;
  if (![durationMinutes, slotStepMinutes, minNoticeMinutes, horizonDays].every((one) => one >= 0)) return [];
  const [earliest, latest] = [now + minNoticeMinutes * 60_000, now + horizonDays * 86_400_000];
  const step = Math.max(5, slotStepMinutes);
  const first = dayKey(now, hours.timeZone);
  const starts: number[] = [];
  for (let day = 0; day < days; day += 1) {
    const date = dateAfter(first, day);
    for (const { from, to } of planOf(date, hours.weekly, exceptions).ranges) {
      for (let at = minutesOf(from); at + durationMinutes <= minutesOf(to); at += step) {
        const start = instantAt(`${date}T${clockOf(at)}`, hours.timeZone);
        if (start !== undefined && start >= earliest && start < latest) starts.push(start);
      }
    }
  }
  return starts;
}
