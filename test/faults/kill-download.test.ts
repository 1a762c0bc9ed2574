import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createEmulator } from '../../emulator/emulator.ts';
import { grantScopes } from '../../emulator/entra/grants.ts';
import { CONTOSO_TENANT_ID, PARLEY_CLIENT_ID } from '../../emulator/seed.ts';
import { artifactRoles } from '../support/recorded.ts';
import { monday, startDesk, startSystem, testEnvironment } from '../support/system.ts';
import type { DownloadOrder } from './download-child.ts';

const megabyte = 1024 * 1024;
const size = 24 * megabyte;

/** Where the process dies: after so many bytes of one attempt, or before a statement; the last one gets through. */
const deaths: Pick<DownloadOrder, 'bytes' | 'statement'>[] = [
  { bytes: 1 },
  { bytes: 3 * megabyte },
  { bytes: 65_536 },
  { bytes: 9 * megabyte },
  { statement: 'update "artifacts" set "bytes"' },
  {},
];

test(
  'kill -9 in the middle of a download loses nothing, and leaves no orphan file',
  { timeout: 180_000 },
  async (t) => {
    let now = () => monday.getTime();
    const emulator = createEmulator({ now: () => now() });
    const { url, close } = await emulator.listen({ port: 0, host: '127.0.0.1' });
    t.after(close);
    const env = {
      MicrosoftTeams__Authority: url,
      MicrosoftTeams__GraphBaseUrl: url,
      MicrosoftTeams__Scopes: [
        'OnlineMeetings.ReadWrite Calendars.ReadWrite offline_access User.Read',
        ...artifactRoles,
      ].join(' '),
    };
    const app = emulator.context.directory.apps.get(PARLEY_CLIENT_ID);
    if (app) grantScopes(emulator.context, { tenantId: CONTOSO_TENANT_ID, app, userId: null, scopes: artifactRoles });
    const system = await startSystem(t, { emulator, env });
    now = () => system.clock.now().getTime();
    const desk = await startDesk(system);
    const visitor = { name: 'Sam Ferro', email: 'sam@visitor.example', timeZone: 'Europe/London' };
    const booked = await desk.api('POST', '/v1/bookings', {
      eventTypeId: desk.eventType.id,
      start: '2026-11-24T09:00:00Z',
      visitor,
    });
    assert.equal(booked.status, 201, JSON.stringify(booked.body));
    await system.work();
    const meeting = await desk.api('GET', `/v1/meetings/${booked.body['meeting'].id}`);
    system.clock.set(new Date(meeting.body['end']));
    emulator.endMeeting({ joinUrl: meeting.body['joinUrl'], recording: { sizeBytes: size }, transcript: false });
    await system.advance(3 * 60_000);
    await desk.api('PATCH', '/v1/artifact-settings', { downloadRecordings: true });
    const recording = async () => {
      const { body } = await desk.api('GET', '/v1/artifacts?kind=recording');
      assert.equal(body['data'].length, 1);
      return body['data'][0] as Record<string, unknown>;
    };
    const files = async () => {
      const all = await readdir(system.config.storage.directory, { recursive: true, withFileTypes: true }).catch(
        () => [],
      );
      return all.filter((entry) => entry.isFile()).map(({ name }) => name);
    };

    for (const death of deaths) {
      system.clock.advance(60_000);
      const order: DownloadOrder = {
        address: system.address,
        keyRing: system.keyRingText,
        env: { ...testEnvironment, ...env, Storage__Directory: system.config.storage.directory },
        now: system.clock.now().toISOString(),
        ...death,
      };
      const outcome = await runChild(order);
      assert.equal(outcome, Object.keys(death).length === 0 ? 'through' : 'killed', JSON.stringify(death));
      assert.ok((await files()).length <= 1);
    }
    const { storage, bytes, sha256, id } = await recording();
    assert.deepEqual([storage, bytes], ['stored', size]);
    const content = await system.request(`/v1/artifacts/${String(id)}/content`, {
      headers: { authorization: `Bearer ${desk.apiKey}` },
    });
    const given = Buffer.from(await content.arrayBuffer());
    assert.equal(sha256, createHash('sha256').update(given).digest('hex'));
    assert.deepEqual(await files(), [id]);
    // What was there is not fetched again, but for the last piece of 64 KiB, which may have been cut off, and for what was
    // on its way from the network to the file.
    const ranges = emulator.calls
      .filter(({ path }) => path.includes('/recordings/'))
      .map(({ headers }) => Number(/^bytes=(\d+)-$/.exec(headers['range'] ?? 'bytes=0-')?.[1]));
    const [, , third = 0, fourth = 0, fifth = 0] = ranges;
    const onItsWay = megabyte / 2;
    assert.ok(third >= 3 * megabyte - onItsWay, ranges.join());
    assert.ok(fourth >= third - 65_536, ranges.join());
    assert.ok(fifth >= fourth + 9 * megabyte - onItsWay, ranges.join());
  },
);

async function runChild(order: DownloadOrder): Promise<'killed' | 'through'> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('download-child.ts', import.meta.url))], {
    env: { PATH: process.env['PATH'], PARLEY_TEST_DOWNLOAD: JSON.stringify(order) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const [{ code, signal }, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  assert.equal(errors, '', output);
  assert.ok(code === 0 || signal === 'SIGKILL', `the child ended with ${code ?? signal}: ${output}`);
  return signal === 'SIGKILL' ? 'killed' : 'through';
}
