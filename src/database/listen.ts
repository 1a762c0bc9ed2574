import { setTimeout as delay } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import type { Log } from '../log.ts';

/**
 * Calls back with the payload of every notification on a channel, until the returned function is called. After the
 * connection was lost and is back, `onReconnect` says that notifications may have been missed.
 */
export type Listen = (
  channel: string,
  onNotification: (payload: string) => void,
  onReconnect?: () => void,
) => Promise<() => Promise<void>>;

type Subscription = { channel: string; onNotification: (payload: string) => void; onReconnect: () => void };

type Options = { settings: ClientConfig; log: Log };

const slowestRetryMs = 5_000;
const heartbeatMs = 15_000;

/** Listens to any number of channels on one connection of its own, made when it is first needed and kept up from then on. */
export function createListener({ settings, log }: Options): { listen: Listen; close(): Promise<void> } {
  const subscriptions = new Set<Subscription>();
  const closing = new AbortController();
  let connection: Promise<Client> | undefined;

  async function open(): Promise<Client> {
    const client = new Client(settings);
    client.on('error', (error) => log.warn({ err: error }, 'listening connection failed'));
    client.on('notification', ({ channel, payload = '' }) => {
      for (const one of subscriptions) if (one.channel === channel) one.onNotification(payload);
    });
    await client.connect();
    for (const channel of channels()) await client.query(`listen ${client.escapeIdentifier(channel)}`);
    const heartbeat = setInterval(() => void probe(client), heartbeatMs);
    heartbeat.unref();
    client.once('end', () => {
      clearInterval(heartbeat);
      if (closing.signal.aborted) return;
      connection = reopen();
      connection.catch(() => {}); // only closing ends the attempts
    });
    return client;
  }

  async function reopen(): Promise<Client> {
    for (let attempt = 0; ; attempt++) {
      await delay(Math.min(slowestRetryMs, 50 * 2 ** attempt), undefined, { signal: closing.signal });
      try {
        const client = await open();
        for (const one of subscriptions) one.onReconnect();
        return client;
      } catch (error) {
        log.warn({ err: error, attempt }, 'listening connection could not be restored');
      }
    }
  }

  const channels = () => new Set([...subscriptions].map(({ channel }) => channel));

  return {
    async listen(channel, onNotification, onReconnect = () => {}) {
      const subscription = { channel, onNotification, onReconnect };
      const isNew = !channels().has(channel);
      subscriptions.add(subscription);
      connection ??= open().catch((error: unknown) => {
        connection = undefined;
        throw error;
      });
      const client = await connection;
      if (isNew) await client.query(`listen ${client.escapeIdentifier(channel)}`);
      return async () => {
        subscriptions.delete(subscription);
      };
    },
    async close() {
      closing.abort();
      subscriptions.clear();
      const client = await connection?.catch(() => undefined);
      await client?.end();
    },
  };
}

/** A connection that the other side dropped without a word is found by asking. */
async function probe(client: Client): Promise<void> {
  const answer = await Promise.race([
    client.query('select 1').catch(() => undefined),
    delay(heartbeatMs / 2, undefined, { ref: false }),
  ]);
  // `end` on a dead connection never completes, so its socket is cut.
  if (answer === undefined) client.connection.stream.destroy();
}
