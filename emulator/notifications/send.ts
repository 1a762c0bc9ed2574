import type { Context } from '../context.ts';
import { recordDelivery } from './notifications.ts';
import type { Subscription } from './notifications.ts';

/** Puts a change notification on its way, or lets happen to it what somebody asked for. */
export function send(context: Context, subscription: Subscription, body: Record<string, unknown>): void {
  const { mischief, waiting } = context.notifications;
  const now = context.now();
  const url = subscription.notificationUrl;
  if (mischief.loseNext > 0) {
    mischief.loseNext -= 1;
    recordDelivery(context.notifications, {
      at: now,
      url,
      kind: 'change',
      outcome: 'lost',
      detail: 'as asked',
      notices: [body],
    });
    return;
  }
  const copies = mischief.duplicateNext > 0 ? 2 : 1;
  if (copies === 2) mischief.duplicateNext -= 1;
  for (let copy = 0; copy < copies; copy += 1) {
    waiting.push({
      subscriptionId: subscription.id,
      kind: 'change',
      url,
      body,
      raisedAt: now,
      dueAt: now + mischief.delayMs,
      attempts: 0,
    });
  }
}
