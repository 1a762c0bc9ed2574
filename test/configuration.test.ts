import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { SINGLE_TENANT_CLIENT_ID, SINGLE_TENANT_CLIENT_SECRET } from '../emulator/seed.ts';
import { connectTeams } from '../scripts/person.ts';
import { publicUrl, startSystem, startWorkspace, userNamed } from './support/system.ts';

/** Runs `parley config` in a directory with these files and this environment, as an operator would. */
async function configure(t: TestContext, files: Record<string, string>, env: Record<string, string> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'parley-config-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  const main = new URL('../src/main.ts', import.meta.url).pathname;
  return new Promise<{ code: number; output: string; setting: (name: string) => string }>((resolve) => {
    const options = { cwd: directory, env: { PATH: process.env['PATH'] ?? '', ...env } };
    execFile(process.execPath, [main, 'config'], options, (error, stdout, stderr) => {
      const setting = (name: string) =>
        stdout
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.slice(name.length)
          .trim() ?? '';
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr, setting });
    });
  });
}

const teams = (section: object) => JSON.stringify({ MicrosoftTeams: section });
const clientId = '3f8a6d10-92c4-4b7e-a5d1-60e9b8c2f471';

test('F1: MicrosoftTeams comes from appsettings.json, appsettings.Production.json, the environment and secret files', async (t) => {
  const { code, output, setting } = await configure(
    t,
    {
      'appsettings.json': teams({
        ClientId: 'replaced-by-the-next-file',
        ClientSecret: 'canary-from-the-file',
        RedirectUri: 'https://parley.example/api/teams/callback',
        TenantId: 'common',
        Scopes: 'OnlineMeetings.ReadWrite Calendars.ReadWrite offline_access User.Read',
      }),
      'appsettings.Production.json': teams({ ClientId: clientId, TenantId: '5D1F2C88-4B0E-4C57-9A3D-7E60B2F4A911' }),
      'appsettings.Development.json': teams({ ClientId: 'not-read-here' }),
      'the-secret': 'canary-from-a-mounted-file\n',
    },
    {
      MicrosoftTeams__ClientSecret__File: 'the-secret',
      MICROSOFTTEAMS__SCOPES: 'Calendars.ReadWrite  offline_access User.Read',
      Server__PublicUrl: 'https://parley.example',
    },
  );
  assert.equal(code, 0, output);
  assert.equal(setting('MicrosoftTeams:ClientId'), `${clientId}  [appsettings.Production.json]`);
  assert.equal(setting('MicrosoftTeams:ClientSecret'), '[redacted]  [environment, from a file]');
  assert.equal(setting('MicrosoftTeams:RedirectUri'), 'https://parley.example/api/teams/callback  [appsettings.json]');
  assert.equal(
    setting('MicrosoftTeams:TenantId'),
    '5d1f2c88-4b0e-4c57-9a3d-7e60b2f4a911  [appsettings.Production.json]',
  );
  assert.equal(setting('MicrosoftTeams:Scopes'), 'Calendars.ReadWrite offline_access User.Read  [environment]');
  assert.doesNotMatch(output, /canary|not-read-here|replaced/);
});

test('F1: with id and secret alone, everything else is as the setup guide has it', async (t) => {
  const { code, setting } = await configure(
    t,
    {},
    {
      'MicrosoftTeams:ClientId': clientId,
      MicrosoftTeams__ClientSecret: 'canary',
    },
  );
  assert.equal(code, 0);
  assert.equal(setting('MicrosoftTeams:RedirectUri'), 'http://localhost:3000/api/teams/callback  [default]');
  assert.equal(setting('MicrosoftTeams:TenantId'), 'common  [default]');
  assert.equal(
    setting('MicrosoftTeams:Scopes'),
    'OnlineMeetings.ReadWrite Calendars.ReadWrite offline_access User.Read  [default]',
  );
});

test('F1: every fault is told at once, before anything starts, and no value is shown', async (t) => {
  const { code, output } = await configure(
    t,
    {
      'appsettings.json': teams({
        ClientSecrett: 'canary-1',
        TenantId: 'canary-2',
        RedirectUri: 'http://canary-3.example/x',
      }),
      'appsettings.Production.json': '{ "MicrosoftTeams": { "ClientSecret": "canary-4" ',
    },
    { MicrosoftTeams__ClientSecret__File: '/nowhere/canary-5', Server__Port: 'canary-6', Encryption__Keys: 'canary-7' },
  );
  assert.equal(code, 1);
  for (const fault of [
    /MicrosoftTeams:ClientSecrett \(appsettings\.json\) is not a setting/,
    /MicrosoftTeams:TenantId \(appsettings\.json\) must be “common”/,
    /MicrosoftTeams:RedirectUri \(appsettings\.json\) must begin with https/,
    /appsettings\.Production\.json is not a JSON object/,
    /MicrosoftTeams:ClientSecret:File \(environment\) names a file that cannot be read \(ENOENT\)/,
    /Server:Port \(environment\) must be a number/,
    /Encryption:Keys \(environment\) must be/,
  ])
    assert.match(output, fault);
  assert.doesNotMatch(output, /canary|\.ts:\d/);
});

test('F1: what is configured is what Microsoft is asked with: id, secret, tenant, redirect URI, scopes', async (t) => {
  const tenantId = '5d1f2c88-4b0e-4c57-9a3d-7e60b2f4a911';
  const system = await startSystem(t, {
    env: {
      MicrosoftTeams__ClientId: SINGLE_TENANT_CLIENT_ID,
      MicrosoftTeams__ClientSecret: SINGLE_TENANT_CLIENT_SECRET,
      MicrosoftTeams__TenantId: tenantId,
      MicrosoftTeams__Scopes: 'Calendars.ReadWrite offline_access User.Read',
    },
  });
  const { person } = await startWorkspace(system);
  const { url } = await person.call<{ url: string }>(`${publicUrl}/v1/integrations/teams/connect`, 'POST', {});
  const { origin, pathname, searchParams } = new URL(url);
  assert.equal(`${origin}${pathname}`, `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/authorize`);
  assert.equal(searchParams.get('client_id'), SINGLE_TENANT_CLIENT_ID);
  assert.equal(searchParams.get('redirect_uri'), `${publicUrl}/api/teams/callback`);
  assert.deepEqual(searchParams.get('scope')?.split(' ').toSorted(), [
    'Calendars.ReadWrite',
    'User.Read',
    'email',
    'offline_access',
    'openid',
    'profile',
  ]);
  const page = await connectTeams(person, publicUrl, userNamed(system.emulator, 'dana.reyes').id);
  assert.ok(page.url.endsWith('?connected=1'), page.text);
  const { connection } = await person.call<{ connection: { state: string; grantedScopes: string[] } }>(
    `${publicUrl}/v1/integrations/teams`,
  );
  assert.equal(connection.state, 'connected');
  assert.equal(connection.grantedScopes.includes('OnlineMeetings.ReadWrite'), false, 'only what was asked for');
});

test('the scopes without offline_access are refused in words when somebody connects, since nothing could be refreshed', async (t) => {
  const strip =
    (inner: typeof fetch): typeof fetch =>
    async (input, init) => {
      const response = await inner(input, init);
      if (!new Request(input).url.endsWith('/token')) return response;
      const { refresh_token: _, ...rest } = (await response.json()) as Record<string, unknown>;
      return Response.json(rest);
    };
  const system = await startSystem(t, { wrapFetch: strip });
  const { person } = await startWorkspace(system);
  const page = await connectTeams(person, publicUrl, userNamed(system.emulator, 'dana.reyes').id);
  assert.equal(page.status, 502);
  assert.match(page.text, /no refresh token: offline_access is not among the scopes/);
  assert.deepEqual(await system.database.db.selectFrom('connections').selectAll().execute(), []);
});
