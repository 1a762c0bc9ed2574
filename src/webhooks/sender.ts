import type { Log } from '../log.ts';
import type { WebhookAnswer, WebhookPost, WebhookRequest } from './webhook.ts';

/** The requests to receivers that are under way in this process. */
export type Sender = {
  /**
   * Takes a place for one request to this endpoint, for `send` or `leave`; `undefined` when there is none left. Those who
   * are known to fail, or let one wait at the moment, share a part of the places, so that however many they are, there is
   * always one left for the others.
   */
  enter(endpoint: { id: string; failing: boolean }): Place | undefined;
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
/** Of requests that wait for an answer for longer than a job would. */
const mostSlowAtOnce = 300;
const mostSlowOfOneFailing = 2;

export function createSender({ post, log }: Options): Sender {
  const places = createCounts();
  const slow = createCounts();
  const all = new Set<Promise<void>>();
  const closing = new AbortController();
  const closed = new Promise<undefined>((resolve) => {
    closing.signal.addEventListener('abort', () => resolve(undefined));
  });

  const place = (endpointId: string): Place => ({
    leave: () => places.add(endpointId, -1),
    async send(request, settle) {
      const answered = Promise.race([post({ ...request, signal: closing.signal }), closed]);
      const settled = answered
        .then((answer) => (closing.signal.aborted || !answer ? undefined : settle(answer)))
        .finally(() => {
          places.add(endpointId, -1);
          all.delete(settled);
        });
      all.add(settled);
      if (await isInTime(answered)) return settled;
      slow.add(endpointId, 1);
      const fast = () => slow.add(endpointId, -1);
      void answered.then(fast, fast);
      // Nobody waits for it any more: an answer that could not be written down leads to another attempt.
      settled.catch((error: unknown) => log.error({ err: error, endpointId }, 'answer to a webhook could not be kept'));
    },
  });

  return {
    enter({ id, failing }) {
      if (places.total() >= mostAtOnce || places.of(id) >= mostOfOneEndpoint) return undefined;
      if (failing && slow.of(id) >= mostSlowOfOneFailing) return undefined;
      if (slow.total() >= mostSlowAtOnce && (failing || slow.of(id) > 0)) return undefined;
      places.add(id, 1);
      return place(id);
    },
    async close() {
      closing.abort();
      await Promise.allSettled(all);
    },
  };
}

/** How many there are, for each and in all. */
function createCounts() {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    of: (id: string) => counts.get(id) ?? 0,
    total: () => total,
    add(id: string, by: number) {
      const next = (counts.get(id) ?? 0) + by;
      if (next > 0) counts.set(id, next);
      else counts.delete(id);
      total += by;
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
