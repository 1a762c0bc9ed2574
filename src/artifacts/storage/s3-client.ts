import { createHash } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { Problem } from '../../problem.ts';

export type S3Settings = {
  /** `https://…` without a path; plain `http` on loopback only, which the configuration sees to. */
  endpoint: string;
  region: string;
  bucket: string;
  /** The bucket in the path, instead of in the name of the host. */
  pathStyle: boolean;
  accessKeyId: string;
  secretAccessKey: string;
};

export type S3Request = {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Left out: the bucket itself. */
  name?: string;
  query?: Record<string, string>;
  body?: Uint8Array<ArrayBuffer> | string;
  signal?: AbortSignal | undefined;
};

export type S3Client = {
  /** Sends one signed request. Everything but success is a Problem; with `missing`, 404 is an answer as well. */
  send(request: S3Request, options?: { missing?: 'is-an-answer' }): Promise<Response>;
  /** Reads a range by an address that carries its own signature and is good for a minute. */
  openRange(name: string, range: { from: number; to: number }): Promise<Response>;
};

const answerWithinMs = 30_000;
/** A part of 5 MB on a slow line. */
const partWithinMs = 5 * 60_000;

type World = { fetch: typeof fetch; now: () => Date };

/** Speaks the S3 protocol, signed with version 4 (“Authenticating Requests”, Amazon S3 API reference). */
export function createS3Client(settings: S3Settings, { fetch, now }: World): S3Client {
  const sign = (request: { method: string; url: string; headers?: Record<string, string>; signQuery?: boolean }) => {
    const { accessKeyId, secretAccessKey, region } = settings;
    const datetime = now()
      .toISOString()
      .replaceAll(/[:-]|\.\d{3}/g, '');
    return new AwsV4Signer({ ...request, accessKeyId, secretAccessKey, region, service: 's3', datetime }).sign();
  };
  const ask = async (url: URL, init: RequestInit): Promise<Response> => {
    try {
      return await fetch(url, { ...init, redirect: 'manual' });
    } catch (cause) {
      if (init.signal?.aborted && !(init.signal.reason instanceof DOMException)) throw init.signal.reason;
      throw new Problem('storage_unavailable', { detail: 'The storage service cannot be reached.', cause });
    }
  };
  return {
    async send({ method, name, query = {}, body, signal }, { missing } = {}) {
      const url = urlOf(settings, name, query);
      const sha256 = createHash('sha256')
        .update(body ?? '')
        .digest('hex');
      const signed = await sign({ method, url: url.href, headers: { 'x-amz-content-sha256': sha256 } });
      const patience = AbortSignal.timeout(method === 'PUT' ? partWithinMs : answerWithinMs);
      const response = await ask(signed.url, {
        method,
        headers: signed.headers,
        ...(body !== undefined && { body }),
        signal: signal ? AbortSignal.any([signal, patience]) : patience,
      });
      if (response.ok || (missing && response.status === 404)) return response;
      throw await refusal(response);
    },
    async openRange(name, { from, to }) {
      const url = urlOf(settings, name, { 'X-Amz-Expires': '60' });
      const signed = await sign({ method: 'GET', url: url.href, signQuery: true });
      const head = new AbortController();
      const late = setTimeout(() => head.abort(new DOMException('no answer', 'TimeoutError')), answerWithinMs);
      try {
        return await ask(signed.url, { headers: { range: `bytes=${from}-${to}` }, signal: head.signal });
      } finally {
        clearTimeout(late);
      }
    },
  };
}

function urlOf({ endpoint, bucket, pathStyle }: S3Settings, name = '', query: Record<string, string>): URL {
  const url = new URL(endpoint);
  if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
  const base = pathStyle ? `/${bucket}` : '';
  url.pathname = name === '' ? base || '/' : `${base}/${name}`;
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url;
}

const sentences: Record<string, string> = {
  NoSuchBucket: 'The storage service has no bucket of this name.',
  AccessDenied: 'The storage service lets this access key not do what Parley needs.',
  InvalidAccessKeyId: 'The storage service does not know the access key.',
  SignatureDoesNotMatch: 'The storage service refuses the signature: the secret access key is probably wrong.',
  RequestTimeTooSkewed: 'The storage service says that the clock of this server is wrong.',
  PermanentRedirect: 'The bucket is in another region, or at another address.',
  TemporaryRedirect: 'The bucket is in another region, or at another address.',
  AuthorizationHeaderMalformed: 'The bucket is in another region.',
  QuotaExceeded: 'There is no room left where recordings are stored: the quota is used up.',
  XMinioStorageFull: 'There is no room left where recordings are stored.',
};

/** What a service refused, in words for the operator. Its own text is kept out: it may quote the request. */
export async function refusal(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '');
  const [code] = valuesOf(text, 'Code');
  const known = code !== undefined && /^\w{1,60}$/.test(code) ? code : `HTTP ${response.status}`;
  const detail = sentences[known] ?? `The storage service answered ${known}.`;
  return new Problem('storage_unavailable', { detail, cause: new Error(`S3: ${response.status} ${known}`) });
}

/** The texts of all elements of a name, in their order. S3 answers in flat XML without attributes that would matter. */
export function valuesOf(xml: string, element: string): string[] {
  const found = xml.matchAll(new RegExp(`<${element}(?:\\s[^>]*)?>([^<]*)</${element}>`, 'g'));
  return [...found].map(([, text = '']) =>
    text.replaceAll(/&(quot|apos|lt|gt|amp);/g, (_, name: string) => entities[name] ?? ''),
  );
}

const entities: Record<string, string> = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' };
