import type { Holiday, Schedule, TimeOff, TimeRange } from '../api/availability.ts';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

export const weekdayNames: Record<Weekday, string> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

const officeHours: TimeRange[] = [{ from: '09:00', to: '17:00' }];

/** Monday to Friday, nine to five. */
export const usualHours: Schedule = {
  mon: officeHours,
  tue: officeHours,
  wed: officeHours,
  thu: officeHours,
  fri: officeHours,
  sat: [],
  sun: [],
  overrides: [],
};

/** `09:00–12:00, 13:00–17:00` */
export function rangesText(ranges: readonly TimeRange[]): string {
  return ranges.map(({ from, to }) => `${from}–${to}`).join(', ') || 'Closed';
}

/** `Monday to Friday 09:00–17:00`, days with the same hours told together. */
export function weekText(schedule: Schedule): string {
  const runs: { first: Weekday; last: Weekday; text: string }[] = [];
  for (const day of weekdays) {
    const text = rangesText(schedule[day]);
    const run = runs.at(-1);
    if (run?.text === text) run.last = day;
    else runs.push({ first: day, last: day, text });
  }
  const open = runs.filter(({ text }) => text !== 'Closed');
  const days = ({ first, last }: (typeof runs)[number]) =>
    first === last ? weekdayNames[first] : `${weekdayNames[first]} to ${weekdayNames[last]}`;
  return open.map((run) => `${days(run)} ${run.text}`).join('; ') || 'Closed on every day';
}

/** Minutes after midnight: `09:30` is 570. */
export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** `570` is `09:30`. */
export function clockOf(minutes: number): string {
  const text = (of: number) => String(of).padStart(2, '0');
  return `${text(Math.floor(minutes / 60))}:${text(minutes % 60)}`;
}

/** The weekday of a date such as `2026-11-24`. */
export function weekdayOf(date: string): Weekday {
  return weekdays[(new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7] ?? 'mon';
}

/** The date some days after another. */
export function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The Monday of the week that a date is in. */
export function mondayOf(date: string): string {
  return dateAfter(date, -weekdays.indexOf(weekdayOf(date)));
}

/** What holds on one date, and why. Time off goes before hours of the date’s own, those before a public holiday. */
export type DayPlan = {
  kind: 'usual' | 'other' | 'time_off' | 'holiday';
  ranges: readonly TimeRange[];
  /** The name of the holiday, or the note of the time off. */
  note: string;
};

/** What decides about a date beside the hours of the week. */
export type Exceptions = { timeOff: readonly TimeOff[]; holidays: readonly Holiday[] };

export function planOf(date: string, schedule: Schedule, { timeOff, holidays }: Exceptions): DayPlan {
  const off = timeOff.find(({ firstDay, lastDay }) => firstDay <= date && date <= lastDay);
  if (off) return { kind: 'time_off', ranges: [], note: off.note };
  const other = schedule.overrides.find((one) => one.date === date);
  if (other) return { kind: 'other', ranges: other.ranges, note: '' };
  const holiday = holidays.find((one) => one.date === date);
  if (holiday) return { kind: 'holiday', ranges: [], note: holiday.name };
  return { kind: 'usual', ranges: schedule[weekdayOf(date)], note: '' };
}

/** A schedule with other hours on a date, or with the usual ones again. */
export function withDate(schedule: Schedule, date: string, ranges: TimeRange[] | undefined): Schedule {
  const others = schedule.overrides.filter((one) => one.date !== date);
  const overrides = ranges ? [...others, { date, ranges }].toSorted((a, b) => (a.date < b.date ? -1 : 1)) : others;
  return { ...schedule, overrides };
}
