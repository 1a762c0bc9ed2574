import { problemBody } from '../../http/problems.ts';
import type { ApiContext } from '../../http/router.ts';
import { problems, type Problem, type ProblemCode } from '../../problem.ts';

const typesByCode: Partial<Record<ProblemCode, string>> = {
  idempotency_conflict: 'api.invalid_idempotent_request',
  idempotency_in_progress: 'api.concurrent_idempotent_request',
  rate_limited: 'nylas_rate_limit_exceeded',
  throttled: 'rate_limit_error',
  scopes_missing: 'insufficient_scopes',
  missing_permission: 'insufficient_scopes',
};

const typesByStatus: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'unauthorized',
  403: 'insufficient_scopes',
  404: 'not_found_error',
  409: 'invalid_request_error',
  410: 'invalid_request_error',
  413: 'invalid_request_error',
  415: 'invalid_request_error',
  422: 'invalid_request_error',
  429: 'rate_limit_error',
};

/** What a client of Nylas calls a problem. */
export function typeOf({ code }: Problem): string {
  return typesByCode[code] ?? typesByStatus[problems[code].status] ?? 'api_error';
}

/** One sentence: what happened, where, and what to do. */
export function messageOf({ code, detail, errors }: Problem): string {
  const faults = errors?.map((fault) => `${fault.pointer || 'The request'}: ${fault.detail}`).join(' ');
  return faults ?? detail ?? `${problems[code].title}. ${problems[code].remedy}`;
}

/** Clients of version 3 know the envelope and lose everything else: ours is a problem as well (RFC 9457). */
export function errorOfVersion3(c: ApiContext, problem: Problem): Response {
  const requestId = c.get('requestId');
  const error = {
    type: typeOf(problem),
    message: messageOf(problem),
    ...(problem.provider && { provider_error: { ...problem.provider } }),
  };
  return answer(c, problem, { ...problemBody(problem, requestId), request_id: requestId, error });
}

/** Clients of version 2 read `message` and `type` beside each other, and when they may come again from a header. */
export function errorOfVersion2(c: ApiContext, problem: Problem): Response {
  const { retryAfterMs } = problem;
  if (retryAfterMs !== undefined) c.header('X-RateLimit-Reset', String(Math.ceil(retryAfterMs / 1000)));
  const message = messageOf(problem);
  return answer(c, problem, { ...problemBody(problem, c.get('requestId')), message, type: typeOf(problem) });
}

/**
 * Nobody has published how the unified auth service words a refusal: this has `success`, as its answers do, the words of
 * version 2 that its clients read, and the problem.
 */
export function errorOfUnifiedAuth(c: ApiContext, problem: Problem): Response {
  const requestId = c.get('requestId');
  const [message, type] = [messageOf(problem), typeOf(problem)];
  const error = { type, http_code: problems[problem.code].status, message, event_code: problem.code };
  return answer(c, problem, {
    ...problemBody(problem, requestId),
    success: false,
    request_id: requestId,
    message,
    type,
    error,
  });
}

/** Token endpoints answer as OAuth does (RFC 6749, section 5.2): there, `error` is a word. */
export function errorOfTokens(c: ApiContext, problem: Problem, error: string): Response {
  const body = {
    error,
    error_code: problem.code,
    error_description: messageOf(problem),
    error_uri: `/problems/${problem.code}`,
    request_id: c.get('requestId'),
  };
  return answer(c, problem, body);
}

function answer(c: ApiContext, problem: Problem, body: object): Response {
  const { retryAfterMs, code } = problem;
  const status = statusOf(problem);
  if (retryAfterMs !== undefined) c.header('Retry-After', String(Math.ceil(retryAfterMs / 1000)));
  if (code === 'unauthorized') c.header('WWW-Authenticate', 'Bearer');
  c.header('Content-Type', 'application/json');
  return c.body(JSON.stringify('status' in body ? { ...body, status } : body), status);
}

/** Nylas’ clients know both refusals of an Idempotency-Key as conflicts. */
function statusOf({ code }: Problem) {
  return code === 'idempotency_conflict' ? 409 : problems[code].status;
}
