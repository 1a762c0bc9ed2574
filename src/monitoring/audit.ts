import { createHash } from 'node:crypto';
import { sql, type Kysely, type RawBuilder, type Selectable } from 'kysely';
import type { Principal } from '../access/principal.ts';
import type { AuditEntries, Database } from '../database/schema.ts';
import { outsideOf } from '../database/span.ts';
import { Problem } from '../problem.ts';
import type { AuditAction } from './audit-action.ts';

/** Who did something: `id` is that of a member or key, a visitor’s address, or the part of Parley that did it by itself. */
export type Actor = { kind: 'member' | 'key' | 'visitor' | 'parley'; id: string };

export type AuditEntry = {
  workspaceId: string;
  actor: Actor;
  action: AuditAction;
  /** What it was done to: the id of an artifact, a booking or the workspace. */
  subjectId?: string | undefined;
  /** What else there is to know, as JSON. Never content, a link or a token. */
  details?: Record<string, unknown> | undefined;
};

export type AuditRow = Selectable<AuditEntries>;

type Deps = { db: Kysely<Database>; now: () => Date };
type Link = Omit<AuditRow, 'hash'>;

/** What the first entry of a workspace follows. */
const nothing = Buffer.alloc(32);

export function actorOf(principal: Principal): Actor {
  return principal.kind === 'member'
    ? { kind: 'member', id: principal.memberId }
    : { kind: 'key', id: principal.keyId };
}

/**
 * Writes an entry behind the workspace’s last one, in the caller’s transaction if there is one; write it last there,
 * because the log of the workspace waits for its end. Throws when it cannot be written: whoever gives something out
 * awaits this first. With `onceWithinMs` nothing is written when the same actor did the same to the same within that time.
 */
export async function recordAudit(
  { db, now }: Deps,
  entry: AuditEntry,
  { onceWithinMs }: { onceWithinMs?: number | undefined } = {},
): Promise<void> {
  const at = now();
  const since = onceWithinMs === undefined ? undefined : new Date(at.getTime() - onceWithinMs);
  // A player asks for many ranges: those after the first cost one look, without the lock.
  if (since && (await isRecorded(db, entry, since))) return;
  const append = async (trx: Kysely<Database>) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`audit/${entry.workspaceId}`}, 0))`.execute(trx);
    if (since && (await isRecorded(trx, entry, since))) return;
    await appendEntry(trx, entry, at);
  };
  await (db.isTransaction ? append(db) : db.transaction().execute(append));
}

/** Reads no further back than the time that counts, however long the log is. */
async function isRecorded(db: Kysely<Database>, entry: AuditEntry, since: Date): Promise<boolean> {
  const { workspaceId, actor, action, subjectId } = entry;
  const row = await db
    .selectFrom('audit_entries')
    .select('position')
    .where('workspace_id', '=', workspaceId)
    .where('subject_id', subjectId === undefined ? 'is' : '=', subjectId ?? null)
    .where('actor_kind', '=', actor.kind)
    .where('actor', '=', actor.id)
    .where('action', '=', action)
    .where('at', '>', since)
    .where('position', '>', lastBefore(workspaceId, since))
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

function lastBefore(workspaceId: string, since: Date): RawBuilder<number> {
  return sql<number>`coalesce((select older.position from audit_entries older
    where older.workspace_id = ${workspaceId} and older.at <= ${since} order by older.position desc limit 1), 0)`;
}

/** Under the lock, so that nobody else follows the same entry. */
async function appendEntry(db: Kysely<Database>, entry: AuditEntry, at: Date): Promise<void> {
  const last = await db
    .selectFrom('audit_entries')
    .select(['position', 'hash'])
    .where('workspace_id', '=', entry.workspaceId)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  const link: Link = {
    workspace_id: entry.workspaceId,
    position: (last?.position ?? 0) + 1,
    at,
    actor_kind: entry.actor.kind,
    actor: entry.actor.id,
    action: entry.action,
    subject_id: entry.subjectId ?? null,
    // As the database will give it back: without what is undefined, dates as texts.
    details: JSON.parse(JSON.stringify(entry.details ?? {})) as Record<string, unknown>,
    previous_hash: last?.hash ?? nothing,
  };
  await db
    .insertInto('audit_entries')
    .values({ ...link, details: JSON.stringify(link.details), hash: hashOf(link) })
    .execute();
}

/** SHA-256 over the hash before and the canonical form of the entry: a JSON list, the keys of its details in order. */
function hashOf(link: Link): Buffer {
  const canonical = JSON.stringify([
    1,
    link.workspace_id,
    link.position,
    link.at.toISOString(),
    link.actor_kind,
    link.actor,
    link.action,
    link.subject_id,
    ordered(link.details),
  ]);
  return createHash('sha256').update(link.previous_hash).update(canonical).digest();
}

/** The same value with the keys of every object sorted, because `jsonb` keeps an order of its own. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]));
}

export type Verification = {
  /** How many entries there are. */
  entries: number;
  /** The first position whose entry is missing or is not what was written; `undefined`: all are. */
  brokenAt: number | undefined;
  /** The hash of the last entry, when the log is intact. Kept elsewhere, it shows later that the end was not cut off. */
  lastHash: Buffer | undefined;
};

/** Follows the chain from its first entry to the one that was last when it began. */
export async function verifyAudit({ db }: Pick<Deps, 'db'>, workspaceId: string): Promise<Verification> {
  const { entries, head } = await db
    .selectFrom('audit_entries')
    .select(({ fn }) => [fn.countAll<number>().as('entries'), fn.max<number | null>('position').as('head')])
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow();
  let before: Pick<AuditRow, 'position' | 'hash'> = { position: 0, hash: nothing };
  while (before.position < (head ?? 0)) {
    const rows = await entriesAfter(db, workspaceId, before.position);
    for (const row of rows) {
      const follows = row.position === before.position + 1 && row.previous_hash.equals(before.hash);
      if (!follows || !hashOf(row).equals(row.hash))
        return { entries, brokenAt: before.position + 1, lastHash: undefined };
      before = row;
    }
    if (rows.length === 0) return { entries, brokenAt: before.position + 1, lastHash: undefined };
  }
  return { entries, brokenAt: undefined, lastHash: entries > 0 ? before.hash : undefined };
}

async function entriesAfter(db: Kysely<Database>, workspaceId: string, position: number): Promise<AuditRow[]> {
  return db
    .selectFrom('audit_entries')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('position', '>', position)
    .orderBy('position')
    .limit(1000)
    .execute();
}

/**
 * Answers `not_found` for an artifact that whoever asks may not see. If there is such an artifact, in whatever workspace,
 * the attempt is on record in theirs. Not for use in a transaction, with which the entry would be undone.
 */
export async function denyArtifact(
  deps: Deps,
  { workspaceId, actor, artifactId }: { workspaceId: string; actor: Actor; artifactId: string },
): Promise<never> {
  if (deps.db.isTransaction) throw new TypeError('a denial is recorded outside of transactions');
  const outside = { ...deps, db: outsideOf(deps.db) };
  const exists = await outside.db.selectFrom('artifacts').select('id').where('id', '=', artifactId).executeTakeFirst();
  if (exists) {
    const entry = { workspaceId, actor, action: 'artifact.denied', subjectId: artifactId } as const;
    await recordAudit(outside, entry, { onceWithinMs: deniedOnceWithinMs });
  }
  throw new Problem('not_found');
}

/** Asking in a loop fills no log. */
const deniedOnceWithinMs = 60_000;
