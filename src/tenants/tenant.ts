import type { Selectable } from 'kysely';
import type { IdentityRules, TenantConnections } from '../database/schema.ts';
import type { Feature } from '../microsoft/permissions.ts';

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
