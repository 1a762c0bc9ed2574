import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { asApp, graphEmulator, person } from '../../test/support/graph-caller.ts';
import { findServicePrincipal } from '../directory.ts';
import type { Emulator } from '../emulator.ts';
import { CONTOSO_TENANT_ID, LARKFIELD_TENANT_ID, NORTHGATE_TENANT_ID, PARLEY_CLIENT_ID } from '../seed.ts';
import { runScript } from './run-script.ts';

const meeting = { subject: 'Intake', startDateTime: '2026-11-25T08:00:00Z', endDateTime: '2026-11-25T08:30:00Z' };

function run(script: string, emulator: Emulator = graphEmulator(), tenantId = CONTOSO_TENANT_ID) {
  return runScript(emulator.context, { tenantId, script });
}

const output = (script: string, emulator?: Emulator) => {
  const result = run(script, emulator);
  assert.equal(result.error, undefined);
  return result.output;
};

async function mayMeet(emulator: Emulator, name: string): Promise<boolean> {
  const app = await asApp(emulator, 'dana.reyes', ['OnlineMeetings.ReadWrite.All']);
  return (await app.post(`/users/${person(emulator, name).id}/onlineMeetings`, meeting)).status === 201;
}

async function mayRead(emulator: Emulator, name: string, roles: string[] = []): Promise<boolean> {
  const app = await asApp(emulator, 'dana.reyes', roles);
  return (await app.get(`/users/${name}@contoso.example/events`)).status === 200;
}

suite('the language', () => {
  for (const [script, expected] of [
    ["$a = 'x'; $A", 'x'],
    ['"a $(\'b\' + "c") `$d `"e`" ""f"""', 'a bc $d "e" "f"'],
    ["'it''s'", "it's"],
    ['# nothing\n<# at\nall #>\n1', '1'],
    ["$n = @('a',\n  'b' # two\n)\n$n.Count", '2'],
    ['$o = [pscustomobject]@{ Name = \'x\'; Other = 1 }\n"$($o.name)-$($o.Other)"', 'x-1'],
    ["if ('A' -eq 'a') { 'same' } else { 'not' }", 'same'],
    ["if ($null -eq '') { 1 } elseif (-not $false -and 'x' -in 'x','y') { 2 }", '2'],
    ["foreach ($x in 'a','b') { Write-Host \"<$x>\"; $x }", '<a>\na\n<b>\nb'],
    ["'a','b' | ForEach-Object { $_.ToUpper() }", 'A\nB'],
    ['try { throw \'no\' } catch { "caught $($_.Exception.Message)" }', 'caught no'],
    ["'{0} is {1}' -f 'this', 5", 'this is 5'],
    ["@('a','b') -join ', '", 'a, b'],
    ["'x'; return; 'y'", 'x'],
    ["Write-Host `\n  -Object 'over lines'", 'over lines'],
    ["if (-not (Get-CsApplicationAccessPolicy -Identity x -ErrorAction SilentlyContinue)) { 'none' }", 'none'],
    [
      "Get-CsOnlineUser | Where-Object UserPrincipalName -like 'dana*' | Select-Object @{Name='Who'; Expression={ $_.DisplayName }} | ConvertTo-Csv",
      '"Who"\n"Dana Reyes"',
    ],
    [
      'Grant-CsApplicationAccessPolicy -PolicyName $null -Global -WhatIf',
      'What if: Performing the operation "Grant-CsApplicationAccessPolicy".',
    ],
    ['@() | Grant-CsApplicationAccessPolicy -PolicyName x', ''],
    ["Write-Host ([regex]::Unescape('M\\u00fcller \\\\ \\u2019'))", 'Müller \\ ’'],
    [
      "Get-MgGroupTransitiveMember -GroupId organizers@contoso.example -All | ForEach-Object { $_.AdditionalProperties['userPrincipalName'] }",
      'dana.reyes@contoso.example\nmeetings@contoso.example',
    ],
    [
      'Set-CsTeamsMeetingConfiguration -Identity Global -EnableGraphTranscriptAccess $true; (Get-CsTeamsMeetingConfiguration).EnableGraphTranscriptAccess',
      'True',
    ],
    ['Connect-MicrosoftTeams -UseDeviceAuthentication; Import-Module MicrosoftTeams -MinimumVersion 7.9', ''],
  ] as const) {
    test(JSON.stringify(script), () => assert.equal(output(script), expected));
  }

  for (const [script, expected] of [
    ["'open", /The string that starts in line 1 has no end/],
    ['foreach ($x in 1) { ', /Missing '}': the script ends/],
    ['function f { 1 }', /'function' is more than this window understands/],
    ['while ($true) { 1 }', /'while' is more/],
    ["'x' > file.txt", /Unexpected '> file/],
    ['Get-Process', /The term 'Get-Process' is not recognized/],
    ['\n\nRemove-Item -Recurse /', /Remove-Item: The term[\s\S]*At line 3/],
    ['Get-CsOnlineUser -Nonsense 1', /A parameter cannot be found that matches parameter name 'Nonsense'/],
    ['Get-CsOnlineUser -Identity', /Missing an argument for parameter 'Identity'/],
    ['Grant-CsApplicationAccessPolicy -Global', /missing mandatory parameters: PolicyName/],
    ["@'\nx\n'@", /Here-strings/],
  ] as const) {
    test(`refuses ${JSON.stringify(script)}`, () => assert.match(run(script).error ?? '', expected));
  }

  test('what was done before an error stays done', () => {
    const emulator = graphEmulator();
    const result = run(`New-CsApplicationAccessPolicy -Identity A -AppIds ${PARLEY_CLIENT_ID}\nNonsense`, emulator);
    assert.match(result.output, /Tag:A/);
    assert.match(result.error ?? '', /Nonsense/);
    assert.match(output('Get-CsApplicationAccessPolicy', emulator), /Tag:A/);
  });

  test('quotes of every kind end a string, as in the real one', () => {
    assert.equal(output('\u2018typographic\u2019'), 'typographic');
    assert.match(run("Write-Host 'O\u2019Neil'").error ?? '', /has no end/);
    assert.equal(output("Write-Host 'O\u2019\u2019Neil'"), 'O\u2019Neil');
  });

  test('a hostile name does nothing within single quotes, and shows itself without', () => {
    const name = '"; Remove-Item -Recurse $HOME #';
    assert.equal(output(`Write-Host '${name}'`), name);
    assert.match(run(`Write-Host "${name}"`).error ?? '', /Remove-Item/);
  });
});

suite('Teams', () => {
  const create = `
    Connect-MicrosoftTeams
    $appId = "${PARLEY_CLIENT_ID}"
    New-CsApplicationAccessPolicy \`
        -Identity "Tag:Parley" \`
        -AppIds $appId \`
        -Description "Lets Parley make meetings"
  `;

  test('the steps of a guide: create, grant to a person, show', async () => {
    const emulator = graphEmulator();
    const shown = output(
      `${create}
       $organizerObjectId = (Get-CsOnlineUser -Identity dana.reyes@contoso.example).ExternalDirectoryObjectId
       Grant-CsApplicationAccessPolicy -PolicyName "Parley" -Identity $organizerObjectId
       Get-CsOnlineUser -Identity dana.reyes@contoso.example |
       Select UserPrincipalName, ApplicationAccessPolicy`,
      emulator,
    );
    assert.equal(
      shown,
      [
        'Identity   AppIds                                 Description',
        '--------   ------                                 -----------',
        `Tag:Parley {${PARLEY_CLIENT_ID}} Lets Parley make meetings`,
        '',
        'UserPrincipalName          ApplicationAccessPolicy',
        '-----------------          -----------------------',
        'dana.reyes@contoso.example Parley',
      ].join('\n'),
    );
    assert.deepEqual([await mayMeet(emulator, 'dana.reyes'), await mayMeet(emulator, 'milan.okafor')], [true, false]);
    output('Grant-CsApplicationAccessPolicy -PolicyName $null -Identity dana.reyes@contoso.example', emulator);
    assert.equal(await mayMeet(emulator, 'dana.reyes'), false);
  });

  for (const [what, script] of [
    [
      'a list of people',
      "foreach ($u in @('dana.reyes@contoso.example', 'sip:meetings@contoso.example')) { Grant-CsApplicationAccessPolicy -Identity $u -PolicyName 'Tag:Parley' }",
    ],
    ['a group', 'Grant-CsApplicationAccessPolicy -PolicyName Parley -Group organizers@contoso.example -Rank 1'],
    ['everybody', 'Grant-CsApplicationAccessPolicy -PolicyName Parley -Global'],
    ['everybody through the pipeline', 'Get-CsOnlineUser | Grant-CsApplicationAccessPolicy -PolicyName "Parley"'],
    [
      'a group’s members',
      "Get-MgGroupMember -GroupId (Get-MgGroup -Filter \"displayName eq 'Meeting organizers'\").Id -All | ForEach-Object { Grant-CsApplicationAccessPolicy -Identity $_.Id -PolicyName 'Parley' }",
    ],
  ] as const) {
    test(`grants to ${what}`, async () => {
      const emulator = graphEmulator();
      output(`${create}; ${script}`, emulator);
      assert.deepEqual(
        [await mayMeet(emulator, 'dana.reyes'), await mayMeet(emulator, 'milan.okafor')],
        [true, what.startsWith('everybody')],
      );
    });
  }

  test('a careful script stops where somebody has another policy', () => {
    const emulator = graphEmulator();
    output(`${create}; New-CsApplicationAccessPolicy -Identity Theirs -AppIds ${PARLEY_CLIENT_ID}`, emulator);
    output('Grant-CsApplicationAccessPolicy -Identity milan.okafor@contoso.example -PolicyName Theirs', emulator);
    const careful = (name: string) => `
      $user = '${name}@contoso.example'
      $current = [string](Get-CsOnlineUser -Identity $user).ApplicationAccessPolicy
      if ($current -and $current -notin 'Parley', 'Tag:Parley') {
        throw "$user already has the policy $current. Nothing was changed."
      }
      Grant-CsApplicationAccessPolicy -Identity $user -PolicyName 'Parley'`;
    assert.match(run(careful('milan.okafor'), emulator).error ?? '', /already has the policy Theirs/);
    emulator.switches.onlineUserPolicy = 'tag';
    assert.match(run(careful('milan.okafor'), emulator).error ?? '', /already has the policy Tag:Theirs/);
    output(careful('dana.reyes'), emulator);
    output(careful('dana.reyes'), emulator);
  });

  test('changes and removes policies', async () => {
    const emulator = graphEmulator();
    output(`${create}; Grant-CsApplicationAccessPolicy -PolicyName Parley -Global`, emulator);
    const other = '00000000-0000-0000-0000-00000000000a';
    output(`Set-CsApplicationAccessPolicy -Identity Parley -AppIds @{Add="${other}"}`, emulator);
    assert.match(
      output('(Get-CsApplicationAccessPolicy -Identity Tag:Parley).AppIds', emulator),
      new RegExp(`${PARLEY_CLIENT_ID}\n${other}`),
    );
    output(`Set-CsApplicationAccessPolicy -Identity Parley -AppIds @{Remove="${PARLEY_CLIENT_ID}"}`, emulator);
    assert.equal(await mayMeet(emulator, 'dana.reyes'), false);
    assert.match(run('Remove-CsApplicationAccessPolicy -Identity Parley', emulator).error ?? '', /currently assigned/);
    output(
      'Grant-CsApplicationAccessPolicy -PolicyName $null -Global; Remove-CsApplicationAccessPolicy -Identity Parley',
      emulator,
    );
    assert.equal(output('Get-CsApplicationAccessPolicy', emulator), '');
  });

  for (const [script, expected] of [
    [`${create}; ${create}`, /already exists/],
    ["New-CsApplicationAccessPolicy -Identity x -AppIds 'not-an-id'", /not an application id/],
    ['Grant-CsApplicationAccessPolicy -PolicyName Nope -Global', /Policy "Nope" is not a user policy/],
    [
      `${create}; Grant-CsApplicationAccessPolicy -PolicyName Parley -Identity nobody@contoso.example`,
      /Management object not found/,
    ],
    [`${create}; Grant-CsApplicationAccessPolicy -PolicyName Parley`, /Parameter set cannot be resolved/],
    [
      `${create}; Grant-CsApplicationAccessPolicy -PolicyName Parley -Identity elif.varga@larkfield.example`,
      /Management object not found/,
    ],
    [
      'New-CsBatchPolicyAssignmentOperation -PolicyType ApplicationAccessPolicy -Identity x -PolicyName y',
      /not supported/,
    ],
    ['Connect-MicrosoftTeams -TenantId 11111111-1111-4111-8111-111111111111', /AADSTS90002/],
  ] as const) {
    test(`refuses: ${expected.source}`, () => assert.match(run(script).error ?? '', expected));
  }

  test('naming another tenant leads there', () => {
    assert.match(
      output(`Connect-MicrosoftTeams -TenantId ${LARKFIELD_TENANT_ID}; (Get-CsTenant).DisplayName`),
      /Larkfield/,
    );
  });

  test('writes the roster as CSV and JSON', () => {
    const pipeline = 'Get-CsOnlineUser | Select UserPrincipalName, ApplicationAccessPolicy';
    assert.match(
      output(`${pipeline} | ConvertTo-Csv -NoTypeInformation`),
      /^"UserPrincipalName","ApplicationAccessPolicy"\n"dana/,
    );
    const json = JSON.parse(output(`${pipeline} | ConvertTo-Json`)) as { UserPrincipalName: string }[];
    assert.equal(json[0]?.UserPrincipalName, 'dana.reyes@contoso.example');
    assert.equal(output("Get-CsOnlineUser | Where-Object { $_.ApplicationAccessPolicy -eq 'Tag:x' }"), '');
  });
});

suite('Exchange', () => {
  const objectId = (emulator: Emulator) =>
    findServicePrincipal(emulator.context.directory, CONTOSO_TENANT_ID, PARLEY_CLIENT_ID)?.id ?? '';

  test('the older way: an access policy, and its test', async () => {
    const emulator = graphEmulator();
    const shown = output(
      `Connect-ExchangeOnline
       $appId = "${PARLEY_CLIENT_ID}"
       New-ApplicationAccessPolicy -AppId $appId -PolicyScopeGroupId "organizers@contoso.example" -AccessRight RestrictAccess -Description "Organizers only"
       'dana.reyes@contoso.example', 'milan.okafor@contoso.example' | ForEach-Object {
         (Test-ApplicationAccessPolicy -Identity $_ -AppId $appId).AccessCheckResult
       }`,
      emulator,
    );
    assert.match(shown, /AccessRight\s+: RestrictAccess/);
    assert.match(shown, /Granted\nDenied$/);
    const roles = ['Calendars.ReadWrite'];
    assert.deepEqual(
      [await mayRead(emulator, 'dana.reyes', roles), await mayRead(emulator, 'milan.okafor', roles)],
      [true, false],
    );
    output('Get-ApplicationAccessPolicy | Remove-ApplicationAccessPolicy -Confirm:$false', emulator);
    assert.equal(await mayRead(emulator, 'milan.okafor', roles), true);
  });

  test('roles for applications: scope, assignment, test, and the way back', async () => {
    const emulator = graphEmulator();
    const shown = output(
      `$app = Get-MgServicePrincipal -Filter "appId eq '${PARLEY_CLIENT_ID}'"
       New-ServicePrincipal -AppId $app.AppId -ObjectId $app.Id -DisplayName 'Parley' | Out-Null
       $group = Get-Group -Identity 'organizers@contoso.example'
       New-ManagementScope -Name 'Bookable' -RecipientRestrictionFilter "MemberOfGroup -eq '$($group.DistinguishedName)'" | Out-Null
       New-ManagementRoleAssignment -App $app.Id -Role 'Application Calendars.ReadWrite' -CustomResourceScope 'Bookable' | Out-Null
       Test-ServicePrincipalAuthorization -Identity $app.AppId -Resource milan.okafor@contoso.example | Select-Object RoleName, AllowedResourceScope, InScope`,
      emulator,
    );
    assert.match(shown, /Application Calendars\.ReadWrite Bookable\s+False/);
    assert.deepEqual([await mayRead(emulator, 'dana.reyes'), await mayRead(emulator, 'milan.okafor')], [true, false]);
    output('Get-ManagementRoleAssignment | Remove-ManagementRoleAssignment; Remove-ManagementScope Bookable', emulator);
    assert.equal(await mayRead(emulator, 'dana.reyes'), false);
  });

  test('the test bypasses the delay that mailboxes have', async () => {
    const emulator = graphEmulator();
    emulator.switches.exchangePolicyDelayMs = 3_600_000;
    const shown = output(
      `New-ServicePrincipal -AppId ${PARLEY_CLIENT_ID} -ObjectId ${objectId(emulator)} -DisplayName Parley | Out-Null
       New-ManagementRoleAssignment -App Parley -Role "Application Calendars.Read" -RecipientGroupScope organizers@contoso.example | Out-Null
       (Test-ServicePrincipalAuthorization -Identity Parley -Resource dana.reyes@contoso.example).InScope`,
      emulator,
    );
    assert.equal(shown, 'True');
    assert.equal(await mayRead(emulator, 'dana.reyes'), false);
    emulator.clock.advance(3_600_000);
    assert.equal(await mayRead(emulator, 'dana.reyes'), true);
  });

  for (const [script, expected] of [
    ["New-ManagementRoleAssignment -App x -Role 'Application Calendars.Read'", /couldn't be found/],
    [
      `New-ManagementRoleAssignment -App ${PARLEY_CLIENT_ID} -Role 'Application Calendars.Read'`,
      /New-ServicePrincipal first/,
    ],
    [
      'New-ManagementScope -Name x -RecipientRestrictionFilter "MemberOfGroup -eq \'organizers@contoso.example\'"',
      /distinguished name/,
    ],
    [
      'New-ManagementScope -Name x -RecipientRestrictionFilter "Alias -like \'a*\'"',
      /more than this window understands/,
    ],
    [
      "New-ServicePrincipal -AppId a -ObjectId b; New-ManagementRoleAssignment -App a -Role 'Application OnlineMeetings.ReadWrite'",
      /couldn't be found/,
    ],
    ['New-ApplicationAccessPolicy -AppId a -PolicyScopeGroupId nobody -AccessRight DenyAccess', /couldn't be found/],
    [
      'New-ApplicationAccessPolicy -AppId a -PolicyScopeGroupId organizers@contoso.example -AccessRight Sometimes',
      /RestrictAccess, DenyAccess/,
    ],
  ] as const) {
    test(`refuses: ${script.slice(0, 60)}`, () => assert.match(run(script).error ?? '', expected));
  }
});

test('the consent of Entra can be taken back role by role', () => {
  const emulator = graphEmulator();
  const script = `
    $sp = Get-MgServicePrincipal -All | Where-Object { $_.DisplayName -like '*Northgate*' }
    $all = Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $sp.Id
    $calendars = $all | Where-Object { $_.AppRoleId -eq 'ef54d2bf-783f-4e0f-bca1-3210c0444d99' }
    Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $sp.Id -AppRoleAssignmentId $calendars.Id`;
  assert.equal(run(script, emulator, NORTHGATE_TENANT_ID).error, undefined);
  const left = [...emulator.context.directory.servicePrincipals.values()].find(
    (one) => one.tenantId === NORTHGATE_TENANT_ID,
  );
  assert.deepEqual(left?.appRoles, ['User.Read.All', 'OnlineMeetings.ReadWrite.All']);
});
