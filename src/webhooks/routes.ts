import { newRouter } from '../http/router.ts';
import type { WebhookDeps } from './service.ts';

/** `/v1/webhook-endpoints`: where a workspace wants to be told what happens. */
export function webhookRoutes(_deps: WebhookDeps) {
  return newRouter();
}
