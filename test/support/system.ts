import type { TestContext } from 'node:test';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator, type Emulator } from '../../emulator/emulator.ts';
import { PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET } from '../../emulator/seed.ts';
import { connectTeams, createPerson, signIn, type Person } from '../../scripts/person.ts';
import { createApiKey, createSignInToken, createWorkspace, type NewMember } from '../../src/access/service.ts';
import { createApp, type App } from '../../src/app.ts';
import { loadConfig, type Config } from '../../src/config.ts';
import { connect, type DatabaseConnection } from '../../src/database/connect.ts';
import type { SendMail } from '../../src/email/email.ts';
import { createLog } from '../../src/log.ts';
import { parseKeyRing } from '../../src/seal.ts';
import type { WebhookPost } from '../../src/webhooks/webhook.ts';
import { createTestDatabase } from './database.ts';
import { undocumented } from './documented.ts';

export const publicUrl = 'http://localhost:3000';
/** The clock of a test stands at a Monday morning until the test moves it. */
export const monday = new Date('2026-11-23T07:00:00Z');

export type System = Awaited<ReturnType<typeof startSystem>>;

type Options = {
  env?: Record<string, string>;
  /** Stands between Parley and the emulator: counts, delays, breaks. */
  wrapFetch?: (inner: typeof fetch) => typeof fetch;
  emulator?: Emulator;
  /** Takes Parley's mail; without it, e-mail is not configured. */
  sendMail?: SendMail | undefined;
  /** Receives Parley's webhooks; without it, nothing arrives. */
  post?: WebhookPost | undefined;
};

/**
 * The whole of Parley in this process, on its own PostgreSQL database, against the emulator behind Microsoft's own
 * addresses, with one clock. Ends by itself; a test whose system logged an error that it did not expect fails.
 */
export async function startSystem(t: TestContext, options: Options = {}) {
  const clock = createClock(monday);
  const emulator = options.emulator ?? createEmulator({ now: () => clock.now().getTime() });
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(line) });
  const address = await createTestDatabase(t);
  const database = connect({ address, poolSize: 10, log });
  const keyRingText = `test:${randomBytes(32).toString('base64')}`;
  const keyRing = parseKeyRing(keyRingText);
  const storageDirectory = join(tmpdir(), `parley-artifacts-${randomBytes(8).toString('hex')}`);
  const config = testConfig({ Storage__Directory: storageDirectory, ...options.env });
  const microsoft = options.wrapFetch?.(emulator.fetch) ?? emulator.fetch;
  const { sendMail, post } = options;
  const app = await createApp(config, { database, keyRing, fetch: microsoft, now: clock.now, log, sendMail, post });
  const expectedErrors: RegExp[] = [];
  const notDescribed = new Set<string>();
  t.after(async () => {
    await app.close();
    await database.close();
    await rm(storageDirectory, { recursive: true, force: true });
    const unexpected = errorLines(lines).filter((line) => !expectedErrors.some((pattern) => pattern.test(line)));
    if (unexpected.length > 0) throw new Error(`unexpected errors in the log:\n${unexpected.join('\n')}`);
    const told = [...notDescribed].join('\n');
    if (told) throw new Error(`refusals that src/http/operations.ts does not name, or no problems:\n${told}`);
  });
  const world: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    if (!request.url.startsWith(publicUrl)) return emulator.fetch(request);
    const answer = await app.http.fetch(request);
    const refusal = await undocumented(request, answer);
    if (refusal) notDescribed.add(refusal);
    return answer;
  };
  const system = {
    app,
    config,
    address,
    /** Where recordings are stored; it is made when the first one is. */
    storageDirectory,
    clock,
    emulator,
    database,
    keyRing,
    keyRingText,
    log,
    lines,
    sendMail,
    post,
    world,
    /** Lets an error line that matches pass. */
    expectError: (pattern: RegExp) => expectedErrors.push(pattern),
    person: () => createPerson(world),
    request: (path: string, init?: RequestInit) => world(publicUrl + path, init),
    /** Moves the clock, then does what became due. */
    async advance(ms: number) {
      clock.advance(ms);
      await app.sweep();
      await app.drain();
    },
    work: () => app.drain(),
  };
  return system;
}

/** A second process, as far as one process can be two: its own connections and memory on the database of a system. */
export async function startPeer(t: TestContext, system: System, { microsoft }: { microsoft?: typeof fetch } = {}) {
  const { config, keyRing, log, clock, emulator, sendMail, post } = system;
  const database = connect({ address: system.address, poolSize: 10, log });
  const world = { fetch: microsoft ?? emulator.fetch, now: clock.now, sendMail, post };
  const app = await createApp(config, { database, keyRing, log, ...world });
  t.after(async () => {
    await app.close();
    await database.close();
  });
  return {
    app,
    request: async (path: string, init?: RequestInit) => app.http.fetch(new Request(publicUrl + path, init)),
  };
}

/** The environment of a Parley that is pointed at Microsoft's own addresses. */
export const testEnvironment = {
  Server__PublicUrl: publicUrl,
  // The clock stands still: nobody's requests of a test would ever be forgotten.
  Api__RequestsPerMinute: '0',
  MicrosoftTeams__ClientId: PARLEY_CLIENT_ID,
  MicrosoftTeams__ClientSecret: PARLEY_CLIENT_SECRET,
};

/** A configuration as the environment would give it. */
export function testConfig(env: Record<string, string> = {}): Config {
  return loadConfig({ env: { ...testEnvironment, ...env }, files: [], readFile: () => '' });
}

function createClock(start: Date) {
  let at = start.getTime();
  return {
    now: () => new Date(at),
    advance: (ms: number) => void (at += ms),
    set: (to: Date) => void (at = to.getTime()),
  };
}

function errorLines(lines: string[]): string[] {
  return lines.filter(
    (line) =>
      (JSON.parse(line) as { level: number | string }).level === 50 ||
      (JSON.parse(line) as { level: string }).level === 'error',
  );
}

/** A member of a new workspace, signed in with a browser, with an API key. */
export async function startWorkspace(
  system: System,
  member: Partial<NewMember> = {},
  slug = `w-${randomBytes(4).toString('hex')}`,
) {
  const owner: NewMember = {
    email: 'dana@desk.example',
    name: 'Dana Reyes',
    role: 'owner',
    timeZone: 'Europe/Berlin',
    ...member,
  };
  const deps = { db: system.database.db, now: system.clock.now, keyRing: system.keyRing };
  const { workspaceId, memberId } = await createWorkspace(deps, { name: 'Front desk', slug, owner });
  const { secret } = await createApiKey(deps, workspaceId, 'tests');
  const person = system.person();
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);
  return { workspaceId, memberId, slug, apiKey: secret, person, api: apiClient(system, secret) };
}

export type ApiAnswer = { status: number; headers: Headers; body: Record<string, any> }; // oxlint-disable-line typescript/no-explicit-any -- tests look into answers of any shape
export type ApiClient = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<ApiAnswer>;

/** Calls the API with a key, as another program does. */
export function apiClient(system: Pick<System, 'request'>, key: string): ApiClient {
  return async (method, path, body, headers = {}) => {
    const response = await system.request(path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text.startsWith('{') ? JSON.parse(text) : { text },
    };
  };
}

/** Somebody of the emulator, by the name before the @ of their address. */
export function userNamed(emulator: Emulator, name: string) {
  const user = [...emulator.context.directory.users.values()].find((candidate) =>
    candidate.userPrincipalName.startsWith(`${name}@`),
  );
  if (!user) throw new Error(`nobody in the emulator is called ${name}`);
  return user;
}

/** A workspace whose owner has connected Teams as Dana and takes bookings Monday to Friday, nine to five in Berlin. */
export async function startDesk(
  system: System,
  { user = 'dana.reyes', rules = {} }: { user?: string; rules?: object } = {},
) {
  const workspace = await startWorkspace(system);
  const organizer = userNamed(system.emulator, user);
  await connectTeams(workspace.person, publicUrl, organizer.id);
  const { body: eventType } = await workspace.api('POST', '/v1/event-types', {
    hostId: workspace.memberId,
    slug: 'intro-call',
    title: 'Intro call',
    timeZone: 'Europe/Berlin',
    minNoticeMinutes: 0,
    ...rules,
  });
  await system.work();
  return {
    ...workspace,
    organizer,
    eventType: eventType as { id: string; bookingUrl: string } & Record<string, unknown>,
  };
}

export type Desk = Awaited<ReturnType<typeof startDesk>>;
export type { App, DatabaseConnection, Person };
