import { z } from '@hono/zod-openapi';
import { isPlain, isStorable } from '../http/router.ts';

const mostKeys = 50;

const key = z
  .string()
  .min(1, 'A key cannot be empty.')
  .max(40, 'A key has at most 40 characters.')
  .refine(isPlain, 'Control characters are not allowed in keys.')
  .refine((name) => !name.includes(':'), 'A key has no “:”, which parts it from its value where meetings are listed.');
const value = z
  .string({ error: 'Give a text.' })
  .max(500, 'At most 500 characters.')
  .refine(isStorable, 'The text contains characters that cannot be stored.');

/** OpenAPI 3.1 says this of names, which the types of its description do not know yet. */
const limits: object = {
  maxProperties: mostKeys,
  propertyNames: { minLength: 1, maxLength: 40, pattern: '^[^:]+$' },
};

/** The notes of an application on a meeting, which are given back as they came. */
export const metadataSchema = z
  .preprocess(
    (given, ctx) => {
      if (typeof given === 'object' && given !== null && Object.hasOwn(given, '__proto__'))
        ctx.addIssue({ code: 'custom', path: ['__proto__'], message: 'A key cannot be “__proto__”.' });
      return given;
    },
    z.record(key, value).refine((all) => Object.keys(all).length <= mostKeys, `At most ${mostKeys} keys.`),
  )
  .openapi({
    description: 'Your own notes: at most 50 keys of 40 characters with texts of 500. Microsoft is not told.',
    ...limits,
  });

export const metadataOut = z
  .record(z.string(), z.string())
  .openapi({ description: 'Your own notes, as you gave them.' });

/** One note to find meetings by, as `key:value`. */
export const metadataPair = z
  .string()
  .max(541, 'At most 541 characters.')
  .refine(isStorable, 'The text contains characters that cannot be stored.')
  .refine((text) => text.indexOf(':') > 0, 'Write it as key:value.')
  .openapi({ description: 'Only meetings with this among their `metadata`, as `key:value`.', example: 'case:1289' });

/** What {@link metadataPair} stands for: the value is all that comes after the first “:”. */
export function noteOf(pair: string): { key: string; value: string } {
  const at = pair.indexOf(':');
  return { key: pair.slice(0, at), value: pair.slice(at + 1) };
}
