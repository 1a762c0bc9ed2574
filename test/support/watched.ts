import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { createEmulator } from '../../emulator/emulator.ts';
import { deleteEvent } from '../../emulator/graph/event-actions.ts';
import { readEventInput } from '../../emulator/graph/event-input.ts';
import { updateEvent } from '../../emulator/graph/event-update.ts';
import { eventsOf } from '../../emulator/graph/mailboxes.ts';
import type { Post } from '../../emulator/notifications/notifications.ts';
import { createApp } from '../../src/app.ts';
import { connect } from '../../src/database/connect.ts';
import type { OutlookChanges } from '../../src/database/schema.ts';
import { connectTeams } from '../../scripts/person.ts';
import { monday, publicUrl, startSystem, startWorkspace, userNamed, type App, type System } from './system.ts';
import { startTenant } from './tenant.ts';

export const tuesdayAtTen = '2026-11-24T09:00:00.000Z';
export const tuesdayHalfPastTen = '2026-11-24T09:30:00.000Z';
export const tuesdayAtTwo = '2026-11-24T13:00:00.000Z';
export const tuesdayHalfPastTwo = '2026-11-24T13:30:00.000Z';
export const minutes = 60_000;
export const hours = 60 * minutes;

/** Where Microsoft reaches a Parley that it can reach. */
export const publicAddress = 'https://parley.example';

export const accesses = ['delegated', 'app-only'] as const;

type Options = {
  access?: (typeof accesses)[number];
  outlookChanges?: OutlookChanges;
  /** Whether Microsoft can reach this Parley: otherwise nobody tells it anything. */
  isPublic?: boolean;
  wrapFetch?: (inner: typeof fetch) => typeof fetch;
};

export type Watched = Awaited<ReturnType<typeof startWatched>>;

/** A desk whose organizer's calendar is watched, with what a test does in Outlook and what it looks at. */
export async function startWatched(t: TestContext, options: Options = {}) {
  const { access = 'delegated', outlookChanges = 'ask', isPublic = false } = options;
  const world = { now: () => monday.getTime(), ear: undefined as App | undefined };
  const post: Post = async ({ url, contentType, body }) => {
    if (!world.ear || !url.startsWith(publicAddress)) return { kind: 'unreachable', why: 'nobody is there' };
    const response = await world.ear.http.fetch(
      new Request(url, { method: 'POST', headers: { 'content-type': contentType }, body }),
    );
    const answered = { status: response.status, contentType: response.headers.get('content-type') ?? '' };
    return { kind: 'answered', ...answered, body: await response.text(), tookMs: 5 };
  };
  const emulator = createEmulator({ now: () => world.now(), post });
  const { wrapFetch } = options;
  const system = await startSystem(t, { emulator, ...(wrapFetch && { wrapFetch }) });
  world.now = () => system.clock.now().getTime();
  const desk = await startOrganizer(system, access);
  const { db } = system.database;
  await db
    .updateTable('workspaces')
    .set({ outlook_changes: outlookChanges })
    .where('id', '=', desk.workspaceId)
    .execute();
  if (isPublic) world.ear = await startPublic(t, system);
  const app = world.ear ?? system.app;
  const { context } = emulator;
  const events = () => eventsOf(context.mailboxes, desk.organizer.id).filter((event) => !event.isCancelled);
  const theEvent = () => {
    const [event] = events();
    assert.ok(event, 'there is no event');
    return event;
  };
  const ask = async (method: string, path: string, body?: unknown, expected = 200) => {
    const answer = await desk.api(method, path, body);
    assert.equal(answer.status, expected, JSON.stringify(answer.body));
    return answer.body;
  };
  const from = emulator.calls.length;
  return {
    system,
    emulator,
    desk,
    app,
    ask,
    world,
    db,
    events,
    theEvent,
    /** The calls to Graph since the story began, the reading of changes and subscriptions left out where a path is given. */
    calls: (method: string, path: string) =>
      emulator.calls
        .slice(from)
        .filter((call) => call.service === 'graph' && call.method === method && call.path.includes(path)),
    make: async (more: object = {}): Promise<string> => {
      const wanted = {
        organizer: { memberId: desk.memberId },
        subject: 'Review',
        start: tuesdayAtTen,
        end: tuesdayHalfPastTen,
        timeZone: 'Europe/Berlin',
        attendees: [{ email: 'sam@visitor.example', name: 'Sam Okafor' }],
        ...more,
      };
      const { id } = await ask('POST', '/v1/meetings', wanted, 201);
      await app.drain();
      return id as string;
    },
    meeting: (id: string) => ask('GET', `/v1/meetings/${id}`),
    /** The types of what happened to a meeting, oldest first. */
    history: async (id: string): Promise<string[]> => {
      const { data } = await ask('GET', `/v1/meetings/${id}/events`);
      const types = (data as { type: string }[]).map(({ type }) => type);
      return types.filter((type) => type.startsWith('meeting.')).map((type) => type.replace('meeting.', ''));
    },
    resolve: (id: string, action: string, expected = 200) =>
      ask('POST', `/v1/meetings/${id}/resolve`, { action }, expected),
    watches: () => db.selectFrom('calendar_watches').selectAll().orderBy('created_at').execute(),
    /** Changes the event as its owner would in Outlook. */
    edit: (change: Record<string, unknown>, event = theEvent()) => {
      updateEvent(context, desk.organizer, event, readEventInput(change));
    },
    move: (start: string, end: string, timeZone = 'UTC') => {
      const at = (dateTime: string) => ({ dateTime: dateTime.replace('Z', ''), timeZone });
      updateEvent(context, desk.organizer, theEvent(), readEventInput({ start: at(start), end: at(end) }));
    },
    remove: () => deleteEvent(context, theEvent()),
    /** Lets five minutes pass: every mailbox is looked at, and what that causes is done. */
    look: async () => {
      system.clock.advance(5 * minutes);
      await app.sweep();
      await app.drain();
      await app.drain({ aheadMs: 20_000 });
    },
    /** Does what is due, without letting time pass. */
    work: async () => {
      await app.sweep();
      await app.drain();
    },
  };
}

async function startOrganizer(system: System, access: NonNullable<Options['access']>) {
  if (access === 'delegated') {
    const workspace = await startWorkspace(system);
    const organizer = userNamed(system.emulator, 'dana.reyes');
    await connectTeams(workspace.person, publicUrl, organizer.id);
    await system.work();
    return { ...workspace, organizer };
  }
  const tenant = await startTenant(system);
  await tenant.organizer('marek.dvorak', { member_id: tenant.memberId });
  return { ...tenant, organizer: userNamed(system.emulator, 'marek.dvorak') };
}

/** The same Parley, at an address that Microsoft reaches. */
export async function startPublic(t: TestContext, system: System, config = system.config): Promise<App> {
  const { keyRing, log, clock, emulator } = system;
  const database = connect({ address: system.address, poolSize: 10, log });
  const app = await createApp(
    { ...config, server: { ...config.server, publicUrl: publicAddress } },
    { database, keyRing, log, fetch: emulator.fetch, now: clock.now },
  );
  t.after(async () => {
    await app.close();
    await database.close();
  });
  return app;
}
