import { createRoute, z } from '@hono/zod-openapi';
import { principalScope, requirePermission } from '../access/principal.ts';
import { idParam, idText, instant, json, jsonBody, longText, newRouter, problemAnswers } from '../http/router.ts';
import { approvalOf } from './approving.ts';
import { bookingSchema } from './booking-json.ts';
import { approveBooking, declineBooking } from './requests.ts';
import { presentOne, writing, type BookingRouteDeps } from './routes.ts';
import { getBooking } from './service.ts';
import { durationMinutes } from './wishes.ts';

const params = idParam('the booking');
const tags = ['Bookings'];
const answer = { 200: json(bookingSchema, 'The booking'), ...problemAnswers };

const approve = createRoute({
  method: 'post',
  path: '/v1/bookings/{id}/approve',
  tags,
  description:
    'Approves a request, as it is or with another time or operator. It does not wait for Microsoft: the meeting follows. Of two who decide at once the second gets `request_decided`.',
  request: {
    params,
    body: jsonBody(
      z.strictObject({
        start: instant.optional(),
        durationMinutes,
        operatorId: idText.optional(),
        teamsMeeting: z.boolean().optional().openapi({
          description:
            'Whether a Teams meeting is made: *Generate Microsoft Teams meeting link*. Else as it was asked for.',
        }),
        note: longText(2000).trim().default('').openapi({ description: 'What the visitor is told with the approval.' }),
      }),
    ),
  },
  responses: answer,
});
const decline = createRoute({
  method: 'post',
  path: '/v1/bookings/{id}/decline',
  tags,
  description: 'Declines a request, or takes an approval back: then its meeting is removed too.',
  request: { params, body: jsonBody(z.strictObject({ reason: longText(1000).trim().default('') })) },
  responses: answer,
});

/** `/v1/bookings/{id}/approve` and `/decline`: what operators answer to requests. */
export function approvalRoutes(deps: BookingRouteDeps) {
  const write = writing(deps);
  return newRouter()
    .openapi(approve, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      const approval = await approvalOf(deps, booking, { ...c.req.valid('json'), by: principalScope(principal) });
      const approved = await write((inTrx) => approveBooking(inTrx, booking, approval));
      return c.json(await presentOne(deps, principal, approved), 200);
    })
    .openapi(decline, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      const ending = { ...c.req.valid('json'), by: principalScope(principal) };
      const declined = await write((inTrx) => declineBooking(inTrx, booking, ending));
      return c.json(await presentOne(deps, principal, declined), 200);
    });
}
