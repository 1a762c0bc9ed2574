import type { z } from '@hono/zod-openapi';
import { invalidRequest, type ApiContext } from '../../http/router.ts';

/** The JSON of a request as its schema reads it. Throws `invalid_request` with every fault. */
export async function readInput<T extends z.ZodType>(c: ApiContext, schema: T): Promise<z.infer<T>> {
  return checked(schema, await c.req.json());
}

/** The query of a request as its schema reads it. Of a name that comes twice, the first counts. */
export function readQuery<T extends z.ZodType>(c: ApiContext, schema: T): z.infer<T> {
  return checked(schema, c.req.query());
}

export function checked<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const { success, data, error } = schema.safeParse(input);
  if (!success) throw invalidRequest(error);
  return data;
}
