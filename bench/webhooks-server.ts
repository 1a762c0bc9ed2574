/** The measured side of bench/webhooks.ts: Parley with its worker, 1,000 endpoints, and events on request. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createWorkspace } from '../src/access/service.ts';
import { openWorld } from '../src/cli/world.ts';
import { createEndpoint } from '../src/webhooks/service.ts';
import { inParallel } from './support.ts';

export type Order =
  | { endpoints: string[]; workspaces: number }
  | { dead: Record<string, string> }
  | { event: string; workspace: number }
  | { stop: true };

const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'));
const world = await openWorld({
  args: [],
  env: { Data__Directory: directory, Log__Level: 'error', Webhooks__AllowedNetworks: '127.0.0.0/8' },
  fetch: () => Promise.reject(new Error('there is no Microsoft here')),
  now: () => new Date(),
  print: () => {},
});
const { deps } = world.app;
const workspaceIds: string[] = [];

process.on('message', (order: Order) => {
  void carryOut(order).then(
    () => process.send?.({ done: true }),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send?.({ done: true });

async function carryOut(order: Order): Promise<void> {
  if ('endpoints' in order) return furnish(order);
  if ('dead' in order) return turn(order.dead);
  if ('event' in order) return happen(order);
  await world.close();
  rmSync(directory, { recursive: true, force: true });
  setTimeout(() => process.exit(), 100);
}

/** Workspaces with the same number of endpoints each, which hear of everything. */
async function furnish({ endpoints, workspaces }: { endpoints: string[]; workspaces: number }): Promise<void> {
  for (let index = 0; index < workspaces; index += 1) {
    const owner = { email: `owner${index}@bench.example`, name: 'Owner', role: 'owner' as const, timeZone: 'UTC' };
    const made = await createWorkspace(
      { ...deps, keyRing: world.keyRing },
      { name: `Bench ${index}`, slug: `bench-${index}`, owner },
    );
    workspaceIds.push(made.workspaceId);
  }
  await inParallel(endpoints.length, 8, async (index) => {
    const url = endpoints[index] ?? '';
    const workspaceId = workspaceIds[index % workspaces] ?? '';
    const form = { signature: 'hmac', format: 'standard' } as const;
    const wanted = { url, description: '', types: ['meeting.*'], alsoWarn: [], ...form };
    await deps.db.transaction().execute((trx) => createEndpoint({ ...deps, db: trx }, workspaceId, wanted));
  });
  await world.app.startWorker();
}

/** Begins anew, with these addresses instead of others: nothing waits, no endpoint is known to fail. */
async function turn(instead: Record<string, string>): Promise<void> {
  await sql`update webhook_deliveries set status = 'failed', next_attempt_at = null where status = 'pending'`.execute(
    deps.db,
  );
  await sql`update webhook_endpoints set failing_since = null, warned_at = null where failing_since is not null`.execute(
    deps.db,
  );
  for (const [url, other] of Object.entries(instead))
    await deps.db.updateTable('webhook_endpoints').set({ url: other }).where('url', '=', url).execute();
}

async function happen({ event, workspace }: { event: string; workspace: number }): Promise<void> {
  await deps.db
    .insertInto('outbox_events')
    .values({
      workspace_id: workspaceIds[workspace] ?? '',
      type: 'meeting.changed',
      meeting_id: event,
      data: '{}',
      created_at: new Date(),
    })
    .execute();
}
