import { Problem } from './problem.ts';

/** What the work gives, or `microsoft_unreachable` as soon as this caller's patience is over. */
export async function orGivenUp<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  const over = Promise.withResolvers<never>();
  const giveUp = () => over.reject(new Problem('microsoft_unreachable', { cause: signal.reason }));
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
