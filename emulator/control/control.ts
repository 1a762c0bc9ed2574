import { Hono } from 'hono';
import type { Context } from '../context.ts';

/** The control API and page of the emulator. */
export function controlApp(_context: Context): Hono {
  return new Hono();
}
