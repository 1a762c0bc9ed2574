import type { MeetingChanges } from '../../meetings/changes.ts';
import type { MeetingDeps } from '../../meetings/service.ts';
import type { GroupDeps } from '../../scheduling/group-times.ts';
import { addAccountsV2 } from './accounts-v2.ts';
import { addAvailabilityV2 } from './availability-v2.ts';
import { addAvailabilityV3 } from './availability-v3.ts';
import { addCalendarsV2, addCalendarsV3 } from './calendars.ts';
import { callerByBearer, callerOfVersion2 } from './caller.ts';
import { errorOfVersion2, errorOfVersion3 } from './errors.ts';
import { addEventsV2 } from './events-v2.ts';
import { addEventsV3 } from './events-v3.ts';
import { addFreeBusyV2, addFreeBusyV3 } from './free-busy.ts';
import { gate, newNylasRouter, type GateDeps, type NylasRouter } from './gate.ts';
import { addJobStatuses } from './job-statuses.ts';
import { jsonOfAnyType } from './json-of-any-type.ts';

export type CalendarApiDeps = GateDeps & MeetingDeps & GroupDeps & { changes: MeetingChanges };

/** Events, calendars and availability of version 3. */
export function calendarApiV3(deps: CalendarApiDeps): NylasRouter {
  const app = newNylasRouter(deps, errorOfVersion3);
  const gates = gate(deps, callerByBearer);
  for (const path of ['/v3/grants/:grant/events/*', '/v3/grants/:grant/calendars/*', '/v3/calendars/*'])
    app.use(path, ...gates);
  addEventsV3(app, deps);
  addFreeBusyV3(app, deps);
  addCalendarsV3(app, deps);
  addAvailabilityV3(app, deps);
  return app;
}

/** Events, calendars, availability, job statuses and accounts of version 2. */
export function calendarApiV2(deps: CalendarApiDeps): NylasRouter {
  const app = newNylasRouter(deps, errorOfVersion2);
  const gates = gate(deps, callerOfVersion2);
  for (const path of [
    '/events/*',
    '/calendars/*',
    '/job-statuses/*',
    '/send-rsvp',
    '/account',
    '/a/:client/accounts/*',
  ])
    app.use(path, jsonOfAnyType, ...gates);
  addEventsV2(app, deps);
  addFreeBusyV2(app, deps);
  addAvailabilityV2(app, deps);
  addCalendarsV2(app, deps);
  addJobStatuses(app, deps);
  addAccountsV2(app, deps);
  return app;
}
