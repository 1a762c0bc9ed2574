import { setTimeout as delay } from 'node:timers/promises';
import type { Hono } from 'hono';
import { sweepArtifactWatches } from './artifacts/watching.ts';
import { createStorage } from './artifacts/storage/storage.ts';
import { createKnownKeys, keysChanged } from './access/known-keys.ts';
import { forgetEndedSessions } from './access/service.ts';
import { createDataKeys } from './access/workspace-keys.ts';
import { removeOrphans, type StorageCare } from './artifacts/orphans.ts';
import { sweepArtifacts } from './artifacts/service.ts';
import type { Config } from './config.ts';
import { nylasFormat } from './compat/nylas/notification.ts';
import { forgetEndedTokens } from './connections/connection-tokens.ts';
import { forgetEndedLinks } from './connections/links.ts';
import { createAccessTokens, type MicrosoftApp } from './connections/tokens.ts';
import type { DatabaseConnection } from './database/connect.ts';
import { createSettling } from './database/outbox.ts';
import { createSpan } from './database/span.ts';
import { questionsOnly } from './http/dry-run.ts';
import { createHttp, type HttpDeps } from './http/api.ts';
import { forgetExpiredKeys } from './http/idempotency.ts';
import { createQueue } from './jobs/queue.ts';
import { createTasks, type TaskDeps } from './jobs/tasks.ts';
import type { Log } from './log.ts';
import { parseNotificationCertificate, type NotificationCertificate } from './notification-certificate.ts';
import { createMeetingChanges } from './meetings/changes.ts';
import { sweepMeetings } from './meetings/waiting.ts';
import { sweepBookings } from './bookings/sweep.ts';
import type { SendMail } from './email/email.ts';
import { sweepEmails } from './email/service.ts';
import { createNoticeMemory, sweepNotices, watchNotices, type NoticeDeps } from './notices/service.ts';
import { sweepOrganizers } from './organizers/service.ts';
import { forgetEndedVisits } from './portal/service.ts';
import { createApps } from './registrations/apps.ts';
import { warnOfExpiringCredentials } from './registrations/expiry.ts';
import { createAppTokens } from './tenants/app-tokens.ts';
import { sweepWatches } from './watches/service.ts';
import { createWebhooks, sweepWebhooks, watchOutbox } from './webhooks/service.ts';
import type { WebhookPost } from './webhooks/webhook.ts';
import { createFreeBusy } from './scheduling/free-busy.ts';
import type { KeyRing } from './seal.ts';

type World = {
  database: DatabaseConnection;
  keyRing: KeyRing;
  fetch: typeof fetch;
  now: () => Date;
  log: Log;
  /** Hands mail to a mail server; left out where e-mail is not configured. */
  sendMail?: SendMail | undefined;
  /** The way to receivers of webhooks. */
  post?: WebhookPost | undefined;
};

export type App = {
  http: { fetch: (request: Request, connection?: object) => Response | Promise<Response> };
  /** What the parts of the system share; the command line and tests work with it directly. */
  deps: HttpDeps & NoticeDeps & { keyRing: KeyRing };
  /** Starts working on jobs in this process. */
  startWorker: () => Promise<void>;
  /** Does every job that is due in this process, until none is left. For tests and one-off commands. */
  drain: (options?: { aheadMs?: number }) => Promise<void>;
  /** One look for meetings that are not what they should be and have no job; also cleans up. */
  sweep: () => Promise<void>;
  /** Ends the event streams of browsers, which would otherwise stay open for ever. */
  endStreams: () => void;
  close: () => Promise<void>;
};

const sweepEveryMs = 30_000;
const watchOutboxEveryMs = 1_000;
const longestRunMs = 10_000;

/**
 * Wires everything together. `fetch`, `now`, `sendMail` and `post` are the only ways to the world outside; `close()`
 * ends what was started.
 */
export async function createApp(config: Config, world: World): Promise<App> {
  const { database, keyRing, now, log, sendMail, post } = world;
  // What Microsoft gave, and who may come in, is known whatever becomes of the request that needed it.
  const { db: outside } = database;
  const span = createSpan(outside);
  const { db } = span;
  const fetch = questionsOnly(span, world.fetch);
  const queue = await createQueue({ connection: database, log });
  const dataKeys = createDataKeys(outside, keyRing);
  const app = microsoftApp(config);
  const graph = {
    fetch,
    now,
    baseUrl: config.microsoftTeams.graphBaseUrl,
    onCall: ({ requestId: graphRequestId, ...call }: { requestId: string | undefined }) =>
      log.debug({ ...call, graphRequestId }, 'graph call'),
  };
  const apps = createApps({ db, now, dataKeys, settings: config.microsoftTeams });
  const appTokens = createAppTokens({ db: outside, now, queue, fetch, apps, graph });
  const accessTokens = createAccessTokens({ db: outside, now, dataKeys, fetch, apps });
  const changes = await createMeetingChanges(database.listen);
  const knownKeys = createKnownKeys({ db: outside, now });
  const stopHearingOfKeys = await database.listen(keysChanged, knownKeys.forget, knownKeys.forget);
  const streams = new AbortController();
  const deps = {
    db,
    span,
    now,
    log,
    queue,
    sendMail,
    mailTransport: config.mail.transport,
    mailFrom: addressOf(config.mail.from),
    notices: createNoticeMemory(),
    webhooks: createWebhooks({ post, log, ...config.webhooks, formats: { nylas: nylasFormat({ db }) } }),
    dataKeys,
    storageCare: { dueAt: now() },
    storage: createStorage(config.storage, { fetch, now, dataKeys }),
    notificationCertificate: notificationCertificate(config),
    changes,
    settledLine: createSettling(outside),
    knownKeys,
    trustedProxies: config.server.trustedProxies,
    requestsPerMinute: config.api.requestsPerMinute,
    publicUrl: config.server.publicUrl,
    keyRing,
    fetch,
    app,
    apps,
    appTokens,
    accessTokens,
    graph,
    settings: config.microsoftTeams,
    ending: streams.signal,
    graphBaseUrl: config.microsoftTeams.graphBaseUrl,
    redirectUri: config.microsoftTeams.redirectUri,
    freeBusy: createFreeBusy({ db, now, graph, accessTokens, appTokens }),
  };
  const http: Hono<never> = createHttp(deps) as never;
  const tasks = createTasks(deps);
  let watching: Repeated | undefined;
  return {
    http,
    deps,
    async startWorker() {
      await queue.work(tasks, { concurrency: config.worker.concurrency });
      watching = watch(deps, log);
    },
    drain: (options) => queue.drain(tasks, options),
    sweep: () => sweepAll(deps),
    endStreams: () => streams.abort(),
    async close() {
      streams.abort();
      await watching?.stop();
      await queue.stop();
      await deps.webhooks.sender.close();
      await changes.close();
      await stopHearingOfKeys();
    },
  };
}

/** One look of every part for what has no job: nothing is lost for good when a process dies between two steps. */
async function sweepAll(deps: HttpDeps & TaskDeps & { storageCare: StorageCare }): Promise<void> {
  await sweepMeetings(deps);
  await sweepWatches(deps);
  await sweepArtifacts(deps);
  await removeOrphans(deps);
  await sweepArtifactWatches(deps);
  await sweepBookings(deps);
  await sweepOrganizers(deps);
  await warnOfExpiringCredentials(deps);
  await sweepNotices(deps);
  await sweepEmails(deps);
  await sweepWebhooks(deps);
  await forgetExpiredKeys(deps);
  await forgetEndedSessions(deps);
  await forgetEndedLinks(deps);
  await forgetEndedTokens(deps);
  await forgetEndedVisits(deps);
}

/** Sweeps now and then, and looks at the outbox all the time. */
function watch(deps: Parameters<typeof sweepAll>[0], log: Log): Repeated {
  const sweeper = repeat(
    () => sweepAll(deps),
    sweepEveryMs,
    (error) => log.error({ err: error }, 'sweep failed'),
  );
  const watcher = repeat(
    () => Promise.all([watchOutbox(deps), watchNotices(deps)]),
    watchOutboxEveryMs,
    // The sweep, which looks as well, says it louder.
    (error) => log.warn({ err: error }, 'outbox could not be watched'),
  );
  return { stop: async () => void (await Promise.all([sweeper.stop(), watcher.stop()])) };
}

type Repeated = { stop(): Promise<void> };

/** Runs something again and again, one run after the other; `stop` waits some seconds for the one that runs. */
function repeat(run: () => Promise<unknown>, everyMs: number, onError: (error: unknown) => void): Repeated {
  let running: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    running ??= run()
      .catch(onError)
      .finally(() => (running = undefined));
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.race([running, delay(longestRunMs, undefined, { ref: false })]);
    },
  };
}

function notificationCertificate({ notifications: { certificate } }: Config): NotificationCertificate | undefined {
  return certificate && parseNotificationCertificate(certificate.reveal());
}

/** The address alone of `Name <address>`. */
function addressOf(mailbox: string | undefined): string | undefined {
  return mailbox?.replace(/^.*</, '').replace(/>$/, '').trim();
}

/** The deployment's own app registration, or `undefined` while id or secret is missing. */
function microsoftApp({ microsoftTeams }: Config): MicrosoftApp | undefined {
  const { clientId, clientSecret, authority, tenantId, redirectUri, scopes } = microsoftTeams;
  if (!clientId || !clientSecret) return undefined;
  return {
    authority,
    tenant: tenantId,
    clientId,
    clientSecret: clientSecret.reveal(),
    redirectUri,
    scopes: scopes.split(/\s+/).filter(Boolean),
  };
}
