import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { FaultRequest } from '../../emulator/faults.ts';
import { eventsOf, messagesTo, type MessageKind } from '../../emulator/graph/mailboxes.ts';
import type { KindOfMeeting } from '../../src/database/schema.ts';
import { createTasks, type TaskDeps } from '../../src/jobs/tasks.ts';
import type { Feature } from '../../src/microsoft/permissions.ts';
import type { App, startSystem, System } from '../support/system.ts';
import { startTenantStory, tuesdayAtTen, visitor } from '../support/tenant-story.ts';
import { assertDescribed, seconds } from './story.ts';

export type Organized = Awaited<ReturnType<typeof startOrganized>>;

/** What a meeting is at Microsoft, whichever way it was made. */
type Live = { subject: string; start: string; attendees: string[]; joinUrl: string | undefined };

const features: Feature[] = ['meetings', 'standalone-meetings', 'meeting-options', 'free-busy', 'people'];

/** The request with which Parley does something to a meeting of a kind. */
export const requests = {
  calendar: {
    create: { method: 'POST', path: '/events' },
    update: { method: 'PATCH', path: '/events/' },
    cancel: { method: 'POST', path: '/cancel' },
    options: { method: 'PATCH', path: '/onlineMeetings/' },
  },
  external: {
    create: { method: 'POST', path: '/events' },
    update: { method: 'PATCH', path: '/events/' },
    cancel: { method: 'POST', path: '/cancel' },
    options: { method: 'PATCH', path: '/onlineMeetings/' },
  },
  standalone: {
    create: { method: 'POST', path: '/createOrGet' },
    update: { method: 'PATCH', path: '/onlineMeetings/' },
    cancel: { method: 'DELETE', path: '/onlineMeetings/' },
    options: { method: 'PATCH', path: '/onlineMeetings/' },
  },
} as const satisfies Record<KindOfMeeting, Record<Operation, { method: string; path: string }>>;

export type Operation = 'create' | 'update' | 'cancel' | 'options';

export const zoom = { provider: 'Zoom Meeting', url: 'https://zoom.us/j/4721903815', pin: '7781' };

/** A tenant whose organizer Marek has the policy, with meetings of one kind and what a test looks at. */
export async function startOrganized(
  t: TestContext,
  kind: KindOfMeeting,
  options: Parameters<typeof startSystem>[1] = {},
) {
  const story = await startTenantStory(t, { features }, options);
  const { system, desk, ask } = story;
  const organizer = await desk.organizer('marek.dvorak', { member_id: desk.memberId });
  story.grant(organizer);
  t.after(() => assertDescribed(system.emulator.calls));
  const { context } = system.emulator;
  const meeting = (id: string) => ask('GET', `/v1/meetings/${id}`);
  return {
    ...story,
    organizer,
    meeting,
    row: (id: string) =>
      system.database.db.selectFrom('meetings').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    /** Asks for a meeting; nothing has been done about it yet. */
    async make(more: object = {}): Promise<string> {
      const body = {
        organizer: { organizerId: organizer.id },
        kind,
        ...(kind === 'external' && { conference: zoom }),
        subject: 'Review',
        start: tuesdayAtTen,
        end: endOf(tuesdayAtTen),
        attendees: [{ email: visitor.email }],
        ...more,
      };
      return (await ask('POST', '/v1/meetings', body, 201))['id'];
    },
    move: (id: string, start: string) => ask('PATCH', `/v1/meetings/${id}`, { start, end: endOf(start) }),
    cancel: (id: string) => ask('POST', `/v1/meetings/${id}/cancel`, {}),
    setOptions: (id: string, wanted: object) => ask('PATCH', `/v1/meetings/${id}`, { options: wanted }),
    fail: (operation: Operation, fault: FaultRequest['kind'], times = 1) =>
      system.emulator.fail({ service: 'graph', ...requests[kind][operation], times, kind: fault }),
    mails: (what: MessageKind) => messagesTo(context.mailboxes, visitor.email, what).length,
    live: (of: KindOfMeeting = kind) => liveMeetings(system, organizer.objectId, of),
    /** Lets time pass until Microsoft shows what is wanted, options included, or a person is needed. */
    async settle(id: string) {
      await system.work();
      for (let step = 0; step < 40; step++) {
        const now = await meeting(id);
        const done = now['inSync'] && (now['status'] === 'cancelled' || now['options'].state !== 'pending');
        if (done || now['status'] === 'failed') return now;
        await system.advance(30 * seconds);
      }
      throw new Error(`the meeting does not settle: ${JSON.stringify(await meeting(id))}`);
    },
  };
}

/** What is there at Microsoft of one kind: events with their Teams meeting, or Teams meetings of no event. */
export function liveMeetings({ emulator }: System, organizerId: string, of: KindOfMeeting): Live[] {
  const { mailboxes, teams } = emulator.context;
  if (of !== 'standalone')
    return eventsOf(mailboxes, organizerId)
      .filter((event) => !event.isCancelled)
      .map((event): Live => ({
        subject: event.subject,
        start: new Date(event.start.at).toISOString(),
        attendees: event.attendees.map(({ emailAddress }) => emailAddress.address),
        joinUrl: of === 'external' ? event.location.displayName : event.meeting?.joinUrl,
      }));
  return [...teams.meetings.values()]
    .filter((each) => !each.calendarBacked && each.organizerId === organizerId && !isProbe(each.externalId))
    .map((each): Live => ({
      subject: each.subject ?? '',
      start: new Date(each.start).toISOString(),
      attendees: each.attendees.map(({ upn }) => upn),
      joinUrl: each.joinWebUrl,
    }));
}

/** The tasks of a process, for a test that runs one when it pleases. */
export function tasksOf(app: App) {
  const tasks = createTasks(app.deps as unknown as TaskDeps);
  const run = { signal: new AbortController().signal };
  return {
    sync: (meetingId: string) => tasks['sync-meeting']({ meetingId }, run),
    options: (meetingId: string) => tasks['apply-meeting-options']({ meetingId }, run),
    watch: (watchId: string) => tasks['watch-calendar']({ watchId }, run),
    'watch-artifacts': (watchId: string) => tasks['watch-artifacts']({ watchId }, run),
  };
}

/** What Teams has of the options that are wanted. */
export function optionsAtTeams({ emulator }: System, joinUrl: string | undefined, wanted: object) {
  const found = [...emulator.context.teams.meetings.values()].find((each) => each.joinWebUrl === joinUrl);
  assert.ok(found, `Teams has no meeting at ${joinUrl}`);
  return Object.fromEntries(Object.keys(wanted).map((name) => [name, found.options[name]]));
}

export function endOf(start: string): string {
  return new Date(Date.parse(start) + 30 * 60 * seconds).toISOString();
}

function isProbe(externalId: string | null): boolean {
  return externalId?.startsWith('parley-policy-probe') ?? false;
}
