import type { WebhookDelivery, WebhookEndpoint } from '../api/webhooks.ts';
import type { State } from '../parts/state-label.tsx';
import { agoText, count, momentText } from '../parts/when.ts';

/** How an endpoint stands: a word or two, and the sentence that explains them. */
type EndpointState = State & { sentence: string };

type Moment = { now: number; zone: string };

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
  if (endpoint.status === 'disabled') return disabledState(endpoint);
  if (endpoint.failingSince !== null) return failingState(endpoint, endpoint.failingSince, moment);
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

const whyDisabled: Record<NonNullable<WebhookEndpoint['disabledReason']>, string> = {
  gone: 'Its receiver answered 410: it wants no more events. Nothing is sent until somebody switches it on.',
  failing: 'Nothing had arrived for five days. Nothing is sent until somebody switches it on.',
  person: 'Somebody switched it off here. Nothing is sent.',
};

function disabledState({ disabledReason }: WebhookEndpoint): EndpointState {
  const reason = disabledReason ?? 'person';
  return { tone: reason === 'person' ? 'quiet' : 'problem', words: 'Switched off', sentence: whyDisabled[reason] };
}

function failingState({ warnedAt }: WebhookEndpoint, since: string, { zone }: Moment): EndpointState {
  const end = new Date(Date.parse(since) + 5 * dayMs).toISOString();
  return {
    tone: warnedAt === null ? 'waiting' : 'problem',
    words: 'Failing',
    sentence: `Nothing has arrived since ${momentText(since, zone)}. Parley tries again by itself, and switches the endpoint off if that lasts until ${momentText(end, zone)}.`,
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
  const { status, attempts, nextAttemptAt } = delivery;
  if (status === 'delivered') return { tone: 'good', words: 'Arrived' };
  if (status === 'failed') return { tone: 'problem', words: 'Given up' };
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
