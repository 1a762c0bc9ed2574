import { sql, type Kysely } from 'kysely';
import { hashToken, newSecretToken } from '../access/secret-token.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import { bookingToken } from '../bookings/booking-link.ts';
import { openStatuses, visitorMay } from '../bookings/booking.ts';
import type { BookingStatus, Database } from '../database/schema.ts';
import { queueEmail, visitorLinkLetter, type EmailDeps, type Locale } from '../email/service.ts';
import { Problem } from '../problem.ts';
import { sharedKinds, type SharedKinds } from './shared.ts';

type Read = { db: Kysely<Database> };
type Deps = Read & { now: () => Date };

const linkMs = 15 * 60_000;
const sessionMs = 7 * 24 * 60 * 60_000;
/** How many links one address can ask for within an hour; whoever asks more often hears the same and gets no mail. */
const mostLinksPerHour = 5;
const hourMs = 60 * 60_000;
/** As many appointments as anybody looks through. */
const mostPast = 100;

/** A workspace, as its visitors know it. */
export type Portal = { id: string; name: string; slug: string };

/** Whose appointments are seen: those of one address in one workspace. */
export type PortalVisitor = { workspaceId: string; email: string };

export async function findPortal({ db }: Read, slug: string): Promise<Portal | undefined> {
  if (!/^[^\p{Cc}]{1,200}$/u.test(slug)) return undefined;
  return db.selectFrom('workspaces').select(['id', 'name', 'slug']).where('slug', '=', slug).executeTakeFirst();
}

/**
 * Sends a link to an address that has appointments here, or with which one is shared; with `next`, the link leads to the
 * recordings of that booking. Nobody learns from the answer whether it has: there is none,
 * and the same is written down for every address.
 */
export async function askForLink(
  deps: EmailDeps & { publicUrl: string },
  portal: Portal,
  { email, locale, next }: { email: string; locale: Locale; next?: string | undefined },
): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const visitor = { workspaceId: portal.id, email: email.toLowerCase() };
    // Links of one address are counted one after the other.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`visitor-link ${portal.id} ${visitor.email}`}, 0))`.execute(
      trx,
    );
    if ((await linksOfLastHour({ ...deps, db: trx }, visitor)) >= mostLinksPerHour) return;
    const token = newSecretToken('parley_visit');
    const hash = hashToken(token);
    await trx
      .insertInto('visitor_links')
      .values({
        token_hash: hash,
        workspace_id: portal.id,
        email: visitor.email,
        expires_at: new Date(deps.now().getTime() + linkMs),
        used_at: null,
        created_at: deps.now(),
      })
      .execute();
    if (!(await hasAppointments({ db: trx }, visitor)) && (await sharedKinds({ db: trx }, visitor)).size === 0) return;
    const query = next === undefined ? '' : `?for=${next}`;
    const url = `${deps.publicUrl}/my/${encodeURIComponent(portal.slug)}/link/${token}${query}`;
    await queueEmail(
      { ...deps, db: trx },
      {
        workspaceId: portal.id,
        to: email,
        about: `visitor-link:${hash.toString('base64url')}`,
        message: visitorLinkLetter({ workspaceName: portal.name, url }, locale),
        locale,
      },
    );
  });
}

async function linksOfLastHour({ db, now }: Deps, { workspaceId, email }: PortalVisitor): Promise<number> {
  const { count } = await db
    .selectFrom('visitor_links')
    .select((select) => select.fn.countAll<string>().as('count'))
    .where('workspace_id', '=', workspaceId)
    .where('email', '=', email)
    .where('created_at', '>', new Date(now().getTime() - hourMs))
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function hasAppointments({ db }: Read, { workspaceId, email }: PortalVisitor): Promise<boolean> {
  const found = await db
    .selectFrom('bookings')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where((where) => where(where.fn('lower', ['visitor_email']), '=', email))
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/** Whether a link still works, without using it up. */
export async function isLinkGood({ db, now }: Deps, portal: Portal, token: string): Promise<boolean> {
  const found = await db
    .selectFrom('visitor_links')
    .select('token_hash')
    .where('token_hash', '=', hashToken(token))
    .where('workspace_id', '=', portal.id)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now())
    .executeTakeFirst();
  return found !== undefined;
}

/** Uses a link up and starts a session; gives its token. The second of two uses throws `link_expired`. */
export async function enterWithLink({ db, now }: Deps, portal: Portal, token: string): Promise<string> {
  return db.transaction().execute(async (trx) => {
    const link = await trx
      .updateTable('visitor_links')
      .set({ used_at: now() })
      .where('token_hash', '=', hashToken(token))
      .where('workspace_id', '=', portal.id)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now())
      .returning('email')
      .executeTakeFirst();
    if (!link) throw new Problem('link_expired');
    const session = newSecretToken('parley_visitor');
    await trx
      .insertInto('visitor_sessions')
      .values({
        token_hash: hashToken(session),
        workspace_id: portal.id,
        email: link.email,
        expires_at: new Date(now().getTime() + sessionMs),
        created_at: now(),
      })
      .execute();
    return session;
  });
}

/** Whose session this is, in this workspace; `undefined` when it has ended or belongs to another one. */
export async function findVisitor(
  { db, now }: Deps,
  portal: Portal,
  token: string,
): Promise<PortalVisitor | undefined> {
  const row = await db
    .selectFrom('visitor_sessions')
    .select('email')
    .where('token_hash', '=', hashToken(token))
    .where('workspace_id', '=', portal.id)
    .where('expires_at', '>', now())
    .executeTakeFirst();
  return row && { workspaceId: portal.id, email: row.email };
}

export async function leave({ db }: Read, token: string): Promise<void> {
  await db.deleteFrom('visitor_sessions').where('token_hash', '=', hashToken(token)).execute();
}

/** An appointment in the visitor's list, with the address of its own page. */
export type Appointment = {
  title: string;
  eventTypeSlug: string;
  hostName: string;
  start: Date;
  end: Date;
  timeZone: string;
  status: BookingStatus;
  unanswered: boolean;
  /** Its own page, where it is changed; `undefined` for those who were invited along by somebody else. */
  path: string | undefined;
  joinUrl: string | undefined;
  mayMove: boolean;
  mayCancel: boolean;
  /** What was recorded and is shared with them, and where. */
  shared: (SharedKinds & { path: string }) | undefined;
};

/**
 * Everything that somebody has, had or asked for under their address, and appointments to which they were invited along
 * once something of them is shared: what comes, soonest first; what was, latest first.
 */
export async function listAppointments(
  deps: Deps & { dataKeys: DataKeys },
  visitor: PortalVisitor,
  pathOfShared: (bookingId: string) => string,
): Promise<{ coming: Appointment[]; past: Appointment[] }> {
  const now = deps.now();
  const key = await deps.dataKeys(visitor.workspaceId);
  const shared = await sharedKinds(deps, visitor);
  const present = (row: AppointmentRow): Appointment => {
    const may = visitorMay(row, row.change_policy, now);
    const isOwn = row.visitor_email.toLowerCase() === visitor.email;
    const kinds = shared.get(row.id);
    return {
      title: row.title,
      eventTypeSlug: row.slug,
      hostName: row.host_name,
      start: row.starts_at,
      end: row.ends_at,
      timeZone: row.visitor_time_zone,
      status: row.status,
      unanswered: row.status === 'declined' && row.decided_by === 'parley',
      path: isOwn ? `/bookings/${bookingToken(key, row.id)}` : undefined,
      joinUrl: row.status === 'confirmed' && row.ends_at > now ? (row.join_url ?? undefined) : undefined,
      mayMove: isOwn && may.move.refusal === undefined,
      mayCancel: isOwn && may.cancel.refusal === undefined,
      shared: kinds && { ...kinds, path: pathOfShared(row.id) },
    };
  };
  const rows = appointmentRows(deps, visitor, [...shared.keys()]);
  const coming = await rows
    .where('bookings.status', 'in', openStatuses)
    .where('bookings.ends_at', '>', now)
    .orderBy('starts_at')
    .execute();
  const past = await rows
    .where((where) =>
      where.or([where('bookings.status', 'not in', openStatuses), where('bookings.ends_at', '<=', now)]),
    )
    .orderBy('starts_at', 'desc')
    .limit(mostPast)
    .execute();
  return { coming: coming.map(present), past: past.map(present) };
}

type AppointmentRow = Awaited<ReturnType<ReturnType<typeof appointmentRows>['execute']>>[number];

function appointmentRows({ db }: Read, { workspaceId, email }: PortalVisitor, shared: string[]) {
  return db
    .selectFrom('bookings')
    .innerJoin('event_types', 'event_types.id', 'bookings.event_type_id')
    .innerJoin('members', 'members.id', 'bookings.host_id')
    .leftJoin('meetings', 'meetings.id', 'bookings.meeting_id')
    .select([
      'bookings.id',
      'bookings.status',
      'bookings.starts_at',
      'bookings.ends_at',
      'bookings.visitor_email',
      'bookings.visitor_time_zone',
      'bookings.decided_by',
      'bookings.moves',
      'event_types.title',
      'event_types.slug',
      'event_types.change_policy',
      'members.name as host_name',
      'meetings.join_url',
    ])
    .where('bookings.workspace_id', '=', workspaceId)
    .where((where) =>
      where.or([
        where(where.fn('lower', ['bookings.visitor_email']), '=', email),
        ...(shared.length > 0 ? [where('bookings.id', 'in', shared)] : []),
      ]),
    );
}

export type Bookable = { title: string; slug: string; durationMinutes: number; needsApproval: boolean };

/** What can be booked or asked for in a workspace. */
export async function listBookable({ db }: Read, workspaceId: string): Promise<Bookable[]> {
  const rows = await db
    .selectFrom('event_types')
    .select(['title', 'slug', 'duration_minutes', 'needs_approval'])
    .where('workspace_id', '=', workspaceId)
    .where('active', '=', true)
    .orderBy('title')
    .limit(50)
    .execute();
  return rows.map((row) => ({
    title: row.title,
    slug: row.slug,
    durationMinutes: row.duration_minutes,
    needsApproval: row.needs_approval,
  }));
}

/** Deletes links and sessions of visitors whose time is over; part of the regular sweep. */
export async function forgetEndedVisits({ db, now }: Deps): Promise<void> {
  await db
    .deleteFrom('visitor_links')
    .where('created_at', '<', new Date(now().getTime() - 2 * hourMs)) // as long as they are counted
    .execute();
  await db.deleteFrom('visitor_sessions').where('expires_at', '<=', now()).execute();
}
