import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test } from 'node:test';
import { fetchRaw, heldMeeting, NINE, said } from '../../test/support/held-meeting.ts';
import { asPerson } from '../../test/support/graph-caller.ts';
import { artifactScopes } from '../../test/support/held-meeting.ts';
import type { MeetingEnd } from './end-meeting.ts';
import { fillerAt, filmBytes, lengthOf, readContent } from './film.ts';

const MB = 1024 * 1024;

async function recorded(recording: MeetingEnd['recording'] = true) {
  const held = await heldMeeting({ recording });
  const path = `/me${held.at}/recordings/${held.ended?.recordings[0]}/content`;
  const get = (init?: Parameters<typeof fetchRaw>[3]) => fetchRaw(held.emulator, held.dana, path, init);
  return { ...held, path, get };
}

suite('the content of a recording', () => {
  test('is a film that begins with its index', async () => {
    const { get, emulator } = await recorded();
    const response = await get({ headers: { 'accept-encoding': 'gzip' } });
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.deepEqual(
      [response.status, response.headers.get('content-type'), response.headers.get('content-encoding')],
      [200, 'video/mp4', null],
    );
    assert.equal(response.headers.get('content-length'), String(bytes.length));
    assert.ok(bytes.equals(filmBytes()) && bytes.length < 40_000);
    assert.equal(bytes.toString('latin1', 4, 8), 'ftyp');
    assert.ok(bytes.indexOf('moov') < bytes.indexOf('mdat'), 'a player need not have all of it');
    assert.equal(emulator.calls.at(-1)?.responseBody, '(video/mp4)');
  });

  for (const [range, expected] of [
    ['bytes=0-99', [206, 'bytes 0-99', 100]],
    ['bytes=1000-', [206, 'bytes 1000-', undefined]],
    ['bytes=-10', [206, 'bytes ', 10]],
    ['bytes=0-0', [206, 'bytes 0-0', 1]],
    ['bytes=5-1', [200, '', undefined]],
    ['bytes=0-1,5-6', [200, '', undefined]],
    ['bytes=9999999-', [416, 'bytes */', 0]],
  ] as const) {
    test(`is answered in parts: ${range}`, async () => {
      const { get } = await recorded();
      const response = await get({ headers: { range } });
      const bytes = Buffer.from(await response.arrayBuffer());
      const [status, contentRange, length] = expected;
      assert.equal(response.status, status);
      assert.ok((response.headers.get('content-range') ?? '').startsWith(contentRange));
      if (length !== undefined) assert.equal(bytes.length, length);
      const from = Number(/bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1] ?? 0);
      if (status === 206) assert.ok(bytes.equals(filmBytes().subarray(from, from + bytes.length)));
    });
  }

  test('can ignore ranges', async () => {
    const { emulator, get } = await recorded();
    emulator.switches.recordingRange = 'ignored';
    assert.equal((await get({ headers: { range: 'bytes=5-9' } })).status, 200);
  });

  test('can be many gigabytes that are made while they are read', async () => {
    const sizeBytes = 5 * 1024 * MB;
    const { get } = await recorded({ sizeBytes });
    const before = process.memoryUsage().rss;
    const whole = await get();
    assert.equal(whole.headers.get('content-length'), String(sizeBytes));
    let read = 0;
    for await (const chunk of whole.body ?? []) {
      read += chunk.length;
      if (read > 200 * MB) break;
    }
    assert.ok(process.memoryUsage().rss - before < 150 * MB, 'nothing of it is kept');
    const end = await get({ headers: { range: `bytes=${sizeBytes - 3}-` } });
    assert.deepEqual(
      [...new Uint8Array(await end.arrayBuffer())],
      [3, 2, 1].map((back) => fillerAt(sizeBytes - back)),
    );
  });

  test('is the same in one piece and in any parts', async () => {
    const content = { kind: 'video', bytes: 3 * MB + 17 } as const;
    const digest = async (parts: [number, number][]) => {
      const hash = createHash('sha256');
      for (const [from, to] of parts) for await (const chunk of readContent(content, from, to)) hash.update(chunk);
      return hash.digest('hex');
    };
    const end = lengthOf(content) - 1;
    const { length } = filmBytes();
    assert.equal(
      await digest([[0, end]]),
      await digest([
        [0, length - 1],
        [length, length + 3],
        [length + 4, 70_001],
        [70_002, 1_000_000],
        [1_000_001, end],
      ]),
    );
  });

  test('may be no film at all', async () => {
    const { get } = await recorded({ content: { contentType: 'text/html', text: '<p>Sign in</p>' } });
    const response = await get();
    assert.deepEqual([response.headers.get('content-type'), await response.text()], ['text/html', '<p>Sign in</p>']);
  });

  test('goes with the tenant’s retention; its entry stays', async () => {
    const { emulator, path, at } = await recorded();
    emulator.switches.recordingRetentionDays = 30;
    emulator.clock.set(NINE + 31 * 24 * 3_600_000);
    const dana = await asPerson(emulator, 'dana.reyes', artifactScopes);
    assert.equal(said(await dana.get(path)), '404 NotFound The requested resource was not found.');
    assert.equal((await dana.get(`/me${at}/recordings`)).json.value.length, 1);
  });
});

suite('the storage', () => {
  async function redirected() {
    const held = await recorded();
    held.emulator.switches.recordingContent = 'redirect';
    const response = await held.get({ redirect: 'manual' });
    assert.equal(response.status, 302);
    return { ...held, location: response.headers.get('location') ?? '' };
  }

  test('is another host, which honours ranges and refuses tokens that are not for it', async () => {
    const { emulator, dana, location } = await redirected();
    assert.equal(new URL(location).hostname, 'recordings.storage.example');
    const part = await emulator.fetch(location, { headers: { range: 'bytes=0-9' } });
    assert.deepEqual([part.status, (await part.arrayBuffer()).byteLength], [206, 10]);
    const carried = await emulator.fetch(location, { headers: { authorization: `Bearer ${dana.token}` } });
    assert.equal(carried.status, 401);
    assert.equal(emulator.calls.at(-1)?.service, 'storage');
  });

  test('is reached by a client that follows redirects as browsers do', async () => {
    const { get } = await redirected();
    const response = await get();
    assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'video/mp4']);
    assert.equal((await response.arrayBuffer()).byteLength, filmBytes().length);
  });

  test('forgets an address after five minutes', async () => {
    const { emulator, location } = await redirected();
    emulator.clock.advance(5 * 60_000);
    assert.equal((await emulator.fetch(location)).status, 403);
  });

  test('has another name than Graph on this machine too', async () => {
    const held = await recorded();
    held.emulator.switches.recordingContent = 'redirect';
    const listening = await held.emulator.listen({ port: 0 });
    try {
      const headers = { authorization: `Bearer ${held.dana.token}` };
      const answer = await fetch(`${listening.url}/v1.0${held.path}`, { headers, redirect: 'manual' });
      const location = new URL(answer.headers.get('location') ?? '');
      assert.deepEqual([location.hostname, location.port], ['127.0.0.1', new URL(listening.url).port]);
      const film = await fetch(`${listening.url}/v1.0${held.path}`, { headers });
      assert.deepEqual([film.status, (await film.arrayBuffer()).byteLength], [200, filmBytes().length]);
    } finally {
      await listening.close();
    }
  });
});

suite('a body that does not arrive', () => {
  test('breaks after so many bytes', async () => {
    const { emulator, get } = await recorded({ sizeBytes: 10 * MB });
    emulator.fail({ service: 'graph', path: '/content', kind: { type: 'break-body', afterBytes: MB } });
    const response = await get();
    let read = 0;
    await assert.rejects(async () => {
      for await (const chunk of response.body ?? []) read += chunk.length;
    }, /terminated/);
    assert.equal(read, MB);
    assert.equal((await get()).status, 200);
  });

  test('stalls until the caller gives up', async () => {
    const { emulator, get } = await recorded({ sizeBytes: 10 * MB });
    emulator.fail({ service: 'graph', path: '/content', kind: { type: 'stall-body', afterBytes: 1000 } });
    const giveUp = new AbortController();
    const response = await get({ signal: giveUp.signal });
    const reader = response.body?.getReader();
    assert.equal((await reader?.read())?.value?.length, 1000);
    const next = reader?.read();
    giveUp.abort(new Error('no patience'));
    await assert.rejects(async () => next, /no patience/);
  });
});
