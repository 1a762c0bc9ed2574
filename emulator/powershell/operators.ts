import { ScriptError } from './syntax.ts';
import type { Value } from './values.ts';
import { areEqual, isLike, isTrue, itemsOf, toText } from './values.ts';

type Operator = (left: Value, right: Value) => Value;

const comparing: Record<string, (left: Value, right: Value) => boolean> = {
  eq: areEqual,
  ne: (left, right) => !areEqual(left, right),
  gt: (left, right) => order(left, right) > 0,
  ge: (left, right) => order(left, right) >= 0,
  lt: (left, right) => order(left, right) < 0,
  le: (left, right) => order(left, right) <= 0,
  like: (left, right) => isLike(toText(left), toText(right)),
  notlike: (left, right) => !isLike(toText(left), toText(right)),
  match: (left, right) => new RegExp(toText(right), 'i').test(toText(left)),
  notmatch: (left, right) => !new RegExp(toText(right), 'i').test(toText(left)),
};

const others: Record<string, Operator> = {
  and: (left, right) => isTrue(left) && isTrue(right),
  or: (left, right) => isTrue(left) || isTrue(right),
  xor: (left, right) => isTrue(left) !== isTrue(right),
  contains: (left, right) => itemsOf(left).some((one) => areEqual(one, right)),
  notcontains: (left, right) => !itemsOf(left).some((one) => areEqual(one, right)),
  in: (left, right) => itemsOf(right).some((one) => areEqual(one, left)),
  notin: (left, right) => !itemsOf(right).some((one) => areEqual(one, left)),
  join: (left, right) => itemsOf(left).map(toText).join(toText(right)),
  split: (left, right) => toText(left).split(toText(right)),
  replace: (left, right) => {
    const [pattern = '', by = ''] = itemsOf(right).map(toText);
    return toText(left).replace(new RegExp(pattern, 'gi'), by);
  },
  f: (left, right) =>
    toText(left).replace(/\{(\d+)\}/g, (_, index: string) => toText(itemsOf(right)[Number(index)] ?? null)),
  '+': (left, right) => {
    if (typeof left === 'number') return left + Number(toText(right));
    if (typeof left === 'string') return left + toText(right);
    return [...itemsOf(left), ...itemsOf(right)];
  },
};

/** Applies an operator. Comparing a list leaves those of its elements for which it holds. */
export function applyOperator(operator: string, left: Value, right: Value): Value {
  const name = others[operator] === undefined && comparing[operator] === undefined ? operator.slice(1) : operator;
  const compare = comparing[name];
  if (compare !== undefined)
    return Array.isArray(left) ? left.filter((one) => compare(one, right)) : compare(left, right);
  const apply = others[name];
  if (apply === undefined) throw new ScriptError(`The operator -${operator} is more than this window understands.`);
  return apply(left, right);
}

const methods: Record<string, (text: string, given: string[]) => Value> = {
  tostring: (text) => text,
  tolower: (text) => text.toLowerCase(),
  tolowerinvariant: (text) => text.toLowerCase(),
  toupper: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  contains: (text, [part = '']) => text.includes(part),
  startswith: (text, [part = '']) => text.startsWith(part),
  endswith: (text, [part = '']) => text.endsWith(part),
  replace: (text, [part = '', by = '']) => text.replaceAll(part, by),
  split: (text, [by = ' ']) => text.split(by),
  'regex::unescape': (_, [text = '']) =>
    text.replace(/\\u([0-9a-f]{4})|\\([\s\S])/gi, (_match, unit: string | undefined, plain: string | undefined) =>
      unit === undefined ? (plain ?? '') : String.fromCharCode(Number.parseInt(unit, 16)),
    ),
  'string::isnullorempty': (_, [text = '']) => text === '',
  'string::isnullorwhitespace': (_, [text = '']) => text.trim() === '',
  equals: (text, [other = '']) => text === other,
};

/** Calls a method of a string, or one of the few of a type. */
export function callMethod(target: Value, name: string, given: Value[]): Value {
  const method = methods[name];
  if (method === undefined) throw new ScriptError(`The method ${name}() is more than this window understands.`);
  return method(toText(target), given.map(toText));
}

function order(left: Value, right: Value): number {
  if (typeof left === 'number') return left - Number(toText(right));
  return toText(left).toLowerCase() < toText(right).toLowerCase() ? -1 : Number(!areEqual(left, right));
}
