import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { createCertificate } from './microsoft/certificates.ts';
import { parseNotificationCertificate } from './notification-certificate.ts';
import { describeConfig, loadConfig, Secret, settingsFileNames } from './config.ts';

const key = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

function load(env: Record<string, string | undefined> = {}, files: Record<string, unknown> = {}, mounted = {}) {
  return loadConfig({
    env,
    files: Object.entries(files).map(([name, content]) => ({
      name,
      text: typeof content === 'string' ? content : JSON.stringify(content),
    })),
    readFile: (path) => {
      const text = (mounted as Record<string, string>)[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
  });
}

function faultsOf(...args: Parameters<typeof load>): string[] {
  try {
    load(...args);
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.replace('  - ', ''));
  }
  return [];
}

test('with nothing given, every setting has its default', () => {
  const { sources, ...config } = load();
  assert.equal(sources.size, 0);
  assert.deepEqual(config, {
    server: { port: 3000, host: '127.0.0.1', publicUrl: 'http://localhost:3000', trustedProxies: [] },
    data: { directory: './data' },
    database: { url: undefined, poolSize: 10 },
    encryption: { keys: undefined },
    microsoftTeams: {
      clientId: undefined,
      clientSecret: undefined,
      redirectUri: 'http://localhost:3000/api/teams/callback',
      tenantId: 'common',
      scopes: 'OnlineMeetings.ReadWrite Calendars.ReadWrite offline_access User.Read',
      authority: 'https://login.microsoftonline.com',
      graphBaseUrl: 'https://graph.microsoft.com',
    },
    api: { requestsPerMinute: 600 },
    mail: { transport: 'smtp', smtpUrl: undefined, requireTls: false, from: undefined, replyTo: undefined },
    webhooks: { allowedNetworks: [] },
    notifications: { certificate: undefined },
    storage: {
      kind: 'file',
      directory: './data/artifacts',
      endpoint: undefined,
      region: 'us-east-1',
      bucket: undefined,
      prefix: '',
      pathStyle: false,
      accessKeyId: undefined,
      secretAccessKey: undefined,
    },
    log: { level: 'info' },
    worker: { enabled: true, concurrency: 16 },
  });
});

// F1
test('the environment wins over the environment’s file, which wins over appsettings.json', () => {
  const config = load(
    { MicrosoftTeams__ClientSecret: 'from-env', 'MicrosoftTeams:TenantId': 'organizations' },
    {
      'appsettings.json': { MicrosoftTeams: { ClientId: 'one', ClientSecret: 'from-file', Scopes: 'A' } },
      'appsettings.Production.json': { MicrosoftTeams: { ClientId: 'two' }, 'Server:Port': 8080 },
    },
  );
  assert.equal(config.microsoftTeams.clientId, 'two');
  assert.equal(config.microsoftTeams.clientSecret?.reveal(), 'from-env');
  assert.equal(config.microsoftTeams.tenantId, 'organizations');
  assert.equal(config.microsoftTeams.scopes, 'A');
  assert.equal(config.microsoftTeams.redirectUri, 'http://localhost:8080/api/teams/callback');
});

// F1
test('names are read in any case, and a secret from the file that …__File names', () => {
  const config = load(
    { MICROSOFTTEAMS__CLIENTSECRET__FILE: '/run/secrets/teams', server__port: '0', Worker__Enabled: 'False' },
    {},
    { '/run/secrets/teams': 's3cret\n' },
  );
  assert.equal(config.microsoftTeams.clientSecret?.reveal(), 's3cret');
  assert.equal(config.server.port, 0);
  assert.equal(config.worker.enabled, false);
  assert.equal(config.sources.get('MicrosoftTeams:ClientSecret'), 'environment, from a file');
});

test('the environment’s name decides which second file is read', () => {
  assert.deepEqual(settingsFileNames({}), ['appsettings.json', 'appsettings.Production.json']);
  assert.equal(settingsFileNames({ DOTNET_ENVIRONMENT: 'Staging' })[1], 'appsettings.Staging.json');
  assert.equal(
    settingsFileNames({ ASPNETCORE_ENVIRONMENT: 'Development', DOTNET_ENVIRONMENT: 'Staging' })[1],
    'appsettings.Development.json',
  );
});

// F4
test('an empty value counts as not given', () => {
  const config = load(
    { MicrosoftTeams__ClientSecret: '', MicrosoftTeams__TenantId: ' ', MicrosoftTeams__ClientId__File: '' },
    { 'appsettings.json': { MicrosoftTeams: { ClientId: null, ClientSecret: 'x' } } },
  );
  assert.equal(config.microsoftTeams.clientId, undefined);
  assert.equal(config.microsoftTeams.clientSecret, undefined);
  assert.equal(config.microsoftTeams.tenantId, 'common');
});

test('variables of other programs are left alone, unknown names in our own sections are faults', () => {
  assert.deepEqual(faultsOf({ PATH: '/bin', Logging__Level: 'x', DATA: 'x', npm_config__x: '1' }), []);
  assert.deepEqual(faultsOf({ Server__Prot: '80' }, { 'appsettings.json': { MicrosoftTeam: { ClientId: 'x' } } }), [
    'MicrosoftTeam:ClientId (appsettings.json) is not a setting of Parley',
    'Server:Prot (environment) is not a setting of Parley',
  ]);
});

test('every fault is reported at once, and no value is shown', () => {
  const env = {
    Server__Port: '99999-canary',
    Database__Url: 'mysql://user:canary@host/db',
    Database__PoolSize: 'canary',
    Encryption__Keys: 'canary',
    MicrosoftTeams__TenantId: 'canary',
    MicrosoftTeams__RedirectUri: 'http://canary.example/api/teams/callback',
    MicrosoftTeams__Authority: 'https://user:canary@login.example',
    MicrosoftTeams__ClientSecret__File: '/canary',
    Log__Level: 'canary',
    Worker__Enabled: 'canary',
    worker__enabled: 'true',
  };
  const faults = faultsOf(env, { 'appsettings.json': '{"canary"' });
  assert.equal(faults.length, 11, faults.join('\n'));
  assert.doesNotMatch(faults.join('\n'), /canary/);
});

test('plain http is accepted for loopback hosts only', () => {
  for (const url of ['http://localhost:8081', 'http://127.0.0.1/x', 'http://[::1]:1', 'https://login.example/']) {
    assert.deepEqual(faultsOf({ MicrosoftTeams__GraphBaseUrl: url }), []);
  }
  assert.equal(faultsOf({ MicrosoftTeams__GraphBaseUrl: 'http://localhost.example.com' }).length, 1);
  assert.equal(
    load({ MicrosoftTeams__Authority: 'https://login.example/' }).microsoftTeams.authority,
    'https://login.example',
  );
});

test('mail needs a server and a sender; addresses may have a name', () => {
  const full = {
    Mail__SmtpUrl: 'smtps://desk%40example.com:p%2Fw%40@smtp.example.com:465',
    Mail__From: '"Contoso, front desk" <parley@example.com>',
    Mail__ReplyTo: 'Müller & Söhne <desk@example.com>',
  };
  const { mail } = load(full);
  assert.equal(mail.smtpUrl?.reveal(), full.Mail__SmtpUrl);
  assert.equal(mail.from, full.Mail__From);
  assert.equal(mail.replyTo, full.Mail__ReplyTo);
  for (const url of ['smtp://localhost', 'smtp://[::1]:1025/', 'SMTP://relay.internal:25'])
    assert.deepEqual(faultsOf({ Mail__SmtpUrl: url, Mail__From: 'parley@example.com' }), []);
  assert.deepEqual(faultsOf({ Mail__SmtpUrl: 'smtp://localhost', Mail__From: ' ' }), [
    'Mail:From is required with Mail:SmtpUrl',
  ]);
  assert.deepEqual(faultsOf({ Mail__From: 'parley@example.com' }), []);
});

test('the names that mail settings had before are refused, with the ones to write instead', () => {
  assert.deepEqual(
    faultsOf({ Email__SmtpUrl: 'smtp://localhost', EMAIL__FROM: 'a@b.example', Email__SmtpUrl__File: 'x' }),
    [
      'Email:SmtpUrl (environment) has another name now: write Mail__SmtpUrl, or “SmtpUrl” below “Mail” in a file',
      'EMAIL:FROM (environment) has another name now: write Mail__From, or “From” below “Mail” in a file',
      'Email:SmtpUrl:File (environment) has another name now: write Mail__SmtpUrl__File, or “SmtpUrl” below “Mail” in a file',
    ],
  );
  // Other programs have settings too.
  assert.deepEqual(faultsOf({ Email__Host: 'mail.example' }), []);
});

test('mail can go by the organizer’s mailbox, and never without TLS', () => {
  const { mail } = load({ Mail__Transport: 'Graph', Mail__RequireTls: 'true' });
  assert.deepEqual([mail.transport, mail.requireTls], ['graph', true]);
  assert.deepEqual(faultsOf({ Mail__Transport: 'pigeon' }), ['Mail:Transport (environment) must be smtp or graph']);
});

test('a mail server or sender that cannot be right is a fault, and is not shown', () => {
  const from = { Mail__From: 'parley@example.com' };
  const urls = ['https://canary', 'smtp:canary', 'smtp://', 'smtp://u:canary/x@host', 'smtp://canary@host'];
  const more = ['smtp://:canary@host', 'smtp://u:canary%0D%0A@host', 'smtp://u:canary%zz@host', 'smtp://canary/?a=b'];
  for (const url of [...urls, ...more, 'smtp://canary/path', 'smtp://canary:99999']) {
    const faults = faultsOf({ ...from, Mail__SmtpUrl: url });
    assert.equal(faults.length, 1, url);
    assert.match(String(faults), /^Mail:SmtpUrl \(environment\) must/);
    assert.doesNotMatch(String(faults), /canary/);
  }
  const senders = ['canary', 'canary@', 'a@canary, b@canary', 'Canary, Inc. <a@canary>', 'A <a@canary> <b@canary>'];
  for (const sender of [...senders, 'A\r\nBcc: canary <a@canary>', 'A\u2028canary <a@canary>', '<a@canary']) {
    const faults = faultsOf({ Mail__SmtpUrl: 'smtp://localhost', Mail__From: sender });
    assert.deepEqual(faults.length, 1, sender);
    assert.match(String(faults), /^Mail:From \(environment\) must be one address/);
    assert.doesNotMatch(String(faults), /canary/i);
  }
});

// K05
test('a secret prints as [redacted] however it is printed', () => {
  const mail = { Mail__SmtpUrl: 'smtp://u:canary@mail.example', Mail__From: 'parley@example.com' };
  const config = load({ MicrosoftTeams__ClientSecret: 'canary', Encryption__Keys: key, ...mail });
  const printed = [String(config.microsoftTeams.clientSecret), JSON.stringify(config), inspect(config, { depth: 9 })];
  printed.push(JSON.stringify(describeConfig(config)), inspect(new Secret('canary'), { showHidden: true }));
  for (const text of printed) {
    assert.match(text, /\[redacted\]/);
    assert.doesNotMatch(text, /canary|BwcHBw/);
  }
});

test('every setting is described with its value and where it came from', () => {
  const rows = describeConfig(load({ Server__Port: '8080', MicrosoftTeams__ClientSecret: 'x' }));
  const row = (setting: string) => rows.find((row) => row.setting === setting);
  assert.deepEqual(row('Server:Port'), { setting: 'Server:Port', value: '8080', source: 'environment' });
  assert.deepEqual(row('Worker:Concurrency'), { setting: 'Worker:Concurrency', value: '16', source: 'default' });
  assert.equal(row('MicrosoftTeams:ClientSecret')?.value, '[redacted]');
  assert.equal(row('Database:Url')?.value, '(not set)');
});

test('networks that webhooks may reach are CIDR blocks, each of them checked', () => {
  const config = load({ Webhooks__AllowedNetworks: '127.0.0.0/8, ::1/128  10.20.0.0/16' });
  assert.deepEqual(config.webhooks.allowedNetworks, ['127.0.0.0/8', '::1/128', '10.20.0.0/16']);
  for (const wrong of ['10.0.0.0', '10.0.0.0/33', '::1/129', '10.0/8', 'example.com/8', '10.0.0.0/8;::1/128'])
    assert.deepEqual(faultsOf({ Webhooks__AllowedNetworks: wrong }), [
      'Webhooks:AllowedNetworks (environment) must list networks such as 10.20.0.0/16 or fd00::/8',
    ]);
});

test('the certificate for notifications comes with its private key, or is refused without a word of it', () => {
  const { certificatePem, privateKeyPem } = createCertificate({ commonName: 'parley', now: new Date('2026-11-23') });
  const issuer = createCertificate({ commonName: 'issuer', now: new Date('2026-11-23') });
  const whole = `${certificatePem}${privateKeyPem}`;
  const written = load({ Notifications__Certificate: whole.replaceAll('\n', '\\n') });
  assert.equal(
    parseNotificationCertificate(written.notifications.certificate?.reveal() ?? '').id,
    parseNotificationCertificate(`${privateKeyPem}\n${issuer.certificatePem}${certificatePem}`).id,
  );
  const mounted = load({ Notifications__Certificate__File: '/pem' }, {}, { '/pem': whole });
  assert.equal(mounted.notifications.certificate?.reveal(), whole.trim());
  assert.ok(!JSON.stringify(describeConfig(mounted)).includes('PRIVATE'));
  const faults = (pem: string) => faultsOf({ Notifications__Certificate: pem });
  const fault = (words: string) => [`Notifications:Certificate (environment) ${words}`];
  assert.deepEqual(faults('x'), fault('must hold a certificate, in PEM'));
  assert.deepEqual(faults(privateKeyPem), fault('must hold a certificate, in PEM'));
  assert.deepEqual(faults(certificatePem), fault('must hold its private key, without a password, in PEM'));
  assert.deepEqual(
    faults(certificatePem + issuer.privateKeyPem),
    fault('must hold the private key of its certificate'),
  );
});

test('a storage in S3 needs a bucket and its key, and tells each thing that is missing or cannot be', () => {
  assert.throws(
    () => load({ Storage__Kind: 's3', Storage__SecretAccessKey: 'canary' }),
    (error: Error) =>
      /Storage:Bucket is required/.test(error.message) &&
      /Storage:AccessKeyId is required/.test(error.message) &&
      !/SecretAccessKey|canary/.test(error.message),
  );
  const wrong = {
    Storage__Kind: 'ftp',
    Storage__Endpoint: 'http://storage.example',
    Storage__Bucket: '../other',
    Storage__Prefix: 'a/../b',
    Storage__Region: 'eu central',
    Storage__PathStyle: 'yes',
  };
  for (const [name, value] of [
    ...Object.entries(wrong),
    ['Storage__Endpoint', 'https://storage.example/bucket'] as const,
  ])
    assert.throws(() => load({ [name]: value }), new RegExp(name.replace('__', ':')), name);
});

test('the storage is in the data directory, or in a bucket of a service whose address has no bucket in it', () => {
  assert.equal(load({ Data__Directory: '/srv/parley' }).storage.directory, '/srv/parley/artifacts');
  const keys = { Storage__Bucket: 'recordings', Storage__AccessKeyId: 'id', Storage__SecretAccessKey: 'secret' };
  const { storage } = load({ Storage__Kind: 'S3', Storage__Prefix: '/parley/live/', ...keys });
  assert.deepEqual([storage.kind, storage.prefix, storage.pathStyle], ['s3', 'parley/live', false]);
  assert.equal(load({ Storage__Endpoint: 'http://localhost:9000', ...keys }).storage.pathStyle, true);
});
