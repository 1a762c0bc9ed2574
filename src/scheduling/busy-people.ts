import type { Kysely } from 'kysely';
import type { ConnectionRow } from '../connections/connection.ts';
import { canHoldMeetings } from '../connections/service.ts';
import type { Database } from '../database/schema.ts';
import type { Mailbox, MailboxDeps } from '../organizers/mailbox.ts';
import { findOrganizerByUser, refusalOf } from '../organizers/service.ts';
import { Problem } from '../problem.ts';
import { calendarOfConnection, calendarOfOrganizer } from './busy-calendars.ts';
import { readColleagues, type BusyOrNot } from './colleagues.ts';
import type { Busy, BusyCalendar, FreeBusy } from './free-busy.ts';

export type { BusyOrNot };
export type BusyPeopleDeps = MailboxDeps & { freeBusy: FreeBusy };

export type BusyPeopleQuestion = {
  workspaceId: string;
  addresses: readonly string[];
  from: Date;
  to: Date;
  /** In whose name people are asked about of whom the workspace knows no more than their address. */
  asker?: ConnectionRow | undefined;
  /** Whether everybody but the asker is to be seen with the asker's eyes only. */
  onlyAsker: boolean;
};

/**
 * When people are busy, by their addresses (in lower case): from their own calendars where they, or their tenant, gave
 * Parley the permission, else as a colleague sees it. Whoever's calendar could not be read has a problem in its place,
 * and is not free.
 */
export async function readBusyPeople(
  deps: BusyPeopleDeps,
  question: BusyPeopleQuestion,
): Promise<Map<string, BusyOrNot>> {
  const addresses = [...new Set(question.addresses.map((address) => address.toLowerCase()))];
  if (addresses.length === 0) return new Map();
  const own = await findCalendars(deps, { ...question, addresses });
  const others = addresses.filter((address) => !own.has(address));
  const colleague = question.asker ? calendarOfConnection(question.workspaceId, question.asker) : first(own);
  const [mine, theirs] = await Promise.all([
    Promise.all(
      [...own].map(async ([address, calendar]) => [address, await readOwn(deps, calendar, question)] as const),
    ),
    others.length === 0 || !colleague
      ? others.map((address) => [address, unknown(address)] as const)
      : readColleagues(deps, colleague.mailbox, { ...question, addresses: others }),
  ]);
  return new Map([...mine, ...theirs]);
}

/** What takes somebody's time, each stretch once and in order: who works elsewhere can meet. */
export function takenTimes(busy: readonly Busy[], { tentative }: { tentative: boolean }): { start: Date; end: Date }[] {
  const taken = busy
    .filter(({ status }) => status !== 'workingElsewhere' && (tentative || status !== 'tentative'))
    .toSorted((one, other) => one.start.getTime() - other.start.getTime());
  const times: { start: Date; end: Date }[] = [];
  for (const { start, end } of taken) {
    const last = times.at(-1);
    // What lies in one another, or stands there twice, is one; what follows on another is not.
    if (last && start < last.end) last.end = end > last.end ? end : last.end;
    else times.push({ start, end });
  }
  return times;
}

/** Calendars that may be read by the permission of whom they belong to. */
async function findCalendars(
  deps: BusyPeopleDeps,
  { workspaceId, addresses, asker, onlyAsker }: BusyPeopleQuestion,
): Promise<Map<string, BusyCalendar>> {
  const calendars = new Map<string, BusyCalendar>();
  const connections = onlyAsker ? (asker ? [asker] : []) : await findConnections(deps, workspaceId, addresses);
  for (const connection of connections) {
    const address = connection.account_email?.toLowerCase() ?? '';
    if (!addresses.includes(address) || calendars.has(address)) continue;
    calendars.set(address, calendarOfConnection(workspaceId, connection));
  }
  if (onlyAsker) return calendars;
  for (const address of addresses) {
    if (calendars.has(address)) continue;
    const organizer = await findOrganizerByUser(deps, workspaceId, { userPrincipalName: address });
    const calendar = organizer && !refusalOf(organizer) ? calendarOfOrganizer(organizer) : undefined;
    if (calendar) calendars.set(address, calendar);
  }
  return calendars;
}

async function findConnections(
  { db }: { db: Kysely<Database> },
  workspaceId: string,
  addresses: readonly string[],
): Promise<ConnectionRow[]> {
  const rows = await db
    .selectFrom('connections')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where((where) => where(where.fn('lower', ['account_email']), 'in', addresses))
    .orderBy('created_at')
    .execute();
  return rows.filter((row) => canHoldMeetings(row));
}

async function readOwn(
  deps: BusyPeopleDeps,
  calendar: BusyCalendar,
  { from, to }: BusyPeopleQuestion,
): Promise<BusyOrNot> {
  try {
    const [shown, ours] = await Promise.all([
      deps.freeBusy({ calendar, from, to, timeZone: 'UTC' }),
      listOurs(deps, calendar.mailbox, { from, to }),
    ]);
    return { busy: [...shown, ...ours].filter(({ start, end }) => start < to && end > from) };
  } catch (error) {
    if (error instanceof Problem) return { problem: error };
    throw error;
  }
}

/** What is wanted of a mailbox here: Outlook may not show it yet, or may have been read a moment before. */
async function listOurs(
  { db }: { db: Kysely<Database> },
  { workspaceId, tenantId, organizerId }: Mailbox,
  { from, to }: { from: Date; to: Date },
): Promise<Busy[]> {
  const rows = await db
    .selectFrom('meetings')
    .select(['starts_at as start', 'ends_at as end'])
    .where('workspace_id', '=', workspaceId)
    .where('tenant_id', '=', tenantId)
    .where('organizer_id', '=', organizerId)
    .where('wanted', '=', 'scheduled')
    .where('kind', '<>', 'standalone')
    .where('status', 'in', ['pending', 'provisioning', 'ready'])
    .where('starts_at', '<', to)
    .where('ends_at', '>', from)
    .execute();
  return rows.map((times) => ({ ...times, status: 'busy', allDay: false }));
}

function first(calendars: ReadonlyMap<string, BusyCalendar>): BusyCalendar | undefined {
  const [calendar] = calendars.values();
  return calendar;
}

function unknown(address: string): BusyOrNot {
  const detail = `Nobody has connected ${address}, and no colleague of theirs is asked for.`;
  return { problem: new Problem('calendar_unreadable', { detail }) };
}
