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
