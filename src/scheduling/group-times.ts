import type { ConnectionRow } from '../connections/connection.ts';
import type { Problem } from '../problem.ts';
import type { OpeningHours } from './availability.ts';
import { readBusyPeople, takenTimes, type BusyOrNot, type BusyPeopleDeps } from './busy-people.ts';
import { findCommonTimes, type CommonSearch, type CommonTime, type Participant } from './common-times.ts';
import { inTurn } from './round-robin.ts';

export type GroupDeps = BusyPeopleDeps & { now: () => Date };

/** Who meets of several people. */
export type GroupMethod =
  /** All of them. */
  | { kind: 'everybody' }
  /** Anybody, whose turn it is first: `note` says which meetings count for that. */
  | { kind: 'anybody'; note: Note | undefined }
  /** Anybody of the half whose turn it is; of all, where that half has no time. */
  | { kind: 'fair'; note: Note | undefined };
type Note = { key: string; value: string };

export type GroupSearch = Omit<CommonSearch, 'participants' | 'everybody' | 'now'> & {
  workspaceId: string;
  people: readonly (OpeningHours & {
    address: string;
    /** Where it is known already when they are busy. */
    busy?: readonly { start: Date; end: Date }[] | undefined;
  })[];
  method: GroupMethod;
  /** Whether what is tentative takes time. */
  tentative: boolean;
  asker: ConnectionRow | undefined;
  onlyAsker: boolean;
};

/** Times with the addresses of those who are free, and, where not all have to come, whose turn it is. */
export type GroupTimes = { times: CommonTime[]; order: string[] | undefined };

/**
 * When people could meet whose calendars are read now. Who cannot be read is not free: throws `calendar_unreadable`, or
 * what stands in the way, where nobody can be read, or everybody has to come. Throws `invalid_request` like `findSlots`.
 */
export async function findGroupTimes(deps: GroupDeps, search: GroupSearch): Promise<GroupTimes> {
  const participants = await readParticipants(deps, search);
  const { method, workspaceId } = search;
  const find = (some: readonly Participant[]) =>
    findCommonTimes({ ...search, participants: some, everybody: method.kind === 'everybody', now: deps.now() });
  if (method.kind === 'everybody') return { times: find(participants), order: undefined };
  const addresses = participants.map(({ id }) => id);
  const order = await inTurn(deps, { workspaceId, addresses, note: method.note });
  const next = new Set(order.slice(0, Math.ceil(order.length / 2)));
  const fair = method.kind === 'fair' ? find(participants.filter(({ id }) => next.has(id))) : [];
  return { times: fair.length > 0 ? fair : find(participants), order };
}

async function readParticipants(deps: GroupDeps, search: GroupSearch): Promise<Participant[]> {
  const { people, keptFree, method, tentative } = search;
  const addresses = people.filter(({ busy }) => !busy).map(({ address }) => address);
  const from = minutesFrom(search.from, -keptFree.afterMinutes);
  const to = minutesFrom(search.to, keptFree.beforeMinutes);
  const found = await readBusyPeople(deps, { ...search, addresses, from, to });
  const problems: Problem[] = [];
  const participants = people.map(({ address, timeZone, schedule, busy }): Participant => {
    const read: BusyOrNot | undefined = busy ? undefined : found.get(address.toLowerCase());
    if (read && 'problem' in read) problems.push(read.problem);
    const calendar = busy ?? (read && 'busy' in read ? takenTimes(read.busy, { tentative }) : 'unreadable');
    return { id: address, timeZone, schedule, calendar };
  });
  const [first] = problems;
  if (first && (method.kind === 'everybody' || problems.length === people.length)) throw first;
  return participants;
}

function minutesFrom(at: Date, minutes: number): Date {
  return new Date(at.getTime() + minutes * 60_000);
}
