import { createHash } from 'node:crypto';
import type { Context, RecordedCall } from './context.ts';

const keptCalls = 5000;
const keptCharacters = 64 * 1024;

const secretFields = [
  'client_secret',
  'client_assertion',
  'refresh_token',
  'code',
  'code_verifier',
  'access_token',
  'id_token',
  'assertion',
];
const formSecret = new RegExp(`(^|[?&])(${secretFields.join('|')})=([^&\\s"]+)`, 'g');
const jsonSecret = new RegExp(`"(${secretFields.join('|')})":"([^"]+)"`, 'g');

/** Keeps a call for tests and for the control page; tokens and secrets leave only a fingerprint. */
export function recordCall(
  context: Context,
  input: {
    service: RecordedCall['service'];
    request: Request;
    body: Buffer;
    /** 0 when the connection broke before an answer. */
    status: number;
    responseBody: string;
  },
): void {
  const url = new URL(input.request.url);
  context.calls.push({
    at: context.now(),
    service: input.service,
    method: input.request.method,
    path: redact(safeDecode(url.pathname) + safeDecode(url.search.replaceAll('+', ' '))),
    url: redact(url.href),
    headers: Object.fromEntries([...input.request.headers].map(redactHeader)),
    body: redact(shorten(input.body.toString('utf8'))),
    status: input.status,
    responseBody: redact(shorten(input.responseBody)),
  });
  if (context.calls.length > keptCalls * 1.1) context.calls.splice(0, context.calls.length - keptCalls);
}

/** A short name for a token, equal for equal tokens. */
export function fingerprint(secret: string): string {
  return `[redacted ${createHash('sha256').update(secret).digest('hex').slice(0, 12)}]`;
}

function redactHeader([name, value]: [string, string]): [string, string] {
  if (name === 'authorization') {
    const [scheme, ...rest] = value.split(' ');
    return [name, `${scheme} ${fingerprint(rest.join(' '))}`];
  }
  return name === 'cookie' ? [name, fingerprint(value)] : [name, value];
}

function redact(text: string): string {
  return text
    .replace(formSecret, (_, before: string, name: string, value: string) => `${before}${name}=${mark(name, value)}`)
    .replace(jsonSecret, (_, name: string, value: string) => `"${name}":"${mark(name, value)}"`);
}

/** Graph's error objects have a `code` as well; only long ones are authorization codes. */
function mark(name: string, value: string): string {
  if (name === 'code' && value.length < 60) return value;
  return fingerprint(safeDecode(value));
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function shorten(text: string): string {
  return text.length <= keptCharacters ? text : `${text.slice(0, keptCharacters)}… (${text.length} characters)`;
}
