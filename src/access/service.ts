import { sql, type Kysely } from 'kysely';
import type { Database, Role } from '../database/schema.ts';
import { newId } from '../id.ts';
import { Problem } from '../problem.ts';
import type { KeyRing } from '../seal.ts';
import type { Principal } from './principal.ts';
import { hashToken, newSecretToken } from './secret-token.ts';
import { addDataKey } from './workspace-keys.ts';

type Deps = { db: Kysely<Database>; now: () => Date };

const signInLinkMs = 15 * 60_000;
const sessionMs = 30 * 24 * 60 * 60_000;
const sessionTouchMs = 60_000;

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
  if (now().getTime() - row.last_seen_at.getTime() > sessionTouchMs) {
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

/** Makes an API key. The secret is in the answer once and never again. */
export async function createApiKey({ db, now }: Deps, workspaceId: string, name: string) {
  const secret = newSecretToken('parley_key');
  const row = await db
    .insertInto('api_keys')
    .values({
      id: newId('key'),
      workspace_id: workspaceId,
      name,
      secret_hash: hashToken(secret),
      hint: secret.slice(0, 'parley_key_'.length + 4),
      last_used_at: null,
      revoked_at: null,
      created_at: now(),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row, secret };
}

export async function listApiKeys({ db }: Pick<Deps, 'db'>, workspaceId: string) {
  return db
    .selectFrom('api_keys')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .execute();
}

/** Revokes a key at once. Throws `not_found`. */
export async function revokeApiKey({ db, now }: Deps, workspaceId: string, id: string): Promise<void> {
  const revoked = await db
    .updateTable('api_keys')
    .set({ revoked_at: now() })
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (revoked.numUpdatedRows === 0n) throw new Problem('not_found');
}

/** The workspace that an API key acts for, or `undefined` when the key is unknown or revoked. */
export async function findApiKey({ db, now }: Deps, secret: string): Promise<Principal | undefined> {
  const row = await db
    .selectFrom('api_keys')
    .select(['id', 'workspace_id', 'last_used_at'])
    .where('secret_hash', '=', hashToken(secret))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (!row) return undefined;
  if (!row.last_used_at || now().getTime() - row.last_used_at.getTime() > sessionTouchMs) {
    await db.updateTable('api_keys').set({ last_used_at: now() }).where('id', '=', row.id).execute();
  }
  return { kind: 'key', workspaceId: row.workspace_id, keyId: row.id };
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
