import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Context } from '../context.ts';
import { badRequest } from '../graph/graph-error.ts';
import { recordDelivery } from './notifications.ts';
import type { PostAnswer } from './notifications.ts';

const ANSWER_WITHIN_MS = 10_000;

/** Asks an address whether it wants notifications: it must send the token back as plain text. 400 when it does not. */
export async function validateEndpoint(context: Context, url: string): Promise<void> {
  // With blanks and signs, so that a receiver that does not decode the query, or encodes its answer, is found out.
  const token = `Validation: Testing client application reachability for subscription Request-Id: ${randomUUID()} +/&=`;
  const target = new URL(url);
  target.searchParams.append('validationToken', token);
  const contentType = 'text/plain; charset=utf-8';
  const answer = await context.post({ url: target.href, contentType, body: '', timeoutMs: ANSWER_WITHIN_MS });
  const fault = faultOf(answer, token);
  recordDelivery(context.notifications, {
    at: context.now(),
    url,
    kind: 'validation',
    outcome: answer.kind !== 'answered' ? answer.kind : fault === undefined ? 'accepted' : 'refused',
    detail: answer.kind === 'unreachable' ? answer.why : (fault ?? '200'),
    notices: [],
  });
  if (fault !== undefined) throw badRequest(fault, 'ValidationError');
}

/** The sentences about 200 and time are reported from the real service; those about the echo are invented. */
function faultOf(answer: PostAnswer, token: string): string | undefined {
  if (answer.kind === 'timeout') return 'Subscription validation request timed out.';
  if (answer.kind === 'unreachable' || answer.status !== 200) {
    const status = answer.kind === 'answered' ? `HTTP status code is '${statusName(answer.status)}'. ` : '';
    return `Subscription validation request failed. ${status}Notification endpoint must respond with 200 OK to validation request.`;
  }
  if (!/^text\/plain\b/i.test(answer.contentType)) {
    return 'Subscription validation request failed. Notification endpoint must respond with content type text/plain.';
  }
  if (answer.body === token) return undefined;
  return 'Subscription validation request failed. Response must exactly match validationToken query parameter.';
}

function statusName(status: number): string {
  return (STATUS_CODES[status] ?? String(status)).replaceAll(/\W/g, '');
}
