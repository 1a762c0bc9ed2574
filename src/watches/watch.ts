import { createHash, timingSafeEqual } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { CalendarWatches } from '../database/schema.ts';
import type { Mailbox } from '../organizers/mailbox.ts';

/** A mailbox whose events are looked at, because meetings of ours are in it. */
export type WatchRow = Selectable<CalendarWatches>;

/** Tables whose rows keep a subscription each. */
export type WatchTable = 'calendar_watches' | 'artifact_watches';

/** What all of them know of it. */
export type SubscribedRow = Pick<
  WatchRow,
  | 'id'
  | 'workspace_id'
  | 'tenant_id'
  | 'organizer_id'
  | 'access'
  | 'tenant_connection_id'
  | 'subscription_id'
  | 'client_state'
  | 'subscription_attempts'
>;

const minutes = 60_000;
const days = 24 * 60 * minutes;

/** When a mailbox is looked at again, told or not: with the sweep's own rhythm within five minutes, and not all at once. */
export function nextLook(now: Date): Date {
  return new Date(now.getTime() + (4 + Math.random() / 3) * minutes);
}

/** How long a mailbox is left alone that a person has to do something about; whoever does wakes it. */
export const personNeededMs = 15 * minutes;

/** Notifications come in swarms; one look serves those of so many milliseconds. */
export const swarmMs = 5_000;

export function mailboxOfWatch(row: SubscribedRow): Mailbox {
  const { workspace_id: workspaceId, tenant_id: tenantId, organizer_id: organizerId, access } = row;
  return { workspaceId, tenantId, organizerId, access, tenantConnectionId: row.tenant_connection_id };
}

/** Only the hash of what a subscription's notifications have to carry is kept. */
export function hashOfState(clientState: string): Buffer {
  return createHash('sha256').update(clientState).digest();
}

/** Whoever knows the address can send anything: compared in constant time. */
export function isStateOf(row: Pick<SubscribedRow, 'client_state'>, clientState: string): boolean {
  return timingSafeEqual(row.client_state, hashOfState(clientState));
}

/** Graph sends notifications to public https addresses only; a stand-in on this machine is not so particular. */
export function canBeTold({ publicUrl, graphBaseUrl }: { publicUrl: string; graphBaseUrl: string }): boolean {
  return publicUrl.startsWith('https:') || graphBaseUrl.startsWith('http:');
}

/** The days of a calendar that are read: all that have meetings, and some to come. */
export function windowFor(now: Date, lastEnd: Date): { from: Date; to: Date } {
  const to = Math.max(now.getTime() + 60 * days, lastEnd.getTime() + 30 * days);
  return { from: new Date(now.getTime() - days), to: new Date(to) };
}

/**
 * Whether a window serves no longer. Each day it is read from the beginning and compared as a whole, which finds what a
 * list of changes might ever leave out.
 */
export function isOutgrown({ window_from: from, window_to: to }: WatchRow, now: Date, lastEnd: Date): boolean {
  return !from || !to || to < lastEnd || from.getTime() < now.getTime() - 2 * days;
}

/** A subscription is renewed halfway, so that an outage of days costs nothing but time. */
export function renewalAt(now: Date, until: Date): Date {
  return new Date(now.getTime() + (until.getTime() - now.getTime()) / 2);
}
