import type { z } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import { Problem, problems, type ProblemCode, type ProviderAnswer } from '../problem.ts';
import type { ApiContext, problemSchema } from './router.ts';

type Body = z.infer<typeof problemSchema>;

/** Where the page about a problem is found: relative to this server, so that it works without the internet. */
export const problemType = (code: ProblemCode): string => `/problems/${code}`;

/** The body that a caller sees (RFC 9457): never the cause, never a secret. */
export function problemBody(problem: Problem, requestId: string): Body {
  const row = problems[problem.code];
  return {
    type: problemType(problem.code),
    title: row.title,
    status: row.status,
    ...(problem.detail && { detail: problem.detail }),
    code: problem.code,
    remedy: row.remedy,
    retryable: row.retry,
    requestId,
    ...(problem.errors && { errors: problem.errors }),
    ...(problem.provider && { provider: problem.provider }),
  };
}

/** A problem as a row remembers it, and when it is tried again. */
export type StoredProblem = {
  code: ProblemCode;
  detail?: string | null;
  answer: ProviderAnswer | null;
  retryAt: Date | null;
};

/** The body about a problem that a row remembers: no request ended in it. */
export function storedProblem({ code, detail, answer, retryAt }: StoredProblem) {
  const problem = new Problem(code, { ...(detail && { detail }), provider: answer ?? undefined });
  const { requestId: _, ...body } = problemBody(problem, '');
  return { ...body, retryAt: retryAt?.toISOString() ?? null };
}

/** The answer to a request that ended in a problem, with `Retry-After` in whole seconds where waiting helps. */
export function problemResponse(c: ApiContext, problem: Problem): Response {
  const body = problemBody(problem, c.get('requestId'));
  const { retryAfterMs } = problem;
  return c.body(JSON.stringify(body), problems[problem.code].status, {
    'Content-Type': 'application/problem+json',
    ...(retryAfterMs !== undefined && { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) }),
    ...(problem.code === 'unauthorized' && { 'WWW-Authenticate': 'Bearer' }),
  });
}

/** Anything that was thrown, as a problem. What nobody expected is `internal_error` and keeps its cause for the log. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException) {
    if (error.status === 413) return new Problem('payload_too_large');
    if (error.status < 500) return unreadable(error);
  }
  if (isNoValue(error)) return unreadable(error);
  if (isGoneMeanwhile(error)) return new Problem('not_found', { cause: error });
  if (isDatabaseGone(error)) return new Problem('database_unavailable', { cause: error });
  return new Problem('internal_error', { cause: error });
}

function unreadable(cause: unknown): Problem {
  return new Problem('invalid_request', { cause, errors: [{ pointer: '', detail: 'The request cannot be read.' }] });
}

/**
 * Zod compares the `length` of what should have been a list with a number, also where it is an object that can become
 * none, such as `{"length": {"toString": 1}}`: what throws then is the fault of whoever sent it.
 */
function isNoValue(error: unknown): boolean {
  if (!(error instanceof TypeError) || error.message !== 'Cannot convert object to primitive value') return false;
  return /[\\/]node_modules[\\/]zod[\\/]/.test(error.stack?.split('\n')[1] ?? '');
}

/** What the request was about was removed by another one while it ran: then there is nothing to refer to any more. */
function isGoneMeanwhile(error: unknown): boolean {
  const { code, detail } = (error ?? {}) as { code?: string; detail?: string }; // an error of the database has them
  return code === '23503' && / is not present in table /.test(detail ?? '');
}

const connectionErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08000',
  '08003',
  '08006',
]);

function isDatabaseGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as Error & { code?: string };
  return (
    (code !== undefined && connectionErrors.has(code)) ||
    /Connection terminated|timeout exceeded when trying to connect/.test(error.message)
  );
}
