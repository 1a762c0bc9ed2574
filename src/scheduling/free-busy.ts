import type { ConnectionRow } from '../connections/connection.ts';
import { withAccessToken, type AccessTokens } from '../connections/tokens.ts';
import { listBusy } from '../microsoft/calendar.ts';
import type { GraphDeps } from '../microsoft/graph.ts';
import { toProblem } from '../microsoft/problems.ts';
import { Problem } from '../problem.ts';

export type Busy = { start: Date; end: Date; eventId: string };

/** Reads when a host is busy in Outlook. Throws `calendar_unreadable`: a calendar that was not read is never free. */
export type FreeBusy = (question: {
  connection: Pick<ConnectionRow, 'id' | 'token_version'>;
  from: Date;
  to: Date;
  timeZone: string;
}) => Promise<Busy[]>;

type Deps = { now: () => Date; graph: GraphDeps; accessTokens: AccessTokens };
type Snapshot = { from: number; to: number; readAt: number; busy: Promise<Busy[]> };

const deadlineMs = 5_000;
const freshMs = 30_000;
const mostSnapshots = 500;

/**
 * Answers from a snapshot at most 30 s old that covers the asked time, else asks Graph within 5 s. Visitors who look at
 * one host at the same moment share one question.
 */
export function createFreeBusy(deps: Deps): FreeBusy {
  const snapshots = new Map<string, Snapshot>();
  return async ({ connection, from, to, timeZone }) => {
    const key = `${connection.id}/${connection.token_version}/${timeZone}`;
    const now = deps.now().getTime();
    const known = snapshots.get(key);
    const covers = known && known.from <= from.getTime() && known.to >= to.getTime() && now - known.readAt < freshMs;
    if (covers) return known.busy;
    const window = widened(from, to);
    const snapshot = {
      from: window.from.getTime(),
      to: window.to.getTime(),
      readAt: now,
      busy: read(deps, connection, window, timeZone),
    };
    snapshots.delete(key);
    snapshots.set(key, snapshot);
    for (const oldest of snapshots.keys()) if (snapshots.size > mostSnapshots) snapshots.delete(oldest);
    snapshot.busy.catch(() => snapshots.get(key) === snapshot && snapshots.delete(key));
    return snapshot.busy;
  };
}

const day = 24 * 60 * 60_000;

/** Whole days around what was asked, so that the next question about the same days is answered too. */
function widened(from: Date, to: Date): { from: Date; to: Date } {
  return { from: new Date(Math.floor(from.getTime() / day) * day), to: new Date(Math.ceil(to.getTime() / day) * day) };
}

async function read(
  deps: Deps,
  connection: Pick<ConnectionRow, 'id'>,
  window: { from: Date; to: Date },
  timeZone: string,
): Promise<Busy[]> {
  const signal = AbortSignal.timeout(deadlineMs);
  try {
    return await withAccessToken(deps.accessTokens, connection.id, signal, (accessToken) =>
      listBusy(deps.graph, { accessToken, mailbox: { kind: 'me' }, signal }, { ...window, timeZone }),
    );
  } catch (error) {
    const problem = toProblem(error);
    throw new Problem('calendar_unreadable', {
      cause: problem,
      provider: problem.provider,
      retryAfterMs: problem.retryAfterMs,
    });
  }
}
