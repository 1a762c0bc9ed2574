import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import type { Context } from '../context.ts';
import { authenticate, authorize } from './access.ts';
import { errorReply, requestIds, respond } from './answer.ts';
import { batchReply } from './batch.ts';
import { allArtifactRoutes } from './all-artifacts.ts';
import { attendanceRoutes } from './attendance-reports.ts';
import type { Reply } from './call.ts';
import { calendarRoutes } from './calendars.ts';
import { calendarViewRoutes } from './calendar-view.ts';
import { eventActionRoutes } from './event-actions.ts';
import { eventRoutes } from './events.ts';
import { badRequest } from './graph-error.ts';
import { itemIdRoutes } from './item-ids.ts';
import { onlineMeetingRoutes } from './online-meetings.ts';
import { mailboxSettingsRoutes } from './mailbox-settings.ts';
import { operations } from './permissions.ts';
import { recordingRoutes } from './recordings.ts';
import type { Route } from './routes.ts';
import { canonicalPath } from './routes.ts';
import { scheduleRoutes } from './schedule.ts';
import { sendMailRoutes } from './send-mail.ts';
import { servicePrincipalRoutes } from './service-principals.ts';
import { organizationRoutes } from './organization.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { enter, refuseExcess } from './throttling.ts';
import { transcriptRoutes } from './transcripts.ts';
import { userRoutes } from './users.ts';

const routes: Route[] = [
  ...userRoutes,
  ...organizationRoutes,
  ...servicePrincipalRoutes,
  ...mailboxSettingsRoutes,
  ...calendarRoutes,
  ...calendarViewRoutes,
  ...eventRoutes,
  ...eventActionRoutes,
  ...scheduleRoutes,
  ...sendMailRoutes,
  ...itemIdRoutes,
  // Before what takes the name of a function for the id of a meeting.
  ...allArtifactRoutes,
  ...onlineMeetingRoutes,
  ...recordingRoutes,
  ...transcriptRoutes,
  ...attendanceRoutes,
  ...subscriptionRoutes,
];

/** Microsoft Graph: everything under `/v1.0` and `/beta`. */
export function graphApp(context: Context): Hono {
  const app = new Hono({ getPath: (request) => canonicalPath(request.url) });
  app.post('/:version{v1\\.0|beta}/%24batch', (c) =>
    answer(context, c.req.raw, async (text) => {
      await authenticate(context, c.req.raw.headers.get('authorization'));
      return batchReply(c.req.raw, text, (request) => Promise.resolve(app.fetch(request)));
    }),
  );
  for (const route of routes) {
    app.on(route.method, `/:version{v1\\.0|beta}${route.path}`, (c) =>
      serve(context, route, c.req.raw, c.req.param() as Record<string, string>),
    );
  }
  app.all('*', (c) =>
    answer(context, c.req.raw, async () => {
      await authenticate(context, c.req.raw.headers.get('authorization'));
      const segment = decodeURIComponent(new URL(c.req.url).pathname.split('/').at(-1) ?? '');
      throw badRequest(`Resource not found for the segment '${segment}'.`);
    }),
  );
  return app;
}

/** Counts, authenticates, authorizes, and lets the operation work. */
async function serve(
  context: Context,
  route: Route,
  request: Request,
  params: Record<string, string>,
): Promise<Response> {
  const authorization = request.headers.get('authorization');
  const mailbox = operations[route.operation].service === 'exchange';
  const ticket = mailbox ? enter(context, authorization, params['user']) : undefined;
  try {
    return await answer(context, request, async (text) => {
      const authenticated = await authenticate(context, authorization);
      if (ticket !== undefined) refuseExcess(context, ticket);
      const path = { isMe: route.path.startsWith('/me'), user: params['user'] };
      const caller = authorize(context, authenticated, route.operation, path);
      const version = params['version'] === 'beta' ? 'beta' : 'v1.0';
      const call = {
        context,
        caller,
        version,
        url: new URL(request.url),
        params,
        headers: request.headers,
        text,
      } as const;
      return route.handle(call);
    });
  } finally {
    ticket?.leave();
  }
}

async function answer(context: Context, request: Request, work: (text: string) => Promise<Reply>): Promise<Response> {
  const ids = requestIds(request.headers);
  const text = await request.text();
  const reply = await work(text).catch((error: unknown) => errorReply(context, ids, error));
  const { latencyMs } = context.switches;
  if (latencyMs > 0) await sleep(latencyMs);
  return respond(context, ids, reply);
}
