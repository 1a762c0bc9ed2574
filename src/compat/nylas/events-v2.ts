import { z } from '@hono/zod-openapi';
import { requireOfKey } from '../../access/principal.ts';
import type { ConnectionRow } from '../../connections/connection.ts';
import type { MeetingRow } from '../../meetings/meeting.ts';
import { metadataPair, noteOf } from '../../meetings/metadata.ts';
import { operationOf } from '../../meetings/operation.ts';
import { countMeetings, listMeetings, type MeetingDeps } from '../../meetings/service.ts';
import { requireCalendar } from './calendars.ts';
import { readEvent } from './event-input.ts';
import { presentEventV2 } from './event-json.ts';
import { cancelEvent, changeEvent, createEvent, eventsOf, getEvent, refuseRsvp } from './events.ts';
import type { ApiContext } from '../../http/router.ts';
import type { NylasRouter } from './gate.ts';
import { grantOfToken } from './grant-of-request.ts';
import { epochSeconds, flag, offsetQuery, soughtText } from './query.ts';
import { readInput, readQuery } from './read-input.ts';

const listQuery = offsetQuery.extend({
  calendar_id: z.string().optional(),
  title: soughtText.optional(),
  starts_after: epochSeconds.optional(),
  starts_before: epochSeconds.optional(),
  ends_after: epochSeconds.optional(),
  ends_before: epochSeconds.optional(),
  metadata_pair: metadataPair.optional(),
  show_cancelled: flag.default(false),
});
const rsvpBody = z.object({ event_id: z.string({ error: 'Give the id of an event.' }) });

/** `/events` of version 2: what is wanted is answered at once, and a job status tells what becomes of it. */
export function addEventsV2(app: NylasRouter, deps: MeetingDeps): void {
  app.get('/events', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const grant = await grantOfToken(deps, c);
    const query = readQuery(c as ApiContext, listQuery);
    requireCalendar(grant, query.calendar_id);
    const { workspace_id: workspaceId } = grant;
    const filter = filterFor(grant, query);
    if (query.view === 'count') return c.json({ count: await countMeetings(deps, workspaceId, filter) });
    const { limit, offset } = query;
    const rows = (await listMeetings(deps, workspaceId, { ...filter, limit, offset, order: 'asc' })).slice(0, limit);
    return c.json(query.view === 'ids' ? rows.map(({ id }) => id) : rows.map((row) => present(row, grant)));
  });
  app.post('/events', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:write');
    const grant = await grantOfToken(deps, c);
    const input = readEvent(await c.req.json(), grant.id);
    requireCalendar(grant, input.calendarId);
    return c.json(present(await createEvent(deps, grant, input), grant));
  });
  app.get('/events/:id', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const grant = await grantOfToken(deps, c);
    return c.json(present(await getEvent(deps, grant, c.req.param('id')), grant));
  });
  app.put('/events/:id', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:write');
    const grant = await grantOfToken(deps, c);
    const before = await getEvent(deps, grant, c.req.param('id'));
    const input = readEvent(await c.req.json(), grant.id);
    requireCalendar(grant, input.calendarId);
    return c.json(present((await changeEvent(deps, before, input)) ?? before, grant));
  });
  app.delete('/events/:id', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:write');
    const row = await cancelEvent(deps, await grantOfToken(deps, c), c.req.param('id'));
    return c.json({ job_status_id: operationOf(row).id });
  });
  app.post('/send-rsvp', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:write');
    const { event_id: id } = await readInput(c as ApiContext, rsvpBody);
    return refuseRsvp(deps, await grantOfToken(deps, c), id);
  });
}

function present(row: MeetingRow, grant: ConnectionRow) {
  return presentEventV2(row, grant, operationOf(row).id);
}

function filterFor(grant: ConnectionRow, query: z.output<typeof listQuery>) {
  const { metadata_pair: pair } = query;
  return {
    calendarOf: eventsOf(grant),
    wanted: query.show_cancelled ? undefined : ('scheduled' as const),
    subject: query.title,
    from: query.starts_after,
    to: query.starts_before,
    endsAfter: query.ends_after,
    endsBy: query.ends_before,
    note: pair === undefined ? undefined : noteOf(pair),
  };
}
