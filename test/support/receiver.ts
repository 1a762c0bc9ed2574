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

type Challenged = (request: WebhookRequest) => WebhookAnswer | Promise<WebhookAnswer>;

/** What a receiver of Nylas' webhooks answers to a challenge. */
export const repeat: Challenged = ({ url }) => {
  const body = new URL(url).searchParams.get('challenge') ?? '';
  return { kind: 'answered', status: 200, retryAfter: undefined, body };
};

/** Somebody who receives webhooks and keeps them; answers 204, and challenges with what they ask for, until told otherwise. */
export function createReceiver() {
  const received: Received[] = [];
  const asked: WebhookRequest[] = [];
  let answering: Answering = () => answered(204);
  let challenged: Challenged = repeat;
  return {
    received,
    /** The challenges so far. */
    asked,
    onChallenge: (next: Challenged) => (challenged = next),
    types: () => received.map(({ message }) => message.type),
    answer: (next: Answering) => (answering = next),
    post: async (request: WebhookRequest): Promise<WebhookAnswer> => {
      const { method, url, headers, body } = request;
      if (method === 'GET') {
        asked.push(request);
        return challenged(request);
      }
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
  { headers, body, at }: Pick<Received, 'headers' | 'body' | 'at'>,
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
