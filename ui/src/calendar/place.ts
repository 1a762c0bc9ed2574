import { clockText } from '../parts/when.ts';

type Span = { start: string; end: string };
type Day = { from: number; to: number };

/** Where something stands in the column of a day: minutes on the day's clock, and its lane among what overlaps it. */
export type Placed<T> = { item: T; top: number; bottom: number; lane: number; lanes: number };

/** What is shorter is drawn as long as this, so that it can be read; what it then covers gets a lane beside it. */
const leastMinutes = 25;
const dayMinutes = 24 * 60;

/** Puts everything that is in a day beside each other where it overlaps. The earliest comes first. */
export function placeInDay<T extends Span>(items: readonly T[], day: Day, zone: string): Placed<T>[] {
  const inDay = items
    .filter(({ start, end }) => Date.parse(start) < day.to && Date.parse(end) > day.from)
    .map((item) => ({ item, ...minutesOf(item, day, zone) }))
    .toSorted((one, other) => one.top - other.top || other.bottom - one.bottom);
  const placed: Placed<T>[] = [];
  let group: Placed<T>[] = [];
  let groupEnd = 0;
  for (const next of inDay) {
    if (next.top >= groupEnd) {
      group = [];
      groupEnd = 0;
    }
    const lane = freeLane(group, next.top);
    group.push({ ...next, lane, lanes: 0 });
    groupEnd = Math.max(groupEnd, next.bottom);
    const lanes = Math.max(...group.map((one) => one.lane)) + 1;
    for (const one of group) one.lanes = lanes;
    placed.push(...group.slice(-1));
  }
  return placed;
}

function freeLane(group: Pick<Placed<unknown>, 'lane' | 'bottom'>[], top: number): number {
  for (let lane = 0; ; lane += 1) {
    if (!group.some((one) => one.lane === lane && one.bottom > top)) return lane;
  }
}

function minutesOf({ start, end }: Span, { from, to }: Day, zone: string) {
  const top = Date.parse(start) <= from ? 0 : clockMinutes(start, zone);
  const bottom = Date.parse(end) >= to ? dayMinutes : clockMinutes(end, zone);
  // Where clocks go back, something may end at an earlier hour than it begins.
  const least = Math.min(top + leastMinutes, dayMinutes);
  return { top: Math.min(top, dayMinutes - leastMinutes), bottom: Math.max(bottom, least) };
}

/** Minutes since midnight on the clocks of a zone. */
export function clockMinutes(instant: string | number, zone: string): number {
  const [hour = 0, minute = 0] = clockText(instant, zone).slice(11).split(':').map(Number);
  return hour * 60 + minute;
}

/** The hours to draw: the usual ones of work, and further ones where something is in them. */
export function hoursOf(placed: readonly Pick<Placed<unknown>, 'top' | 'bottom'>[]): { from: number; to: number } {
  const from = Math.min(8, ...placed.map(({ top }) => Math.floor(top / 60)));
  const to = Math.max(18, ...placed.map(({ bottom }) => Math.ceil(bottom / 60)));
  return { from, to };
}
