import { isDeepStrictEqual } from 'node:util';

export type Fields = Record<string, unknown>;

/** What becomes of a thing that was imported before, field by field. */
export type Merged<T extends Fields> = {
  /** What was changed there since, and not here: it is taken over. */
  changed: (keyof T & string)[];
  /** What was changed there, but here as well: it stays as it is here. */
  kept: (keyof T & string)[];
  /** What is remembered of it from now on. */
  base: T;
};

/**
 * Compares three states of a thing: as it was imported last, as it is there, and as it is here. What the other product
 * does not tell (`undefined`) is left alone. A conflict is remembered as it was, so that each run tells of it.
 */
export function merge<T extends Fields>(base: T, theirs: Partial<T>, ours: T): Merged<T> {
  const merged: Merged<T> = { changed: [], kept: [], base: { ...base } };
  for (const field of Object.keys(ours) as (keyof T & string)[]) {
    const value = theirs[field];
    if (value === undefined || isDeepStrictEqual(value, base[field])) continue;
    if (isDeepStrictEqual(value, ours[field])) merged.base[field] = value;
    else if (isDeepStrictEqual(base[field], ours[field])) {
      merged.changed.push(field);
      merged.base[field] = value;
    } else merged.kept.push(field);
  }
  return merged;
}
