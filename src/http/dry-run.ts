import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { outsideOf, type Span } from '../database/span.ts';
import { Problem } from '../problem.ts';
import type { ApiContext } from './router.ts';

type Deps = { span: Span };
type Event = { type: string; meetingId: string | null; bookingId: string | null; details: Record<string, unknown> };

/** Whether a request asks what would happen, instead of having it happen. Throws `invalid_request` for another value. */
export function isDryRun(c: ApiContext): boolean {
  const asked = c.req.query('dryRun');
  if (asked === undefined || asked === 'false') return false;
  if (asked === 'true' || asked === '') return true;
  throw new Problem('invalid_request', { errors: [{ pointer: '/dryRun', detail: 'Use true or false.' }] });
}

/** What is found out by making something at Microsoft: there is no doing it without doing it. */
const tries = /^\/v1\/(organizers\/[^/]+\/check|tenants\/[^/]+\/setup\/[^/]+\/check|diagnostics)$/;

/** Ends a transaction without an error that anybody sees. */
class Undo extends Error {}

/**
 * Lets a request do all that it would do, in one transaction that is undone: the same checks, the same refusals, and
 * nothing is written, sent or told. Answers with what the answer would be, and with the events there would be.
 */
export async function answerDryRun(c: ApiContext, { span }: Deps, next: () => Promise<void>): Promise<void> {
  if (tries.test(c.req.path)) throw new Problem('dry_run_not_possible');
  // Nobody works on what is undone: there is nothing to wait for.
  c.req.raw.headers.delete('prefer');
  c.set('keyIsTaken', true);
  let seen: Line[] = [];
  await span
    .inOne(
      async () => {
        await next();
        seen = c.res.status < 400 ? await latestLines(span.db) : [];
        throw new Undo();
      },
      { dry: true },
    )
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  if (c.res.status >= 400) return;
  const events = await withoutThoseOfOthers(span.db, seen);
  const text = await c.res.clone().text();
  const isJson = /^application\/json\b/.test(c.res.headers.get('content-type') ?? '');
  const answer: unknown = isJson && text !== '' ? JSON.parse(text) : null;
  const { status } = c.res;
  c.res = undefined; // without it, headers of the answer that was not given would stay
  c.res = c.json({ dryRun: true, status, answer, events }, 200);
}

type Line = Event & { id: string };

async function latestLines(db: Kysely<Database>): Promise<Line[]> {
  return db
    .selectFrom('outbox_events')
    .select(['id', 'type', 'meeting_id as meetingId', 'booking_id as bookingId', 'data as details'])
    .orderBy('id', 'desc')
    .limit(1000)
    .execute();
}

/** The lines that nobody else sees. Asked when the transaction is over: in it, a second connection would be wanted. */
async function withoutThoseOfOthers(db: Kysely<Database>, lines: Line[]): Promise<Event[]> {
  if (lines.length === 0) return [];
  const rows = await outsideOf(db)
    .selectFrom('outbox_events')
    .select('id')
    .where(
      'id',
      'in',
      lines.map(({ id }) => id),
    )
    .execute();
  const outside = new Set(rows.map(({ id }) => id));
  return lines
    .filter(({ id }) => !outside.has(id))
    .toReversed()
    .map(({ type, meetingId, bookingId, details }) => ({ type, meetingId, bookingId, details }));
}

/** Nothing at Microsoft, or anywhere else, is changed by a request that is undone: only questions get out. */
export function questionsOnly(span: Pick<Span, 'isDry'>, fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    if (span.isDry() && !isQuestion(new Request(input, init))) throw new Problem('dry_run_not_possible');
    return fetch(input, init);
  };
}

function isQuestion({ method, url }: Request): boolean {
  return method === 'GET' || /\/oauth2\/v2\.0\/token$|\/getSchedule$/.test(new URL(url).pathname);
}
