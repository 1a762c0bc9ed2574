import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { strFromU8, unzipSync } from 'fflate';
import { PARLEY_CLIENT_ID } from '../emulator/seed.ts';
import { faultsOfManifest } from './support/teams-schema.ts';
import { publicUrl, startSystem, startWorkspace, type System } from './support/system.ts';

test('a workspace has one app: its id stays, and its version rises only when something changed', async (t) => {
  const system = await startSystem(t);
  const { api } = await startWorkspace(system);
  const first = (await api('GET', '/v1/teams-app')).body;
  assert.match(first.appId, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  assert.equal(first.version, '1.0.1');
  assert.equal((await api('GET', '/v1/teams-app')).body.version, '1.0.1');
  const renamed = (await api('PUT', '/v1/teams-app', { name: 'Our times' })).body;
  assert.deepEqual([renamed.appId, renamed.version, renamed.settings.name], [first.appId, '1.0.2', 'Our times']);
  assert.equal((await api('PUT', '/v1/teams-app', { name: 'Our times' })).body.version, '1.0.2');
  const other = await startWorkspace(system);
  assert.notEqual((await other.api('GET', '/v1/teams-app')).body.appId, first.appId);
});

test('two people who look for the first time get the same app', async (t) => {
  const system = await startSystem(t);
  const { api } = await startWorkspace(system);
  const seen = await Promise.all(Array.from({ length: 6 }, () => api('GET', '/v1/teams-app')));
  assert.equal(new Set(seen.map(({ body }) => `${body.appId} ${body.version}`)).size, 1);
});

test('the package holds manifest and icons as Teams’ schema wants them, in either version of the schema', async (t) => {
  const system = await startSystem(t, { env: { Server__PublicUrl: publicUrl } });
  const { apiKey, api } = await startWorkspace(system);
  for (const manifestVersion of ['1.29', '1.19']) {
    await api('PUT', '/v1/teams-app', { manifestVersion });
    const { files, headers } = await downloaded(system, apiKey);
    assert.match(headers.get('content-disposition') ?? '', /^attachment; filename="w-[\da-f]+-teams-1\.0\.\d\.zip"$/);
    assert.deepEqual(Object.keys(files).toSorted(), ['color.png', 'manifest.json', 'outline.png']);
    const manifest = manifestIn(files);
    assert.equal(manifest.manifestVersion, manifestVersion);
    assert.match(manifest.$schema, new RegExp(`/v${manifestVersion.replace('.', '\\.')}/`));
    assert.deepEqual(faultsOfManifest(manifest, { allowHttp: true }), []);
    assert.deepEqual(manifest.webApplicationInfo, {
      id: PARLEY_CLIENT_ID,
      resource: `api://localhost:3000/${PARLEY_CLIENT_ID}`,
    });
    assert.deepEqual(manifest.validDomains, ['localhost:3000']);
  }
});

test('behind https the package has no fault at all, however long the workspace’s name is', async (t) => {
  const address = 'https://meet.contoso.example';
  const system = await startSystem(t, { env: { Server__PublicUrl: address } });
  const { apiKey, workspaceId } = await startWorkspace(system);
  const name = '👩‍⚕️ Praxis für Physiotherapie '.repeat(8);
  await system.database.db.updateTable('workspaces').set({ name }).where('id', '=', workspaceId).execute();
  const response = await system.app.http.fetch(
    new Request(`${address}/v1/teams-app/package`, { headers: { authorization: `Bearer ${apiKey}` } }),
  );
  const manifest = manifestIn(unzipSync(new Uint8Array(await response.arrayBuffer())));
  assert.deepEqual(faultsOfManifest(manifest), []);
  assert.equal(manifest.name.short.isWellFormed(), true);
  assert.equal(manifest.staticTabs[0].contentUrl, `${address}/teams/tab?app=${manifest.id}`);
});

test('the icons have the sizes that Teams wants, and the outline is white and see-through only', async (t) => {
  const system = await startSystem(t);
  const { apiKey } = await startWorkspace(system);
  const { files } = await downloaded(system, apiKey);
  const color = pixelsOf(files['color.png']);
  assert.deepEqual([color.width, color.height], [192, 192]);
  assert.ok(color.pixels.every(([, , , alpha]) => alpha === 255));
  const outline = pixelsOf(files['outline.png']);
  assert.deepEqual([outline.width, outline.height], [32, 32]);
  assert.ok(outline.pixels.every(([red, green, blue]) => red === 255 && green === 255 && blue === 255));
  assert.equal(outline.pixels[0]?.[3], 0);
  assert.ok(outline.pixels.some(([, , , alpha]) => alpha === 255));
});

test('without an app registration there is nothing to pack, and the page says so', async (t) => {
  const env = { MicrosoftTeams__ClientId: '', MicrosoftTeams__ClientSecret: '' };
  const system = await startSystem(t, { env });
  const { api } = await startWorkspace(system);
  const shown = await api('GET', '/v1/teams-app');
  assert.deepEqual([shown.status, shown.body.registration, shown.body.manifest], [200, null, null]);
  const refused = await api('GET', '/v1/teams-app/package');
  assert.deepEqual([refused.status, refused.body.code], [409, 'meetings_not_configured']);
});

test('only managers see and change the app, and what Teams would refuse is refused field by field', async (t) => {
  const system = await startSystem(t);
  const { api, person, workspaceId, memberId } = await startWorkspace(system);
  const bad = await api('PUT', '/v1/teams-app', {
    name: 'x'.repeat(31),
    developerName: 'x'.repeat(33),
    websiteUrl: 'http://contoso.example',
    privacyUrl: 'javascript:alert(1)',
    manifestVersion: '9',
    surprise: true,
  });
  assert.equal(bad.status, 400);
  assert.deepEqual(bad.body.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted(), [
    '/developerName',
    '/manifestVersion',
    '/name',
    '/privacyUrl',
    '/surprise',
    '/websiteUrl',
  ]);
  const { db } = system.database;
  await db.updateTable('members').set({ role: 'operator' }).where('id', '=', memberId).execute();
  for (const path of ['/v1/teams-app', '/v1/teams-app/package'])
    await assert.rejects(person.call(publicUrl + path), /answered 403/);
  assert.equal(
    (await db.selectFrom('teams_apps').selectAll().where('workspace_id', '=', workspaceId).execute()).length,
    0,
  );
});

async function downloaded(system: System, apiKey: string) {
  const response = await system.request('/v1/teams-app/package', { headers: { authorization: `Bearer ${apiKey}` } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/zip');
  return { headers: response.headers, files: unzipSync(new Uint8Array(await response.arrayBuffer())) };
}

function manifestIn(files: Record<string, Uint8Array>) {
  assert.ok(files['manifest.json']);
  return JSON.parse(strFromU8(files['manifest.json']));
}

/** Reads a PNG of 8 bits per channel with alpha whose rows are not filtered. */
function pixelsOf(file: Uint8Array | undefined) {
  assert.ok(file);
  const bytes = Buffer.from(file);
  assert.equal(bytes.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1A\n');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const at = bytes.indexOf('IDAT');
  const data = inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
  const pixels = Array.from({ length: width * height }, (_, index) => {
    const start = Math.floor(index / width) * (1 + width * 4) + 1 + (index % width) * 4;
    return [...data.subarray(start, start + 4)] as [number, number, number, number];
  });
  return { width, height, pixels };
}
