import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import { instantOut, json, newRouter, problemAnswers } from '../http/router.ts';
import { preferredWaitSeconds } from '../http/prefer.ts';
import type { MeetingChanges } from '../meetings/changes.ts';
import { Problem } from '../problem.ts';
import { messageOf, type OutboxLine } from './event-json.ts';
import { isKnownLine, readEvents, type EventLogDeps, type EventPage } from './event-log.ts';
import { choosable } from './event-types.ts';

type Deps = EventLogDeps & {
  changes: Pick<MeetingChanges, 'onWorkspace'>;
  publicUrl: string;
  /** Aborted when the server is about to stop. */
  ending: AbortSignal;
};

const eventSchema = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().openapi({ description: 'The same as `webhook-id` of the webhook about it.' }),
    source: z.string().openapi({ description: 'This server; with `id`, it is unique in the world.' }),
    type: z.string(),
    time: instantOut,
    datacontenttype: z.literal('application/json'),
    data: z
      .record(z.string(), z.unknown())
      .openapi({ description: 'What the webhook about it says: what it concerns, and `details`.' }),
  })
  .openapi('Event', { description: 'In the form of CloudEvents 1.0.' });

const query = z.object({
  after: z.string().max(100).optional().openapi({
    description:
      'The `nextCursor` of the page before; left out, the log begins with its first event. `now`: what comes.',
  }),
  types: z
    .string()
    .max(4000)
    .refine((text) => namesIn(text).every((name) => choosable.includes(name)), {
      error: 'Give types of events, or groups of them such as meeting.*, with commas between.',
    })
    .optional()
    .openapi({ example: 'meeting.*,booking.confirmed' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const list = createRoute({
  method: 'get',
  path: '/v1/events',
  tags: ['Events'],
  description:
    'Everything that happened, the oldest first, and nothing left out: go on with `nextCursor`, which is always given. With `Prefer: wait=30`, an answer without events is held back until there are some.',
  request: { query },
  responses: {
    200: json(
      z.object({ data: z.array(eventSchema), nextCursor: z.string() }),
      'A page of events; an empty one says that there are no more for now',
    ),
    ...problemAnswers,
  },
});

/** `/v1/events`. */
export function eventRoutes(deps: Deps) {
  return newRouter().openapi(list, async (c) => {
    const principal = c.get('principal');
    requirePermission(principal, 'manage');
    const { after, types, limit } = c.req.valid('query');
    const page = { after: await lineOf(deps, after), types: types === undefined ? undefined : namesIn(types), limit };
    const seconds = preferredWaitSeconds(c.req.header('prefer'));
    const over = seconds > 0 ? AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(seconds * 1000)]) : atOnce;
    const { lines, next } = await readOrWait(deps, principal.workspaceId, page, over);
    return c.json({ data: lines.map((line) => presentEvent(deps, line)), nextCursor: encode(next) }, 200);
  });
}

const atOnce = AbortSignal.abort();

/** How long at most until what nobody is notified of is seen. */
const lookEveryMs = 1_000;

/** A page with events in it as soon as there is one; an empty one when the time is over. */
async function readOrWait(deps: Deps, workspaceId: string, page: EventPage, over: AbortSignal) {
  let wake = () => {};
  const timer = setInterval(() => wake(), lookEveryMs);
  over.addEventListener('abort', () => wake(), { once: true });
  const stop = deps.changes.onWorkspace(workspaceId, () => wake());
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const found = await readEvents(deps, workspaceId, page);
      if (found.lines.length > 0 || over.aborted || deps.ending.aborted) return found;
      await woken;
    }
  } finally {
    clearInterval(timer);
    stop();
  }
}

function presentEvent({ publicUrl }: Pick<Deps, 'publicUrl'>, line: OutboxLine): z.infer<typeof eventSchema> {
  const { id, type, payload } = messageOf(line);
  // Our own text, in the form of Standard Webhooks.
  const { timestamp, data } = JSON.parse(payload) as { timestamp: string; data: Record<string, unknown> };
  return {
    specversion: '1.0',
    id,
    source: publicUrl,
    type,
    time: timestamp,
    datacontenttype: 'application/json',
    data,
  };
}

function namesIn(types: string): string[] {
  return types.split(',').map((name) => name.trim());
}

/** Of a later version of the log, a cursor may begin otherwise. */
const encode = (line: number): string => Buffer.from(`1.${line}`).toString('base64url');

/** The line that a cursor stands for. Throws `invalid_request` for what is no cursor of this log. */
async function lineOf(deps: EventLogDeps, cursor: string | undefined): Promise<number> {
  if (cursor === undefined) return 0;
  if (cursor === 'now') return deps.settledLine();
  const [, digits] = /^1\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const line = Number(digits);
  if (digits !== undefined && encode(line) === cursor && (await isKnownLine(deps, line))) return line;
  throw new Problem('invalid_request', {
    errors: [{ pointer: '/after', detail: 'Use the nextCursor of a page of this log.' }],
  });
}
