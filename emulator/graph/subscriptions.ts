import { randomUUID } from 'node:crypto';
import { collect } from '../notifications/collect.ts';
import { validateEndpoint } from '../notifications/handshake.ts';
import type { Subscription } from '../notifications/notifications.ts';
import { findServicePrincipal } from '../directory.ts';
import type { Call, Reply } from './call.ts';
import { numberOption, preferences, serviceRoot } from './call.ts';
import { parseEventFilter } from './event-filter.ts';
import { timestamp } from './event-json.ts';
import { GraphError } from './graph-error.ts';
import { nextLink } from './odata-page.ts';
import type { Route } from './routes.ts';
import { under } from './routes.ts';
import type { SubscriptionInput } from './subscription-input.ts';
import { allowedListening } from './subscription-owner.ts';
import { readRenewal, readResource, readSubscription } from './subscription-input.ts';

const PAGE_SIZE = 100;

export const subscriptionRoutes: Route[] = under('/subscriptions', [
  ['GET', '', 'subscribe', list],
  ['POST', '', 'subscribe', create],
  ['GET', '/:subscription', 'subscribe', (call) => subscriptionReply(call, 200, subscriptionOf(call))],
  ['PATCH', '/:subscription', 'subscribe', renew],
  ['POST', '/:subscription/reauthorize', 'subscribe', reauthorize],
  ['DELETE', '/:subscription', 'subscribe', remove],
]);

/** Everything that is wrong is said before the receiver is asked; it is asked once per address given. */
async function create(call: Call): Promise<Reply> {
  const { context } = call;
  const input = readSubscription(call, context.now());
  const listening = allowedListening(call, input.path, input.terms, 'Create');
  if (input.filter !== null) {
    const view = { timeZone: 'UTC', immutableIds: false, textBodies: false, basic: false, expanded: undefined };
    parseEventFilter(input.filter, { context, ...view });
  }
  const creatorId = creatorOf(call);
  refuseDuplicate(call, input, creatorId);
  await validateEndpoint(context, input.notificationUrl);
  if (input.lifecycleNotificationUrl !== null) await validateEndpoint(context, input.lifecycleNotificationUrl);
  // Two requests at once may both have asked their receiver: the first one counts.
  refuseDuplicate(call, input, creatorId);
  collect(context);
  const { path: _, terms: __, ...stored } = input;
  const now = context.now();
  const subscription: Subscription = {
    id: randomUUID(),
    tenantId: call.caller.tenant.id,
    clientId: call.caller.app.clientId,
    creatorId,
    kind: call.caller.kind,
    ...listening,
    ...stored,
    immutableIds: preferences(call).immutableIds,
    createdAt: now,
    authorizedAt: now,
    reauthorizationAsked: false,
    since: context.mailboxes.sequence,
  };
  context.notifications.subscriptions.set(subscription.id, subscription);
  return subscriptionReply(call, 201, subscription);
}

/** A new end; the caller must be allowed to read what it listens to, as at the beginning. */
function renew(call: Call): Reply {
  const subscription = subscriptionOf(call);
  const { path, terms } = readResource(call.context, subscription.resource);
  const expiresAt = readRenewal(call, terms, call.context.now());
  allowedListening(call, path, terms, 'Update');
  Object.assign(subscription, { expiresAt, ...reauthorized(call) });
  return subscriptionReply(call, 200, subscription);
}

function reauthorize(call: Call): Reply {
  const subscription = subscriptionOf(call);
  const { path, terms } = readResource(call.context, subscription.resource);
  allowedListening(call, path, terms, 'Update');
  Object.assign(subscription, reauthorized(call));
  return { status: 204 };
}

function reauthorized({ context }: Call): Pick<Subscription, 'authorizedAt' | 'reauthorizationAsked'> {
  return { authorizedAt: context.now(), reauthorizationAsked: false };
}

function remove(call: Call): Reply {
  call.context.notifications.subscriptions.delete(subscriptionOf(call).id);
  return { status: 204 };
}

/** Only the caller's own: those that this app made, for this person or by itself. */
function list(call: Call): Reply {
  const own = ownSubscriptions(call);
  const skip = numberOption(call, 'skip', 0, Number.MAX_SAFE_INTEGER);
  const top = numberOption(call, 'top', PAGE_SIZE, PAGE_SIZE);
  const value = own.slice(skip, skip + top).map(subscriptionJson);
  const more = skip + top < own.length && { '@odata.nextLink': nextLink(call, { $skip: String(skip + top) }) };
  return { status: 200, body: { '@odata.context': `${serviceRoot(call)}/$metadata#subscriptions`, value, ...more } };
}

function subscriptionOf(call: Call): Subscription {
  const found = ownSubscriptions(call).find(({ id }) => id === call.params['subscription']?.toLowerCase());
  if (found === undefined) throw new GraphError(404, 'ResourceNotFound', 'The object was not found.');
  return found;
}

function ownSubscriptions(call: Call): Subscription[] {
  const { caller, context } = call;
  collect(context);
  const creatorId = creatorOf(call);
  return [...context.notifications.subscriptions.values()].filter(
    (one) => one.clientId === caller.app.clientId && one.tenantId === caller.tenant.id && one.creatorId === creatorId,
  );
}

function refuseDuplicate(call: Call, input: SubscriptionInput, creatorId: string): void {
  if (call.context.switches.duplicateSubscription === 'accepted') return;
  const key = ({ resource, changeType }: Pick<Subscription, 'resource' | 'changeType'>) =>
    `${resource.replace(/^\//, '').toLowerCase()} ${changeType.split(',').toSorted().join()}`;
  const same = ownSubscriptions(call).find((one) => one.creatorId === creatorId && key(one) === key(input));
  if (same === undefined) return;
  const message = `Subscription Id ${same.id} already exists for the requested combination`;
  throw new GraphError(409, 'ObjectIdentifierInUse', message);
}

function creatorOf({ caller, context }: Call): string {
  if (caller.kind === 'delegated') return caller.user.id;
  return findServicePrincipal(context.directory, caller.tenant.id, caller.app.clientId)?.id ?? caller.app.clientId;
}

function subscriptionReply(call: Call, status: number, subscription: Subscription): Reply {
  const context = `${serviceRoot(call)}/$metadata#subscriptions/$entity`;
  return { status, body: { '@odata.context': context, ...subscriptionJson(subscription) } };
}

function subscriptionJson(subscription: Subscription): Record<string, unknown> {
  return {
    id: subscription.id,
    resource: subscription.resource,
    applicationId: subscription.clientId,
    changeType: subscription.changeType,
    clientState: subscription.clientState,
    notificationUrl: subscription.notificationUrl,
    notificationQueryOptions: null,
    lifecycleNotificationUrl: subscription.lifecycleNotificationUrl,
    expirationDateTime: timestamp(subscription.expiresAt, 0),
    creatorId: subscription.creatorId,
    includeResourceData: subscription.encryption ? true : null,
    latestSupportedTlsVersion: subscription.latestSupportedTlsVersion,
    encryptionCertificate: subscription.encryption?.certificate ?? null,
    encryptionCertificateId: subscription.encryption?.certificateId ?? null,
    notificationUrlAppId: null,
  };
}
