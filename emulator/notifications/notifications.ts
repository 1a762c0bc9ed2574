/** What Graph's change notifications hold: who listens to what, and what is on its way to them. */

import type { Encryption } from './encrypt.ts';

export type ChangeType = 'created' | 'updated' | 'deleted';
export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';

/** Recordings or transcripts: of one organizer, of one meeting, or of a whole tenant. */
export type ListensTo = {
  kind: 'recordings' | 'transcripts';
} & ({ scope: 'user' | 'tenant' } | { scope: 'meeting'; meetingId: string });

/** One app that listens to the events of one mailbox, or to what meetings leave. */
export type Subscription = {
  id: string;
  tenantId: string;
  clientId: string;
  /** The person whom the app acts for, or its service principal. */
  creatorId: string;
  kind: 'delegated' | 'app';
  /** Whose mailbox, or who organizes; `null` for a whole tenant. */
  ownerId: string | null;
  /** `null`, or absent in files from before there were others: events. */
  artifacts?: ListensTo | null;
  /** Absent like the above: notifications carry no data. */
  encryption?: Encryption | null;
  /** As it was written, `$filter` included. */
  resource: string;
  filter: string | null;
  /** As it was written: `created,updated`. */
  changeType: string;
  notificationUrl: string;
  lifecycleNotificationUrl: string | null;
  clientState: string | null;
  latestSupportedTlsVersion: string;
  immutableIds: boolean;
  createdAt: number;
  expiresAt: number;
  /** When the app last proved that it may listen. */
  authorizedAt: number;
  /** It was asked to prove it again, and has not yet. */
  reauthorizationAsked: boolean;
  /** Only later changes of the mailboxes count. */
  since: number;
};

/** One notification on its way. */
export type Notice = {
  subscriptionId: string;
  kind: 'change' | 'lifecycle';
  url: string;
  body: Record<string, unknown>;
  /** When it was raised first, and when it may be sent (again). */
  raisedAt: number;
  dueAt: number;
  attempts: number;
};

/** One POST to a receiver, or what became of notifications that were never sent. */
export type Delivery = {
  at: number;
  url: string;
  /** `validation`: the question whether an address wants notifications. */
  kind: Notice['kind'] | 'validation';
  outcome: 'accepted' | 'refused' | 'timeout' | 'unreachable' | 'lost' | 'dropped';
  /** HTTP status, or why none came. */
  detail: string;
  notices: Record<string, unknown>[];
};

/** What goes wrong on purpose. */
export type Mischief = {
  /** So many of the next change notifications are never sent, and nobody hears of it. */
  loseNext: number;
  /** So many of the next are sent twice. */
  duplicateNext: number;
  /** The newest are sent first. */
  outOfOrder: boolean;
  /** Until a change notification is sent. */
  delayMs: number;
};

export type Notifications = {
  subscriptions: Map<string, Subscription>;
  waiting: Notice[];
  /** The last ones, oldest first. */
  deliveries: Delivery[];
  /** The change of the mailboxes up to which everybody was told. */
  cursor: number;
  mischief: Mischief;
  /** By host: when it answered within the last ten minutes, and whether that took too long. */
  answers: Map<string, { at: number; slow: boolean }[]>;
};

/** How a POST to a receiver went. */
export type PostAnswer =
  | { kind: 'answered'; status: number; contentType: string; body: string; tookMs: number }
  | { kind: 'timeout' }
  | { kind: 'unreachable'; why: string };

/** Sends one POST and follows no redirect. Never throws. */
export type Post = (request: {
  url: string;
  contentType: string;
  body: string;
  timeoutMs: number;
}) => Promise<PostAnswer>;

const KEPT_DELIVERIES = 500;

/** Nobody listens. */
export function createNotifications(): Notifications {
  return {
    subscriptions: new Map(),
    waiting: [],
    deliveries: [],
    cursor: 0,
    mischief: { loseNext: 0, duplicateNext: 0, outOfOrder: false, delayMs: 0 },
    answers: new Map(),
  };
}

/** Keeps what became of notifications, for the control page. */
export function recordDelivery(notifications: Notifications, delivery: Delivery): Delivery {
  const { deliveries } = notifications;
  deliveries.push(delivery);
  if (deliveries.length > KEPT_DELIVERIES) deliveries.splice(0, deliveries.length - KEPT_DELIVERIES);
  return delivery;
}

/** Puts a notification about the subscription itself on its way; there is none without an address for it. */
export function raiseLifecycle(
  notifications: Notifications,
  subscription: Subscription,
  event: LifecycleEvent,
  now: number,
): void {
  if (subscription.lifecycleNotificationUrl === null) return;
  notifications.waiting.push({
    subscriptionId: subscription.id,
    kind: 'lifecycle',
    url: subscription.lifecycleNotificationUrl,
    body: { ...common(subscription), lifecycleEvent: event },
    raisedAt: now,
    dueAt: now,
    attempts: 0,
  });
}

/** Asks the subscriber to prove that it may listen, unless it was asked already. */
export function askForReauthorization(notifications: Notifications, subscription: Subscription, now: number): void {
  if (subscription.reauthorizationAsked) return;
  subscription.reauthorizationAsked = true;
  raiseLifecycle(notifications, subscription, 'reauthorizationRequired', now);
}

/** What every notification says of its subscription. */
export function common(subscription: Subscription): Record<string, unknown> {
  return {
    subscriptionId: subscription.id,
    subscriptionExpirationDateTime: new Date(subscription.expiresAt).toISOString(),
    tenantId: subscription.tenantId,
    clientState: subscription.clientState,
  };
}
