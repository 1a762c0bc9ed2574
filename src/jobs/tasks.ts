import { resumeConnection, syncMeeting, type SyncDeps } from '../meetings/jobs.ts';
import type { TaskHandlers } from './queue.ts';

/** Every task of the queue and the function that does it: the only list. */
export function createTasks(deps: SyncDeps): TaskHandlers {
  return {
    'sync-meeting': (data, { signal }) => syncMeeting(deps, data, signal),
    'resume-meetings': (data) => resumeConnection(deps, data),
  };
}
