import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import type { Reply } from './call.ts';
import { GraphError } from './graph-error.ts';

export type RequestIds = { requestId: string; clientRequestId: string; sent: boolean };

/** The ids under which a request is known; the client's own is echoed. */
export function requestIds(headers: Headers): RequestIds {
  const requestId = randomUUID();
  const sent = headers.get('client-request-id');
  return { requestId, clientRequestId: sent ?? requestId, sent: sent !== null };
}

/** Turns what an operation answered, or threw, into the response that Graph would send. */
export function respond(context: Context, ids: RequestIds, reply: Reply): Response {
  const headers = new Headers({
    'Cache-Control': 'no-cache',
    'request-id': ids.requestId,
    'client-request-id': ids.clientRequestId,
    'x-ms-ags-diagnostic': JSON.stringify({
      ServerInfo: { DataCenter: 'Emulator', Slice: 'E', Ring: '0', ScaleUnit: '000', RoleInstance: 'EMULATOR' },
    }),
    Date: new Date(context.now()).toUTCString(),
    Vary: 'Accept-Encoding',
    ...reply.headers,
  });
  if (reply.content !== undefined) return new Response(reply.content, { status: reply.status, headers });
  if (reply.body === undefined) return new Response(null, { status: reply.status, headers });
  if (!headers.has('Content-Type')) {
    headers.set(
      'Content-Type',
      'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    );
  }
  return new Response(JSON.stringify(reply.body), { status: reply.status, headers });
}

/** The standard error envelope. An error that is not Graph's own is a fault of the emulator: 500. */
export function errorReply(context: Context, ids: RequestIds, error: unknown): Reply {
  const refused = error instanceof GraphError ? error : new GraphError(500, 'generalException', reason(error));
  return {
    status: refused.status,
    headers: refused.headers,
    body: {
      error: {
        code: refused.code,
        message: refused.message,
        ...refused.extra,
        innerError: {
          ...(refused.innerCode !== undefined && { code: refused.innerCode }),
          date: new Date(context.now()).toISOString().slice(0, 19),
          'request-id': ids.requestId,
          'client-request-id': ids.clientRequestId,
        },
      },
    },
  };
}

function reason(error: unknown): string {
  return `The emulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
