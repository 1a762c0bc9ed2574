/** Recordings without end of an imagined Microsoft: bytes as fast as they are taken, for `bench/recordings.ts`. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const bytes = Number(process.argv[2]);
// The beginning of an MP4 (ISO/IEC 14496-12, section 4.3); what follows is nothing.
const piece = Buffer.alloc(64 * 1024, 'recording');
const beginning = Buffer.concat([Buffer.from('\0\0\0\x18ftypmp42', 'latin1'), piece.subarray(12)]);

const server = createServer((request, response) => {
  const [, first = '0'] = /^bytes=(\d+)-/.exec(request.headers.range ?? '') ?? [];
  const from = Number(first);
  response.writeHead(request.headers.range ? 206 : 200, {
    'Content-Type': 'video/mp4',
    'Content-Length': bytes - from,
    ...(request.headers.range && { 'Content-Range': `bytes ${from}-${bytes - 1}/${bytes}` }),
  });
  send(response, from);
});

function send(response: ServerResponse, from: number): void {
  let place = from;
  while (place < bytes) {
    const some = (place === 0 ? beginning : piece).subarray(0, bytes - place);
    place += some.length;
    if (response.write(some)) continue;
    response.once('drain', () => send(response, place));
    return;
  }
  response.end();
}

server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
