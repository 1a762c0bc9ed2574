import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  AuthenticationHandler,
  Client,
  GraphError,
  PageIterator,
  RetryHandler,
  RetryHandlerOptions,
} from '@microsoft/microsoft-graph-client';
import type { Context as ClientContext, Middleware, PageCollection } from '@microsoft/microsoft-graph-client';
import { asPerson, graphEmulator, meeting } from '../../test/support/graph-caller.ts';
import type { Emulator } from '../emulator.ts';

// Microsoft's own JavaScript client, as a witness that did not know this emulator.

async function clientOf(emulator: Emulator): Promise<Client> {
  const { token } = await asPerson(emulator, 'dana.reyes');
  const authentication = new AuthenticationHandler({ getAccessToken: () => Promise.resolve(token) });
  const retry = new RetryHandler(new RetryHandlerOptions(0, 3, () => true));
  const last: Middleware = {
    async execute(context: ClientContext): Promise<void> {
      context.response = await emulator.fetch(context.request, context.options);
    },
  };
  authentication.setNext(retry);
  retry.setNext(last);
  return Client.initWithMiddleware({ middleware: authentication });
}

test("Microsoft's client creates, finds, moves and cancels a meeting", async () => {
  const emulator = graphEmulator();
  const client = await clientOf(emulator);
  const me = (await client.api('/me').get()) as { displayName: string };
  assert.equal(me.displayName, 'Dana Reyes');
  const event = (await client.api('/me/events').post(meeting())) as { id: string; onlineMeeting: { joinUrl: string } };
  const found = (await client
    .api('/me/calendarView')
    .query({ startDateTime: '2026-11-25T00:00:00Z', endDateTime: '2026-11-26T00:00:00Z' })
    .header('Prefer', 'outlook.timezone="Europe/Berlin"')
    .select(['subject', 'start', 'onlineMeeting'])
    .get()) as { value: { id: string; start: { dateTime: string } }[] };
  assert.deepEqual(
    found.value.map((one) => [one.id, one.start.dateTime]),
    [[event.id, '2026-11-25T09:00:00.0000000']],
  );
  const moved = (await client.api(`/me/events/${event.id}`).patch({
    start: { dateTime: '2026-11-26T09:00:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-11-26T09:30:00', timeZone: 'Europe/Berlin' },
  })) as typeof event;
  assert.equal(moved.onlineMeeting.joinUrl, event.onlineMeeting.joinUrl);
  await client.api(`/me/events/${event.id}/cancel`).post({ Comment: 'Ill' });
  assert.equal(emulator.context.mailboxes.events.size, 0);
});

test("Microsoft's client reads our refusals as its own errors", async () => {
  const client = await clientOf(graphEmulator());
  await assert.rejects(client.api('/me/events/nope').get(), (error: unknown) => {
    assert.ok(error instanceof GraphError);
    assert.deepEqual([error.statusCode, error.code], [404, 'ErrorItemNotFound']);
    assert.match(error.requestId ?? '', /^[0-9a-f-]{36}$/);
    return true;
  });
});

test("Microsoft's page iterator walks our pages to the end", async () => {
  const emulator = graphEmulator();
  const client = await clientOf(emulator);
  for (let index = 0; index < 25; index += 1)
    await client.api('/me/events').post(meeting({ subject: `E${index}`, attendees: [] }));
  const firstPage = (await client.api('/me/events').top(10).get()) as PageCollection;
  const subjects: string[] = [];
  await new PageIterator(client, firstPage, (one: { subject: string }) => subjects.push(one.subject) > 0).iterate();
  assert.equal(new Set(subjects).size, 25);
});
