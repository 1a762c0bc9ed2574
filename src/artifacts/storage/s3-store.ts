import { Problem } from '../../problem.ts';
import { BlobMissing, checkKey, isKey, type BlobStore, type StoredRange } from './blob-store.ts';
import { refusal, valuesOf, type S3Client } from './s3-client.ts';

/**
 * Blobs as objects in a bucket. One that is begun is a multipart upload, whose parts stay when a process dies: the next
 * one goes on behind the last whole part.
 */
export function createS3Store(
  client: S3Client,
  { prefix, partBytes }: { prefix: string; partBytes: number },
): BlobStore {
  const root = prefix === '' ? '' : `${prefix}/`;
  const bucket: Bucket = {
    client,
    partBytes,
    root,
    nameOf(key) {
      checkKey(key);
      return root + key;
    },
  };
  return {
    stepBytes: partBytes,
    stat: (key) => statObject(bucket, bucket.nameOf(key)),
    read: (key, range) => readObject(bucket, bucket.nameOf(key), range),
    append: (key, at, source, signal) => appendParts(bucket, bucket.nameOf(key), { at, source, signal }),
    complete: (key, bytes) => completeUpload(bucket, bucket.nameOf(key), bytes),
    remove: (key) => removeObject(bucket, bucket.nameOf(key)),
    list: () => listAll(bucket),
  };
}

type Bucket = { client: S3Client; partBytes: number; root: string; nameOf(key: string): string };
type Upload = { name: string; id: string; begunAt: Date };
type Part = { number: number; bytes: number; etag: string };

async function statObject(bucket: Bucket, name: string): ReturnType<BlobStore['stat']> {
  const head = await bucket.client.send({ method: 'HEAD', name }, { missing: 'is-an-answer' });
  if (head.ok) return { complete: true, bytes: Number(head.headers.get('content-length')) };
  const upload = await findUpload(bucket, name);
  return upload && { complete: false, bytes: wholeBytes(bucket, await listParts(bucket, upload)) };
}

/** Of the parts without a gap from the first one, as many as are whole. */
function wholeBytes({ partBytes }: Bucket, parts: Part[]): number {
  const gap = parts.findIndex((part, index) => part.number !== index + 1 || part.bytes !== partBytes);
  return (gap < 0 ? parts.length : gap) * partBytes;
}

async function readObject(
  { client }: Bucket,
  name: string,
  { from, to }: StoredRange,
): Promise<AsyncIterable<Uint8Array>> {
  const response = await client.openRange(name, { from, to });
  if (response.status === 404 || response.status === 416) {
    await response.body?.cancel();
    throw new BlobMissing();
  }
  const [, first, last] = /^bytes (\d+)-(\d+)\//.exec(response.headers.get('content-range') ?? '') ?? [];
  if (response.status !== 206 || !response.body) throw await refusal(response);
  if (Number(first) === from && Number(last) === to) return exactly(response.body, to + 1 - from);
  await response.body.cancel();
  throw new BlobMissing();
}

const silentForMs = 60_000;

/** As many bytes as were promised: a connection that ends or falls silent before is a fault of the storage, not the end. */
async function* exactly(body: ReadableStream<Uint8Array>, bytes: number) {
  const reader = body.getReader();
  let left = bytes;
  try {
    while (left > 0) {
      const { done, value } = await spoken(reader.read());
      if (done) break;
      left -= value.length;
      yield value;
    }
  } catch (cause) {
    throw broken(cause);
  } finally {
    await reader.cancel().catch(() => {}); // it is over in either case
  }
  if (left !== 0) throw broken(undefined);
}

async function spoken<T>(work: Promise<T>): Promise<T> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => silence.reject(new Error('the storage service fell silent')), silentForMs);
  try {
    return await Promise.race([work, silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function broken(cause: unknown): Problem {
  return new Problem('storage_unavailable', { detail: 'The connection to the storage service broke off.', cause });
}

type Appending = { at: number; source: AsyncIterable<Uint8Array>; signal: AbortSignal | undefined };

async function appendParts(bucket: Bucket, name: string, { at, source, signal }: Appending): Promise<void> {
  const { client, partBytes } = bucket;
  const uploadId = at === 0 ? await beginUpload(bucket, name) : (await findUpload(bucket, name))?.id;
  if (uploadId === undefined || at % partBytes !== 0) throw new TypeError('what is to be continued is not there');
  const part = new Uint8Array(partBytes);
  let [number, filled] = [at / partBytes + 1, 0];
  const send = async () => {
    const query = { partNumber: String(number), uploadId };
    const sent = await client.send({ method: 'PUT', name, query, body: part.subarray(0, filled), signal });
    await sent.body?.cancel();
    [number, filled] = [number + 1, 0];
  };
  for await (const given of source) {
    signal?.throwIfAborted();
    for (let taken = 0; taken < given.length;) {
      const some = given.subarray(taken, taken + partBytes - filled);
      part.set(some, filled);
      taken += some.length;
      filled += some.length;
      if (filled === partBytes) await send();
    }
  }
  if (filled > 0) await send();
}

/** An upload that was begun before and cannot be gone on with is ended: its parts would lie there for ever. */
async function beginUpload(bucket: Bucket, name: string): Promise<string> {
  await endUploads(bucket, name);
  const begun = await bucket.client.send({ method: 'POST', name, query: { uploads: '' } });
  const [id] = valuesOf(await begun.text(), 'UploadId');
  if (id === undefined) throw unreadable();
  return id;
}

async function completeUpload(bucket: Bucket, name: string, bytes: number): Promise<void> {
  const upload = await findUpload(bucket, name);
  const parts = upload ? await listParts(bucket, upload) : [];
  const there = parts.reduce((sum, part) => sum + part.bytes, 0);
  if (!upload || there !== bytes) {
    const cause = new Error(`the parts have ${there} bytes instead of ${bytes}`);
    throw new Problem('storage_unavailable', { detail: 'Somebody else writes the same recording.', cause });
  }
  const list = parts.map(
    ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escaped(etag)}</ETag></Part>`,
  );
  const body = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`;
  const done = await bucket.client.send({ method: 'POST', name, query: { uploadId: upload.id }, body });
  // S3 answers 200 before it knows: a failure may follow in the body.
  const text = await done.text();
  if (valuesOf(text, 'Code').length > 0) throw await refusal(new Response(text, { status: 500 }));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

async function removeObject(bucket: Bucket, name: string): Promise<void> {
  await endUploads(bucket, name);
  await bucket.client.send({ method: 'DELETE', name }, { missing: 'is-an-answer' });
}

async function endUploads(bucket: Bucket, name: string): Promise<void> {
  for await (const upload of listUploads(bucket, name)) {
    if (upload.name !== name) continue;
    const request = { method: 'DELETE', name, query: { uploadId: upload.id } } as const;
    await bucket.client.send(request, { missing: 'is-an-answer' });
  }
}

/** The one that was begun last; as a rule the only one. */
async function findUpload(bucket: Bucket, name: string): Promise<Upload | undefined> {
  let latest: Upload | undefined;
  for await (const upload of listUploads(bucket, name)) {
    if (upload.name === name && (!latest || upload.begunAt > latest.begunAt)) latest = upload;
  }
  return latest;
}

async function listParts(bucket: Bucket, { name, id }: Upload): Promise<Part[]> {
  const parts: Part[] = [];
  for (let after = '0'; ;) {
    const query = { uploadId: id, 'part-number-marker': after };
    const answer = await bucket.client.send({ method: 'GET', name, query }, { missing: 'is-an-answer' });
    if (!answer.ok) return []; // it was ended meanwhile
    const xml = await answer.text();
    for (const part of elementsOf(xml, 'Part')) {
      const [number, bytes, etag] = ['PartNumber', 'Size', 'ETag'].map((each) => valuesOf(part, each)[0] ?? '');
      parts.push({ number: Number(number), bytes: Number(bytes), etag: etag ?? '' });
    }
    const [next] = valuesOf(xml, 'NextPartNumberMarker');
    if (valuesOf(xml, 'IsTruncated')[0] !== 'true' || next === undefined || next === after) return parts;
    after = next;
  }
}

async function* listUploads({ client }: Bucket, prefix: string): AsyncGenerator<Upload> {
  let markers: Record<string, string> = {};
  for (;;) {
    const xml = await (await client.send({ method: 'GET', query: { uploads: '', prefix, ...markers } })).text();
    for (const upload of elementsOf(xml, 'Upload')) {
      const [name, id, begun] = ['Key', 'UploadId', 'Initiated'].map((each) => valuesOf(upload, each)[0] ?? '');
      yield { name: name ?? '', id: id ?? '', begunAt: new Date(begun ?? '') };
    }
    const [key, id] = [valuesOf(xml, 'NextKeyMarker')[0], valuesOf(xml, 'NextUploadIdMarker')[0]];
    if (
      valuesOf(xml, 'IsTruncated')[0] !== 'true' ||
      !key ||
      key + id === `${markers['key-marker']}${markers['upload-id-marker']}`
    )
      return;
    markers = { 'key-marker': key, ...(id && { 'upload-id-marker': id }) };
  }
}

async function* listAll(bucket: Bucket): ReturnType<BlobStore['list']> {
  const { client, root } = bucket;
  const keyOf = (name: string) =>
    name.startsWith(root) && isKey(name.slice(root.length)) ? name.slice(root.length) : undefined;
  let token: string | undefined;
  do {
    const query = { 'list-type': '2', prefix: root, ...(token && { 'continuation-token': token }) };
    const xml = await (await client.send({ method: 'GET', query })).text();
    for (const object of elementsOf(xml, 'Contents')) {
      const key = keyOf(valuesOf(object, 'Key')[0] ?? '');
      if (key !== undefined) yield { key, changedAt: new Date(valuesOf(object, 'LastModified')[0] ?? '') };
    }
    token = valuesOf(xml, 'NextContinuationToken')[0];
  } while (token);
  for await (const { name, begunAt } of listUploads(bucket, root)) {
    const key = keyOf(name);
    if (key !== undefined) yield { key, changedAt: begunAt };
  }
}

/** The inner XML of all elements of a name that hold others. */
function elementsOf(xml: string, element: string): string[] {
  return [...xml.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(([, inner = '']) => inner);
}

function unreadable(): Problem {
  return new Problem('storage_unavailable', { detail: 'The storage service answers what S3 does not.' });
}
