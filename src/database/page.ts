import type { SelectQueryBuilder } from 'kysely';
import type { Database } from './schema.ts';

/** Where a page of things with a start begins: behind this one. */
export type Position = { startsAt: Date; id: string };

/** One page of a list that is ordered by start; `from` is inclusive, `to` is not. */
export type Page = {
  limit: number;
  order: 'asc' | 'desc';
  after?: Position | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

type Listed = 'bookings' | 'meetings';

/** A query for one page, stable while rows are added; one row more than `limit` tells of a next page. */
export function paged<Row>(
  query: SelectQueryBuilder<Database, Listed, Row>,
  { limit, order, after, from, to }: Page,
): SelectQueryBuilder<Database, Listed, Row> {
  let page = query
    .orderBy('starts_at', order)
    .orderBy('id', order)
    .limit(limit + 1);
  if (from) page = page.where('starts_at', '>=', from);
  if (to) page = page.where('starts_at', '<', to);
  if (!after) return page;
  const behind = order === 'asc' ? '>' : '<';
  return page.where((where) => where(where.refTuple('starts_at', 'id'), behind, where.tuple(after.startsAt, after.id)));
}

/** One page of a list that is ordered by name, with those whose texts contain `q`. */
export type NamedPage = { limit: number; after?: NamedPosition | undefined; q?: string | undefined };

/** Where a page of things with a name begins: behind this one. The name is as the database sorts it. */
export type NamedPosition = { name: string; id: string };

/** What `ilike` finds a text with anywhere; its own signs in the text mean themselves. */
export function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
