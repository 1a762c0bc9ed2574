import type { Server } from 'node:http';
import { serve as listen } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { App } from '../app.ts';
import { sendLargeBody, type Connection } from '../http/large-body.ts';

/** Answers HTTP on an address until it is closed. Rejects when the port is taken. */
export function listenOn({ http }: Pick<App, 'http'>, address: { host: string; port: number }): Promise<Server> {
  return new Promise((resolve, reject) => {
    const options = { hostname: address.host, port: address.port };
    const server = listen({ ...options, fetch: answerOn(http) }, () => resolve(server)) as Server;
    server.requestTimeout = 60_000;
    server.headersTimeout = 20_000;
    server.once('error', reject);
  });
}

/** Small answers go as the server sends them by itself; of large bodies memory is given back while they are sent. */
function answerOn({ fetch }: App['http']) {
  return async (request: Request, env: unknown): Promise<Response> => {
    const connection = env as Connection;
    const answer = await fetch(request, connection);
    if (!connection.largeBody) return answer;
    await sendLargeBody(connection.outgoing, answer, connection.largeBody);
    return RESPONSE_ALREADY_SENT;
  };
}
