import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Outcome } from './transport.ts';

export type Listening = { url: string; close: () => Promise<void> };

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Serves requests on one loopback port, over IPv4 and IPv6. A dropped connection really destroys the socket. Requests
 * that name another host are refused, so that no web page reaches the emulator by rebinding a name.
 */
export async function listenOnLoopback(
  carry: (request: Request) => Promise<Outcome>,
  { port, host = 'localhost' }: { port: number; host?: string },
): Promise<Listening> {
  const listener = getRequestListener(
    async (request, { incoming }) => {
      const { hostname } = new URL(request.url);
      if (!loopbackNames.has(hostname) && hostname !== host) return new Response('Unknown host', { status: 421 });
      const outcome = await carry(request);
      if (outcome !== 'dropped') return outcome;
      reset(incoming.socket);
      return RESPONSE_ALREADY_SENT;
    },
    { overrideGlobalObjects: false },
  );
  const servers = await bind((incoming, outgoing) => void listener(incoming, outgoing), port, host);
  return { url: `http://${host}:${portOf(servers[0])}`, close: () => closeAll(servers) };
}

/** Breaks the connection the hard way, so that the client sees ECONNRESET. */
function reset(socket: unknown): void {
  if (socket instanceof Socket) socket.resetAndDestroy();
}

async function bind(listener: RequestListener, port: number, host: string): Promise<[Server, ...Server[]]> {
  if (host !== 'localhost') return [await listenAt(listener, port, host)];
  const first = await listenAt(listener, port, '127.0.0.1');
  try {
    return [first, await listenAt(listener, portOf(first), '::1')];
  } catch (error) {
    // A machine without IPv6; anything else, such as a taken port, is the caller's problem.
    if (isErrorCode(error, 'EADDRNOTAVAIL') || isErrorCode(error, 'EAFNOSUPPORT')) return [first];
    await closeAll([first]);
    throw error;
  }
}

function listenAt(listener: RequestListener, port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(listener);
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('not listening on a port');
  return address.port;
}

async function closeAll(servers: Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    ),
  );
}

function isErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
