import { createRoute, z } from '@hono/zod-openapi';
import { principalScope, requirePermission } from '../access/principal.ts';
import { idParam, idText, instant, json, jsonBody, longText, newRouter, problemAnswers } from '../http/router.ts';
import { approvalOf } from './approving.ts';
import { bookingSchema } from './booking-json.ts';
import { moveTarget } from './move-target.ts';
import { rescheduleBooking } from './moves.ts';
import { approveBooking, declineBooking } from './requests.ts';
import { answerAbout, presentOne, writing, type BookingRouteDeps } from './routes.ts';
import { cancelBooking, concludeBooking, getBooking } from './service.ts';
import { anyTime, durationMinutes } from './wishes.ts';

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

const reschedule = createRoute({
  method: 'post',
  path: '/v1/bookings/{id}/reschedule',
  tags,
  description:
    'Moves a booking to another offered time. The join link stays the same; with another operator it is a new meeting in their calendar.',
  request: {
    params,
    body: jsonBody(z.strictObject({ start: instant, durationMinutes, operatorId: idText.optional(), anyTime })),
  },
  responses: answer,
});
const cancel = createRoute({
  method: 'post',
  path: '/v1/bookings/{id}/cancel',
  tags,
  request: { params, body: jsonBody(z.strictObject({ reason: longText(1000).trim().default('') })) },
  responses: answer,
});
const complete = createRoute({
  method: 'post',
  path: '/v1/bookings/{id}/complete',
  tags,
  description: 'Says that the meeting took place. Parley says it by itself when its time is over.',
  request: { params },
  responses: answer,
});
const noShow = createRoute({
  method: 'post',
  path: '/v1/bookings/{id}/no-show',
  tags,
  description: 'Says that the visitor did not come.',
  request: { params },
  responses: answer,
});
/** `/v1/bookings/{id}/…`: what is done with a booking, from its request to its end. */
export function bookingActionRoutes(deps: BookingRouteDeps) {
  const write = writing(deps);
  return newRouter()
    .openapi(approve, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      const approval = await approvalOf(deps, booking, { ...c.req.valid('json'), by: principalScope(principal) });
      const approved = await write((inTrx) => approveBooking(inTrx, booking, approval));
      return answerAbout(c, deps, approved);
    })
    .openapi(decline, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      const ending = { ...c.req.valid('json'), by: principalScope(principal) };
      const declined = await write((inTrx) => declineBooking(inTrx, booking, ending));
      return answerAbout(c, deps, declined);
    })
    .openapi(reschedule, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      const { anyTime: staff, ...target } = c.req.valid('json');
      const offer = await moveTarget(deps, booking, { ...target, staff });
      const moved = await write((inTrx) => rescheduleBooking(inTrx, booking, offer, principalScope(principal)));
      return answerAbout(c, deps, moved);
    })
    .openapi(cancel, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      const ending = { ...c.req.valid('json'), by: principalScope(principal) };
      const cancelled = await write((inTrx) => cancelBooking(inTrx, booking, ending));
      return answerAbout(c, deps, cancelled);
    })
    .openapi(complete, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      const conclusion = { status: 'completed', by: principalScope(principal) } as const;
      const concluded = await write((inTrx) => concludeBooking(inTrx, booking, conclusion));
      return c.json(await presentOne(deps, principal, concluded), 200);
    })
    .openapi(noShow, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'book');
      const { booking } = await getBooking(deps, principal.workspaceId, c.req.valid('param').id);
      const conclusion = { status: 'no_show', by: principalScope(principal) } as const;
      const concluded = await write((inTrx) => concludeBooking(inTrx, booking, conclusion));
      return c.json(await presentOne(deps, principal, concluded), 200);
    });
}
