import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Context } from '../context.ts';
import { readMime } from './mime.ts';
import { receive } from './receive.ts';

export type Catcher = { host: string; port: number; close: () => Promise<void> };

const mostBytes = 10 * 1024 * 1024;

/**
 * A mail server on this machine that sends nothing on: whatever it takes is in the inbox of its recipient, whoever that
 * is. It asks nobody for a password, and listens on loopback only.
 */
export async function catchMail(context: Context, { port = 0 }: { port?: number } = {}): Promise<Catcher> {
  const host = '127.0.0.1';
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: mostBytes,
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(new Error('552 Message too large'));
        readMime(Buffer.concat(chunks)).then(
          (message) => {
            for (const { address } of envelope.rcptTo) receive(context, address, message);
            done();
          },
          (error: unknown) => done(error instanceof Error ? error : new Error('unreadable')),
        );
      });
    },
  });
  // A client that goes away in the middle is no failure of this server.
  server.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    host,
    port: (server.server.address() as AddressInfo).port, // of a TCP server that listens
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
