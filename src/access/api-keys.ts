import type { Kysely } from 'kysely';
import { appendEvent } from '../database/outbox.ts';
import type { Database } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import { isWithinRanges } from './ip-ranges.ts';
import { announceKeysChanged } from './known-keys.ts';
import { includesPermission, normalGrants, type KeyGrant } from './permissions.ts';
import { principalScope, type Principal } from './principal.ts';
import { createApiKey, type ApiKeyRow, type KeyLimits } from './service.ts';

type Deps = { db: Kysely<Database>; now: () => Date };
type MadeKey = { row: ApiKeyRow; secret: string };

export async function listApiKeys({ db }: Pick<Deps, 'db'>, workspaceId: string): Promise<ApiKeyRow[]> {
  return db
    .selectFrom('api_keys')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
}

/** Makes a key. Throws `forbidden` when a key asks for more than it has itself. */
export async function addApiKey(
  deps: Deps,
  principal: Principal,
  { name, ...limits }: { name: string } & KeyLimits,
): Promise<MadeKey> {
  return deps.db.transaction().execute(async (trx) => {
    const own = await ownLimits(trx, principal);
    requireWithin(own, limits);
    requireFuture(deps.now(), limits.expiresAt);
    const made = await createApiKey({ ...deps, db: trx }, principal.workspaceId, name, limits);
    await recordKey({ ...deps, db: trx }, principal, made.row, { type: 'key.created' });
    return made;
  });
}

export type ApiKeyPatch = { [Field in keyof KeyLimits | 'name']?: ({ name: string } & KeyLimits)[Field] | undefined };

/** Changes what is given, at once. Throws `not_found`, and `forbidden` as {@link addApiKey} does. */
export async function changeApiKey(
  deps: Deps,
  principal: Principal,
  id: string,
  { name, permissions, ipRanges, expiresAt }: ApiKeyPatch,
): Promise<ApiKeyRow> {
  return deps.db.transaction().execute(async (trx) => {
    const own = await ownLimits(trx, principal);
    const row = await lockKey(trx, principal.workspaceId, id);
    requireNoMore(own, row.permissions);
    if (expiresAt !== undefined) requireFuture(deps.now(), expiresAt);
    const limits = {
      permissions: permissions ? normalGrants(permissions) : row.permissions,
      ipRanges: ipRanges ?? row.ip_ranges,
      expiresAt: expiresAt === undefined ? row.expires_at : expiresAt,
    };
    if (permissions ?? ipRanges ?? expiresAt !== undefined) requireWithin(own, limits);
    const changed = await trx
      .updateTable('api_keys')
      .set({
        name: name ?? row.name,
        permissions: limits.permissions,
        ip_ranges: limits.ipRanges,
        expires_at: limits.expiresAt,
      })
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const fields = Object.entries({ name, permissions, ipRanges, expiresAt }).filter(
      ([, value]) => value !== undefined,
    );
    await recordKey({ ...deps, db: trx }, principal, changed, {
      type: 'key.changed',
      fields: fields.map(([field]) => field),
    });
    return changed;
  });
}

/**
 * Makes a second key beside the first, with its name and limits. Both are valid until the first is revoked, or until
 * `graceMs` have passed. Without an expiry of its own, the second lasts as long as the first was meant to.
 */
export async function rotateApiKey(
  deps: Deps,
  principal: Principal,
  id: string,
  { graceMs, expiresAt: wanted }: { graceMs: number | undefined; expiresAt: Date | null | undefined },
): Promise<MadeKey> {
  return deps.db.transaction().execute(async (trx) => {
    const at = deps.now();
    const own = await ownLimits(trx, principal);
    const first = await lockKey(trx, principal.workspaceId, id);
    const expiresAt = wanted === undefined ? asLongAs(first, at) : wanted;
    const limits = { permissions: first.permissions, ipRanges: first.ip_ranges, expiresAt };
    requireWithin(own, limits);
    requireFuture(at, expiresAt);
    const made = await createApiKey({ ...deps, db: trx }, principal.workspaceId, first.name, limits, first);
    await recordKey({ ...deps, db: trx }, principal, made.row, { type: 'key.created' });
    if (graceMs !== undefined) await endLater({ ...deps, db: trx }, principal, first, new Date(at.getTime() + graceMs));
    return made;
  });
}

function asLongAs({ created_at: from, expires_at: to }: ApiKeyRow, at: Date): Date | null {
  return to && new Date(at.getTime() + (to.getTime() - from.getTime()));
}

/** A key that ends sooner by itself keeps its end. */
async function endLater(deps: Deps, principal: Principal, row: ApiKeyRow, end: Date): Promise<void> {
  if (row.expires_at && row.expires_at <= end) return;
  await deps.db.updateTable('api_keys').set({ expires_at: end }).where('id', '=', row.id).execute();
  await recordKey(deps, principal, row, { type: 'key.changed', fields: ['expiresAt'] });
}

/** Revokes a key at once. Throws `not_found`, and `forbidden` for a key that revokes one that may do more. */
export async function revokeApiKey(deps: Deps, principal: Principal, id: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const own = await ownLimits(trx, principal);
    const row = await lockKey(trx, principal.workspaceId, id);
    requireNoMore(own, row.permissions);
    await trx.updateTable('api_keys').set({ revoked_at: deps.now() }).where('id', '=', row.id).execute();
    await recordKey({ ...deps, db: trx }, principal, row, { type: 'key.revoked' });
  });
}

async function lockKey(trx: Kysely<Database>, workspaceId: string, id: string): Promise<ApiKeyRow> {
  return trx
    .selectFrom('api_keys')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .where('revoked_at', 'is', null)
    .forUpdate()
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

/** What limits whoever asks: nothing limits a member who may manage keys at all. */
async function ownLimits(trx: Kysely<Database>, principal: Principal): Promise<KeyLimits | undefined> {
  if (principal.kind === 'member') return undefined;
  const row = await trx
    .selectFrom('api_keys')
    .select(['permissions', 'ip_ranges', 'expires_at'])
    .where('id', '=', principal.keyId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow(() => new Problem('unauthorized'));
  return { permissions: row.permissions, ipRanges: row.ip_ranges, expiresAt: row.expires_at };
}

function requireNoMore(own: KeyLimits | undefined, grants: readonly KeyGrant[]): void {
  if (!own) return;
  const more = grants.filter((grant) =>
    grant === '*' ? !own.permissions.includes('*') : !includesPermission(own.permissions, grant),
  );
  if (more.length === 0) return;
  throw new Problem('forbidden', {
    detail: `A key makes and changes only keys that may do no more than itself; it lacks ${more.join(', ')}.`,
  });
}

/** A limit that a key could lift by making another key would be none. */
function requireWithin(own: KeyLimits | undefined, wanted: KeyLimits): void {
  if (!own) return;
  requireNoMore(own, wanted.permissions);
  const staysInside = wanted.ipRanges.length > 0 && wanted.ipRanges.every((one) => isWithinRanges(one, own.ipRanges));
  if (own.ipRanges.length > 0 && !staysInside)
    throw new Problem('forbidden', {
      detail: `A key that is valid only from ${own.ipRanges.join(', ')} makes no key for other addresses.`,
    });
  if (own.expiresAt && (!wanted.expiresAt || wanted.expiresAt > own.expiresAt))
    throw new Problem('forbidden', {
      detail: `A key that expires at ${own.expiresAt.toISOString()} makes no key that lasts longer.`,
    });
}

function requireFuture(now: Date, expiresAt: Date | null): void {
  if (!expiresAt || expiresAt > now) return;
  throw new Problem('invalid_request', {
    errors: [{ pointer: '/expiresAt', detail: 'Give a time that is still to come, or revoke the key.' }],
  });
}

type Happened = { type: 'key.created' | 'key.revoked' } | { type: 'key.changed'; fields: string[] };

async function recordKey({ db, now }: Deps, principal: Principal, row: ApiKeyRow, happened: Happened): Promise<void> {
  const { type, ...more } = happened;
  const data = { keyId: row.id, name: row.name, by: principalScope(principal), ...more };
  await appendEvent(db, { workspaceId: row.workspace_id, type, data, at: now() });
  await announceKeysChanged(db);
}
