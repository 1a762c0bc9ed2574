const DAY_MS = 86_400_000;

/**
 * How long an answer asks us to wait, in milliseconds: decimal seconds (`2.128`, as Graph sends), an HTTP-date, or both
 * in one header, where the longer one counts. HTTP-dates are measured against the answer's own `Date`, so that a wrong
 * clock here does no harm. At most a day; `undefined` when the answer does not say.
 */
export function retryAfterMs(headers: Headers, now: Date): number | undefined {
  const header = headers.get('retry-after');
  if (header === null) return undefined;
  const dates = /[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT/g;
  const sentAt = Date.parse(headers.get('date') ?? '') || now.getTime();
  const waits = [
    ...[...header.matchAll(dates)].map(([date]) => Date.parse(date) - sentAt),
    ...header
      .replaceAll(dates, '')
      .split(',')
      .filter((part) => /^\s*\d+(\.\d+)?\s*$/.test(part))
      .map((seconds) => Math.ceil(Number(seconds) * 1000)),
  ].filter((wait) => !Number.isNaN(wait));
  return waits.length === 0 ? undefined : Math.min(Math.max(0, ...waits), DAY_MS);
}
