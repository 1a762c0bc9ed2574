import { errorAnswer } from './wire.ts';

export type GraphFailure = {
  status: number;
  code: string;
  outcome: 'refused' | 'unknown';
  innerCodes?: string[];
  providerMessage?: string | undefined;
  requestId?: string | undefined;
  clientRequestId?: string | undefined;
  date?: string | undefined;
  retryAfterMs?: number | undefined;
  existingEventId?: string | undefined;
  claims?: string | undefined;
  path?: string | undefined;
  cause?: unknown;
};

/** Graph refused, failed, gave no answer (`status` 0) or one that cannot be read (`code` is `unreadable_answer`). */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly status: number;
  /** Graph's `error.code`, or `network_error`, `timeout`, `unreadable_answer`. */
  readonly code: string;
  /** Codes of the nested inner errors, outermost first. */
  readonly innerCodes: string[];
  readonly providerMessage: string | undefined;
  readonly requestId: string | undefined;
  readonly clientRequestId: string | undefined;
  readonly date: string | undefined;
  readonly retryAfterMs: number | undefined;
  /** On `ErrorDuplicateTransactionId`: the event made with the same transaction id. Not the immutable id: read it. */
  readonly existingEventId: string | undefined;
  /** Claims challenge of Conditional Access, to replay on the next authorize request. */
  readonly claims: string | undefined;
  /** What was asked for, without ids and query; the same refusal means different things of different things. */
  readonly path: string | undefined;
  /** `unknown`: the request may have been carried out all the same, so look before repeating it. */
  readonly outcome: 'refused' | 'unknown';

  constructor(failure: GraphFailure) {
    super(`Graph: ${failure.status} ${failure.code}`, { cause: failure.cause });
    this.status = failure.status;
    this.code = failure.code;
    this.outcome = failure.outcome;
    this.innerCodes = failure.innerCodes ?? [];
    this.providerMessage = failure.providerMessage;
    this.requestId = failure.requestId;
    this.clientRequestId = failure.clientRequestId;
    this.date = failure.date;
    this.retryAfterMs = failure.retryAfterMs;
    this.existingEventId = failure.existingEventId;
    this.claims = failure.claims;
    this.path = failure.path;
  }
}

/** The error of an answer outside 2xx, whatever its body is (Graph docs: “error resource type”). */
export function parseGraphError(answer: {
  response: Response;
  text: string;
  path?: string | undefined;
  clientRequestId: string;
  retryAfterMs: number | undefined;
}): GraphError {
  const { response, text, path, clientRequestId, retryAfterMs } = answer;
  const error = envelope(text);
  const inner = innerErrors(error);
  const innermost = (key: string) => inner.map((each) => each[key]).findLast((value) => typeof value === 'string');
  return new GraphError({
    status: response.status,
    code: error?.code ?? 'no_error_code',
    innerCodes: inner.map((each) => each['code']).filter((code) => typeof code === 'string'),
    providerMessage: error?.message?.slice(0, 500) ?? undefined,
    requestId: response.headers.get('request-id') ?? string(innermost('request-id')),
    clientRequestId,
    date: string(innermost('date')) ?? response.headers.get('date') ?? undefined,
    retryAfterMs,
    path,
    existingEventId: string(error?.['@event.existingEventId']),
    claims: claimsChallenge(response.headers.get('www-authenticate')),
    outcome: isRefusal(response.status) ? 'refused' : 'unknown',
  });
}

/** 4xx means that nothing was done, save 408: a gateway that waited in vain. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408;
}

type Envelope = { code: string; message?: string | null | undefined; [key: string]: unknown };

function envelope(text: string): Envelope | undefined {
  try {
    return errorAnswer.safeParse(JSON.parse(text)).data?.error;
  } catch {
    return undefined;
  }
}

function innerErrors(error: Record<string, unknown> | undefined): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  let next: unknown = error?.['innerError'] ?? error?.['innererror'];
  while (isObject(next) && found.length < 8) {
    found.push(next);
    next = next['innerError'] ?? next['innererror'];
  }
  return found;
}

/** `WWW-Authenticate: Bearer …, error="insufficient_claims", claims="<base64 of JSON>"` (Entra docs: claims challenges). */
function claimsChallenge(header: string | null): string | undefined {
  const encoded = /\bclaims="([\w+/=-]+)"/.exec(header ?? '')?.[1];
  if (!encoded) return undefined;
  const claims = Buffer.from(encoded, 'base64').toString('utf8');
  return claims.startsWith('{') ? claims : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function string(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
