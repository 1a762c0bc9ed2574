import { verifyWebhook, WebhookError, type Parley, type WebhookMessage } from '@parley/client';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * A receiver of webhooks in Express. The body has to come raw, since the bytes that came are what is signed:
 *
 *     app.post('/hooks/parley', express.raw({ type: 'application/json' }), receiveWebhooks({ secret, onMessage }));
 */
export function receiveWebhooks({ secret, onMessage }: Receiving) {
  return async ({ headers, body }: IncomingMessage & { body: Buffer }, response: ServerResponse): Promise<void> => {
    try {
      await onMessage(await verifyWebhook({ secret, headers, body: body.toString() }));
      response.writeHead(204).end();
    } catch (error) {
      // Whatever is not 2xx is sent again later, so a fault of ours loses nothing.
      response.writeHead(error instanceof WebhookError ? 400 : 500).end();
    }
  };
}

type Receiving = { secret: string; onMessage: (message: WebhookMessage) => Promise<void> };

/**
 * Books for the visitor of a shop, once for each order, however often the browser sends the form:
 *
 *     app.post('/orders/:order/call', express.json(), bookCall(parley, eventTypeId));
 */
export function bookCall(parley: Parley, eventTypeId: string) {
  return async ({ params, body }: BookingRequest, response: ServerResponse): Promise<void> => {
    const { start, name, email, timeZone } = body;
    const booking = await parley.bookings.create(
      { eventTypeId, start, visitor: { name, email, timeZone } },
      { idempotencyKey: `order-${params.order}`, wait: 10 },
    );
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id: booking.id, joinUrl: booking.meeting?.joinUrl ?? null }));
  };
}

type BookingRequest = {
  params: { order: string };
  body: { start: string; name: string; email: string; timeZone: string };
};
