import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import type { WebhookAnswer, WebhookRequest } from '../../src/webhooks/webhook.ts';
import type { System } from './system.ts';

type Received = { url: string; id: string; at: Date; headers: Record<string, string>; body: string; message: Message };
type Message = { type: string; timestamp: string; data: Record<string, unknown> & { id: string } };
type Answering = (request: WebhookRequest, attempt: number) => WebhookAnswer | Promise<WebhookAnswer>;

/** What a receiver answers. */
export const answered = (status: number, retryAfter?: string): WebhookAnswer => ({
  kind: 'answered',
  status,
  retryAfter,
  body: `so says ${status}`,
});

/** Somebody who receives webhooks and keeps them; answers 204 until told otherwise. */
export function createReceiver() {
  const received: Received[] = [];
  let answering: Answering = () => answered(204);
  return {
    received,
    types: () => received.map(({ message }) => message.type),
    answer: (next: Answering) => (answering = next),
    post: async (request: WebhookRequest): Promise<WebhookAnswer> => {
      const { url, headers, body } = request;
      const message = JSON.parse(body) as Message;
      const at = new Date(Number(headers['webhook-timestamp']) * 1000);
      received.push({ url, id: headers['webhook-id'] ?? '', at, headers, body, message });
      return answering(request, received.length);
    },
  };
}

/** What receivers verify with: the reference library, and Svix's own. */
export const libraries = [Webhook, SvixWebhook];

/** Verifies as receivers do; the library's clock is the computer's, so that is set to the moment `at`. */
export function verify(
  { headers, body, at }: Received,
  secret: string,
  library: (typeof libraries)[number] = Webhook,
): unknown {
  const real = Date.now;
  Date.now = () => at.getTime();
  try {
    new library(secret).verify(body, headers);
    return JSON.parse(body);
  } finally {
    Date.now = real;
  }
}

/** Lets the sweep look often enough for the cursor to move. */
export async function look(system: System, times = 1): Promise<void> {
  for (let turn = 0; turn < times; turn++) {
    await system.app.sweep();
    await system.work();
  }
}
