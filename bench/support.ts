import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { createEmulator, type Emulator } from '../emulator/emulator.ts';
import { PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET } from '../emulator/seed.ts';
import { addMember, createApiKey, createSignInToken, createWorkspace } from '../src/access/service.ts';
import { openWorld, type World } from '../src/cli/world.ts';
import { createEventType } from '../src/scheduling/event-types.ts';
import { danaId } from '../scripts/furnish.ts';
import { connectTeams, createPerson, signIn } from '../scripts/person.ts';

export type Bench = {
  world: World;
  emulator: Emulator;
  workspaceId: string;
  apiKey: string;
  /** One event type per host; each can be booked every five minutes, day and night. */
  eventTypeIds: string[];
  close(): Promise<void>;
};

const publicUrl = 'http://localhost:3000';
const allDay = [{ from: '00:00', to: '24:00' }];
const schedule = {
  mon: allDay,
  tue: allDay,
  wed: allDay,
  thu: allDay,
  fri: allDay,
  sat: allDay,
  sun: allDay,
  overrides: [],
};

/** Parley as it is deployed (own PostgreSQL with fsync, default pool), its hosts connected at an emulator. */
export async function openBench({
  hosts,
  watch,
  wrapFetch = (inner) => inner,
}: {
  hosts: number;
  watch?: Watch;
  /** Stands between Parley and the emulator. */
  wrapFetch?: (inner: typeof fetch) => typeof fetch;
}): Promise<Bench> {
  const directory = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  const emulator = createEmulator();
  const now = () => new Date();
  const env = {
    Data__Directory: directory,
    Log__Level: 'error',
    Api__RequestsPerMinute: '1000000',
    MicrosoftTeams__ClientId: PARLEY_CLIENT_ID,
    MicrosoftTeams__ClientSecret: PARLEY_CLIENT_SECRET,
  };
  const world = await openWorld({
    args: [],
    env,
    fetch: wrapFetch(watch ? watched(emulator.fetch, watch) : emulator.fetch),
    now,
    print: () => {},
  });
  const deps = { db: world.database.db, now, keyRing: world.keyRing };
  const owner = { email: 'host0@bench.example', name: 'Host 0', role: 'owner' as const, timeZone: 'UTC' };
  const { workspaceId, memberId } = await createWorkspace(deps, { name: 'Bench', slug: 'bench', owner });
  const here: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    return request.url.startsWith(publicUrl) ? world.app.http.fetch(request) : emulator.fetch(request);
  };
  const eventTypeIds: string[] = [];
  for (let index = 0; index < hosts; index += 1) {
    const email = `host${index}@bench.example`;
    const hostId =
      index === 0
        ? memberId
        : await addMember(deps, workspaceId, { ...owner, email, name: `Host ${index}`, role: 'operator' });
    const person = createPerson(here);
    await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, hostId)}`);
    await connectTeams(person, publicUrl, index === 0 ? danaId : addPerson(emulator, index));
    const row = await createEventType(deps, workspaceId, {
      hostId,
      slug: `host-${index}`,
      title: 'Bench',
      description: '',
      active: true,
      schedule,
      timeZone: 'UTC',
      durationMinutes: 5,
      slotStepMinutes: 5,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 0,
      minNoticeMinutes: 0,
      horizonDays: 365,
    });
    eventTypeIds.push(row.id);
  }
  const { secret } = await createApiKey(deps, workspaceId, 'bench');
  return {
    world,
    emulator,
    workspaceId,
    apiKey: secret,
    eventTypeIds,
    async close() {
      await world.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Hears how long the emulator took over each request that makes a meeting's event. */
export type Watch = (meetingId: string, ms: number) => void;

function watched(fetch: typeof globalThis.fetch, watch: Watch): typeof globalThis.fetch {
  return async (input, init) => {
    const meetingId = typeof init?.body === 'string' ? /"transactionId":"([^"]+)"/.exec(init.body)?.[1] : undefined;
    const startedAt = performance.now();
    const response = await fetch(input, init);
    if (meetingId) watch(meetingId, performance.now() - startedAt);
    return response;
  };
}

/** The n-th free time of a host, counted from tomorrow's midnight. */
export function slotAt(index: number): string {
  const day = 24 * 60 * 60_000;
  const tomorrow = Math.ceil(Date.now() / day) * day;
  return new Date(tomorrow + index * 5 * 60_000).toISOString();
}

export function bookingBody(eventTypeId: string, start: string): string {
  const id = randomBytes(6).toString('hex');
  return JSON.stringify({
    eventTypeId,
    start,
    visitor: { name: `Visitor ${id}`, email: `${id}@visitor.example`, timeZone: 'Europe/London', note: '' },
  });
}

/** Runs `task` for 0 … count-1 with so many at a time; gives the seconds it took. */
export async function inParallel(
  count: number,
  width: number,
  task: (index: number) => Promise<void>,
): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  const lane = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
  return (performance.now() - startedAt) / 1000;
}

export function quantile(values: number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

function addPerson(emulator: Emulator, index: number): string {
  const { users } = emulator.context.directory;
  const dana = users.get(danaId);
  if (!dana) throw new Error('the emulator has no Dana');
  const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const address = `host${index}@contoso.example`;
  users.set(id, {
    ...structuredClone(dana),
    id,
    userPrincipalName: address,
    mail: address,
    displayName: `Host ${index}`,
    proxyAddresses: [`SMTP:${address}`],
  });
  return id;
}
