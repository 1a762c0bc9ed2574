import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { eventsOf } from '../../emulator/graph/mailboxes.ts';
import { Nylas8 } from './nylas-clients.ts';
import { consent, listen, startNylas } from './nylas-connect.ts';
import { startSystem, userNamed, type System } from './system.ts';

/** Tuesday, 24 November 2026, ten o'clock in Berlin. */
export const tuesdayAtTen = Date.parse('2026-11-24T09:00:00Z') / 1000;
export const hour = 3600;

export type CalendarStory = Awaited<ReturnType<typeof startCalendar>>;

/**
 * An application written for Nylas, on a port of this machine, with Dana's calendar connected. The worker runs, unless
 * `worker` says otherwise.
 */
export async function startCalendar(
  t: TestContext,
  { worker = true, ...options }: Parameters<typeof startSystem>[1] & { worker?: boolean } = {},
) {
  const system = await startSystem(t, options);
  const nylas = await startNylas(system);
  await nylas.integrate();
  const connect = (user: string) => connectUser(system, nylas.unified, user);
  const grant = await connect('dana.reyes');
  await system.work();
  if (worker) await system.app.startWorker();
  const apiUri = await listen(t, system);
  return {
    ...nylas,
    system,
    grant,
    connect,
    apiUri,
    sdk: new Nylas8({ apiKey: nylas.apiKey, apiUri }),
    /** Asks with any secret, as a program without a client does. */
    ask: (secret: string, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
      askWith(apiUri, { secret, method, path, body, headers }),
    /** What is in somebody's calendar and not cancelled. */
    inOutlook: (user = 'dana.reyes') =>
      eventsOf(system.emulator.context.mailboxes, userNamed(system.emulator, user).id).filter(
        (event) => !event.isCancelled,
      ),
    /** A token for one grant, as clients of version 2 have it. */
    tokenFor: async (grantId: string) => {
      const answer = await askWith(apiUri, {
        secret: 'none',
        method: 'POST',
        path: '/oauth/token',
        body: {
          grant_type: 'client_credentials',
          client_id: nylas.workspaceId,
          client_secret: nylas.apiKey,
          grant_id: grantId,
        },
        headers: {},
      });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return String(answer.body['access_token']);
    },
  };
}

async function connectUser(
  system: System,
  unified: Awaited<ReturnType<typeof startNylas>>['unified'],
  user: string,
): Promise<string> {
  const { body } = await unified('POST', '/connect/auth', {
    provider: 'microsoft',
    redirect_uri: 'https://myapp.com/callback-handler',
    expires_in: 43_200,
  });
  const back = await consent(system, String(body['data'].url), { user });
  const id = back.searchParams.get('grant_id');
  assert.ok(id, back.href);
  return id;
}

type Asked = { secret: string; method: string; path: string; body: unknown; headers: Record<string, string> };

async function askWith(apiUri: string, { secret, method, path, body, headers }: Asked) {
  const response = await fetch(apiUri + path, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(text) as Record<string, any>, // oxlint-disable-line typescript/no-explicit-any -- tests look into answers of any shape
  };
}

/** Asks again, as a client that polls does, until the answer is as expected. */
export async function until<T>(ask: () => Promise<T>, isThere: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
