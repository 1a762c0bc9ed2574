import { dateIn, formatClock, formatDay, zoneOffset } from '../scheduling/date-text.ts';
import { daySpan, monthAfter, monthGrid, monthSpan, slotsOn } from './month.ts';
import type { Choice } from './views/details.ts';
import { durationWords, type Intro } from './views/intro.ts';
import type { DayTimes, PickerModel } from './views/picker.ts';
import type { Question } from './views/questions.ts';
import { instantText, type PageQuery } from './visitor-form.ts';
import type { Operator, SlotChoice, VisitorDeps, VisitorSlot } from './visitor.ts';

/** What a visitor picks a time for: a new booking of an event type, or another time for a booking. */
export type Picking = {
  eventTypeId: string;
  intro: Intro;
  /** Address of the page; its links add a query to it. */
  path: string;
  /** What each of its links carries along besides the time: what was chosen, and in which site it is shown. */
  keep: Record<string, string>;
  /** What the visitor chose, and what there is to choose. */
  choice: SlotChoice;
  choices: { durations: number[]; operators: Operator[] };
  /** How many share one time. */
  capacity: number;
  /** The site that shows these pages inside one of its own. */
  embeddedIn?: string | undefined;
  /** The zone to show while the visitor has not chosen one, and whether it is theirs or only the host's. */
  zone: { name: string; guessed: boolean };
  moving?: { bookingId: string; start: Date; when: string; backUrl: string };
};

type Capabilities = Pick<VisitorDeps, 'now' | 'findSlots'>;

/** Everything the calendar page shows: the month that was asked for, or the first of two with a free time. */
export async function pickerModel(
  deps: Capabilities,
  picking: Picking,
  query: PageQuery,
  problem?: string,
): Promise<PickerModel> {
  const timeZone = query.timeZone ?? picking.zone.name;
  const thisMonth = dateIn(deps.now(), timeZone).slice(0, 7);
  const { month, slots } = await monthToShow(deps, picking, query, timeZone, thisMonth);
  const first = slots[0] && dateIn(slots[0].start, timeZone);
  const day = query.day ?? first;
  const times = day === undefined ? [] : slotsOn(day, slots, timeZone);
  const url = (params: Record<string, string>) => addressOf(picking.path, { ...params, tz: timeZone, ...picking.keep });
  const where: Record<string, string> = query.day ? { day: query.day } : { month };
  return {
    intro: picking.intro,
    moving: picking.moving,
    problem,
    questions: questionsOf(picking, { ...where, tz: timeZone }),
    month,
    previousUrl: month > thisMonth ? url({ month: monthAfter(month, -1) }) : undefined,
    nextUrl: month < monthAfter(thisMonth, 24) ? url({ month: monthAfter(month, 1) }) : undefined,
    weeks: monthGrid(month, slots, deps.now(), timeZone),
    dayUrl: (date) => url({ day: date }),
    day: day === undefined ? undefined : { date: day, parts: dayParts(times, timeZone, url, picking.capacity) },
    zone: {
      timeZone,
      offset: zoneOffset(times[0]?.start ?? slots[0]?.start ?? deps.now(), timeZone),
      action: picking.path,
      keep: { ...where, ...picking.keep },
    },
    guessedZone: query.timeZone === undefined && picking.zone.guessed ? timeZone : undefined,
    embeddedIn: picking.embeddedIn,
  };
}

/** Times that are free instead of one that is not: those of its day, or the next ones when that day has none left. */
export async function otherTimes(deps: Capabilities, picking: Picking, lost: Date, timeZone: string) {
  const date = dateIn(new Date(Math.max(lost.getTime(), deps.now().getTime())), timeZone);
  const sameDay = await searchWithout(lost, deps, picking, daySpan(date, timeZone));
  if (sameDay.length > 0) {
    const choices = sameDay.map(({ start }): Choice => ({
      value: instantText(start),
      text: formatClock(start, timeZone),
    }));
    return { heading: `Still free on ${formatDay(date)}`, choices };
  }
  const next = await searchWithout(lost, deps, picking, daySpan(date, timeZone, 28));
  const choices = next
    .slice(0, 6)
    .map(({ start }): Choice => ({ value: instantText(start), text: dayAndClock(start, timeZone) }));
  return { heading: choices.length > 0 ? 'The next free times' : 'No times are free in the next four weeks', choices };
}

/** The slot that starts at an instant, if it is offered right now. */
export async function findSlotAt(deps: Capabilities, picking: Picking, start: Date): Promise<VisitorSlot | undefined> {
  const slots = await search(deps, picking, { from: start, to: new Date(start.getTime() + 60_000) });
  return slots.find((slot) => slot.start.getTime() === start.getTime());
}

/** An address with its query. */
export function addressOf(path: string, params: Record<string, string>): string {
  return `${path}?${new URLSearchParams(params).toString()}`;
}

async function monthToShow(
  deps: Capabilities,
  picking: Picking,
  { month, day }: PageQuery,
  timeZone: string,
  thisMonth: string,
): Promise<{ month: string; slots: VisitorSlot[] }> {
  const asked = day?.slice(0, 7) ?? month;
  const slots = await search(deps, picking, monthSpan(asked ?? thisMonth, timeZone));
  if (asked !== undefined || slots.length > 0) return { month: asked ?? thisMonth, slots };
  const next = monthAfter(thisMonth, 1);
  const nextSlots = await search(deps, picking, monthSpan(next, timeZone));
  return nextSlots.length > 0 ? { month: next, slots: nextSlots } : { month: thisMonth, slots };
}

async function search(
  { now, findSlots }: Capabilities,
  { eventTypeId, moving, choice }: Picking,
  { from, to }: { from: Date; to: Date },
): Promise<VisitorSlot[]> {
  const earliest = new Date(Math.max(from.getTime(), now().getTime()));
  if (earliest >= to) return [];
  const slots = await findSlots(eventTypeId, {
    ...choice,
    from: earliest,
    to,
    ...(moving && { excludingBookingId: moving.bookingId }),
  });
  return moving ? slots.filter(({ start }) => start.getTime() !== moving.start.getTime()) : slots;
}

/** A time that was refused is not offered again, even where a calendar that was just read does not show it as taken. */
async function searchWithout(lost: Date, ...rest: Parameters<typeof search>): Promise<VisitorSlot[]> {
  return (await search(...rest)).filter(({ start }) => start.getTime() !== lost.getTime());
}

const partsOfDay = [
  { label: 'Morning', before: '12:00' },
  { label: 'Afternoon', before: '17:00' },
  { label: 'Evening', before: '24:00' },
] as const;

function dayParts(
  slots: VisitorSlot[],
  timeZone: string,
  url: (params: Record<string, string>) => string,
  capacity: number,
): DayTimes[] {
  const times = slots.map(({ start, seatsLeft }) => ({
    text: formatClock(start, timeZone),
    note: capacity > 1 ? seatsWords(seatsLeft) : undefined,
    url: url({ start: instantText(start) }),
  }));
  return partsOfDay
    .map(({ label, before }, index) => {
      const after = partsOfDay[index - 1]?.before ?? '00:00';
      return { label, times: times.filter(({ text }) => text.slice(0, 5) >= after && text.slice(0, 5) < before) };
    })
    .filter((part) => part.times.length > 0);
}

function seatsWords(seats: number): string {
  return seats === 1 ? '1 seat left' : `${seats} seats left`;
}

/** How long, and with whom: what is asked above the calendar, where there is a choice. */
function questionsOf({ path, keep, choice, choices, intro }: Picking, where: Record<string, string>): Question[] {
  const lengths = choices.durations.map((minutes) => ({
    value: String(minutes),
    text: durationWords(minutes),
    current: minutes === intro.durationMinutes,
  }));
  const people = choices.operators.map(({ id, name }) => ({
    value: id,
    text: name,
    current: id === choice.operatorId,
  }));
  const anyone = { value: '', text: 'Anyone', current: choice.operatorId === undefined };
  const ask = (
    name: Question['name'],
    label: string,
    answers: Omit<Question['options'][number], 'url'>[],
  ): Question => {
    const others = Object.fromEntries(Object.entries({ ...where, ...keep }).filter(([field]) => field !== name));
    const url = (value: string) => addressOf(path, value ? { ...others, [name]: value } : others);
    return {
      name,
      label,
      action: path,
      keep: others,
      options: answers.map((answer) => ({ ...answer, url: url(answer.value) })),
    };
  };
  return [
    ...(lengths.length > 1 ? [ask('duration', 'How long?', lengths)] : []),
    ...(people.length > 1 ? [ask('operator', 'With whom?', [anyone, ...people])] : []),
  ];
}

function dayAndClock(instant: Date, timeZone: string): string {
  return `${formatDay(dateIn(instant, timeZone))}, ${formatClock(instant, timeZone)}`;
}
