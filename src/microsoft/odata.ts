/** A query string of OData options, percent-encoded once; `$` stays readable. */
export function query(options: Record<string, string>): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
}

/** A string literal inside a `$filter` or a key: quotes within it are doubled. */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** An opaque id as one segment of a path; they hold `/`, `+` and `=`. Throws `TypeError` for what would be no id. */
export function segment(id: string): string {
  if (/^\.{0,2}$/.test(id)) throw new TypeError('no id');
  return encodeURIComponent(id);
}
