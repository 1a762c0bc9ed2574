import type { Kysely } from 'kysely';
import type { ConnectionRow } from '../../connections/connection.ts';
import { getConnection } from '../../connections/service.ts';
import type { Database } from '../../database/schema.ts';
import { isPlain } from '../../http/router.ts';
import { Problem } from '../../problem.ts';

type Caller = { workspaceId: string; grantId: string | undefined };

/**
 * The connection that a path means: its id, `me` for the holder of a token, an e-mail address, or `grant:…`, `email:…`,
 * `external:…`. Throws `not_found`, also for one that the caller's token is not for.
 */
export async function getGrant(
  { db }: { db: Kysely<Database> },
  { workspaceId, grantId }: Caller,
  reference: string,
): Promise<ConnectionRow> {
  if (!isPlain(reference)) throw new Problem('not_found');
  const [, kind, named] = /^(grant|email|external):(.+)$/s.exec(reference) ?? [];
  const text = named ?? reference;
  const row = await findGrant({ db }, { workspaceId, kind: kind ?? kindOf(text), text, grantId });
  if (!row || (grantId !== undefined && row.id !== grantId)) throw new Problem('not_found');
  return row;
}

function kindOf(text: string): string {
  if (text === 'me') return 'me';
  return text.includes('@') ? 'email' : 'grant';
}

type Asked = Caller & { kind: string; text: string };

async function findGrant(
  { db }: { db: Kysely<Database> },
  { workspaceId, kind, text, grantId }: Asked,
): Promise<ConnectionRow | undefined> {
  if (kind === 'me') return grantId === undefined ? undefined : getConnection({ db }, workspaceId, grantId);
  const query = db.selectFrom('connections').selectAll().where('workspace_id', '=', workspaceId);
  if (kind === 'grant') return query.where('id', '=', text).executeTakeFirst();
  const named =
    kind === 'external'
      ? query.where('external_id', '=', text)
      : query.where((where) => where(where.fn('lower', ['account_email']), '=', text.toLowerCase()));
  // Of several, one that works: 'connected' comes before 'reconnect_needed'.
  return named.orderBy('status').orderBy('created_at').executeTakeFirst();
}
