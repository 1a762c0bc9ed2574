import { connect } from 'node:net';

/** One kept-alive HTTP/1.1 connection that does no more than a load needs: so that the load costs little itself. */
export type Line = { send(path: string, body: string, apiKey: string): Promise<LineAnswer>; close(): void };
export type LineAnswer = { status: number; body: string };

/** Opens a line to a server on this machine. One request at a time; answers must carry `Content-Length`. */
export async function openLine(port: number): Promise<Line> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let held = '';
  let done: ((answer: LineAnswer) => void) | undefined;
  let failed: ((error: Error) => void) | undefined;
  socket.setEncoding('latin1').on('data', (text: string) => {
    held += text;
    const headEnd = held.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(held)?.[1] ?? Number.NaN);
    if (Number.isNaN(length)) return failed?.(new Error(`an answer without Content-Length: ${held.slice(0, 200)}`));
    if (held.length < headEnd + 4 + length) return;
    const status = Number(held.slice(9, 12));
    const body = held.slice(headEnd + 4, headEnd + 4 + length);
    held = held.slice(headEnd + 4 + length);
    done?.({ status, body });
  });
  socket.on('error', (error) => failed?.(error));
  return {
    send: (path, body, apiKey) =>
      new Promise((resolve, reject) => {
        [done, failed] = [resolve, reject];
        socket.write(
          `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${apiKey}\r\nContent-Type: application/json\r\n` +
            `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      }),
    close: () => socket.destroy(),
  };
}
