import type { Context } from '../context.ts';
import { GraphError } from './graph-error.ts';
import type { StoredEvent } from './mailboxes.ts';

/**
 * What a create with a `transactionId` that was used before means: the same request is answered with the event it
 * made (`undefined`: the id is new), a different one is refused. The id outlives its event; how long Microsoft keeps
 * it is not documented.
 */
export function replayed(
  context: Context,
  ownerId: string,
  transactionId: string | null | undefined,
  json: Record<string, unknown>,
): StoredEvent | undefined {
  if (!transactionId) return undefined;
  const used = context.mailboxes.transactions.get(keyOf(ownerId, transactionId));
  if (used === undefined) return undefined;
  const event = context.mailboxes.events.get(used.eventId);
  if (event !== undefined && used.fingerprint === fingerprint(json)) return event;
  throw new GraphError(
    context.switches.duplicateTransactionStatus,
    'ErrorDuplicateTransactionId',
    "Your request can't be completed. The TransactionId specified in the request has already been used to create a different event.",
    { extra: { '@event.existingEventId': used.eventId } },
  );
}

/** Remembers which event a transaction id made. */
export function rememberTransaction(context: Context, event: StoredEvent, json: Record<string, unknown>): void {
  if (!event.transactionId) return;
  context.mailboxes.transactions.set(keyOf(event.ownerId, event.transactionId), {
    fingerprint: fingerprint(json),
    eventId: event.id,
  });
}

function keyOf(ownerId: string, transactionId: string): string {
  return `${ownerId}|${transactionId}`;
}

/** The request without regard to the order of its members. */
function fingerprint(json: unknown): string {
  return JSON.stringify(json, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
