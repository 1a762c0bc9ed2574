import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { connectTeams, signIn } from '../../scripts/person.ts';
import { addMember, createSignInToken } from '../../src/access/service.ts';
import { createDataKeys } from '../../src/access/workspace-keys.ts';
import { approvalToken } from '../../src/bookings/approval-link.ts';
import type { OutgoingEmail } from '../../src/email/email.ts';
import { publicUrl, startDesk, startSystem, userNamed, type Desk, type System } from './system.ts';

export const sam = { name: 'Sam Ferro', email: 'sam@visitor.example', note: '' };
/** Tuesday, ten in the morning in Berlin. */
export const tuesday = '2026-11-24T09:00:00Z';

export type Front = Awaited<ReturnType<typeof startFront>>;

/** A desk as its visitors meet it: pages and mail, with an event type of some rules. */
export async function startFront(t: TestContext, rules: object = {}) {
  const mails: OutgoingEmail[] = [];
  const system = await startSystem(t, { sendMail: async (mail) => void mails.push(mail) });
  const desk = await startDesk(system, { rules });
  return { system, desk, mails, ...visitorOf(system, desk) };
}

/** What a visitor's browser can do, without scripts. */
export function visitorOf(system: Pick<System, 'request'>, desk: Pick<Desk, 'slug'>) {
  const book = `/book/${desk.slug}/intro-call`;
  const get = async (path: string, headers: Record<string, string> = {}) =>
    readPage(await system.request(inPlace(path), { headers }));
  const post = async (
    path: string,
    fields: Record<string, string> | [string, string][],
    headers: Record<string, string> = {},
  ) => {
    const body = new URLSearchParams(fields).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
    return readPage(
      await system.request(inPlace(path), {
        method: 'POST',
        body,
        headers: { ...type, ...headers },
        redirect: 'manual',
      }),
    );
  };
  /** Sends the form of the booking page as the page makes it. */
  const send = async (more: Record<string, string> = {}, visitor: Record<string, string> = sam) =>
    post(book, { start: tuesday, tz: 'Europe/London', key: freshKey(), ...visitor, ...more });
  /** Books, and gives the address of the page that is kept. */
  const bookOne = async (more: Record<string, string> = {}, visitor: Record<string, string> = sam) => {
    const answer = await send(more, visitor);
    assert.equal(answer.status, 303, answer.text);
    return answer.location;
  };
  return { book, get, post, send, bookOne };
}

async function readPage(answer: Response) {
  const { status, headers } = answer;
  return { status, headers, location: headers.get('location') ?? '', text: await answer.text() };
}

function inPlace(path: string): string {
  return path.startsWith(publicUrl) ? path.slice(publicUrl.length) : path;
}

let keys = 0;
export function freshKey(): string {
  return `form-${String((keys += 1)).padStart(20, '0')}`;
}

/** The link in the mail to whoever approves. */
export async function approvalPath(
  { database, keyRing }: System,
  { workspaceId, memberId }: Pick<Desk, 'workspaceId' | 'memberId'>,
  bookingId: string,
): Promise<string> {
  const { sequence } = await database.db
    .selectFrom('bookings')
    .select('sequence')
    .where('id', '=', bookingId)
    .executeTakeFirstOrThrow();
  const dataKeys = createDataKeys(database.db, keyRing);
  return `/requests/${approvalToken(await dataKeys(workspaceId), { bookingId, memberId, sequence })}`;
}

/** Everything that requests of visitors could have written, to be compared before and after. */
export async function writtenBy({ database: { db } }: System) {
  const counts = async (
    table: 'bookings' | 'reservations' | 'meetings' | 'outbox_events' | 'emails' | 'visitor_links',
  ) => (await db.selectFrom(table).selectAll().execute()).map((row) => JSON.stringify(row)).toSorted();
  return {
    bookings: await counts('bookings'),
    reservations: await counts('reservations'),
    meetings: await counts('meetings'),
    events: await counts('outbox_events'),
    emails: await counts('emails'),
    links: await counts('visitor_links'),
  };
}

/** Milan takes bookings of the desk, too. */
export async function addColleague(system: System, { workspaceId }: Desk) {
  const deps = { db: system.database.db, now: system.clock.now };
  const milan = {
    email: 'milan@desk.example',
    name: 'Milan Okafor',
    role: 'operator' as const,
    timeZone: 'Europe/Berlin',
  };
  const memberId = await addMember(deps, workspaceId, milan);
  const person = system.person();
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);
  await connectTeams(person, publicUrl, userNamed(system.emulator, 'milan.okafor').id);
  return memberId;
}
