import { z } from '@hono/zod-openapi';
import { instantOut } from '../http/router.ts';
import { probeType, retryDelaysMs, type DeliveryRow, type EndpointRow } from './webhook.ts';

export const endpointSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    description: z.string(),
    types: z.array(z.string()).nullable().openapi({ description: '`null`: everything.' }),
    signature: z.enum(['hmac', 'ed25519']),
    format: z.enum(['standard', 'nylas']).openapi({ description: 'In which words it is told.' }),
    alsoWarn: z.array(z.string()).openapi({
      description: 'Who is written to when nothing arrives, beside owners and admins.',
    }),
    publicKey: z.string().nullable().openapi({ description: 'For `ed25519`: what receivers verify with.' }),
    previousSecretUntil: instantOut
      .nullable()
      .openapi({ description: 'Until then messages are signed with the secret before as well.' }),
    status: z.enum(['enabled', 'disabled']),
    disabledReason: z.enum(['person', 'gone', 'failing']).nullable().openapi({
      description: 'person: somebody did it here · gone: the receiver answered 410 · failing: nothing arrived for days',
    }),
    disabledAt: instantOut.nullable(),
    nextProbeAt: instantOut.nullable().openapi({
      description:
        'While it is disabled for failing: when Parley asks next whether it answers again, and enables it if so. `null`: it does not ask.',
    }),
    catchingUp: z.boolean().openapi({
      description: 'More has happened than may wait at a time; the rest follows step by step as messages arrive.',
    }),
    failingSince: instantOut.nullable().openapi({ description: 'Since when nothing has arrived; `null` if it works.' }),
    warnedAt: instantOut.nullable(),
    createdAt: instantOut,
    updatedAt: instantOut,
  })
  .openapi('WebhookEndpoint');

export const secretEndpointSchema = endpointSchema
  .extend({
    secret: z.string().nullable().openapi({
      description: 'What receivers verify with. Shown this once; `null` for `ed25519`, whose public key is enough.',
    }),
  })
  .openapi('WebhookEndpointWithSecret');

export const deliverySchema = z
  .object({
    id: z.string(),
    endpointId: z.string(),
    messageId: z.string().openapi({ description: '`webhook-id`: the same at every attempt.' }),
    type: z.string(),
    occurredAt: instantOut,
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.number().int(),
    attemptsLeft: z.number().int(),
    nextAttemptAt: instantOut.nullable(),
    payload: z.string().openapi({
      description:
        'The body, byte by byte as it is signed. Of the format `nylas`, without what is read anew at each attempt.',
    }),
    response: z
      .object({ status: z.number().int(), body: z.string().openapi({ description: 'Its first 4 kB.' }) })
      .nullable()
      .openapi({ description: 'The last answer.' }),
    error: z.string().nullable().openapi({ description: 'Why the last attempt failed.' }),
    history: z.array(
      z.object({
        at: instantOut,
        status: z.number().int().nullable(),
        error: z.string().nullable(),
        durationMs: z.number().int(),
      }),
    ),
    deliveredAt: instantOut.nullable(),
    createdAt: instantOut,
    updatedAt: instantOut,
  })
  .openapi('WebhookDelivery');

export function presentEndpoint(row: EndpointRow, now: Date): z.infer<typeof endpointSchema> {
  const previous = row.previous_secret_until;
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    types: row.types,
    signature: row.signature,
    format: row.format,
    alsoWarn: row.also_warn,
    publicKey: row.public_key,
    previousSecretUntil: previous && previous > now ? previous.toISOString() : null,
    status: row.status,
    disabledReason: row.disabled_reason,
    disabledAt: row.disabled_at?.toISOString() ?? null,
    nextProbeAt: row.probe_at?.toISOString() ?? null,
    catchingUp: row.status === 'enabled' && row.catch_up_after !== null,
    failingSince: row.failing_since?.toISOString() ?? null,
    warnedAt: row.warned_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export function presentDelivery(row: DeliveryRow): z.infer<typeof deliverySchema> {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    messageId: row.message_id,
    type: row.type,
    occurredAt: row.occurred_at.toISOString(),
    status: row.status,
    attempts: row.attempts,
    attemptsLeft: row.status === 'pending' ? (row.type === probeType ? 1 : retryDelaysMs.length) - row.attempts : 0,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    payload: row.payload,
    response: row.response_status === null ? null : { status: row.response_status, body: row.response_body ?? '' },
    error: row.error,
    history: row.history,
    deliveredAt: row.delivered_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
