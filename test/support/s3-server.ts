import { createHash, createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

type Upload = { name: string; id: string; begunAt: Date; parts: Map<number, Buffer> };
type Asked = { method: string; path: string; query: URLSearchParams; body: Buffer; host: string };
type Reply = { status: number; body?: string | Buffer; headers?: Record<string, string> };

const accessKeyId = 'AKIATESTTESTTEST';
const secretAccessKey = 'canary/secret+access=key';
const region = 'eu-central-1';
/** S3 refuses smaller parts, but for the last one. */
const leastPartBytes = 5 * 1024 * 1024;

/**
 * A bucket that speaks as much of the S3 protocol as a storage needs, on a port of this machine. Every signature is made
 * again by Amazon's own signer and compared; lists come in pages of two.
 */
export async function startS3(t: TestContext, { bucket = 'recordings', pathStyle = true } = {}) {
  const state = {
    objects: new Map<string, { bytes: Buffer; changedAt: Date }>(),
    uploads: new Map<string, Upload>(),
    /** What came, as `PUT name?partNumber`. */
    asked: [] as string[],
    /** Stands between a request and its answer: answers itself, or breaks the connection with `hang-up`. */
    interfere: (() => undefined) as (asked: Asked) => Reply | 'hang-up' | undefined,
    /** The clock of the service. */
    now: () => new Date(),
  };
  const server = createServer((request, response) => {
    void read(request).then(async (asked) => {
      const reply = await answer(asked, request, state, { bucket, pathStyle });
      if (reply === 'hang-up') request.socket.destroy();
      else send(response, asked, reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const env = {
    Storage__Kind: 's3',
    Storage__Endpoint: `http://localhost:${port}`,
    Storage__Region: region,
    Storage__Bucket: bucket,
    Storage__AccessKeyId: accessKeyId,
    Storage__SecretAccessKey: secretAccessKey,
    Storage__PathStyle: String(pathStyle),
  };
  return Object.assign(state, {
    port,
    env,
    settings: { endpoint: env.Storage__Endpoint, region, bucket, pathStyle, accessKeyId, secretAccessKey },
  });
}

export type S3 = Awaited<ReturnType<typeof startS3>>;
type State = Pick<S3, 'objects' | 'uploads' | 'asked' | 'interfere' | 'now'>;
type Place = { bucket: string; pathStyle: boolean };

async function read(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    body: Buffer.concat(chunks),
    host: request.headers.host ?? '',
  };
}

function send(response: ServerResponse, asked: Asked, { status, body = '', headers = {} }: Reply): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, {
    'Content-Length': bytes.length,
    ...(status >= 300 && { 'Content-Type': 'application/xml' }),
    ...headers,
  });
  response.end(asked.method === 'HEAD' ? undefined : bytes);
}

async function answer(asked: Asked, request: IncomingMessage, state: State, place: Place): Promise<Reply | 'hang-up'> {
  const name = nameOf(asked, place);
  const what = ['partNumber', 'uploadId', 'uploads', 'list-type'].find((each) => asked.query.has(each)) ?? '';
  state.asked.push(`${asked.method} ${name ?? asked.path}${what && `?${what}`}`);
  const refused = await refusedSignature(asked, request, state.now());
  if (refused) return refused;
  if (name === undefined) return error(404, 'NoSuchBucket');
  const interference = state.interfere(asked);
  if (interference) return interference;
  if (name === '') return asked.query.has('uploads') ? listUploads(state, asked) : listObjects(state, asked);
  if (asked.query.has('uploadId')) return ofUpload(state, asked, name);
  if (asked.query.has('uploads')) return beginUpload(state, name);
  return ofObject(state, asked, request, name);
}

/** The name of the object; empty for the bucket itself, `undefined` for another bucket. */
function nameOf({ path, host }: Asked, { bucket, pathStyle }: Place): string | undefined {
  if (!pathStyle) return host.startsWith(`${bucket}.`) ? path.slice(1) : undefined;
  if (path === `/${bucket}`) return '';
  return path.startsWith(`/${bucket}/`) ? path.slice(bucket.length + 2) : undefined;
}

async function refusedSignature(asked: Asked, request: IncomingMessage, now: Date): Promise<Reply | undefined> {
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service: 's3',
    sha256: Sha256,
    uriEscapePath: false,
    applyChecksum: false,
  });
  const inQuery = asked.query.get('X-Amz-Signature');
  const { authorization = '' } = request.headers;
  const [, keyId, names = '', given] = inQuery
    ? ['', asked.query.get('X-Amz-Credential')?.split('/')[0], asked.query.get('X-Amz-SignedHeaders') ?? '', inQuery]
    : (/^AWS4-HMAC-SHA256 Credential=([^/]+)\/\S+, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(
        authorization,
      ) ?? []);
  if (keyId !== accessKeyId) return error(403, 'InvalidAccessKeyId');
  const stamp = asked.query.get('X-Amz-Date') ?? String(request.headers['x-amz-date']);
  const signingDate = new Date(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const expiresIn = Number(asked.query.get('X-Amz-Expires') ?? 900);
  const ageMs = now.getTime() - signingDate.getTime();
  if (Number.isNaN(ageMs) || Math.abs(ageMs) > 15 * 60_000) return error(403, 'RequestTimeTooSkewed');
  if (inQuery && ageMs > expiresIn * 1000) return error(403, 'AccessDenied');
  const headers = Object.fromEntries(names.split(';').map((each) => [each, String(request.headers[each])]));
  if (!names.split(';').includes('host')) return error(403, 'AccessDenied');
  const query = Object.fromEntries([...asked.query].filter(([key]) => !/^X-Amz-(?!Expires)/.test(key)));
  const [hostname = '', port] = asked.host.split(':');
  const again = {
    method: asked.method,
    protocol: 'http:',
    hostname,
    port: Number(port),
    path: asked.path,
    query,
    headers,
  };
  if (inQuery) {
    delete query['X-Amz-Expires'];
    const unhoistableHeaders = new Set(['x-amz-content-sha256']);
    const hashed = { ...again, headers: { ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } };
    const unsignableHeaders = unhoistableHeaders;
    const signed = await signer.presign(hashed, { signingDate, expiresIn, unhoistableHeaders, unsignableHeaders });
    return signed.query?.['X-Amz-Signature'] === given ? undefined : error(403, 'SignatureDoesNotMatch');
  }
  const sha256 = createHash('sha256').update(asked.body).digest('hex');
  if (headers['x-amz-content-sha256'] !== sha256) return error(400, 'XAmzContentSHA256Mismatch');
  const signed = await signer.sign(again, { signingDate });
  return signed.headers['authorization']?.endsWith(`Signature=${given}`)
    ? undefined
    : error(403, 'SignatureDoesNotMatch');
}

function ofObject(state: State, asked: Asked, request: IncomingMessage, name: string): Reply {
  if (asked.method === 'DELETE') {
    state.objects.delete(name);
    return { status: 204 };
  }
  const found = state.objects.get(name);
  if (!found) return error(404, 'NoSuchKey');
  const size = found.bytes.length;
  if (asked.method === 'HEAD') return { status: 200, headers: { 'Content-Length': String(size) } };
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  if (first === undefined) return { status: 200, body: found.bytes };
  if (Number(first) >= size) return error(416, 'InvalidRange');
  const to = Math.min(Number(last), size - 1);
  return {
    status: 206,
    body: found.bytes.subarray(Number(first), to + 1),
    headers: { 'Content-Range': `bytes ${first}-${to}/${size}` },
  };
}

function beginUpload(state: State, name: string): Reply {
  const id = `${randomUUID()}&<"x">`;
  state.uploads.set(id, { name, id, begunAt: state.now(), parts: new Map() });
  return xml('InitiateMultipartUploadResult', `<Key>${name}</Key><UploadId>${escaped(id)}</UploadId>`);
}

function ofUpload(state: State, asked: Asked, name: string): Reply {
  const upload = state.uploads.get(asked.query.get('uploadId') ?? '');
  if (!upload || upload.name !== name) return error(404, 'NoSuchUpload');
  if (asked.method === 'PUT') {
    upload.parts.set(Number(asked.query.get('partNumber')), asked.body);
    return { status: 200, headers: { ETag: etagOf(asked.body) } };
  }
  if (asked.method === 'DELETE') {
    state.uploads.delete(upload.id);
    return { status: 204 };
  }
  if (asked.method === 'GET') return listParts(upload, Number(asked.query.get('part-number-marker') ?? 0));
  return completeUpload(state, asked, upload);
}

function completeUpload(state: State, asked: Asked, upload: Upload): Reply {
  const wanted = [...asked.body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>(.*?)<\/ETag>/g)];
  const parts = wanted.map(([, number, etag]) => ({ bytes: upload.parts.get(Number(number)), etag }));
  if (wanted.length === 0) return error(400, 'MalformedXML');
  if (parts.some(({ bytes, etag }) => !bytes || escaped(etagOf(bytes)) !== etag)) return error(400, 'InvalidPart');
  if (parts.slice(0, -1).some(({ bytes }) => (bytes?.length ?? 0) < leastPartBytes))
    return error(400, 'EntityTooSmall');
  state.objects.set(upload.name, {
    bytes: Buffer.concat(parts.flatMap(({ bytes }) => bytes ?? [])),
    changedAt: state.now(),
  });
  state.uploads.delete(upload.id);
  return xml('CompleteMultipartUploadResult', `<Key>${upload.name}</Key>`);
}

function listParts(upload: Upload, after: number): Reply {
  const all = [...upload.parts].filter(([number]) => number > after).toSorted(([a], [b]) => a - b);
  const page = all.slice(0, 2);
  const parts = page.map(
    ([number, bytes]) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>${escaped(etagOf(bytes))}</ETag><Size>${bytes.length}</Size></Part>`,
  );
  const more = all.length > page.length;
  const next = more ? `<NextPartNumberMarker>${page.at(-1)?.[0]}</NextPartNumberMarker>` : '';
  return xml('ListPartsResult', `<IsTruncated>${more}</IsTruncated>${next}${parts.join('')}`);
}

function listUploads(state: State, { query }: Asked): Reply {
  const after = `${query.get('key-marker') ?? ''}\0${query.get('upload-id-marker') ?? ''}`;
  const all = [...state.uploads.values()]
    .filter(({ name }) => name.startsWith(query.get('prefix') ?? ''))
    .toSorted((a, b) => (`${a.name}\0${a.id}` < `${b.name}\0${b.id}` ? -1 : 1))
    .filter(({ name, id }) => !query.has('key-marker') || `${name}\0${id}` > after);
  const page = all.slice(0, 2);
  const last = page.at(-1);
  const more = all.length > page.length;
  const next = more
    ? `<NextKeyMarker>${last?.name}</NextKeyMarker><NextUploadIdMarker>${escaped(last?.id ?? '')}</NextUploadIdMarker>`
    : '';
  const uploads = page.map(
    ({ name, id, begunAt }) =>
      `<Upload><Key>${name}</Key><UploadId>${escaped(id)}</UploadId><Initiated>${begunAt.toISOString()}</Initiated></Upload>`,
  );
  return xml('ListMultipartUploadsResult', `<IsTruncated>${more}</IsTruncated>${next}${uploads.join('')}`);
}

function listObjects(state: State, { query }: Asked): Reply {
  const all = [...state.objects]
    .filter(([name]) => name.startsWith(query.get('prefix') ?? '') && name > (query.get('continuation-token') ?? ''))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const page = all.slice(0, 2);
  const more = all.length > page.length;
  const next = more ? `<NextContinuationToken>${page.at(-1)?.[0]}</NextContinuationToken>` : '';
  const contents = page.map(
    ([name, { changedAt }]) =>
      `<Contents><Key>${escaped(name)}</Key><LastModified>${changedAt.toISOString()}</LastModified></Contents>`,
  );
  return xml('ListBucketResult', `<IsTruncated>${more}</IsTruncated>${next}${contents.join('')}`);
}

function etagOf(bytes: Buffer): string {
  return `"${createHmac('sha256', 'etag').update(bytes).digest('hex').slice(0, 32)}"`;
}

export function error(status: number, code: string): Reply {
  return { ...xml('Error', `<Code>${code}</Code><Message>canary of ${code}</Message>`), status };
}

function xml(root: string, inner: string): Reply {
  return {
    status: 200,
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</${root}>`,
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
