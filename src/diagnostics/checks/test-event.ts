import type { CalendarAccess } from '../../microsoft/calendar.ts';
import { deleteEvent } from '../../microsoft/calendar.ts';
import { graph, type GraphDeps } from '../../microsoft/graph.ts';
import { eventAnswer, eventListAnswer } from '../../microsoft/wire.ts';

/** What marks an event as a test, so that it is found again whatever happened. Never change it. */
const property = { id: 'String {6a1f3a0b-58a5-4a43-8f0a-0c5d1a7be1f2} Name ParleyDiagnosis', value: 'test event' };
export const testSubject = 'Parley diagnosis, deletes itself';

const prefer = ['outlook.timezone="UTC"', 'IdType="ImmutableId"'];
const lengthMs = 15 * 60_000;

export type TestEvent = { id: string; isOnlineMeeting: boolean; hasLink: boolean };

/** Makes a quarter of an hour with a Teams meeting: free, without reminder, and nobody is invited. */
export async function createTestEvent(deps: GraphDeps, access: CalendarAccess, start: Date): Promise<TestEvent> {
  const end = new Date(start.getTime() + lengthMs);
  const event = await graph(deps, {
    ...callOf(access),
    method: 'POST',
    path: '/me/events',
    schema: eventAnswer,
    body: {
      subject: testSubject,
      start: inUtc(start),
      end: inUtc(end),
      showAs: 'free',
      isReminderOn: false,
      isOnlineMeeting: true,
      onlineMeetingProvider: 'teamsForBusiness',
      transactionId: crypto.randomUUID(),
      singleValueExtendedProperties: [property],
    },
  });
  const hasLink = Boolean(event.onlineMeeting?.joinUrl);
  return { id: event.id, isOnlineMeeting: event.isOnlineMeeting ?? false, hasLink };
}

/** Deletes every test event there is, of this run or of one that was interrupted. Gives their number. */
export async function removeTestEvents(deps: GraphDeps, access: CalendarAccess): Promise<number> {
  const is = `ep/id eq '${property.id}' and ep/value eq '${property.value}'`;
  const $filter = encodeURIComponent(`singleValueExtendedProperties/Any(ep: ${is})`);
  const path = `/me/events?$filter=${$filter}&$select=id,subject,start,end&$top=25`;
  const { value } = await graph(deps, { ...callOf(access), method: 'GET', path, schema: eventListAnswer });
  for (const { id } of value) await deleteEvent(deps, access, { eventId: id });
  return value.length;
}

function callOf({ accessToken, signal }: CalendarAccess) {
  return { accessToken, prefer, signal };
}

function inUtc(instant: Date) {
  return { dateTime: instant.toISOString().slice(0, 19), timeZone: 'UTC' };
}
