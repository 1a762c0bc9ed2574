import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { findServicePrincipal } from '../directory.ts';
import type { Caller } from '../entra/access-token.ts';
import { mailboxPermissions } from '../policies/exchange-scopes.ts';
import type { Subscription } from './notifications.ts';

/** What reading events takes: `Calendars.ReadBasic` is not enough for notifications. */
export const eventPermissions = ['Calendars.Read', 'Calendars.ReadWrite'] as const;

/** What reading recordings and transcripts takes. */
export const artifactPermissions = {
  recordings: 'OnlineMeetingRecording.Read.All',
  transcripts: 'OnlineMeetingTranscript.Read.All',
} as const;

/** Why a subscription cannot live on: the mailbox, the person or the app is not what it was. */
export function lossOf(context: Context, subscription: Subscription): string | undefined {
  const { directory } = context;
  const owner = directory.users.get(subscription.ownerId ?? '');
  if (subscription.ownerId !== null && owner === undefined) return 'the person is gone';
  if (!subscription.artifacts && (owner?.mailbox ?? null) === null) return 'the mailbox is gone';
  const principal = findServicePrincipal(directory, subscription.tenantId, subscription.clientId);
  if (principal?.disabled === true || directory.apps.get(subscription.clientId)?.disabled !== false) {
    return 'the app is switched off';
  }
  const creator = directory.users.get(subscription.creatorId);
  return creator === undefined ? undefined : lossOfPerson(creator, subscription);
}

/** Whether the app may still read what it listens to; what the token said when it subscribed does not count for ever. */
export function mayListen(context: Context, subscription: Subscription): boolean {
  if (subscription.kind === 'delegated') return true;
  const { tenantId, clientId, ownerId, artifacts } = subscription;
  const tenant = context.directory.tenants.get(tenantId);
  const app = context.directory.apps.get(clientId);
  const owner = context.directory.users.get(ownerId ?? '');
  const roles = findServicePrincipal(context.directory, tenantId, clientId)?.appRoles ?? [];
  if (artifacts) return roles.includes(artifactPermissions[artifacts.kind]);
  if (tenant === undefined || app === undefined || owner === undefined) return false;
  const caller: Extract<Caller, { kind: 'app' }> = { kind: 'app', app, tenant, roles, claims: {} };
  const { effective } = mailboxPermissions(context, caller, owner);
  return eventPermissions.some((permission) => effective.includes(permission));
}

function lossOfPerson(owner: User, subscription: Subscription): string | undefined {
  if (!owner.accountEnabled) return 'the account is disabled';
  return (owner.sessionsRevokedAt ?? 0) > subscription.authorizedAt ? 'the sessions were revoked' : undefined;
}
