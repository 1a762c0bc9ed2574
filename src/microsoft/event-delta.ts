import type { z } from 'zod';
import { calendarEvent, mailboxRoot, type CalendarAccess, type CalendarEvent } from './calendar.ts';
import { graph, GraphError, nextPath, type GraphDeps } from './graph.ts';
import { query } from './odata.ts';
import { eventDeltaPage } from './wire.ts';

/** From when to when; a link remembers it, and cannot be given another. */
export type Window = { from: Date; to: Date };

export type EventChanges =
  | {
      reset: false;
      /** As they are now. The first reading has every event of the window. */
      changed: CalendarEvent[];
      /** Ids of events that are gone, or that left the window. */
      removed: string[];
      /** For the next reading; keep it with what was read, in one transaction. */
      deltaLink: string;
    }
  /** The link is of no use any more: read the window from the beginning, and compare. */
  | { reset: true };

const PREFER = ['outlook.timezone="UTC"', 'IdType="ImmutableId"', 'odata.maxpagesize=100'];
const MAX_PAGES = 200;

/**
 * What changed in a calendar since the last reading, occurrences of series included (Graph docs: event: delta). All of it
 * or nothing: it throws rather than leave something out. An event may be there though nothing of interest changed.
 */
export async function readEventChanges(
  deps: GraphDeps,
  access: CalendarAccess,
  since: Window | { deltaLink: string },
): Promise<EventChanges> {
  const start = startPath(deps, access, since);
  if (start === undefined) return { reset: true };
  try {
    return await readAll(deps, access, start);
  } catch (error) {
    if (error instanceof GraphError && isReset(error)) return { reset: true };
    throw error;
  }
}

async function readAll(deps: GraphDeps, access: CalendarAccess, start: string): Promise<EventChanges> {
  // One event may come on several pages; what came last holds.
  const found = new Map<string, CalendarEvent | undefined>();
  let path: string | undefined = start;
  for (let pages = 0; path !== undefined && pages < MAX_PAGES; pages += 1) {
    const page: z.infer<typeof eventDeltaPage> = await graph(deps, {
      accessToken: access.accessToken,
      signal: access.signal,
      prefer: PREFER,
      method: 'GET',
      path,
      schema: eventDeltaPage,
    });
    for (const item of page.value) {
      found.delete(item.id);
      found.set(item.id, '@removed' in item ? undefined : calendarEvent(item));
    }
    const deltaLink = page['@odata.deltaLink'];
    if (deltaLink !== undefined) return changes(found, deltaLink);
    path = page['@odata.nextLink'] && nextPath(deps, page['@odata.nextLink']);
  }
  throw endless();
}

function changes(found: Map<string, CalendarEvent | undefined>, deltaLink: string): EventChanges {
  return {
    reset: false,
    changed: [...found.values()].filter((event) => event !== undefined),
    removed: [...found].filter(([, event]) => event === undefined).map(([id]) => id),
    deltaLink,
  };
}

/** A link of another Graph, kept from before somebody moved to another cloud, is as good as lost. */
function startPath(deps: GraphDeps, access: CalendarAccess, since: Window | { deltaLink: string }): string | undefined {
  if ('from' in since) {
    const bounds = { startDateTime: since.from.toISOString(), endDateTime: since.to.toISOString() };
    return `${mailboxRoot(access)}/calendarView/delta?${query(bounds)}`;
  }
  try {
    return nextPath(deps, since.deltaLink);
  } catch {
    return undefined;
  }
}

/** Reported codes vary in their beginnings and in case: syncStateNotFound, SyncStateInvalid, resyncRequired … */
function isReset({ status, code, innerCodes }: GraphError): boolean {
  const isAboutState = [code, ...innerCodes].some((each) => /syncState|resync|fullSync/i.test(each));
  return status === 410 || (status >= 400 && status < 500 && isAboutState);
}

function endless(): GraphError {
  return new GraphError({
    status: 200,
    code: 'unreadable_answer',
    outcome: 'unknown',
    providerMessage: 'The list of changed events does not end.',
  });
}
