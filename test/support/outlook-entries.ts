import { createEvent } from '../../emulator/graph/event-create.ts';
import { defaultCalendar } from '../../emulator/graph/mailboxes.ts';
import { readDateTime } from '../../emulator/graph/time-zones.ts';
import type { System } from './system.ts';

type Entry = { start: string; end: string; showAs?: string; isAllDay?: boolean };

/** Somebody of the emulator writes into their own calendar. Times are instants; of whole days, dates of midnight in UTC. */
export function addEntry({ emulator }: System, objectId: string, { start, end, showAs = 'busy', ...entry }: Entry) {
  const { directory, mailboxes } = emulator.context;
  const owner = directory.users.get(objectId) ?? [...directory.users.values()].find(({ id }) => id === objectId);
  if (!owner) throw new Error(`nobody in the emulator has the id ${objectId}`);
  const at = (instant: string) => readDateTime({ dateTime: instant.replace(/Z$/, ''), timeZone: 'UTC' });
  const input = { subject: 'Private', start: at(start), end: at(end), showAs, isAllDay: entry.isAllDay ?? false };
  return createEvent(emulator.context, owner, defaultCalendar(mailboxes, owner.id), input);
}
