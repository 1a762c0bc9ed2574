import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deflateSync, crc32 } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { decodeJwt } from 'jose';
import { CONTROL_ORIGIN, createEmulator } from '../emulator.ts';
import type { Emulator } from '../emulator.ts';
import { PARLEY_CLIENT_ID } from '../seed.ts';

const dana = '1b6f0e3a-57c2-4d98-8a14-9e2d7c5b4f60';
const resource = `api://app.example/${PARLEY_CLIENT_ID}`;
const manifest = {
  $schema: 'https://developer.microsoft.com/en-us/json-schemas/teams/v1.29/MicrosoftTeams.schema.json',
  manifestVersion: '1.29',
  version: '1.0.0',
  id: '2f1c9a60-5d6b-4f27-8c1e-0b3d5a7e9f10',
  developer: {
    name: 'Acme',
    websiteUrl: 'https://app.example',
    privacyUrl: 'https://app.example/p',
    termsOfUseUrl: 'https://app.example/t',
  },
  name: { short: 'Scheduler' },
  description: { short: 'Book meetings', full: 'Book meetings from Teams.' },
  icons: { color: 'color.png', outline: 'outline.png' },
  accentColor: '#4464EE',
  staticTabs: [{ entityId: 'home', name: 'Home', contentUrl: 'https://app.example/tab', scopes: ['personal'] }],
  validDomains: ['app.example'],
  webApplicationInfo: { id: PARLEY_CLIENT_ID, resource },
};

suite('tabs in a frame', () => {
  test('a package is uploaded, and its tab is shown to a person in a frame that allows only its address', async () => {
    const emulator = createEmulator();
    assert.equal((await upload(emulator, {})).status, 201);
    const page = await get(emulator, `/teams/apps/${manifest.id}/home?user=dana.reyes@contoso.example&theme=dark`);
    assert.equal(page.status, 200);
    const text = await page.text();
    assert.match(text, /data-theme="dark"/);
    assert.match(text, /<iframe id="tab" title="Scheduler" src="https:\/\/app\.example\/tab">/);
    assert.match(page.headers.get('content-security-policy') ?? '', /frame-src https:\/\/app\.example;/);
    assert.match(await (await get(emulator, '/teams')).text(), /Scheduler/);
  });

  test('what the admin center would refuse is refused, with why', async () => {
    const emulator = createEmulator();
    const wrong: [object, RegExp][] = [
      [{ extra: true }, /extra/],
      [{ name: { short: 'x'.repeat(31) } }, /short/],
      [{ version: 'one' }, /version such as/],
      [{ id: 'not a guid' }, /id/],
      [{ developer: { ...manifest.developer, websiteUrl: 'http://app.example' } }, /https/],
      [{ icons: { color: 'nowhere.png', outline: 'outline.png' } }, /nowhere\.png is not a PNG/],
      [{ icons: { color: 'outline.png', outline: 'outline.png' } }, /must be 192 by 192/],
    ];
    for (const [change, why] of wrong) {
      const answer = await upload(emulator, change);
      assert.equal(answer.status, 400);
      assert.match(((await answer.json()) as { error: string }).error, why);
    }
    const noZip = await send(emulator, '/teams/apps', 'application/zip', new Uint8Array([1, 2, 3]));
    assert.equal(noZip.status, 400);
  });

  test('a tab gets a token when manifest, frame and app registration fit together, and else Teams’ word for it', async () => {
    const emulator = createEmulator();
    await upload(emulator, {});
    assert.deepEqual(await token(emulator), { error: 'resourceDisabled' });
    const api = `/control/apps/${PARLEY_CLIENT_ID}/api`;
    const expose = (body: object) =>
      emulator.fetch(CONTROL_ORIGIN + api, { method: 'PUT', body: JSON.stringify(body) });
    assert.equal((await expose({ identifierUri: resource, authorizedClients: [] })).status, 200);
    assert.deepEqual(await token(emulator), { error: 'resourceRequiresConsent' });
    await expose({ identifierUri: resource });
    const given = await token(emulator);
    const claims = decodeJwt(given.token ?? '');
    assert.deepEqual([claims.aud, claims['scp'], claims['oid']], [PARLEY_CLIENT_ID, 'access_as_user', dana]);
    const elsewhere = await token(emulator, 'https://other.example');
    assert.match(elsewhere.error ?? '', /iframe origin do not match/);
    await upload(emulator, { webApplicationInfo: undefined });
    assert.match((await token(emulator)).error ?? '', /not defined in manifest/);
  });

  test('other sites’ pages cannot press its buttons', async () => {
    const emulator = createEmulator();
    const headers = { 'content-type': 'application/zip', 'sec-fetch-site': 'cross-site' };
    const answer = await emulator.fetch(`${CONTROL_ORIGIN}/teams/apps`, { method: 'POST', headers, body: packed({}) });
    assert.equal(answer.status, 403);
  });
});

async function token(emulator: Emulator, origin = 'https://app.example'): Promise<{ token?: string; error?: string }> {
  const body = JSON.stringify({ app: manifest.id, user: dana, origin });
  const answer = await send(emulator, '/teams/token', 'application/json', body);
  return (await answer.json()) as { token?: string; error?: string };
}

function upload(emulator: Emulator, change: object): Promise<Response> {
  return send(emulator, '/teams/apps', 'application/zip', packed(change));
}

function send(emulator: Emulator, path: string, type: string, body: Uint8Array<ArrayBuffer> | string) {
  return emulator.fetch(CONTROL_ORIGIN + path, { method: 'POST', headers: { 'content-type': type }, body });
}

function get(emulator: Emulator, path: string): Promise<Response> {
  return emulator.fetch(CONTROL_ORIGIN + path);
}

function packed(change: object): Uint8Array<ArrayBuffer> {
  const zip = zipSync({
    'manifest.json': strToU8(JSON.stringify({ ...manifest, ...change })),
    'color.png': blank(192),
    'outline.png': blank(32),
  });
  return new Uint8Array(zip);
}

/** A PNG of this size with nothing on it. */
function blank(size: number): Uint8Array {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const number = (value: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    };
    return Buffer.concat([number(data.length), body, number(crc32(body))]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1A\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(size * (size * 4 + 1)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
