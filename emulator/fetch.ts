import type { Outcome } from './transport.ts';

/** Carries one request to the service that answers on its host; `undefined` for a host that does not exist. */
export type Carry = (request: Request) => Promise<Outcome> | undefined;

const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * `fetch` as production code knows it: follows redirects, obeys the abort signal, and fails like undici when a
 * connection breaks or a name does not resolve.
 */
export function createFetch(carry: Carry): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    let response = await untilAborted(send(carry, request), request.signal);
    let url = request.url;
    for (let hops = 0; redirects.has(response.status) && request.redirect !== 'manual'; hops += 1) {
      const location = response.headers.get('location');
      if (location === null) break;
      if (hops === 20 || request.redirect === 'error') throw failed('too many redirects', 'ERR_REDIRECT');
      url = new URL(location, url).href;
      const headers = new Headers(request.headers);
      if (new URL(url).origin !== new URL(request.url).origin) headers.delete('authorization');
      response = await untilAborted(send(carry, new Request(url, { headers })), request.signal);
    }
    return Object.defineProperty(obedient(response, request.signal), 'url', { value: url });
  };
}

async function send(carry: Carry, request: Request): Promise<Response> {
  const host = new URL(request.url).hostname;
  const carried = carry(request);
  if (carried === undefined) throw failed(`getaddrinfo ENOTFOUND ${host}`, 'ENOTFOUND');
  const outcome = await carried;
  if (outcome === 'dropped') throw failed('read ECONNRESET', 'ECONNRESET');
  return outcome;
}

/** The answer, with a body that ends with the caller's patience. JSON and pages are there at once and need none of it. */
function obedient(response: Response, signal: AbortSignal): Response {
  const isShort = /json|html/.test(response.headers.get('content-type') ?? '');
  if (response.body === null || isShort) return response;
  const { status, headers } = response;
  return new Response(response.body.pipeThrough(new TransformStream(), { signal }), { status, headers });
}

function failed(message: string, code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) });
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
