import type { Context } from '../context.ts';
import { collect } from './collect.ts';
import { raiseLifecycle, recordDelivery } from './notifications.ts';
import type { Delivery, Notice, PostAnswer } from './notifications.ts';
import { validationTokens } from './validation-tokens.ts';

/** A receiver must answer within this time, or it counts as slow and the notification is sent again. */
export const ANSWER_WITHIN_MS = 3000;
const MINUTE = 60_000;
const FIRST_RETRY_MS = MINUTE;
const LONGEST_PAUSE_MS = 60 * MINUTE;
const GIVE_UP_AFTER_MS = 4 * 60 * MINUTE;
const WINDOW_MS = 10 * MINUTE;
const SLOW_DELAY_MS = 10_000;
const MOST_IN_ONE_POST = 20;
/** So few answers say nothing about a receiver. Invented: the documentation has shares only. */
const FEWEST_ANSWERS = 10;

/** Sends everything that is due, several notifications of one receiver in one POST. What fails waits for its next turn. */
export async function deliver(context: Context): Promise<Delivery[]> {
  collect(context);
  const made: Delivery[] = [];
  for (const batch of batchesOf(takeDue(context))) {
    const delivery = await sendBatch(context, batch);
    if (delivery !== undefined) made.push(delivery);
  }
  return made;
}

function takeDue({ notifications, now }: Context): Notice[] {
  const isDue = ({ dueAt }: Notice) => dueAt <= now();
  const due = notifications.waiting.filter(isDue);
  notifications.waiting = notifications.waiting.filter((notice) => !isDue(notice));
  return notifications.mischief.outOfOrder ? due.toReversed() : due;
}

/** What goes to the same address goes together; notifications of changes and of subscriptions do not. */
function batchesOf(notices: Notice[]): [Notice, ...Notice[]][] {
  const batches: [Notice, ...Notice[]][] = [];
  for (const notice of notices) {
    const open = batches.findLast(([first]) => first.url === notice.url && first.kind === notice.kind);
    if (open === undefined || open.length === MOST_IN_ONE_POST) batches.push([notice]);
    else open.push(notice);
  }
  return batches;
}

async function sendBatch(context: Context, batch: [Notice, ...Notice[]]): Promise<Delivery | undefined> {
  const [{ url, kind }] = batch;
  const state = stateOf(context, url);
  if (state === 'slow' && batch.some(({ dueAt, raisedAt }) => dueAt < raisedAt + SLOW_DELAY_MS)) {
    context.notifications.waiting.push(
      ...batch.map((notice) => ({ ...notice, dueAt: Math.max(notice.dueAt, notice.raisedAt + SLOW_DELAY_MS) })),
    );
    return undefined;
  }
  const entry = { at: context.now(), url, kind, notices: batch.map(({ body }) => body) };
  if (state === 'drop') {
    for (const notice of batch) missed(context, notice);
    return recordDelivery(context.notifications, { ...entry, outcome: 'dropped', detail: 'the receiver is too slow' });
  }
  const tokens = await validationTokens(context, batch);
  const answer = await context.post({
    url,
    contentType: 'application/json; charset=utf-8',
    body: JSON.stringify({ value: entry.notices, ...(tokens.length > 0 && { validationTokens: tokens }) }),
    timeoutMs: ANSWER_WITHIN_MS,
  });
  rememberAnswer(context, url, answer);
  const outcome = outcomeOf(answer);
  if (outcome !== 'accepted') for (const notice of batch) again(context, notice);
  return recordDelivery(context.notifications, { ...entry, outcome, detail: detailOf(answer) });
}

function outcomeOf(answer: PostAnswer): Delivery['outcome'] {
  if (answer.kind !== 'answered') return answer.kind;
  if (answer.tookMs > ANSWER_WITHIN_MS) return 'timeout';
  return answer.status >= 200 && answer.status < 300 ? 'accepted' : 'refused';
}

function detailOf(answer: PostAnswer): string {
  if (answer.kind === 'answered') return String(answer.status);
  return answer.kind === 'unreachable' ? answer.why : `no answer within ${ANSWER_WITHIN_MS} ms`;
}

/** After 1, 2, 4 … minutes, an hour at most, until four hours have passed. */
function again(context: Context, notice: Notice): void {
  const now = context.now();
  const dueAt = now + Math.min(FIRST_RETRY_MS * 2 ** notice.attempts, LONGEST_PAUSE_MS);
  if (dueAt > notice.raisedAt + GIVE_UP_AFTER_MS) missed(context, notice);
  else context.notifications.waiting.push({ ...notice, attempts: notice.attempts + 1, dueAt });
}

/** What could not be delivered is gone; its subscriber is told once that something is. */
function missed({ notifications, now }: Context, notice: Notice): void {
  const subscription = notifications.subscriptions.get(notice.subscriptionId);
  const isTold = notifications.waiting.some(
    ({ subscriptionId, body }) => subscriptionId === notice.subscriptionId && body['lifecycleEvent'] === 'missed',
  );
  // Documented for Outlook only: Teams says nothing of what it could not deliver.
  if (notice.kind === 'change' && subscription !== undefined && !subscription.artifacts && !isTold) {
    raiseLifecycle(notifications, subscription, 'missed', now());
  }
}

/** Receivers that are slow too often get everything later, then nothing for a while. */
function stateOf(context: Context, url: string): 'well' | 'slow' | 'drop' {
  const answers = recentAnswers(context, url);
  if (answers.length < FEWEST_ANSWERS) return 'well';
  const share = answers.filter(({ slow }) => slow).length / answers.length;
  if (share >= 0.15) return 'drop';
  return share >= 0.1 ? 'slow' : 'well';
}

function rememberAnswer(context: Context, url: string, answer: PostAnswer): void {
  const slow = outcomeOf(answer) === 'timeout';
  const answers = [...recentAnswers(context, url), { at: context.now(), slow }];
  context.notifications.answers.set(new URL(url).host, answers);
}

function recentAnswers({ notifications, now }: Context, url: string): { at: number; slow: boolean }[] {
  const answers = notifications.answers.get(new URL(url).host) ?? [];
  return answers.filter(({ at }) => at > now() - WINDOW_MS);
}
