import { Hono } from 'hono';
import type { Context } from '../context.ts';

/** What people would see in Outlook: every calendar and every inbox. */
export function outlookApp(_context: Context): Hono {
  return new Hono().basePath('/outlook');
}
