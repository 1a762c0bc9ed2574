import { Hono } from 'hono';
import { contentAnswer } from '../artifacts/deliver-content.ts';
import { contentGone } from '../artifacts/lifetime.ts';
import type { Context } from '../context.ts';

/**
 * The host on which Microsoft keeps the bytes of recordings. Whoever has the address may read, for a few minutes; a
 * request that brings proof of itself as well is refused, so that nobody's token is carried here.
 */
export function storageApp(context: Context): Hono {
  const app = new Hono();
  app.get('/storage/:token', (c) => {
    const { downloads, recordings } = context.teams.artifacts;
    if (c.req.header('authorization') !== undefined) {
      return c.text('This address takes no Authorization header: its token belongs to Graph.', 401);
    }
    const download = downloads.get(c.req.param('token'));
    if (download === undefined || download.expiresAt <= context.now()) return c.text('The address has expired.', 403);
    const recording = recordings.get(download.recordingId);
    if (recording === undefined || contentGone(context, recording)) return c.text('Not found', 404);
    const range = context.switches.recordingRange === 'honoured' ? (c.req.header('range') ?? null) : null;
    const { status, headers, content } = contentAnswer(recording.content, range);
    return new Response(content ?? null, { status, headers });
  });
  app.notFound((c) => c.text('Not found', 404));
  return app;
}
