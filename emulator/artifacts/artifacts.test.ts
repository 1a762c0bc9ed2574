import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { asPerson, first } from '../../test/support/graph-caller.ts';
import { graphOpenApiMissing, loadGraphOpenApi } from '../../test/support/graph-openapi.ts';
import {
  artifactApp,
  artifactScopes,
  fetchRaw,
  heldMeeting,
  idsIn,
  NINE,
  said,
} from '../../test/support/held-meeting.ts';
import { ImpossibleEnd } from './end-meeting.ts';

const MINUTE = 60_000;
const at8 = (minutes: number) => Date.UTC(2026, 10, 25, 8, minutes);

suite('what a meeting leaves', () => {
  test('is a recording, a transcript of the same time, and a report of who was there', async () => {
    const { dana, at, meetingId, danaId, ended } = await heldMeeting();
    const recording = first(await dana.get(`/me${at}/recordings`));
    const transcript = first(await dana.get(`/me${at}/transcripts`));
    const report = first(await dana.get(`/me${at}/attendanceReports`));
    assert.deepEqual(
      [[recording.id], [transcript.id], report.id],
      [ended?.recordings, ended?.transcripts, ended?.attendanceReport],
    );
    assert.match(Buffer.from(recording.id, 'base64').toString(), /^1##0##[0-9a-f-]{36}$/);
    assert.equal(recording['contentCorrelationId'], transcript['contentCorrelationId']);
    assert.deepEqual([recording['meetingId'], recording['callId']], [meetingId, transcript['callId']]);
    assert.match(
      String(recording['recordingContentUrl']),
      new RegExp(`/v1.0/users/${danaId}/onlineMeetings/.+/recordings/.+/content$`),
    );
    assert.match(String(transcript['transcriptContentUrl']), /\/transcripts\/.+\/content$/);
    assert.deepEqual([report['attendanceRecords'], report['totalParticipantCount']], [[], 3]);
    const { json } = await dana.get(`/me${at}/attendanceReports/${report.id}/attendanceRecords`);
    const seen = json.value.map((one) => [
      (one['identity'] as { displayName: string }).displayName,
      one['role'],
      (one['attendanceIntervals'] as unknown[]).length,
    ]);
    const byName = seen.toSorted((a, b) => String(a[0]).localeCompare(String(b[0])));
    assert.deepEqual(byName, [
      ['Dana Reyes', 'Organizer', 1],
      ['Milan Okafor', 'Attendee', 1],
      ['Sam Okafor', 'Attendee', 2],
    ]);
  });

  test('carries the time at which transcription started, not that of the meeting', async () => {
    const { dana, at } = await heldMeeting();
    const transcript = first(await dana.get(`/me${at}/transcripts`));
    assert.equal(transcript['createdDateTime'], '2026-11-25T08:05:00.0000000Z');
    assert.equal(transcript['endDateTime'], '2026-11-25T08:30:00.0000000Z');
  });

  test('takes Teams its time: until then lists are empty, as if nothing had been recorded', async () => {
    const { emulator, dana, at, ended } = await heldMeeting({
      recording: { processingMs: 20 * MINUTE },
      transcript: true,
      processingMs: 5 * MINUTE,
    });
    const lists = async () =>
      Promise.all(
        ['recordings', 'transcripts', 'attendanceReports'].map(
          async (name) => (await dana.get(`/me${at}/${name}`)).json.value.length,
        ),
      );
    assert.deepEqual(await lists(), [0, 0, 0]);
    assert.equal(
      said(await dana.get(`/me${at}/transcripts/${ended?.transcripts[0]}`)),
      '404 NotFound The requested resource was not found.',
    );
    emulator.clock.set(NINE + 5 * MINUTE);
    assert.deepEqual(await lists(), [0, 1, 1]);
    emulator.clock.set(NINE + 20 * MINUTE);
    assert.deepEqual(await lists(), [1, 1, 1]);
  });

  test('of several sessions has a report for each, and for each stop a recording and a transcript', async () => {
    const { emulator, dana, at, joinUrl } = await heldMeeting(false);
    emulator.endMeeting({
      joinUrl,
      startedAt: at8(0),
      endedAt: at8(20),
      recording: true,
      transcript: true,
      segments: 2,
    });
    emulator.endMeeting({ joinUrl, startedAt: at8(25), endedAt: at8(40), recording: true });
    const recordings = (await dana.get(`/me${at}/recordings`)).json.value;
    assert.equal(recordings.length, 3);
    assert.equal(new Set(recordings.map((one) => one['callId'])).size, 2);
    const transcripts = (await dana.get(`/me${at}/transcripts`)).json.value;
    const paired = (id: unknown) => recordings.filter((one) => one['contentCorrelationId'] === id).length;
    assert.deepEqual(
      transcripts.map((one) => paired(one['contentCorrelationId'])),
      [1, 1],
    );
    assert.equal((await dana.get(`/me${at}/attendanceReports`)).json.value.length, 2);
    const asked = `contentCorrelationId eq '${String(transcripts[0]?.['contentCorrelationId'])}'`;
    const found = await dana.get(`/me${at}/transcripts?$filter=${encodeURIComponent(asked)}`);
    assert.deepEqual(idsIn(found), [transcripts[0]?.id]);
  });

  test('is nothing when nobody recorded, and what the option says when nobody says', async () => {
    const { emulator, dana, at, joinUrl } = await heldMeeting({ attendance: false });
    for (const name of ['recordings', 'transcripts', 'attendanceReports']) {
      assert.deepEqual((await dana.get(`/me${at}/${name}`)).json.value, []);
    }
    await dana.patch(`/me${at}`, { recordAutomatically: true });
    emulator.endMeeting({ joinUrl });
    assert.equal((await dana.get(`/me${at}/recordings`)).json.value.length, 1);
    assert.equal((await dana.get(`/me${at}/transcripts`)).json.value.length, 1);
  });

  test('can be told person by person', async () => {
    const participants = [
      { displayName: 'Dana Reyes', emailAddress: 'dana.reyes@contoso.example', role: 'Organizer' as const },
      { displayName: 'Phone +49…', intervals: [{ from: 0, to: 60_000 }, { from: 120_000 }] },
    ];
    const { dana, at, ended } = await heldMeeting({ attendance: { participants } });
    const path = `/me${at}/attendanceReports/${ended?.attendanceReport}`;
    assert.deepEqual((await dana.get(path)).json['attendanceRecords'], []);
    const expanded = (await dana.get(`${path}?$expand=attendanceRecords`)).json['attendanceRecords'] as object[];
    assert.deepEqual(
      expanded.map((one) => 'totalAttendanceInSeconds' in one && one.totalAttendanceInSeconds),
      [1800, 60 + 1680],
    );
  });

  test('is refused for a meeting that is not there, or that ends before it begins', async () => {
    const { emulator, joinUrl } = await heldMeeting(false);
    assert.throws(() => emulator.endMeeting({ joinUrl: 'https://nowhere.example' }), ImpossibleEnd);
    assert.throws(() => emulator.endMeeting({ joinUrl, startedAt: at8(30), endedAt: at8(20) }), ImpossibleEnd);
    assert.throws(() => emulator.endMeeting({ joinUrl, recording: { sizeBytes: 10 } }), ImpossibleEnd);
  });
});

suite('pages', () => {
  async function many() {
    const held = await heldMeeting(false);
    held.emulator.endMeeting({ joinUrl: held.joinUrl, recording: true, segments: 7 });
    return held;
  }
  type Caller = Awaited<ReturnType<typeof many>>['dana'];
  /** The sizes of the pages, and how many recordings there were, as far as `most` pages. */
  async function follow(caller: Caller, path: string, most = 20) {
    const sizes: number[] = [];
    const ids = new Set<string>();
    let next: string | undefined = path;
    while (next !== undefined && sizes.length < most) {
      const { json }: Awaited<ReturnType<Caller['get']>> = await caller.get(next);
      sizes.push(json.value.length);
      assert.equal(json['@odata.count'], json.value.length);
      for (const { id } of json.value) ids.add(id);
      next = json['@odata.nextLink'] as string | undefined;
    }
    return { sizes, ids, ended: next === undefined };
  }

  test('have the asked size, and no order', async () => {
    const { dana, at } = await many();
    const { sizes, ids } = await follow(dana, `/me${at}/recordings?$top=3`);
    assert.deepEqual([sizes, ids.size], [[3, 3, 1], 7]);
    const times = (await dana.get(`/me${at}/recordings`)).json.value.map((one) => String(one['createdDateTime']));
    assert.equal(times.length, 7);
  });

  test('can be empty and still have a next link, a few times or for ever', async () => {
    const { emulator, dana, at } = await many();
    emulator.switches.emptyArtifactPages = 2;
    const few = await follow(dana, `/me${at}/recordings`);
    assert.deepEqual([few.sizes, few.ended], [[0, 0, 7], true]);
    emulator.switches.emptyArtifactPages = null;
    const endless = await follow(dana, `/me${at}/recordings`, 6);
    assert.deepEqual([endless.sizes, endless.ended], [[7, 0, 0, 0, 0, 0], false]);
  });

  test('of everything that an organizer has are for apps only', async () => {
    const { emulator, dana, danaId, at } = await many();
    const app = await artifactApp(emulator);
    const all = (more = '') =>
      `/users/${danaId}/onlineMeetings/getAllRecordings(meetingOrganizerUserId='${danaId}'${more})`;
    assert.deepEqual((await follow(app, `${all()}?$top=4`)).sizes, [4, 3]);
    assert.deepEqual(idsIn(await app.get(all())), idsIn(await dana.get(`/me${at}/recordings`)));
    const filter = encodeURIComponent(`MeetingOrganizer/User/Id eq '${danaId}'`);
    const older = `/users/${danaId}/onlineMeetings/getAllRecordings?$filter=${filter}`;
    assert.equal((await app.get(older)).json.value.length, 7);
    const later = ',startDateTime=2026-11-26T00:00:00Z,endDateTime=2026-11-27T00:00:00Z';
    assert.equal((await app.get(all(later))).json.value.length, 0);
    emulator.switches.getAllDateFilter = 'ignored';
    assert.equal((await app.get(all(later))).json.value.length, 7);
    assert.match(said(await app.get(`/users/${danaId}/onlineMeetings/getAllRecordings`)), /^400 BadRequest/);
    const other = `/users/${danaId}/onlineMeetings/getAllRecordings(meetingOrganizerUserId='${crypto.randomUUID()}')`;
    assert.equal(said(await app.get(other)), '400 BadRequest The userId must match organizerId.');
    assert.match(said(await dana.get(all())), /^403 Forbidden Missing scope permissions/);
  });
});

suite('transcripts', () => {
  test('come as VTT with speakers, without them, and with the details of each utterance', async () => {
    const { emulator, dana, at, ended } = await heldMeeting();
    const path = `/me${at}/transcripts/${ended?.transcripts[0]}`;
    const vtt = await fetchRaw(emulator, dana, `${path}/content?$format=text/vtt`);
    assert.match(vtt.headers.get('content-type') ?? '', /^text\/vtt/);
    const text = await vtt.text();
    assert.match(text, /^WEBVTT\r\n\r\n00:00:00\.300 --> 00:00:02\.100\r\n<v Dana Reyes>Good morning/);
    assert.match(text, /<v Sam Okafor>Yes, very well/);
    const accept = 'application/vnd.microsoft.graph.transcript+text';
    const plain = await (await fetchRaw(emulator, dana, `${path}/content`, { headers: { accept } })).text();
    assert.match(plain, /00:00:02\.100\r\nGood morning/);
    assert.doesNotMatch(plain, /<v|Dana/);
    const [, , , line] = (await (await fetchRaw(emulator, dana, `${path}/metadataContent`)).text()).split('\r\n');
    assert.deepEqual(JSON.parse(line ?? ''), {
      startDateTime: '2026-11-25T08:05:00.3000000+00:00',
      endDateTime: '2026-11-25T08:05:02.1000000+00:00',
      speakerName: 'Dana Reyes',
      spokenText: 'Good morning, can you hear me?',
      spokenLanguage: 'en-us',
    });
  });

  test('come in the short form of times, with negative ones, as long as wished, or as no VTT at all', async () => {
    const { emulator, dana, at, joinUrl } = await heldMeeting(false);
    const read = async (transcript: object) => {
      const { transcripts } = emulator.endMeeting({ joinUrl, transcript, attendance: false });
      return (await fetchRaw(emulator, dana, `/me${at}/transcripts/${transcripts[0]}/content`)).text();
    };
    const cues = [{ startsMs: -2300, endsMs: 5320, speaker: 'A & B', text: 'I <3 it' }];
    assert.match(await read({ timestamps: 'short', cues }), /-0:0:2\.300 --> 0:0:5\.320\r\n<v A & B>I &lt;3 it<\/v>/);
    assert.equal((await read({ lines: 1000 })).match(/-->/g)?.length, 1000);
    assert.equal(await read({ vtt: 'no VTT -->' }), 'no VTT -->');
  });
});

test("answers fit Microsoft's description", { skip: graphOpenApiMissing }, async () => {
  const { emulator, dana, at, ended } = await heldMeeting();
  const report = `/me${at}/attendanceReports/${ended?.attendanceReport}`;
  for (const path of [
    `/me${at}/recordings?$top=5`,
    `/me${at}/recordings/${ended?.recordings[0]}`,
    `/me${at}/transcripts?$filter=contentCorrelationId eq 'x'`,
    `/me${at}/transcripts`,
    `/me${at}/transcripts/${ended?.transcripts[0]}`,
    `/me${at}/attendanceReports`,
    `${report}?$expand=attendanceRecords`,
    `${report}/attendanceRecords`,
    `/me${at}/recordings/nope`,
  ]) {
    await dana.get(path);
  }
  for (const part of [`recordings/${ended?.recordings[0]}/content`, `transcripts/${ended?.transcripts[0]}/content`]) {
    await (await fetchRaw(emulator, dana, `/me${at}/${part}`)).text();
  }
  await (await asPerson(emulator, 'milan.okafor', artifactScopes)).get(`/me${at}/recordings`);
  assert.deepEqual(loadGraphOpenApi()?.violations(emulator.calls), []);
});
