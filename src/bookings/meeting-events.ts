import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { VisitorDeps } from './visitor.ts';

const heartbeatMs = 15_000;
/** Then the browser connects again: streams do not outlive a deployment, or a proxy that forgot them. */
const beats = 8;

/**
 * Tells the open confirmation page that its booking or meeting has changed, as server-sent events. They carry no state: the
 * page reads itself again, so that there is one way for the link to get there.
 */
export function bookingEvents(
  c: Context,
  { onChange }: Pick<VisitorDeps, 'onChange'>,
  ids: { bookingId: string; meetingId: string | undefined },
) {
  if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
  c.header('X-Accel-Buffering', 'no');
  return streamSSE(c, async (stream) => {
    let changed = false;
    let wake: (() => void) | undefined;
    const stop = onChange(ids, () => {
      changed = true;
      wake?.();
    });
    stream.onAbort(() => wake?.());
    try {
      // The first event closes the gap between the page that was read and the subscription.
      await stream.writeSSE({ event: 'change', data: 'again', retry: 2000 });
      for (let beat = 0; beat < beats && !stream.aborted; beat++) {
        if (!changed) await new Promise<void>((resolve) => (wake = wakeOrBeat(resolve)));
        await stream.writeSSE({ event: changed ? 'change' : 'beat', data: 'again' });
        changed = false;
      }
    } finally {
      stop();
    }
  });
}

function wakeOrBeat(resolve: () => void): () => void {
  const timer = setTimeout(resolve, heartbeatMs);
  return () => {
    clearTimeout(timer);
    resolve();
  };
}
