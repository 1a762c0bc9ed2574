import { z } from 'zod';
import { PERSONAL_TENANT_ID } from './directory.ts';
import type { AppRegistration, Tenant, User } from './directory.ts';
import { appRegistration, certificate, clientSecret, defaultSeed, group, stableId, tenant, user } from './seed.ts';
import type { Seed } from './seed.ts';

const year = 365 * 24 * 60 * 60 * 1000;

const tenantSchema = z.strictObject({
  id: z.guid().toLowerCase().optional(),
  name: z.string().min(1),
  domain: z.string().min(1).toLowerCase(),
  personal: z.boolean().optional(),
  userConsentAllowed: z.boolean().optional(),
});

/** A person as people write one down. */
export const userSchema = z.strictObject({
  id: z.guid().toLowerCase().optional(),
  name: z.string().min(1),
  /** Sign-in name; its domain says to which tenant the person belongs. */
  userPrincipalName: z.string().includes('@'),
  jobTitle: z.string().optional(),
  employeeId: z.string().max(16).optional(),
  onPremisesImmutableId: z.string().optional(),
  otherMails: z.array(z.string()).optional(),
  proxyAddresses: z.array(z.string()).optional(),
  extensionAttributes: z.record(z.string(), z.string()).optional(),
  timeZone: z.string().optional(),
  admin: z.boolean().optional(),
  guest: z.boolean().optional(),
  disabled: z.boolean().optional(),
  teamsLicence: z.boolean().optional(),
  mailbox: z.boolean().optional(),
});

const appSchema = z.strictObject({
  clientId: z.guid().toLowerCase().optional(),
  name: z.string().min(1),
  /** Domain of the tenant in which the app is registered. */
  tenant: z.string().min(1),
  audience: z
    .enum(['AzureADMyOrg', 'AzureADMultipleOrgs', 'AzureADandPersonalMicrosoftAccount', 'PersonalMicrosoftAccount'])
    .optional(),
  redirectUris: z.array(z.string()).optional(),
  secret: z.string().min(1).optional(),
  /** PEM. */
  certificate: z.string().optional(),
  delegatedPermissions: z.array(z.string()).optional(),
  applicationPermissions: z.array(z.string()).optional(),
  /** An administrator of the app's own tenant consented to its application permissions. */
  consented: z.boolean().optional(),
});

const groupSchema = z.strictObject({
  name: z.string().min(1),
  /** Its domain says to which tenant the group belongs. */
  mail: z.string().includes('@').toLowerCase(),
  /** Sign-in names. */
  members: z.array(z.string()).default([]),
});

const seedSchema = z.strictObject({
  tenants: z.array(tenantSchema).min(1).optional(),
  users: z.array(userSchema).min(1).optional(),
  apps: z.array(appSchema).optional(),
  groups: z.array(groupSchema).optional(),
});

/**
 * Reads a seed that a person wrote as JSON: `tenants`, `users`, `apps` and `groups`, each replacing the made-up ones when it is
 * there. Throws an error that lists every fault.
 */
export function parseSeed(text: string, now: number): Seed {
  const written = seedSchema.safeParse(JSON.parse(text));
  if (!written.success) throw new Error(`The seed file is not valid.\n${z.prettifyError(written.error)}`);
  const standard = defaultSeed(now);
  const tenants = written.data.tenants?.map(toTenant) ?? standard.tenants;
  const byDomain = new Map(tenants.flatMap((tenant) => tenant.domains.map((domain) => [domain, tenant])));
  const find = (domain: string): Tenant => {
    const found = byDomain.get(domain.toLowerCase());
    if (found === undefined) throw new Error(`The seed file has no tenant with the domain ${domain}`);
    return found;
  };
  const users =
    written.data.users?.map((entry) => toUser(entry, find(domainOf(entry.userPrincipalName)))) ?? standard.users;
  const apps = written.data.apps?.map((entry) => toApp(entry, find(entry.tenant).id, now)) ?? standard.apps;
  const known = new Set(tenants.map(({ id }) => id));
  return {
    ...standard,
    tenants,
    users: users.filter((user) => known.has(user.tenantId)),
    groups: (
      written.data.groups?.map((entry) => toGroup(entry, find(domainOf(entry.mail)).id, users)) ??
      standard.groups ??
      []
    ).filter((group) => known.has(group.tenantId)),
    appRoles: [
      ...(written.data.apps === undefined ? standard.appRoles : consentedRoles(written.data.apps, apps)),
    ].filter(({ tenantId }) => known.has(tenantId)),
    apps: apps.map((app) => (known.has(app.homeTenantId) ? app : { ...app, homeTenantId: tenants[0]?.id ?? '' })),
  };
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

function toGroup({ mail, name, members }: z.infer<typeof groupSchema>, tenantId: string, users: User[]) {
  const wanted = new Set(members.map((member) => member.toLowerCase()));
  const ids = users.filter((one) => wanted.has(one.userPrincipalName.toLowerCase())).map(({ id }) => id);
  return group(mail, tenantId, name, ids);
}

function consentedRoles(entries: z.infer<typeof appSchema>[], apps: AppRegistration[]): Seed['appRoles'] {
  return apps
    .filter((_, index) => entries[index]?.consented === true)
    .map(({ clientId, homeTenantId, applicationPermissions }) => ({
      clientId,
      tenantId: homeTenantId,
      roles: applicationPermissions,
    }));
}

function toTenant(entry: z.infer<typeof tenantSchema>): Tenant {
  return tenant({
    id: entry.personal === true ? PERSONAL_TENANT_ID : (entry.id ?? stableId(`tenant:${entry.domain}`)),
    displayName: entry.name,
    domains: [entry.domain],
    kind: entry.personal === true ? 'personal' : 'work',
    userConsentAllowed: entry.userConsentAllowed ?? true,
  });
}

/** The person that an entry describes. */
export function toUser(entry: z.infer<typeof userSchema>, { id: tenantId, kind }: Tenant): User {
  const { userPrincipalName, jobTitle, name, timeZone } = entry;
  const teamsLicence = entry.teamsLicence ?? (kind === 'work' && entry.guest !== true);
  const made = user({ tenantId, userPrincipalName, displayName: name, teamsLicence }, timeZone);
  return {
    ...made,
    id: entry.id ?? made.id,
    jobTitle: jobTitle ?? null,
    employeeId: entry.employeeId ?? null,
    onPremisesImmutableId: entry.onPremisesImmutableId ?? null,
    otherMails: entry.otherMails ?? [],
    proxyAddresses: entry.proxyAddresses ?? made.proxyAddresses,
    extensionAttributes: entry.extensionAttributes ?? {},
    isAdmin: entry.admin === true,
    userType: entry.guest === true ? 'Guest' : 'Member',
    accountEnabled: entry.disabled !== true,
    mailbox: entry.mailbox === false || entry.guest === true ? null : made.mailbox,
  };
}

function toApp(entry: z.infer<typeof appSchema>, homeTenantId: string, now: number) {
  const made = appRegistration({ displayName: entry.name, homeTenantId });
  return {
    ...made,
    clientId: entry.clientId ?? stableId(`app:${entry.name}`),
    audience: entry.audience ?? made.audience,
    redirectUris: entry.redirectUris?.map((uri) => ({ uri, platform: 'web' as const })) ?? made.redirectUris,
    secrets: entry.secret === undefined ? [] : [clientSecret(entry.secret, now + 2 * year)],
    certificates: entry.certificate === undefined ? [] : [certificate(entry.certificate)],
    delegatedPermissions: entry.delegatedPermissions ?? made.delegatedPermissions,
    applicationPermissions: entry.applicationPermissions ?? made.applicationPermissions,
  };
}
