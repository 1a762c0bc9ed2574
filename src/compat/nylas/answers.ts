import type { Answer } from '../../connections/link-pages.ts';
import type { LinkOutcome } from '../../connections/links.ts';
import { problems, type ProblemCode } from '../../problem.ts';

/**
 * How an application of the unified auth service is told: `success`, `provider`, `email`, `grant_id`, and the fragment
 * sign that its receivers know. What a failure is called there nobody has published: these three names are ours.
 */
export function answerWithGrant(outcome: LinkOutcome): Answer {
  const state = stateOf(outcome);
  if (outcome.kind === 'refused')
    return {
      params: { success: 'false', provider: 'microsoft', ...errorOf(outcome.problem.code), ...state },
      fragment: '#',
    };
  const { account_email: email, id } = outcome.connection;
  return {
    params: { success: 'true', provider: 'microsoft', ...(email !== null && { email }), grant_id: id, ...state },
    fragment: '#',
  };
}

/** How an application of version 3 is told: a code that it redeems (RFC 6749, section 4.1.2). */
export function answerWithCode(outcome: LinkOutcome): Answer {
  const state = stateOf(outcome);
  if (outcome.kind === 'refused') return { params: { ...errorOf(outcome.problem.code), ...state } };
  return { params: { ...(outcome.code !== undefined && { code: outcome.code }), ...state } };
}

function stateOf({ link }: LinkOutcome): Record<string, string> {
  return link.return_state === null ? {} : { state: link.return_state };
}

const declined = new Set<ProblemCode>([
  'consent_declined',
  'sign_in_cancelled',
  'admin_approval_needed',
  'consent_missing',
]);
const passing = new Set<ProblemCode>(['entra_unavailable', 'microsoft_unavailable', 'microsoft_unreachable']);

/** The error that OAuth has a word for, and Parley's own code for it. */
function errorOf(code: ProblemCode): Record<string, string> {
  const error = declined.has(code) ? 'access_denied' : passing.has(code) ? 'temporarily_unavailable' : 'server_error';
  return { error, error_code: code, error_description: `${problems[code].title}. ${problems[code].remedy}` };
}
