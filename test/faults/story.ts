import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { RecordedCall } from '../../emulator/context.ts';
import { eventsOf, messagesTo, type MessageKind } from '../../emulator/graph/mailboxes.ts';
import { loadGraphOpenApi } from '../support/graph-openapi.ts';
import { startDesk, startSystem, type Desk, type System } from '../support/system.ts';

export const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: '' };
export const tuesdayAtTen = '2026-11-24T09:00:00.000Z';
export const tuesdayAtTwo = '2026-11-24T13:00:00.000Z';

export const seconds = 1000;
export const minutes = 60 * seconds;

export type Story = Awaited<ReturnType<typeof startStory>>;

/** A desk that takes bookings, with what a test looks at. Every request that Parley sent to Graph is checked at the end. */
export async function startStory(t: TestContext, options: Parameters<typeof startSystem>[1] = {}, rules: object = {}) {
  const system = await startSystem(t, options);
  const desk = await startDesk(system, { rules });
  t.after(() => assertDescribed(system.emulator.calls));
  return { system, desk, ...looks(system, desk) };
}

/** What a test looks at: in Parley's API, in the emulator's calendars and inboxes, and in the calls it recorded. */
function looks(system: System, desk: Desk) {
  const { context } = system.emulator;
  const from = system.emulator.calls.length;
  return {
    graphCalls: (method?: string, path = '/me/events') =>
      system.emulator.calls
        .slice(from)
        .filter(
          (call) => call.service === 'graph' && call.path.includes(path) && call.method === (method ?? call.method),
        ),
    /** The organizer's events that are not cancelled. */
    events: () => eventsOf(context.mailboxes, desk.organizer.id).filter((event) => !event.isCancelled),
    mails: (kind: MessageKind, address = visitor.email) => messagesTo(context.mailboxes, address, kind),
    book: async (start = tuesdayAtTen, more: object = {}) => {
      const body = { eventTypeId: desk.eventType.id, start, visitor, ...more };
      const answer = await desk.api('POST', '/v1/bookings', body);
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      return answer.body as { id: string; meeting: { id: string } };
    },
    reschedule: async (id: string, start: string) => {
      const answer = await desk.api('POST', `/v1/bookings/${id}/reschedule`, { start });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    },
    cancel: async (id: string) => {
      const answer = await desk.api('POST', `/v1/bookings/${id}/cancel`, { reason: 'Something came up' });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
    },
    meeting: async (booking: { meeting: { id: string } }) => {
      return (await desk.api('GET', `/v1/meetings/${booking.meeting.id}`)).body;
    },
    /** The types of what happened to a meeting, oldest first. */
    history: async (booking: { meeting: { id: string } }): Promise<string[]> => {
      const { body } = await desk.api('GET', `/v1/meetings/${booking.meeting.id}/events`);
      const types = (body['data'] as { type: string }[]).map(({ type }) => type);
      return types.filter((type) => type.startsWith('meeting.')).map((type) => type.replace('meeting.', ''));
    },
    /** Lets time pass in steps, doing what becomes due, until the meeting is in step or needs a person. */
    settle: async (booking: { meeting: { id: string } }) => {
      await system.work();
      for (let step = 0; step < 40; step++) {
        const { body } = await desk.api('GET', `/v1/meetings/${booking.meeting.id}`);
        if (body['inSync'] || ['failed', 'out_of_sync'].includes(body['status'])) return body;
        await system.advance(30 * seconds);
      }
      throw new Error('the meeting does not settle');
    },
  };
}

/** Microsoft's own description of Graph knows every call, and no body is sent to an event that carries a Teams meeting. */
export function assertDescribed(calls: readonly RecordedCall[]): void {
  const violations = loadGraphOpenApi()?.violations(calls.map(intact)) ?? [];
  assert.deepEqual([...new Set(violations)], []);
  for (const call of calls) {
    if (call.service !== 'graph' || call.method !== 'PATCH' || !('body' in JSON.parse(call.body))) continue;
    const id = decodeURIComponent(call.path.split('/').at(-1) ?? '');
    const carries = ({ responseBody }: RecordedCall) =>
      responseBody.includes(id) && responseBody.includes('"isOnlineMeeting":true');
    assert.ok(!calls.some(carries), call.body);
  }
}

/** Answers that a fault has spoiled are not judged, the requests that they belong to are. */
function intact(call: RecordedCall): RecordedCall {
  const isJson = call.responseBody.startsWith('{') && call.responseBody.endsWith('}');
  return isJson ? call : { ...call, responseBody: '' };
}

/** A gate that a fetch can be held at. */
export function createGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  return {
    /** Resolves when something waits at the gate. */
    arrived,
    open,
    async pass() {
      arrive();
      await opened;
    },
  };
}
