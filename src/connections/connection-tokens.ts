import type { Kysely, Selectable } from 'kysely';
import { hashToken, newSecretToken } from '../access/secret-token.ts';
import type { ConnectionTokens, Database } from '../database/schema.ts';
import type { ConnectionRow } from './connection.ts';

type Deps = { db: Kysely<Database>; now: () => Date };
type TokenRow = Selectable<ConnectionTokens>;

/** Tokens with which a program acts through one connection; `refreshToken` where it asked to go on without its person. */
export type IssuedTokens = {
  accessToken: string;
  /** `null`: until it is revoked. */
  expiresInSeconds: number | null;
  refreshToken: string | undefined;
  connectionId: string;
};

const minuteMs = 60_000;
const codeMs = 5 * minuteMs;
export const accessSeconds = 3600;
const refreshMs = 90 * 24 * 60 * minuteMs;

/** A code that is redeemed once, within five minutes, for tokens of this connection. In the caller's transaction. */
export async function issueCode(
  deps: Deps,
  link: { workspace_id: string; return_uri: string | null; code_challenge: string | null; offline: boolean },
  connection: Pick<ConnectionRow, 'id'>,
): Promise<string> {
  const code = newSecretToken('parley_code');
  const hash = hashToken(code);
  await insert(deps, {
    token_hash: hash,
    workspace_id: link.workspace_id,
    connection_id: connection.id,
    kind: 'code',
    return_uri: link.return_uri,
    code_challenge: link.code_challenge,
    offline: link.offline,
    lineage: hash,
    expires_at: new Date(deps.now().getTime() + codeMs),
  });
  return code;
}

/**
 * Redeems a code. `fits` says whether whoever redeems it may: what it was asked with comes along. `undefined` for a code
 * that is unknown, too old or not theirs. One that comes twice has been stolen: then everything that came from it ends
 * (RFC 9700, section 2.1.1; RFC 6749, section 4.1.2).
 */
export async function redeemConnectionCode(
  deps: Deps,
  code: string,
  fits: (asked: { workspaceId: string; returnUri: string | null; codeChallenge: string | null }) => boolean,
): Promise<IssuedTokens | undefined> {
  const row = await findToken(deps, code, 'code');
  if (!row || !fits({ workspaceId: row.workspace_id, returnUri: row.return_uri, codeChallenge: row.code_challenge }))
    return undefined;
  return deps.db.transaction().execute(async (trx) => {
    const inTrx = { ...deps, db: trx };
    if (!(await useUp(inTrx, row))) {
      await trx
        .deleteFrom('connection_tokens')
        .where('lineage', '=', row.lineage)
        .where('kind', '<>', 'code')
        .execute();
      return undefined;
    }
    return isOver(row, deps.now()) ? undefined : issue(inTrx, row, { refresh: row.offline });
  });
}

/**
 * New tokens for a refresh token. `undefined` for one that is unknown, revoked or too old: ninety days after the sign-in
 * it is over. Programs that cannot prove who they are (`isPublic`) get another one each time; one that comes twice has
 * been stolen then, and all that came from it ends (RFC 9700, section 4.14.2).
 */
export async function refreshConnectionTokens(
  deps: Deps,
  refreshToken: string,
  { workspaceId, isPublic }: { workspaceId: string; isPublic: boolean },
): Promise<IssuedTokens | undefined> {
  const row = await findToken(deps, refreshToken, 'refresh');
  if (!row || row.workspace_id !== workspaceId || isOver(row, deps.now())) return undefined;
  if (!isPublic && row.used_at === null) return issue(deps, row, { refresh: false });
  return deps.db.transaction().execute(async (trx) => {
    const inTrx = { ...deps, db: trx };
    if (await useUp(inTrx, row)) return issue(inTrx, row, { refresh: true, until: row.expires_at });
    await trx.deleteFrom('connection_tokens').where('lineage', '=', row.lineage).execute();
    return undefined;
  });
}

/** A token for a connection, for a program that proved that it may have one. `lasting`: until it is revoked. */
export async function issueConnectionToken(
  deps: Deps,
  connection: Pick<ConnectionRow, 'id' | 'workspace_id'>,
  { lasting }: { lasting: boolean },
): Promise<IssuedTokens> {
  const accessToken = newSecretToken('parley_access');
  const hash = hashToken(accessToken);
  await insert(deps, {
    ...ofConnection({ workspace_id: connection.workspace_id, connection_id: connection.id }),
    token_hash: hash,
    kind: 'access',
    lineage: hash,
    expires_at: lasting ? null : inSeconds(deps.now(), accessSeconds),
  });
  const expiresInSeconds = lasting ? null : accessSeconds;
  return { accessToken, expiresInSeconds, refreshToken: undefined, connectionId: connection.id };
}

/** Whom an access token acts for; `undefined` for one that is unknown, revoked or too old. */
export async function findConnectionOfToken(deps: Deps, accessToken: string): Promise<TokenRow | undefined> {
  const row = await findToken(deps, accessToken, 'access');
  return row && !isOver(row, deps.now()) ? row : undefined;
}

/** Ends a token, whichever kind it is, with all that came from the same sign-in. Unknown ones are no fault (RFC 7009). */
export async function revokeConnectionToken({ db }: Pick<Deps, 'db'>, token: string): Promise<void> {
  await db
    .deleteFrom('connection_tokens')
    .where('lineage', '=', (from) =>
      from.selectFrom('connection_tokens').select('lineage').where('token_hash', '=', hashToken(token)),
    )
    .execute();
}

/** Ends every token of one connection, but for one that is to be kept. */
export async function revokeTokensOf({ db }: Pick<Deps, 'db'>, connectionId: string, kept?: string): Promise<void> {
  let query = db.deleteFrom('connection_tokens').where('connection_id', '=', connectionId);
  if (kept !== undefined) query = query.where('token_hash', '<>', hashToken(kept));
  await query.execute();
}

/** Forgets what is over; part of the regular sweep. Codes stay for an hour, so that a second use is noticed. */
export async function forgetEndedTokens({ db, now }: Deps): Promise<void> {
  const before = new Date(now().getTime() - 60 * minuteMs);
  await db.deleteFrom('connection_tokens').where('expires_at', '<', before).execute();
}

async function findToken({ db }: Deps, token: string, kind: TokenRow['kind']): Promise<TokenRow | undefined> {
  return db
    .selectFrom('connection_tokens')
    .selectAll()
    .where('token_hash', '=', hashToken(token))
    .where('kind', '=', kind)
    .executeTakeFirst();
}

/** False when it was used before. */
async function useUp({ db, now }: Deps, { token_hash: hash }: TokenRow): Promise<boolean> {
  const used = await db
    .updateTable('connection_tokens')
    .set({ used_at: now() })
    .where('token_hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst();
  return used.numUpdatedRows > 0n;
}

async function issue(
  deps: Deps,
  from: TokenRow,
  { refresh, until }: { refresh: boolean; until?: Date | null },
): Promise<IssuedTokens> {
  const [accessToken, refreshToken] = [newSecretToken('parley_access'), newSecretToken('parley_refresh')];
  const common = { ...ofConnection(from), lineage: from.lineage };
  const expiresAt = inSeconds(deps.now(), accessSeconds);
  await insert(deps, { ...common, token_hash: hashToken(accessToken), kind: 'access', expires_at: expiresAt });
  if (refresh) {
    const end = until ?? new Date(deps.now().getTime() + refreshMs);
    await insert(deps, { ...common, token_hash: hashToken(refreshToken), kind: 'refresh', expires_at: end });
  }
  const { connection_id: connectionId } = from;
  return {
    accessToken,
    expiresInSeconds: accessSeconds,
    connectionId,
    refreshToken: refresh ? refreshToken : undefined,
  };
}

function ofConnection({ workspace_id, connection_id }: Pick<TokenRow, 'workspace_id' | 'connection_id'>) {
  return { workspace_id, connection_id, return_uri: null, code_challenge: null, offline: false };
}

type NewToken = Omit<TokenRow, 'used_at' | 'created_at'>;

async function insert({ db, now }: Deps, row: NewToken): Promise<void> {
  await db
    .insertInto('connection_tokens')
    .values({ ...row, created_at: now() })
    .execute();
}

function isOver({ expires_at: end }: TokenRow, now: Date): boolean {
  return end !== null && end <= now;
}

function inSeconds(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000);
}
