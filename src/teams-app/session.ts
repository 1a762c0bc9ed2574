import type { Kysely } from 'kysely';
import type { Principal } from '../access/principal.ts';
import { hashToken } from '../access/secret-token.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Database } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import { open, seal, SealError, type SealContext } from '../seal.ts';

type Deps = { db: Kysely<Database>; now: () => Date; dataKeys: DataKeys };
export type TabPrincipal = Extract<Principal, { kind: 'member' }>;

const sessionMs = 15 * 60_000;
const form = /^parley_teams_(wrk_[a-z0-9]+)\.([\w-]{20,1000})$/;

/**
 * A session of the tab: it lives in the memory of the tab alone, is good for the tab's own addresses alone, and ends
 * after a quarter of an hour or with the sign-in from Teams. Nothing is stored here: it says, sealed, whose it is.
 */
export async function openTabSession(
  { now, dataKeys }: Omit<Deps, 'db'>,
  { workspaceId, memberId, notAfter }: { workspaceId: string; memberId: string; notAfter: Date },
): Promise<{ session: string; expiresAt: Date }> {
  const expiresAt = new Date(Math.min(now().getTime() + sessionMs, notAfter.getTime()));
  const content = JSON.stringify({ memberId, expiresAt: expiresAt.getTime() });
  const sealed = seal(await dataKeys(workspaceId), content, sealedIn(workspaceId));
  return { session: `parley_teams_${workspaceId}.${sealed.toString('base64url')}`, expiresAt };
}

/** Who is asking, as the member is now. Throws `unauthorized` when the session is forged or over, or the member gone. */
export async function readTabSession(deps: Deps, authorization: string | undefined): Promise<TabPrincipal> {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const [, workspaceId = '', sealed = ''] = form.exec(token) ?? [];
  const { memberId, expiresAt } = await opened(deps, workspaceId, sealed);
  if (expiresAt <= deps.now().getTime()) throw ended();
  const member = await deps.db
    .selectFrom('members')
    .select(['id', 'role'])
    .where('id', '=', memberId)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(ended);
  return { kind: 'member', workspaceId, memberId, role: member.role, sessionHash: hashToken(token) };
}

async function opened(deps: Deps, workspaceId: string, sealed: string) {
  if (workspaceId === '') throw ended();
  const known = await deps.db.selectFrom('workspaces').select('id').where('id', '=', workspaceId).executeTakeFirst();
  if (!known) throw ended();
  try {
    const text = open(await deps.dataKeys(workspaceId), Buffer.from(sealed, 'base64url'), sealedIn(workspaceId));
    return JSON.parse(text) as { memberId: string; expiresAt: number }; // nobody but us can have sealed it
  } catch (error) {
    if (error instanceof SealError) throw ended();
    throw error;
  }
}

function ended(): Problem {
  return new Problem('unauthorized', { detail: 'The session of the tab has ended.' });
}

function sealedIn(workspaceId: string): SealContext {
  return { purpose: 'Teams.Session.v1', workspaceId, rowId: workspaceId, field: 'session' };
}
