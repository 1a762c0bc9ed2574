/** The measured side of bench/recordings.ts: Parley's HTTP server, which fetches recordings when it is told to. */
import type { AddressInfo } from 'node:net';
import { storeRecording } from '../src/artifacts/capture/store-recording.ts';
import { listenOn } from '../src/cli/listen.ts';
import { newId } from '../src/id.ts';
import { bookingBody, openBench, slotAt } from './support.ts';

const upstream = `http://127.0.0.1:${process.argv[2]}`;
const bench = await openBench({
  hosts: 1,
  // What Graph and the storage behind it would send over the network comes over one.
  wrapFetch: (inner) => async (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    return /\/recordings\/[^/]+\/content$/.test(url) ? fetch(upstream, init) : inner(input, init);
  },
});
const { app, database } = bench.world;
const meeting = await makeMeeting();
const server = await listenOn(app, { host: '127.0.0.1', port: 0 });
process.send?.({ port: (server.address() as AddressInfo).port, apiKey: bench.apiKey });

type Order = { add: number } | { store: string[] } | { stop: true };

process.on('message', (order: Order) => {
  void obey(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});

async function obey(order: Order): Promise<object> {
  if ('add' in order) return { ids: await Promise.all(Array.from({ length: order.add }, addRecording)) };
  if ('store' in order) return storeAll(order.store);
  server.close();
  await bench.close();
  return process.exit(0);
}

async function makeMeeting() {
  const headers = { authorization: `Bearer ${bench.apiKey}`, 'content-type': 'application/json' };
  const body = bookingBody(bench.eventTypeIds[0] ?? '', slotAt(0));
  await app.http.fetch(new Request('http://localhost:3000/v1/bookings', { method: 'POST', headers, body }));
  await app.drain();
  return database.db.selectFrom('meetings').selectAll().executeTakeFirstOrThrow();
}

async function addRecording(): Promise<string> {
  const id = newId('art');
  const now = new Date();
  await database.db
    .insertInto('artifacts')
    .values({
      id,
      workspace_id: bench.workspaceId,
      meeting_id: meeting.id,
      kind: 'recording',
      online_meeting_id: 'online-meeting',
      provider_id: id,
      call_id: null,
      correlation_id: null,
      starts_at: meeting.starts_at,
      ends_at: null,
      content_type: 'video/mp4',
      store_due_at: now,
      updated_at: now,
      created_at: now,
    })
    .execute();
  return id;
}

async function storeAll(ids: string[]): Promise<object> {
  await Promise.all(ids.map((artifactId) => storeRecording(app.deps as never, { artifactId })));
  const rows = await database.db.selectFrom('artifacts').select(['id', 'stored_at', 'store_problem_code']).execute();
  const failed = rows.filter(({ id, stored_at }) => ids.includes(id) && !stored_at);
  if (failed.length > 0) throw new Error(`not stored: ${failed.map((row) => row.store_problem_code).join(', ')}`);
  return { stored: ids.length };
}
