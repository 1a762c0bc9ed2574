/** Something that administrators see changed at once, and that the service obeys only after a while. */
export type Propagated<T> = {
  current: T;
  initial: T;
  /** Every change, oldest first, with the state after it. */
  changes: { at: number; what: string; after: T }[];
};

/** A change as administrators would like to see it. */
export type ChangeInSight = { at: string; what: string; takesEffectAt: string; inEffect: boolean };

/** A state that nobody changed yet. */
export function propagated<T>(initial: T): Propagated<T> {
  return { current: structuredClone(initial), initial, changes: [] };
}

/** Changes the state; `what` says so to people. */
export function changeState<T, R>(state: Propagated<T>, now: number, what: string, edit: (current: T) => R): R {
  const result = edit(state.current);
  state.changes.push({ at: now, what, after: structuredClone(state.current) });
  return result;
}

/** The state that the service obeys now: that of `delayMs` ago. */
export function inForce<T>(state: Propagated<T>, now: number, delayMs: number): T {
  if (delayMs <= 0) return state.current;
  return state.changes.findLast(({ at }) => at + delayMs <= now)?.after ?? state.initial;
}

/** The changes, newest first, each with the moment at which it takes effect. */
export function changesInSight<T>(state: Propagated<T>, now: number, delayMs: number): ChangeInSight[] {
  return state.changes.toReversed().map(({ at, what }) => ({
    at: new Date(at).toISOString(),
    what,
    takesEffectAt: new Date(at + delayMs).toISOString(),
    inEffect: delayMs <= 0 || at + delayMs <= now,
  }));
}
