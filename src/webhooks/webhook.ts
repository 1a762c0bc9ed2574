import type { Selectable } from 'kysely';
import type { WebhookDeliveries, WebhookEndpoints } from '../database/schema.ts';

export type EndpointRow = Selectable<WebhookEndpoints>;
export type DeliveryRow = Selectable<WebhookDeliveries>;

/** One request to a receiver: with GET, which sends no body, or with POST. */
export type WebhookRequest = {
  method?: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
  /** How long it has to answer; left out: {@link timeoutMs}. */
  answerWithinMs?: number;
};

/** What came of a request: an answer, of any status, or none. */
export type WebhookAnswer =
  | { kind: 'answered'; status: number; retryAfter: string | undefined; body: string }
  /** `error` is for people: no internals of this network. */
  | { kind: 'unreachable'; error: string };

/** Sends one request into the world. Follows no redirect, reads at most the beginning of the answer, throws nothing. */
export type WebhookPost = (request: WebhookRequest) => Promise<WebhookAnswer>;

const secondMs = 1000;
const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long to wait before each attempt, from the one before it: 75 hours and a half in all. */
export const retryDelaysMs: readonly number[] = [
  0,
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
];

/** Up to so much more of each delay, by chance, so that what failed together does not come back together. */
const jitter = 0.1;

/** A receiver has so long to answer. */
export const timeoutMs = 20 * secondMs;
/** After so long without a word, whoever attempted a delivery is taken to be dead. */
export const leaseMs = minuteMs;
export const mostAnswerBytes = 4096;
export const mostPayloadBytes = 20_000;
export const oldSecretMs = dayMs;
export const warnAfterMs = hourMs;
export const disableAfterMs = 5 * dayMs;
export const keepDeliveriesMs = 30 * dayMs;
export const mostEndpoints = 100;
/** So many messages of one endpoint may wait; what happens beyond that stays in the outbox until there is room. */
export const mostPending = 10_000;

/** What a probe is: a message that asks an endpoint, which was switched off for failing, whether it answers again. */
export const probeType = 'webhook.probe';
export const probeForMs = 30 * dayMs;
const longestWaitMs = dayMs;
const historyLength = 20;

export type Verdict =
  | { kind: 'delivered' }
  | { kind: 'again'; delayMs: number; error: string }
  /** The schedule is over. */
  | { kind: 'given up'; error: string }
  /** The receiver wants no more of anything (410). */
  | { kind: 'gone'; error: string };

type Attempt = {
  /** 1 for the first. */
  number: number;
  now: Date;
  /** From 0 to 1. */
  chance: number;
};

/** What follows from the answer to an attempt. Only 2xx is success; a redirect is a failure like any other. */
export function judge(answer: WebhookAnswer, { number, now, chance }: Attempt): Verdict {
  if (answer.kind === 'answered' && answer.status >= 200 && answer.status < 300) return { kind: 'delivered' };
  const error = answer.kind === 'unreachable' ? answer.error : errorOf(answer.status);
  if (answer.kind === 'answered' && answer.status === 410) return { kind: 'gone', error };
  const scheduledMs = retryDelaysMs[number];
  if (scheduledMs === undefined) return { kind: 'given up', error };
  const delayMs = Math.round(scheduledMs * (1 + jitter * chance));
  return { kind: 'again', delayMs: Math.max(delayMs, wantedDelayMs(answer, now)), error };
}

function errorOf(status: number): string {
  if (status === 410) return 'The receiver answered 410: it wants no more messages.';
  if (status >= 300 && status < 400) return `The receiver answered ${status}: redirects are not followed.`;
  return `The receiver answered ${status}.`;
}

const mayAskForTime = new Set([429, 502, 503, 504]);

/** `Retry-After` (RFC 9110, section 10.2.3), in seconds or as a date, from those who may ask for it: at most a day. */
function wantedDelayMs(answer: WebhookAnswer, now: Date): number {
  if (answer.kind !== 'answered' || !answer.retryAfter || !mayAskForTime.has(answer.status)) return 0;
  const text = answer.retryAfter.trim();
  const waitMs = /^\d+(\.\d+)?$/.test(text) ? Number(text) * secondMs : Date.parse(text) - now.getTime();
  return Number.isNaN(waitMs) ? 0 : Math.min(Math.max(0, Math.ceil(waitMs)), longestWaitMs);
}

type Probing = { disabledAt: Date; asked: number } & Pick<Attempt, 'now' | 'chance'>;

/** When an endpoint that was switched off at `disabledAt` is asked next, having been asked so often; `null`: no more. */
export function nextProbe({ disabledAt, asked, now, chance }: Probing): Date | null {
  const pauseMs = Math.min(hourMs * 2 ** asked, dayMs);
  const next = new Date(now.getTime() + Math.round(pauseMs * (1 + jitter * chance)));
  return next.getTime() - disabledAt.getTime() <= probeForMs ? next : null;
}

/** The history with one more attempt; the oldest ones are forgotten. */
export function withAttempt(history: DeliveryRow['history'], attempt: DeliveryRow['history'][number]) {
  return [...history, attempt].slice(-historyLength);
}

/** Text as it can be stored: whole characters of UTF-8, no NUL. */
export function storableText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replaceAll('\0', '\uFFFD');
}
