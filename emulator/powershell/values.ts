import type { Statement } from './syntax.ts';

/** A script block that was not run yet. */
export class Block {
  readonly body: Statement[];

  constructor(body: Statement[]) {
    this.body = body;
  }
}

export type Value = string | number | boolean | null | Value[] | Block | PsObject;
export type PsObject = { [name: string]: Value };

/** Whether the value is an object with members. */
export function isObject(value: Value | undefined): value is PsObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Block);
}

/** A list of what a value holds: nothing for `$null`, itself when it is one. */
export function itemsOf(value: Value): Value[] {
  if (value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** What several results are together: `$null`, the only one, or a list. */
export function together(values: Value[]): Value {
  return values.length > 1 ? values : (values[0] ?? null);
}

/** A value in words, as a string takes it up. */
export function toText(value: Value): string {
  if (value === null) return '';
  if (value instanceof Block) return '{…}';
  if (Array.isArray(value)) return value.map(toText).join(' ');
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return String(value);
  const members = Object.entries(value).map(([name, one]) => `${name}=${toText(one)}`);
  return `@{${members.join('; ')}}`;
}

/** PowerShell's truth: nothing, zero, an empty string and an empty list are false. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 1 || (value.length === 1 && isTrue(value[0] ?? null));
  if (typeof value === 'object') return value !== null;
  return value !== '' && value !== 0 && value !== false;
}

/** A member by name, in any case; of a list, that of its elements. */
export function memberOf(value: Value, name: string): Value {
  const wanted = name.toLowerCase();
  if (isObject(value)) {
    const own = Object.keys(value).find((key) => key.toLowerCase() === wanted);
    if (own !== undefined) return value[own] ?? null;
  }
  if (wanted === 'count' || wanted === 'length') {
    return wanted === 'length' && typeof value === 'string' ? value.length : itemsOf(value).length;
  }
  if (Array.isArray(value)) return together(value.map((one) => memberOf(one, name)).filter((one) => one !== null));
  return null;
}

/** Compares as `-eq` does: without regard to case, the right side taken for what the left side is. */
export function areEqual(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  if (typeof left === 'number') return left === Number(toText(right));
  if (typeof left === 'boolean') return left === isTrue(right);
  return toText(left).toLowerCase() === toText(right).toLowerCase();
}

/** Whether a text is like a pattern with `*` and `?`. */
export function isLike(text: string, pattern: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[\\s\\S]*')
    .replaceAll('?', '[\\s\\S]');
  return new RegExp(`^${escaped}$`, 'i').test(text);
}
