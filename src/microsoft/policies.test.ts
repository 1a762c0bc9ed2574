import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  limitByAccessPolicy,
  limitByRbac,
  removeCalendarConsent,
  removeCalendarConsentScopes,
  testAccessPolicy,
  testRbac,
} from './exchange-policies.ts';
import {
  createTeamsPolicy,
  exportRoster,
  extendTeamsPolicy,
  grantTeamsPolicy,
  removeTeamsPolicy,
  revokeTeamsPolicy,
  showTeamsPolicies,
  switchTranscripts,
  validateTeamsPolicy,
} from './policies.ts';
import { block, connectExchange, connectGraph, connectTeams, installModules, quote, text } from './powershell.ts';

const id = '832d86c8-1111-4222-8333-444455556666';
const otherId = 'dc17674c-81d9-4adb-bfb2-8f6a442e4622';

type Token = { kind: 'literal' | 'expandable' | 'comment' | 'code'; value: string };
const SINGLE = "'\u2018\u2019\u201a\u201b";
const DOUBLE = '"\u201c\u201d\u201e';
const CLOSES: Record<string, string> = { '{': '}', '(': ')', '[': ']' };

/**
 * Takes PowerShell apart as its own tokenizer does: literals, expandable strings, comments, and the code between them.
 * Throws when a quote or bracket is left open.
 */
function tokenize(script: string): Token[] {
  const tokens: Token[] = [];
  const open: string[] = [];
  let code = '';
  let at = 0;
  const flush = () => {
    if (code.trim() !== '') tokens.push({ kind: 'code', value: code });
    code = '';
  };
  const string = (kind: 'literal' | 'expandable', quotes: string) => {
    flush();
    let value = '';
    for (at += 1; ; at += 1) {
      const char = script[at];
      if (char === undefined) throw new Error(`an open string: ${value}`);
      if (kind === 'expandable' && char === '`') value += script[(at += 1)] ?? '';
      else if (!quotes.includes(char)) value += char;
      else if (quotes.includes(script[at + 1] ?? 'none')) value += script[(at += 1)];
      else break;
    }
    at += 1;
    tokens.push({ kind, value });
  };
  while (at < script.length) {
    const char = script[at] ?? '';
    if (SINGLE.includes(char)) string('literal', SINGLE);
    else if (DOUBLE.includes(char)) string('expandable', DOUBLE);
    else if (char === '#' && /(^|[\s{}();,|])$/.test(script.slice(0, at))) {
      flush();
      const end = script.indexOf('\n', at);
      tokens.push({ kind: 'comment', value: script.slice(at, end === -1 ? undefined : end) });
      at = end === -1 ? script.length : end;
    } else {
      assert.notEqual(char, '`', 'no backtick is ever needed');
      if (char in CLOSES) open.push(CLOSES[char] ?? '');
      if ('})]'.includes(char)) assert.equal(open.pop(), char, `unbalanced near “${script.slice(at - 40, at + 1)}”`);
      code += char;
      at += 1;
    }
  }
  flush();
  assert.deepEqual(open, [], 'every bracket is closed');
  return tokens;
}

/** Everything that PowerShell would run or expand. */
const alive = (script: string) =>
  tokenize(script)
    .filter(({ kind }) => kind === 'code' || kind === 'expandable')
    .map(({ value }) => value)
    .join('\n');

const hostile = [
  '"; Remove-Item C:\\ -Recurse #',
  "'; Remove-Item C:\\ -Recurse #",
  "'') ; Remove-Item ('",
  '$(Remove-Item C:\\)',
  '`"; Remove-Item; `"',
  'a\n}; Remove-Item C:\\\r\ntry {',
  'a\u2028Remove-Item\u2029',
  '\u2019; Remove-Item; \u2018',
  '\u201a; Remove-Item; \u201b',
  '\u201d; Remove-Item; \u201c',
  '\u2019\u2019\u2019; Remove-Item #',
  "@'\nRemove-Item\n'@",
  '#> Remove-Item <#',
  '--% Remove-Item',
  '\u0000Remove-Item\u0007',
  '\u202eRemove-Item\u2066',
  // In an old code page the bytes of these letters hold quotes: Ð’ and â€™.
  'В; Remove-Item; В #',
  '’; Remove-Item',
  '\\u0027; Remove-Item; \\u0027',
  "Zoë O'Neil’s “team” — Łódź 🎓; Remove-Item",
];

/** Every script there is, with the same text wherever a text can come from outside. */
function scripts(name: string): Record<string, string> {
  const policy = { policyName: name, clientId: id };
  const users = [
    { objectId: id, label: name },
    { objectId: otherId, label: 'Dana Reyes' },
  ];
  const mailboxes = { clientId: id, inside: name, outside: name };
  return {
    create: createTeamsPolicy({ ...policy, description: name }),
    show: showTeamsPolicies(),
    extend: extendTeamsPolicy(policy),
    users: grantTeamsPolicy(policy, { kind: 'users', users }),
    nobody: grantTeamsPolicy(policy, { kind: 'users', users: [] }),
    members: grantTeamsPolicy(policy, { kind: 'group-members', groupId: otherId }),
    group: grantTeamsPolicy(policy, { kind: 'group', groupId: otherId, rank: 2 }),
    everyone: grantTeamsPolicy(policy, { kind: 'everyone' }),
    validate: validateTeamsPolicy({ policyName: name, users }),
    validateAll: validateTeamsPolicy({ policyName: name }),
    roster: exportRoster(),
    revoke: revokeTeamsPolicy({ policyName: name, users }),
    remove: removeTeamsPolicy({ policyName: name }),
    transcripts: switchTranscripts({ allowed: true, attributed: false }),
    rbac: limitByRbac({ clientId: id, group: name, servicePrincipalId: otherId, displayName: name, scopeName: name }),
    testRbac: testRbac(mailboxes),
    consent: removeCalendarConsent({ clientId: id }),
    accessPolicy: limitByAccessPolicy({ clientId: id, group: name, description: name }),
    testAccessPolicy: testAccessPolicy(mailboxes),
    teams: connectTeams({ tenant: name }),
    exchange: connectExchange({ tenant: name, certificate: { clientId: id, thumbprint: 'A'.repeat(40) } }),
    graph: connectGraph({ tenant: name }, [name]),
    modules: installModules(),
  };
}

test('a literal stands for its text, and for nothing else', () => {
  assert.equal(quote("O'Neil"), "'O''Neil'");
  assert.equal(
    quote('O\u2019Neil \u2018a\u2019 \u201ab\u201b'),
    "'O\u2019\u2019Neil \u2018\u2018a\u2019\u2019 \u201a\u201ab\u201b\u201b'",
  );
  assert.equal(quote('$(calc) `n "x"'), `'$(calc) \`n "x"'`);
  assert.equal(quote('a\r\nb\u0000c\u2028d'), "'a b c d'");
  assert.equal(quote('a\u202eb\u2066c'), "'abc'");
  for (const value of hostile) {
    const [token, ...others] = tokenize(quote(value));
    assert.equal(token?.kind, 'literal');
    assert.deepEqual(others, [], value);
    assert.doesNotMatch(quote(value), /\p{Cc}|\u2028|\u2029/u);
  }
});

test('text beyond ASCII is written in ASCII, and comes out as it went in', () => {
  const unescape = (script: string) =>
    (tokenize(script).find(({ kind }) => kind === 'literal')?.value ?? '').replaceAll(
      /\\u([\da-f]{4})|\\(\\)/g,
      (_, code: string | undefined, backslash: string | undefined) =>
        code === undefined ? (backslash ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
    );
  assert.equal(text('Dana Reyes'), "'Dana Reyes'");
  assert.equal(text('Łódź'), "([regex]::Unescape('\\u0141\\u00f3d\\u017a'))");
  for (const value of ["Zoë O'Neil’s “team” — 🎓", 'В \\u0027 \\', 'Ünïcödé']) {
    assert.match(text(value), /^[\x20-\x7e]*$/);
    assert.equal(unescape(text(value)), value);
  }
});

test('no name, however hostile, gets out of its literal in any script', () => {
  for (const name of ['Parley', ...hostile]) {
    for (const [what, script] of Object.entries(scripts(name))) {
      assert.match(script, /^[\x20-\x7e\n]*$/, `${what} is plain ASCII`);
      assert.doesNotMatch(alive(script), /Remove-Item/, `${what} with ${name}`);
      for (const { kind, value } of tokenize(script)) {
        if (kind === 'comment') assert.doesNotMatch(value, /Remove-Item/, what);
        if (kind === 'literal') assert.doesNotMatch(value, /[\p{Cc}\u2028\u2029]/u, what);
      }
    }
  }
});

test('the code of a script does not depend on the names in it', () => {
  const code = (name: string) => Object.values(scripts(name)).map(alive);
  const plain = code('Parley');
  for (const name of hostile.filter((name) => /^[\x20-\x7e]*$/.test(name))) assert.deepEqual(code(name), plain);
});

test('ids and thumbprints that are none are refused', () => {
  for (const bad of ['', 'dana@c.example', "' ; Remove-Item", `${id}'`, `${id}\n`]) {
    const policy = { policyName: 'Parley', clientId: bad };
    for (const work of [
      () => createTeamsPolicy(policy),
      () => grantTeamsPolicy({ ...policy, clientId: id }, { kind: 'users', users: [{ objectId: bad, label: 'x' }] }),
      () => grantTeamsPolicy({ ...policy, clientId: id }, { kind: 'group', groupId: bad }),
      () => grantTeamsPolicy({ ...policy, clientId: id }, { kind: 'group-members', groupId: bad }),
      () => removeCalendarConsent({ clientId: bad }),
      () => testRbac({ clientId: bad, inside: 'a', outside: 'b' }),
      () => connectTeams({ tenant: id, certificate: { clientId: id, thumbprint: bad } }),
    ]) {
      assert.throws(work, TypeError, bad);
    }
  }
  assert.throws(() => createTeamsPolicy({ policyName: 'Tag: ', clientId: id }), TypeError);
  assert.throws(
    () => grantTeamsPolicy({ policyName: 'P', clientId: id }, { kind: 'group', groupId: id, rank: 0.5 }),
    TypeError,
  );
});

test('a script is one block, so that a throw stops all of it also when it is pasted', () => {
  for (const [what, script] of Object.entries(scripts('Parley'))) {
    if (!script.includes('throw')) continue;
    assert.match(
      script,
      /^try \{\n {2}\$before = \$ErrorActionPreference\n {2}\$ErrorActionPreference = 'Stop'\n/,
      what,
    );
    assert.match(script, /\n\} finally \{\n {2}\$ErrorActionPreference = \$before\n\}$/, what);
    assert.equal(script.match(/^\S/gm)?.length, 3, `${what} is one statement`);
    assert.doesNotMatch(script, /\n\s*\n/, `${what} has no empty line`);
  }
  assert.deepEqual(block('a', '', 'b\nc').split('\n').slice(3, 7), ['  a', '  b', '  c', '} finally {']);
});

test('every grant reads what is in force before it changes anything', () => {
  const { users, members, group, everyone } = scripts('Parley');
  for (const [script, read] of [
    [users, 'Get-CsOnlineUser -Identity $user.Id'],
    [members, 'Get-CsOnlineUser -Identity $user.Id'],
    [group, 'Get-CsGroupPolicyAssignment -GroupId $group'],
    [everyone, '$everyone = Get-CsApplicationAccessPolicy'],
  ] as const) {
    const order = [script?.indexOf(read), script?.lastIndexOf('throw'), script?.indexOf('Grant-Cs')];
    assert.ok(!order.includes(-1), read);
    assert.deepEqual(
      order,
      order.toSorted((a = 0, b = 0) => a - b),
      read,
    );
    assert.equal(script?.match(/Grant-Cs/g)?.length, 1);
  }
});

test('the scripts hold what the runbooks of Microsoft hold', () => {
  const all = scripts('Tag:Parley');
  assert.match(all['create'] ?? '', /\$policy = 'Parley'/);
  assert.match(
    all['create'] ?? '',
    /New-CsApplicationAccessPolicy -Identity \('Tag:' \+ \$policy\) -AppIds \$app -Description/,
  );
  assert.match(all['extend'] ?? '', /Set-CsApplicationAccessPolicy -Identity \$policy -AppIds @\{ Add = \$app \}/);
  assert.match(all['users'] ?? '', new RegExp(`Id = '${id}'; Name = 'Tag:Parley'`));
  assert.match(all['group'] ?? '', /Grant-CsApplicationAccessPolicy -Group \$group -PolicyName \$policy -Rank 2/);
  assert.match(all['everyone'] ?? '', /Grant-CsApplicationAccessPolicy -PolicyName \$policy -Global/);
  assert.match(all['revoke'] ?? '', /Grant-CsApplicationAccessPolicy -Identity \$user\.Id -PolicyName \$null/);
  assert.match(all['roster'] ?? '', /Select-Object UserPrincipalName, Identity, ApplicationAccessPolicy/);
  assert.match(all['transcripts'] ?? '', /-EnableGraphTranscriptAccess \$true -EnableAttributedTranscripts \$false/);
  assert.match(
    all['rbac'] ?? '',
    /New-ManagementRoleAssignment -Name \$scope -App '\S+' -Role \$role -CustomResourceScope \$scope/,
  );
  assert.match(all['rbac'] ?? '', /as long as the tenant has consented to Calendars\.ReadWrite in Entra/);
  assert.match(
    all['testRbac'] ?? '',
    new RegExp(`Test-ServicePrincipalAuthorization -Identity '${id}' -Resource \\$mailbox`),
  );
  assert.match(
    all['accessPolicy'] ?? '',
    /New-ApplicationAccessPolicy -AppId \$app -PolicyScopeGroupId \$group -AccessRight RestrictAccess/,
  );
  assert.match(all['testAccessPolicy'] ?? '', /Test-ApplicationAccessPolicy -Identity \$mailbox/);
  assert.match(all['consent'] ?? '', new RegExp(`-Filter 'appId eq ''${id}'''`));
  assert.match(all['consent'] ?? '', /ef54d2bf-783f-4e0f-bca1-3210c0444d99/);
});

test('connecting names the tenant, the certificate and the cloud', () => {
  const certificate = { clientId: id, thumbprint: 'ab'.repeat(20) };
  const byCertificate = `-CertificateThumbprint '${'AB'.repeat(20)}'`;
  assert.equal(connectTeams({ tenant: otherId }), `Connect-MicrosoftTeams -TenantId '${otherId}'`);
  assert.equal(
    connectTeams({ tenant: otherId, certificate }),
    `Connect-MicrosoftTeams -TenantId '${otherId}' -ApplicationId '${id}' ${byCertificate}`,
  );
  assert.equal(
    connectTeams({ tenant: otherId, cloud: 'gcc-high' }),
    `Connect-MicrosoftTeams -TenantId '${otherId}' -TeamsEnvironmentName 'TeamsGCCH'`,
  );
  assert.equal(
    connectGraph({ tenant: otherId, certificate }, []),
    `Connect-MgGraph -TenantId '${otherId}' -ClientId '${id}' ${byCertificate}`,
  );
  assert.equal(
    connectGraph({ tenant: otherId, cloud: 'dod' }, removeCalendarConsentScopes),
    `Connect-MgGraph -TenantId '${otherId}' -Scopes 'Application.Read.All', 'AppRoleAssignment.ReadWrite.All' -Environment 'USGovDoD'`,
  );
  assert.equal(
    connectExchange({ tenant: 'contoso.onmicrosoft.com', certificate, cloud: 'china' }),
    `Connect-ExchangeOnline -Organization 'contoso.onmicrosoft.com' -AppId '${id}' ${byCertificate} -ExchangeEnvironmentName 'O365China' -ShowBanner:$false`,
  );
  assert.equal(connectExchange({ tenant: otherId }), 'Connect-ExchangeOnline -ShowBanner:$false');
});
