import type { Operation } from './generated/schemas.ts';
import { errorOf, ParleyError, unanswered, unreadable } from './parley-error.ts';

export type Settings = {
  /** Where Parley is, such as `https://meet.example.com`. */
  baseUrl: string;
  /** `parley_key_…`. Left out, none is sent: in a page of the console the session is enough. */
  apiKey?: string;
  /** How often a request is tried again whose repetition does no harm; 2 by default. */
  retries?: number;
  /** How long one attempt may take, in milliseconds; 30,000 by default. A `wait` is added to it. */
  timeoutMs?: number;
  /** Sent with every request. */
  headers?: Record<string, string>;
};

/** What a client needs of the world around it. */
export type World = {
  fetch: typeof globalThis.fetch;
  now: () => number;
  /** From 0 to 1. */
  random: () => number;
  sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
};

export type CallOptions = {
  /** Gives up; the call is rejected with the signal's reason. */
  signal?: AbortSignal;
  /** Your own key, such as your order's number. Left out, each call has a new one, which its retries share. */
  idempotencyKey?: string;
  /** Says what would happen, with the same checks and refusals, and nothing does. */
  dryRun?: boolean;
  /** Waits up to so many seconds, at most 30, for Microsoft: for the join link of what is made. */
  wait?: number;
  /** Is answered with an operation where Microsoft has not heard of it by then: see `waitFor`. */
  respondAsync?: boolean;
  timeoutMs?: number;
  retries?: number;
  headers?: Record<string, string>;
};

/** What would have happened. The ids in `answer` exist nowhere. */
export type DryRun<T> = {
  dryRun: true;
  status: number;
  answer: T;
  events: { type: string; meetingId: string | null; bookingId: string | null; details: Record<string, unknown> }[];
};

/** The answer to a call: with `dryRun: true`, what it would have been; with `respondAsync: true`, perhaps an operation. */
export type Answer<T, O> = O extends { dryRun: true }
  ? DryRun<T>
  : O extends { respondAsync: true }
    ? T | Operation
    : T;

export type Call = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With ids already encoded. */
  path: string;
  query?: object | undefined;
  body?: unknown;
  options?: CallOptions | undefined;
  /** How the answer is read; `response` leaves that, and its stream, to the caller. */
  as?: 'json' | 'text' | 'response' | 'nothing';
  /** For what only asks, although it is a POST: it has no key, so that `wait` works, and is not repeated. */
  keyless?: true;
};

export type Send = <T>(call: Call) => Promise<T>;

const firstPauseMs = 500;
const longestPauseMs = 60_000;

/**
 * Sends calls, each as often as it may be: reads, PUT, and whatever has an Idempotency-Key are repeated after a passing
 * failure, later each time and never before `Retry-After`; everything else is sent once.
 */
export function createSend(settings: Settings, world: Partial<World>): Send {
  const around: World = { ...realWorld, ...world };
  void new URL(settings.baseUrl); // a TypeError here says more than one for each call
  return async <T>(call: Call): Promise<T> => {
    const { signal, retries = settings.retries ?? 2 } = call.options ?? {};
    const key = keyOf(call);
    const attempts = repeatable(call, key) ? retries + 1 : 1;
    for (let attempt = 1; ; attempt++) {
      const outcome = await attemptOnce(call, { settings, key, world: around });
      if (!(outcome instanceof Failure)) return outcome as T; // the caller names what its address answers
      const pauseMs = outcome.final ? undefined : pauseBefore(outcome.error, attempt, around.random());
      if (attempt >= attempts || pauseMs === undefined) throw outcome.error;
      await around.sleep(pauseMs, signal);
    }
  };
}

/** `final`: the same answer was kept for this key, and every other attempt would get it again. */
class Failure {
  readonly error: ParleyError;
  readonly final: boolean;
  constructor(error: ParleyError, final: boolean) {
    this.error = error;
    this.final = final;
  }
}

type Attempt = { settings: Settings; key: string | undefined; world: World };

async function attemptOnce(call: Call, { settings, key, world }: Attempt): Promise<unknown> {
  const { options = {} } = call;
  options.signal?.throwIfAborted();
  const ended = new AbortController();
  const limitMs = (options.timeoutMs ?? settings.timeoutMs ?? 30_000) + (options.wait ?? 0) * 1000;
  const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal;
  const request = { ...requestOf(call, settings, key), signal };
  const timer = setTimeout(() => ended.abort(), limitMs);
  try {
    const response = await world.fetch(urlOf(call, settings), request);
    if (response.ok) return await read(response, call.as ?? 'json');
    const isReplay = response.headers.get('idempotent-replayed') === 'true';
    return new Failure(await errorOf(response, world.now()), isReplay);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof ParleyError) return new Failure(error, true);
    return new Failure(unanswered(ended.signal.aborted ? 'timeout' : 'no_answer', error), false);
  } finally {
    clearTimeout(timer);
  }
}

function urlOf({ path, query = {}, options }: Call, { baseUrl }: Settings): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  if (options?.dryRun) parameters.set('dryRun', 'true');
  const search = parameters.size > 0 ? `?${parameters}` : '';
  return `${baseUrl.replace(/\/+$/, '')}${path}${search}`;
}

function requestOf({ method, body, options }: Call, settings: Settings, key: string | undefined): RequestInit {
  const preferred = [
    ...(options?.respondAsync ? ['respond-async'] : []),
    ...(options?.wait === undefined ? [] : [`wait=${options.wait}`]),
  ];
  const headers = {
    accept: 'application/json, */*;q=0.5',
    ...(settings.apiKey !== undefined && { authorization: `Bearer ${settings.apiKey}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(key !== undefined && { 'idempotency-key': key }),
    ...(preferred.length > 0 && { prefer: preferred.join(', ') }),
    ...settings.headers,
    ...options?.headers,
  };
  return {
    method,
    headers: new Headers(headers),
    // Followed, a POST would become a GET, and a list of bookings look like a new one.
    redirect: method === 'GET' ? 'follow' : 'manual',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}

async function read(response: Response, as: NonNullable<Call['as']>): Promise<unknown> {
  if (as === 'response') return response;
  const text = await response.text();
  if (as === 'text') return text;
  // A dry run of what answers with nothing does answer.
  if (text === '' && as === 'nothing') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(response, cause);
  }
}

/** Of each call its own, unless the caller has one. What only asks needs none. */
function keyOf({ method, keyless, options }: Call): string | undefined {
  if (options?.idempotencyKey !== undefined) return options.idempotencyKey;
  return method === 'GET' || method === 'PUT' || keyless ? undefined : crypto.randomUUID();
}

function repeatable({ method }: Call, key: string | undefined): boolean {
  return key !== undefined || method === 'GET' || method === 'PUT' || method === 'DELETE';
}

/** Doubles with each attempt, half of it by chance, so that many clients do not come back at the same moment. */
function pauseBefore(
  { retryable, retryAfterMs = 0 }: ParleyError,
  attempt: number,
  chance: number,
): number | undefined {
  if (!retryable || retryAfterMs > longestPauseMs) return undefined;
  const most = Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
  return Math.max(retryAfterMs, most / 2 + (most / 2) * chance);
}

const realWorld: World = {
  fetch: (input, init) => globalThis.fetch(input, init),
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, ms);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};
