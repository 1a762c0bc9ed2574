import { randomBytes } from 'node:crypto';
import { Problem } from '../problem.ts';
import type { WebhookAnswer, WebhookPost } from './webhook.ts';

const answerWithinMs = 10_000;

/**
 * Asks whether somebody at an address expects webhooks: it has to answer `GET …?challenge=…` with the bare value. Throws
 * `webhook_challenge_failed`, which says what came instead.
 */
export async function challenge({ post }: { post: WebhookPost }, url: string): Promise<void> {
  const value = randomBytes(24).toString('hex');
  const target = new URL(url);
  target.searchParams.set('challenge', value);
  const answer = await post({
    method: 'GET',
    url: target.href,
    headers: { accept: '*/*', 'user-agent': 'Parley-Webhooks/1' },
    body: '',
    signal: new AbortController().signal,
    answerWithinMs,
  });
  const detail = faultOf(answer, value);
  if (detail !== undefined)
    throw new Problem('webhook_challenge_failed', { detail, errors: [{ pointer: '/url', detail }] });
}

function faultOf(answer: WebhookAnswer, value: string): string | undefined {
  if (answer.kind === 'unreachable') return answer.error;
  if (answer.status !== 200) return `The address answered ${answer.status}, not 200 with the challenge.`;
  return answer.body.trim() === value ? undefined : 'The address answered with something else than the challenge.';
}
