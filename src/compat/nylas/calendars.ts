import { requireOfKey } from '../../access/principal.ts';
import type { ConnectionRow } from '../../connections/connection.ts';
import type { ApiContext } from '../../http/router.ts';
import { Problem } from '../../problem.ts';
import { one, page } from './envelope.ts';
import type { NylasRouter } from './gate.ts';
import { grantOfPath, grantOfToken, type Read } from './grant-of-request.ts';
import { cut, offsetQuery } from './query.ts';
import { readQuery } from './read-input.ts';

/** A mailbox has one calendar in which meetings are made: its own. */
export function calendarIdOf({ id }: Pick<ConnectionRow, 'id'>): string {
  return id.replace(/^con_/, 'cal_');
}

/** Throws `not_found` for a calendar that is not the grant's own: `primary`, its id, or the address of its mailbox. */
export function requireCalendar(grant: ConnectionRow, named: string | null | undefined): void {
  const names = ['primary', calendarIdOf(grant), grant.account_email?.toLowerCase()];
  if (named && !names.includes(named.toLowerCase()))
    throw new Problem('not_found', { detail: 'This grant has no such calendar. Use “primary”.' });
}

/** `/v3/grants/{grant}/calendars`: one, the primary. */
export function addCalendarsV3(app: NylasRouter, deps: Read): void {
  const root = '/v3/grants/:grant/calendars';
  app.get(root, async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    return page(c as ApiContext, [presentV3(await grantOfPath(deps, c))], null);
  });
  app.get(`${root}/:id`, async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const grant = await grantOfPath(deps, c);
    requireCalendar(grant, c.req.param('id'));
    return one(c as ApiContext, presentV3(grant));
  });
  app.post(root, refuseOthers);
  app.on(['PUT', 'DELETE'], `${root}/:id`, refuseOthers);
}

/** `/calendars` of version 2. */
export function addCalendarsV2(app: NylasRouter, deps: Read): void {
  app.get('/calendars', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const all = [presentV2(await grantOfToken(deps, c))];
    const query = readQuery(c as ApiContext, offsetQuery);
    if (query.view === 'count') return c.json({ count: all.length });
    const calendars = cut(all, query);
    return c.json(query.view === 'ids' ? calendars.map(({ id }) => id) : calendars);
  });
  app.get('/calendars/:id', async (c) => {
    requireOfKey(c.get('principal'), 'meetings:read');
    const grant = await grantOfToken(deps, c);
    requireCalendar(grant, c.req.param('id'));
    return c.json(presentV2(grant));
  });
  app.post('/calendars', refuseOthers);
  app.on(['PUT', 'DELETE'], '/calendars/:id', refuseOthers);
}

function refuseOthers(): never {
  throw new Problem('invalid_request', {
    detail: 'Meetings are kept in the calendar that each mailbox has; calendars are not made, changed or removed here.',
  });
}

function presentV3(grant: ConnectionRow) {
  return { ...common(grant), grant_id: grant.id, is_owned_by_user: true, owner_email: grant.account_email };
}

function presentV2(grant: ConnectionRow) {
  return { ...common(grant), account_id: grant.id, location: null, timezone: null, job_status_id: null };
}

function common(grant: ConnectionRow) {
  return {
    id: calendarIdOf(grant),
    object: 'calendar',
    name: 'Calendar',
    description: '',
    is_primary: true,
    read_only: false,
    metadata: {},
  };
}
