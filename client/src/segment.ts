/** An id as a part of an address. What would lead somewhere else is a `TypeError`. */
export function segment(id: string): string {
  if (typeof id !== 'string' || /^\.{0,2}$/.test(id)) throw new TypeError('An id is missing');
  return encodeURIComponent(id);
}
