import { callOf, eventPath, unlessGone, type CalendarAccess } from './calendar.ts';
import { graph, type GraphDeps } from './graph.ts';
import { query } from './odata.ts';
import { eventTextAnswer } from './wire.ts';

/** What an event says: the HTML of its body, as Exchange keeps it, and its place. */
export type EventText = { html: string; location: string };

/** What the event says, or `undefined` when this mailbox does not have it. */
export async function getEventText(
  deps: GraphDeps,
  access: CalendarAccess,
  p: { eventId: string },
): Promise<EventText | undefined> {
  const path = `${eventPath(access, p.eventId)}?${query({ $select: 'id,body,location' })}`;
  const event = await unlessGone(graph(deps, { ...callOf(access), method: 'GET', path, schema: eventTextAnswer }));
  return event && { html: event.body?.content ?? '', location: event.location?.displayName ?? '' };
}
