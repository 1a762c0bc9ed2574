import type { Role } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import { includesPermission, type KeyGrant, type KeyPermission } from './permissions.ts';

/** Who is asking: a signed-in member, or another program with an API key. Both act within one workspace. */
export type Principal =
  | { kind: 'member'; workspaceId: string; memberId: string; role: Role; sessionHash: Buffer }
  | {
      kind: 'key';
      workspaceId: string;
      keyId: string;
      /** The key that was the first of those which followed one another in rotations, so that they count as one. */
      lineage: string;
      grants: readonly KeyGrant[];
    };

/** What a member may be asked to be allowed to. */
export type Permission = 'read' | 'book' | 'manage';

const permissionsOf: Record<Role, Permission[]> = {
  owner: ['read', 'book', 'manage'],
  admin: ['read', 'book', 'manage'],
  operator: ['read', 'book'],
  viewer: ['read'],
};

/**
 * Throws `forbidden` unless the member's role includes the permission. What keys may do is decided before any route, by
 * the route itself (`http/key-permissions.ts`); where more depends on it, {@link requireOfKey} asks.
 */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (principal.kind === 'member' && !permissionsOf[principal.role].includes(permission))
    throw new Problem('forbidden');
}

/** Whether a member's role includes one permission, or what a key was granted the other. */
export function mayDo(principal: Principal, permission: Permission, ofKey: KeyPermission): boolean {
  if (principal.kind === 'key') return includesPermission(principal.grants, ofKey);
  return permissionsOf[principal.role].includes(permission);
}

/** Throws `forbidden`, naming what is missing, for a key without the permission. Members pass. */
export function requireOfKey(principal: Principal, permission: KeyPermission): void {
  if (principal.kind === 'member' || includesPermission(principal.grants, permission)) return;
  throw new Problem('forbidden', { detail: `The API key lacks the permission ${permission}.` });
}

/** Throws `forbidden` unless the principal is a signed-in person: keys cannot consent on somebody's behalf. */
export function requireMember(principal: Principal): Extract<Principal, { kind: 'member' }> {
  if (principal.kind !== 'member')
    throw new Problem('forbidden', { detail: 'Only a person who is signed in can do this.' });
  return principal;
}

/** A stable name of the principal, by which its idempotency keys are kept apart from others'. */
export function principalScope(principal: Principal): string {
  return principal.kind === 'member' ? principal.memberId : principal.keyId;
}
