import type { Context } from '../context.ts';
import { parseEventFilter } from '../graph/event-filter.ts';
import type { Change, StoredEvent } from '../graph/mailboxes.ts';
import { changeKeyOf } from '../graph/mailboxes.ts';
import { lossOf, mayListen } from './authorization.ts';
import { collectArtifacts } from './collect-artifacts.ts';
import { askForReauthorization, common, raiseLifecycle } from './notifications.ts';
import type { ChangeType, Subscription } from './notifications.ts';
import { send } from './send.ts';

const MINUTE = 60_000;
/** How long before its end a subscription asks to be renewed. Invented: "about to expire" is all that is documented. */
const REMIND_BEFORE_MS = 30 * MINUTE;

/**
 * Puts notifications of everything that happened since the last time on their way, and ends subscriptions whose time or
 * ground is gone.
 */
export function collect(context: Context): void {
  const { notifications, mailboxes } = context;
  if (notifications.subscriptions.size > 0) {
    for (const subscription of notifications.subscriptions.values()) endIfOver(context, subscription);
    for (const change of changesSince(context, notifications.cursor)) {
      for (const subscription of notifications.subscriptions.values()) announce(context, subscription, change);
    }
  }
  notifications.cursor = mailboxes.sequence;
  collectArtifacts(context);
}

/** Subscriptions end silently with their time, and with a word when the person or the app is locked out. */
function endIfOver(context: Context, subscription: Subscription): void {
  const { notifications } = context;
  const now = context.now();
  if (subscription.expiresAt <= now) {
    notifications.subscriptions.delete(subscription.id);
  } else if (lossOf(context, subscription) !== undefined) {
    notifications.subscriptions.delete(subscription.id);
    // Teams says nothing: documented is this word for Outlook and chats only.
    if (!subscription.artifacts) raiseLifecycle(notifications, subscription, 'subscriptionRemoved', now);
  } else if (subscription.expiresAt - now <= REMIND_BEFORE_MS) {
    askForReauthorization(notifications, subscription, now);
  }
}

function changesSince(context: Context, sequence: number): Change[] {
  const { changes } = context.mailboxes;
  const last = changes.findLastIndex((change) => change.sequence <= sequence);
  return changes.slice(last + 1);
}

function announce(context: Context, subscription: Subscription, change: Change): void {
  if (subscription.artifacts || change.ownerId !== subscription.ownerId || change.sequence <= subscription.since)
    return;
  const changeType = typeOf(context, change);
  const wanted = subscription.changeType.split(',').map((part) => part.trim());
  if (!wanted.includes(changeType) || !passes(context, subscription, change)) return;
  if (!mayListen(context, subscription)) {
    askForReauthorization(context.notifications, subscription, context.now());
    return;
  }
  send(context, subscription, noticeBody(subscription, change, changeType));
}

/** An occurrence that is changed for the first time was there before: it is updated, not created. */
function typeOf({ mailboxes }: Context, change: Change): ChangeType {
  if (change.kind === 'removed') return 'deleted';
  const isException = (mailboxes.events.get(change.eventId)?.exception ?? null) !== null;
  const before = mailboxes.changes.find(({ eventId }) => eventId === change.eventId);
  return before === change && !isException ? 'created' : 'updated';
}

/** What is gone passes every filter, as nobody can look any more. */
function passes(context: Context, subscription: Subscription, change: Change): boolean {
  const event: StoredEvent | undefined = context.mailboxes.events.get(change.eventId);
  if (subscription.filter === null || event === undefined) return true;
  const view = { timeZone: 'UTC', immutableIds: false, textBodies: false, basic: false, expanded: undefined };
  try {
    return parseEventFilter(subscription.filter, { context, ...view })(event);
  } catch {
    return false; // compares a date with something that is none
  }
}

function noticeBody(subscription: Subscription, change: Change, changeType: ChangeType): Record<string, unknown> {
  const id = subscription.immutableIds ? change.immutableId : change.eventId;
  const resource = `Users/${change.ownerId}/Events/${id}`;
  return {
    // The same for every copy, so that receivers can tell.
    id: Buffer.from(`${subscription.id}:${change.sequence}`).toString('base64url'),
    ...common(subscription),
    changeType,
    resource,
    resourceData: {
      '@odata.type': '#Microsoft.Graph.Event',
      '@odata.id': resource,
      '@odata.etag': `W/"${changeKeyOf(change.sequence)}"`,
      id,
    },
  };
}
