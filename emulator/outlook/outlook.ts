import { Hono } from 'hono';
import type { Context } from '../context.ts';

/** Each mailbox as a person would see it in Outlook. */
export function outlookApp(_context: Context): Hono {
  return new Hono();
}
