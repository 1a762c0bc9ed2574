import { permissionId } from './permissions.ts';
import { block, guid, stop, text } from './powershell.ts';

/**
 * Scripts for Exchange Online PowerShell, to run after `connectExchange`: which mailboxes an app may open. Neither way
 * has anything to do with Teams' application access policy, which is for online meetings.
 */
type MailboxScope = {
  clientId: string;
  /** Object id or address of a mail-enabled security group: its members are the mailboxes that the app may open. */
  group: string;
};

/** RBAC for Applications: the recommended way. Run `removeCalendarConsent` afterwards, or it limits nothing. */
export function limitByRbac(
  p: MailboxScope & {
    /** Object id of the Enterprise application, not of the app registration. */
    servicePrincipalId: string;
    displayName: string;
    scopeName: string;
  },
): string {
  return block(
    '# Rights add up: as long as the tenant has consented to Calendars.ReadWrite in Entra, every mailbox stays open.',
    `$app = ${guid(p.clientId)}`,
    `$scope = ${text(p.scopeName)}`,
    `$group = Get-Group -Identity ${text(p.group)}`,
    'if (@(Get-ServicePrincipal | Where-Object { $_.AppId -eq $app }).Count -eq 0) {',
    `  New-ServicePrincipal -AppId $app -ObjectId ${guid(p.servicePrincipalId)} -DisplayName ${text(p.displayName)}`,
    '}',
    "$filter = 'MemberOfGroup -eq ''' + $group.DistinguishedName.Replace('''', '''''') + ''''",
    '$known = @(Get-ManagementScope | Where-Object { $_.Name -eq $scope })',
    'if ($known.Count -eq 0) {',
    '  New-ManagementScope -Name $scope -RecipientRestrictionFilter $filter',
    '} elseif (-not "$($known[0].RecipientFilter)".Contains($group.DistinguishedName)) {',
    `  throw ${text('A management scope of this name exists for other mailboxes. Nothing was changed: choose another name.')}`,
    '}',
    "$role = 'Application Calendars.ReadWrite'",
    'if (@(Get-ManagementRoleAssignment -Role $role | Where-Object { $_.Name -eq $scope }).Count -eq 0) {',
    `  New-ManagementRoleAssignment -Name $scope -App ${guid(p.servicePrincipalId)} -Role $role -CustomResourceScope $scope`,
    '}',
    `Write-Output ${text('Done. Exchange takes 30 minutes to 2 hours to notice.')}`,
  );
}

/** What RBAC says of one mailbox that must be open and one that must not. It tells what will be, not what is in force yet. */
export function testRbac(p: { clientId: string; inside: string; outside: string }): string {
  return block(
    `foreach ($mailbox in @(${text(p.inside)}, ${text(p.outside)})) {`,
    `  Test-ServicePrincipalAuthorization -Identity ${guid(p.clientId)} -Resource $mailbox |`,
    '    Format-Table RoleName, GrantedPermissions, AllowedResourceScope, ScopeType, InScope',
    '}',
  );
}

/** Takes the tenant-wide calendar permissions back, so that RBAC limits something. Runs after `connectGraph`. */
export function removeCalendarConsent(p: { clientId: string }): string {
  const roles = calendarRoles.map((role) => guid(permissionId(role))).join(', ');
  return block(
    '# The calendar permissions of the app itself. Remove them under API permissions too, or the',
    '# next admin consent brings them back. The token then names no calendar role, and Exchange decides alone.',
    `$calendar = @(${roles})`,
    `$principal = Get-MgServicePrincipal -Filter ${text(`appId eq '${p.clientId}'`)}`,
    `if ($null -eq $principal -or $principal.AppId -ne ${guid(p.clientId)}) { throw ${text('The tenant does not know the app.')} }`,
    'Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.Id -All |',
    '  Where-Object { $calendar -contains $_.AppRoleId } |',
    '  ForEach-Object {',
    '    Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $principal.Id -AppRoleAssignmentId $_.Id',
    '  }',
  );
}

const calendarRoles = ['Calendars.ReadWrite', 'Calendars.Read', 'Calendars.ReadBasic.All'] as const;

/** The scopes that `connectGraph` needs for `removeCalendarConsent`. */
export const removeCalendarConsentScopes = ['Application.Read.All', 'AppRoleAssignment.ReadWrite.All'];

/** Exchange's older application access policy, which Microsoft replaces by RBAC for Applications. */
export function limitByAccessPolicy(p: MailboxScope & { description?: string }): string {
  const description = p.description ?? 'Limits Parley to the mailboxes of meeting organizers';
  return block(
    '# Microsoft replaces these policies by RBAC for Applications: make a new one only where that is not possible yet.',
    `$app = ${guid(p.clientId)}`,
    `$group = ${text(p.group)}`,
    '$found = @(Get-ApplicationAccessPolicy | Where-Object { $_.AppId -eq $app })',
    'if ($found.Count -gt 0) {',
    `  ${stop('The app has a policy already, for', '$found | ForEach-Object { "$($_.ScopeName) ($($_.AccessRight))" }', 'Nothing was changed: look whether it is the right one.')}`,
    '}',
    'New-ApplicationAccessPolicy -AppId $app -PolicyScopeGroupId $group -AccessRight RestrictAccess ' +
      `-Description ${text(description)}`,
    `Write-Output ${text('Done. Exchange takes 30 to 60 minutes to notice, even after the test says Granted.')}`,
  );
}

/** What the older policy says of one mailbox that must be open and one that must not. */
export function testAccessPolicy(p: { clientId: string; inside: string; outside: string }): string {
  return block(
    `foreach ($mailbox in @(${text(p.inside)}, ${text(p.outside)})) {`,
    `  Test-ApplicationAccessPolicy -Identity $mailbox -AppId ${guid(p.clientId)} |`,
    '    Format-Table Mailbox, AppId, AccessCheckResult',
    '}',
  );
}
