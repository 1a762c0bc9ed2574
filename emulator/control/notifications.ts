import type { Hono } from 'hono';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { expireDeltaTokens } from '../graph/mailboxes.ts';
import { deliver } from '../notifications/deliver.ts';
import { raiseLifecycle } from '../notifications/notifications.ts';
import type { LifecycleEvent, Subscription } from '../notifications/notifications.ts';
import { Conflict, NotFound } from './changes.ts';

export const lifecycleEvents = ['reauthorizationRequired', 'subscriptionRemoved', 'missed'] as const;

const count = z.number().int().min(0);
export const mischiefSchema = z
  .strictObject({ loseNext: count, duplicateNext: count, outOfOrder: z.boolean(), delayMs: z.number().min(0) })
  .partial();
export const lifecycleSchema = z.strictObject({ event: z.enum(lifecycleEvents) });

/** Who listens to changes, and what happens to their notifications. */
export function addNotifications(app: Hono, context: Context): void {
  app.get('/control/notifications', (c) => {
    const { subscriptions, waiting, deliveries, mischief } = context.notifications;
    return c.json({ subscriptions: [...subscriptions.values()].map(visible), waiting, deliveries, mischief });
  });
  app.patch('/control/notifications', async (c) => {
    const { mischief } = context.notifications;
    return c.json(Object.assign(mischief, mischiefSchema.parse(await c.req.json())));
  });
  app.post('/control/notifications/deliver', async (c) => c.json(await deliver(context)));
  app.post('/control/notifications/lose-delta-tokens', (c) => {
    expireDeltaTokens(context.mailboxes);
    return c.body(null, 204);
  });
  app.post('/control/subscriptions/:id/lifecycle', async (c) => {
    const { event } = lifecycleSchema.parse(await c.req.json());
    sendLifecycle(context, c.req.param('id'), event);
    return c.body(null, 204);
  });
  app.delete('/control/subscriptions/:id', (c) => {
    context.notifications.subscriptions.delete(subscriptionNamed(context, c.req.param('id')).id);
    return c.body(null, 204);
  });
}

/** Tells a subscriber something about its subscription. One that is said to be removed is. */
export function sendLifecycle(context: Context, id: string, event: LifecycleEvent): void {
  const subscription = subscriptionNamed(context, id);
  if (subscription.lifecycleNotificationUrl === null) {
    throw new Conflict('This subscription has no address for lifecycle notifications.');
  }
  if (event === 'subscriptionRemoved') context.notifications.subscriptions.delete(id);
  raiseLifecycle(context.notifications, subscription, event, context.now());
}

function subscriptionNamed(context: Context, id: string): Subscription {
  const found = context.notifications.subscriptions.get(id);
  if (found === undefined) throw new NotFound(`No subscription ${id}`);
  return found;
}

function visible({ createdAt, expiresAt, authorizedAt, ...subscription }: Subscription) {
  const [created, expires, authorized] = [createdAt, expiresAt, authorizedAt].map((at) => new Date(at).toISOString());
  return { ...subscription, createdAt: created, expiresAt: expires, authorizedAt: authorized };
}
