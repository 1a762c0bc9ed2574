import { z } from 'zod';
import type { Mailbox } from './calendar.ts';
import { graph, GraphError, type GraphDeps } from './graph.ts';
import type { EncryptedContent } from './rich-notifications.ts';
import { notificationAnswer, notificationsBody, subscriptionAnswer } from './wire.ts';

export type SubscriptionAccess = { accessToken: string; signal?: AbortSignal | undefined };
export type ChangeType = 'created' | 'updated' | 'deleted';
export type LifecycleEvent = 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed';

/** One subscription as Microsoft knows it. */
export type Subscription = {
  id: string;
  resource: string;
  expiresAt: Date;
};

export type SubscriptionDraft = {
  /** `eventsResource(mailbox)`, or another that Graph sends notifications of. */
  resource: string;
  changeTypes: readonly ChangeType[];
  /** Public https addresses. Graph asks both, during the call, whether they want notifications. */
  notificationUrl: string;
  lifecycleNotificationUrl: string;
  /** A secret of at most 128 characters that every notification carries. */
  clientState: string;
  expiresAt: Date;
  /** With the resource in each notification, encrypted for the certificate; see `rich-notifications.ts`. */
  includeResourceData?: boolean;
  /** Base64 of the DER form. */
  encryptionCertificate?: string;
  /** At most 128 characters; each notification names it. */
  encryptionCertificateId?: string;
};

/** Something changed. Notifications come late, twice, in any order or not at all: read what is there now. */
export type ChangeNotification = {
  subscriptionId: string;
  /** Compare it in constant time; whoever knows the address can send anything. */
  clientState: string;
  changeType: ChangeType;
  /** Of the event or other item, where Graph says it. */
  resourceId: string | undefined;
  tenantId: string | undefined;
  /** Of a recording or transcript: its meeting and itself, where the resource is written in a way that Parley knows. */
  onlineMeetingId: string | undefined;
  artifactId: string | undefined;
  /** The resource itself, for subscriptions with resource data: see `openResourceData`. */
  encryptedContent: EncryptedContent | undefined;
};

/** Something happened to the subscription itself. */
export type LifecycleNotification = { subscriptionId: string; clientState: string; event: LifecycleEvent };

const MINUTE_MS = 60_000;
/** Between our clock and Microsoft's, and for the call itself. */
const MARGIN_MS = 30 * MINUTE_MS;
/** Graph asks two addresses, each for up to ten seconds, before it answers. */
const CREATE_TIMEOUT_MS = 40_000;

/**
 * The longest life of a subscription, in minutes (Graph docs: subscription lifetime). For events 10,080 is documented,
 * and more than 10,070 is refused.
 */
export const subscriptionMinutes = {
  event: 10_070,
  message: 10_070,
  callRecording: 4320,
  callTranscript: 4320,
  onlineMeeting: 4230,
  callRecord: 4230,
  user: 41_760,
} as const;

/** The latest end that can be asked for now, with room for clocks that differ. */
export function latestExpiry(kind: keyof typeof subscriptionMinutes, now: Date): Date {
  return new Date(now.getTime() + subscriptionMinutes[kind] * MINUTE_MS - MARGIN_MS);
}

/** The latest end that Graph allows, where it refused one because of that; it has had several limits over the years. */
export function allowedExpiry(error: unknown, now: Date): Date | undefined {
  if (!(error instanceof GraphError) || error.status !== 400) return undefined;
  const minutes = Number(/can only be (\d{2,6}) minutes/i.exec(error.providerMessage ?? '')?.[1] ?? 0);
  const lifeMs = minutes * MINUTE_MS - MARGIN_MS;
  return lifeMs > MARGIN_MS ? new Date(now.getTime() + lifeMs) : undefined;
}

/** The events of a mailbox, as subscriptions name them. Tokens of a person reach only that person's own. */
export function eventsResource(mailbox: Mailbox): string {
  return mailbox.kind === 'me' ? 'me/events' : `users/${mailbox.objectId}/events`;
}

/** What is recorded or transcribed of a user's meetings, as subscriptions name it (Graph contract 6.5). */
export function artifactsResource(objectId: string, kind: 'recording' | 'transcript'): string {
  return `users/${objectId}/onlineMeetings/${kind === 'recording' ? 'getAllRecordings' : 'getAllTranscripts'}`;
}

/**
 * Subscribes; the ids in its notifications are immutable ones. Not repeatable: after an unknown outcome, or a refusal
 * that `existingSubscriptionId` understands, there may be one already.
 */
export async function createSubscription(
  deps: GraphDeps,
  access: SubscriptionAccess,
  draft: SubscriptionDraft,
): Promise<Subscription> {
  const { changeTypes, expiresAt, ...rest } = draft;
  const answer = await graph(deps, {
    ...access,
    method: 'POST',
    path: '/subscriptions',
    prefer: ['IdType="ImmutableId"'],
    body: { ...rest, changeType: changeTypes.join(','), expirationDateTime: expiresAt.toISOString() },
    schema: subscriptionAnswer,
    timeoutMs: CREATE_TIMEOUT_MS,
  });
  return subscription(answer);
}

/** The id of the subscription because of which Graph refused another to the same changes. */
export function existingSubscriptionId(error: unknown): string | undefined {
  if (!(error instanceof GraphError) || error.status !== 409) return undefined;
  return /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/i.exec(error.providerMessage ?? '')?.[0]?.toLowerCase();
}

/** Gives the subscription a new end, and proves again that we may listen. `undefined` when it is gone: subscribe anew. */
export async function renewSubscription(
  deps: GraphDeps,
  access: SubscriptionAccess,
  p: { id: string; expiresAt: Date },
): Promise<Subscription | undefined> {
  const body = { expirationDateTime: p.expiresAt.toISOString() };
  return unlessGone(
    graph(deps, { ...access, method: 'PATCH', path: pathOf(p.id), body, schema: subscriptionAnswer }).then(
      subscription,
    ),
  );
}

/** The subscription, or `undefined` when it has ended or was removed. */
export async function getSubscription(
  deps: GraphDeps,
  access: SubscriptionAccess,
  p: { id: string },
): Promise<Subscription | undefined> {
  const answer = graph(deps, { ...access, method: 'GET', path: pathOf(p.id), schema: subscriptionAnswer });
  return unlessGone(answer.then(subscription));
}

/** Ends the subscription. Notifications that are on their way still come. */
export async function deleteSubscription(
  deps: GraphDeps,
  access: SubscriptionAccess,
  p: { id: string },
): Promise<'deleted' | 'gone'> {
  const answer = graph(deps, { ...access, method: 'DELETE', path: pathOf(p.id), schema: z.undefined() });
  return (await unlessGone(answer.then(() => 'deleted' as const))) ?? 'gone';
}

/**
 * What a POST to the notification address says, before anything of it is believed. What cannot be read is counted, not
 * refused: Graph would only send it again.
 */
export function parseNotifications(body: unknown): {
  changes: ChangeNotification[];
  lifecycle: LifecycleNotification[];
  /** Where there is encrypted content: proof that Microsoft sent it. See `areFromMicrosoft`. */
  validationTokens: string[];
  unreadable: number;
} {
  const whole = notificationsBody.safeParse(body).data;
  const read = whole?.value.map((item) => notificationAnswer.safeParse(item).data) ?? [undefined];
  const notifications = read.filter((each) => each !== undefined);
  return {
    changes: notifications.flatMap((each) => ('changeType' in each ? [change(each)] : [])),
    lifecycle: notifications.flatMap((each) => ('lifecycleEvent' in each ? [lifecycleEvent(each)] : [])),
    validationTokens: whole?.validationTokens ?? [],
    unreadable: read.length - notifications.length,
  };
}

/** The token of Graph's question whether an address wants notifications. Answer 200 with exactly it, as text/plain. */
export function validationTokenOf(url: URL): string | undefined {
  const token = url.searchParams.get('validationToken');
  return token && token.length <= 2048 ? token : undefined;
}

type NotificationAnswer = z.infer<typeof notificationAnswer>;

function change(answer: Extract<NotificationAnswer, { changeType: ChangeType }>): ChangeNotification {
  return {
    subscriptionId: answer.subscriptionId.toLowerCase(),
    clientState: answer.clientState,
    changeType: answer.changeType,
    resourceId: answer.resourceData?.id ?? undefined,
    tenantId: answer.tenantId?.toLowerCase(),
    ...artifactOf(answer.resource ?? ''),
    encryptedContent: answer.encryptedContent ?? undefined,
  };
}

function lifecycleEvent(
  answer: Extract<NotificationAnswer, { lifecycleEvent: LifecycleEvent }>,
): LifecycleNotification {
  const { subscriptionId, clientState, lifecycleEvent: event } = answer;
  return { subscriptionId: subscriptionId.toLowerCase(), clientState, event };
}

const KEY = String.raw`(?:\('((?:[^']|'')+)'\)|/([^/?]+))`;
const ARTIFACT = new RegExp(`(?:^|/)onlineMeetings${KEY}/(?:recordings|transcripts)${KEY}$`, 'i');

/** `communications/onlineMeetings('…')/transcripts('…')`, or the same with slashes (Graph contract 6.5). */
function artifactOf(resource: string): Pick<ChangeNotification, 'onlineMeetingId' | 'artifactId'> {
  const [, quotedMeeting, meeting, quotedId, id] = ARTIFACT.exec(resource.slice(0, 4096)) ?? [];
  return { onlineMeetingId: keyOf(quotedMeeting, meeting), artifactId: keyOf(quotedId, id) };
}

/** Percent-encoded or not: Teams' ids hold no percent sign. */
function keyOf(quoted: string | undefined, segment: string | undefined): string | undefined {
  try {
    return decodeURIComponent(quoted?.replaceAll("''", "'") ?? segment ?? '') || undefined;
  } catch {
    return undefined;
  }
}

function pathOf(id: string): string {
  return `/subscriptions/${encodeURIComponent(id)}`;
}

function subscription(answer: z.infer<typeof subscriptionAnswer>): Subscription {
  const { id, resource, expirationDateTime } = answer;
  return { id: id.toLowerCase(), resource, expiresAt: new Date(expirationDateTime) };
}

/** A 404 that is Graph's own: a proxy's page proves nothing, and a mailbox that is missing is another matter. */
async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GraphError && isGone(error)) return undefined;
    throw error;
  }
}

function isGone({ status, code, providerMessage }: GraphError): boolean {
  if (status === 410) return true;
  return status === 404 && code !== 'no_error_code' && !/mailbox|requested user/i.test(providerMessage ?? '');
}
