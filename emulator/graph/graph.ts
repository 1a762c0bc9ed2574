import { Hono } from 'hono';
import type { Context } from '../context.ts';

/** Microsoft Graph: everything under `graph.microsoft.com`. */
export function graphApp(_context: Context): Hono {
  return new Hono();
}
