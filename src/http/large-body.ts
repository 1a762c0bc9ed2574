import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { giveBack } from '../memory.ts';

/** What a server on a socket hands to each request; in a test there is none. */
export type Connection = {
  outgoing: ServerResponse;
  /** Left by an answer whose body is to be sent by `sendLargeBody`. */
  largeBody?: ReadableStream<Uint8Array>;
};

/** An answer with a body whose memory belongs to nobody else, so that it can be freed as soon as it is sent. */
export function largeBody(
  c: Context,
  body: ReadableStream<Uint8Array>,
  status: ContentfulStatusCode,
  headers: Record<string, string>,
): Response {
  const connection = c.env as Partial<Connection> | undefined;
  if (!connection?.outgoing) return c.body(body, status, headers);
  connection.largeBody = body;
  return c.body(null, status, headers);
}

/**
 * Sends an answer with the large body that it left: one piece is on its way while the next is made, and no more. A body
 * that breaks ends the connection, so that nobody takes what arrived for the whole; a client that leaves ends the body.
 */
export async function sendLargeBody(
  outgoing: ServerResponse,
  answer: Response,
  body: ReadableStream<Uint8Array>,
): Promise<void> {
  const reader = body.getReader();
  const leave = () => void reader.cancel().catch(() => {}); // it is over in either case
  outgoing.once('close', leave);
  if (outgoing.destroyed) return leave();
  for (const [name, value] of answer.headers) outgoing.appendHeader(name, value);
  outgoing.writeHead(answer.status);
  try {
    let sent: Promise<unknown> = Promise.resolve();
    for (let next = await reader.read(); !next.done && !outgoing.destroyed; next = await reader.read()) {
      await sent;
      sent = send(outgoing, next.value);
    }
    await sent;
    outgoing.end();
  } catch {
    outgoing.destroy();
  }
}

/** Resolves when the piece has left, or never will. */
function send(outgoing: ServerResponse, piece: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    outgoing.write(piece, () => {
      giveBack(piece);
      resolve();
    });
  });
}
