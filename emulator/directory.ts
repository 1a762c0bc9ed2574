/** What a real cloud would hold in its directory: tenants, people, app registrations and what was granted to them. */

/** The tenant in which every personal Microsoft account lives. */
export const PERSONAL_TENANT_ID = '9188040d-6c67-4c5b-b112-36a304b66dad';

export type Tenant = {
  id: string;
  displayName: string;
  /** Verified domains, the default one first. */
  domains: string[];
  kind: 'work' | 'personal';
  /** "Users can consent to apps": false makes every user consent end in "Need admin approval". */
  userConsentAllowed: boolean;
};

export type User = {
  /** Object id (`oid`), a GUID. */
  id: string;
  tenantId: string;
  userPrincipalName: string;
  displayName: string;
  givenName: string | null;
  surname: string | null;
  mail: string | null;
  jobTitle: string | null;
  accountEnabled: boolean;
  userType: 'Member' | 'Guest';
  employeeId: string | null;
  onPremisesImmutableId: string | null;
  proxyAddresses: string[];
  otherMails: string[];
  /** `extensionAttribute1` … `extensionAttribute15`. */
  extensionAttributes: Record<string, string>;
  /** A Global Administrator: may consent for the whole tenant. */
  isAdmin: boolean;
  teamsLicence: boolean;
  /** Teams Premium: watermarks and end-to-end encryption. */
  teamsPremium: boolean;
  /** What the person's Teams meeting policy allows. */
  meetingPolicy: { recording: boolean; transcription: boolean };
  /** `null`: no Exchange Online mailbox (unlicensed, guest, on-premises). */
  mailbox: {
    /** Windows or IANA name, as mailbox settings hold it. */
    timeZone: string;
    allowedOnlineMeetingProviders: string[];
    defaultOnlineMeetingProvider: string;
  } | null;
  /** Refresh tokens issued before this moment (epoch ms) are refused with AADSTS50173. */
  sessionsRevokedAt: number | null;
  /** Conditional access that the next token request meets: AADSTS50076 or 53003. */
  conditionalAccess: 'none' | 'mfa' | 'blocked';
};

export type ClientSecret = { id: string; value: string; displayName: string; expiresAt: number };
export type Certificate = {
  /** base64url SHA-256 and SHA-1 of the DER certificate. */
  sha256: string;
  sha1: string;
  /** PEM of the certificate. */
  pem: string;
  notAfter: number;
};

export type AppRegistration = {
  clientId: string;
  displayName: string;
  homeTenantId: string;
  audience: 'AzureADMyOrg' | 'AzureADMultipleOrgs' | 'AzureADandPersonalMicrosoftAccount' | 'PersonalMicrosoftAccount';
  redirectUris: { uri: string; platform: 'web' | 'spa' }[];
  secrets: ClientSecret[];
  certificates: Certificate[];
  /** Permissions configured on the registration: what `/.default` and v1 admin consent ask for. */
  delegatedPermissions: string[];
  applicationPermissions: string[];
  /** “Expose an API”: what other apps may ask tokens for. Absent: nothing. */
  api?: ExposedApi;
  disabled: boolean;
};

export type ExposedApi = {
  /** Application ID URI, such as `api://app.example/<client id>`. */
  identifierUri: string;
  scopes: string[];
  /** Client ids that get tokens for every scope without anybody being asked. */
  authorizedClients: string[];
  /** `requestedAccessTokenVersion` of the app's manifest; Entra's own default is version 1. */
  tokenVersion: 1 | 2;
};

/** An app as a tenant knows it ("Enterprise application"); made by the first consent. */
export type ServicePrincipal = {
  id: string;
  clientId: string;
  tenantId: string;
  /** Application permissions granted by admin consent: the `roles` of app-only tokens. */
  appRoles: string[];
  disabled: boolean;
};

/** Delegated permissions that one user (or, with `userId: null`, an administrator for all) granted to an app. */
export type DelegatedGrant = {
  id: string;
  tenantId: string;
  clientId: string;
  userId: string | null;
  scopes: string[];
};

/** A mail-enabled security group. */
export type Group = {
  id: string;
  tenantId: string;
  displayName: string;
  mail: string;
  /** Users; groups within groups are not kept. */
  memberIds: string[];
};

export type Directory = {
  tenants: Map<string, Tenant>;
  users: Map<string, User>;
  groups: Map<string, Group>;
  apps: Map<string, AppRegistration>;
  servicePrincipals: Map<string, ServicePrincipal>;
  grants: DelegatedGrant[];
  /** People as they were until they changed, oldest first; `null`: not there yet. */
  earlier: { userId: string; until: number; was: User | null }[];
};

/** The tenant with this id or verified domain; not the aliases `common`, `organizations` and `consumers`. */
export function findTenant(directory: Directory, idOrDomain: string): Tenant | undefined {
  const wanted = idOrDomain.toLowerCase();
  return (
    directory.tenants.get(wanted) ?? [...directory.tenants.values()].find((tenant) => tenant.domains.includes(wanted))
  );
}

/** The user with this object id or user principal name; `tenantId` narrows to one tenant. */
export function findUser(directory: Directory, idOrName: string, tenantId?: string): User | undefined {
  const wanted = idOrName.toLowerCase();
  const user =
    directory.users.get(wanted) ??
    [...directory.users.values()].find(
      (user) =>
        user.userPrincipalName.toLowerCase() === wanted && (tenantId === undefined || user.tenantId === tenantId),
    );
  return tenantId === undefined || user?.tenantId === tenantId ? user : undefined;
}

/** The app as this tenant knows it; `undefined` until somebody there consented. */
export function findServicePrincipal(
  directory: Directory,
  tenantId: string,
  clientId: string,
): ServicePrincipal | undefined {
  return [...directory.servicePrincipals.values()].find(
    (principal) => principal.tenantId === tenantId && principal.clientId === clientId,
  );
}

/** The group with this object id, address or name. */
export function findGroup(directory: Directory, idOrName: string, tenantId: string): Group | undefined {
  const wanted = idOrName.toLowerCase();
  return [...directory.groups.values()].find(
    (group) =>
      group.tenantId === tenantId &&
      [group.id, group.mail.toLowerCase(), group.displayName.toLowerCase()].includes(wanted),
  );
}

/** Keeps a person as they are before a change, for searches that notice it later. */
export function rememberUser(directory: Directory, userId: string, now: number): void {
  directory.earlier.push({ userId, until: now, was: structuredClone(directory.users.get(userId) ?? null) });
}

/** The people as searches saw them at that moment. */
export function usersAsOf(directory: Directory, at: number): User[] {
  const ids = new Set([...directory.users.keys(), ...directory.earlier.map(({ userId }) => userId)]);
  return [...ids].flatMap((id) => {
    const earlier = directory.earlier.find(({ userId, until }) => userId === id && until > at);
    const then = earlier === undefined ? directory.users.get(id) : earlier.was;
    return then ?? [];
  });
}
