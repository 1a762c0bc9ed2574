import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { addMember } from '../src/access/service.ts';
import { linkPath, type Audience } from '../src/artifacts/links.ts';
import { auditOf, showInPortal } from './support/artifacts.ts';
import { startRecorded } from './support/recorded.ts';
import { publicUrl, startWorkspace } from './support/system.ts';

const minute = 60_000;
const asPage = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

/** A meeting of which recording, transcript and attendance report are there, and what a browser without a session does. */
async function startLinks(t: TestContext) {
  const story = await startRecorded(t);
  const { system, desk } = story;
  story.end();
  await story.look();
  const { data } = await story.left();
  const idOf = (kind: string) => data.find((one) => one['kind'] === kind)?.['id'] as string;
  const ids = { recording: idOf('recording'), transcript: idOf('transcript'), attendance: idOf('attendance') };
  const make = async (id: string, body?: object, api = desk.api) => {
    const answer = await api('POST', `/v1/artifacts/${id}/links`, body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return { url: answer.body['url'] as string, expiresAt: answer.body['expiresAt'] as string };
  };
  const open = (url: string, init: RequestInit = {}) => system.request(url.replace(publicUrl, ''), init);
  const statusOf = async (url: string) => {
    const answer = await open(url);
    await answer.body?.cancel();
    return answer.status;
  };
  /** A link as Parley makes it, for somebody whom a test names. */
  const linkFor = async (audience: Audience, artifactId = ids.recording, aliveMs = 60 * minute) => {
    const dataKey = await system.app.deps.dataKeys(desk.workspaceId);
    const expiresAt = new Date(system.clock.now().getTime() + aliveMs);
    return linkPath(dataKey, { workspaceId: desk.workspaceId, artifactId, expiresAt, audience });
  };
  return { ...story, ids, make, open, statusOf, linkFor, audit: () => auditOf(system, desk.workspaceId) };
}

const sam: Audience = { kind: 'visitor', email: 'sam@visitor.example' };

void suite('links to what is left of a meeting', () => {
  void test('a rehearsed link opens nothing, though links are not stored and one could be computed', async (t) => {
    const { desk, ids, statusOf, audit } = await startLinks(t);
    const before = await audit();
    const { status, body } = await desk.api('POST', `/v1/artifacts/${ids.recording}/links?dryRun=true`, {});
    assert.equal(status, 200);
    assert.equal(await statusOf(body['answer'].url), 410);
    assert.deepEqual(await audit(), before);
  });

  void test('play a recording without signing in, whole and in ranges, and each view is on record once', async (t) => {
    const { system, ids, make, open, audit } = await startLinks(t);
    const { url, expiresAt } = await make(ids.recording);
    assert.match(url, /^http:\/\/localhost:3000\/files\/[\w-]+\.[\w-]{22}$/);
    assert.equal(Date.parse(expiresAt) - Math.floor(system.clock.now().getTime() / 1000) * 1000, 4 * 60 * minute);
    const whole = await open(url);
    assert.equal(whole.status, 200);
    assert.equal(whole.headers.get('content-type'), 'video/mp4');
    assert.equal(whole.headers.get('cache-control'), 'private, no-store');
    assert.equal(whole.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(whole.headers.get('x-content-type-options'), 'nosniff');
    assert.match(whole.headers.get('content-disposition') ?? '', /^inline/);
    const bytes = Buffer.from(await whole.arrayBuffer());
    const part = await open(url, { headers: { range: 'bytes=4-11' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-range'), `bytes 4-11/${bytes.length}`);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(4, 12));
    const head = await open(url, { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.headers.get('content-length'), `${bytes.length}`);
    assert.equal((await open(url, { headers: { range: `bytes=${bytes.length}-` } })).status, 416);
    const kept = await open(`${url}?as=download`);
    assert.match(kept.headers.get('content-disposition') ?? '', /^attachment; filename=/);
    await kept.body?.cancel();
    const lines = (await audit()).filter((line) => line.includes(ids.recording));
    assert.deepEqual(
      lines.map((line) => line.split(' ')[1]),
      ['artifact.linked', 'artifact.viewed', 'artifact.downloaded'],
    );
    assert.ok(lines.every((line) => line.startsWith('key_')));
  });

  void test('open transcripts as WebVTT and text, and attendance as CSV', async (t) => {
    const { ids, make, open } = await startLinks(t);
    const transcript = await make(ids.transcript);
    const vtt = await open(`${transcript.url}?format=vtt`);
    assert.equal(vtt.headers.get('content-type'), 'text/vtt; charset=utf-8');
    assert.match(await vtt.text(), /^WEBVTT/);
    const text = await open(`${transcript.url}?format=text&as=download`);
    assert.equal(text.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.equal((await open(`${transcript.url}?format=csv`)).status, 400);
    const attendance = await make(ids.attendance);
    const csv = await open(attendance.url);
    assert.equal(csv.headers.get('content-type'), 'text/csv; charset=utf-8');
    await csv.text();
  });

  void test('last as long as was asked for, and then say so: to people in words, to programs as a problem', async (t) => {
    const { system, ids, make, open, statusOf } = await startLinks(t);
    const { url } = await make(ids.recording, { expiresInSeconds: 60 });
    system.clock.advance(59_000);
    assert.equal(await statusOf(url), 200);
    system.clock.advance(1000);
    const page = await open(url, { headers: asPage });
    assert.equal(page.status, 410);
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
    assert.match(await page.text(), /This link has expired/);
    const problem = await open(url);
    assert.equal(problem.status, 410);
    assert.equal(((await problem.json()) as { code: string }).code, 'artifact_link_expired');
    const day = await make(ids.recording, { expiresInSeconds: 24 * 60 * 60 });
    system.clock.advance(24 * 60 * minute - 1000);
    assert.equal(await statusOf(day.url), 200);
  });

  void test('cannot be made up, changed, or taken to another artifact, audience, time or workspace', async (t) => {
    const { system, desk, ids, make, open, statusOf } = await startLinks(t);
    const { url } = await make(ids.recording);
    const [text = '', mac = ''] = url.replace(`${publicUrl}/files/`, '').split('.');
    const claim = Buffer.from(text, 'base64url').toString();
    const other = await startWorkspace(system, { email: 'li@other.example' });
    const changed = (from: string | RegExp, to: string) =>
      `/files/${Buffer.from(claim.replace(from, to)).toString('base64url')}.${mac}`;
    for (const forged of [
      changed(ids.recording.slice(4), ids.attendance.slice(4)),
      changed(/key_\w+/, desk.memberId),
      changed(/key_\w+/, 'sam@visitor.example'),
      changed(/\n[0-9a-z]{6}\n/, '\nzzzzzz\n'),
      changed(desk.workspaceId.slice(4), other.workspaceId.slice(4)),
      changed(desk.workspaceId.slice(4), 'a'.repeat(24)),
      `/files/${text}`,
      `/files/${text}.`,
      `/files/${text}.${'A'.repeat(22)}`,
      `/files/${text}.${mac}x`,
      `/files/${text}x.${mac}`,
      '/files/x',
      '/files/%00',
      '/files/%F0%9F%99%82.%F0%9F%99%82',
      `/files/${'a'.repeat(5000)}`,
    ]) {
      assert.equal(await statusOf(forged), 404, forged.slice(0, 200));
      const page = await open(forged, { headers: asPage });
      assert.equal(page.status, 404);
      assert.match(await page.text(), /There is nothing here/);
    }
    assert.equal(await statusOf(url), 200);
  });

  void test('stop with the rights of whom they were made for', async (t) => {
    const { system, desk, ids, make, linkFor, statusOf, audit, bookingId } = await startLinks(t);
    const { db } = system.database;
    const byKey = await make(ids.recording);
    const operator = { email: 'o@desk.example', name: 'Olu', role: 'admin' as const, timeZone: 'Europe/Berlin' };
    const memberId = await addMember({ db, now: system.clock.now }, desk.workspaceId, operator);
    const byMember = await linkFor({ kind: 'member', id: memberId });
    assert.equal(await statusOf(byKey.url), 200);
    assert.equal(await statusOf(byMember), 200);
    await db.updateTable('members').set({ role: 'operator' }).where('id', '=', memberId).execute();
    assert.equal(await statusOf(byMember), 404, 'an operator who was not there');
    await db.updateTable('bookings').set({ host_id: memberId }).where('id', '=', bookingId).execute();
    assert.equal(await statusOf(byMember), 200, 'who was there');
    await db.updateTable('bookings').set({ host_id: desk.memberId }).where('id', '=', bookingId).execute();
    await db.deleteFrom('members').where('id', '=', memberId).execute();
    assert.equal(await statusOf(byMember), 404, 'who has left');
    await db.updateTable('api_keys').set({ revoked_at: system.clock.now() }).execute();
    assert.equal(await statusOf(byKey.url), 404, 'a key that was revoked');
    const denied = (await audit()).filter((line) => line.includes('artifact.denied'));
    assert.deepEqual(
      denied.map((line) => line.split('_')[0]),
      ['mem', 'key'],
    );
  });

  void test('of visitors open recordings and transcripts of their own bookings, while the portal shows them', async (t) => {
    const { system, desk, ids, linkFor, statusOf, bookingId, audit } = await startLinks(t);
    const recording = await linkFor(sam);
    assert.equal(await statusOf(recording), 404, 'the switch is off');
    await showInPortal(system, desk.workspaceId);
    assert.equal(await statusOf(recording), 200);
    assert.equal(await statusOf(await linkFor(sam, ids.transcript)), 200);
    assert.equal(await statusOf(await linkFor(sam, ids.attendance)), 404);
    assert.equal(await statusOf(await linkFor({ kind: 'visitor', email: 'li@visitor.example' })), 404);
    const lines = (await audit()).filter((line) => line.startsWith('sam@visitor.example artifact.viewed'));
    assert.equal(lines.length, 2);
    await system.database.db.updateTable('bookings').set({ status: 'cancelled' }).where('id', '=', bookingId).execute();
    assert.equal(await statusOf(recording), 404, 'cancelled');
  });

  void test('open nothing that was deleted', async (t) => {
    const { desk, ids, make, statusOf } = await startLinks(t);
    const { url } = await make(ids.transcript);
    assert.equal((await desk.api('DELETE', `/v1/artifacts/${ids.transcript}`)).status, 204);
    assert.equal(await statusOf(url), 404);
    assert.equal((await desk.api('POST', `/v1/artifacts/${ids.transcript}/links`)).status, 404);
  });

  void test('are made for a minute to a day, of what one may see, and once for one key', async (t) => {
    const { system, desk, ids } = await startLinks(t);
    const path = `/v1/artifacts/${ids.recording}/links`;
    for (const expiresInSeconds of [59, 86_401, 60.5, '60', null, -1, 1e300]) {
      const { status, body } = await desk.api('POST', path, { expiresInSeconds });
      assert.equal(status, 400, String(expiresInSeconds));
      assert.equal(body['errors'][0].pointer, '/expiresInSeconds');
    }
    assert.equal((await desk.api('POST', path, { forEver: true })).status, 400);
    const other = await startWorkspace(system, { email: 'li@other.example' });
    for (const id of Object.values(ids))
      assert.equal((await other.api('POST', `/v1/artifacts/${id}/links`)).status, 404);
    assert.equal((await desk.api('POST', '/v1/artifacts/art_nothing/links')).status, 404);
    const keyed = { 'idempotency-key': 'one-link' };
    const [first, second] = [
      await desk.api('POST', path, undefined, keyed),
      await desk.api('POST', path, undefined, keyed),
    ];
    assert.equal(first.body['url'], second.body['url']);
  });

  void test('are in no line of the log', async (t) => {
    const { system, ids, make, open } = await startLinks(t);
    const { url } = await make(ids.recording);
    const answer = await open(url);
    await answer.body?.cancel();
    await open(`${url}x`);
    const token = url.replace(`${publicUrl}/files/`, '');
    assert.ok(system.lines.some((line) => line.includes('/files/:token')));
    for (const part of token.split('.')) assert.ok(!system.lines.some((line) => line.includes(part)));
  });
});
