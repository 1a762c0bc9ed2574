import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Kysely } from 'kysely';
import { mayDo, principalScope, type Principal } from '../access/principal.ts';
import { findKeyPrincipal } from '../access/service.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Database } from '../database/schema.ts';
import { actorOf, denyArtifact, type Actor } from '../monitoring/audit.ts';
import { Problem } from '../problem.ts';
import { deriveKey, type DataKey } from '../seal.ts';
import type { ArtifactRow } from './artifact.ts';
import { findForVisitor, findVisible, visitorNamed } from './sharing.ts';

type Deps = { db: Kysely<Database>; now: () => Date; dataKeys: DataKeys };

/** For whom a link was made: what they may see is what it opens. */
export type Audience = { kind: 'member' | 'key'; id: string } | { kind: 'visitor'; email: string };
type LinkClaim = { workspaceId: string; artifactId: string; expiresAt: Date; audience: Audience };

/** An artifact behind a link, and who looks at it. */
export type OpenedLink = { row: ArtifactRow; actor: Actor };

export const defaultLinkMs = 4 * 60 * 60_000;
export const shortestLinkMs = 60_000;
export const longestLinkMs = 24 * 60 * 60_000;

const macLength = 22; // 128 bits in base64url
const idShape = '[a-z0-9]{24}';
const claimShape = new RegExp(`^(${idShape})\n(${idShape})\n([0-9a-z]{1,8})\n((mem|key)_${idShape}|[^\n]{1,320})$`);

/** The path of a link that opens an artifact, for as long as its audience may see it, until a moment within a day. */
export function linkPath(dataKey: DataKey, claim: LinkClaim): string {
  const text = encode(claim);
  return `/files/${text}.${mac(dataKey, text)}`;
}

export function audienceOf(principal: Principal): Audience {
  return { kind: principal.kind, id: principalScope(principal) };
}

/**
 * What a link opens at this moment, evaluated anew: its audience may have lost the right to see it. Throws `not_found`,
 * and `artifact_link_expired` when only its time is over.
 */
export async function openLink(deps: Deps, token: string): Promise<OpenedLink> {
  const claim = decode(token);
  if (!claim || !(await isGenuine(deps, claim, token))) throw new Problem('not_found');
  if (claim.expiresAt <= deps.now()) throw new Problem('artifact_link_expired');
  const opened = await openFor(deps, claim);
  if (opened.row.deleted_at) throw new Problem('not_found');
  return opened;
}

async function openFor(deps: Deps, { workspaceId, artifactId, audience }: LinkClaim): Promise<OpenedLink> {
  if (audience.kind === 'visitor') {
    const { email } = audience;
    return { row: await findForVisitor(deps, { workspaceId, email }, artifactId), actor: visitorNamed(email) };
  }
  const principal = await principalNow(deps, workspaceId, audience);
  if (!principal) return denyArtifact(deps, { workspaceId, actor: audience, artifactId });
  return { row: await findVisible(deps, principal, artifactId), actor: actorOf(principal) };
}

async function isGenuine({ db, dataKeys }: Deps, claim: LinkClaim, token: string): Promise<boolean> {
  const workspace = await db
    .selectFrom('workspaces')
    .select('id')
    .where('id', '=', claim.workspaceId)
    .executeTakeFirst();
  if (!workspace) return false;
  const text = encode(claim);
  const expected = Buffer.from(`${text}.${mac(await dataKeys(claim.workspaceId), text)}`);
  const given = Buffer.from(token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** Whom the link was made for, with the rights that they have by now; `undefined`: they have none any more. */
async function principalNow(
  { db, now }: Deps,
  workspaceId: string,
  { kind, id }: Exclude<Audience, { kind: 'visitor' }>,
): Promise<Principal | undefined> {
  if (kind === 'key') {
    const key = await findKeyPrincipal({ db, now }, workspaceId, id);
    // From where the key is valid does not matter: the link is for somebody else, who has no key.
    return key && mayDo(key, 'read', 'artifact-content:read') ? key : undefined;
  }
  const member = await db
    .selectFrom('members')
    .select('role')
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst();
  return member && { kind, workspaceId, memberId: id, role: member.role, sessionHash: Buffer.alloc(0) };
}

function encode({ workspaceId, artifactId, expiresAt, audience }: LinkClaim): string {
  const seconds = Math.floor(expiresAt.getTime() / 1000).toString(36);
  const who = audience.kind === 'visitor' ? audience.email.toLowerCase() : audience.id;
  return Buffer.from([workspaceId.slice(4), artifactId.slice(4), seconds, who].join('\n')).toString('base64url');
}

/** What a token claims, which is not proven by this. `undefined`: malformed. */
function decode(token: string): LinkClaim | undefined {
  const [text = ''] = token.split('.');
  const [, workspace, artifact, seconds, who, kind] = claimShape.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (!workspace || !artifact || !seconds || !who) return undefined;
  return {
    workspaceId: `wrk_${workspace}`,
    artifactId: `art_${artifact}`,
    expiresAt: new Date(Number.parseInt(seconds, 36) * 1000),
    audience: audienceNamed(kind, who),
  };
}

function audienceNamed(kind: string | undefined, who: string): Audience {
  if (kind === 'mem') return { kind: 'member', id: who };
  if (kind === 'key') return { kind: 'key', id: who };
  return { kind: 'visitor', email: who };
}

function mac(dataKey: DataKey, text: string): string {
  return createHmac('sha256', linkKey(dataKey)).update(text).digest('base64url').slice(0, macLength);
}

const linkKeys = new WeakMap<DataKey, KeyObject>();

/** Derived once for each data key: deriving costs more than the MAC itself. */
function linkKey(dataKey: DataKey): KeyObject {
  const known = linkKeys.get(dataKey) ?? deriveKey(dataKey, 'Artifact.Link.v1');
  linkKeys.set(dataKey, known);
  return known;
}
