import { Hono } from 'hono';
import type { Context } from '../context.ts';

/** Entra ID: everything under `login.microsoftonline.com`. */
export function entraApp(_context: Context): Hono {
  return new Hono();
}
