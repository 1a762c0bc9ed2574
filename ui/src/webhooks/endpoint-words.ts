import type { WebhookDelivery, WebhookEndpoint } from '../api/webhooks.ts';
import type { State } from '../parts/state-label.tsx';
import { agoText, count, dayKey, momentText, timeText } from '../parts/when.ts';

/** How an endpoint stands: a word or two, and the sentence that explains them. */
type EndpointState = State & { sentence: string };

type Moment = { now: number; zone: string };

/** What Parley asks an endpoint with that is switched off for failing. */
export const probeType = 'webhook.probe';

const dayMs = 86_400_000;
/** How long the log keeps what was sent. */
const keptMs = 30 * dayMs;

/** What people call an endpoint: its address without the protocol. */
export function endpointName({ url }: Pick<WebhookEndpoint, 'url'>): string {
  return url.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/** `latest`: what was sent last; `null`: nothing; `undefined`: not known. */
export function endpointState(
  endpoint: WebhookEndpoint,
  latest: WebhookDelivery | null | undefined,
  moment: Moment,
): EndpointState {
  if (endpoint.status === 'disabled') return disabledState(endpoint, moment);
  if (endpoint.failingSince !== null) return failingState(endpoint, endpoint.failingSince, moment);
  if (endpoint.catchingUp) {
    return {
      tone: 'waiting',
      words: 'Catching up',
      sentence: 'It works again: what happened meanwhile follows step by step, the oldest first.',
    };
  }
  if (latest === undefined) return { tone: 'quiet', words: 'Switched on', sentence: 'No failure is known.' };
  if (latest === null) return unusedState(endpoint, moment);
  if (latest.status === 'delivered' && latest.deliveredAt) {
    const ago = agoText(latest.deliveredAt, moment.now, moment.zone);
    return { tone: 'good', words: 'Delivering', sentence: `The last event arrived ${ago}.` };
  }
  if (latest.status === 'pending') return { tone: 'waiting', words: 'Sending', sentence: 'An event is on its way.' };
  return {
    tone: 'quiet',
    words: 'Switched on',
    sentence: 'The last event did not arrive. A test event shows whether the next one will.',
  };
}

const whyDisabled = {
  gone: 'Its receiver answered 410: it wants no more events.',
  failing: 'Nothing had arrived for five days.',
} as const;

/** Why an endpoint is switched off though nobody did it, and whether it comes back by itself. */
export function switchedOffWords(
  { disabledReason, nextProbeAt }: Pick<WebhookEndpoint, 'disabledReason' | 'nextProbeAt'>,
  { now, zone }: Moment,
): string {
  const why = whyDisabled[disabledReason === 'gone' ? 'gone' : 'failing'];
  if (nextProbeAt === null) return `${why} Nothing is sent until somebody switches it on.`;
  return `${why} Parley asks again ${atText(nextProbeAt, now, zone)}, switches it on when it answers, and sends what happened meanwhile.`;
}

function disabledState(endpoint: WebhookEndpoint, moment: Moment): EndpointState {
  const words = 'Switched off';
  if (endpoint.disabledReason === 'person')
    return { tone: 'quiet', words, sentence: 'Somebody switched it off here. Nothing is sent.' };
  const isAsked = endpoint.nextProbeAt !== null;
  return { tone: isAsked ? 'waiting' : 'problem', words, sentence: switchedOffWords(endpoint, moment) };
}

/** `at 14:20`, `on Tue 24 Nov 2026, 02:20`; what is due, `in a moment`. */
function atText(instant: string, now: number, zone: string): string {
  if (Date.parse(instant) <= now) return 'in a moment';
  const isToday = dayKey(instant, zone) === dayKey(now, zone);
  return isToday ? `at ${timeText(instant, zone)}` : `on ${momentText(instant, zone)}`;
}

function failingState({ warnedAt }: WebhookEndpoint, since: string, { zone }: Moment): EndpointState {
  const end = new Date(Date.parse(since) + 5 * dayMs).toISOString();
  return {
    tone: warnedAt === null ? 'waiting' : 'problem',
    words: 'Failing',
    sentence: `Nothing has arrived since ${momentText(since, zone)}. Parley tries again by itself. If that lasts until ${momentText(end, zone)}, it switches the endpoint off and only asks from time to time whether it answers again.`,
  };
}

function unusedState({ createdAt }: WebhookEndpoint, { now }: Moment): EndpointState {
  const young = now - Date.parse(createdAt) < keptMs;
  return {
    tone: 'quiet',
    words: young ? 'Not used yet' : 'Quiet',
    sentence: young
      ? 'Nothing was sent yet. A test event shows whether it arrives.'
      : 'Nothing was sent in the last 30 days. A test event shows whether it still arrives.',
  };
}

/** How one message stands. */
export function deliveryState(delivery: WebhookDelivery, { now, zone }: Moment): State {
  const { status, attempts, nextAttemptAt, type } = delivery;
  if (status === 'delivered') return { tone: 'good', words: 'Arrived' };
  if (status === 'failed') return { tone: 'problem', words: type === probeType ? 'Did not arrive' : 'Given up' };
  if (attempts === 0 || nextAttemptAt === null) return { tone: 'waiting', words: 'On its way' };
  return { tone: 'waiting', words: `Next try ${soonText(nextAttemptAt, now, zone)}` };
}

/** What was answered, in a word: `204`, `No answer`. */
export function answerWords({ response, attempts }: WebhookDelivery): string {
  if (response) return String(response.status);
  return attempts > 0 ? 'No answer' : '–';
}

/** `in 5 minutes`, `within a minute`; what is further away than some hours, by its moment. */
export function soonText(instant: string, now: number, zone: string): string {
  const minutes = Math.ceil((Date.parse(instant) - now) / 60_000);
  if (minutes <= 1) return 'within a minute';
  if (minutes <= 90) return `in ${count(minutes, 'minute')}`;
  return `on ${momentText(instant, zone)}`;
}

/** Whether something is about to happen with it, so that it is worth asking again soon. */
export function isDue({ status, nextAttemptAt }: WebhookDelivery, now: number): boolean {
  return status === 'pending' && nextAttemptAt !== null && Date.parse(nextAttemptAt) - now < 65_000;
}
