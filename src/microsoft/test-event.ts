import type { CalendarAccess } from './calendar.ts';
import { graph, type GraphDeps } from './graph.ts';
import { literal, query } from './odata.ts';
import { eventAnswer, eventListAnswer, type EventAnswer } from './wire.ts';

/** What marks an event as a test, so that it is found again whatever happened. Never change it. */
const property = { id: 'String {6a1f3a0b-58a5-4a43-8f0a-0c5d1a7be1f2} Name ParleyDiagnosis', value: 'test event' };
export const testSubject = 'Parley diagnosis, deletes itself';

const prefer = ['outlook.timezone="UTC"', 'IdType="ImmutableId"'];
const lengthMs = 15 * 60_000;

export type TestEvent = { id: string; isOnlineMeeting: boolean; joinUrl: string | undefined };

/** Makes a quarter of an hour with a Teams meeting: free, without reminder, and nobody is invited. */
export async function createTestEvent(deps: GraphDeps, access: CalendarAccess, start: Date): Promise<TestEvent> {
  const event = await graph(deps, {
    ...callOf(access),
    method: 'POST',
    path: `${root(access)}/events`,
    schema: eventAnswer,
    body: {
      subject: testSubject,
      start: inUtc(start),
      end: inUtc(testEnd(start)),
      showAs: 'free',
      isReminderOn: false,
      isOnlineMeeting: true,
      onlineMeetingProvider: 'teamsForBusiness',
      transactionId: crypto.randomUUID(),
      singleValueExtendedProperties: [property],
    },
  });
  return testEvent(event);
}

/** When a test that starts then is over. */
export function testEnd(start: Date): Date {
  return new Date(start.getTime() + lengthMs);
}

/** Every test event there is, of this run or of one that was interrupted. */
export async function listTestEvents(deps: GraphDeps, access: CalendarAccess): Promise<TestEvent[]> {
  const is = `ep/id eq ${literal(property.id)} and ep/value eq ${literal(property.value)}`;
  const path = `${root(access)}/events?${query({
    $filter: `singleValueExtendedProperties/Any(ep: ${is})`,
    $select: 'id,subject,start,end,isOnlineMeeting,onlineMeeting',
    $top: '25',
  })}`;
  const { value } = await graph(deps, { ...callOf(access), method: 'GET', path, schema: eventListAnswer });
  return value.map(testEvent);
}

function testEvent({ id, isOnlineMeeting, onlineMeeting }: EventAnswer): TestEvent {
  return { id, isOnlineMeeting: isOnlineMeeting ?? false, joinUrl: onlineMeeting?.joinUrl || undefined };
}

function callOf({ accessToken, signal }: CalendarAccess) {
  return { accessToken, prefer, signal };
}

function root({ mailbox }: CalendarAccess): string {
  return mailbox.kind === 'me' ? '/me' : `/users/${encodeURIComponent(mailbox.objectId)}`;
}

function inUtc(instant: Date) {
  return { dateTime: instant.toISOString().slice(0, 19), timeZone: 'UTC' };
}
