import { createResources, type Resources } from './generated/resources.ts';
import { createSend, type Settings, type World } from './send.ts';

export { follow, type Following } from './follow.ts';
export { ParleyError, type FieldFault, type ProviderAnswer } from './parley-error.ts';
export { isOperation, waitFor } from './operations.ts';
export { verifyWebhook, WebhookError, type WebhookMessage } from './webhooks.ts';
export type { Answer, CallOptions, DryRun, Settings } from './send.ts';
export type { Page, Pages } from './pages.ts';
export type * from './generated/schemas.ts';

export type Parley = Resources;

/**
 * Everything that a workspace can be asked, by section of the API: `parley.bookings.create(…)`. What `fetch`, the clock
 * and chance are can be handed in as `world`.
 */
export function createParley(settings: Settings, world: Partial<World> = {}): Parley {
  return createResources(createSend(settings, world));
}
