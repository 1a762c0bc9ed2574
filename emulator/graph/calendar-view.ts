import { mailboxUser } from './access.ts';
import { calendarOf } from './calendars.ts';
import type { Call, Reply } from './call.ts';
import { queryOption } from './call.ts';
import { deltaReply } from './delta.ts';
import { parseEventFilter } from './event-filter.ts';
import { eventOf, pageReply, sorted, viewOf } from './events.ts';
import { badRequest } from './graph-error.ts';
import { eventsOf } from './mailboxes.ts';
import { expand } from './recurrence.ts';
import type { Route } from './routes.ts';
import { underCalendar } from './routes.ts';
import { readBound } from './time-zones.ts';

export const calendarViewRoutes: Route[] = underCalendar([
  ['GET', '/calendarView', 'read calendar', view],
  ['GET', '/calendarView/delta', 'read calendar', (call) => deltaReply(call, windowOf)],
  ['GET', '/events/delta', 'read calendar', (call) => deltaReply(call, undefined)],
  ['GET', '/events/:event/instances', 'read calendar', instances],
]);

/** Everything that touches the window, series expanded, in order of time. */
function view(call: Call): Reply {
  const { from, to } = windowOf(call);
  for (const name of ['createdDateTime', 'lastModifiedDateTime']) {
    if (
      queryOption(call, 'select')
        ?.toLowerCase()
        .split(/[\s,]+/)
        .includes(name.toLowerCase())
    ) {
      // Invented wording; that the property cannot be selected here is documented.
      throw badRequest(`The property '${name}' does not support $select on calendarView.`, 'ErrorInvalidUrlQuery');
    }
  }
  const user = mailboxUser(call);
  const calendar = calendarOf(call).id;
  const matches = parseEventFilter(queryOption(call, 'filter'), { ...viewOf(call), timeZone: 'UTC' });
  const own = eventsOf(call.context.mailboxes, user.id).filter((event) => event.calendarId === calendar);
  const shown = expand(call.context.mailboxes, own, from, to).filter(matches);
  return pageReply(call, sorted(call, shown), 'calendarView');
}

function instances(call: Call): Reply {
  const { from, to } = windowOf(call);
  const master = eventOf(call);
  if (master.recurrence === null) throw badRequest('The event is not a series master.', 'ErrorInvalidRequest');
  const { mailboxes } = call.context;
  const exceptions = eventsOf(mailboxes, master.ownerId).filter((event) => event.exception?.masterId === master.id);
  return pageReply(call, expand(mailboxes, [master, ...exceptions], from, to), `events('${master.id}')/instances`);
}

/** `startDateTime` and `endDateTime` of the query. */
function windowOf(call: Call): { from: number; to: number } {
  const from = readBound('StartDateTime', queryOption(call, 'startDateTime') ?? null);
  const to = readBound('EndDateTime', queryOption(call, 'endDateTime') ?? null);
  if (to < from) throw badRequest('The end of the window must not be before its start.', 'ErrorInvalidParameter');
  return { from, to };
}
