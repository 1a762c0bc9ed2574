import { z } from '@hono/zod-openapi';
import { isStorable } from '../../http/router.ts';

const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'Give a whole number.')
  .transform(Number);

/** Seconds since 1970, as a number or in digits (Node’s client of version 2 writes text); becomes a `Date`. */
export const epochSeconds = z
  .preprocess(
    (given) => (typeof given === 'string' && /^\d{1,11}$/.test(given) ? Number(given) : given),
    z.int('Give whole seconds since 1970, such as 1795514400.'),
  )
  .transform((seconds) => new Date(seconds * 1000))
  .refine(isOfOurTime, 'Give seconds since 1970 of a year from 2000 to 2099.');

/** `?limit=` as both versions have it. */
export const limit = wholeNumber
  .refine((count) => count >= 1 && count <= 200, 'Give a limit from 1 to 200.')
  .default(50);

/** A text that is looked for. */
export const soughtText = z.string().max(500, 'At most 500 characters.').refine(isStorable, 'This cannot be stored.');

/** `true` or `false`, as clients write them in addresses. */
export const flag = z
  .enum(['true', 'false', 'True', 'False', '1', '0'], { error: 'Use true or false.' })
  .transform((text) => ['true', 'True', '1'].includes(text));

/** `?offset=&limit=&view=` of every list of version 2. */
export const offsetQuery = z.object({
  limit: limit.default(100),
  offset: wholeNumber.default(0),
  view: z.enum(['ids', 'count', 'expanded'], { error: 'Use ids, count or expanded.' }).optional(),
});

/** Of a list that is there as a whole, the part that is asked for. */
export function cut<T>(all: readonly T[], { offset, limit: most }: { offset: number; limit: number }): T[] {
  return all.slice(offset, offset + most);
}

function isOfOurTime(at: Date): boolean {
  const year = at.getUTCFullYear(); // NaN for what is no date
  return year >= 2000 && year < 2100;
}
