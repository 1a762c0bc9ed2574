import type { TestContext } from 'node:test';
import { createPerson } from '../../scripts/person.ts';
import { createApp } from '../../src/app.ts';
import { connect, type DatabaseAddress } from '../../src/database/connect.ts';
import { publicUrl, testConfig, type System } from './system.ts';

type Options = { env?: Record<string, string>; wrapFetch?: (inner: typeof fetch) => typeof fetch };

/**
 * Another Parley on the same database, clock and emulator: what a restart with a new configuration brings up, or a
 * second process with a pool of its own.
 */
export async function startAnother(t: TestContext, system: System, options: Options = {}): Promise<System> {
  const {
    host,
    port,
    user,
    database: name,
  } = system.database.pool.options as Extract<DatabaseAddress, { host: string }>;
  const database = connect({ address: { host, port, user, database: name }, poolSize: 10, log: system.log });
  const microsoft = options.wrapFetch?.(system.emulator.fetch) ?? system.emulator.fetch;
  const config = testConfig(options.env);
  const { keyRing, clock, log } = system;
  const app = await createApp(config, { database, keyRing, fetch: microsoft, now: clock.now, log });
  t.after(async () => {
    await app.close();
    await database.close();
  });
  const world: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    return request.url.startsWith(publicUrl) ? app.http.fetch(request) : system.emulator.fetch(request);
  };
  return {
    ...system,
    app,
    config,
    database,
    world,
    person: () => createPerson(world),
    request: (path, init) => world(publicUrl + path, init),
    async advance(ms) {
      clock.advance(ms);
      await app.sweep();
      await app.drain();
    },
    work: () => app.drain(),
  };
}

/** A `fetch` whose door can be moved: the same browser goes on after a restart. */
export function switchboard(first: System): { fetch: typeof fetch; to(system: System): void } {
  let current = first;
  return {
    fetch: (input, init) => current.world(input, init),
    to: (system) => void (current = system),
  };
}

/** Requests that the emulator's token endpoint answered, oldest first. */
export function tokenCalls({ emulator }: Pick<System, 'emulator'>, grant = 'refresh_token') {
  return emulator.calls.filter(
    (call) => call.service === 'entra' && call.path.endsWith('/token') && call.body.includes(`grant_type=${grant}`),
  );
}

/** A word as it stands in an HTML page. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** The address of a request that a test's `fetch` sees. */
export function urlOf(input: Parameters<typeof fetch>[0]): string {
  return new Request(input).url;
}
