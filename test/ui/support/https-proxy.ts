import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import { selfSigned } from '../../../emulator/self-signed.ts';

const dayMs = 86_400_000;

/**
 * A proxy with a certificate of its own before a server on this machine, for what browsers do over https only. Addresses of
 * the server in redirects become those of the proxy. Gives the proxy's origin; browsers must ignore certificates.
 */
export async function startHttpsProxy(t: TestContext, serverUrl: string): Promise<string> {
  const now = Date.now();
  const { privateKey, certificate } = selfSigned('localhost', {
    notBefore: new Date(now - dayMs),
    notAfter: new Date(now + dayMs),
  });
  let origin = '';
  const proxy = createServer({ key: privateKey, cert: certificate }, (request, response) => {
    void pass(request, serverUrl, origin).then(({ status, headers, body }) => {
      response.writeHead(status, headers).end(body);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.after(() => proxy.close());
  origin = `https://localhost:${(proxy.address() as AddressInfo).port}`; // an address, for it listens on a port
  return origin;
}

async function pass(request: IncomingMessage, serverUrl: string, origin: string) {
  const { method = 'GET', url = '/' } = request;
  const { authorization, 'content-type': type } = request.headers;
  const answer = await fetch(serverUrl + url, {
    method,
    redirect: 'manual',
    headers: { ...(authorization && { authorization }), ...(type && { 'content-type': type }) },
    ...(method !== 'GET' && method !== 'HEAD' && { body: await text(request) }),
  });
  const headers = Object.fromEntries(
    [...answer.headers].filter(([name]) => !/^(content-encoding|content-length|transfer-encoding)$/.test(name)),
  );
  const { location } = headers;
  if (location !== undefined)
    headers['location'] = location
      .replaceAll(serverUrl, origin)
      .replaceAll(encodeURIComponent(serverUrl), encodeURIComponent(origin));
  return { status: answer.status, headers, body: Buffer.from(await answer.arrayBuffer()) };
}
