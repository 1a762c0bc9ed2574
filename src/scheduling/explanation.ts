import { Problem, problems } from '../problem.ts';
import { getEventType } from './event-types.ts';
import { dateText, dayNumber } from './instant-text.ts';
import { listOperatorStates, openWith } from './open-event-type.ts';
import { readOperatorHours } from './operator-hours.ts';
import { readOperatorsNow, type OperatorNow, type SchedulingDeps } from './operators-now.ts';
import { slotRules } from './service.ts';
import { explainDay, reasons, type ExplainedTime, type Reason } from './why-not.ts';
import { dayCounter } from './zone-offsets.ts';

/** What the console says of a time, beyond what the search for times knows. */
export const explanations = {
  offered: 'Visitors can book this time.',
  ...reasons,
  time_off: 'The operator has the day off.',
  holiday: 'It is a public holiday on which the operator does not work.',
  closed: 'The operator cannot take bookings of this event type now.',
} as const;
export type Explanation = keyof typeof explanations;

export type ExplainedSlot = { start: Date; end: Date; reason: Explanation; sentence: string };

const dayMs = 24 * 60 * 60_000;

/**
 * Why each time of a day of an operator can be booked now, or not; the day is one of the zone in which their hours are.
 * Reads their calendar as it is. Throws `not_found`, and `invalid_request` for somebody who takes none of its bookings.
 */
export async function explainTimes(
  deps: SchedulingDeps,
  workspaceId: string,
  asked: { eventTypeId: string; operatorId?: string | undefined; date: string; durationMinutes?: number | undefined },
): Promise<ExplainedSlot[]> {
  const eventType = await getEventType(deps, workspaceId, asked.eventTypeId);
  const states = await listOperatorStates(deps, eventType);
  const state = asked.operatorId ? states.find(({ memberId }) => memberId === asked.operatorId) : states[0];
  if (!state) throw invalid('/operatorId', 'There is no such operator of this event type.');
  const { date, durationMinutes = eventType.duration_minutes } = asked;
  if (![eventType.duration_minutes, ...eventType.duration_choices].includes(durationMinutes))
    throw invalid('/durationMinutes', 'The event type does not offer this length.');
  const around = { from: new Date((dayNumber(date) - 1) * dayMs), to: new Date((dayNumber(date) + 2) * dayMs) };
  const closed = eventType.active ? state.closedReason : 'This event type is switched off.';
  const { hosts } = openWith(eventType, [state]);
  const asking = { ...around, excludingBookingId: undefined, holdKey: undefined, countsBookings: true };
  const [read] = closed === undefined ? await readOperatorsNow(deps, eventType, hosts, asking) : [];
  const operator = read ?? (await withHoursOnly(deps, eventType, state.memberId, around));
  const rules = slotRules(eventType, durationMinutes);
  const times = explainDay({ rules, operator, date, now: deps.now() });
  return times.map((time) => explained(time, operator, closed));
}

/** Why a calendar could not be read, and what helps, in words. */
export function whyUnreadable(problem: Problem): string {
  const cause = problem.cause instanceof Problem ? problem.cause : problem;
  return `${withMore('The calendar could not be read.', cause.message)} ${problems[cause.code].remedy}`;
}

async function withHoursOnly(
  deps: SchedulingDeps,
  eventType: Parameters<typeof readOperatorHours>[1],
  memberId: string,
  around: { from: Date; to: Date },
): Promise<OperatorNow> {
  const hours = (await readOperatorHours(deps, eventType, [{ memberId }], around)).get(memberId);
  if (!hours) throw new Problem('not_found');
  const { timeZone, schedule } = hours;
  return { id: memberId, timeZone, schedule, hours, calendar: [], bookings: [], unreadable: undefined };
}

function explained(time: ExplainedTime, operator: OperatorNow, closed: string | undefined): ExplainedSlot {
  const { startMs, endMs } = time;
  const [reason, sentence] = sayOf(time, operator, closed);
  return { start: new Date(startMs), end: new Date(endMs), reason, sentence };
}

function sayOf(
  { startMs, reason }: ExplainedTime,
  { hours, unreadable }: OperatorNow,
  closed: string | undefined,
): [Explanation, string] {
  const away = mayBeAway.has(reason) ? awayAt(hours, startMs) : undefined;
  if (away?.reason === 'time_off') return ['time_off', withMore(explanations.time_off, away.name)];
  if (away?.reason === 'holiday') return ['holiday', withMore(explanations.holiday, away.name)];
  if (closed !== undefined && !ofRules.has(reason)) return ['closed', closed];
  if (reason === 'calendar_unreadable' && unreadable)
    return [
      reason,
      withMore(reasons[reason], unreadable.cause instanceof Problem ? problems[unreadable.cause.code].remedy : ''),
    ];
  return [reason, explanations[reason]];
}

const mayBeAway = new Set<Reason | 'offered'>(['outside_hours', 'busy', 'calendar_unreadable']);
const ofRules = new Set<Reason | 'offered'>(['past', 'notice', 'horizon', 'outside_hours', 'off_step']);

function awayAt({ away, awayZone }: OperatorNow['hours'], startMs: number) {
  const date = dateText(dayCounter(awayZone, startMs, startMs + 1)(startMs));
  return away.find((day) => day.date === date);
}

function withMore(sentence: string, more: string): string {
  return more === '' ? sentence : `${sentence} ${more}${/[.!?…]$/.test(more) ? '' : '.'}`;
}

function invalid(pointer: string, detail: string): Problem {
  return new Problem('invalid_request', { errors: [{ pointer, detail }] });
}
