import type { Selectable } from 'kysely';
import type { IdentityRules, MeetingKind, TenantConnections } from '../database/schema.ts';
import type { MatchField } from '../microsoft/match-fields.ts';
import { missingRoles, requiredPermissions, type Feature } from '../microsoft/permissions.ts';

export type TenantRow = Selectable<TenantConnections>;

/** The features of Parley that a tenant can switch on; each brings the permissions that it needs, and no more. */
export const tenantFeatures = [
  'meetings',
  'standalone-meetings',
  'meeting-options',
  'free-busy',
  'people',
  'tenant-name',
  'recordings',
  'transcripts',
  'attendance',
] as const satisfies Feature[];
export type TenantFeature = (typeof tenantFeatures)[number];

export const defaultFeatures: Feature[] = ['meetings', 'meeting-options', 'free-busy', 'people'];
export const defaultPolicyName = 'Parley-Meetings';
export const defaultIdentityRules: IdentityRules = {
  operator: { local: 'email', remote: 'mail' },
  visitor: { local: 'email', remote: 'mail' },
};

/** The feature that a tenant has to switch on for meetings of a kind. */
export function featureOf(kind: MeetingKind): TenantFeature {
  return kind === 'standalone' ? 'standalone-meetings' : 'meetings';
}

/** Online meetings themselves are behind Teams' policy; calendar events that carry one are not. */
export function needsTeamsPolicy(row: Pick<TenantRow, 'features'>): boolean {
  const behindPolicy: Feature[] = ['standalone-meetings', 'meeting-options', 'recordings', 'transcripts', 'attendance'];
  return row.features.some((feature) => behindPolicy.includes(feature));
}

/** Whether the app uses calendars at all, so that Exchange's scope matters. */
export function usesCalendars(row: Pick<TenantRow, 'features'>): boolean {
  return row.features.includes('meetings') || row.features.includes('free-busy');
}

/** Whether the tenant takes work for an organizer now. Who is allowed is another question. */
export function takesMeetings(tenant: Pick<TenantRow, 'stage'>, organizer: { pilot: boolean }): boolean {
  return tenant.stage === 'live' || (tenant.stage === 'pilot' && organizer.pilot);
}

/** `granted`: what the last token says; `null` without one, and where Exchange grants it instead of Entra. */
export type TenantPermission = { name: string; id: string; reasons: string[]; granted: boolean | null };

/** The least application permissions for the tenant's features, each with what is known of it. */
export function permissionsOf(
  row: Pick<TenantRow, 'features' | 'reduced' | 'exchange_scope' | 'verified_at' | 'roles'>,
): TenantPermission[] {
  const required = requiredPermissions(row.features, 'app-only', row.reduced);
  const missing = missingRoles(
    required.map(({ name }) => name),
    row.roles,
  );
  // RBAC for Applications gives calendar permissions in Exchange: they are never in a token.
  const elsewhere = (name: string) => row.exchange_scope === 'rbac' && name.startsWith('Calendars.');
  return required.map(({ name, id, reasons }) => {
    const inToken = !missing.includes(name);
    const unknown = row.verified_at === null || (!inToken && elsewhere(name));
    return { name, id, reasons, granted: unknown ? null : inToken };
  });
}

const reducedFields: MatchField[] = ['mail', 'userPrincipalName', 'id'];

/** The first rule that looks people up by a field which the reduced permission does not let the app see. */
export function findRuleBeyondReduced(rules: IdentityRules): keyof IdentityRules | undefined {
  return (['operator', 'visitor'] as const).find((side) => !reducedFields.includes(rules[side].remote));
}
