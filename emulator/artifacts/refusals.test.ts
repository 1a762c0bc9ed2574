import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { asPerson, first } from '../../test/support/graph-caller.ts';
import { artifactApp, artifactScopes, fetchRaw, heldMeeting, NINE, said } from '../../test/support/held-meeting.ts';
import { runScript } from '../powershell/run-script.ts';
import { changeTranscriptSettings } from '../policies/transcript-settings.ts';
import { CONTOSO_TENANT_ID } from '../seed.ts';

const DAY = 24 * 3_600_000;
const kinds = ['recordings', 'transcripts', 'attendanceReports'] as const;
const disabled =
  '403 Forbidden GraphAccessToTranscriptsDisabled Graph API access to transcripts is disabled for this tenant.';

suite('permissions', () => {
  for (const [kind, name] of [
    ['recordings', 'OnlineMeetingRecording.Read.All'],
    ['transcripts', 'OnlineMeetingTranscript.Read.All'],
    ['attendanceReports', 'OnlineMeetingArtifact.Read.All'],
  ] as const) {
    test(`${kind} need ${name}, of people and of apps`, async () => {
      const { emulator, at, danaId } = await heldMeeting();
      const others = artifactScopes.filter((scope) => scope !== name);
      const lacking = await asPerson(emulator, 'dana.reyes', others);
      assert.match(said(await lacking.get(`/me${at}/${kind}`)), new RegExp(`^403 Forbidden Missing scope .*'${name}'`));
      const holding = await asPerson(emulator, 'dana.reyes', [name]);
      assert.equal(said(await holding.get(`/me${at}/${kind}`)), '200');
      const app = await artifactApp(emulator, [name]);
      assert.equal(said(await app.get(`/users/${danaId}${at}/${kind}`)), '200');
      const poor = await artifactApp(emulator, others);
      assert.match(said(await poor.get(`/users/${danaId}${at}/${kind}`)), /^403 Forbidden Missing role/);
      assert.match(said(await app.get(`/me${at}/${kind}`)), /^400 BadRequest \/me request/);
    });
  }
});

suite('an app without an application access policy', () => {
  test('is refused in the words of recordings and transcripts, and in the ordinary ones', async () => {
    const { emulator, at, danaId } = await heldMeeting();
    const app = await artifactApp(emulator, undefined, false);
    const all = async () =>
      Promise.all(kinds.map(async (kind) => said(await app.get(`/users/${danaId}${at}/${kind}`))));
    const rsc = `403 Forbidden Application is not allowed to perform operations on the user '${danaId}', neither is allowed access through RSC permission evaluation.`;
    const ordinary = '403 Forbidden No application access policy found for this app';
    assert.deepEqual(await all(), [rsc, rsc, ordinary]);
    const everything = `/users/${danaId}/onlineMeetings/getAllRecordings(meetingOrganizerUserId='${danaId}')`;
    assert.equal(said(await app.get(everything)), rsc);
    emulator.switches.artifactPolicyRefusal = 'policy';
    assert.deepEqual(await all(), [ordinary, ordinary, ordinary]);
  });

  test('must name the person by object id even with one', async () => {
    const { emulator, at } = await heldMeeting();
    const app = await artifactApp(emulator);
    assert.match(said(await app.get(`/users/dana.reyes@contoso.example${at}/recordings`)), /^404 NotFound/);
  });
});

suite('whose meeting it is', () => {
  test('matters: strangers see nothing, invited people the lists, the organizer the recording', async () => {
    const { emulator, dana, at, ended } = await heldMeeting();
    const content = `/me${at}/recordings/${ended?.recordings[0]}/content`;
    const yuki = await asPerson(emulator, 'yuki.brandt', artifactScopes);
    for (const kind of kinds) {
      assert.equal(
        said(await yuki.get(`/me${at}/${kind}`)),
        '403 Forbidden 3003: User does not have access to lookup meeting',
      );
    }
    const milan = await asPerson(emulator, 'milan.okafor', artifactScopes);
    for (const kind of kinds) assert.equal(said(await milan.get(`/me${at}/${kind}`)), '200');
    assert.equal(said(await milan.get(content)), '400 BadRequest The userId must match organizerId.');
    emulator.switches.organizerMismatchStatus = 403;
    assert.equal(said(await milan.get(content)), '403 Forbidden The userId must match organizerId.');
    assert.equal((await fetchRaw(emulator, dana, content)).status, 200);
  });

  test('another’s path is closed to a person', async () => {
    const { emulator, danaId, at } = await heldMeeting();
    const milan = await asPerson(emulator, 'milan.okafor', artifactScopes);
    assert.match(said(await milan.get(`/users/${danaId}${at}/recordings`)), /^403 Forbidden/);
  });
});

suite('which meeting it is', () => {
  test('a standalone meeting has attendance only', async () => {
    const { emulator, dana } = await heldMeeting();
    const times = { startDateTime: '2026-11-25T08:00:00Z', endDateTime: '2026-11-25T08:30:00Z' };
    const made = (await dana.post('/me/onlineMeetings', { ...times, subject: 'Alone' })).json;
    emulator.endMeeting({ onlineMeetingId: made.id, recording: true, transcript: true });
    const at = `/me/onlineMeetings/${encodeURIComponent(made.id)}`;
    const answers = await Promise.all(kinds.map(async (kind) => said(await dana.get(`${at}/${kind}`))));
    const refused = '400 BadRequest This API is supported only for calendar backed OnlineMeeting';
    assert.deepEqual(answers, [refused, refused, '200']);
  });

  test('an unknown one is not found, and what is no id is said to be none', async () => {
    const { dana, danaId } = await heldMeeting();
    const unknown = Buffer.from(`1*${danaId}*0**19:meeting_x@thread.v2`).toString('base64');
    assert.equal(
      said(await dana.get(`/me/onlineMeetings/${encodeURIComponent(unknown)}/recordings`)),
      '404 NotFound 3004: Meeting not found',
    );
    assert.equal(said(await dana.get('/me/onlineMeetings/abc/transcripts')), '400 InvalidArgument Invalid meeting id.');
  });

  test('expires 60 days after its end, or after it was changed last', async () => {
    const { emulator, at, event } = await heldMeeting();
    const later = async (days: number) => {
      emulator.clock.set(NINE + days * DAY);
      return asPerson(emulator, 'dana.reyes', artifactScopes);
    };
    assert.equal(said(await (await later(59)).get(`/me${at}/recordings`)), '200');
    await (await later(59)).patch(`/me/events/${event.id}`, { subject: 'Once more' });
    assert.equal(said(await (await later(118)).get(`/me${at}/recordings`)), '200');
    const dana = await later(120);
    assert.equal(said(await dana.get(`/me${at}/recordings`)), '404 NotFound 3004: Meeting not found');
    emulator.switches.expiredMeeting = 'forbidden';
    assert.match(said(await dana.get(`/me${at}/transcripts`)), /^403 Forbidden 3003/);
  });

  test('of a series counts its last occurrence', async () => {
    const { emulator, dana } = await heldMeeting(false);
    const recurrence = {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: ['wednesday'] },
      range: { type: 'numbered', startDate: '2026-11-25', numberOfOccurrences: 10 },
    };
    const at = (dateTime: string) => ({ dateTime, timeZone: 'UTC' });
    const made = await dana.post('/me/events', {
      subject: 'Weekly',
      start: at('2026-11-25T10:00:00'),
      end: at('2026-11-25T10:30:00'),
      isOnlineMeeting: true,
      onlineMeetingProvider: 'teamsForBusiness',
      recurrence,
    });
    const filter = encodeURIComponent(`JoinWebUrl eq '${made.json.onlineMeeting.joinUrl}'`);
    const { id } = first(await dana.get(`/me/onlineMeetings?$filter=${filter}`));
    emulator.clock.set(NINE + 100 * DAY);
    const later = await asPerson(emulator, 'dana.reyes', artifactScopes);
    assert.equal(said(await later.get(`/me/onlineMeetings/${encodeURIComponent(id)}/recordings`)), '200');
  });
});

suite('the tenant’s transcript settings', () => {
  test('begin with everything off, and are changed with PowerShell', async () => {
    const { emulator, dana, at, ended } = await heldMeeting();
    const shell = (script: string) => runScript(emulator.context, { tenantId: CONTOSO_TENANT_ID, script });
    shell('Set-CsTeamsMeetingConfiguration -Identity Global -EnableGraphTranscriptAccess $false');
    const one = `/me${at}/transcripts/${ended?.transcripts[0]}`;
    for (const path of [`/me${at}/transcripts`, one, `${one}/content`, `${one}/metadataContent`]) {
      assert.equal(said(await dana.get(path)), disabled);
    }
    assert.equal(said(await dana.get(`/me${at}/recordings`)), '200');
    shell('Set-CsTeamsMeetingConfiguration -EnableGraphTranscriptAccess $true -EnableAttributedTranscripts $false');
    assert.match(
      shell('Get-CsTeamsMeetingConfiguration | Format-List').output,
      /EnableAttributedTranscripts\s*: False/,
    );
    assert.equal(said(await dana.get(one)), '200');
    for (const path of [`${one}/content`, `${one}/content?$format=text/vtt`, `${one}/metadataContent`]) {
      assert.match(said(await dana.get(path)), /^403 Forbidden SpeakerAttributionNotAllowed/);
    }
    const accept = 'application/vnd.microsoft.graph.transcript+text';
    const plain = await fetchRaw(emulator, dana, `${one}/content`, { headers: { accept } });
    assert.deepEqual([plain.status, /<v/.test(await plain.text())], [200, false]);
  });

  test('count after a while, and can answer in turns until then', async () => {
    const { emulator, dana, at } = await heldMeeting();
    emulator.switches.transcriptSettingsDelayMs = 4 * 60_000;
    changeTranscriptSettings(emulator.context, CONTOSO_TENANT_ID, { enableGraphTranscriptAccess: false });
    const ask = async () => (await dana.get(`/me${at}/transcripts`)).status;
    assert.deepEqual([await ask(), await ask()], [200, 200]);
    emulator.switches.transcriptSettingsMeanwhile = 'alternating';
    assert.deepEqual(new Set([await ask(), await ask()]), new Set([200, 403]));
    emulator.clock.advance(4 * 60_000);
    assert.deepEqual([await ask(), await ask()], [403, 403]);
  });
});
