export type Random = ReturnType<typeof createRandom>;

/** Mulberry32: small, and the same everywhere. */
export function createRandom(seed: number) {
  let state = seed * 0x9e3779b9;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
  return {
    below: (limit: number) => Math.floor(next() * limit),
    of: <T>(all: readonly T[]) => all[Math.floor(next() * all.length)] as T,
  };
}
