import type { Role } from '../database/schema.ts';
import { Problem } from '../problem.ts';

/** Who is asking: a signed-in member, or another program with an API key. Both act within one workspace. */
export type Principal =
  | { kind: 'member'; workspaceId: string; memberId: string; role: Role; sessionHash: Buffer }
  | { kind: 'key'; workspaceId: string; keyId: string };

/** What a principal may be asked to be allowed to. */
export type Permission = 'read' | 'book' | 'manage';

const permissionsOf: Record<Role, Permission[]> = {
  owner: ['read', 'book', 'manage'],
  admin: ['read', 'book', 'manage'],
  operator: ['read', 'book'],
  viewer: ['read'],
};

/** Throws `forbidden` unless the principal's role (keys have every permission) includes the permission. */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (!mayDo(principal, permission)) throw new Problem('forbidden');
}

export function mayDo(principal: Principal, permission: Permission): boolean {
  return principal.kind === 'key' || permissionsOf[principal.role].includes(permission);
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
