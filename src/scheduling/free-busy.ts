import { setTimeout as delay } from 'node:timers/promises';
import { listBusy, type BusyTime } from '../microsoft/calendar.ts';
import { GraphError } from '../microsoft/graph.ts';
import { toProblem } from '../microsoft/problems.ts';
import { listSchedules, mostSchedules } from '../microsoft/schedules.ts';
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
type Question = { mailbox: Mailbox; timeZone: string; address: string | undefined; signal: AbortSignal };
/** `readAt` is undefined while the reading waits for its turn: then it may still be asked for more days. */
type Reading = Window & { readAt: number | undefined; busy: Promise<Busy[]> };

/** How long people wait for Outlook to say when somebody is busy. */
export const deadlineMs = 5_000;
const freshMs = 30_000;
const mostCalendars = 500;
const day = 24 * 60 * 60_000;
const longestWindowMs = 62 * day;

/**
 * Answers from a reading at most 30 s old that covers the asked time, else asks Graph within 5 s. One reading of a
 * mailbox is under way at a time, because Outlook allows few; those who ask meanwhile share the next one. Several
 * mailboxes of one tenant that are asked for at once are read together.
 */
export function createFreeBusy(deps: Deps): FreeBusy {
  const calendars = new Map<string, Reading[]>();
  const read = createReader(deps);
  return async ({ calendar, from, to, timeZone }) => {
    const { mailbox, version, address } = calendar;
    const key = `${inboxOf(mailbox)}/${version}/${timeZone}`;
    const now = deps.now().getTime();
    const usable = (calendars.get(key) ?? []).filter(({ readAt }) => readAt === undefined || now - readAt < freshMs);
    const asked = widened({ from, to });
    const known =
      usable.find((reading) => covers(reading, asked)) ?? usable.find((reading) => extended(reading, asked));
    if (known) return known.busy;
    const reading: Reading = { ...asked, readAt: undefined, busy: Promise.resolve([]) };
    reading.busy = read({ mailbox, timeZone, address, signal: AbortSignal.timeout(deadlineMs) }, reading);
    usable.push(reading);
    calendars.delete(key);
    calendars.set(key, usable);
    for (const oldest of calendars.keys()) if (calendars.size > mostCalendars) calendars.delete(oldest);
    reading.busy.catch(() => usable.splice(0, usable.length, ...usable.filter((other) => other !== reading)));
    return reading.busy;
  };
}

function inboxOf({ workspaceId, tenantId, organizerId, access }: Mailbox): string {
  return `${workspaceId}/${tenantId}/${organizerId}/${access}`;
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
  const window = around([reading, asked]);
  if (reading.readAt !== undefined || window.to.getTime() - window.from.getTime() > longestWindowMs) return false;
  Object.assign(reading, window);
  return true;
}

function around(windows: readonly Window[]): Window {
  return {
    from: new Date(Math.min(...windows.map(({ from }) => from.getTime()))),
    to: new Date(Math.max(...windows.map(({ to }) => to.getTime()))),
  };
}

type Asked = { question: Question; reading: Reading; told: PromiseWithResolvers<Busy[]> };

/** Reads a mailbox by itself, or together with others of its tenant that are asked for in the same moment. */
function createReader(deps: Deps): (question: Question, reading: Reading) => Promise<Busy[]> {
  const inLine = createLines();
  const waiting = new Map<string, Asked[]>();

  const alone = (question: Question, reading: Reading) =>
    inLine(inboxOf(question.mailbox), () => {
      reading.readAt = deps.now().getTime();
      return readOne(deps, question, { from: reading.from, to: reading.to });
    });

  const together = async (asked: readonly Asked[]) => {
    const [first] = asked;
    if (!first) return;
    const answers = await inLine(inboxOf(first.question.mailbox), () => {
      const window = around(asked.map(({ reading }) => reading));
      for (const { reading } of asked) Object.assign(reading, { ...window, readAt: deps.now().getTime() });
      return readSeveral(
        deps,
        asked.map(({ question }) => question),
        window,
      );
    }).catch((error: unknown) => asked.map(() => unreadable(error)));
    for (const [at, { question, reading, told }] of asked.entries()) {
      const answer = answers[at];
      if (answer instanceof Problem) told.reject(answer);
      else told.resolve(answer ?? alone(question, reading));
    }
  };

  return (question, reading) => {
    if (question.mailbox.access === 'delegated' || question.address === undefined) return alone(question, reading);
    const told = Promise.withResolvers<Busy[]>();
    const { workspaceId, tenantId, tenantConnectionId } = question.mailbox;
    const key = [workspaceId, tenantId, tenantConnectionId, reading.from.getTime(), reading.to.getTime()].join('/');
    const others = waiting.get(key);
    if (others) others.push({ question, reading, told });
    else {
      const group = [{ question, reading, told }];
      waiting.set(key, group);
      setImmediate(() => {
        waiting.delete(key);
        for (let at = 0; at < group.length; at += mostSchedules) {
          const some = group.slice(at, at + mostSchedules);
          if (some.length > 1) void together(some);
          else for (const one of some) one.told.resolve(alone(one.question, one.reading));
        }
      });
    }
    return told.promise;
  };
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

async function readOne(deps: Deps, { mailbox, timeZone, signal }: Question, window: Window): Promise<Busy[]> {
  const ask = () =>
    inMailbox(deps, mailbox, signal, ({ graph, access }) => listBusy(graph, access, { ...window, timeZone }));
  try {
    return await ask().catch((error: unknown) => afterThrottle(error, signal, ask));
  } catch (error) {
    throw unreadable(error);
  }
}

/**
 * Mailboxes of one tenant in one call, in the name of the first: each one’s entries. Those that are left `undefined` have
 * to be read alone: Exchange refused them, or the first of them, which says nothing about the others.
 */
async function readSeveral(
  deps: Deps,
  questions: readonly Question[],
  window: Window,
): Promise<(Busy[] | undefined)[]> {
  const [first] = questions;
  if (!first) return [];
  const addresses = [...new Set(questions.map(({ address = '' }) => address.toLowerCase()))];
  const ask = () =>
    inMailbox(deps, first.mailbox, first.signal, ({ graph, access }) =>
      listSchedules(graph, access, { addresses, ...window }),
    );
  try {
    const found = await ask().catch((error: unknown) => afterThrottle(error, first.signal, ask));
    return questions.map(({ address = '' }) => {
      const schedule = found.get(address.toLowerCase());
      return schedule && 'busy' in schedule ? schedule.busy : undefined;
    });
  } catch (error) {
    if (error instanceof GraphError && [400, 403, 404].includes(error.status)) return questions.map(() => undefined);
    throw error;
  }
}

/** What a calendar that was not read means for visitors. */
export function unreadable(error: unknown): Problem {
  const problem = toProblem(error);
  // Trying again would not help: the host has to connect again.
  const code = needsReconnect(problem.code) ? 'booking_not_open' : 'calendar_unreadable';
  return new Problem(code, { cause: problem, provider: problem.provider, retryAfterMs: problem.retryAfterMs });
}

/** Jobs of the same mailbox may be using up what Outlook allows at a time: asked once more within the deadline. */
export async function afterThrottle<T>(error: unknown, signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  const waitMs = error instanceof GraphError && error.status === 429 ? error.retryAfterMs : undefined;
  if (waitMs === undefined || waitMs >= deadlineMs) throw error;
  await delay(waitMs, undefined, { signal }).catch(() => {
    throw error;
  });
  return ask();
}
