import { request as requestPlain, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestEncrypted } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { createAddressGuard } from './address-guard.ts';
import {
  mostAnswerBytes,
  storableText,
  timeoutMs,
  type WebhookAnswer,
  type WebhookPost,
  type WebhookRequest,
} from './webhook.ts';

export type ResolvedAddress = { address: string; family: number };

type Options = {
  /** CIDR networks that may be reached beside the public internet. */
  allowedNetworks: readonly string[];
  /** Asks the name system for every address of a name; throws when there is none. */
  resolve: (name: string) => Promise<ResolvedAddress[]>;
};

/**
 * The way to receivers. A name is resolved once for each request; every one of its addresses must be allowed, and the
 * connection goes to one of exactly these, whatever the name system says a moment later.
 */
export function createWebhookPost({ allowedNetworks, resolve }: Options): WebhookPost {
  const guard = createAddressGuard(allowedNetworks);
  return async ({ method = 'POST', url, headers, body, signal, answerWithinMs = timeoutMs }) => {
    const refusal = guard.refuseUrl(url);
    if (refusal !== undefined) return unreachable(refusal);
    const target = new URL(url);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]);
    try {
      const addresses = await within(limit, addressesOf(target, resolve));
      if (addresses.length === 0 || !addresses.every(({ address }) => guard.allows(address, target.protocol)))
        return unreachable('The name leads to an address that is not on the public internet.');
      return await send(target, { method, headers, body, addresses, signal: limit });
    } catch (error) {
      return unreachable(reasonOf(error, answerWithinMs));
    }
  };
}

async function addressesOf({ hostname }: URL, resolve: Options['resolve']): Promise<ResolvedAddress[]> {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  return family === 0 ? resolve(host) : [{ address: host, family }];
}

type Sending = Required<Pick<WebhookRequest, 'method' | 'headers' | 'body' | 'signal'>> & {
  addresses: ResolvedAddress[];
};

function send(target: URL, { method, headers, body, addresses, signal }: Sending): Promise<WebhookAnswer> {
  const options: RequestOptions = {
    method,
    headers: { ...headers, ...(method === 'POST' && { 'content-length': Buffer.byteLength(body) }) },
    agent: false,
    lookup: answering(addresses),
    signal,
  };
  return new Promise((resolve, reject) => {
    const request = target.protocol === 'https:' ? requestEncrypted : requestPlain;
    request(target, options, (response) => void readAnswer(response).then(resolve, reject))
      .on('error', reject)
      .end(method === 'POST' ? body : undefined);
  });
}

/** A name system that knows one answer. */
function answering(addresses: ResolvedAddress[]): LookupFunction {
  return (_name, { all }, callback) => {
    const [first = { address: '', family: 4 }] = addresses;
    if (all) callback(null, addresses);
    else callback(null, first.address, first.family);
  };
}

async function readAnswer(response: IncomingMessage): Promise<WebhookAnswer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      parts.push(part);
      length += part.length;
      if (length >= mostAnswerBytes) break;
    }
  } catch {
    // The status is the answer; a body that breaks off is shown as far as it came.
  }
  response.destroy();
  const body = storableText(Buffer.concat(parts).subarray(0, mostAnswerBytes));
  const { statusCode = 0, headers } = response;
  return { kind: 'answered', status: statusCode, retryAfter: headers['retry-after'], body };
}

/** For what cannot be aborted itself: the name system. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason as Error);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', stop));
}

function unreachable(error: string): WebhookAnswer {
  return { kind: 'unreachable', error };
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection broke off before there was an answer.',
  ENOTFOUND: 'There is no such name.',
  EAI_AGAIN: 'The name could not be resolved at the moment.',
  EHOSTUNREACH: 'There is no way to the address.',
  ENETUNREACH: 'There is no way to the address.',
  CERT_HAS_EXPIRED: 'The certificate has expired.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is signed by nobody who is trusted.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate is incomplete: the receiver sends its own without those above it.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another name.',
};

function reasonOf(error: unknown, answerWithinMs: number): string {
  const { name, code, cause } = error as { name?: string; code?: string; cause?: { name?: string } };
  if (name === 'TimeoutError' || cause?.name === 'TimeoutError')
    return `There was no answer within ${answerWithinMs / 1000} seconds.`;
  return reasons[code ?? ''] ?? `The connection failed (${code ?? name ?? 'unknown'}).`;
}
