import type { Call } from './call.ts';
import { queryOption } from './call.ts';
import { badRequest } from './graph-error.ts';

/** The names in `$select`, checked against what the type has; `undefined` without `$select`. */
export function selectedProperties(call: Call, known: ReadonlySet<string>, type: string): string[] | undefined {
  const text = queryOption(call, 'select');
  if (text === undefined || text.trim() === '' || text.trim() === '*') return undefined;
  return text.split(',').map((part) => {
    const wanted = part.trim().split('/')[0] ?? '';
    const name = [...known].find((candidate) => candidate.toLowerCase() === wanted.toLowerCase());
    if (name === undefined) {
      throw badRequest(
        `Parsing OData Select and Expand failed: Could not find a property named '${wanted}' on type 'microsoft.graph.${type}'.`,
      );
    }
    return name;
  });
}

/** Leaves the selected members, the id and what OData adds. */
export function project(
  json: Record<string, unknown>,
  selected: string[] | undefined,
  always: readonly string[] = ['id'],
): Record<string, unknown> {
  if (selected === undefined) return json;
  const kept = new Set([...selected, ...always]);
  return Object.fromEntries(Object.entries(json).filter(([name]) => kept.has(name) || name.includes('@')));
}

/** The link to the next page: the same request with other paging options, on the address that clients see. */
export function nextLink(call: Call, options: Record<string, string>): string {
  const { pathname, searchParams } = call.url;
  const query = new URLSearchParams(searchParams);
  for (const [name, value] of Object.entries(options)) query.set(name, value);
  return `${call.context.origins.graph}${pathname}?${query.toString()}`;
}

/** Sorts by `$orderby`; only the listed paths can be sorted by. */
export function ordered<T>(call: Call, items: T[], keys: Record<string, (item: T) => string | number>): T[] {
  const text = queryOption(call, 'orderby');
  if (text === undefined || text.trim() === '') return items;
  const [path = '', direction = 'asc'] = (text.split(',')[0] ?? '').trim().split(/\s+/);
  const key = Object.entries(keys).find(([name]) => name.toLowerCase() === path.toLowerCase())?.[1];
  // Invented wording: every resource refuses unsupported sorting in its own words.
  if (key === undefined) throw badRequest(`The property '${path}' does not support $orderby.`, 'ErrorInvalidUrlQuery');
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1;
  return items.toSorted((a, b) => sign * (key(a) < key(b) ? -1 : Number(key(a) > key(b))));
}
