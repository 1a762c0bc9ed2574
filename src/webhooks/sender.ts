import type { Log } from '../log.ts';
import type { WebhookAnswer, WebhookPost, WebhookRequest } from './webhook.ts';

/** The requests to receivers that are under way in this process. */
export type Sender = {
  /** Takes a place for one request to this endpoint, for `send` or `leave`; `undefined` when there is none left. */
  enter(endpointId: string): Place | undefined;
  /** Breaks off what is under way, as if the process had died: it is sent again later, with the same id. */
  close(): Promise<void>;
};

type Place = {
  /**
   * Sends, and hands the answer to `settle`. Resolves when that is done; a receiver that takes its time is waited for in
   * the background, so that no job of another one waits with it.
   */
  send(request: Omit<WebhookRequest, 'signal'>, settle: Settle): Promise<void>;
  leave(): void;
};

type Settle = (answer: WebhookAnswer) => Promise<void>;

type Options = { post: WebhookPost; log: Log };

/** A job waits so long for an answer. */
const patienceMs = 250;
const mostAtOnce = 500;
const mostOfOneEndpoint = 10;

export function createSender({ post, log }: Options): Sender {
  const places = new Map<string, number>();
  const all = new Set<Promise<void>>();
  const closing = new AbortController();
  const closed = new Promise<undefined>((resolve) => {
    closing.signal.addEventListener('abort', () => resolve(undefined));
  });
  let taken = 0;

  const count = (endpointId: string, by: number) => {
    const next = (places.get(endpointId) ?? 0) + by;
    if (next > 0) places.set(endpointId, next);
    else places.delete(endpointId);
    taken += by;
  };

  const place = (endpointId: string): Place => ({
    leave: () => count(endpointId, -1),
    async send(request, settle) {
      const answered = Promise.race([post({ ...request, signal: closing.signal }), closed]);
      const settled = answered
        .then((answer) => (closing.signal.aborted || !answer ? undefined : settle(answer)))
        .finally(() => {
          count(endpointId, -1);
          all.delete(settled);
        });
      all.add(settled);
      if (await isInTime(answered)) return settled;
      // Nobody waits for it any more: an answer that could not be written down leads to another attempt.
      settled.catch((error: unknown) => log.error({ err: error, endpointId }, 'answer to a webhook could not be kept'));
    },
  });

  return {
    enter(endpointId) {
      if (taken >= mostAtOnce || (places.get(endpointId) ?? 0) >= mostOfOneEndpoint) return undefined;
      count(endpointId, 1);
      return place(endpointId);
    },
    async close() {
      closing.abort();
      await Promise.allSettled(all);
    },
  };
}

async function isInTime(work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  const done = work.then(
    () => true,
    () => true,
  );
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}
