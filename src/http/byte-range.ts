/** What a `Range` header asks for, before it is known how much there is. */
export type RangeSpec = { from: number; to: number | undefined } | { last: number };

/** Bytes, both ends included. */
export type ByteRange = { from: number; to: number };

const mostDigits = 15;

/**
 * Reads a `Range` header (RFC 9110, section 14.2). `undefined`: there is none, or one to leave alone, as that section
 * has it of other units, of what is no range, and, as it allows, of several ranges.
 */
export function parseRange(header: string | undefined): RangeSpec | undefined {
  const [, set] = /^bytes=(.*)$/is.exec(header?.trim() ?? '') ?? [];
  // Empty elements of a list count for nothing (RFC 9110, section 5.6.1.2).
  const specs = set?.split(',').map((spec) => spec.trim());
  const [spec, ...more] = specs?.filter(Boolean) ?? [];
  if (spec === undefined || more.length > 0) return undefined;
  const [, first = '', last = ''] = /^(\d*)-(\d*)$/.exec(spec) ?? [];
  if (first === '') return last === '' ? undefined : { last: numberOf(last) };
  const range = { from: numberOf(first), to: last === '' ? undefined : numberOf(last) };
  return range.to !== undefined && range.to < range.from ? undefined : range;
}

/** Beyond every content, and yet a number that can be counted with. */
function numberOf(digits: string): number {
  return Number(digits.replace(/^0+/, '').length > mostDigits ? '9'.repeat(mostDigits) : digits);
}

/** The bytes that are meant in a content of so many; `undefined`: none of them exists (RFC 9110, section 14.1.2). */
export function rangeWithin(spec: RangeSpec, bytes: number): ByteRange | undefined {
  if ('last' in spec)
    return spec.last > 0 && bytes > 0 ? { from: Math.max(0, bytes - spec.last), to: bytes - 1 } : undefined;
  if (spec.from >= bytes) return undefined;
  return { from: spec.from, to: Math.min(spec.to ?? bytes, bytes - 1) };
}
