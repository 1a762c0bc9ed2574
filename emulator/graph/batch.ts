import type { Reply } from './call.ts';
import { isRecord } from './call.ts';
import { badRequest } from './graph-error.ts';

type Item = {
  id: string;
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
  dependsOn: string[];
};

type Answer = { id: string; status: number; headers: Record<string, string>; body: unknown };

/** Outlook runs this many items of a batch at a time. */
const AT_A_TIME = 4;
const MOST_ITEMS = 20;

/** Runs a `$batch`: each item is a request of its own, and succeeds, fails or is throttled by itself. */
export async function batchReply(
  outer: Request,
  text: string,
  send: (request: Request) => Promise<Response>,
): Promise<Reply> {
  const items = readItems(text);
  const answers = new Map<string, Answer>();
  while (answers.size < items.length) {
    const ready = items.filter((item) => !answers.has(item.id) && item.dependsOn.every((id) => answers.has(id)));
    if (ready.length === 0) throw badRequest('The dependencies of the batch requests form a circle.');
    const round = ready.slice(0, AT_A_TIME);
    const done = await Promise.all(round.map((item) => runItem(outer, item, answers, send)));
    for (const answer of done) answers.set(answer.id, answer);
  }
  return { status: 200, body: { responses: [...answers.values()] } };
}

async function runItem(
  outer: Request,
  item: Item,
  answers: Map<string, Answer>,
  send: (request: Request) => Promise<Response>,
): Promise<Answer> {
  if (item.dependsOn.some((id) => (answers.get(id)?.status ?? 0) >= 400)) return failedDependency(item.id);
  const response = await send(requestOf(outer, item));
  const bytes = Buffer.from(await response.arrayBuffer());
  const headers = Object.fromEntries(
    ['content-type', 'retry-after', 'location', 'preference-applied']
      .map((name) => [headerName(name), response.headers.get(name)] as const)
      .filter((pair): pair is [string, string] => pair[1] !== null),
  );
  return { id: item.id, status: response.status, headers, body: bodyOf(response, bytes) };
}

/** What is not JSON is in a batch as base64 (Graph docs: “JSON batching”). */
function bodyOf(response: Response, bytes: Buffer): unknown {
  if (bytes.length === 0) return null;
  const isJson = /json/i.test(response.headers.get('content-type') ?? '');
  return isJson ? JSON.parse(bytes.toString('utf8')) : bytes.toString('base64');
}

function requestOf(outer: Request, item: Item): Request {
  const base = new URL(outer.url);
  const version = base.pathname.split('/')[1] ?? 'v1.0';
  const headers = new Headers(item.headers);
  headers.set('authorization', outer.headers.get('authorization') ?? '');
  const body = item.body === undefined || item.method === 'GET' ? null : JSON.stringify(item.body);
  return new Request(`${base.origin}/${version}/${item.url.replace(/^\/+/, '')}`, {
    method: item.method,
    headers,
    body,
  });
}

function readItems(text: string): Item[] {
  const requests = parse(text)['requests'];
  if (!Array.isArray(requests)) throw badRequest("Invalid batch payload format: 'requests' is missing.");
  if (requests.length > MOST_ITEMS) {
    throw badRequest(
      `Number of batch request steps exceeds the maximum value of ${MOST_ITEMS}.`,
      'MaximumValueExceeded',
    );
  }
  const items = requests.map((request: unknown) => readItem(request));
  const ids = new Set(items.map((item) => item.id));
  if (ids.size < items.length) throw badRequest('Request Id values within the batch must be unique.');
  if (items.some((item) => item.dependsOn.some((id) => !ids.has(id)))) {
    throw badRequest('A batch request depends on an id that is not in the batch.');
  }
  return items;
}

function readItem(request: unknown): Item {
  if (!isRecord(request)) throw badRequest('Invalid batch payload format.');
  const { id, method, url, headers, body, dependsOn } = request;
  if (typeof id !== 'string' || id === '') throw badRequest('Write request id is invalid or missing.');
  if (typeof method !== 'string' || typeof url !== 'string') throw badRequest(`Invalid batch request '${id}'.`);
  if (/\$batch/i.test(url) || /^https?:/i.test(url)) throw badRequest(`Invalid url in batch request '${id}'.`);
  if (body !== undefined && !hasContentType(headers)) {
    throw badRequest(`Write request '${id}' has a body and no Content-Type header.`);
  }
  return {
    id,
    method: method.toUpperCase(),
    url,
    headers: isRecord(headers) ? Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, String(v)])) : {},
    body,
    dependsOn: Array.isArray(dependsOn) ? dependsOn.map(String) : [],
  };
}

function hasContentType(headers: unknown): boolean {
  return isRecord(headers) && Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Falls through to the refusal below.
  }
  throw badRequest('Invalid batch payload format.');
}

function failedDependency(id: string): Answer {
  const message = 'The request was not run because a request it depends on failed.';
  return { id, status: 424, headers: {}, body: { error: { code: 'FailedDependency', message } } };
}

function headerName(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
