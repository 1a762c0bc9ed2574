import type { ZodType } from 'zod';
import { GraphError, parseGraphError } from './graph-error.ts';
import { retryAfterMs } from './retry-after.ts';

export { GraphError } from './graph-error.ts';

export type GraphCall = {
  method: string;
  /** Path without ids and query, e.g. `/me/events/{id}/cancel`. */
  path: string;
  /** 0 when no answer came. */
  status: number;
  durationMs: number;
  requestId: string | undefined;
  clientRequestId: string;
};

export type GraphDeps = {
  fetch: typeof fetch;
  now: () => Date;
  /** `https://graph.microsoft.com`, a national cloud, or a stand-in. */
  baseUrl: string;
  /** Told about every call, also about those that fail. */
  onCall?: ((call: GraphCall) => void) | undefined;
};

export type GraphRequest<T> = {
  accessToken: string;
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `/v1.0`, already percent-encoded: `/me/events?$top=1`. */
  path: string;
  /** What the answer must look like; an empty body is `undefined`. */
  schema: ZodType<T>;
  body?: unknown;
  /** Sent instead of a body, as plain text: MIME in base64. */
  text?: string;
  /** Values of the `Prefer` header. */
  prefer?: string[];
  /** An advanced query of the directory: it may be some seconds behind, and its path needs `$count=true`. */
  eventual?: boolean;
  signal?: AbortSignal | undefined;
  /** Defaults to 20 seconds. */
  timeoutMs?: number;
};

/** One call to Graph v1.0, once: retrying is the caller's decision. Every failure is a `GraphError`. */
export async function graph<T>(deps: GraphDeps, request: GraphRequest<T>): Promise<T> {
  return recorded(deps, request, async (call) => {
    const response = await send(deps, request, call.clientRequestId);
    call.response = response;
    const text = await readBody(response, call.clientRequestId);
    if (!response.ok) throw refusal(deps, call, { response, text });
    return parseBody(request.schema, response, text, call.clientRequestId);
  });
}

/** A call while it lasts. */
export type OpenCall = {
  clientRequestId: string;
  /** Path without ids and query. */
  path: string;
  /** Set as soon as there is one. */
  response?: Response;
};

/** Runs one call, whatever it reads, and tells `onCall` how it ended. */
export async function recorded<T>(
  deps: GraphDeps,
  request: { method: string; path: string },
  run: (call: OpenCall) => Promise<T>,
): Promise<T> {
  const startedAt = deps.now().getTime();
  const call: OpenCall = { clientRequestId: crypto.randomUUID(), path: pathTemplate(request.path) };
  try {
    return await run(call);
  } finally {
    deps.onCall?.({
      method: request.method,
      path: call.path,
      status: call.response?.status ?? 0,
      durationMs: deps.now().getTime() - startedAt,
      requestId: call.response?.headers.get('request-id') ?? undefined,
      clientRequestId: call.clientRequestId,
    });
  }
}

/** The error of an answer of Graph's outside 2xx. */
export function refusal(deps: GraphDeps, call: OpenCall, answer: { response: Response; text: string }): GraphError {
  const waitMs = retryAfterMs(answer.response.headers, deps.now());
  return parseGraphError({ ...answer, path: call.path, clientRequestId: call.clientRequestId, retryAfterMs: waitMs });
}

/** Of a path below `/v1.0`. */
export function urlOf(deps: GraphDeps, path: string): string {
  return `${deps.baseUrl.replace(/\/$/, '')}/v1.0${path}`;
}

/** The connection broke or patience ran out: whatever was asked may have been done all the same. */
export function noAnswer(cause: unknown, answer: { status: number; clientRequestId: string }): GraphError {
  const timedOut = cause instanceof Error && (cause.name === 'TimeoutError' || cause.name === 'AbortError');
  return new GraphError({ ...answer, code: timedOut ? 'timeout' : 'network_error', outcome: 'unknown', cause });
}

/** A success whose body is not what was asked for. */
export function unreadable(response: Response, clientRequestId: string, why: string, cause?: unknown): GraphError {
  return new GraphError({
    status: response.status,
    code: 'unreadable_answer',
    outcome: 'unknown',
    providerMessage: why,
    requestId: response.headers.get('request-id') ?? undefined,
    clientRequestId,
    date: response.headers.get('date') ?? undefined,
    cause,
  });
}

/** The path of a next link, for another `graph` call: only on Graph's own origin, so that no token goes elsewhere. */
export function nextPath(deps: GraphDeps, nextLink: string): string {
  const root = new URL(urlOf(deps, '/'));
  const url = URL.parse(nextLink);
  if (url?.origin === root.origin && url.pathname.startsWith(root.pathname)) {
    return url.pathname.slice(root.pathname.length - 1) + url.search;
  }
  throw new GraphError({
    status: 200,
    code: 'unreadable_answer',
    outcome: 'unknown',
    providerMessage: 'The next link leaves Graph.',
  });
}

async function send<T>(deps: GraphDeps, request: GraphRequest<T>, clientRequestId: string): Promise<Response> {
  const timeout = AbortSignal.timeout(request.timeoutMs ?? 20_000);
  const headers: Record<string, string> = {
    authorization: `Bearer ${request.accessToken}`,
    accept: 'application/json',
    'client-request-id': clientRequestId,
    'return-client-request-id': 'true',
  };
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  if (request.text !== undefined) headers['content-type'] = 'text/plain';
  if (request.eventual) headers['consistencylevel'] = 'eventual';
  if (request.prefer?.length) headers['prefer'] = request.prefer.join(', ');
  try {
    return await deps.fetch(urlOf(deps, request.path), {
      method: request.method,
      headers,
      redirect: 'manual',
      signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(request.text === undefined ? {} : { body: request.text }),
    });
  } catch (cause) {
    throw noAnswer(cause, { status: 0, clientRequestId });
  }
}

async function readBody(response: Response, clientRequestId: string): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    if (response.ok) throw noAnswer(cause, { status: 0, clientRequestId });
    return '';
  }
}

function parseBody<T>(schema: ZodType<T>, response: Response, text: string, clientRequestId: string): T {
  const fault = (why: string, cause?: unknown) => unreadable(response, clientRequestId, why, cause);
  if (text !== '' && !/^application\/([\w.-]+\+)?json\b/i.test(response.headers.get('content-type') ?? '')) {
    throw fault('The answer is not JSON.');
  }
  let json: unknown;
  try {
    json = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw fault('The answer is cut off or is not JSON.');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.') || 'body');
  throw fault(`The answer lacks what Parley needs: ${fields.join(', ')}.`, parsed.error);
}

const COLLECTIONS = new Set([
  'users',
  'events',
  'calendars',
  'onlineMeetings',
  'recordings',
  'transcripts',
  'attendanceReports',
  'servicePrincipals',
  'subscriptions',
]);

function pathTemplate(path: string): string {
  const segments = (path.split('?', 1)[0] ?? '').split('/');
  return segments
    .map((segment, index) => (COLLECTIONS.has(segments[index - 1] ?? '') ? '{id}' : segment.replace(/\(.*/, '({id})')))
    .join('/');
}
