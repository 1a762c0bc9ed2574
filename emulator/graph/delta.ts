import { openValue, sealValue } from '../entra/sealed.ts';
import { mailboxUser } from './access.ts';
import { calendarOf, ownerKey } from './calendars.ts';
import type { Call, Reply } from './call.ts';
import { contextOwner, preferences, queryOption, serviceRoot } from './call.ts';
import type { EventView } from './event-json.ts';
import { eventJson } from './event-json.ts';
import { viewOf } from './events.ts';
import { badRequest, GraphError } from './graph-error.ts';
import type { Change, StoredEvent } from './mailboxes.ts';
import { eventsOf } from './mailboxes.ts';
import { expand } from './recurrence.ts';

type Window = { from: number; to: number };

/** What a token remembers: whose calendar, the window, up to where changes are known, how far this round has come. */
type Token = { calendar: string; window: Window | null; since: number; until: number; skip: number; first: boolean };

const PAGE_SIZE = 50;
const unsupported = ['select', 'filter', 'orderby', 'expand', 'search', 'top'];

/** One page of a delta round: `@odata.nextLink` until the last, which carries `@odata.deltaLink`. */
export function deltaReply(call: Call, windowOf: ((call: Call) => Window) | undefined): Reply {
  const token = tokenOf(call, windowOf);
  const items = token.first ? currentItems(call, token) : changedItems(call, token);
  const size = preferences(call).maxPageSize ?? PAGE_SIZE;
  const page = items.slice(token.skip, token.skip + size);
  const last = token.skip + size >= items.length;
  const link = last
    ? { '@odata.deltaLink': linkTo(call, 'deltatoken', { ...token, since: token.until, skip: 0, first: false }) }
    : { '@odata.nextLink': linkTo(call, 'skiptoken', { ...token, skip: token.skip + size }) };
  return {
    status: 200,
    body: {
      '@odata.context': `${serviceRoot(call)}/$metadata#Collection(event)`,
      value: page,
      ...link,
    },
  };
}

function tokenOf(call: Call, windowOf: ((call: Call) => Window) | undefined): Token {
  const { mailboxes } = call.context;
  const text = queryOption(call, 'deltatoken') ?? queryOption(call, 'skiptoken');
  if (text === undefined) {
    const used = unsupported.filter((name) => queryOption(call, name) !== undefined);
    if (used.length > 0) {
      throw badRequest(
        "The following parameters are not supported with change tracking over the 'CalendarView' resource: '$orderby, $filter, $select, $expand, $search, $top'.",
        'ErrorInvalidUrlQuery',
      );
    }
    return {
      calendar: calendarOf(call).id,
      window: windowOf?.(call) ?? null,
      since: 0,
      until: mailboxes.sequence,
      skip: 0,
      first: true,
    };
  }
  const token = decode(call, text);
  if (token.until < mailboxes.oldestChange) throw expired(call);
  // A delta link starts a new round: up to what is known now. A next link continues its own.
  return token.skip === 0 && !token.first ? { ...token, until: mailboxes.sequence } : token;
}

function currentItems(call: Call, token: Token): Record<string, unknown>[] {
  const view = viewOf(call);
  return shown(call, token).map((event) => eventJson(event, view));
}

/** Each event once, as it is now; what is gone or moved out of the window appears as removed. */
function changedItems(call: Call, token: Token): Record<string, unknown>[] {
  const view = viewOf(call);
  const visible = new Map<string, StoredEvent[]>();
  for (const event of shown(call, token)) {
    for (const id of [event.id, event.exception?.masterId ?? event.id]) {
      visible.set(id, [...(visible.get(id) ?? []), event]);
    }
  }
  return latestChanges(call, token).flatMap((change) => {
    const events = new Set(visible.get(change.eventId));
    return events.size > 0 ? [...events].map((event) => eventJson(event, view)) : [removed(change, view)];
  });
}

function latestChanges(call: Call, token: Token): Change[] {
  const user = mailboxUser(call);
  const calendar = calendarOf(call).id;
  const latest = new Map<string, Change>();
  for (const change of call.context.mailboxes.changes) {
    if (change.sequence <= token.since || change.sequence > token.until) continue;
    if (change.ownerId === user.id && change.calendarId === calendar) latest.set(change.eventId, change);
  }
  return [...latest.values()];
}

function shown(call: Call, token: Token): StoredEvent[] {
  const user = mailboxUser(call);
  const calendar = calendarOf(call).id;
  const own = eventsOf(call.context.mailboxes, user.id).filter((event) => event.calendarId === calendar);
  if (token.window === null) return own.filter((event) => event.exception === null);
  return expand(call.context.mailboxes, own, token.window.from, token.window.to);
}

function removed(change: Change, view: EventView): Record<string, unknown> {
  return { id: view.immutableIds ? change.immutableId : change.eventId, '@removed': { reason: 'deleted' } };
}

function linkTo(call: Call, name: 'deltatoken' | 'skiptoken', token: Token): string {
  return `${call.context.origins.graph}${call.url.pathname}?$${name}=${sealValue(call.context.entra.tokenKey, token)}`;
}

/** Tokens are sealed: clients must not look into them, and cannot make their own. */
function decode(call: Call, text: string): Token {
  // Only `linkTo` seals with this key what has a calendar, so the content is a token.
  const token = openValue(call.context.entra.tokenKey, text) as Token | undefined;
  if (token?.calendar === calendarOf(call).id) return token;
  throw badRequest('The provided delta token is invalid, please retry with a full sync.', 'syncStateInvalid');
}

function expired(call: Call): GraphError {
  if (call.context.switches.lostDeltaToken === 'resync-required') {
    return new GraphError(400, 'resyncRequired', 'Resync required. Replace any local items with the server’s version.');
  }
  const owner = contextOwner(ownerKey(mailboxUser(call)));
  return new GraphError(410, 'syncStateNotFound', 'The sync state generation is not found; please resync.', {
    headers: {
      Location: `${serviceRoot(call)}/${owner}${call.url.pathname.replace(/^.*?(\/calendar|\/events)/, '$1')}`,
    },
  });
}
