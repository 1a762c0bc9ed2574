import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { armFault } from '../emulator/faults.ts';
import { grantRoles } from '../emulator/entra/grants.ts';
import { NORTHGATE_CLIENT_ID, NORTHGATE_TENANT_ID } from '../emulator/seed.ts';
import { artifactRoles, hour, startRecorded, transcriptAccess, type Recorded } from './support/recorded.ts';
import { userNamed } from './support/system.ts';
import { runPowerShell } from './support/tenant.ts';

const roleOf = {
  recording: 'OnlineMeetingRecording.Read.All',
  transcript: 'OnlineMeetingTranscript.Read.All',
  attendance: 'OnlineMeetingArtifact.Read.All',
} as const;
const kinds = ['recording', 'transcript', 'attendance'] as const;

/** What the emulator's recorded sentences become, where a fault puts them in place of one kind's list. */
const said: { status: number; code?: string; message: string; becomes: string }[] = [
  // Contract 16.2
  {
    status: 403,
    code: 'Forbidden',
    message:
      'Application is not allowed to perform operations on the user, neither is allowed access through RSC permission evaluation.',
    becomes: 'artifact_policy_missing',
  },
  {
    status: 400,
    code: 'BadRequest',
    message: 'The userId must match organizerId.',
    becomes: 'artifact_organizer_only',
  },
  {
    status: 400,
    code: 'BadRequest',
    message: 'This API is supported only for calendar backed OnlineMeeting',
    becomes: 'calendar_event_needed',
  },
  {
    status: 403,
    code: 'Forbidden',
    message: '3003: User does not have access to lookup meeting',
    becomes: 'meeting_lookup_denied',
  },
];

const listOf = { recording: '/recordings', transcript: '/transcripts', attendance: '/attendanceReports' } as const;

void suite('a refusal of one kind of artifact', () => {
  for (const kind of kinds)
    void test(`that a role is missing for: ${kind}, while the others are there, and it comes when the role is granted`, async (t) => {
      const story = await startRecorded(t, { roles: artifactRoles.filter((role) => role !== roleOf[kind]) });
      story.end();
      await story.look();
      const { captures } = await story.left();
      for (const other of kinds) assert.equal(captures[other]['state'], other === kind ? 'refused' : 'ready', other);
      assert.equal(captures[kind]['problem'].code, 'missing_permission');
      assert.deepEqual(
        (await story.events()).filter((type) => type.startsWith('artifact.refused')),
        [`artifact.refused ${kind} missing_permission`],
      );
      await story.look(60);
      const { emulator } = story.system;
      const app = emulator.context.directory.apps.get(NORTHGATE_CLIENT_ID);
      if (app) grantRoles(emulator.context, NORTHGATE_TENANT_ID, app, [roleOf[kind]]);
      // The token of before lasts for about an hour; that the new one has the role wakes what waited for it.
      await story.look(120);
      await story.look(1);
      assert.equal((await story.left()).captures[kind]['state'], 'ready');
      assert.equal((await story.events()).filter((type) => type.startsWith('artifact.refused')).length, 1);
    });

  for (const { becomes, ...kindOfFault } of said)
    void test(`“${becomes}” is said with its remedy, and costs the other kinds nothing`, async (t) => {
      const story = await startRecorded(t);
      story.end();
      for (const kind of kinds) {
        story.system.emulator.context.faults.length = 0;
        armFault(story.system.emulator.context, {
          service: 'graph',
          path: listOf[kind],
          times: 99,
          kind: { type: 'status', ...kindOfFault },
        });
        await story.ask('POST', `/v1/meetings/${story.meetingId}/artifacts/refresh`);
        await story.system.work();
        const { captures } = await story.left();
        assert.equal(captures[kind]['state'], 'refused', kind);
        assert.equal(captures[kind]['problem'].code, becomes);
        assert.ok(captures[kind]['problem'].remedy.length > 20);
        for (const other of kinds.filter((one) => one !== kind)) assert.equal(captures[other]['state'], 'ready', other);
      }
      story.system.emulator.context.faults.length = 0;
      await story.ask('POST', `/v1/meetings/${story.meetingId}/artifacts/refresh`);
      await story.system.work();
      assert.deepEqual(await story.states(), ['recording ready 1', 'transcript ready 1', 'attendance ready 1']);
    });

  void test('for want of the Teams policy is said for each kind, and passes when it is granted', async (t) => {
    const story = await startRecorded(t, { policy: false });
    story.end();
    await story.look();
    const { captures } = await story.left();
    for (const kind of kinds) {
      assert.equal(captures[kind]['state'], 'refused');
      assert.match(captures[kind]['problem'].code, /policy/);
    }
    story.grant({ objectId: userNamed(story.system.emulator, 'marek.dvorak').id });
    for (let times = 0; times < 4; times += 1) await story.look(60);
    assert.deepEqual(await story.states(), ['recording ready 1', 'transcript ready 1', 'attendance ready 1']);
  });

  void test('because the tenant keeps apps away from transcripts names the cmdlet, and passes when it is run', async (t) => {
    const story = await startRecorded(t, { transcripts: false });
    story.end();
    await story.look();
    assert.deepEqual(await story.states(), ['recording ready 1', 'transcript refused 0', 'attendance ready 1']);
    const { captures } = await story.left();
    assert.equal(captures.transcript['problem'].code, 'transcripts_disabled');
    assert.match(captures.transcript['problem'].remedy, /Set-CsTeamsMeetingConfiguration -EnableGraphTranscriptAccess/);
    runPowerShell(story.system, transcriptAccess());
    for (let times = 0; times < 3; times += 1) await story.look(60);
    assert.deepEqual(await story.states(), ['recording ready 1', 'transcript ready 1', 'attendance ready 1']);
  });

  void test('to say who spoke leaves the words: the transcript is there without names', async (t) => {
    const story = await startRecorded(t);
    runPowerShell(story.system, transcriptAccess({ attribution: false }));
    story.system.clock.advance(2 * hour);
    story.end();
    await story.look();
    const { data } = await story.left();
    const transcript = data.find(({ kind }) => kind === 'transcript') ?? {};
    assert.equal(transcript['transcript'].attributed, false);
    const { data: lines } = await story.ask('GET', `/v1/artifacts/${transcript['id']}/transcript`);
    assert.ok(lines.length > 0);
    assert.ok(lines.every(({ speaker }: { speaker: string | null }) => speaker === null));
  });

  void test('of one transcript leaves the other transcripts of the meeting', async (t) => {
    const story = await startRecorded(t);
    const { transcripts } = story.end({ segments: 3 });
    armFault(story.system.emulator.context, {
      service: 'graph',
      path: `/transcripts/${transcripts[1]}/content`,
      times: 99,
      kind: { type: 'status', status: 500 },
    });
    await story.look();
    const { captures } = await story.left();
    assert.deepEqual([captures.transcript['found'], captures.transcript['problem'].code], [2, 'microsoft_unavailable']);
    story.system.emulator.context.faults.length = 0;
    await story.look(5);
    assert.equal((await story.left()).captures.transcript['found'], 3);
  });

  void test('that passes by itself changes no state and is tried again as Microsoft asks', async (t) => {
    const story = await startRecorded(t);
    story.end();
    armFault(story.system.emulator.context, {
      service: 'graph',
      path: '/recordings',
      kind: { type: 'status', status: 429, retryAfter: '120' },
    });
    await story.look();
    const { captures } = await story.left();
    assert.deepEqual([captures.recording['state'], captures.recording['problem'].code], ['waiting', 'throttled']);
    await story.look(1);
    assert.equal((await story.left()).captures.recording['state'], 'waiting');
    await story.look(2);
    assert.equal((await story.left()).captures.recording['state'], 'ready');
  });

  void test('of an organizer whom Parley’s own list does not allow comes before Microsoft is asked', async (t) => {
    const story = await startRecorded(t);
    await story.ask('PATCH', `/v1/organizers/${story.organizer.id}`, { allowed: false });
    story.end();
    const before = asked(story);
    await story.look();
    const { captures } = await story.left();
    for (const kind of kinds) assert.equal(captures[kind]['problem'].code, 'organizer_not_allowed');
    assert.equal(asked(story), before);
  });
});

const asked = (story: Recorded) => story.graphCalls('GET', '/onlineMeetings').length;
