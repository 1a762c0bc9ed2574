import type { Selectable } from 'kysely';
import type { AppCredentials, AppRegistrations } from '../database/schema.ts';
import { clouds, type Cloud } from '../microsoft/clouds.ts';

export type RegistrationRow = Selectable<AppRegistrations>;
export type CredentialRow = Selectable<AppCredentials>;
/** A credential without what it proves: what is read wherever the secret itself is not needed. */
export type KnownCredential = Omit<CredentialRow, 'sealed'>;
export type Registration = { row: RegistrationRow; credentials: KnownCredential[] };

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

const dayMs = 86_400_000;

/** Whole days until the end, rounded up; 0 when it is over. */
export function daysLeft(expiresAt: Date, now: Date): number {
  return Math.max(0, Math.ceil((expiresAt.getTime() - now.getTime()) / dayMs));
}

/** How many days before a credential's end somebody is told; 0 is the end itself. */
export const warningDays = [60, 30, 14, 7, 1, 0] as const;
export type WarningDays = (typeof warningDays)[number];

/** The warning that is due: the smallest threshold that the time left has fallen below. */
export function warningDue(expiresAt: Date, now: Date): WarningDays | undefined {
  return warningDays.findLast((days) => expiresAt.getTime() - now.getTime() <= days * dayMs);
}

/** True for a tenant that can be named in a token request of an app by itself. */
export function isSingleTenant(tenant: string): boolean {
  return isGuid(tenant);
}

/** Whether an app of this tenant can act by itself, and why not. */
export function appOnlyUse(tenant: string): { possible: boolean; reason: string | null } {
  if (isSingleTenant(tenant)) return { possible: true, reason: null };
  return {
    possible: false,
    reason: `An app that acts by itself always acts in one tenant, and “${tenant}” names none. Use a registration of a single tenant, with its Directory (tenant) ID.`,
  };
}

/** Client ids, tenant ids and, taken for secrets by mistake, Secret IDs. */
export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** The overview of an app registration in its cloud's admin center. */
export function entraPage(cloud: Cloud, clientId: string): string {
  const page = '/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Overview/appId/';
  return `${clouds[cloud].portal}${page}${encodeURIComponent(clientId)}`;
}

/** Where Microsoft may send browsers back to; the second is what programs written for Nylas have registered. */
export const callbackPaths = ['/api/teams/callback', '/connect/callback'] as const;
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * What is wrong with a redirect URI: Microsoft would send people to where this server is not, or not send them at all.
 * `own` are addresses of this server.
 */
export function faultOfRedirectUri(text: string, own: readonly string[]): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return 'Give a whole address that begins with https://.';
  if (url.protocol === 'http:' && !loopback.has(url.hostname)) return 'Entra takes http for localhost only: use https.';
  if (url.username || url.password || url.search || url.hash)
    return `Give the address alone, without user, “?” and “#”.`;
  if (url.href !== text) return `Write it as ${url.href}: Entra compares every character.`;
  if (!callbackPaths.some((path) => text.endsWith(path))) return `It must end in ${callbackPaths[0]}, exactly.`;
  const origins = own.map((address) => new URL(address).origin);
  if (!origins.includes(url.origin))
    return `It must lead to this server, ${[...new Set(origins)].join(' or ')}: otherwise people never come back to Parley.`;
  return undefined;
}
