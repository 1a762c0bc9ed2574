import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import {
  cancelEvent,
  createEvent,
  deleteEvent,
  findEvent,
  getCalendar,
  getEvent,
  isCancelRefused,
  listBusy,
  updateEvent,
  type EventDraft,
} from './calendar.ts';
import { GraphError, type GraphDeps } from './graph.ts';

const now = () => new Date('2026-11-20T09:00:00Z');
const access = { accessToken: 'token', mailbox: { kind: 'me' } } as const;
const json = { 'content-type': 'application/json' };
const fixture = (name: string) => readFile(new URL(`../../test/fixtures/graph/${name}`, import.meta.url), 'utf8');

type Seen = { method: string; url: URL; prefer: string | null; body: Record<string, unknown> | undefined };

/** Answers the calls one after the other, and keeps what was asked. */
function script(...answers: [status: number, body: string][]) {
  const seen: Seen[] = [];
  const fetch: GraphDeps['fetch'] = async (input, init) => {
    const request = new Request(input, init);
    const text = await request.text();
    seen.push({
      method: request.method,
      url: new URL(request.url),
      prefer: request.headers.get('prefer'),
      body: text ? (JSON.parse(text) as Record<string, unknown>) : undefined,
    });
    const [status, body] = answers[seen.length - 1] ?? assert.fail('one call too many');
    return new Response(body || null, { status, headers: json });
  };
  return { deps: { fetch, now, baseUrl: 'https://graph.microsoft.com' }, seen };
}

const draft: EventDraft = {
  meetingId: 'mtg_1',
  transactionId: 'mtg_1',
  subject: 'Intake',
  bodyHtml: '<p>Agenda</p>',
  start: new Date('2026-11-25T08:00:00Z'),
  end: new Date('2026-11-25T08:30:00Z'),
  timeZone: 'Europe/Berlin',
  attendees: [
    { email: 'ada@example.com', name: 'Ada Visitor' },
    { email: 'bo@example.com', optional: true },
  ],
};

test('creating sends one Teams event that can be found again', async () => {
  const { deps, seen } = script([201, await fixture('event-created.json')]);
  const event = await createEvent(deps, access, draft);
  const [call] = seen;
  assert.equal(call?.method, 'POST');
  assert.equal(call.url.pathname, '/v1.0/me/events');
  assert.equal(call.prefer, 'outlook.timezone="UTC", IdType="ImmutableId"');
  assert.equal(call.body?.['transactionId'], 'mtg_1');
  assert.equal(call.body['isOnlineMeeting'], true);
  assert.equal(call.body['onlineMeetingProvider'], 'teamsForBusiness');
  assert.deepEqual(call.body['start'], { dateTime: '2026-11-25T09:00:00', timeZone: 'Europe/Berlin' });
  assert.deepEqual(call.body['attendees'], [
    { type: 'required', emailAddress: { address: 'ada@example.com', name: 'Ada Visitor' } },
    { type: 'optional', emailAddress: { address: 'bo@example.com' } },
  ]);
  const [property] = call.body['singleValueExtendedProperties'] as { id: string; value: string }[];
  assert.match(property?.id ?? '', /^String \{[\da-f-]{36}\} Name ParleyMeetingId$/);
  assert.equal(property?.value, 'mtg_1');
  assert.equal(event.id, 'AAMkAGI1AAAt9AHjAAA=');
  assert.deepEqual(event.start, draft.start);
  assert.deepEqual(event.attendees, ['ada@example.com']);
  assert.match(event.joinUrl ?? '', /^https:\/\/teams\.microsoft\.com\/l\/meetup-join\//);
});

test('a 201 without Teams is told as it is', async () => {
  const { deps } = script([201, await fixture('event-without-teams.json')]);
  const event = await createEvent(deps, access, draft);
  assert.deepEqual([event.isOnlineMeeting, event.onlineMeetingProvider, event.joinUrl], [false, 'unknown', undefined]);
});

test('a zone that Exchange does not know is said in UTC, after its refusal', async () => {
  const refused = JSON.stringify({ error: { code: 'TimeZoneNotSupportedException', message: 'no' } });
  const { deps, seen } = script([400, refused], [201, await fixture('event-created.json')]);
  await createEvent(deps, access, draft);
  assert.deepEqual(seen[1]?.body?.['start'], { dateTime: '2026-11-25T08:00:00', timeZone: 'UTC' });
});

test('app-only calls go to the mailbox by object id', async () => {
  const { deps, seen } = script([
    200,
    '{"allowedOnlineMeetingProviders":["teamsForBusiness"],"defaultOnlineMeetingProvider":"teamsForBusiness"}',
  ]);
  const mailbox = { kind: 'user', objectId: 'bc55b173-cff6-457d-b7a1-64bda7d7581a' } as const;
  const calendar = await getCalendar(deps, { ...access, mailbox });
  assert.deepEqual(calendar.allowedOnlineMeetingProviders, ['teamsForBusiness']);
  assert.equal(seen[0]?.url.pathname, '/v1.0/users/bc55b173-cff6-457d-b7a1-64bda7d7581a/calendar');
});

test('finding takes the oldest event that is not cancelled', async () => {
  const { deps, seen } = script([200, await fixture('events-found.json')], [200, '{"value":[]}']);
  assert.equal((await findEvent(deps, access, { meetingId: "o'hara" }))?.id, 'AAMkFIRST=');
  assert.match(
    seen[0]?.url.searchParams.get('$filter') ?? '',
    /^singleValueExtendedProperties\/Any\(ep: ep\/id eq 'String \{.*\} Name ParleyMeetingId' and ep\/value eq 'o''hara'\)$/,
  );
  assert.equal(await findEvent(deps, access, { meetingId: 'none' }), undefined);
});

test('an id is encoded once, and only Exchange’s own “not found” means gone', async () => {
  const gone = await fixture('error-item-not-found.json');
  const { deps, seen } = script([404, gone]);
  assert.equal(await getEvent(deps, access, { eventId: 'AA/Mk+1=' }), undefined);
  assert.equal(seen[0]?.url.pathname, '/v1.0/me/events/AA%2FMk%2B1%3D');
  for (const body of [
    '<html>',
    '{"error":{"code":"MailboxNotEnabledForRESTAPI","message":"…"}}',
    '{"error":{"code":"ErrorInvalidUser"}}',
  ]) {
    await assert.rejects(cancelEvent(script([404, body]).deps, access, { eventId: '1' }), GraphError);
  }
});

test('changing never sends a body, and moves start and end together', async () => {
  const { deps, seen } = script([200, await fixture('event-created.json')]);
  const changes = { subject: 'Later', start: draft.start, end: draft.end, timeZone: 'UTC' };
  await updateEvent(deps, access, { eventId: '1', changes });
  assert.deepEqual(Object.keys(seen[0]?.body ?? {}), ['subject', 'start', 'end']);
  await assert.rejects(updateEvent(deps, access, { eventId: '1', changes: { start: draft.start } }), TypeError);
});

test('cancelling and deleting say whether there was something', async () => {
  const gone = await fixture('error-item-not-found.json');
  const { deps, seen } = script([202, ''], [404, gone], [204, ''], [404, gone]);
  assert.equal(await cancelEvent(deps, access, { eventId: '1', comment: 'Sorry' }), 'cancelled');
  assert.deepEqual(seen[0]?.body, { Comment: 'Sorry' });
  assert.equal(await cancelEvent(deps, access, { eventId: '1' }), 'gone');
  assert.equal(await deleteEvent(deps, access, { eventId: '1' }), 'deleted');
  assert.equal(await deleteEvent(deps, access, { eventId: '1' }), 'gone');
});

async function refusedCancel(status: number, code: string): Promise<boolean> {
  const message = 'You need to be an organizer to cancel a meeting.';
  const { deps } = script([status, JSON.stringify({ error: { code, message } })]);
  return cancelEvent(deps, access, { eventId: '1' }).then(assert.fail, isCancelRefused);
}

test('a refused cancel is recognised, a failed one is not', async () => {
  assert.equal(await refusedCancel(400, 'ErrorInvalidRequest'), true);
  assert.equal(await refusedCancel(400, 'ErrorInvalidIdMalformed'), false);
  assert.equal(await refusedCancel(403, 'ErrorAccessDenied'), false);
  assert.equal(await refusedCancel(503, 'ServiceUnavailable'), false);
});

test('busy times leave out free and cancelled, say what the others are, follow pages and place whole days', async () => {
  const second = JSON.stringify({
    value: [
      {
        id: 'odd=',
        start: { dateTime: '2026-11-27T09:00:00.0000000', timeZone: 'UTC' },
        end: { dateTime: '2026-11-27T10:00:00.0000000', timeZone: 'UTC' },
        showAs: 'unknown',
      },
    ],
  });
  const { deps, seen } = script([200, await fixture('calendar-view.json')], [200, second]);
  const from = new Date('2026-11-25T00:00:00Z');
  const to = new Date('2026-11-27T23:00:00Z');
  const busy = await listBusy(deps, access, { from, to, timeZone: 'Europe/Berlin' });
  assert.deepEqual(
    busy.map((time) => [time.eventId, time.status, time.allDay, time.start.toISOString(), time.end.toISOString()]),
    [
      ['busy=', 'busy', false, '2026-11-25T09:00:00.000Z', '2026-11-25T10:00:00.000Z'],
      ['tentative=', 'tentative', false, '2026-11-25T11:00:00.000Z', '2026-11-25T12:00:00.000Z'],
      ['elsewhere=', 'workingElsewhere', false, '2026-11-25T14:00:00.000Z', '2026-11-25T15:00:00.000Z'],
      ['holiday=', 'oof', true, '2026-11-25T23:00:00.000Z', '2026-11-26T23:00:00.000Z'],
      ['odd=', 'busy', false, '2026-11-27T09:00:00.000Z', '2026-11-27T10:00:00.000Z'],
    ],
  );
  assert.equal(seen[0]?.url.searchParams.get('startDateTime'), '2026-11-24T00:00:00.000Z');
  assert.equal(seen[1]?.url.searchParams.get('$skip'), '6');
  assert.equal(seen[1]?.prefer, 'outlook.timezone="UTC", IdType="ImmutableId"');
});

test('busy times are refused rather than guessed', async () => {
  const range = { from: draft.start, to: draft.end, timeZone: 'UTC' };
  const elsewhere = JSON.stringify({ value: [], '@odata.nextLink': 'https://evil.example/v1.0/me' });
  const zone = JSON.stringify({
    value: [
      {
        id: '1',
        start: { dateTime: '2026-11-25T00:00:00', timeZone: 'Nowhere' },
        end: { dateTime: '2026-11-25T01:00:00', timeZone: 'Nowhere' },
      },
    ],
  });
  await assert.rejects(listBusy(script([200, elsewhere]).deps, access, range), GraphError);
  await assert.rejects(listBusy(script([200, zone]).deps, access, range), GraphError);
  await assert.rejects(listBusy(script([503, '']).deps, access, range), GraphError);
});
