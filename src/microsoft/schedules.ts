import { mailboxRoot, type BusyTime, type CalendarAccess } from './calendar.ts';
import { fromGraphTime, isMidnight } from './graph-time.ts';
import { graph, GraphError, type GraphDeps } from './graph.ts';
import { schedulesAnswer, type ScheduleAnswer } from './wire.ts';

/** How many calendars one call takes. */
export const mostSchedules = 20;

/** What is in a calendar, without the ids of its entries; or why Exchange does not say. */
export type Schedule = { busy: Omit<BusyTime, 'eventId'>[] } | { error: GraphError };

/** The documented limit is 42 days, ends included. */
const longestCallMs = 41 * 86_400_000;
const interval = 60;

/**
 * What is in several calendars of one tenant between `from` and `to`, by address, but for what is shown as free
 * (Graph docs: “calendar: getSchedule”). At most `mostSchedules` addresses. Each calendar fails by itself.
 */
export async function listSchedules(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { addresses: readonly string[]; from: Date; to: Date },
): Promise<Map<string, Schedule>> {
  const found = new Map<string, Schedule>(p.addresses.map((address) => [address, { busy: [] }]));
  for (let from = p.from; from < p.to;) {
    const to = new Date(Math.min(from.getTime() + longestCallMs, p.to.getTime()));
    const { value } = await graph(deps, {
      accessToken: access.accessToken,
      signal: access.signal,
      prefer: ['outlook.timezone="UTC"'],
      method: 'POST',
      path: `${mailboxRoot(access)}/calendar/getSchedule`,
      schema: schedulesAnswer,
      body: {
        schedules: p.addresses,
        startTime: { dateTime: from.toISOString().slice(0, 19), timeZone: 'UTC' },
        endTime: { dateTime: to.toISOString().slice(0, 19), timeZone: 'UTC' },
        availabilityViewInterval: interval,
      },
    });
    for (const address of p.addresses) {
      const answer = value.find(({ scheduleId }) => scheduleId.toLowerCase() === address.toLowerCase());
      // What reaches over from the days before was in the answer about them.
      const since = from > p.from ? from : undefined;
      found.set(address, joined(found.get(address), scheduleOf(answer, since)));
    }
    from = to;
  }
  return found;
}

function joined(before: Schedule | undefined, more: Schedule): Schedule {
  if (!before || 'error' in before || 'error' in more) return before && 'error' in before ? before : more;
  return { busy: [...before.busy, ...more.busy] };
}

function scheduleOf(answer: ScheduleAnswer | undefined, since: Date | undefined): Schedule {
  if (!answer) return refused('missing', 'Exchange left this calendar out of its answer.');
  if (answer.error) {
    const { responseCode, message } = answer.error;
    return refused(responseCode ?? 'no_error_code', message ?? undefined);
  }
  const items = answer.scheduleItems ?? [];
  // The view says that time is taken, but not when: that is not free.
  if (items.length === 0 && /[1-9]/.test(answer.availabilityView ?? ''))
    return refused('no_details', 'Exchange shows when this calendar is taken, but not its entries.');
  const zone = answer.workingHours?.timeZone?.name ?? 'UTC';
  return {
    busy: items.flatMap((item) => {
      const [start, end] = [fromGraphTime(item.start), fromGraphTime(item.end)];
      if (item.status === 'free' || (since && start < since)) return [];
      return [{ start, end, status: statusOf(item.status), allDay: areWholeDays(start, end, zone) }];
    }),
  };
}

/** Nothing tells entries of whole days from those that only begin and end at midnight. */
function areWholeDays(start: Date, end: Date, timeZone: string): boolean {
  return start < end && isMidnight(start, timeZone) && isMidnight(end, timeZone);
}

function statusOf(status: string | null | undefined): BusyTime['status'] {
  return status === 'tentative' || status === 'oof' || status === 'workingElsewhere' ? status : 'busy';
}

function refused(code: string, providerMessage: string | undefined): Schedule {
  return { error: new GraphError({ status: 200, code, outcome: 'refused', providerMessage }) };
}
