import { findGroup, findServicePrincipal, findUser } from '../directory.ts';
import type { Group, ServicePrincipal, User } from '../directory.ts';
import { appRoleId, roleAssignmentId } from '../graph/service-principals.ts';
import { group } from '../seed.ts';
import type { Call, Cmdlet } from './cmdlet.ts';
import type { PsObject } from './values.ts';

const groupReader: Cmdlet = {
  values: ['Identity', 'Filter', 'ResultSize'],
  run: (call) =>
    call.has('Identity')
      ? groupObject(call, groupOf(call, 'Identity'))
      : groupsOf(call).map((one) => groupObject(call, one)),
};

const memberReader: Cmdlet = {
  values: ['Identity', 'ResultSize'],
  takes: 'Identity',
  run: (call) => membersOf(call, groupOf(call, 'Identity')).map(recipientObject),
};

/** Microsoft Graph PowerShell tells of a member what it is only in its additional properties. */
const mgMemberReader: Cmdlet = {
  values: ['GroupId', 'Property', 'Top'],
  switches: ['All'],
  takes: 'GroupId',
  run: (call) =>
    membersOf(call, groupOf(call, 'GroupId')).map((user) => ({
      Id: user.id,
      DeletedDateTime: null,
      AdditionalProperties: {
        '@odata.type': '#microsoft.graph.user',
        displayName: user.displayName,
        userPrincipalName: user.userPrincipalName,
        mail: user.mail,
      },
    })),
};

/** Groups, people and enterprise applications, as Exchange and Microsoft Graph PowerShell name them. */
export const directoryCmdlets: Record<string, Cmdlet> = {
  'Get-Group': groupReader,
  'Get-DistributionGroup': groupReader,
  'Get-DistributionGroupMember': memberReader,
  'New-DistributionGroup': {
    values: ['Name', 'DisplayName', 'Alias', 'PrimarySmtpAddress', 'Type', 'Members'],
    run: newGroup,
  },
  'Add-DistributionGroupMember': {
    values: ['Identity', 'Member'],
    run: (call) => {
      const found = groupOf(call, 'Identity');
      found.memberIds = [...new Set([...found.memberIds, userOf(call, call.required('Member')).id])];
    },
  },
  'Remove-DistributionGroupMember': {
    values: ['Identity', 'Member'],
    run: (call) => {
      const found = groupOf(call, 'Identity');
      const gone = userOf(call, call.required('Member')).id;
      found.memberIds = found.memberIds.filter((id) => id !== gone);
    },
  },
  'Get-Mailbox': mailboxReader(),
  'Get-EXOMailbox': mailboxReader(),
  'Get-MgUser': {
    values: ['UserId', 'Property', 'ConsistencyLevel'],
    run: (call) => mgUser(userOf(call, call.required('UserId'))),
  },
  'Get-MgGroup': {
    values: ['GroupId', 'Filter', 'Property'],
    switches: ['All'],
    run: (call) => {
      const wanted = call.text('GroupId') ?? filterValue(call, 'displayName') ?? filterValue(call, 'mail');
      const chosen = wanted === undefined ? groupsOf(call) : [findGroup(call.context.directory, wanted, call.tenantId)];
      return chosen.flatMap((one) =>
        one === undefined ? [] : { Id: one.id, DisplayName: one.displayName, Mail: one.mail, SecurityEnabled: true },
      );
    },
  },
  'Get-MgGroupMember': mgMemberReader,
  'Get-MgGroupTransitiveMember': mgMemberReader,
  'Get-MgServicePrincipal': {
    values: ['ServicePrincipalId', 'Filter', 'Property', 'ConsistencyLevel'],
    switches: ['All'],
    run: (call) => principalsOf(call).map((one) => principalObject(call, one)),
  },
  'Get-MgServicePrincipalAppRoleAssignment': {
    values: ['ServicePrincipalId'],
    switches: ['All'],
    run: (call) => roleObjects(principalOf(call)),
  },
  'Remove-MgServicePrincipalAppRoleAssignment': {
    values: ['ServicePrincipalId', 'AppRoleAssignmentId'],
    positions: 0,
    run: (call) => {
      const principal = principalOf(call);
      const gone = call.required('AppRoleAssignmentId');
      if (!principal.appRoles.some((role) => roleAssignmentId(principal.id, role) === gone)) {
        throw call.fail(`[Request_ResourceNotFound] : Resource '${gone}' does not exist.`);
      }
      principal.appRoles = principal.appRoles.filter((role) => roleAssignmentId(principal.id, role) !== gone);
    },
  },
};

/** The person whom an object id, a sign-in name, a SIP address or a mail address means. */
export function userOf(call: Call, identity: string): User {
  const { directory } = call.context;
  const wanted = identity.replace(/^sip:/i, '');
  const byMail = (user: User) => user.tenantId === call.tenantId && user.mail?.toLowerCase() === wanted.toLowerCase();
  const user = findUser(directory, wanted, call.tenantId) ?? [...directory.users.values()].find(byMail);
  if (user === undefined) throw call.fail(`Management object not found for identity "${identity}".`);
  return user;
}

/** The group that a parameter names by id, address, name or distinguished name. */
export function groupOf(call: Call, parameter: string): Group {
  const identity = call.required(parameter);
  const found =
    findGroup(call.context.directory, identity, call.tenantId) ??
    groupsOf(call).find((one) => distinguishedName(call, one).toLowerCase() === identity.toLowerCase());
  if (found === undefined) {
    throw call.fail(`The operation couldn't be performed because object '${identity}' couldn't be found.`);
  }
  return found;
}

/** All groups of the tenant. */
export function groupsOf({ context, tenantId }: Call): Group[] {
  return [...context.directory.groups.values()].filter((one) => one.tenantId === tenantId);
}

/** How Exchange names a group in filters. */
export function distinguishedName({ context }: Call, { displayName, tenantId }: Group): string {
  const escaped = displayName.replace(/[,+"\\<>;=]/g, '\\$&');
  const domain = context.directory.tenants.get(tenantId)?.domains.at(-1) ?? tenantId;
  return `CN=${escaped},OU=${domain},OU=Microsoft Exchange Hosted Organizations,DC=EMULATOR,DC=PROD,DC=OUTLOOK,DC=COM`;
}

function membersOf({ context }: Call, { memberIds }: Group): User[] {
  return memberIds.flatMap((id) => context.directory.users.get(id) ?? []);
}

function newGroup(call: Call): PsObject {
  const name = call.required('Name');
  const domain = call.context.directory.tenants.get(call.tenantId)?.domains[0] ?? '';
  const alias = call.text('Alias') ?? name.toLowerCase().replace(/[^\w.-]+/g, '');
  const mail = (call.text('PrimarySmtpAddress') ?? `${alias}@${domain}`).toLowerCase();
  if (findGroup(call.context.directory, mail, call.tenantId) !== undefined) {
    throw call.fail(`The proxy address "SMTP:${mail}" is already being used by another recipient.`);
  }
  const members = call.list('Members').map((member) => userOf(call, member).id);
  const added = group(mail, call.tenantId, call.text('DisplayName') ?? name, members);
  call.context.directory.groups.set(added.id, added);
  return groupObject(call, added);
}

function groupObject(call: Call, found: Group): PsObject {
  return {
    Name: found.displayName,
    DisplayName: found.displayName,
    PrimarySmtpAddress: found.mail,
    ExternalDirectoryObjectId: found.id,
    DistinguishedName: distinguishedName(call, found),
    RecipientTypeDetails: 'MailUniversalSecurityGroup',
  };
}

function mailboxReader(): Cmdlet {
  return {
    values: ['Identity', 'ResultSize'],
    run: (call) => {
      if (!call.has('Identity')) {
        const all = [...call.context.directory.users.values()];
        return all.filter((user) => user.tenantId === call.tenantId && user.mailbox !== null).map(recipientObject);
      }
      const user = userOf(call, call.required('Identity'));
      if (user.mailbox !== null) return recipientObject(user);
      throw call.fail(
        `The operation couldn't be performed because object '${call.required('Identity')}' couldn't be found.`,
      );
    },
  };
}

function recipientObject(user: User): PsObject {
  return {
    DisplayName: user.displayName,
    UserPrincipalName: user.userPrincipalName,
    PrimarySmtpAddress: user.mail ?? user.userPrincipalName,
    ExternalDirectoryObjectId: user.id,
    RecipientTypeDetails: user.mailbox === null ? 'MailUser' : 'UserMailbox',
  };
}

function mgUser(user: User): PsObject {
  return { Id: user.id, DisplayName: user.displayName, UserPrincipalName: user.userPrincipalName, Mail: user.mail };
}

/** The value that `-Filter` compares a property with. */
function filterValue(call: Call, property: string): string | undefined {
  const filter = call.text('Filter');
  if (filter === undefined) return undefined;
  return new RegExp(`^${property} eq '((?:[^']|'')*)'$`, 'i').exec(filter)?.[1]?.replaceAll("''", "'");
}

function principalsOf(call: Call): ServicePrincipal[] {
  const { directory } = call.context;
  const appId = filterValue(call, 'appId');
  const all = [...directory.servicePrincipals.values()].filter(({ tenantId }) => tenantId === call.tenantId);
  if (call.has('ServicePrincipalId')) return all.filter(({ id }) => id === call.required('ServicePrincipalId'));
  if (appId !== undefined) {
    const found = findServicePrincipal(directory, call.tenantId, appId.toLowerCase());
    return found === undefined ? [] : [found];
  }
  if (call.has('Filter')) throw call.fail("Only a filter like appId eq '…' is understood here.");
  return all;
}

function principalOf(call: Call): ServicePrincipal {
  const [found] = principalsOf(call);
  if (found !== undefined && call.has('ServicePrincipalId')) return found;
  throw call.fail(`[Request_ResourceNotFound] : Resource '${call.required('ServicePrincipalId')}' does not exist.`);
}

function principalObject({ context }: Call, principal: ServicePrincipal): PsObject {
  return {
    Id: principal.id,
    AppId: principal.clientId,
    DisplayName: context.directory.apps.get(principal.clientId)?.displayName ?? null,
    AccountEnabled: !principal.disabled,
  };
}

function roleObjects(principal: ServicePrincipal): PsObject[] {
  return principal.appRoles.map((role) => ({
    Id: roleAssignmentId(principal.id, role),
    AppRoleId: appRoleId(role),
    PrincipalId: principal.id,
    ResourceDisplayName: 'Microsoft Graph',
  }));
}
