import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { grantScopes } from '../emulator/entra/grants.ts';
import { changeTranscriptSettings } from '../emulator/policies/transcript-settings.ts';
import { CONTOSO_TENANT_ID, NORTHGATE_TENANT_ID, PARLEY_CLIENT_ID } from '../emulator/seed.ts';
import {
  artifactRoles,
  grantArtifactRoles,
  minute,
  startRecorded,
  transcriptAccess,
  type Recorded,
} from './support/recorded.ts';
import { diagnosisOf, startClinic, startTenantClinic, type Diagnosis } from './support/clinic.ts';
import { startDesk } from './support/system.ts';
import { runPowerShell } from './support/tenant.ts';

const hour = 60 * minute;
const checks = ['recordings', 'transcripts', 'speakers', 'attendance', 'recording-allowed', 'standalone-meetings'];

function diagnose({ desk }: Recorded, body: object = { checks }): Promise<Diagnosis> {
  return diagnosisOf(desk.api('POST', '/v1/diagnostics', { tenantId: desk.tenantConnectionId, ...body }));
}

const statuses = ({ findings }: Diagnosis) => findings.map(({ check, status }) => `${check} ${status}`);

test('before the first meeting, a tenant shows what can be known without one', async (t) => {
  const story = await startRecorded(t);
  assert.deepEqual(statuses(await diagnose(story)), [
    'recordings ok',
    'transcripts ok',
    'speakers not_known',
    'attendance not_known',
    'recording-allowed ok',
    'standalone-meetings ok',
  ]);
});

test('after a meeting was held, everything of it is green, and nothing that was said is in the report', async (t) => {
  const story = await startRecorded(t);
  story.end();
  await story.look();
  const diagnosis = await diagnose(story);
  assert.deepEqual(
    statuses(diagnosis),
    checks.map((check) => `${check} ok`),
    diagnosis.report,
  );
  assert.match(diagnosis.of('attendance').notes.join(' '), /Marek Dvorak: allowed; of the last meeting there are 1/);
  assert.doesNotMatch(diagnosis.report, /meetup-join|eyJ/);
});

test('each permission is missing by itself, with what is fetched all the same', async (t) => {
  for (const [role, check] of [
    ['OnlineMeetingRecording.Read.All', 'recordings'],
    ['OnlineMeetingTranscript.Read.All', 'transcripts'],
    ['OnlineMeetingArtifact.Read.All', 'attendance'],
  ] as const) {
    const story = await startRecorded(t, { roles: artifactRoles.filter((one) => one !== role) });
    const diagnosis = await diagnose(story);
    const finding = diagnosis.of(check);
    assert.deepEqual([finding.status, finding.problemCode], ['failed', 'missing_permission'], check);
    assert.ok(finding.title.includes(role));
    assert.ok(finding.remedy?.includes(role));
    const failed = diagnosis.findings.filter(({ status }) => status === 'failed');
    assert.deepEqual(
      failed.map((one) => one.check),
      [check],
    );
  }
});

test('a switch that is off is found before any meeting, with the script that turns it on', async (t) => {
  const story = await startRecorded(t, { transcripts: false });
  const off = await diagnose(story);
  const finding = off.of('transcripts');
  assert.deepEqual([finding.status, finding.problemCode], ['failed', 'transcripts_disabled']);
  assert.match(finding.exchanges.at(-1)?.answered ?? '', /403 GraphAccessToTranscriptsDisabled/);
  assert.equal(off.of('recordings').status, 'ok');
  const { script } = finding;
  assert.ok(script);
  assert.match(script.text, /Install-Module MicrosoftTeams/);
  assert.ok(script.text.includes(`Connect-MicrosoftTeams -TenantId '${NORTHGATE_TENANT_ID}'`));
  assert.ok(off.report.includes('-EnableGraphTranscriptAccess $true'));
  runPowerShell(story.system, script.text);
  story.system.clock.advance(2 * hour);
  assert.equal((await diagnose(story)).of('transcripts').status, 'ok');
});

test('that transcripts do not say who spoke shows with the last one, and its script turns it on', async (t) => {
  const story = await startRecorded(t);
  runPowerShell(story.system, transcriptAccess({ attribution: false }));
  story.system.clock.advance(2 * hour);
  story.end();
  await story.look();
  const finding = (await diagnose(story)).of('speakers');
  assert.deepEqual([finding.status, finding.problemCode], ['warning', 'speaker_attribution_disabled']);
  assert.match(finding.script?.text ?? '', /-EnableAttributedTranscripts \$true/);
});

test('an organizer whom Teams’ policy leaves out is named, whichever words Teams has for it', async (t) => {
  const story = await startRecorded(t, { policy: false });
  for (const artifactPolicyRefusal of ['rsc', 'policy'] as const) {
    story.system.emulator.switches.artifactPolicyRefusal = artifactPolicyRefusal;
    const diagnosis = await diagnose(story);
    for (const check of ['recordings', 'recording-allowed']) {
      const finding = diagnosis.of(check);
      assert.equal(finding.status, 'failed', check);
      assert.match(finding.problemCode ?? '', /policy_missing/);
      assert.match(finding.notes.join(' '), /Marek Dvorak/);
    }
  }
});

test('a meeting that may not be recorded is told, before anybody misses the recording', async (t) => {
  const story = await startRecorded(t);
  const meeting = [...story.system.emulator.context.teams.meetings.values()].find(
    ({ calendarBacked }) => calendarBacked,
  );
  assert.ok(meeting);
  Object.assign(meeting.options, { allowRecording: false });
  const finding = (await diagnose(story)).of('recording-allowed');
  assert.equal(finding.status, 'warning');
  assert.match(finding.notes.join(' '), /Marek Dvorak: the meeting may not be recorded/);
  assert.match(finding.remedy ?? '', /meeting policy/);
});

test('event types whose meetings are on no calendar are named, and why that matters', async (t) => {
  const story = await startRecorded(t);
  const { db } = story.system.database;
  await db.updateTable('event_types').set({ meeting_kind: 'standalone' }).execute();
  const finding = (await diagnose(story)).of('standalone-meetings');
  assert.equal(finding.status, 'warning');
  assert.ok(finding.notes.join(' ').includes(`“${story.eventType['title']}”`), finding.notes.join(' '));
  assert.match(finding.remedy ?? '', /In the calendar/);
});

test('a tenant that wants none of it is not asked for any of it', async (t) => {
  const { system, run } = await startTenantClinic(t);
  grantArtifactRoles(system);
  const { findings } = await run({ checks });
  for (const { check, status, exchanges } of findings)
    assert.deepEqual([status, exchanges.length], ['skipped', 0], check);
});

const scopes =
  'OnlineMeetings.ReadWrite Calendars.ReadWrite offline_access User.Read OnlineMeetingRecording.Read.All OnlineMeetingTranscript.Read.All OnlineMeetingArtifact.Read.All';

/** Dana, who has connected Teams with what a server asks for that fetches everything, and has a meeting on Tuesday. */
async function startOwner(t: TestContext, { granted = scopes, transcripts = true } = {}) {
  const { system } = await startClinic(t, { env: { MicrosoftTeams__Scopes: granted } });
  const { context } = system.emulator;
  const app = context.directory.apps.get(PARLEY_CLIENT_ID);
  assert.ok(app);
  grantScopes(context, { tenantId: CONTOSO_TENANT_ID, app, userId: null, scopes: granted.split(' ') });
  changeTranscriptSettings(context, CONTOSO_TENANT_ID, {
    enableGraphTranscriptAccess: transcripts,
    enableAttributedTranscripts: true,
  });
  const desk = await startDesk(system);
  const { body } = await desk.api('POST', '/v1/meetings', {
    organizer: { memberId: desk.memberId },
    subject: 'Review',
    start: '2026-11-24T09:00:00Z',
    end: '2026-11-24T09:30:00Z',
  });
  await system.work();
  const { body: meeting } = await desk.api('GET', `/v1/meetings/${body['id']}`);
  const run = () => diagnosisOf(desk.api('POST', '/v1/diagnostics', { memberId: desk.memberId, checks }));
  const end = () => {
    system.clock.set(new Date('2026-11-24T09:30:00Z'));
    system.emulator.endMeeting({ joinUrl: meeting['joinUrl'], recording: true, transcript: true });
  };
  return { system, desk, run, end };
}

test('a connection shows with its last meeting what Microsoft gives of it', async (t) => {
  const { run, end, system } = await startOwner(t);
  assert.deepEqual(statuses(await run()), [
    'recordings not_known',
    'transcripts not_known',
    'speakers not_known',
    'attendance not_known',
    'recording-allowed ok',
    'standalone-meetings ok',
  ]);
  end();
  for (let times = 0; times < 4; times += 1) await system.advance(3 * minute);
  assert.deepEqual(
    statuses(await run()),
    checks.map((check) => `${check} ok`),
  );
});

test('a connection without the permission of one kind, and one in a tenant whose switch is off, are told so', async (t) => {
  const more = await startOwner(t, { transcripts: false });
  more.end();
  const off = (await more.run()).of('transcripts');
  assert.deepEqual([off.status, off.problemCode], ['failed', 'transcripts_disabled']);
  assert.ok(off.script?.text.includes(`Connect-MicrosoftTeams -TenantId '${CONTOSO_TENANT_ID}'`));
  await more.system.database.db
    .updateTable('connections')
    .set({ granted_scopes: scopes.replace('OnlineMeetingRecording.Read.All ', '') })
    .execute();
  const lacking = (await more.run()).of('recordings');
  assert.deepEqual([lacking.status, lacking.problemCode], ['warning', 'scopes_missing']);
  assert.match(lacking.title, /OnlineMeetingRecording\.Read\.All is not granted/);
  assert.match(lacking.remedy ?? '', /administrator/);
});
