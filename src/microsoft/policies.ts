import { block, guid, stop, text } from './powershell.ts';

/**
 * Scripts for Teams PowerShell, to run after `connectTeams`: which organizers an app may make online meetings for.
 * Graph docs: “Configure application access to online meetings or virtual events”.
 */
export type TeamsPolicy = {
  /** With or without the `Tag:` that PowerShell shows. */
  policyName: string;
  clientId: string;
};

/** A person by object id; the label is for the eyes of whoever runs the script. */
export type PolicyUser = { objectId: string; label: string };

/** Who gets a policy. A user's own one beats a group's, and a group's beats that of everyone. */
export type PolicyTarget =
  | { kind: 'users'; users: PolicyUser[] }
  /** Each present member, as themselves; who joins later is not covered. Needs `connectGraph` with `GroupMember.Read.All`. */
  | { kind: 'group-members'; groupId: string }
  /** The group itself, with later members. Whether Teams honours it for meetings is not documented: test it. */
  | { kind: 'group'; groupId: string; rank?: number }
  | { kind: 'everyone' };

const PLAIN_NAME = "-replace '^Tag:', ''";

/** Makes the policy, unless it exists; stops when one of this name exists for other apps. */
export function createTeamsPolicy(p: TeamsPolicy & { description?: string }): string {
  const description = p.description ?? 'Lets Parley make Teams meetings for the organizers who have this policy';
  return block(
    ...names(p),
    `$found = @(Get-CsApplicationAccessPolicy | Where-Object { ($_.Identity ${PLAIN_NAME}) -eq $policy })`,
    'if ($found.Count -eq 0) {',
    `  New-CsApplicationAccessPolicy -Identity ('Tag:' + $policy) -AppIds $app -Description ${text(description)}`,
    '} elseif (@($found[0].AppIds) -notcontains $app) {',
    `  throw ${text('A policy of this name exists for other apps. Choose another name, or extend that policy.')}`,
    '} else {',
    `  Write-Output ${text('The policy exists and lists the app.')}`,
    '}',
  );
}

/** Shows every policy of the tenant with its apps. */
export function showTeamsPolicies(): string {
  return 'Get-CsApplicationAccessPolicy | Format-List Identity, AppIds, Description';
}

/** Adds the app to a policy that exists, and keeps the apps that it lists. */
export function extendTeamsPolicy(p: TeamsPolicy): string {
  return block(
    ...names(p),
    '$found = Get-CsApplicationAccessPolicy -Identity $policy',
    'if (@($found.AppIds) -notcontains $app) {',
    '  Set-CsApplicationAccessPolicy -Identity $policy -AppIds @{ Add = $app }',
    '}',
    'Get-CsApplicationAccessPolicy -Identity $policy | Format-List Identity, AppIds, Description',
  );
}

/** Grants the policy. Reads first what is in force, and changes nothing at all if that is another policy. */
export function grantTeamsPolicy(p: TeamsPolicy, target: PolicyTarget): string {
  switch (target.kind) {
    case 'users':
      return block(...names(p), ...policyExists, ...listOf(target.users), ...grantToUsers);
    case 'group-members':
      return block(...names(p), ...policyExists, ...membersOf(target.groupId), ...grantToUsers);
    case 'group':
      return block(...names(p), ...policyExists, ...grantToGroup(target));
    case 'everyone':
    default:
      return block(...names(p), ...policyExists, ...grantToEveryone);
  }
}

/** Shows what these people have now; without people, everybody who has the policy as their own. */
export function validateTeamsPolicy(p: { policyName: string; users?: PolicyUser[] }): string {
  if (p.users === undefined) {
    return block(
      policyVariable(p.policyName),
      `Get-CsOnlineUser | Where-Object { ("$($_.ApplicationAccessPolicy)" ${PLAIN_NAME}) -eq $policy } |`,
      '  Format-Table DisplayName, UserPrincipalName, Identity, ApplicationAccessPolicy',
    );
  }
  return block(
    policyVariable(p.policyName),
    ...listOf(p.users),
    ...readCurrent,
    '$current | Format-Table Name, Id, Policy',
  );
}

/** Writes who has which policy to a CSV file, for the roster of Parley. */
export function exportRoster(): string {
  return [
    'Get-CsOnlineUser | Select-Object UserPrincipalName, Identity, ApplicationAccessPolicy |',
    "  Export-Csv -Path 'parley-policies.csv' -NoTypeInformation -Encoding UTF8",
  ].join('\n');
}

/** Takes the policy away from people who have it, and leaves those alone who have another one. */
export function revokeTeamsPolicy(p: { policyName: string; users: PolicyUser[] }): string {
  return block(
    policyVariable(p.policyName),
    ...listOf(p.users),
    ...readCurrent,
    '$holders = @($current | Where-Object { $_.Policy -eq $policy })',
    'foreach ($user in $holders) {',
    '  Grant-CsApplicationAccessPolicy -Identity $user.Id -PolicyName $null',
    '}',
    '$holders | Format-Table Name, Id',
  );
}

/** Removes the policy itself; stops while somebody has it. */
export function removeTeamsPolicy(p: { policyName: string }): string {
  return block(
    policyVariable(p.policyName),
    `$holders = @(Get-CsOnlineUser | Where-Object { ("$($_.ApplicationAccessPolicy)" ${PLAIN_NAME}) -eq $policy })`,
    'if ($holders.Count -gt 0) {',
    `  ${stop('The policy is still that of', '$holders | Select-Object -First 20 | ForEach-Object { $_.UserPrincipalName }', 'Take it away from them first.')}`,
    '}',
    "Remove-CsApplicationAccessPolicy -Identity ('Tag:' + $policy)",
  );
}

/** Lets apps read transcripts through Graph, or not; off by default since the end of July 2026. Needs module 7.9. */
export function switchTranscripts(p: { allowed: boolean; attributed: boolean }): string {
  const attributed = p.attributed ? '$true' : '$false';
  return block(
    '# Version 7.9 or later of the module MicrosoftTeams has these switches.',
    `Set-CsTeamsMeetingConfiguration -Identity Global -EnableGraphTranscriptAccess ${p.allowed ? '$true' : '$false'} -EnableAttributedTranscripts ${attributed}`,
    'Get-CsTeamsMeetingConfiguration | Format-List EnableGraphTranscriptAccess, EnableAttributedTranscripts',
  );
}

function policyVariable(policyName: string): string {
  const name = policyName.replace(/^tag:/i, '').trim();
  if (name === '') throw new TypeError('a policy needs a name');
  return `$policy = ${text(name)}`;
}

function names(p: TeamsPolicy): string[] {
  return [policyVariable(p.policyName), `$app = ${guid(p.clientId)}`];
}

const policyExists = [
  '$definition = Get-CsApplicationAccessPolicy -Identity $policy',
  'if (@($definition.AppIds) -notcontains $app) {',
  `  throw ${text('The policy does not list the app. Extend the policy first; nothing was granted.')}`,
  '}',
];

function listOf(users: PolicyUser[]): string[] {
  const rows = users.map(
    ({ objectId, label }) => `  [pscustomobject]@{ Id = ${guid(objectId)}; Name = ${text(label)} }`,
  );
  return ['$users = @(', ...rows, ')'];
}

function membersOf(groupId: string): string[] {
  return [
    `$members = @(Get-MgGroupTransitiveMember -GroupId ${guid(groupId)} -All)`,
    "$people = @($members | Where-Object { $_.AdditionalProperties['@odata.type'] -eq '#microsoft.graph.user' })",
    "$users = @($people | ForEach-Object { [pscustomobject]@{ Id = $_.Id; Name = $_.AdditionalProperties['userPrincipalName'] } })",
    'if ($users.Count -eq 0) {',
    `  throw ${text('The group has no members who are users. Nothing was granted.')}`,
    '}',
  ];
}

/** An empty policy means that of the group or of everyone. */
const readCurrent = [
  '$current = @(foreach ($user in $users) {',
  `  $name = "$((Get-CsOnlineUser -Identity $user.Id).ApplicationAccessPolicy)" ${PLAIN_NAME}`,
  '  [pscustomobject]@{ Id = $user.Id; Name = $user.Name; Policy = $name }',
  '})',
];

const grantToUsers = [
  '# One policy for each user: a grant silently takes the place of the one before. So look at everybody first.',
  ...readCurrent,
  '$others = @($current | Where-Object { $_.Policy -and $_.Policy -ne $policy })',
  'if ($others.Count -gt 0) {',
  `  ${stop('These people have another policy', '$others | ForEach-Object { "$($_.Name) ($($_.Policy))" }', 'Nothing was granted: add the app to their policy instead, or leave them out.')}`,
  '}',
  'foreach ($user in $current | Where-Object { $_.Policy -ne $policy }) {',
  '  Grant-CsApplicationAccessPolicy -Identity $user.Id -PolicyName $policy',
  '}',
  ...finished(),
];

function grantToGroup(target: { groupId: string; rank?: number }): string[] {
  const rank = target.rank ?? 1;
  if (!Number.isSafeInteger(rank) || rank < 1) throw new TypeError('a rank is a whole number from 1');
  return [
    `$group = ${guid(target.groupId)}`,
    "$assigned = @(Get-CsGroupPolicyAssignment -GroupId $group | Where-Object { $_.PolicyType -eq 'ApplicationAccessPolicy' })",
    `$others = @($assigned | Where-Object { ("$($_.PolicyName)" ${PLAIN_NAME}) -ne $policy })`,
    'if ($others.Count -gt 0) {',
    `  ${stop('The group has another policy', '$others | ForEach-Object { $_.PolicyName }', 'Nothing was granted: add the app to that policy instead.')}`,
    '}',
    'if ($assigned.Count -eq 0) {',
    `  Grant-CsApplicationAccessPolicy -Group $group -PolicyName $policy -Rank ${rank}`,
    '}',
    ...finished(),
  ];
}

const grantToEveryone = [
  '# The apps that may act for everyone now would lose that.',
  "$everyone = Get-CsApplicationAccessPolicy | Where-Object { $_.Identity -eq 'Global' }",
  '$lost = @($everyone.AppIds | Where-Object { $_ -and @($definition.AppIds) -notcontains $_ })',
  'if ($lost.Count -gt 0) {',
  `  ${stop('These apps may act for everyone now and would lose that', '$lost', 'Nothing was granted: add them to the policy first.')}`,
  '}',
  'Grant-CsApplicationAccessPolicy -PolicyName $policy -Global',
  ...finished(),
];

function finished(): string[] {
  return [`Write-Output ${text('Done. Teams takes up to 30 minutes to notice, in rare cases a day.')}`];
}
