import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { suite, test, type TestContext } from 'node:test';
import { signIn } from '../scripts/person.ts';
import { addMember, createSignInToken } from '../src/access/service.ts';
import { parseVtt } from '../src/artifacts/vtt.ts';
import type { Role } from '../src/database/schema.ts';
import { auditOf } from './support/artifacts.ts';
import { startRecorded, type Recorded } from './support/recorded.ts';
import { publicUrl, startWorkspace, type ApiAnswer } from './support/system.ts';
import { addArtifact, addTranscript } from './support/transcripts.ts';

type Line = { startMs: number; speaker: string | null; text: string; matches: [number, number][] };
type Transcript = { vtt: string; language?: string };

/** A meeting that was held, with what Microsoft has of it taken over. */
async function startHeld(t: TestContext, transcript: Transcript | true = true, more: object = {}) {
  const story = await startRecorded(t);
  story.end({ transcript, ...more });
  await story.look();
  const { data } = await story.left();
  const idOf = (kind: string) => String(data.find((one) => one['kind'] === kind)?.['id']);
  const read = async (query = '') =>
    (await story.ask('GET', `/v1/artifacts/${idOf('transcript')}/transcript${query}`)) as {
      data: Line[];
      matches: number;
    };
  const content = async (kind: string, format: string) =>
    story.system.request(`/v1/artifacts/${idOf(kind)}/content?as=download&format=${format}`, {
      headers: { authorization: `Bearer ${story.desk.apiKey}` },
    });
  return { ...story, data, idOf, read, content };
}

const short = [
  'WEBVTT',
  '-0:0:2.500 --> 0:0:1.0\n<v Marek Dvořák>Is it on?</v>',
  '0:0:1.0 --> 0:0:5.320\n<v Marek Dvořák>It is &amp; we can begin.</v>',
  '0:1:5.0 --> 0:1:9.75\n<v Sam Okafor>Die Verträge sind unterschrieben.</v>\n<v Marek Dvořák>Gut.</v>',
].join('\r\n\r\n');

void suite('what was said', () => {
  void test('is read with who said it and when, searched, and downloaded as it is and as text', async (t) => {
    const { data, read, content, desk, system, idOf } = await startHeld(t, { vtt: short, language: 'de-de' });
    const { data: lines, matches } = await read();
    assert.deepEqual(
      lines.map(({ startMs, speaker, text }) => `${startMs} ${speaker}: ${text}`),
      [
        '-2500 Marek Dvořák: Is it on?',
        '1000 Marek Dvořák: It is & we can begin.',
        '65000 Sam Okafor: Die Verträge sind unterschrieben.',
        '65000 Marek Dvořák: Gut.',
      ],
    );
    assert.equal(matches, 0);
    const found = await read('?q=vertrag');
    assert.equal(found.matches, 1);
    assert.deepEqual(
      found.data.map((line) => line.matches),
      [[], [], [[4, 12]], []],
    );
    assert.equal((await read('?q=%20')).matches, 0, 'nothing to look for');
    const asItIs = await content('transcript', 'vtt');
    assert.equal(await asItIs.text(), short);
    const artifact = data.find(({ kind }) => kind === 'transcript') ?? {};
    assert.equal(artifact['bytes'], Buffer.byteLength(short));
    assert.equal(artifact['sha256'], createHash('sha256').update(short).digest('hex'));
    const asText = await content('transcript', 'text');
    assert.match(asText.headers.get('content-type') ?? '', /^text\/plain/);
    assert.equal(
      await asText.text(),
      'Marek Dvořák  -00:00:02\nIs it on? It is & we can begin.\n\nSam Okafor  00:01:05\nDie Verträge sind unterschrieben.\n\nMarek Dvořák  00:01:05\nGut.\n',
    );
    const views = (await auditOf(system, desk.workspaceId)).map((entry) => entry.split(' ').slice(1).join(' '));
    const id = idOf('transcript');
    assert.deepEqual(views, [`artifact.viewed ${id}`, `artifact.downloaded ${id}`], 'once for each way to look');
  });

  void test('is kept sealed: the table of artifacts shows no word of it', async (t) => {
    const { system, idOf } = await startHeld(t, { vtt: short });
    const { document } = await system.database.db
      .selectFrom('artifacts')
      .select('document')
      .where('id', '=', idOf('transcript'))
      .executeTakeFirstOrThrow();
    assert.ok(document && document.length > short.length && !document.includes('unterschrieben'));
  });

  void test('is found in all meetings, with its meeting, and not once it is deleted', async (t) => {
    const { ask, idOf, meetingId, desk } = await startHeld(t, { vtt: short, language: 'de-de' });
    const { data } = await ask('GET', '/v1/transcript-search?q=Vertrag');
    assert.equal(data.length, 1);
    const { artifactId, position, startMs, speaker, subject } = data[0];
    assert.deepEqual([artifactId, data[0].meetingId], [idOf('transcript'), meetingId]);
    assert.deepEqual([position, startMs, speaker], [2, 65_000, 'Sam Okafor']);
    assert.match(subject, /Careers advice/);
    assert.equal((await desk.api('DELETE', `/v1/artifacts/${artifactId}`)).status, 204);
    assert.deepEqual((await ask('GET', '/v1/transcript-search?q=Vertrag')).data, []);
    await ask('GET', `/v1/artifacts/${artifactId}/transcript`, undefined, 404);
    await ask('GET', `/v1/artifacts/${artifactId}/transcript?q=x`, undefined, 404);
  });
});

const evil = '<img src=x onerror=alert(1)>';
const malformed: Record<string, string> = {
  'no VTT at all': `<!DOCTYPE html><html><body>${evil}</body></html>`,
  nothing: '',
  'a header alone': 'WEBVTT',
  'tags without end': `WEBVTT\n\n0:0:1.0 --> 0:0:2.0\n<v <v <v ${'<v '.repeat(50_000)}needle`,
  scripts: `WEBVTT\n\n0:0:1.0 --> 0:0:2.0\n<v ${evil}>needle &lt;script&gt;alert(1)&lt;/script&gt;${evil}</v>`,
  'NUL and halves of characters': 'WEBVTT\0\n\n0:0:1.0 --> 0:0:2.0\n<v A\0>nee\0dle needle \0&#0;&#xD800;</v>',
  'a line of a megabyte': `WEBVTT\n\n0:0:1.0 --> 0:0:2.0\n${'x'.repeat(1_000_000)} needle`,
  'one word of a megabyte of runs': `WEBVTT\n\n0:0:1.0 --> 0:0:2.0\n${'東'.repeat(300_000)} needle`,
  'heaps of accents': `WEBVTT\n\n0:0:1.0 --> 0:0:2.0\nneedle a${'\u0301\u0316'.repeat(200_000)}`,
  'times that are none': 'WEBVTT\n\n99:99:99.999 --> 0:0:0.0\nneedle\n\n--> \nlost\n\nNaN --> NaN\nlost',
  'overrides of direction': 'WEBVTT\n\n0:0:1.0 --> 0:0:2.0\n<v \u202Eadmin>\u202Eneedle</v>',
};

void suite('a malformed transcript', () => {
  for (const [what, vtt] of Object.entries(malformed))
    void test(`is stored, shown and searched: ${what}`, async (t) => {
      const story = await startHeld(t, { vtt });
      const { read, content, ask } = story;
      assert.deepEqual(await story.states(), ['recording ready 1', 'transcript ready 1', 'attendance ready 1']);
      const { data } = await read();
      assert.equal(data.length, parseVtt(vtt).lines.length);
      for (const { text, speaker } of data) {
        assert.ok(!/[\p{Cc}\p{Cs}\u202E]/u.test(text + (speaker ?? '')));
        assert.ok(text.length <= 2000 && (speaker ?? '').length <= 200);
      }
      const expected = vtt.includes('needle') ? 1 : 0;
      assert.equal((await read('?q=needle')).matches, expected);
      const { data: found } = await ask('GET', '/v1/transcript-search?q=needle');
      assert.equal(found.length, expected);
      assert.equal(await (await content('transcript', 'vtt')).text(), Buffer.from(vtt).toString());
      const asText = await content('transcript', 'text');
      assert.equal(asText.status, 200);
      assert.match(asText.headers.get('content-type') ?? '', /^text\/plain/);
      assert.equal(asText.headers.get('x-content-type-options'), 'nosniff');
      assert.ok((await asText.text()).includes('needle') === (expected === 1));
    });
});

void suite('who was there', () => {
  void test('is read, and opened in a spreadsheet, whatever guests call themselves', async (t) => {
    const participants = [
      { displayName: 'Dana Reyes', emailAddress: 'dana.reyes@northgate.example', role: 'Organizer' },
      { displayName: '=HYPERLINK("https://evil.example")', intervals: [{ from: 120_000 }, { from: 500, to: 60_000 }] },
      { displayName: 'N\0UL \uD800 <b>', intervals: [{ from: 1000, to: 2000 }] },
    ] as const;
    const story = await startHeld(t, true, { attendance: { participants } });
    const { ask, idOf, content } = story;
    assert.deepEqual(await story.states(), ['recording ready 1', 'transcript ready 1', 'attendance ready 1']);
    const { data } = await ask('GET', `/v1/artifacts/${idOf('attendance')}/attendance`);
    assert.equal(data.length, 3);
    assert.deepEqual([data[0].name, data[0].role], ['Dana Reyes', 'Organizer']);
    assert.equal(data[2].name, 'N UL � <b>');
    assert.equal(data[1].intervals.length, 2);
    assert.equal(data[1].totalSeconds, data[1].intervals[0].seconds + data[1].intervals[1].seconds);
    const csv = await (await content('attendance', 'csv')).arrayBuffer();
    const text = Buffer.from(csv).toString();
    assert.ok(text.startsWith('\uFEFFName,'));
    assert.equal(text.split('\r\n').length, 6);
    assert.match(text, /\r\n"'=HYPERLINK\(""https:\/\/evil\.example""\)",/);
  });
});

/** Somebody else of the workspace, who asks as the console does. */
async function colleague({ system, desk }: Recorded, role: Role) {
  const deps = { db: system.database.db, now: system.clock.now };
  const who = { email: `${role}@desk.example`, name: role, role, timeZone: 'Europe/Berlin' };
  const memberId = await addMember(deps, desk.workspaceId, who);
  const person = system.person();
  await signIn(person, `${publicUrl}/sign-in/${await createSignInToken(deps, memberId)}`);
  const get = async (path: string) => {
    const answer = await person.send(publicUrl + path, { method: 'GET', headers: { accept: 'application/json' } });
    return { status: answer.status, body: (await answer.json()) as ApiAnswer['body'] };
  };
  return { memberId, get };
}

void suite('transcripts and attendance', () => {
  void test('are for those who took part, and for who manages the workspace; whoever else asks is on record', async (t) => {
    const story = await startHeld(t, { vtt: short });
    const { system, desk, idOf } = story;
    const operator = await colleague(story, 'operator');
    const admin = await colleague(story, 'admin');
    const addresses = [
      `/v1/artifacts/${idOf('transcript')}/transcript`,
      `/v1/artifacts/${idOf('attendance')}/attendance`,
    ];
    const search = '/v1/transcript-search?q=begin';
    for (const address of addresses) {
      assert.equal((await admin.get(address)).status, 200);
      const refused = await operator.get(address);
      assert.deepEqual([refused.status, refused.body['code']], [404, 'not_found']);
    }
    assert.equal((await admin.get(search)).body['data'].length, 1);
    assert.deepEqual((await operator.get(search)).body['data'], []);
    const entries = await auditOf(system, desk.workspaceId);
    const denied = entries.filter((entry) => entry.includes('artifact.denied'));
    assert.deepEqual(
      denied,
      [idOf('transcript'), idOf('attendance')].map((id) => `${operator.memberId} artifact.denied ${id}`),
    );
    assert.ok(entries.includes(`${operator.memberId} transcripts.searched `));
    await system.database.db
      .updateTable('bookings')
      .set({ host_id: operator.memberId })
      .where('id', '=', story.bookingId)
      .execute();
    for (const address of addresses) assert.equal((await operator.get(address)).status, 200);
    assert.equal((await operator.get(search)).body['data'].length, 1);
  });

  void test('of another workspace are nowhere, and neither is what is of another kind', async (t) => {
    const story = await startHeld(t, { vtt: short });
    const { system, idOf, ask } = story;
    const other = await startWorkspace(system, { email: 'eve@else.example' });
    assert.equal((await other.api('GET', `/v1/artifacts/${idOf('transcript')}/transcript`)).status, 404);
    assert.equal((await other.api('GET', `/v1/artifacts/${idOf('attendance')}/attendance`)).status, 404);
    assert.deepEqual((await other.api('GET', '/v1/transcript-search?q=begin')).body['data'], []);
    const answers = [
      await ask('GET', `/v1/artifacts/${idOf('recording')}/transcript`, undefined, 404),
      await ask('GET', `/v1/artifacts/${idOf('transcript')}/attendance`, undefined, 404),
      await ask('GET', `/v1/artifacts/${idOf('attendance')}/transcript?q=x`, undefined, 404),
    ];
    assert.deepEqual(new Set(answers.map(({ code }) => code)), new Set(['not_found']));
    await ask('GET', `/v1/artifacts/${idOf('transcript')}/transcript?q=-`, undefined, 400);
    const views = (await auditOf(system, story.desk.workspaceId)).filter((entry) => entry.includes('viewed'));
    assert.deepEqual(views, [], 'nobody saw anything');
  });

  void test('are replaced whole when they are stored again, and shown where they were not read to the end', async (t) => {
    const story = await startHeld(t, { vtt: short });
    const { desk, meetingId, system } = story;
    const kept = { workspaceId: desk.workspaceId, meetingId };
    const id = await addTranscript(system, kept, ['Dana: One', 'Two']);
    const { body } = await desk.api('GET', `/v1/artifacts/${id}/transcript`);
    assert.deepEqual(
      (body['data'] as Line[]).map(({ speaker, text }) => [speaker, text]),
      [
        ['Dana', 'One'],
        [null, 'Two'],
      ],
    );
    const without = await addArtifact(system, kept, { kind: 'attendance' });
    assert.equal((await desk.api('GET', `/v1/artifacts/${without}/attendance`)).status, 404);
  });
});
