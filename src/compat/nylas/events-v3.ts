import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireOfKey } from '../../access/principal.ts';
import type { ConnectionRow } from '../../connections/connection.ts';
import { answerFinally } from '../../http/idempotency.ts';
import { pageOf, splitPage } from '../../http/paging.ts';
import { preferenceOf } from '../../http/prefer.ts';
import type { ApiContext, LaterAnswer } from '../../http/router.ts';
import { waitForMeeting, type MeetingChanges } from '../../meetings/changes.ts';
import { isSettled, type MeetingRow } from '../../meetings/meeting.ts';
import { metadataPair, noteOf } from '../../meetings/metadata.ts';
import { cancelMeeting, getMeeting, listMeetings, type MeetingDeps, type MeetingPage } from '../../meetings/service.ts';
import { Problem } from '../../problem.ts';
import { requireCalendar } from './calendars.ts';
import { done, one, page } from './envelope.ts';
import { errorOfVersion3 } from './errors.ts';
import { readEvent } from './event-input.ts';
import { presentEventV3 } from './event-json.ts';
import { cancelEvent, changeEvent, createEvent, eventsOf, getEvent, refuseRsvp } from './events.ts';
import type { NylasEnv, NylasRouter } from './gate.ts';
import { grantOfPath } from './grant-of-request.ts';
import { epochSeconds, flag, limit, soughtText } from './query.ts';
import { readQuery } from './read-input.ts';

export type EventDeps = MeetingDeps & { changes: MeetingChanges };

/** Its clients give up after 90 s. */
const patienceSeconds = 25;
const monthMs = 30 * 24 * 60 * 60_000;

const calendarQuery = z.object({ calendar_id: z.string().optional() });
const listQuery = calendarQuery.extend({
  limit,
  page_token: z.string().max(200).optional(),
  start: epochSeconds.optional(),
  end: epochSeconds.optional(),
  metadata_pair: metadataPair.optional(),
  title: soughtText.optional(),
  ical_uid: soughtText.optional(),
  show_cancelled: flag.default(false),
  busy: flag.optional(),
  master_event_id: z.string().optional(),
  ...unsearched('description', 'location', 'attendees'),
});

/** `/v3/grants/{grant}/events`. */
export function addEventsV3(app: NylasRouter, deps: EventDeps): void {
  const root = '/v3/grants/:grant/events';
  app.get(root, async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const grant = await grantOfPath(deps, c);
    const query = readQuery(c as ApiContext, listQuery);
    requireCalendar(grant, query.calendar_id);
    // Whatever repeats, or is shown as free, is not made here.
    if (query.busy === false || query.master_event_id) return page(c as ApiContext, [], null);
    const rows = await listMeetings(deps, grant.workspace_id, pageFor(deps, grant, query));
    const found = splitPage(rows, query.limit, (row) => ({ startsAt: row.starts_at, id: row.id }));
    const events = found.data.map((row) => presentEventV3(row, grant));
    return page(c as ApiContext, events, found.nextCursor);
  });
  app.post(root, async (c) => {
    requireOfKey(c.get('principal'), 'meetings:write');
    const grant = await grantOfPath(deps, c);
    const input = readEvent(await c.req.json(), grant.id);
    requireCalendar(grant, readQuery(c as ApiContext, calendarQuery).calendar_id ?? input.calendarId);
    const row = await createEvent(deps, grant, input);
    return answerSettled(c, deps, grant, { row, onFailure: () => withdraw(deps, row) });
  });
  app.get(`${root}/:id`, async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const grant = await grantOfPath(deps, c);
    requireCalendar(grant, readQuery(c as ApiContext, calendarQuery).calendar_id);
    return one(c as ApiContext, presentEventV3(await getEvent(deps, grant, c.req.param('id')), grant));
  });
  app.put(`${root}/:id`, async (c) => {
    requireOfKey(c.get('principal'), 'meetings:write');
    const grant = await grantOfPath(deps, c);
    requireCalendar(grant, readQuery(c as ApiContext, calendarQuery).calendar_id);
    const before = await getEvent(deps, grant, c.req.param('id'));
    const row = await changeEvent(deps, before, readEvent(await c.req.json(), grant.id));
    // What is wanted stays wanted: it is told now why it is not so yet.
    if (row) return answerSettled(c, deps, grant, { row, onFailure: async () => {} });
    return one(c as ApiContext, presentEventV3(before, grant));
  });
  app.delete(`${root}/:id`, async (c) => {
    requireOfKey(c.get('principal'), 'meetings:write');
    const grant = await grantOfPath(deps, c);
    requireCalendar(grant, readQuery(c as ApiContext, calendarQuery).calendar_id);
    await cancelEvent(deps, grant, c.req.param('id'));
    return done(c as ApiContext);
  });
  app.post(`${root}/:id/send-rsvp`, async (c) => {
    requireOfKey(c.get('principal'), 'meetings:write');
    return refuseRsvp(deps, await grantOfPath(deps, c), c.req.param('id'));
  });
}

/**
 * Answers when Microsoft has heard of it, or when its clients have waited long enough: then without a link, which comes
 * later. `Prefer: wait=N` and `respond-async` (RFC 7240) change how long that is.
 */
async function answerSettled(
  c: Context<NylasEnv>,
  deps: EventDeps,
  grant: ConnectionRow,
  { row, onFailure }: { row: MeetingRow; onFailure: () => Promise<void> },
): Promise<Response> {
  const context = c as ApiContext; // knows the same variables and more
  const bodyOf = (event: MeetingRow) => ({ request_id: c.get('requestId'), data: presentEventV3(event, grant) });
  const { respondAsync, waitSeconds } = preferenceOf(context);
  const finish = async (): Promise<LaterAnswer> => {
    const current = await settled(deps, row, waitSeconds || patienceSeconds);
    if (current.status !== 'failed' || current.revision !== row.revision) return { status: 200, body: bodyOf(current) };
    await onFailure();
    const refusal = errorOfVersion3(context, failureOf(current));
    return { status: refusal.status, body: await refusal.json() };
  };
  return answerFinally(context, { status: 200, body: bodyOf(row) }, respondAsync ? undefined : finish);
}

async function settled(deps: EventDeps, { id, workspace_id }: MeetingRow, seconds: number): Promise<MeetingRow> {
  const current = () => getMeeting(deps, workspace_id, id);
  await waitForMeeting(deps.changes, id, seconds, async () => isSettled(await current()));
  return current();
}

/** Whoever is told that an event could not be made makes another: this one must not come about later. */
async function withdraw(deps: EventDeps, { id, workspace_id }: MeetingRow): Promise<void> {
  await deps.db.transaction().execute((trx) => cancelMeeting({ ...deps, db: trx }, workspace_id, id, ''));
}

function failureOf({ problem_code: code, problem_detail: detail, provider_answer: provider }: MeetingRow): Problem {
  return new Problem(code ?? 'internal_error', { ...(detail && { detail }), ...(provider && { provider }) });
}

/** Without other bounds, the month that is to come; what is found by its notes or its uid is found whenever it is. */
function pageFor(deps: EventDeps, grant: ConnectionRow, query: z.output<typeof listQuery>): MeetingPage {
  const { limit: most, page_token: cursor, metadata_pair: pair, title, ical_uid: icalUid, show_cancelled } = query;
  const isNamed = pair !== undefined || icalUid !== undefined;
  const now = deps.now();
  const isPast = query.end !== undefined && query.end <= now;
  const from = query.start ?? (isNamed || isPast ? undefined : now);
  const later = from && from > now ? from : now;
  return {
    ...pageOf({ limit: most, cursor, order: 'asc' }),
    from,
    endsBy: query.end ?? (isNamed ? undefined : new Date(later.getTime() + monthMs)),
    calendarOf: eventsOf(grant),
    wanted: show_cancelled ? undefined : 'scheduled',
    note: pair === undefined ? undefined : noteOf(pair),
    subject: title,
    icalUid,
  };
}

/** Filters that would find more than was asked for if they were ignored. */
function unsearched(...names: string[]) {
  const refused = z.undefined({ error: 'Events are not searched by this here.' }).optional();
  return Object.fromEntries(names.map((name) => [name, refused]));
}
