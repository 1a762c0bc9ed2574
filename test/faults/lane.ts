import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { createEmulator } from '../../emulator/emulator.ts';
import { eventsOf, messagesTo, type MessageKind } from '../../emulator/graph/mailboxes.ts';
import { createApp, type App } from '../../src/app.ts';
import { waitForMeeting } from '../../src/meetings/changes.ts';
import { apiClient, monday, publicUrl, startDesk, startSystem, testEnvironment } from '../support/system.ts';
import { childName, orderVariable, type Order } from './order.ts';
import { assertDescribed, minutes, visitor } from './story.ts';

export type Lane = Awaited<ReturnType<typeof startLane>>;
export type Ask = { path: string; body: object };

/** A desk on a database of its own, and a Microsoft on a loopback port, for one child process after the other. */
export async function startLane(t: TestContext) {
  let now = () => monday.getTime();
  const emulator = createEmulator({ now: () => now() });
  const { url, close } = await emulator.listen({ port: 0, host: '127.0.0.1' });
  t.after(close);
  const env = { MicrosoftTeams__Authority: url, MicrosoftTeams__GraphBaseUrl: url };
  const system = await startSystem(t, { emulator, env });
  now = () => system.clock.now().getTime();
  const desk = await startDesk(system);
  t.after(() => assertDescribed(emulator.calls));
  const { db } = system.database;
  const { mailboxes } = emulator.context;

  return {
    system,
    desk,
    db,
    events: () => eventsOf(mailboxes, desk.organizer.id).filter((event) => !event.isCancelled),
    mails: (kind: MessageKind) => messagesTo(mailboxes, visitor.email, kind).length,
    meetings: () => db.selectFrom('meetings').selectAll().execute(),
    bookings: () => db.selectFrom('bookings').selectAll().execute(),
    async countOf(type: string): Promise<number> {
      const rows = await db.selectFrom('outbox_events').select('id').where('type', '=', type).execute();
      return rows.length;
    },

    /** As before the first booking; the stored token is about to expire, so that it is refreshed on the way. */
    async clean() {
      mailboxes.events.clear();
      mailboxes.transactions.clear();
      mailboxes.messages.length = 0;
      for (const table of ['bookings', 'meetings', 'outbox_events', 'idempotency_keys', 'jobs.job']) {
        await sql.raw(`delete from ${table}`).execute(db);
      }
      await db.updateTable('connections').set({ access_token_expires_at: system.clock.now() }).execute();
    },

    /** Lets a child handle the request and the jobs; it dies at the named point, or tells which points it passed. */
    async runChild(ask: Ask, killAt?: string): Promise<'killed' | string[]> {
      const order: Order = {
        address: system.address,
        keyRing: system.keyRingText,
        env: { ...testEnvironment, ...env },
        now: system.clock.now().toISOString(),
        request: {
          url: publicUrl + ask.path,
          method: 'POST',
          headers: headersOf(desk.apiKey),
          body: JSON.stringify(ask.body),
        },
        ...(killAt !== undefined && { killAt }),
      };
      const outcome = await runChild(order);
      await childIsGone(db);
      return outcome;
    },

    /** Starts again: another process on the same database, which finishes what it finds. */
    async startAgain<T>(run: (app: App, repeat: (ask: Ask) => ReturnType<ReturnType<typeof apiClient>>) => Promise<T>) {
      const app = await createApp(system.config, { ...system, fetch: emulator.fetch, now: system.clock.now });
      try {
        await app.startWorker();
        const request = async (path: string, init?: RequestInit) => app.http.fetch(new Request(publicUrl + path, init));
        const api = apiClient({ request }, desk.apiKey);
        return await run(app, (ask) => api('POST', ask.path, ask.body, { 'idempotency-key': 'order-1' }));
      } finally {
        await app.close();
      }
    },

    /** Waits until every meeting is in step; where something waits for a time, the time is moved there. */
    async settle(app: App): Promise<void> {
      const current = (id: string) =>
        db.selectFrom('meetings').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
      for (const { id } of await this.meetings()) {
        for (let step = 0; step < 5; step++) {
          await waitForMeeting(app.deps.changes, id, 20, async () => {
            const row = await current(id);
            return row.synced_revision === row.revision || row.status === 'failed' || row.retry_at !== null;
          });
          const row = await current(id);
          if (row.synced_revision === row.revision || row.status === 'failed') break;
          assert.ok(row.retry_at, `nobody works on the meeting: ${JSON.stringify(row)}`);
          system.clock.advance(5 * minutes);
          await app.sweep();
        }
      }
    },
  };
}

function headersOf(apiKey: string): Record<string, string> {
  return { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', 'idempotency-key': 'order-1' };
}

const compileCache = mkdtempSync(join(tmpdir(), 'parley-compiled-'));

async function runChild(order: Order): Promise<'killed' | string[]> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('child.ts', import.meta.url))], {
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: compileCache, [orderVariable]: JSON.stringify(order) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const [{ code, signal }, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  assert.equal(errors, '', output);
  assert.ok(code === 0 || signal === 'SIGKILL', `the child ended with ${code ?? signal}: ${output}`);
  return signal === 'SIGKILL' ? 'killed' : (JSON.parse(output) as string[]);
}

/** PostgreSQL notices at once that a process has died, but not in the same moment. */
async function childIsGone(db: Lane['db']): Promise<void> {
  for (;;) {
    const { rows } = await sql`
      select from pg_stat_activity where application_name = ${childName} and datname = current_database()
    `.execute(db);
    if (rows.length === 0) return;
  }
}
