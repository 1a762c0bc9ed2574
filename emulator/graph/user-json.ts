import type { Context } from '../context.ts';
import type { User } from '../directory.ts';
import { isPersonal } from './access.ts';
import { mailboxSettingsJson } from './mailbox-settings.ts';

/** What a user object shows without `$select`. */
export const defaultUserProperties = [
  'businessPhones',
  'displayName',
  'givenName',
  'id',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'preferredLanguage',
  'surname',
  'userPrincipalName',
];

/** Properties that `User.ReadBasic.All` alone does not show. */
export const fullProfileProperties: ReadonlySet<string> = new Set([
  'accountEnabled',
  'assignedPlans',
  'employeeId',
  'identities',
  'onPremisesExtensionAttributes',
  'onPremisesImmutableId',
  'onPremisesSyncEnabled',
  'otherMails',
  'proxyAddresses',
  'userType',
]);

/** What `$select` and `$filter` accept on a user. */
export const userProperties: ReadonlySet<string> = new Set([
  ...defaultUserProperties,
  ...fullProfileProperties,
  'mailboxSettings',
  'mailNickname',
  'companyName',
  'department',
  'createdDateTime',
  'imAddresses',
]);

/** Everything that the directory knows about a person. */
export function userJson(context: Context, user: User): Record<string, unknown> {
  return {
    businessPhones: [],
    displayName: user.displayName,
    givenName: user.givenName,
    id: isPersonal(user) ? personalId(user.id) : user.id,
    jobTitle: user.jobTitle,
    mail: user.mail,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: user.surname,
    userPrincipalName: user.userPrincipalName,
    accountEnabled: user.accountEnabled,
    assignedPlans: assignedPlans(user),
    companyName: context.directory.tenants.get(user.tenantId)?.displayName ?? null,
    createdDateTime: '2026-01-05T09:00:00Z',
    department: null,
    employeeId: user.employeeId,
    identities: identities(context, user),
    imAddresses: user.teamsLicence ? [user.userPrincipalName] : [],
    mailNickname: user.userPrincipalName.split('@')[0],
    onPremisesExtensionAttributes: extensionAttributes(user),
    onPremisesImmutableId: user.onPremisesImmutableId,
    onPremisesSyncEnabled: user.onPremisesImmutableId === null ? null : true,
    otherMails: user.otherMails,
    proxyAddresses: user.proxyAddresses,
    userType: user.userType,
    ...(user.mailbox !== null && { mailboxSettings: mailboxSettingsJson(user) }),
  };
}

/** Graph names a personal account by the last sixteen digits of its object id. */
function personalId(id: string): string {
  const digits = id.replaceAll('-', '').slice(16);
  return id.startsWith('00000000-0000-0000-') ? digits : id;
}

/** How the person signs in. */
function identities(context: Context, user: User): object[] {
  const domains = context.directory.tenants.get(user.tenantId)?.domains ?? [];
  return [
    { signInType: 'userPrincipalName', issuer: domains.at(-1) ?? null, issuerAssignedId: user.userPrincipalName },
  ];
}

function assignedPlans(user: User): object[] {
  return [
    ...(user.mailbox === null ? [] : [plan('exchange', '9aaf7827-d63c-4b61-89c3-182f06f82e5c')]),
    ...(user.teamsLicence ? [plan('TeamspaceAPI', '57ff2da0-773e-42df-b2af-ffb7a2317929')] : []),
  ];
}

function extensionAttributes(user: User): Record<string, string | null> {
  return Object.fromEntries(
    Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`).map((name) => [
      name,
      user.extensionAttributes[name] ?? null,
    ]),
  );
}

function plan(service: string, servicePlanId: string): object {
  return { assignedDateTime: '2026-01-05T09:00:00Z', capabilityStatus: 'Enabled', service, servicePlanId };
}
