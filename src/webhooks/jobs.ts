import type { Log } from '../log.ts';
import type { WebhookDeps } from './service.ts';

/** Sends one delivery once, and writes down what came of it. */
export async function deliverWebhook(
  _deps: WebhookDeps & { log: Log },
  _data: { deliveryId: string },
  _signal: AbortSignal,
): Promise<void> {}
