/**
 * Every way Parley can refuse or fail, once. HTTP answers (RFC 9457), the retry decision of jobs, the remedy that the
 * console shows and the pages in `docs/problems/` are all read from this table.
 */
type Row = {
  /** HTTP status of an answer that carries this problem. */
  status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 429 | 500 | 502 | 503 | 504;
  /** What happened, in a few words; sentence case, no full stop. */
  title: string;
  /** True when the same work may succeed later by itself, so that a job tries again. */
  retry: boolean;
  /** What a person can do about it, in one or two sentences of plain words. */
  remedy: string;
};

export const problems = {
  invalid_request: {
    status: 400,
    title: 'The request is not valid',
    retry: false,
    remedy: 'Correct the fields that the answer names and send the request again.',
  },
  unauthorized: {
    status: 401,
    title: 'Sign-in or an API key is needed',
    retry: false,
    remedy: 'Send an API key as “Authorization: Bearer …”, or sign in to the console.',
  },
  forbidden: {
    status: 403,
    title: 'You may not do this',
    retry: false,
    remedy: 'Ask an administrator of the workspace for the right role, or use a key that has the permission.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing at this address',
    retry: false,
    remedy: 'Check the id. What belongs to another workspace is answered the same way.',
  },
  internal_error: {
    status: 500,
    title: 'Something failed inside Parley',
    retry: true,
    remedy: 'Try again. If it happens again, give the request id to whoever runs this server.',
  },
} as const satisfies Record<string, Row>;

export type ProblemCode = keyof typeof problems;

/** One field that is wrong: a JSON pointer (RFC 6901) into the request body, and what is wrong with it. */
export type FieldError = { pointer: string; detail: string };

/** What Microsoft answered when it refused: enough for a support case, nothing secret. */
export type ProviderAnswer = {
  status: number;
  code: string;
  requestId?: string | undefined;
  clientRequestId?: string | undefined;
  date?: string | undefined;
};

type Details = {
  /** One sentence about this occurrence. Shown to people: no secrets, no internals. */
  detail?: string;
  cause?: unknown;
  /** How long to wait before trying again, in milliseconds. */
  retryAfterMs?: number | undefined;
  errors?: FieldError[];
  provider?: ProviderAnswer | undefined;
};

/** An expected failure: something the caller, an administrator or time can put right. Programmer errors are `TypeError`. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly errors: FieldError[] | undefined;
  readonly provider: ProviderAnswer | undefined;

  constructor(code: ProblemCode, { detail, cause, retryAfterMs, errors, provider }: Details = {}) {
    super(detail ?? problems[code].title, { cause });
    this.code = code;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
    this.errors = errors;
    this.provider = provider;
  }

  /** True when the same work may succeed later by itself. */
  get retryable(): boolean {
    return problems[this.code].retry;
  }
}
