import type { Answer } from './link-pages.ts';
import type { LinkOutcome } from './links.ts';

/** How an application that speaks Parley's own API is told how a link ended, in the address it gets the person back at. */
export function answerInOwnWords(outcome: LinkOutcome): Answer {
  const { return_state: state } = outcome.link;
  const common: Record<string, string> = state === null ? {} : { state };
  if (outcome.kind === 'connected') return { params: { connectionId: outcome.connection.id, ...common } };
  return { params: { error: outcome.problem.code, ...common } };
}
