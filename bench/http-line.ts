import { connect } from 'node:net';

/** One kept-alive HTTP/1.1 connection that does no more than a load needs: so that the load costs little itself. */
export type Line = {
  send(path: string, body: string, apiKey: string, headers?: Record<string, string>): Promise<LineAnswer>;
  get(path: string, apiKey: string): Promise<LineAnswer>;
  close(): void;
};
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
  const ask = (request: string) =>
    new Promise<LineAnswer>((resolve, reject) => {
      [done, failed] = [resolve, reject];
      socket.write(request);
    });
  const head = (line: string, apiKey: string) =>
    `${line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${apiKey}\r\n`;
  return {
    send: (path, body, apiKey, headers = {}) => {
      const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const ofBody = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
      return ask(head(`POST ${path}`, apiKey) + own.join('') + ofBody);
    },
    get: (path, apiKey) => ask(`${head(`GET ${path}`, apiKey)}\r\n`),
    close: () => socket.destroy(),
  };
}
