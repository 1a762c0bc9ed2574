/** The part of a content that a `Range` header asks for, both ends included (RFC 9110, 14.1.2). */
export type ByteRange = { from: number; to: number } | 'whole' | 'unsatisfiable';

/** Reads a `Range` header. Forms that are not one range of bytes mean the whole. */
export function byteRange(header: string | null, length: number): ByteRange {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return 'whole';
  if (first === '') {
    const suffix = Math.min(Number(last), length);
    return suffix === 0 ? 'unsatisfiable' : { from: length - suffix, to: length - 1 };
  }
  const from = Number(first);
  const to = last === '' ? length - 1 : Math.min(Number(last), length - 1);
  if (last !== '' && Number(last) < from) return 'whole';
  return from >= length ? 'unsatisfiable' : { from, to };
}
