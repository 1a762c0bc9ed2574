import { setTimeout as sleep } from 'node:timers/promises';
import type { Hono } from 'hono';
import { recordCall } from './calls.ts';
import type { Context, Fault, RecordedCall } from './context.ts';
import { cut } from './cut-body.ts';
import { refusal, takeFault } from './faults.ts';
import { compressed } from './graph/compression.ts';

/** What becomes of one request: an answer, or a connection that breaks. */
export type Outcome = Response | 'dropped';

type SpoilingFault = Exclude<Fault['kind'], { type: 'drop-request' | 'status' | 'aadsts' }>;

/** Lets one service answer a request, meets the armed faults on the way, and records what happened. */
export async function carry(
  context: Context,
  service: RecordedCall['service'],
  app: Hono,
  request: Request,
): Promise<Outcome> {
  const body = Buffer.from(await request.arrayBuffer());
  const fault = takeFault(context, service, request);
  const outcome = await answer(context, service, app, { request, body }, fault);
  const response = outcome === 'dropped' ? undefined : outcome;
  if (!new URL(request.url).pathname.startsWith('/control')) {
    const responseBody = response === undefined ? 'the connection broke' : await textOf(response, fault);
    recordCall(context, { service, request, body, status: response?.status ?? 0, responseBody });
  }
  return outcome !== 'dropped' && service === 'graph' && !cutsBody(fault) ? compressed(request, outcome) : outcome;
}

async function answer(
  context: Context,
  service: RecordedCall['service'],
  app: Hono,
  { request, body }: { request: Request; body: Buffer },
  fault: Fault['kind'] | undefined,
): Promise<Outcome> {
  if (fault?.type === 'drop-request') return 'dropped';
  if (fault?.type === 'status' || fault?.type === 'aadsts') return refusal(context, service, request, fault);
  const response = await app.fetch(rebuild(request, body));
  return fault === undefined ? response : spoil(response, fault, request.signal);
}

async function spoil(response: Response, fault: SpoilingFault, signal: AbortSignal): Promise<Outcome> {
  if (fault.type === 'drop-response') return 'dropped';
  if (fault.type === 'slow') {
    // A caller that gave up must not keep the process waiting.
    await sleep(fault.ms, undefined, { signal }).catch(() => undefined);
    return response;
  }
  if (fault.type === 'break-body' || fault.type === 'stall-body') return cut(response, fault);
  if (fault.type === 'content-type') return disguise(response, fault.value);
  if (isFilm(response)) return cut(response, { type: 'break-body', afterBytes: lengthOf(response) / 2 });
  const text = await response.text();
  return withBody(response, text.slice(0, Math.floor(text.length / 2)));
}

async function disguise(response: Response, contentType: string): Promise<Response> {
  const page = '<!doctype html><title>Gateway</title><p>This answer is not the one that was asked for.</p>';
  if (isFilm(response) && !contentType.includes('html')) {
    response.headers.set('content-type', contentType);
    return response;
  }
  const disguised = withBody(response, contentType.includes('html') ? page : await response.text());
  disguised.headers.set('content-type', contentType);
  return disguised;
}

function withBody(response: Response, body: string): Response {
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return new Response(body, { status: response.status, headers });
}

function rebuild(request: Request, body: Buffer): Request {
  const { url, method, headers } = request;
  return new Request(url, { method, headers, body: body.length === 0 ? null : new Uint8Array(body) });
}

async function textOf(response: Response, fault: Fault['kind'] | undefined): Promise<string> {
  if (cutsBody(fault)) return '(only a part)';
  return isFilm(response) ? `(${response.headers.get('content-type')})` : response.clone().text();
}

function cutsBody(fault: Fault['kind'] | undefined): boolean {
  return fault?.type === 'break-body' || fault?.type === 'stall-body';
}

function isFilm(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('video/') === true;
}

function lengthOf(response: Response): number {
  return Math.floor(Number(response.headers.get('content-length') ?? 0));
}
