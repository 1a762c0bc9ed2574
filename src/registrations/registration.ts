import type { Selectable } from 'kysely';
import type { AppCredentials, AppRegistrations } from '../database/schema.ts';

export type RegistrationRow = Selectable<AppRegistrations>;
export type CredentialRow = Selectable<AppCredentials>;

/** How the API calls the registration of the deployment's own configuration, which has no row. */
export const deploymentRegistrationId = 'deployment';

/** What is known of a credential. `unproven`: Entra has not been asked with it yet. */
export type CredentialState = 'proven' | 'unproven' | 'refused' | 'not_yet_valid' | 'expired';

export function credentialState(
  row: Pick<CredentialRow, 'starts_at' | 'expires_at' | 'worked_at' | 'refused_at'>,
  now: Date,
): CredentialState {
  if (row.expires_at && row.expires_at <= now) return 'expired';
  if (row.starts_at && row.starts_at > now) return 'not_yet_valid';
  if (row.refused_at && (!row.worked_at || row.refused_at > row.worked_at)) return 'refused';
  return row.worked_at ? 'proven' : 'unproven';
}

const trustOf: Record<CredentialState, number> = { proven: 0, unproven: 1, refused: 2, not_yet_valid: 3, expired: 4 };

/**
 * In which order credentials are tried: what Entra took before, then what it was not asked with yet, then the rest; of
 * equals the newest. So a new certificate that is not uploaded yet costs nothing, and takes over once the old one fails.
 */
export function inOrderOfTrust<Row extends CredentialRow>(rows: readonly Row[], now: Date): Row[] {
  return rows.toSorted(
    (one, other) =>
      trustOf[credentialState(one, now)] - trustOf[credentialState(other, now)] ||
      other.created_at.getTime() - one.created_at.getTime(),
  );
}

/** How many days before a credential's end somebody is told; 0 is the end itself. */
export const warningDays = [60, 30, 14, 7, 1, 0] as const;

/** The warning that is due: the smallest threshold that the time left has fallen below. */
export function warningDue(expiresAt: Date, now: Date): (typeof warningDays)[number] | undefined {
  const daysLeft = (expiresAt.getTime() - now.getTime()) / 86_400_000;
  return warningDays.findLast((days) => daysLeft <= days);
}

/** True for a tenant that can be named in a token request of an app by itself. */
export function isSingleTenant(tenant: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tenant);
}
