import { GraphError, type GraphFailure } from './graph-error.ts';
import { noAnswer, recorded, refusal, unreadable, urlOf, type GraphDeps, type OpenCall } from './graph.ts';

export type ContentRequest = {
  accessToken: string;
  /** Below `/v1.0`, already percent-encoded. */
  path: string;
  accept: string;
  prefer?: readonly string[];
  /** Bytes, both ends included. */
  range?: { from: number; to?: number | undefined } | undefined;
  signal?: AbortSignal | undefined;
};

/** An answer whose head has come; the body comes as fast as it is read. */
export type Content = {
  status: number;
  headers: Headers;
  body: ReadableStream<Uint8Array>;
  /** What to throw when the answer is not what was asked for. Ends the transfer. */
  reject: (why: string) => Promise<GraphError>;
};

/** A range was asked for that begins behind the end (RFC 9110, 15.5.17). */
export class RangeBeyondEnd extends GraphError {
  /** How many bytes there are, where the answer says it. */
  readonly totalBytes: number | undefined;

  constructor(error: GraphError, totalBytes: number | undefined) {
    super(againAs(error.code, error));
    this.totalBytes = totalBytes;
  }
}

const HEAD_TIMEOUT_MS = 30_000;
/** Without a byte, while somebody waits for one. The whole may take hours: a recording is large, and its reader slow. */
const IDLE_TIMEOUT_MS = 60_000;
const MOST_REDIRECTS = 5;
const MOST_ERROR_BYTES = 64 * 1024;

/**
 * One GET whose answer is no JSON, without a limit to its length or duration, but for silence. Redirects are followed,
 * without the token as soon as they leave Graph (Graph docs: “Get callRecording”). Every failure is a `GraphError`, also
 * one of the body while it is read, and a body that ends before its announced length.
 */
export async function openContent(deps: GraphDeps, request: ContentRequest): Promise<Content> {
  return recorded(deps, { method: 'GET', path: request.path }, async (call) => {
    const ending = new AbortController();
    const response = await follow(deps, request, call, ending);
    const { body, status, headers } = response;
    if (!body) throw unreadable(response, call.clientRequestId, 'The answer has no content.');
    const content = paced(body, { ending, bytes: lengthOf(headers), clientRequestId: call.clientRequestId });
    const reject = async (why: string) => {
      ending.abort();
      await content.cancel().catch(() => undefined); // somebody reads it, or nobody does any more
      return unreadable(response, call.clientRequestId, why);
    };
    return { status, headers, body: content, reject };
  });
}

/** The whole content as bytes, or its beginning where it is longer than `limit`; then the transfer ends. */
export async function readContent(content: Content, limit: number): Promise<{ bytes: Buffer; isWhole: boolean }> {
  return collect(content.body, limit);
}

async function follow(
  deps: GraphDeps,
  request: ContentRequest,
  call: OpenCall,
  ending: AbortController,
): Promise<Response> {
  let url = new URL(urlOf(deps, request.path));
  const home = url;
  let isHome = true;
  for (let hop = 0; ; hop += 1) {
    const response = await ask(deps, request, { url, isHome, clientRequestId: call.clientRequestId, ending });
    call.response = response;
    if (response.ok) return response;
    const location = [301, 302, 303, 307, 308].includes(response.status) ? response.headers.get('location') : null;
    if (location === null) throw await refusalOf(deps, call, response, isHome);
    await response.body?.cancel();
    const next = URL.parse(location, url.href);
    if (!next || hop >= MOST_REDIRECTS || !isSafe(next, home)) {
      throw unreadable(response, call.clientRequestId, 'The answer leads to an address that Parley does not ask.');
    }
    url = next;
    isHome &&= next.origin === home.origin;
  }
}

/** Unencrypted only where Graph itself is a stand-in on this machine. */
function isSafe(url: URL, home: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && home.protocol === 'http:');
}

async function ask(
  deps: GraphDeps,
  request: ContentRequest,
  p: { url: URL; isHome: boolean; clientRequestId: string; ending: AbortController },
): Promise<Response> {
  const { range, signal } = request;
  const timer = setTimeout(() => p.ending.abort(late()), HEAD_TIMEOUT_MS);
  try {
    return await deps.fetch(p.url.href, {
      headers: {
        accept: request.accept,
        // Ranges and lengths are those of the content itself.
        'accept-encoding': 'identity',
        ...(range && { range: `bytes=${range.from}-${range.to ?? ''}` }),
        ...(p.isHome && {
          authorization: `Bearer ${request.accessToken}`,
          'client-request-id': p.clientRequestId,
          'return-client-request-id': 'true',
          ...(request.prefer?.length && { prefer: request.prefer.join(', ') }),
        }),
      },
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, p.ending.signal]) : p.ending.signal,
    });
  } catch (cause) {
    throw noAnswer(cause, { status: 0, clientRequestId: p.clientRequestId });
  } finally {
    clearTimeout(timer);
  }
}

async function refusalOf(deps: GraphDeps, call: OpenCall, response: Response, isHome: boolean): Promise<GraphError> {
  const text = response.body ? await collect(response.body, MOST_ERROR_BYTES).catch(() => undefined) : undefined;
  const error = refusal(deps, call, { response, text: text?.bytes.toString('utf8') ?? '' });
  if (response.status === 416) {
    const total = /^bytes \*\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1];
    return new RangeBeyondEnd(error, total === undefined ? undefined : Number(total));
  }
  if (isHome || error.outcome === 'unknown') return error;
  // The storage behind Graph has codes of its own, and a 401 of it says nothing of our token.
  return new GraphError(againAs('content_refused', error));
}

function againAs(code: string, error: GraphError): GraphFailure {
  const { status, outcome, innerCodes, providerMessage, requestId, clientRequestId, date, retryAfterMs, path } = error;
  const known = { status, outcome, providerMessage, requestId, clientRequestId, date, retryAfterMs, path };
  return { ...known, code, innerCodes: code === error.code ? innerCodes : [error.code, ...innerCodes], cause: error };
}

/** As the body, but never silent for long while it is read, and never shorter than was announced. */
function paced(
  body: ReadableStream<Uint8Array>,
  p: { ending: AbortController; bytes: number | undefined; clientRequestId: string },
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let received = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await within(IDLE_TIMEOUT_MS, reader.read(), p.ending);
          if (value) received += value.byteLength;
          if (!done) return controller.enqueue(value);
          if (p.bytes !== undefined && received !== p.bytes) throw new TypeError('the answer was cut off');
          controller.close();
        } catch (cause) {
          p.ending.abort();
          controller.error(noAnswer(cause, { status: 0, clientRequestId: p.clientRequestId }));
        }
      },
      cancel(reason) {
        p.ending.abort();
        reader.cancel(reason).catch(() => undefined); // it is broken off already
      },
    },
    { highWaterMark: 0 },
  );
}

async function within<T>(ms: number, work: Promise<T>, ending: AbortController): Promise<T> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    silence.reject(late());
    ending.abort(late());
  }, ms);
  try {
    return await Promise.race([work, silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function collect(body: ReadableStream<Uint8Array>, limit: number): Promise<{ bytes: Buffer; isWhole: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop cancels the body.
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > limit) return { bytes: Buffer.concat(chunks).subarray(0, limit), isWhole: false };
  }
  return { bytes: Buffer.concat(chunks), isWhole: true };
}

/** `undefined` where it is not the length of what is read. */
function lengthOf(headers: Headers): number | undefined {
  const encoding = headers.get('content-encoding') ?? 'identity';
  const length = headers.get('content-length') ?? '';
  return encoding === 'identity' && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

function late(): DOMException {
  return new DOMException('nothing came in time', 'TimeoutError');
}
