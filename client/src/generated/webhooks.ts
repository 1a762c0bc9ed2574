// Written by scripts/write-client.ts from docs/openapi.json.

import { createPages, type Page, type Pages } from '../pages.ts';
import { segment } from '../segment.ts';
import type { Answer, CallOptions, Send } from '../send.ts';
import type {
  WebhookEndpoint,
  WebhookEndpointWithSecret,
  NewWebhookEndpoint,
  WebhookEndpointChanges,
  WebhookDelivery,
  ListWebhookDeliveriesQuery,
  RedeliverWebhooksBody,
  RedeliverWebhooksAnswer,
} from './schemas.ts';

/** What Parley tells other programs, signed as Standard Webhooks say. */
export const webhooks = (send: Send) => ({
  /** List endpoints. */
  list: (options?: CallOptions): Pages<WebhookEndpoint> =>
    createPages((cursor) =>
      send<Page<WebhookEndpoint>>({ method: 'GET', path: '/v1/webhook-endpoints', options, query: { cursor } }),
    ),

  /** Sends what happens from now on to this address, signed as Standard Webhooks describes. A workspace has at most 100. */
  create: <const O extends CallOptions = CallOptions>(
    body: NewWebhookEndpoint,
    options?: O,
  ): Promise<Answer<WebhookEndpointWithSecret, O>> =>
    send({ method: 'POST', path: '/v1/webhook-endpoints', body, options }),

  /** Get an endpoint. */
  get: (id: string, options?: CallOptions): Promise<WebhookEndpoint> =>
    send({ method: 'GET', path: `/v1/webhook-endpoints/${segment(id)}`, options }),

  /** Change an endpoint. */
  update: <const O extends CallOptions = CallOptions>(
    id: string,
    body: WebhookEndpointChanges = {},
    options?: O,
  ): Promise<Answer<WebhookEndpoint, O>> =>
    send({ method: 'PATCH', path: `/v1/webhook-endpoints/${segment(id)}`, body, options }),

  /** Remove an endpoint. */
  delete: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<void, O>> =>
    send({ method: 'DELETE', path: `/v1/webhook-endpoints/${segment(id)}`, options, as: 'nothing' }),

  /** A new secret. For 24 hours messages are signed with the one before as well. */
  rotateWebhookSecret: <const O extends CallOptions = CallOptions>(
    id: string,
    options?: O,
  ): Promise<Answer<WebhookEndpointWithSecret, O>> =>
    send({ method: 'POST', path: `/v1/webhook-endpoints/${segment(id)}/rotate-secret`, options }),

  /** Switch an endpoint on. */
  enable: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<WebhookEndpoint, O>> =>
    send({ method: 'POST', path: `/v1/webhook-endpoints/${segment(id)}/enable`, options }),

  /** Sends nothing more, and asks no more whether it answers. What was waiting is given up. */
  disable: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<WebhookEndpoint, O>> =>
    send({ method: 'POST', path: `/v1/webhook-endpoints/${segment(id)}/disable`, options }),

  /** Sends a `webhook.test` message now. Read the delivery to see what came of it. */
  test: <const O extends CallOptions = CallOptions>(id: string, options?: O): Promise<Answer<WebhookDelivery, O>> =>
    send({ method: 'POST', path: `/v1/webhook-endpoints/${segment(id)}/test`, options }),

  /** What was sent and what was answered, for 30 days. `order`, `from` and `to` go by when it was first sent. */
  listWebhookDeliveries: (
    id: string,
    query: ListWebhookDeliveriesQuery = {},
    options?: CallOptions,
  ): Pages<WebhookDelivery> =>
    createPages((cursor) =>
      send<Page<WebhookDelivery>>({
        method: 'GET',
        path: `/v1/webhook-endpoints/${segment(id)}/deliveries`,
        query: { ...query, cursor },
        options,
      }),
    ),

  /** Sends again what happened in a span of time, with the same `webhook-id`s. Asking twice sends once. */
  redeliverWebhooks: <const O extends CallOptions = CallOptions>(
    id: string,
    body: RedeliverWebhooksBody,
    options?: O,
  ): Promise<Answer<RedeliverWebhooksAnswer, O>> =>
    send({ method: 'POST', path: `/v1/webhook-endpoints/${segment(id)}/redeliver`, body, options }),

  /** Get a delivery. */
  getWebhookDelivery: (id: string, options?: CallOptions): Promise<WebhookDelivery> =>
    send({ method: 'GET', path: `/v1/webhook-deliveries/${segment(id)}`, options }),

  /** Sends it again, with the same `webhook-id`, from the start of the schedule. */
  redeliverWebhook: <const O extends CallOptions = CallOptions>(
    id: string,
    options?: O,
  ): Promise<Answer<WebhookDelivery, O>> =>
    send({ method: 'POST', path: `/v1/webhook-deliveries/${segment(id)}/redeliver`, options }),
});
