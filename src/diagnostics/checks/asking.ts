import type { CalendarAccess } from '../../microsoft/calendar.ts';
import type { GraphDeps } from '../../microsoft/graph.ts';
import { toProblem } from '../../microsoft/problems.ts';
import { problems, type Problem, type ProblemCode } from '../../problem.ts';
import { known, placeOf, type Context, type Result } from '../check.ts';

/** Graph, with every call of the check written down. */
export function recordedGraph(context: Context): GraphDeps {
  const { fetch, now, exchanges } = context;
  const { graphBaseUrl } = placeOf(context);
  const host = hostOf(graphBaseUrl);
  return {
    fetch,
    now,
    baseUrl: graphBaseUrl,
    onCall: ({ method, path, status, durationMs, requestId }) =>
      exchanges.push({
        asked: `${method} ${host}/v1.0${path}`,
        answered: status === 0 ? 'no answer' : String(status),
        requestId,
        at: new Date(now().getTime() - durationMs),
        durationMs,
      }),
  };
}

/** The mailbox of the connected user. */
export function ownMailbox(context: Context, signal = context.signal): CalendarAccess {
  return { accessToken: known(context, 'token').accessToken, mailbox: { kind: 'me' }, signal };
}

/** The mailbox of an organizer of the tenant. */
export function mailboxOf(context: Context, objectId: string, signal = context.signal): CalendarAccess {
  return { accessToken: known(context, 'app-token').accessToken, mailbox: { kind: 'user', objectId }, signal };
}

/** What says nothing about what was looked at: the same may be answered differently a minute later. */
const passing = new Set<ProblemCode>([
  'microsoft_unreachable',
  'microsoft_unavailable',
  'microsoft_answer_unreadable',
  'entra_unavailable',
  'throttled',
]);

/** The result of a call that was refused or failed; its code is added to what was asked. Strangers are thrown on. */
export function refused(context: Context, error: unknown): Result {
  return resultOf(refusal(context, error));
}

/** Why a call was refused or failed; its code is added to what was asked. Strangers are thrown on. */
export function refusal({ exchanges }: Context, error: unknown): Problem {
  const problem = toProblem(error);
  if (problem.code === 'internal_error') throw error;
  const id = problem.provider?.requestId;
  const exchange = exchanges.findLast(({ requestId }) => requestId === id) ?? exchanges.at(-1);
  if (exchange && problem.provider) exchange.answered = answerOf(problem);
  return problem;
}

/** A problem as a result. */
export function resultOf(problem: Problem): Result {
  return {
    status: isPassing(problem) ? 'not_known' : 'failed',
    title: `${problems[problem.code].title}.`,
    notes: problem.detail === undefined ? [] : [problem.detail],
    problem,
  };
}

export function isPassing({ code }: Problem): boolean {
  return passing.has(code);
}

/** `403 ErrorAccessDenied`, as Microsoft said it. */
export function answerOf({ provider }: Problem): string {
  if (!provider || provider.status === 0) return provider ? `no answer (${provider.code})` : 'no answer';
  return `${provider.status} ${provider.code}`;
}

export function hostOf(url: string): string {
  return new URL(url).host;
}
