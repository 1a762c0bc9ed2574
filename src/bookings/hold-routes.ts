import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import { idParam, json, jsonBody, longText, newRouter, problemAnswers } from '../http/router.ts';
import { actorOf } from '../monitoring/audit.ts';
import { bookingSchema } from './booking-json.ts';
import { holdBooking, liftHold } from './hold.ts';
import { presentOne, type BookingRouteDeps } from './routes.ts';
import { getBooking } from './service.ts';

const params = idParam('the booking');
const tags = ['Bookings'];
const answer = { 200: json(bookingSchema, 'The booking'), ...problemAnswers };

const hold = createRoute({
  method: 'post',
  path: '/v1/bookings/{id}/legal-hold',
  tags,
  description:
    'Puts the booking under legal hold: recordings, transcripts and attendance reports of its meeting are deleted by nobody and by no retention.',
  request: {
    params,
    body: jsonBody(z.strictObject({ reason: longText(1000).trim().min(1, 'Say why: it stands in the audit log.') })),
  },
  responses: answer,
});
const lift = createRoute({
  method: 'delete',
  path: '/v1/bookings/{id}/legal-hold',
  tags,
  description: 'Lifts the hold. What retention would have deleted by now is deleted soon after.',
  request: { params },
  responses: answer,
});

/** `/v1/bookings/{id}/legal-hold`. */
export function holdRoutes(deps: BookingRouteDeps) {
  return newRouter()
    .openapi(hold, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'manage');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      await holdBooking(deps, booking, c.req.valid('json').reason, actorOf(principal));
      const held = await getBooking(deps, principal.workspaceId, booking.id);
      return c.json(await presentOne(deps, principal, held), 200);
    })
    .openapi(lift, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'manage');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      await liftHold(deps, booking, actorOf(principal));
      const lifted = await getBooking(deps, principal.workspaceId, booking.id);
      return c.json(await presentOne(deps, principal, lifted), 200);
    });
}
