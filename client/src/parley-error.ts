import type { ProblemCode } from './generated/schemas.ts';

/** A fault in what was sent: where (a JSON pointer into the body, or the name of a parameter), and what is wanted. */
export type FieldFault = { pointer: string; detail: string };

/** What Microsoft said, where Microsoft was the one who refused. */
export type ProviderAnswer = {
  status: number;
  code: string;
  requestId?: string;
  clientRequestId?: string;
  date?: string;
};

type Problem = {
  code: string;
  title: string;
  detail?: string;
  remedy?: string;
  retryable: boolean;
  requestId?: string;
  errors?: FieldFault[];
  provider?: ProviderAnswer;
};

type Told = { status?: number; retryAfterMs?: number | undefined; cause?: unknown };

/**
 * A request that did not succeed. Decide by `code`: one of Parley's own (`slot_taken`), `no_answer` or `timeout` where
 * none came, `unreadable_answer` where something else than Parley answered.
 */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  readonly code: ProblemCode | 'no_answer' | 'timeout' | 'unreadable_answer' | (string & {});
  /** HTTP status; `undefined` where no answer came. */
  readonly status: number | undefined;
  /** Whether the same may succeed later, by itself. */
  readonly retryable: boolean;
  /** How long Parley asks to wait before that, if it says so. */
  readonly retryAfterMs: number | undefined;
  /** Quote it when you ask whoever runs the server. */
  readonly requestId: string | undefined;
  /** What helps, in a sentence or two. */
  readonly remedy: string | undefined;
  /** Every fault of the request. */
  readonly errors: readonly FieldFault[];
  readonly provider: ProviderAnswer | undefined;

  constructor(problem: Problem, { status, retryAfterMs, cause }: Told = {}) {
    super(sentenceOf(problem), cause === undefined ? undefined : { cause });
    this.code = problem.code;
    this.status = status;
    this.retryable = problem.retryable;
    this.retryAfterMs = retryAfterMs;
    this.requestId = problem.requestId;
    this.remedy = problem.remedy;
    this.errors = problem.errors ?? [];
    this.provider = problem.provider;
  }
}

/** No answer came, for which the network or the clock is to blame: what was asked may have happened or not. */
export function unanswered(code: 'no_answer' | 'timeout', cause: unknown): ParleyError {
  const title = code === 'timeout' ? 'Parley did not answer in time' : 'Parley could not be reached';
  return new ParleyError({ code, title, retryable: true }, { cause });
}

const passingStatuses = new Set([408, 429, 500, 502, 503, 504]);

/** What an answer other than 2xx says (RFC 9457); a proxy's own page is `unreadable_answer`. */
export async function errorOf(response: Response, now: number): Promise<ParleyError> {
  const { status, headers } = response;
  const text = await response.text().catch(() => '');
  const told = { status, retryAfterMs: retryAfterMs(headers.get('retry-after'), now) };
  const problem = problemIn(text);
  if (problem) return new ParleyError(problem, told);
  return unreadable(response, undefined, told);
}

/** Something answered, but not as Parley does. */
export function unreadable({ status }: Response, cause: unknown, told: Told = { status }): ParleyError {
  const title = `Something answered ${status}, not in the way of Parley`;
  const retryable = passingStatuses.has(status);
  return new ParleyError({ code: 'unreadable_answer', title, retryable }, { ...told, cause });
}

function problemIn(text: string): Problem | undefined {
  try {
    const body = JSON.parse(text) as Partial<Problem> | null;
    const known = typeof body?.code === 'string' && typeof body.title === 'string';
    return known ? ({ ...body, retryable: body.retryable === true } as Problem) : undefined;
  } catch {
    return undefined;
  }
}

/** `Retry-After` in seconds, or as a date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function sentenceOf({ code, title, detail, errors = [] }: Problem): string {
  const faults = errors.map((fault) => `${fault.pointer || 'request'}: ${fault.detail}`).join(' ');
  return [`${title} (${code}).`, detail, faults].filter(Boolean).join(' ');
}
