import { gzipSync } from 'node:zlib';

/** The answer as it goes over the wire: compressed for whoever accepts that, as Graph does; but for films. */
export async function compressed(request: Request, response: Response): Promise<Response> {
  const accepted = /\bgzip\b/i.test(request.headers.get('accept-encoding') ?? '');
  const type = response.headers.get('content-type') ?? '';
  if (!accepted || response.body === null || type.startsWith('video/') || response.status === 206) return response;
  const headers = new Headers(response.headers);
  headers.set('Content-Encoding', 'gzip');
  headers.delete('Content-Length');
  const body = new Uint8Array(gzipSync(Buffer.from(await response.arrayBuffer())));
  return new Response(body, { status: response.status, headers });
}
