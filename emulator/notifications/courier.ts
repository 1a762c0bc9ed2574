import type { Context } from '../context.ts';
import { collect } from './collect.ts';
import { deliver } from './deliver.ts';

const LOOK_EVERY_MS = 1000;

/** Delivers notifications while the emulator listens: soon after every call, and when something comes due. */
export type Courier = {
  /** Something may have happened. Without a running courier it is only noted down, for `deliver`. */
  look: () => void;
  start: () => void;
  /** Waits for what is being sent. */
  stop: () => Promise<void>;
};

/** A courier that has not started yet. */
export function createCourier(context: Context): Courier {
  let timer: NodeJS.Timeout | undefined;
  /** The rounds so far, one after another: a receiver gets its notifications in order. */
  let rounds: Promise<unknown> = Promise.resolve();
  let isAsked = false;
  const round = () => {
    isAsked = false;
    return timer === undefined ? undefined : deliver(context);
  };
  const look = () => {
    collect(context);
    if (timer === undefined || isAsked) return;
    isAsked = true;
    rounds = rounds.then(round);
  };
  return {
    look,
    start: () => (timer ??= setInterval(look, LOOK_EVERY_MS).unref()),
    stop: async () => {
      clearInterval(timer);
      timer = undefined;
      await rounds;
    },
  };
}
