import { createHash, generateKeyPairSync } from 'node:crypto';
import type { Hono } from 'hono';
import { createArtifacts } from './artifacts/artifacts.ts';
import { endMeeting } from './artifacts/end-meeting.ts';
import type { EndedMeeting, MeetingEnd } from './artifacts/end-meeting.ts';
import type { Context, Fault, RecordedCall, Switches } from './context.ts';
import { controlApp } from './control/control.ts';
import { refuseForeign } from './control/guard.ts';
import { entraApp } from './entra/entra.ts';
import { createEntraState } from './entra/state.ts';
import { armFault } from './faults.ts';
import type { FaultRequest } from './faults.ts';
import { createFetch } from './fetch.ts';
import { graphApp } from './graph/graph.ts';
import { createMailboxes } from './graph/mailboxes.ts';
import { homeApp } from './home.ts';
import { listenOnLoopback } from './listen.ts';
import type { Listening } from './listen.ts';
import { createCourier } from './notifications/courier.ts';
import { deliver } from './notifications/deliver.ts';
import { createNotifications } from './notifications/notifications.ts';
import type { Delivery, Post } from './notifications/notifications.ts';
import { createPost } from './notifications/post.ts';
import { outlookApp } from './outlook/outlook.ts';
import { defaultSeed, plant } from './seed.ts';
import type { Seed } from './seed.ts';
import { storageApp } from './storage/storage.ts';
import { teamsFrameApp } from './teams-frame/teams-frame.ts';
import { carry } from './transport.ts';
import type { Outcome } from './transport.ts';

export const ENTRA_ORIGIN = 'https://login.microsoftonline.com';
export const GRAPH_ORIGIN = 'https://graph.microsoft.com';
/** In-process stand-in for the pages that Microsoft does not have: `/control` and `/outlook`. */
export const CONTROL_ORIGIN = 'http://emulator.localhost';
/** In-process stand-in for the host on which Microsoft keeps the bytes of recordings. */
export const STORAGE_ORIGIN = 'https://recordings.storage.example';

/** A Microsoft that runs on this machine. */
export type Emulator = {
  /** Serves production URLs in this process. */
  fetch: typeof fetch;
  /** Serves the same on one loopback port (0: any free one). */
  listen: (options?: { port?: number; host?: string }) => Promise<Listening>;
  /** Forgets everything and plants the seed again; armed faults and recorded calls go too. */
  reset: () => void;
  context: Context;
  clock: { now: () => number; set: (to: Date | number) => void; advance: (ms: number) => void };
  /** Every call so far, oldest first. */
  readonly calls: RecordedCall[];
  /** Makes the next matching calls fail. Returns the fault's id. */
  fail: (fault: FaultRequest) => string;
  switches: Switches;
  /** Holds a session of a meeting and ends it, with what it leaves: recordings, transcripts, an attendance report. */
  endMeeting: (end: MeetingEnd) => EndedMeeting;
  /** Sends the change notifications that are due. While the emulator listens, that happens by itself. */
  deliver: () => Promise<Delivery[]>;
};

/**
 * Starts an emulator with nothing listening. `now` is the clock beneath the emulator's own, which can be moved; `post`
 * carries change notifications, by default over the network to this machine.
 */
export function createEmulator(
  options: { seed?: Seed; now?: () => number; origins?: Partial<Context['origins']>; post?: Post } = {},
): Emulator {
  const beneath = options.now ?? Date.now;
  let offset = 0;
  const now = () => beneath() + offset;
  const context: Context = {
    now,
    ...freshState(options.seed ?? defaultSeed(now())),
    switches: defaultSwitches(),
    faults: [],
    calls: [],
    post: options.post ?? createPost(fetch, Date.now),
    origins: {
      entra: ENTRA_ORIGIN,
      graph: GRAPH_ORIGIN,
      control: CONTROL_ORIGIN,
      storage: STORAGE_ORIGIN,
      ...options.origins,
    },
    keys: signingKeys(),
    clock: {
      set: (to) => (offset = to - beneath()),
      advance: (ms) => (offset += ms),
    },
    reset,
  };
  function reset(): void {
    offset = 0;
    Object.assign(context, freshState(options.seed ?? defaultSeed(now())));
    Object.assign(context.switches, defaultSwitches());
    context.faults.length = 0;
    context.calls.length = 0;
  }
  return { ...doors(context), reset, context, ...levers(context) };
}

function levers(context: Context) {
  return {
    clock: {
      now: context.now,
      set: (to: Date | number) => context.clock.set(Number(to)),
      advance: (ms: number) => context.clock.advance(ms),
    },
    calls: context.calls,
    fail: (fault: FaultRequest) => armFault(context, fault),
    switches: context.switches,
    endMeeting: (end: MeetingEnd) => endMeeting(context, end),
    deliver: () => deliver(context),
  };
}

/** The two ways in: `fetch` by host, `listen` by path. */
function doors(context: Context): Pick<Emulator, 'fetch' | 'listen'> {
  const apps = {
    entra: entraApp(context),
    graph: graphApp(context),
    storage: storageApp(context),
    outlook: outlookApp(context),
    teams: teamsFrameApp(context),
    control: controlApp(context),
    home: homeApp(context),
  };
  const courier = createCourier(context);
  const carryTo = async (service: RecordedCall['service'], app: Hono, request: Request): Promise<Outcome> => {
    const outcome = await carry(context, service, app, request);
    courier.look();
    return outcome;
  };
  const carryOwn = (request: Request): Promise<Outcome> => {
    const refused = refuseForeign(request);
    if (refused !== undefined) return Promise.resolve(refused);
    const { pathname } = new URL(request.url);
    if (/^\/(control)(\/|$)/.test(pathname)) return carryTo('emulator', apps.control, request);
    if (/^\/(outlook)(\/|$)/.test(pathname)) return carryTo('emulator', apps.outlook, request);
    if (/^\/teams(\/|$)/.test(pathname)) return carryTo('emulator', apps.teams, request);
    return carryTo('emulator', apps.home, request);
  };
  const carryByPath = (request: Request) => {
    const { pathname } = new URL(request.url);
    if (/^\/(v1\.0|beta)(\/|$)/.test(pathname)) return carryTo('graph', apps.graph, request);
    if (/^\/($|control|outlook|teams(\/|$)|favicon\.ico$)/.test(pathname)) return carryOwn(request);
    if (pathname.startsWith('/storage/')) return carryTo('storage', apps.storage, request);
    return carryTo('entra', apps.entra, request);
  };
  return {
    fetch: createFetch((request) => {
      const { origin } = new URL(request.url);
      if (origin === new URL(context.origins.entra).origin && origin === new URL(context.origins.graph).origin) {
        return carryByPath(request);
      }
      if (origin === new URL(context.origins.storage).origin) return carryTo('storage', apps.storage, request);
      if (origin === new URL(context.origins.entra).origin) return carryTo('entra', apps.entra, request);
      if (origin === new URL(context.origins.graph).origin) return carryTo('graph', apps.graph, request);
      return origin === context.origins.control ? carryOwn(request) : undefined;
    }),
    async listen({ port = 3100, host } = {}) {
      const listening = await listenOnLoopback(carryByPath, host === undefined ? { port } : { port, host });
      const before = { ...context.origins };
      const { url } = listening;
      Object.assign(context.origins, { entra: url, graph: url, control: url, storage: anotherHost(url) });
      courier.start();
      return {
        url,
        async close() {
          Object.assign(context.origins, before);
          await courier.stop();
          await listening.close();
        },
      };
    },
  };
}

/** The same port under the loopback's other name: a host that must not see what is meant for Graph. */
function anotherHost(url: string): string {
  const other = new URL(url);
  if (other.hostname === 'localhost') other.hostname = '127.0.0.1';
  return other.origin;
}

function freshState(
  seed: Seed,
): Pick<Context, 'directory' | 'mailboxes' | 'entra' | 'teams' | 'teamsApps' | 'exchange' | 'notifications'> {
  return {
    directory: plant(seed),
    mailboxes: createMailboxes(),
    entra: createEntraState(),
    teams: { policies: new Map(), meetings: new Map(), artifacts: createArtifacts() },
    teamsApps: new Map(),
    exchange: new Map(),
    notifications: createNotifications(),
  };
}

function defaultSwitches(): Switches {
  return {
    joinUrlDelayMs: 0,
    duplicateTransactionStatus: 400,
    cancelWithoutAttendees: 'refused',
    bodyWithoutBlock: 'disables',
    ifMatch: 'ignored',
    joinUrlForm: 'meetup-join',
    idtypUser: true,
    adminConsentCancel: 'permission_denied',
    latencyMs: 0,
    teamsPolicyDelayMs: 0,
    exchangePolicyDelayMs: 0,
    policyRefusal: 'documented',
    groupPolicies: 'honoured',
    exchangeRefusal: 'odata-disabled',
    onlineMeetingLookupDelayMs: 0,
    unknownJoinUrl: 'empty',
    unlicensedMeetingOption: 'refused',
    undocumentedMeetingOption: 'accepted',
    meetingOfDeletedEvent: 'stays',
    directoryLagMs: 0,
    extensionAttributeFilter: 'basic',
    onlineUserPolicy: 'name',
    eventSubscriptionMinutes: 10_070,
    duplicateSubscription: 'refused',
    lostDeltaToken: 'gone',
    artifactDelayMs: 0,
    artifactPolicyRefusal: 'rsc',
    organizerMismatchStatus: 400,
    artifactPageSize: 100,
    emptyArtifactPages: 0,
    recordingContent: 'stream',
    recordingRange: 'honoured',
    recordingRetentionDays: 120,
    expandAttendanceRecords: 'honoured',
    getAllDateFilter: 'honoured',
    expiredMeeting: 'not-found',
    transcriptSettingsDelayMs: 0,
    transcriptSettingsMeanwhile: 'old',
    delegatedArtifactSubscriptions: 'accepted',
    artifactSubscriptionPolicy: 'not-needed',
    encryptedContentName: 'encryptedContent',
  };
}

let madeKeys: Context['keys'] | undefined;

/** Made once per process: a test run creates many emulators, and an RSA key costs a tenth of a second. */
function signingKeys(): Context['keys'] {
  if (madeKeys !== undefined) return madeKeys;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha1')
    .update(jwk.n ?? '')
    .digest('base64url');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  madeKeys = {
    kid,
    privateKey: privateKey.toCryptoKey(algorithm, false, ['sign']),
    publicKey: publicKey.toCryptoKey(algorithm, true, ['verify']),
    publicJwk: { kty: 'RSA', use: 'sig', kid, x5t: kid, n: jwk.n, e: jwk.e },
  };
  return madeKeys;
}

export type { Fault, RecordedCall, Switches };
