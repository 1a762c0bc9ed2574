import { randomUUID } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { METHOD_NAME_ALL } from 'hono/router';
import { TrieRouter } from 'hono/router/trie-router';
import type { RouterRoute } from 'hono/types';
import { streamSSE } from 'hono/streaming';
import { signInPages } from '../access/pages.ts';
import { accessRoutes } from '../access/routes.ts';
import type { KnownKeys } from '../access/known-keys.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import { linkPages } from '../artifacts/link-pages.ts';
import type { OpeningDeps } from '../artifacts/capture/open-notification.ts';
import { linkRoutes } from '../artifacts/link-routes.ts';
import type { ContentDeps } from '../artifacts/content.ts';
import { artifactRoutes } from '../artifacts/routes.ts';
import { transcriptRoutes } from '../artifacts/search-routes.ts';
import { visitorPages } from '../bookings/pages.ts';
import { bookingActionRoutes } from '../bookings/action-routes.ts';
import { holdRoutes } from '../bookings/hold-routes.ts';
import { requestPages } from '../bookings/request-pages.ts';
import { bookingRoutes } from '../bookings/routes.ts';
import { seriesRoutes } from '../bookings/series-routes.ts';
import { createVisitorDeps } from '../bookings/visitor-bookings.ts';
import { callbackPages } from '../connections/pages.ts';
import { answerWithCode, answerWithGrant } from '../compat/nylas/answers.ts';
import { nylasRoutes } from '../compat/nylas/routes.ts';
import { answerInOwnWords } from '../connections/link-answers.ts';
import { connectLinkPages, type LinkAnswers } from '../connections/link-pages.ts';
import { connectLinkRoutes } from '../connections/link-routes.ts';
import { reauthenticationRoutes } from '../connections/reauthentication-routes.ts';
import { connectionRoutes } from '../connections/routes.ts';
import type { ConnectionDeps } from '../connections/service.ts';
import type { DiagnosisDeps } from '../diagnostics/check.ts';
import { diagnosticsRoutes } from '../diagnostics/routes.ts';
import { emailRoutes } from '../email/routes.ts';
import type { Span } from '../database/span.ts';
import type { Log } from '../log.ts';
import type { MeetingChanges } from '../meetings/changes.ts';
import { mcpRoutes } from '../mcp/routes.ts';
import { operationRoutes } from '../meetings/operation-routes.ts';
import { meetingRoutes } from '../meetings/routes.ts';
import { monitoringRoutes } from '../monitoring/routes.ts';
import { noticePages } from '../notices/pages.ts';
import { noticeRoutes } from '../notices/routes.ts';
import { organizerRoutes } from '../organizers/routes.ts';
import type { OrganizerDeps } from '../organizers/service.ts';
import { peopleRoutes } from '../people/routes.ts';
import { Problem } from '../problem.ts';
import { portalPages } from '../portal/pages.ts';
import { findShared } from '../portal/shared.ts';
import { registrationRoutes } from '../registrations/routes.ts';
import type { RegistrationDeps } from '../registrations/service.ts';
import type { FreeBusy } from '../scheduling/free-busy.ts';
import { eventTypeRoutes } from '../scheduling/routes.ts';
import { scheduleRoutes } from '../scheduling/schedule-routes.ts';
import { slotRoutes } from '../scheduling/slot-routes.ts';
import { setupRoutes } from '../setup/routes.ts';
import { tenantRoutes } from '../tenants/routes.ts';
import type { TenantDeps } from '../tenants/service.ts';
import { teamsPages } from '../teams-app/pages.ts';
import { teamsAppRoutes } from '../teams-app/routes.ts';
import { tabRoutes } from '../teams-app/tab-routes.ts';
import { watchRoutes } from '../watches/routes.ts';
import { eventRoutes } from '../webhooks/event-routes.ts';
import { webhookRoutes } from '../webhooks/routes.ts';
import type { WebhookDeps } from '../webhooks/service.ts';
import { authenticate, forgetChangedKeys, sessionPrincipal } from './authenticate.ts';
import { readJsonBody } from './body.ts';
import { consoleFiles } from './console.ts';
import { answerPreflights, requireKnownOrigin, requireListedOrigin } from './cors.ts';
import { createKeyScope, requireKeyPermission } from './key-permissions.ts';
import { mutations } from './mutations.ts';
import { notificationRoutes } from './notifications.ts';
import { createDescription } from './openapi.ts';
import { assetRoutes } from './pages.ts';
import { problemPages } from './problem-pages.ts';
import { asProblem, problemResponse } from './problems.ts';
import { referencePages } from './reference.ts';
import { limitRate } from './rate-limit.ts';
import { newRouter, type ApiContext, type Env } from './router.ts';
import { readTraceparent } from './trace.ts';

export type HttpDeps = ConnectionDeps &
  DiagnosisDeps &
  RegistrationDeps &
  TenantDeps &
  OrganizerDeps &
  WebhookDeps &
  OpeningDeps &
  ContentDeps & {
    dataKeys: DataKeys;
    freeBusy: FreeBusy;
    changes: MeetingChanges;
    knownKeys: KnownKeys;
    /** Networks (CIDR) of proxies whose `X-Forwarded-For` is believed. */
    trustedProxies: readonly string[];
    /** Of each key and each member, in this process; 0: as many as they like. */
    requestsPerMinute: number;
    publicUrl: string;
    log: Log;
    span: Span;
    /** Up to which line of the outbox everything is seen by whoever reads from then on. */
    settledLine: () => Promise<number>;
    /** Aborted when the server is about to stop. */
    ending: AbortSignal;
  };

/** Everything that is answered over HTTP: the API under `/v1`, the pages of visitors, the console's files. */
export function createHttp(deps: HttpDeps) {
  const app = newRouter();
  app.use(requestId(deps));
  app.use(securityHeaders(deps));
  app.onError((error, c) => {
    const problem = asProblem(error);
    if (problem.code === 'internal_error')
      deps.log.error({ err: error, requestId: c.get('requestId'), method: c.req.method }, 'request failed');
    return problemResponse(c, problem);
  });
  app.notFound((c) => {
    const allowed = methodsAt(c.req.path);
    if (allowed.length === 0 || allowed.includes(c.req.method)) return problemResponse(c, new Problem('not_found'));
    c.header('Allow', allowed.join(', '));
    return problemResponse(c, new Problem('method_not_allowed'));
  });
  app.get('/', (c) => c.redirect('/console/'));
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  const api = createApi(deps);
  const limit = limitRate(deps);
  app.use('/v1/api-keys/*', forgetChangedKeys(deps));
  app.use('/v1/*', answerPreflights(deps), authenticate(deps), requireListedOrigin(deps), limit);
  app.use('/v1/*', requireKeyPermission(api), readJsonBody, mutations(deps));
  app.use('/mcp', requireKnownOrigin(deps), answerPreflights(deps), authenticate(deps), requireListedOrigin(deps));
  // A tool's own question is counted where it is asked.
  app.use('/mcp', limitRate(deps), readJsonBody);
  app.route('/', notificationRoutes(deps));
  app.get('/v1/changes', (c) => changeStream(deps, c));
  const description = createDescription(api);
  app.get('/openapi.json', (c) => c.json(description()));
  app.route('/', api);
  app.route('/', tabRoutes(deps));
  app.route('/', mcpRoutes({ ...deps, mayAsk: createKeyScope(api), api: app.fetch }));
  app.route('/', nylasRoutes({ ...deps, limit }));
  for (const pages of [
    teamsPages(deps),
    assetRoutes(),
    visitorPages(createVisitorDeps({ ...deps, findShared: (of) => findShared(deps, of) })),
    requestPages(deps),
    portalPages(deps),
    linkPages(deps),
    noticePages(deps),
    problemPages(),
    referencePages({ ...deps, describe: description }),
    consoleFiles(),
  ])
    app.route('/', pages);
  const connecting = { ...deps, linkAnswers, findPrincipal: (c: ApiContext) => sessionPrincipal(deps, c) };
  for (const pages of [signInPages(deps), callbackPages(connecting), connectLinkPages(connecting)])
    app.route('/', pages);
  const methodsAt = knownMethods(app.routes);
  return app;
}

const linkAnswers: LinkAnswers = { connection: answerInOwnWords, grant: answerWithGrant, code: answerWithCode };

/** Which methods an address takes: what the `Allow` header says when another one was used (RFC 9110, section 15.5.6). */
function knownMethods(routes: RouterRoute[]): (path: string) => string[] {
  const router = new TrieRouter<string>();
  for (const { method, path } of routes) if (method !== METHOD_NAME_ALL) router.add(METHOD_NAME_ALL, path, method);
  return (path) => {
    const methods = new Set(router.match(METHOD_NAME_ALL, path)[0].map(([method]) => method));
    return [...(methods.has('GET') ? ['GET', 'HEAD'] : []), ...[...methods].filter((method) => method !== 'GET')];
  };
}

/** The API's routes alone: what the typed client and the OpenAPI description are made from. */
export function createApi(deps: HttpDeps) {
  return newRouter()
    .route('/', accessRoutes(deps))
    .route('/', connectionRoutes(deps))
    .route('/', connectLinkRoutes(deps))
    .route('/', reauthenticationRoutes(deps))
    .route('/', eventTypeRoutes(deps))
    .route('/', slotRoutes(deps))
    .route('/', scheduleRoutes(deps))
    .route('/', bookingRoutes(deps))
    .route('/', bookingActionRoutes(deps))
    .route('/', seriesRoutes(deps))
    .route('/', holdRoutes(deps))
    .route('/', peopleRoutes(deps))
    .route('/', meetingRoutes(deps))
    .route('/', operationRoutes(deps))
    .route('/', watchRoutes(deps))
    .route('/', artifactRoutes(deps))
    .route('/', transcriptRoutes(deps))
    .route('/', diagnosticsRoutes(deps))
    .route('/', registrationRoutes(deps))
    .route('/', tenantRoutes(deps))
    .route('/', organizerRoutes(deps))
    .route('/', setupRoutes(deps))
    .route('/', teamsAppRoutes(deps))
    .route('/', webhookRoutes(deps))
    .route('/', eventRoutes(deps))
    .route('/', emailRoutes(deps))
    .route('/', noticeRoutes(deps))
    .route('/', linkRoutes(deps))
    .route('/', monitoringRoutes(deps));
}

export type Api = ReturnType<typeof createApi>;
/** What the tab in Teams asks. */
export type TabApi = ReturnType<typeof tabRoutes>;

/** What every answer tells browsers to refuse. Set before the answer is made, so that making it stays cheap. */
function securityHeaders({ publicUrl }: Pick<HttpDeps, 'publicUrl'>) {
  const headers = Object.entries({
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    ...(publicUrl.startsWith('https:') && { 'Strict-Transport-Security': 'max-age=15552000; includeSubDomains' }),
  });
  return createMiddleware<Env>(async (c, next) => {
    for (const [name, value] of headers) c.header(name, value);
    await next();
  });
}

/** Gives every request an id (a caller's own is kept when it is harmless) and writes one line of log for it. */
function requestId({ log, now }: Pick<HttpDeps, 'log' | 'now'>) {
  return createMiddleware<Env>(async (c, next) => {
    const given = c.req.header('x-request-id');
    const id = given && /^[\w.-]{1,100}$/.test(given) ? given : randomUUID();
    c.set('requestId', id);
    c.header('X-Request-Id', id);
    const startedAt = now().getTime();
    const trace = readTraceparent(c.req.header('traceparent'));
    await (trace ? log.within({ requestId: id, ...trace }, next) : next());
    // The route's pattern, never the path: paths of visitors' pages hold secrets.
    log.info(
      {
        requestId: id,
        ...trace,
        method: c.req.method,
        route: c.req.routePath,
        status: c.res.status,
        durationMs: now().getTime() - startedAt,
      },
      'request',
    );
  });
}

/** Server-sent events: which meetings of the workspace changed. A comment every 20 s keeps proxies from closing it. */
function changeStream(deps: HttpDeps, c: ApiContext) {
  const { workspaceId } = c.get('principal');
  // Nobody would read it, and nobody would end it.
  if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
  return streamSSE(c, async (stream) => {
    const stop = deps.changes.onWorkspace(
      workspaceId,
      (meetingId) => void stream.writeSSE({ event: 'meeting', data: meetingId }),
    );
    const ended = new Promise<void>((resolve) => {
      stream.onAbort(resolve);
      deps.ending.addEventListener('abort', () => resolve());
    });
    const alive = setInterval(() => void stream.write(': still here\n\n'), 20_000);
    await stream.write(': hello\n\n');
    await ended;
    clearInterval(alive);
    stop();
  });
}
