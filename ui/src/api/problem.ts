import type { z } from 'zod';
import type { problemSchema } from '../../../src/http/router.ts';

type ProblemBody = z.infer<typeof problemSchema>;

/** A problem as people read it: also those that meetings and connections carry, which belong to no request. */
export type ShownProblem = Pick<ProblemBody, 'title' | 'code' | 'remedy'> & {
  status?: number | undefined;
  detail?: string | undefined;
  requestId?: string | undefined;
  errors?: { pointer: string; detail: string }[] | undefined;
  provider?: { status: number; code: string; requestId?: string | undefined; date?: string | undefined } | undefined;
};

/** A request that did not succeed, with what its answer says about it. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: ShownProblem;

  constructor(problem: ShownProblem, options?: ErrorOptions) {
    super(problem.title, options);
    this.problem = problem;
  }

  /** Reads the problem of an answer; something else than a problem (a proxy's page) becomes one in general words. */
  static async from(response: { status: number; headers: Headers; json(): Promise<unknown> }): Promise<ApiError> {
    if (!/\bproblem\+json\b/.test(response.headers.get('content-type') ?? '')) {
      return new ApiError({ ...unexpected, status: response.status });
    }
    return new ApiError((await response.json()) as ProblemBody);
  }
}

export const unreachable: ShownProblem = {
  code: 'unreachable',
  title: 'Parley could not be reached',
  remedy: 'Check your network and try again. If other sites work, whoever runs this server checks that it is running.',
};

const unexpected: ShownProblem = {
  code: 'unexpected_answer',
  title: 'Something between you and Parley answered instead of it',
  remedy: 'Try again. If it lasts, whoever runs this server checks its proxy.',
};

/** What to show for anything that was thrown. */
export function problemOf(error: unknown): ShownProblem {
  if (error instanceof ApiError) return error.problem;
  return {
    code: 'console_fault',
    title: 'This page has a fault',
    remedy: 'Load the page again. If it stays, report it with what you were doing.',
    ...(error instanceof Error && { detail: error.message }),
  };
}

/** True when nobody is signed in, or not any more. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'unauthorized';
}
