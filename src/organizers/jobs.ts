import type { Log } from '../log.ts';
import type { OrganizerDeps } from './service.ts';

/** Looks at one organizer: the directory's answer, and whether Teams' policy lets Parley act for them. */
export async function probeOrganizer(
  _deps: OrganizerDeps & { log: Log },
  _data: { organizerId: string },
  _signal: AbortSignal,
): Promise<void> {}
