import assert from 'node:assert/strict';
import type { User } from '../../emulator/directory.ts';
import { eventsOf } from '../../emulator/graph/mailboxes.ts';
import { addAppointment } from '../../emulator/outlook/by-hand.ts';
import { connectTeams, signIn } from '../../scripts/person.ts';
import { addMember, createSignInToken } from '../../src/access/service.ts';
import { publicUrl, startDesk, startSystem, userNamed, type System } from './system.ts';
import type { TestContext } from 'node:test';

export const visitor = { name: 'Sam Okafor', email: 'sam@visitor.example', timeZone: 'Europe/London', note: '' };
export const tuesdayAtTen = '2026-11-24T09:00:00.000Z';
export const tuesdayAtTwo = '2026-11-24T13:00:00.000Z';
export const minutes = 60_000;
export const hours = 60 * minutes;

/** A desk in Berlin with what the stories of appointments do again and again. `rules` are of its event type. */
export async function startAppointments(
  t: TestContext,
  rules: object = {},
  options: Parameters<typeof startSystem>[1] = {},
) {
  const system = await startSystem(t, options);
  const desk = await startDesk(system, { rules });
  const ask = async (method: string, path: string, body?: unknown, expected = 200) => {
    const answer = await desk.api(method, path, body);
    assert.equal(answer.status, expected, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    system,
    desk,
    ask,
    book: (more: object = {}, expected = 201) =>
      ask('POST', '/v1/bookings', { eventTypeId: desk.eventType.id, start: tuesdayAtTen, visitor, ...more }, expected),
    booking: (id: string) => ask('GET', `/v1/bookings/${id}`),
    /** Live events in somebody's calendar; left out, the desk's owner's. */
    events: (objectId = desk.organizer.id) =>
      eventsOf(system.emulator.context.mailboxes, objectId).filter(({ isCancelled }) => !isCancelled),
    /** What happened to a booking, oldest first: the types of its own lines in the outbox. */
    lines: async (id: string): Promise<string[]> => {
      const rows = await system.database.db
        .selectFrom('outbox_events')
        .select('type')
        .where('booking_id', '=', id)
        .where('type', 'like', 'booking.%')
        .orderBy('id')
        .execute();
      return rows.map(({ type }) => type);
    },
    eventType: (more: object = {}) =>
      ask(
        'POST',
        '/v1/event-types',
        {
          hostId: desk.memberId,
          slug: `e-${Math.random().toString(36).slice(2)}`,
          title: 'Advice',
          timeZone: 'Europe/Berlin',
          minNoticeMinutes: 0,
          ...more,
        },
        201,
      ),
    /** Somebody writes half an hour into their own Outlook calendar. */
    inOutlook: (user: User, start: string) => {
      const [date = '', time = ''] = start.slice(0, 16).split('T');
      const [hour = '', minute = ''] = time.split(':');
      const offset = offsetHours(user, start);
      const clock = (addMinutes: number) => {
        const total = Number(hour) * 60 + Number(minute) + offset * 60 + addMinutes;
        return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
      };
      const form = new URLSearchParams({ date, start: clock(0), end: clock(30), subject: 'Dentist', showAs: 'busy' });
      return addAppointment(system.emulator.context, user, form);
    },
    colleague: (name: string) => addColleague(system, desk.workspaceId, name),
  };
}

export type Appointments = Awaited<ReturnType<typeof startAppointments>>;

/** By how many hours the clock of somebody's mailbox is ahead of UTC; windows names of the emulator's people only. */
function offsetHours({ mailbox }: User, at: string): number {
  const zone = mailbox?.timeZone ?? 'UTC';
  const iana =
    zone === 'W. Europe Standard Time' ? 'Europe/Berlin' : zone === 'GMT Standard Time' ? 'Europe/London' : zone;
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: iana, hour: 'numeric', hourCycle: 'h23' });
  return Number(parts.format(new Date(at))) - new Date(at).getUTCHours();
}

/** One more operator of a workspace, who has connected Teams as somebody of the emulator's first tenant. */
export async function addColleague(system: System, workspaceId: string, name: string) {
  const user = userNamed(system.emulator, name);
  const deps = { db: system.database.db, now: system.clock.now };
  const email = user.userPrincipalName;
  const memberId = await addMember(deps, workspaceId, {
    email,
    name: user.displayName,
    role: 'operator',
    timeZone: 'Europe/Berlin',
  });
  const person = system.person();
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);
  await connectTeams(person, publicUrl, user.id);
  return { memberId, objectId: user.id, email, person };
}
