import { toProblem } from '../microsoft/problems.ts';
import { listSchedules, mostSchedules, type Schedule } from '../microsoft/schedules.ts';
import { inMailbox, type Mailbox, type MailboxDeps } from '../organizers/mailbox.ts';
import { Problem } from '../problem.ts';
import { afterThrottle, deadlineMs, unreadable, type Busy } from './free-busy.ts';

/** When somebody is busy, or why nobody can say. */
export type BusyOrNot = { busy: Busy[] } | { problem: Problem };

/**
 * When people of one tenant are busy, as somebody among them (the owner of the mailbox) sees it in Outlook. Each address
 * fails by itself.
 */
export async function readColleagues(
  deps: MailboxDeps,
  mailbox: Mailbox,
  asked: { addresses: readonly string[]; from: Date; to: Date },
): Promise<Map<string, BusyOrNot>> {
  const found = new Map<string, BusyOrNot>();
  for (let at = 0; at < asked.addresses.length; at += mostSchedules) {
    const addresses = asked.addresses.slice(at, at + mostSchedules);
    for (const [address, answer] of await readTogether(deps, mailbox, { ...asked, addresses }))
      found.set(address, answer);
  }
  return found;
}

async function readTogether(
  deps: MailboxDeps,
  mailbox: Mailbox,
  asked: { addresses: readonly string[]; from: Date; to: Date },
): Promise<[string, BusyOrNot][]> {
  const signal = AbortSignal.timeout(deadlineMs);
  const ask = () => inMailbox(deps, mailbox, signal, ({ graph, access }) => listSchedules(graph, access, asked));
  try {
    const schedules = await ask().catch((error: unknown) => afterThrottle(error, signal, ask));
    return [...schedules].map(([address, schedule]) => [address, answerOf(schedule)]);
  } catch (error) {
    const problem = unreadable(error);
    return asked.addresses.map((address) => [address, { problem }]);
  }
}

/** Exchange says of each calendar by itself why it does not show it. */
function answerOf(schedule: Schedule): BusyOrNot {
  if ('busy' in schedule) return schedule;
  const cause = toProblem(schedule.error);
  const { providerMessage } = schedule.error;
  const detail = providerMessage ?? 'Exchange does not say when this person is busy.';
  return { problem: new Problem('calendar_unreadable', { cause, detail, provider: cause.provider }) };
}
