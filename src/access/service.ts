import { sql, type Kysely, type Selectable } from 'kysely';
import type { ApiKeys, Database, Role } from '../database/schema.ts';
import { newId } from '../id.ts';
import { Problem } from '../problem.ts';
import type { KeyRing } from '../seal.ts';
import { normalGrants, type KeyGrant } from './permissions.ts';
import type { Principal } from './principal.ts';
import { hashToken, newSecretToken } from './secret-token.ts';
import { addDataKey } from './workspace-keys.ts';

type Deps = { db: Kysely<Database>; now: () => Date };

const signInLinkMs = 15 * 60_000;
const sessionMs = 30 * 24 * 60 * 60_000;
const touchMs = 60_000;

export type NewMember = { email: string; name: string; role: Role; timeZone: string };

/** Makes a workspace with its owner and its data key, in one transaction. Throws `slug_taken`. */
export async function createWorkspace(
  { db, now, keyRing }: Deps & { keyRing: KeyRing },
  { name, slug, owner }: { name: string; slug: string; owner: NewMember },
): Promise<{ workspaceId: string; memberId: string }> {
  return db.transaction().execute(async (trx) => {
    const workspaceId = newId('wrk');
    const created = await trx
      .insertInto('workspaces')
      .values({ id: workspaceId, name, slug, created_at: now() })
      .onConflict((conflict) => conflict.column('slug').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!created) throw new Problem('slug_taken', { detail: `There is a workspace “${slug}” already.` });
    await addDataKey(trx, { keyRing, workspaceId, now: now() });
    return { workspaceId, memberId: await addMember({ db: trx, now }, workspaceId, owner) };
  });
}

/** Adds a member, or finds the one who has this e-mail already, and gives their id. */
export async function addMember({ db, now }: Deps, workspaceId: string, member: NewMember): Promise<string> {
  const id = newId('mem');
  const added = await db
    .insertInto('members')
    .values({
      id,
      workspace_id: workspaceId,
      email: member.email,
      name: member.name,
      role: member.role,
      time_zone: member.timeZone,
      created_at: now(),
    })
    .onConflict((conflict) => conflict.expression(sql`workspace_id, lower(email)`).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (added) return added.id;
  const known = await findMemberByEmail({ db }, workspaceId, member.email);
  if (!known) throw new TypeError('a member vanished while it was added');
  return known.id;
}

export async function findMemberByEmail({ db }: Pick<Deps, 'db'>, workspaceId: string, email: string) {
  return db
    .selectFrom('members')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where((where) => where(where.fn('lower', ['email']), '=', email.toLowerCase()))
    .executeTakeFirst();
}

/** A one-time sign-in link's token: 256 random bits, valid for 15 minutes. */
export async function createSignInToken({ db, now }: Deps, memberId: string): Promise<string> {
  const token = newSecretToken('parley_signin');
  await db
    .insertInto('sign_in_links')
    .values({
      token_hash: hashToken(token),
      member_id: memberId,
      expires_at: new Date(now().getTime() + signInLinkMs),
      used_at: null,
      created_at: now(),
    })
    .execute();
  return token;
}

/** Whose link this is, without using it up. Throws `link_expired` when it was used, is too old or unknown. */
export async function readSignInToken({ db, now }: Deps, token: string): Promise<{ name: string; workspace: string }> {
  const row = await db
    .selectFrom('sign_in_links')
    .innerJoin('members', 'members.id', 'sign_in_links.member_id')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .select(['members.name', 'workspaces.name as workspace'])
    .where('token_hash', '=', hashToken(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now())
    .executeTakeFirst();
  if (!row) throw new Problem('link_expired');
  return row;
}

/** Uses a sign-in link up and starts a session; gives the session token. One of two racing uses throws `link_expired`. */
export async function signIn({ db, now }: Deps, token: string): Promise<string> {
  return db.transaction().execute(async (trx) => {
    const link = await trx
      .updateTable('sign_in_links')
      .set({ used_at: now() })
      .where('token_hash', '=', hashToken(token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now())
      .returning('member_id')
      .executeTakeFirst();
    if (!link) throw new Problem('link_expired');
    const session = newSecretToken('parley_session');
    await trx
      .insertInto('sessions')
      .values({
        token_hash: hashToken(session),
        member_id: link.member_id,
        expires_at: new Date(now().getTime() + sessionMs),
        last_seen_at: now(),
        created_at: now(),
      })
      .execute();
    return session;
  });
}

/** The member behind a session token, or `undefined` when the session has ended. */
export async function findSession({ db, now }: Deps, token: string): Promise<Principal | undefined> {
  const sessionHash = hashToken(token);
  const row = await db
    .selectFrom('sessions')
    .innerJoin('members', 'members.id', 'sessions.member_id')
    .select(['members.id', 'members.workspace_id', 'members.role', 'sessions.last_seen_at'])
    .where('sessions.token_hash', '=', sessionHash)
    .where('sessions.expires_at', '>', now())
    .executeTakeFirst();
  if (!row) return undefined;
  if (now().getTime() - row.last_seen_at.getTime() > touchMs) {
    await db.updateTable('sessions').set({ last_seen_at: now() }).where('token_hash', '=', sessionHash).execute();
  }
  return { kind: 'member', workspaceId: row.workspace_id, memberId: row.id, role: row.role, sessionHash };
}

/** Deletes sessions and sign-in links whose time is over; part of the regular sweep. */
export async function forgetEndedSessions({ db, now }: Deps): Promise<void> {
  await db.deleteFrom('sign_in_links').where('expires_at', '<', now()).execute();
  await db.deleteFrom('sessions').where('expires_at', '<', now()).execute();
}

export async function endSession({ db }: Pick<Deps, 'db'>, sessionHash: Buffer): Promise<void> {
  await db.deleteFrom('sessions').where('token_hash', '=', sessionHash).execute();
}

/** What limits a key: what it may do, from where (CIDR; empty: from anywhere), until when. */
export type KeyLimits = { permissions: KeyGrant[]; ipRanges: string[]; expiresAt: Date | null };
export type ApiKeyRow = Selectable<ApiKeys>;

/** Makes an API key; without limits it may do everything, from anywhere, for ever. The secret is given once and never again. */
export async function createApiKey(
  { db, now }: Deps,
  workspaceId: string,
  name: string,
  { permissions = ['*'], ipRanges = [], expiresAt = null }: Partial<KeyLimits> = {},
  follows?: Pick<ApiKeyRow, 'id' | 'lineage'>,
): Promise<{ row: ApiKeyRow; secret: string }> {
  const secret = newSecretToken('parley_key');
  const row = await db
    .insertInto('api_keys')
    .values({
      id: newId('key'),
      workspace_id: workspaceId,
      name,
      secret_hash: hashToken(secret),
      hint: secret.slice(0, 'parley_key_'.length + 4),
      permissions: normalGrants(permissions),
      ip_ranges: ipRanges,
      expires_at: expiresAt,
      replaces: follows?.id ?? null,
      lineage: follows ? (follows.lineage ?? follows.id) : null,
      last_used_at: null,
      last_used_from: null,
      revoked_at: null,
      created_at: now(),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row, secret };
}

/** A key that is not revoked, whether it is valid at this moment or not. */
export type FoundKey = {
  principal: Extract<Principal, { kind: 'key' }>;
  ipRanges: string[];
  expiresAt: Date | null;
  used: { at: Date; from: string | null } | undefined;
};

/** The key with this secret, or `undefined` when it is unknown or revoked. */
export async function findApiKey({ db }: Pick<Deps, 'db'>, secret: string): Promise<FoundKey | undefined> {
  const row = await db
    .selectFrom('api_keys')
    .selectAll()
    .where('secret_hash', '=', hashToken(secret))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row && presentKey(row);
}

/** The key as which somebody acts who was given something by it, such as a link; `undefined` when it has ended. */
export async function findKeyPrincipal(
  { db, now }: Deps,
  workspaceId: string,
  keyId: string,
): Promise<FoundKey['principal'] | undefined> {
  const row = await db
    .selectFrom('api_keys')
    .selectAll()
    .where('id', '=', keyId)
    .where('workspace_id', '=', workspaceId)
    .where('revoked_at', 'is', null)
    .where((key) => key.or([key('expires_at', 'is', null), key('expires_at', '>', now())]))
    .executeTakeFirst();
  return row && presentKey(row).principal;
}

function presentKey(row: ApiKeyRow): FoundKey {
  const { id, workspace_id: workspaceId, permissions: grants } = row;
  return {
    principal: { kind: 'key', workspaceId, keyId: id, lineage: row.lineage ?? id, grants },
    ipRanges: row.ip_ranges,
    expiresAt: row.expires_at,
    used: row.last_used_at ? { at: row.last_used_at, from: row.last_used_from } : undefined,
  };
}

/** Remembers when and from where a key was used: to the minute. */
export async function touchApiKey({ db, now }: Deps, key: FoundKey, from: string | undefined): Promise<void> {
  const at = now();
  const passedMs = key.used ? at.getTime() - key.used.at.getTime() : Infinity;
  if (passedMs <= touchMs) return;
  key.used = { at, from: from ?? null };
  await db
    .updateTable('api_keys')
    .set({ last_used_at: at, last_used_from: from ?? null })
    .where('id', '=', key.principal.keyId)
    .execute();
}

export async function getMember({ db }: Pick<Deps, 'db'>, workspaceId: string, memberId: string) {
  return db
    .selectFrom('members')
    .innerJoin('workspaces', 'workspaces.id', 'members.workspace_id')
    .selectAll('members')
    .select(['workspaces.name as workspace_name', 'workspaces.slug as workspace_slug'])
    .where('members.workspace_id', '=', workspaceId)
    .where('members.id', '=', memberId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

export async function listMembers({ db }: Pick<Deps, 'db'>, workspaceId: string) {
  return db.selectFrom('members').selectAll().where('workspace_id', '=', workspaceId).orderBy('name').execute();
}
