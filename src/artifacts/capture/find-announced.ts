import type { Log } from '../../log.ts';
import { getOnlineMeeting } from '../../microsoft/online-meetings.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { inAllowedMailbox } from '../../organizers/allowed-mailbox.ts';
import type { MailboxDeps } from '../../organizers/mailbox.ts';
import { isRefusal } from '../artifact.ts';
import { wakeAnnounced, type Announced, type CaptureDeps } from '../captures.ts';

type Deps = CaptureDeps & MailboxDeps & { log: Log };

/**
 * Finds out which of our meetings it is that Microsoft tells of by an id which Parley has not seen yet, and looks for its
 * artifacts: also of one that was held long before its time. Organizers have other meetings, too: those are let be. What
 * cannot be found out is left to the polls.
 */
export async function findAnnounced(
  deps: Deps,
  told: Announced & { onlineMeetingId: string },
  signal?: AbortSignal,
): Promise<void> {
  const mailbox = { ...told, tenantConnectionId: null };
  const { onlineMeetingId } = told;
  try {
    const found = await inAllowedMailbox(deps, mailbox, signal, ({ graph, access }) =>
      getOnlineMeeting(graph, access, { onlineMeetingId }),
    );
    if (found?.joinUrl) await wakeAnnounced(deps, told, found.joinUrl);
  } catch (error) {
    if (signal?.aborted) throw error;
    const problem = toProblem(error);
    if (!isRefusal(problem)) throw problem;
    deps.log.warn({ code: problem.code }, 'a meeting that was announced could not be looked up');
  }
}
