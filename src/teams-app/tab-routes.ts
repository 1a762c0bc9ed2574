import { createRoute, z } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import { requirePermission } from '../access/principal.ts';
import { approvalOf } from '../bookings/approving.ts';
import { operatorsOf } from '../bookings/booking-json.ts';
import type { BookingRow } from '../bookings/booking.ts';
import { approveBooking, declineBooking } from '../bookings/requests.ts';
import { getBooking } from '../bookings/service.ts';
import { connectOnBehalfOf } from '../connections/on-behalf-of.ts';
import { shareableConsentUrl, type ConnectionDeps } from '../connections/service.ts';
import { readJsonBody } from '../http/body.ts';
import { idParam, instantOut, json, jsonBody, longText, newRouter, problemAnswers, type Env } from '../http/router.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problem.ts';
import type { SchedulingDeps } from '../scheduling/service.ts';
import { daySchema, presentAppointment, readDay } from './day.ts';
import type { TeamsAppDeps } from './service.ts';
import { openTabSession, readTabSession, type TabPrincipal } from './session.ts';
import { signInFromTeams } from './sign-in.ts';

export type TabDeps = TeamsAppDeps & ConnectionDeps & SchedulingDeps & { log: Log };

const tags = ['Tab in Teams'];
const fromTeams = z.strictObject({
  app: z.guid({ error: 'Give the id of the app in Teams.' }),
  token: z.string({ error: 'Give the token that Teams gave the tab.' }).min(1).max(16_000),
});
const answer = { 200: json(daySchema.shape.appointments.element, 'The appointment as it is now'), ...problemAnswers };
const params = idParam('the booking');

const signIn = createRoute({
  method: 'post',
  path: '/teams/session',
  tags,
  description: 'Opens a session of the tab for whoever Teams says is there.',
  request: { body: jsonBody(fromTeams) },
  responses: {
    200: json(
      z.object({
        session: z.string(),
        expiresAt: instantOut,
        /** The account by which Microsoft’s sign-in page knows whom to ask. */
        account: z.string().nullable(),
        adminConsentUrl: z.string(),
      }),
      'The session',
    ),
    ...problemAnswers,
  },
});
const connect = createRoute({
  method: 'post',
  path: '/teams/connect',
  tags,
  description: 'Connects Microsoft Teams for whoever is there, without another sign-in where consent exists.',
  request: { body: jsonBody(fromTeams) },
  responses: { 204: { description: 'Connected' }, ...problemAnswers },
});
const day = createRoute({
  method: 'get',
  path: '/teams/day',
  tags,
  request: {
    query: z.object({
      date: z.iso.date({ error: 'Give a date such as 2026-11-24.' }).optional(),
    }),
  },
  responses: { 200: json(daySchema, 'The operator’s day, and what waits for a decision'), ...problemAnswers },
});
const approve = createRoute({
  method: 'post',
  path: '/teams/bookings/{id}/approve',
  tags,
  request: { params },
  responses: answer,
});
const decline = createRoute({
  method: 'post',
  path: '/teams/bookings/{id}/decline',
  tags,
  request: {
    params,
    body: jsonBody(z.strictObject({ reason: longText(1000).trim().default('') })),
  },
  responses: answer,
});

/** `/teams/…`: what the tab asks. No cookie: a browser within Teams would not send it. */
export function tabRoutes(deps: TabDeps) {
  const app = newRouter();
  for (const path of ['/teams/session', '/teams/connect', '/teams/bookings/*']) app.use(path, noStore, readJsonBody);
  app.use('/teams/day', noStore);
  for (const path of ['/teams/day', '/teams/bookings/*']) app.use(path, tabSession(deps));
  return app
    .openapi(signIn, async (c) => {
      const input = c.req.valid('json');
      const { workspaceId, memberId, app: registration, account } = await signingIn(deps, input);
      const notAfter = account.expiresAt;
      const { session, expiresAt } = await openTabSession(deps, { workspaceId, memberId, notAfter });
      deps.log.info({ memberId, tenantId: account.tenantId }, 'tab signed in');
      const adminConsentUrl = shareableConsentUrl({ app: registration });
      const shown = { account: account.email ?? null, adminConsentUrl };
      return c.json({ session, expiresAt: expiresAt.toISOString(), ...shown }, 200);
    })
    .openapi(connect, async (c) => {
      const input = c.req.valid('json');
      const { workspaceId, memberId, app: registration, account } = await signingIn(deps, input);
      const proof = { app: registration, assertion: input.token, account };
      const row = await connectOnBehalfOf(deps, { workspaceId, memberId }, proof);
      deps.log.info({ connectionId: row.id, tenantId: row.tenant_id }, 'connection stored');
      return c.body(null, 204);
    })
    .openapi(day, async (c) => c.json(await readDay(deps, asMember(c), c.req.valid('query').date), 200))
    .openapi(approve, async (c) => {
      const principal = asMember(c);
      const booking = await ownBooking(deps, principal, c.req.valid('param').id);
      const approval = await approvalOf(deps, booking, { by: principal.memberId, note: '' });
      const approved = await deps.db
        .transaction()
        .execute((trx) => approveBooking({ ...deps, db: trx }, booking, approval));
      return c.json(await presentAppointment(deps, principal, approved), 200);
    })
    .openapi(decline, async (c) => {
      const principal = asMember(c);
      const booking = await ownBooking(deps, principal, c.req.valid('param').id);
      const ending = { reason: c.req.valid('json').reason, by: principal.memberId };
      const declined = await deps.db
        .transaction()
        .execute((trx) => declineBooking({ ...deps, db: trx }, booking, ending));
      return c.json(await presentAppointment(deps, principal, declined), 200);
    });
}

/** Refused sign-ins are worth a line: who runs Parley looks there when somebody cannot get in. */
async function signingIn(deps: TabDeps, { app, token }: z.infer<typeof fromTeams>) {
  try {
    return await signInFromTeams(deps, { appId: app.toLowerCase(), token });
  } catch (error) {
    if (error instanceof Problem) deps.log.warn({ code: error.code, appId: app }, 'tab not signed in');
    throw error;
  }
}

function tabSession(deps: TabDeps) {
  return createMiddleware<Env>(async (c, next) => {
    c.set('principal', await readTabSession(deps, c.req.header('authorization')));
    await next();
  });
}

const noStore = createMiddleware(async (c, next) => {
  await next();
  c.header('Cache-Control', 'no-store');
});

function asMember(c: { get: (name: 'principal') => Env['Variables']['principal'] }): TabPrincipal {
  const principal = c.get('principal');
  if (principal.kind !== 'member') throw new TypeError('the tab has members only');
  return principal;
}

/** The tab is for one’s own appointments: those of colleagues are decided in the console. Throws `not_found`. */
async function ownBooking(deps: TabDeps, principal: TabPrincipal, id: string): Promise<BookingRow> {
  requirePermission(principal, 'book');
  const { booking } = await getBooking(deps, principal.workspaceId, id);
  const operators = (await operatorsOf(deps, [booking])).get(booking.id) ?? [];
  if (!operators.some((operator) => operator.id === principal.memberId)) throw new Problem('not_found');
  return booking;
}
