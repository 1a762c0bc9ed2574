import { z } from '@hono/zod-openapi';
import type { NamedPage, NamedPosition, Page, Position } from '../database/page.ts';
import { Problem } from '../problem.ts';
import { idText, instant, isStorable, longText } from './router.ts';

/** `?limit=&cursor=&order=&from=&to=` of every list that is ordered by start. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
  order: z.enum(['asc', 'desc']).default('desc').openapi({ description: 'By start: earliest or latest first.' }),
  from: instant.optional().openapi({ description: 'Only what starts at this instant or later.' }),
  to: instant.optional().openapi({ description: 'Only what starts before this instant.' }),
});

/** The page that a query asks for. A cursor that is not ours is an invalid request. */
export function pageOf({ limit, cursor, order, from, to }: z.infer<typeof pageQuery>): Page {
  if (from && to && from >= to)
    throw new Problem('invalid_request', {
      errors: [{ pointer: '/to', detail: 'The end must be later than the start.' }],
    });
  return { limit, order, from, to, after: decodeCursor(cursor) };
}

/** The rows of this page, and the cursor of the next one if there is one. */
export function splitPage<Row>(rows: Row[], limit: number, positionOf: (row: Row) => Position) {
  const data = rows.slice(0, limit);
  const last = rows.length > limit ? data.at(-1) : undefined;
  return { data, nextCursor: last === undefined ? null : encodeCursor(positionOf(last)) };
}

function encodeCursor({ startsAt, id }: Position): string {
  return Buffer.from(`${startsAt.toISOString()} ${id}`).toString('base64url');
}

function decodeCursor(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined;
  const [at, id] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const startsAt = new Date(at ?? '');
  const year = startsAt.getUTCFullYear(); // NaN for what is no date
  if (id && /^[a-z]{3}_[a-z0-9]{1,60}$/.test(id) && year >= 1900 && year < 2200) return { startsAt, id };
  throw new Problem('invalid_request', {
    errors: [{ pointer: '/cursor', detail: 'Use the nextCursor of the previous page.' }],
  });
}

/** `?limit=&cursor=&q=` of every list that is ordered by name. */
export const namedPageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2000).optional(),
  q: longText(200).optional().openapi({ description: 'A part of the name or of an address.' }),
});

/** {@link pageOf} for lists by name. */
export function namedPageOf({ limit, cursor, q }: z.infer<typeof namedPageQuery>): NamedPage {
  return { limit, q: q?.trim(), after: decodeNamedCursor(cursor) };
}

/** {@link splitPage} for lists by name. */
export function splitNamedPage<Row extends { sort_name: string; id: string }>(rows: Row[], limit: number) {
  const data = rows.slice(0, limit);
  const last = rows.length > limit ? data.at(-1) : undefined;
  return { data, nextCursor: last === undefined ? null : encodeNamedCursor(last) };
}

function encodeNamedCursor({ sort_name: name, id }: { sort_name: string; id: string }): string {
  return Buffer.from(JSON.stringify([name, id])).toString('base64url');
}

const namedCursor = z.tuple([z.string().max(400).refine(isStorable), idText]);

function decodeNamedCursor(cursor: string | undefined): NamedPosition | undefined {
  if (cursor === undefined) return undefined;
  try {
    const [name, id] = namedCursor.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { name, id };
  } catch {
    throw new Problem('invalid_request', {
      errors: [{ pointer: '/cursor', detail: 'Use the nextCursor of the previous page.' }],
    });
  }
}
