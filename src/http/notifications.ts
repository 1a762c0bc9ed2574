import { Hono } from 'hono';
import { openNotifications, type OpeningDeps } from '../artifacts/capture/open-notification.ts';
import { hearOfArtifacts } from '../artifacts/watching.ts';
import { parseNotifications, validationTokenOf } from '../microsoft/subscriptions.ts';
import { hear } from '../watches/service.ts';
import { readBytes } from './body.ts';
import type { ApiContext, Env } from './router.ts';

type Deps = Parameters<typeof hear>[0] & OpeningDeps;

/** What Graph puts into one POST is a few kilobytes. */
const mostBytes = 1024 * 1024;
/** Graph wants an answer within three seconds; what is not written by then is found by the next look. */
const patienceMs = 2_500;

const meanings = { missed: 'missed', subscriptionRemoved: 'removed', reauthorizationRequired: 'reauthorize' } as const;

/**
 * `/graph/notifications` and `/graph/lifecycle`: where Microsoft tells that something changed in a mailbox, or that a
 * meeting was recorded or transcribed. Anybody can send anything here: it is believed only with the secret of a subscription
 * of ours, and then only makes Parley look.
 */
export function notificationRoutes(deps: Deps) {
  const take = (c: ApiContext) => takeNotifications(deps, c);
  return new Hono<Env>().post('/graph/notifications', take).post('/graph/lifecycle', take);
}

async function takeNotifications(deps: Deps, c: ApiContext): Promise<Response> {
  const token = validationTokenOf(new URL(c.req.url));
  if (token !== undefined) return c.text(token, 200);
  const { changes, lifecycle, validationTokens, unreadable } = parseNotifications(await readJson(c.req.raw));
  // One POST may tell of calendars and of artifacts, of many subscriptions and tenants.
  const told = [
    ...changes.map((change) => ({ ...change, what: 'changed' as const })),
    ...lifecycle.map((one) => ({ ...one, what: meanings[one.event] })),
  ];
  const heard = Promise.all([
    hear(deps, told),
    hearOfArtifacts(deps, told, (sealed) => openNotifications(deps, sealed, validationTokens)),
  ]);
  const believed = await atMost(patienceMs, heard, (error) =>
    deps.log.warn({ err: error }, 'notifications could not be taken'),
  );
  deps.log.info(
    { received: told.length, believed: believed ? believed[0] + believed[1] : null, unreadable },
    'notifications',
  );
  return c.body(null, 202);
}

/** What cannot be read is taken and counted: refused, it would only be sent again. */
async function readJson(request: Request): Promise<unknown> {
  const bytes = await readBytes(request, mostBytes);
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** `undefined` when the time is over: the work goes on, and how it failed is told. */
async function atMost<T>(ms: number, work: Promise<T>, onLateError: (error: unknown) => void): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      work.catch(onLateError);
      resolve(undefined);
    }, ms);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
