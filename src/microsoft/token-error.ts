/** What Entra ID said when it refused. `status` 0 means that no answer came. */
type Refusal = {
  status: number;
  error: string;
  leg: Leg;
  suberror?: string | undefined;
  codes?: number[];
  description?: string | undefined;
  claims?: string | undefined;
  traceId?: string | undefined;
  correlationId?: string | undefined;
  timestamp?: string | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
};

/** Where in the sign-in the refusal came: the same AADSTS code can mean different things. */
export type Leg =
  'authorize' | 'authorization_code' | 'refresh_token' | 'client_credentials' | 'on_behalf_of' | 'metadata';

/** Entra ID refused, could not be reached (`status` 0) or answered nonsense (`error` is `unreadable_answer`). */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  readonly status: number;
  readonly leg: Leg;
  /** OAuth's `error`, or `network_error`, `timeout`, `unreadable_answer` where there was none. */
  readonly error: string;
  readonly suberror: string | undefined;
  /** AADSTS numbers, the most specific first. */
  readonly codes: number[];
  /** Microsoft's sentence, without its trace lines. On the authorize leg it comes from a URL: never show it to people. */
  readonly description: string | undefined;
  /** Claims to replay on the next authorize request, so that the user meets what the policy wants. */
  readonly claims: string | undefined;
  readonly traceId: string | undefined;
  readonly correlationId: string | undefined;
  readonly timestamp: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(refusal: Refusal) {
    const codes = refusal.codes ?? [];
    super(`Entra ID: ${refusal.error}${codes.length ? ` (${codes.map((code) => `AADSTS${code}`).join(', ')})` : ''}`, {
      cause: refusal.cause,
    });
    this.status = refusal.status;
    this.leg = refusal.leg;
    this.error = refusal.error;
    this.suberror = refusal.suberror;
    this.codes = codes;
    this.description = refusal.description;
    this.claims = refusal.claims;
    this.traceId = refusal.traceId;
    this.correlationId = refusal.correlationId;
    this.timestamp = refusal.timestamp;
    this.retryAfterMs = refusal.retryAfterMs;
  }
}

/** The refusal in the query of a callback: `?error=…&error_description=…&error_subcode=…` (authorize and admin consent). */
export function parseAuthorizeError(params: URLSearchParams): TokenError {
  const text = params.get('error_description') ?? '';
  const uriCode = /[?&]code=(\d+)/.exec(params.get('error_uri') ?? '')?.[1];
  return new TokenError({
    status: 400,
    leg: 'authorize',
    error: token(params.get('error')) ?? 'unknown_error',
    suberror: token(params.get('error_subcode')) ?? token(params.get('suberror')),
    codes: codesIn(text, uriCode ? [Number(uriCode)] : []),
    claims: params.get('claims') ?? undefined,
    ...traceOf(text),
  });
}

/** The refusal in the body of a token answer (Entra docs: “Microsoft identity platform error codes”). */
export function parseTokenError(answer: {
  status: number;
  leg: Leg;
  body: Record<string, unknown>;
  retryAfterMs?: number | undefined;
}): TokenError {
  const { status, leg, body, retryAfterMs } = answer;
  const text = string(body['error_description']) ?? '';
  const listed = Array.isArray(body['error_codes'])
    ? body['error_codes'].filter((code) => typeof code === 'number')
    : [];
  const trace = traceOf(text);
  return new TokenError({
    status,
    leg,
    error: token(body['error']) ?? 'unknown_error',
    suberror: token(body['suberror']),
    codes: codesIn(text, listed),
    claims: string(body['claims']),
    description: trace.description,
    traceId: string(body['trace_id']) ?? trace.traceId,
    correlationId: string(body['correlation_id']) ?? trace.correlationId,
    timestamp: string(body['timestamp']) ?? trace.timestamp,
    retryAfterMs,
  });
}

function codesIn(text: string, listed: number[]): number[] {
  const written = [...text.matchAll(/AADSTS(\d{4,9})/g)].map((match) => Number(match[1]));
  return [...new Set([...listed, ...written])];
}

/** Entra appends trace lines to its sentence: “AADSTS…: why.\r\nTrace ID: …\r\nCorrelation ID: …\r\nTimestamp: …”. */
function traceOf(text: string) {
  const line = (label: string) =>
    new RegExp(`${label}: *([\\w :.-]{1,64}?)(?=\\s*(?:[\\r\\n]|Trace ID|Correlation ID|Timestamp|$))`).exec(text)?.[1];
  const description = text
    .split(/\s*Trace ID:/, 1)[0]
    ?.trim()
    .slice(0, 500);
  return {
    description: description || undefined,
    traceId: line('Trace ID'),
    correlationId: line('Correlation ID'),
    timestamp: line('Timestamp'),
  };
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** OAuth error values are short words; anything else did not come from Entra and is not worth carrying along. */
function token(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : undefined;
}
