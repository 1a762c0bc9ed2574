import assert from 'node:assert/strict';
import { deleteEvent } from '../../emulator/graph/event-actions.ts';
import { readEventInput } from '../../emulator/graph/event-input.ts';
import { updateEvent } from '../../emulator/graph/event-update.ts';
import { eventsOf } from '../../emulator/graph/mailboxes.ts';
import { PARLEY_CLIENT_ID, PARLEY_CLIENT_SECRET } from '../../emulator/seed.ts';
import { callback, consent } from './nylas-connect.ts';
import { emulatorReaders } from './snippet-emulator.ts';
import type { Before, SnippetStage } from './snippet-stage.ts';

/** What the readers of a page have done before a command of it can work, and what they see after the last one. */
export type Readers = {
  options?: { withTenant?: boolean; clock?: 'monday' | 'real' };
  before?: Before;
  /** Answers that an example of the page shows and no command of it leads to. */
  afterwards?: (stage: SnippetStage) => Promise<unknown[]>;
};

export const readers: Partial<Record<string, Readers>> = {
  'docs/guides/api.md': { before: beforeApi, afterwards: refusedBooking },
  'docs/guides/emulator.md': emulatorReaders,
  'docs/guides/booking-system.md': {
    afterwards: expectAnswers(/"joinUrl":"https:/, /"state":"connected"/, /"wanted":"cancelled"/),
  },
  'docs/guides/nylas.md': {
    options: { clock: 'real', withTenant: false },
    before: beforeNylas,
    afterwards: expectAnswers(
      /"conferencing":\{"provider":"Microsoft Teams","details":\{"url":"https:/,
      /"job_status_id":/,
    ),
  },
  'docs/guides/own-integration.md': {
    afterwards: expectAnswers(/"kind":"standalone".*"joinUrl":"https:/, /"teams-policy"/),
  },
  'docs/guides/service-desk.md': {
    afterwards: expectAnswers(/"organizerId":"org_/, /"status":"requested"/, /"status":"confirmed".*"joinUrl":"https:/),
  },
  'docs/guides/student-appointments.md': {
    options: { withTenant: false },
    afterwards: expectAnswers(/"outcome":"one"/, /"organizerId":"org_/, /"assignment":"chosen"/),
  },
  'docs/guides/troubleshooting.md': {
    options: { clock: 'real' },
    before: async (_stage, command) => command.replace('dana@example.com', 'dana@desk.example'),
  },
  'docs/guides/webhooks.md': { afterwards: messageOfBooking },
};

/** What a page promises is in the answers to its commands. */
function expectAnswers(...promised: RegExp[]) {
  return async ({ shell }: SnippetStage): Promise<unknown[]> => {
    const answers = shell.answers().map((answer) => JSON.stringify(answer));
    for (const pattern of promised)
      assert.ok(
        answers.some((one) => pattern.test(one)),
        `no answer has ${pattern.source}`,
      );
    return [];
  };
}

/** The reader has an app in Entra with Nylas' callback, and somebody has been at the address that came of it. */
async function beforeNylas(stage: SnippetStage, command: string): Promise<string | void> {
  const { system, shell, memory } = stage;
  if (command.includes('GRANT=con_…')) {
    const asked = shell.answers().findLast((answer) => JSON.stringify(answer).includes('/connect/login?id='));
    const { data } = asked as { data: { url: string } };
    const back = await consent(system, data.url, { user: 'leila.haddad' });
    memory.see(back.searchParams.get('grant_id') ?? assert.fail(`nobody connected: ${back.href}`));
  }
  if (!command.includes('<AZURE_CLIENT_ID>')) return;
  for (const app of system.emulator.context.directory.apps.values())
    app.redirectUris = [...app.redirectUris, { uri: callback, platform: 'web' }];
  return command.replace('<AZURE_CLIENT_ID>', PARLEY_CLIENT_ID).replace('<AZURE_CLIENT_SECRET>', PARLEY_CLIENT_SECRET);
}

async function beforeApi(stage: SnippetStage, command: string): Promise<string | void> {
  if (command.includes('/resolve ')) await changeInOutlook(stage, command.includes('recreate') ? 'delete' : 'move');
  if (command.includes('/artifacts')) await recordMeeting(stage);
  // Nothing happens meanwhile: whoever waits would wait for all of it.
  if (command.includes('after=MS4x')) return command.replace('MS4xMjM0', cursorOf(stage)).replace('wait=30', 'wait=1');
  const kind = /\/artifacts\/art_…\/(transcript|attendance)|format=text/.exec(command);
  if (/\/artifacts\/art_…/.test(command))
    return command.replace('art_…', await artifactOf(stage, kind?.[1] ?? (kind ? 'transcript' : 'recording')));
  return command;
}

/** A meeting of Dana's that she moves in Outlook, or for `recreate` one that she deletes, and that Parley has seen so. */
async function changeInOutlook(
  { system, emulator, desk, memory }: SnippetStage,
  what: 'move' | 'delete',
): Promise<void> {
  const { body } = await desk.api('POST', '/v1/meetings', {
    organizer: { memberId: desk.memberId },
    subject: 'Review',
    start: '2026-12-01T09:00:00Z',
    end: '2026-12-01T09:30:00Z',
    attendees: [{ email: 'sam@visitor.example' }],
  });
  await until(system, async () => (await meetingOf(desk, body['id'] as string))['inSync'] === true);
  const { joinUrl } = await meetingOf(desk, body['id'] as string);
  const event = eventsOf(emulator.context.mailboxes, desk.organizer.id).find((one) =>
    JSON.stringify(one).includes(joinUrl as string),
  );
  assert.ok(event, 'the meeting is in the calendar');
  if (what === 'delete') deleteEvent(emulator.context, event);
  else
    updateEvent(
      emulator.context,
      desk.organizer,
      event,
      readEventInput({ start: at('2026-12-01T13:00:00'), end: at('2026-12-01T13:30:00') }),
    );
  await until(system, async () => (await meetingOf(desk, body['id'] as string))['status'] === 'out_of_sync');
  memory.see(body['id'] as string);
}

const at = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });

const meetingOf = async (desk: SnippetStage['desk'], id: string) => (await desk.api('GET', `/v1/meetings/${id}`)).body;

/** Lets five minutes pass at a time until something is so. */
async function until(system: SnippetStage['system'], isSo: () => Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    if (await isSo()) return;
    await system.advance(5 * 60_000);
  }
  assert.fail('it did not become so');
}

const recorded = new WeakSet<SnippetStage>();

/** A meeting of the college that took place this morning, was recorded and transcribed. */
async function recordMeeting(stage: SnippetStage): Promise<void> {
  if (recorded.has(stage)) return;
  recorded.add(stage);
  const { system, desk, memory } = stage;
  const now = system.clock.now().getTime();
  const { body } = await desk.api('POST', '/v1/meetings', {
    organizer: { organizerId: stage.tenant?.organizerId },
    subject: 'Contract',
    start: new Date(now + 60_000).toISOString(),
    end: new Date(now + 1_860_000).toISOString(),
    attendees: [{ email: 'sam@visitor.example' }],
  });
  const id = body['id'] as string;
  await until(system, async () => Boolean((await meetingOf(desk, id))['joinUrl']));
  system.clock.advance(3_600_000);
  system.emulator.endMeeting({
    joinUrl: (await meetingOf(desk, id))['joinUrl'] as string,
    recording: true,
    transcript: true,
  });
  memory.see(id);
}

async function artifactOf({ desk }: SnippetStage, kind: string): Promise<string> {
  const { body } = await desk.api('GET', `/v1/artifacts?kind=${kind}`);
  return (body['data'] as { id: string }[])[0]?.id ?? assert.fail(`there is no ${kind}`);
}

/** The cursor that the reader was given last. */
function cursorOf({ shell }: SnippetStage): string {
  const cursors = shell.answers().flatMap((answer) => (answer as { nextCursor?: string }).nextCursor ?? []);
  return cursors.find((cursor) => cursor.length < 20) ?? assert.fail('there was no cursor');
}

async function refusedBooking({ desk }: SnippetStage): Promise<unknown[]> {
  const visitor = { name: '', email: 'sam@visitor.example', timeZone: 'Europe/London' };
  const { body } = await desk.api('POST', '/v1/bookings', {
    eventTypeId: desk.eventType['id'],
    start: '2026-11-24',
    visitor,
  });
  return [body];
}

/** Books a time, and waits for the message about its link; gives what the receiver got. */
export async function messageOfBooking({ system, desk, receiver }: SnippetStage): Promise<unknown[]> {
  const visitor = { name: 'Sam Ferro', email: 'sam@visitor.example', timeZone: 'Europe/London' };
  const { status } = await desk.api('POST', '/v1/bookings', {
    eventTypeId: desk.eventType['id'],
    start: '2026-11-24T09:00:00Z',
    visitor,
  });
  assert.equal(status, 201);
  await until(system, async () => receiver.types().includes('meeting.conference_assigned'));
  return receiver.received.map(({ message }) => message);
}
