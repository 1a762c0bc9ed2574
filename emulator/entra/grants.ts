import { randomUUID } from 'node:crypto';
import type { Context } from '../context.ts';
import type { AppRegistration, User } from '../directory.ts';
import { addServicePrincipal } from '../seed.ts';
import { isOpenId, needsAdministrator } from './permissions.ts';
import type { RequestedScopes } from './scopes.ts';

/** Everything that this person or an administrator for all allowed the app. */
export function grantedScopes(context: Context, tenantId: string, clientId: string, userId: string): string[] {
  const grants = context.directory.grants.filter(
    (grant) =>
      grant.tenantId === tenantId && grant.clientId === clientId && (grant.userId === null || grant.userId === userId),
  );
  return [...new Set(grants.flatMap((grant) => grant.scopes))];
}

/**
 * What the person has still to be asked. OpenID Connect's own scopes come with the first consent and never cause
 * another one.
 */
export function missingScopes(granted: string[], requested: RequestedScopes): string[] {
  if (granted.length === 0) return withInitial([...requested.openId, ...requested.graph]);
  return requested.graph.filter((scope) => !granted.includes(scope));
}

/** Whether only an administrator can answer the question for these permissions in this tenant. */
export function needsAdminApproval(context: Context, user: User, scopes: string[]): boolean {
  if (user.isAdmin) return false;
  const tenant = context.directory.tenants.get(user.tenantId);
  return tenant?.userConsentAllowed === false || scopes.some(needsAdministrator);
}

/** Writes down what one person, or with `userId: null` an administrator for all, allowed the app. */
export function grantScopes(
  context: Context,
  input: { tenantId: string; app: AppRegistration; userId: string | null; scopes: string[] },
): void {
  const { directory } = context;
  addServicePrincipal(directory, input.tenantId, input.app.clientId);
  const scopes = withInitial(input.scopes);
  const existing = directory.grants.find(
    (grant) =>
      grant.tenantId === input.tenantId && grant.clientId === input.app.clientId && grant.userId === input.userId,
  );
  if (existing !== undefined) {
    existing.scopes = [...new Set([...existing.scopes, ...scopes])];
    return;
  }
  const { tenantId, userId } = input;
  directory.grants.push({ id: randomUUID(), tenantId, clientId: input.app.clientId, userId, scopes });
}

/** Grants application permissions: the `roles` of every app-only token from now on. */
export function grantRoles(context: Context, tenantId: string, app: AppRegistration, roles: string[]): void {
  const principal = addServicePrincipal(context.directory, tenantId, app.clientId);
  principal.appRoles = [...new Set([...principal.appRoles, ...roles])];
}

/** `User.Read` and `offline_access` are part of every first consent, and so is signing in. */
function withInitial(scopes: string[]): string[] {
  const openId = ['openid', 'profile', 'offline_access', ...scopes.filter(isOpenId)];
  const graph = ['User.Read', ...scopes.filter((scope) => !isOpenId(scope))];
  return [...new Set([...openId, ...graph])];
}
