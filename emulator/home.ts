import { Hono } from 'hono';
import type { Context } from './context.ts';

/** The page at `/`: what this is, and where to go. */
export function homeApp(_context: Context): Hono {
  return new Hono();
}
