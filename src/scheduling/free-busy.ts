import { setTimeout as delay } from 'node:timers/promises';
import { listBusy, type BusyTime } from '../microsoft/calendar.ts';
import { GraphError } from '../microsoft/graph.ts';
import { toProblem } from '../microsoft/problems.ts';
import { inMailbox, type Mailbox, type MailboxDeps } from '../organizers/mailbox.ts';
import { needsReconnect, Problem } from '../problem.ts';

/** An entry of a calendar that may take time: which do is for the event type to say. */
export type Busy = Omit<BusyTime, 'eventId'> & { eventId?: string | undefined };

/** Whose busy times are asked for. A new version means that what was read before may not be used any more. */
export type BusyCalendar = {
  mailbox: Mailbox;
  version: string;
  /** By which calendars of a tenant can be asked for together; left out where there is none. */
  address?: string | undefined;
};

/**
 * Reads when a host is busy in Outlook. A calendar that was not read is never free: throws `calendar_unreadable`, or
 * `booking_not_open` where the host has to connect again first.
 */
export type FreeBusy = (question: {
  calendar: BusyCalendar;
  from: Date;
  to: Date;
  timeZone: string;
}) => Promise<Busy[]>;

type Deps = MailboxDeps & { now: () => Date };
type Window = { from: Date; to: Date };
/** `readAt` is undefined while the reading waits for its turn: then it may still be asked for more days. */
type Reading = Window & { readAt: number | undefined; busy: Promise<Busy[]> };

const deadlineMs = 5_000;
const freshMs = 30_000;
const mostCalendars = 500;
const day = 24 * 60 * 60_000;
const longestWindowMs = 62 * day;

/**
 * Answers from a reading at most 30 s old that covers the asked time, else asks Graph within 5 s. One reading of a
 * mailbox is under way at a time, because Outlook allows few; those who ask meanwhile share the next one.
 */
export function createFreeBusy(deps: Deps): FreeBusy {
  const calendars = new Map<string, Reading[]>();
  const inLine = createLines();
  return async ({ calendar, from, to, timeZone }) => {
    const { mailbox, version } = calendar;
    const inbox = `${mailbox.workspaceId}/${mailbox.tenantId}/${mailbox.organizerId}/${mailbox.access}`;
    const key = `${inbox}/${version}/${timeZone}`;
    const now = deps.now().getTime();
    const usable = (calendars.get(key) ?? []).filter(({ readAt }) => readAt === undefined || now - readAt < freshMs);
    const asked = widened({ from, to });
    const known =
      usable.find((reading) => covers(reading, asked)) ?? usable.find((reading) => extended(reading, asked));
    if (known) return known.busy;
    const reading: Reading = { ...asked, readAt: undefined, busy: Promise.resolve([]) };
    const signal = AbortSignal.timeout(deadlineMs);
    reading.busy = inLine(inbox, () => {
      reading.readAt = deps.now().getTime();
      return read(deps, mailbox, { from: reading.from, to: reading.to }, timeZone, signal);
    });
    usable.push(reading);
    calendars.delete(key);
    calendars.set(key, usable);
    for (const oldest of calendars.keys()) if (calendars.size > mostCalendars) calendars.delete(oldest);
    reading.busy.catch(() => usable.splice(0, usable.length, ...usable.filter((other) => other !== reading)));
    return reading.busy;
  };
}

/** Whole days around what was asked, so that the next question about the same days is answered too. */
function widened({ from, to }: Window): Window {
  return { from: new Date(Math.floor(from.getTime() / day) * day), to: new Date(Math.ceil(to.getTime() / day) * day) };
}

function covers(reading: Window, asked: Window): boolean {
  return reading.from <= asked.from && reading.to >= asked.to;
}

/** Makes a reading that still waits for its turn cover more days; false when it has begun or would become too long. */
function extended(reading: Reading, asked: Window): boolean {
  const from = reading.from < asked.from ? reading.from : asked.from;
  const to = reading.to > asked.to ? reading.to : asked.to;
  if (reading.readAt !== undefined || to.getTime() - from.getTime() > longestWindowMs) return false;
  Object.assign(reading, { from, to });
  return true;
}

/** Lets the tasks of one key run one after the other. */
function createLines(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(task, task);
    const settled: Promise<unknown> = turn.catch(() => {}).then(() => last.get(key) === settled && last.delete(key));
    last.set(key, settled);
    return turn;
  };
}

async function read(
  deps: Deps,
  mailbox: Mailbox,
  window: Window,
  timeZone: string,
  signal: AbortSignal,
): Promise<Busy[]> {
  const ask = () =>
    inMailbox(deps, mailbox, signal, ({ graph, access }) => listBusy(graph, access, { ...window, timeZone }));
  try {
    return await ask().catch((error: unknown) => afterThrottle(error, signal, ask));
  } catch (error) {
    const problem = toProblem(error);
    // Trying again would not help: the host has to connect again.
    const code = needsReconnect(problem.code) ? 'booking_not_open' : 'calendar_unreadable';
    throw new Problem(code, {
      cause: problem,
      provider: problem.provider,
      retryAfterMs: problem.retryAfterMs,
    });
  }
}

/** Jobs of the same mailbox may be using up what Outlook allows at a time: asked once more within the deadline. */
async function afterThrottle<T>(error: unknown, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  const waitMs = error instanceof GraphError && error.status === 429 ? error.retryAfterMs : undefined;
  if (waitMs === undefined || waitMs >= deadlineMs) throw error;
  await delay(waitMs, undefined, { signal }).catch(() => {
    throw error;
  });
  return ask();
}
