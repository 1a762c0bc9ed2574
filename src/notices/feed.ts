import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { hashToken, newSecretToken } from '../access/secret-token.ts';
import { calendarFile, joinText, type CalendarEntry } from '../bookings/calendar-file.ts';
import type { Database } from '../database/schema.ts';
import { calendarSummary, chooseLocale, textsOf } from '../email/service.ts';
import { Problem } from '../problem.ts';

type Deps = { db: Kysely<Database>; now: () => Date };
type Feed = { file: string; etag: string };

const dayMs = 24 * 60 * 60_000;
const pastMs = 60 * dayMs;
const aheadMs = 400 * dayMs;

/** A new secret for the address of a member's calendar; an earlier one opens nothing any more. Throws `not_found`. */
export async function createFeed({ db }: Deps, workspaceId: string, memberId: string): Promise<string> {
  const token = newSecretToken('parley_feed');
  await setHash(db, { workspaceId, memberId }, hashToken(token));
  return token;
}

/** Ends a member's calendar feed. Throws `not_found`. */
export async function endFeed({ db }: Deps, workspaceId: string, memberId: string): Promise<void> {
  await setHash(db, { workspaceId, memberId }, null);
}

async function setHash(
  db: Kysely<Database>,
  { workspaceId, memberId }: { workspaceId: string; memberId: string },
  hash: Buffer | null,
): Promise<void> {
  const changed = await db
    .updateTable('members')
    .set({ feed_token_hash: hash })
    .where('id', '=', memberId)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst();
  if (changed.numUpdatedRows === 0n) throw new Problem('not_found');
}

/** The bookings of the member whose secret this is, for calendars that subscribe to them; `undefined`: nobody's. */
export async function findFeed(deps: Deps, token: string): Promise<Feed | undefined> {
  const member = await deps.db
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['members.id', 'members.name', 'members.email', 'members.locale', 'workspaces.name as workspace_name'])
    .where('members.feed_token_hash', '=', hashToken(token))
    .executeTakeFirst();
  if (!member) return undefined;
  const rows = await listOf(deps, member.id);
  const locale = chooseLocale(member.locale);
  const entries = rows.map((row) => entryOf(row, locale));
  const name = `${member.name}, ${member.workspace_name}`;
  const file = calendarFile(entries, { method: 'PUBLISH', name, refreshEveryMinutes: 15 });
  return { file, etag: `"${createHash('sha256').update(file).digest('base64url').slice(0, 27)}"` };
}

type Listed = Awaited<ReturnType<typeof listOf>>[number];

function listOf({ db, now }: Deps, memberId: string) {
  return db
    .selectFrom('bookings')
    .innerJoin('event_types', 'event_types.id', 'bookings.event_type_id')
    .leftJoin('meetings', 'meetings.id', 'bookings.meeting_id')
    .select(['bookings.id', 'bookings.status', 'bookings.sequence', 'bookings.starts_at', 'bookings.ends_at'])
    .select(['bookings.visitor_name', 'bookings.visitor_email', 'bookings.updated_at', 'bookings.teams_meeting'])
    .select(['event_types.title', 'meetings.join_url'])
    .where('bookings.status', 'in', ['requested', 'confirmed', 'completed', 'no_show'])
    .where('bookings.ends_at', '>', new Date(now().getTime() - pastMs))
    .where('bookings.starts_at', '<', new Date(now().getTime() + aheadMs))
    .where('bookings.id', 'in', (query) =>
      query
        .selectFrom('reservations')
        .select('booking_id')
        .where('host_id', '=', memberId)
        .where('booking_id', 'is not', null)
        .$narrowType<{ booking_id: string }>(),
    )
    .orderBy('bookings.starts_at')
    .orderBy('bookings.id')
    .limit(5000)
    .execute();
}

function entryOf(row: Listed, locale: ReturnType<typeof chooseLocale>): CalendarEntry {
  const { title: eventTitle, visitor_name: name, visitor_email: email } = row;
  const follows = row.teams_meeting ? textsOf(locale).words.linkFollows : '';
  return {
    bookingId: row.id,
    sequence: row.sequence,
    // Not the moment of asking: a feed that has not changed is the same to the byte.
    stamp: row.updated_at,
    start: row.starts_at,
    end: row.ends_at,
    summary: calendarSummary('confirmed_staff', {
      eventTitle,
      visitor: { name },
      operatorNames: [],
      reader: { locale },
    }),
    description: [`${name} (${email})`, row.join_url ? joinText(row.join_url) : follows].filter(Boolean).join('\n'),
    status: row.status === 'requested' ? 'tentative' : 'confirmed',
    teams: row.teams_meeting ? { joinUrl: row.join_url ?? undefined } : undefined,
  };
}
