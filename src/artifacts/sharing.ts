import { expressionBuilder, sql, type Expression, type Kysely, type SqlBool } from 'kysely';
import type { Principal } from '../access/principal.ts';
import type { ArtifactKind, BookingStatus, Database } from '../database/schema.ts';
import { actorOf, denyArtifact, type Actor } from '../monitoring/audit.ts';
import { artifactColumns, type ArtifactRow } from './artifact.ts';

type Deps = { db: Kysely<Database>; now: () => Date };

/** Somebody from outside, by the address to which they were invited. */
export type SharedWith = { workspaceId: string; email: string };

/** What visitors may be shown at all; who was there, and for how long, is the workspace's own affair. */
const kindsForVisitors = ['recording', 'transcript'] as const satisfies ArtifactKind[];
/** Bookings that took place, or may have: not those that were only asked for, declined or cancelled. */
const heldStatuses = ['confirmed', 'completed', 'no_show'] as const satisfies BookingStatus[];

/**
 * Which artifacts a principal may see, as a condition on `artifacts`: keys, owners and admins all of the workspace;
 * operators and viewers those of bookings in which they take part, and of meetings in a mailbox of their own. Deleted
 * ones count as long as their name is kept.
 */
export function visibleTo(principal: Principal): Expression<SqlBool> {
  const artifact = expressionBuilder<Database, 'artifacts'>();
  const inWorkspace = artifact('artifacts.workspace_id', '=', principal.workspaceId);
  if (principal.kind === 'key' || principal.role === 'owner' || principal.role === 'admin') return inWorkspace;
  const { memberId } = principal;
  return artifact.and([inWorkspace, artifact.or([takesPart(memberId), isInMailboxOf(memberId)])]);
}

function takesPart(memberId: string): Expression<SqlBool> {
  const artifact = expressionBuilder<Database, 'artifacts'>();
  return artifact.exists(
    artifact
      .selectFrom('bookings')
      .select('bookings.id')
      .whereRef('bookings.meeting_id', '=', 'artifacts.meeting_id')
      .whereRef('bookings.workspace_id', '=', 'artifacts.workspace_id')
      .where((booking) =>
        booking.or([
          booking('bookings.host_id', '=', memberId),
          booking.exists(
            booking
              .selectFrom('reservations')
              .select('reservations.id')
              .whereRef('reservations.booking_id', '=', 'bookings.id')
              .where('reservations.host_id', '=', memberId),
          ),
        ]),
      ),
  );
}

/** The meeting's organizer is the member: with an account of their own, or as the tenant's match of them. */
function isInMailboxOf(memberId: string): Expression<SqlBool> {
  const artifact = expressionBuilder<Database, 'artifacts'>();
  return artifact.exists(
    artifact
      .selectFrom('meetings')
      .select('meetings.id')
      .whereRef('meetings.id', '=', 'artifacts.meeting_id')
      .where((meeting) =>
        meeting.or([
          meeting.exists(
            meeting
              .selectFrom('connections')
              .select('connections.id')
              .whereRef('connections.workspace_id', '=', 'meetings.workspace_id')
              .whereRef('connections.tenant_id', '=', 'meetings.tenant_id')
              .whereRef('connections.object_id', '=', 'meetings.organizer_id')
              .where('connections.member_id', '=', memberId),
          ),
          meeting.exists(
            meeting
              .selectFrom('organizers')
              .select('organizers.id')
              .whereRef('organizers.tenant_connection_id', '=', 'meetings.tenant_connection_id')
              .whereRef('organizers.object_id', '=', 'meetings.organizer_id')
              .where('organizers.member_id', '=', memberId),
          ),
        ]),
      ),
  );
}

/**
 * Which artifacts somebody from outside may see at this moment, as a condition on `artifacts`: while the workspace shows
 * them in its portal, recordings and transcripts of bookings to which they were invited, and of no other talk for which
 * the same link was used.
 */
export function visibleToVisitor(visitor: SharedWith): Expression<SqlBool> {
  const artifact = expressionBuilder<Database, 'artifacts'>();
  return artifact.exists(artifact.selectFrom('bookings').select('bookings.id').where(sharesArtifact(visitor)));
}

/**
 * The same seen from a booking: whether it is through this one that somebody may see the artifact. A condition on
 * `artifacts` and `bookings`.
 */
export function sharesArtifact({ workspaceId, email }: SharedWith): Expression<SqlBool> {
  const both = expressionBuilder<Database, 'artifacts' | 'bookings'>();
  return both.and([isShared(), both('artifacts.workspace_id', '=', workspaceId), isInvited(email)]);
}

/**
 * Whether an artifact is shown at this moment to those who were invited to a booking, whoever they are. A condition on
 * `artifacts` and `bookings`.
 */
export function isShared(): Expression<SqlBool> {
  const both = expressionBuilder<Database, 'artifacts' | 'bookings'>();
  return both.and([
    both('artifacts.kind', 'in', kindsForVisitors),
    both('artifacts.deleted_at', 'is', null),
    both('bookings.workspace_id', '=', both.ref('artifacts.workspace_id')),
    both('bookings.meeting_id', '=', both.ref('artifacts.meeting_id')),
    both('bookings.status', 'in', heldStatuses),
    // The link may be used for other talks, before and after.
    sql<boolean>`artifacts.starts_at between bookings.starts_at - interval '24 hours' and bookings.ends_at + interval '24 hours'`,
    both.exists(
      both
        .selectFrom('workspaces')
        .select('workspaces.id')
        .whereRef('workspaces.id', '=', 'artifacts.workspace_id')
        .where('workspaces.show_in_portal', '=', true),
    ),
  ]);
}

/** Whether a booking is for somebody with this address, or they were invited along. A condition on `bookings`. */
function isInvited(email: string): Expression<SqlBool> {
  const address = email.toLowerCase();
  return sql<boolean>`(lower(bookings.visitor_email) = ${address} or (bookings.attendees <> '[]'::jsonb
    and lower(bookings.attendees::text)::jsonb @> ${JSON.stringify([{ email: address }])}::jsonb))`;
}

/**
 * An artifact that the principal may see, also a deleted one. Throws `not_found` for every other, and the attempt is on
 * record; not for use in a transaction.
 */
export async function findVisible(deps: Deps, principal: Principal, id: string): Promise<ArtifactRow> {
  const row = await findOne(deps, id, visibleTo(principal));
  const { workspaceId } = principal;
  return row ?? denyArtifact(deps, { workspaceId, actor: actorOf(principal), artifactId: id });
}

/** An artifact that is shared with somebody from outside at this moment. As {@link findVisible} for every other. */
export async function findForVisitor(deps: Deps, visitor: SharedWith, id: string): Promise<ArtifactRow> {
  const row = await findOne(deps, id, visibleToVisitor(visitor));
  const { workspaceId, email } = visitor;
  return row ?? denyArtifact(deps, { workspaceId, actor: visitorNamed(email), artifactId: id });
}

function findOne({ db }: Deps, id: string, mayBeSeen: Expression<SqlBool>): Promise<ArtifactRow | undefined> {
  return db
    .selectFrom('artifacts')
    .select(artifactColumns)
    .where('artifacts.id', '=', id)
    .where(mayBeSeen)
    .executeTakeFirst();
}

/** Somebody from outside, as the audit log knows them. */
export function visitorNamed(email: string): Actor {
  return { kind: 'visitor', id: email.toLowerCase() };
}
