import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AuthenticationHandler, Client, GraphError as ClientError } from '@microsoft/microsoft-graph-client';
import type { Context as ClientContext, Middleware } from '@microsoft/microsoft-graph-client';
import { asApp, asPerson, graphEmulator, meeting, NOW, person } from '../../test/support/graph-caller.ts';
import type { Answer, GraphCaller } from '../../test/support/graph-caller.ts';
import { graphOpenApiMissing, loadGraphOpenApi } from '../../test/support/graph-openapi.ts';
import type { Emulator } from '../emulator.ts';

const scopes = ['User.Read', 'Calendars.ReadWrite', 'OnlineMeetings.ReadWrite'];
const everyMember = { prefer: 'include-unknown-enum-members' };
const times = { startDateTime: '2026-11-25T09:00:00+01:00', endDateTime: '2026-11-25T08:30:00Z' };
const standalone = { ...times, subject: 'Intake' };

const organizerOf = (emulator: Emulator, name: string): Promise<GraphCaller> => asPerson(emulator, name, scopes);
const said = ({ status, json }: Answer) =>
  json.error === undefined ? String(status) : `${status} ${json.error.code} ${json.error.message}`;
const byUrl = (url: string) =>
  `/me/onlineMeetings?$filter=${encodeURIComponent(`JoinWebUrl eq '${url.replaceAll("'", "''")}'`)}`;

suite('a meeting by itself', () => {
  test('is made, read, changed and removed, and is on no calendar', async () => {
    const emulator = graphEmulator();
    const dana = await organizerOf(emulator, 'dana.reyes');
    const made = await dana.post('/me/onlineMeetings', standalone);
    assert.equal(made.status, 201);
    assert.equal(made.json['startDateTime'], '2026-11-25T08:00:00.0000000Z');
    const id = encodeURIComponent(made.json.id);
    assert.match(Buffer.from(made.json.id, 'base64').toString(), /^1\*1b6f0e3a[\w-]+\*0\*\*19:meeting_.+@thread\.v2$/);
    const changed = await dana.patch(`/me/onlineMeetings/${id}`, { subject: 'Later', allowedPresenters: 'organizer' });
    assert.deepEqual(
      [changed.status, changed.json.subject, changed.json['allowedPresenters']],
      [200, 'Later', 'organizer'],
    );
    assert.equal(changed.json['joinWebUrl'], made.json['joinWebUrl']);
    assert.equal((await dana.get(`/me/onlineMeetings/${id}`)).json.subject, 'Later');
    assert.equal((await dana.remove(`/me/onlineMeetings/${id}`)).status, 204);
    assert.equal(said(await dana.get(`/me/onlineMeetings/${id}`)), '404 NotFound 3004: Meeting not found');
    assert.equal((await dana.get('/me/events')).json.value.length, 0);
    assert.equal(emulator.context.mailboxes.messages.length, 0);
  });

  test('is one for each external id: 201, then 200', async () => {
    const emulator = graphEmulator();
    const dana = await organizerOf(emulator, 'dana.reyes');
    const first = await dana.post('/me/onlineMeetings/createOrGet', { externalId: 'b-1', subject: 'One' });
    const again = await dana.post('/me/onlineMeetings/createOrGet', { externalId: 'b-1', subject: 'Two', ...times });
    assert.deepEqual([first.status, again.status, again.json.subject], [201, 200, 'One']);
    assert.equal(again.json.id, first.json.id);
    const from = Date.parse(String(first.json['startDateTime']));
    assert.deepEqual([from, Date.parse(String(first.json['endDateTime'])) - from], [NOW, 3_600_000]);
    const others = await (
      await organizerOf(emulator, 'milan.okafor')
    ).post('/me/onlineMeetings/createOrGet', { externalId: 'b-1' });
    assert.equal(others.status, 201);
  });

  for (const [what, path, body, expected] of [
    ['without an end', '', { subject: 'x' }, /^400 BadRequest .*'endDateTime' is required/],
    ['that ends before it starts', '', { ...times, endDateTime: '2026-11-25T07:00:00Z' }, /^400 BadRequest/],
    ['with a time without an offset', '', { ...times, endDateTime: '2026-11-25T10:00:00' }, /^400 RequestBodyRead/],
    ['with an unknown property', '', { ...times, titel: 'x' }, /^400 RequestBodyRead .*'titel'/],
    ['with an unknown choice', '', { ...times, allowedPresenters: 'nobody' }, /^400 RequestBodyRead/],
    [
      'with a presenter from outside',
      '',
      { ...times, participants: { attendees: [{ upn: 'v@example.org', role: 'presenter' }] } },
      /^400 BadRequest/,
    ],
    ['or another without an external id', '/createOrGet', times, /^400 BadRequest .*externalId/],
    [
      'or another with an end only',
      '/createOrGet',
      { externalId: 'x', endDateTime: times.endDateTime },
      /^400 BadRequest/,
    ],
    [
      'or another with options',
      '/createOrGet',
      { externalId: 'x', allowedPresenters: 'organizer' },
      /^400 RequestBodyRead/,
    ],
  ] as const) {
    test(`is refused ${what}`, async () => {
      const emulator = graphEmulator();
      const dana = await organizerOf(emulator, 'dana.reyes');
      assert.match(said(await dana.post(`/me/onlineMeetings${path}`, body)), expected);
      assert.equal(emulator.context.teams.meetings.size, 0);
    });
  }
});

suite('the meeting of an event', () => {
  async function withEvent(name = 'dana.reyes') {
    const emulator = graphEmulator();
    const dana = await organizerOf(emulator, name);
    const event = (await dana.post('/me/events', meeting())).json;
    return { emulator, dana, event, url: event.onlineMeeting.joinUrl };
  }

  test('is the same object, and follows its event', async () => {
    const { dana, event, url } = await withEvent();
    const { status, json } = await dana.get(byUrl(url));
    assert.equal(status, 200);
    assert.deepEqual(
      json.value.map((one) => [one['joinWebUrl'], one.subject]),
      [[url, 'Intake']],
    );
    await dana.patch(`/me/events/${event.id}`, { subject: 'Moved' });
    assert.equal((await dana.get(byUrl(url))).json.value[0]?.subject, 'Moved');
    const { id } = json.value[0] ?? { id: '' };
    await dana.patch(`/me/onlineMeetings/${encodeURIComponent(id)}`, {
      lobbyBypassSettings: { scope: 'everyone' },
      subject: 'Only here',
    });
    const read = (await dana.get(`/me/events/${event.id}`)).json;
    assert.deepEqual([read.subject, read.onlineMeeting.joinUrl], ['Moved', url]);
  });

  test('is found only by the exact stored string, encoded once', async () => {
    const { dana, url } = await withEvent();
    assert.match(url, /%3a/);
    const plainly = await dana.get(`/me/onlineMeetings?$filter=JoinWebUrl eq '${url}'`);
    assert.equal(said(plainly), '400 BadRequest 1026: An error has occurred.');
    for (const spelled of [decodeURIComponent(url), encodeURIComponent(url), url.replace('%3a', '%3A')])
      assert.equal(said(await dana.get(byUrl(spelled))), '400 BadRequest 1026: An error has occurred.');
  });

  test('lags behind its event when the switch says so', async () => {
    const { emulator, dana, url } = await withEvent();
    emulator.switches.onlineMeetingLookupDelayMs = 30_000;
    assert.deepEqual((await dana.get(byUrl(url))).json.value, []);
    emulator.switches.unknownJoinUrl = 'not-found';
    assert.match(said(await dana.get(byUrl(url))), /^404 NotFound 3004/);
    emulator.clock.advance(30_000);
    assert.equal((await dana.get(byUrl(url))).json.value.length, 1);
  });

  test('is found by its meeting id, in the short form too', async () => {
    const emulator = graphEmulator();
    emulator.switches.joinUrlForm = 'meet';
    const dana = await organizerOf(emulator, 'dana.reyes');
    const url = (await dana.post('/me/events', meeting())).json.onlineMeeting.joinUrl;
    const digits = /meet\/(\d+)/.exec(url)?.[1];
    const found = await dana.get(`/me/onlineMeetings?$filter=joinMeetingIdSettings/joinMeetingId eq '${digits}'`);
    assert.equal(found.json.value[0]?.['joinWebUrl'], url);
    assert.equal((await dana.get(byUrl(url))).json.value.length, 1);
  });

  test('ends with its event, or stays: nobody knows', async () => {
    for (const [value, left] of [
      ['stays', 1],
      ['ends', 0],
    ] as const) {
      const { emulator, dana, event, url } = await withEvent();
      emulator.switches.meetingOfDeletedEvent = value;
      await dana.post(`/me/events/${event.id}/cancel`, {});
      assert.equal((await dana.get(byUrl(url))).json.value.length, left);
    }
  });

  test('is not for attendees to look up, but for them to read by id', async () => {
    const { emulator, url, dana } = await withEvent();
    const milan = await organizerOf(emulator, 'milan.okafor');
    assert.equal(said(await milan.get(byUrl(url))), '403 Forbidden 3003: User does not have access to lookup meeting');
    const attendees = ['milan.okafor', 'yuki.brandt'].map((name) => ({
      emailAddress: { address: `${name}@contoso.example` },
    }));
    await dana.post('/me/events', meeting({ attendees }));
    const id = encodeURIComponent([...emulator.context.teams.meetings.keys()].at(-1) ?? '');
    assert.equal((await milan.get(`/me/onlineMeetings/${id}`)).status, 200);
    assert.match(said(await milan.patch(`/me/onlineMeetings/${id}`, { subject: 'Mine' })), /^403 Forbidden/);
    assert.match(
      said(await (await organizerOf(emulator, 'tomasz.hale')).get(`/me/onlineMeetings/${id}`)),
      /^403 Forbidden 3003/,
    );
  });
});

suite('options', () => {
  async function options(name: string, body: object, headers = {}, prepare: (emulator: Emulator) => void = () => {}) {
    const emulator = graphEmulator();
    prepare(emulator);
    const caller = await organizerOf(emulator, name);
    const made = await caller.post('/me/onlineMeetings', standalone);
    return caller.patch(`/me/onlineMeetings/${encodeURIComponent(made.json.id)}`, body, headers);
  }

  for (const body of [
    { allowAttendeeToEnableCamera: false, allowAttendeeToEnableMic: false, allowMeetingChat: 'limited' },
    { allowBreakoutRooms: false, allowLiveShare: 'disabled', allowPowerPointSharing: false, allowWhiteboard: false },
    { allowCopyingAndSharingMeetingContent: false, allowedLobbyAdmitters: 'organizerAndCoOrganizers' },
    { allowRecording: true, allowTranscription: false, allowTeamworkReactions: false, recordAutomatically: true },
    { isEntryExitAnnounced: false, lobbyBypassSettings: { scope: 'organizer', isDialInBypassEnabled: true } },
    {
      allowParticipantsToChangeName: true,
      shareMeetingChatHistoryDefault: 'all',
      chatRestrictions: { allowTextOnly: true },
    },
  ]) {
    test(`are kept: ${Object.keys(body).join(', ')}`, async () => {
      const { status, json } = await options('dana.reyes', body);
      assert.equal(status, 200);
      assert.deepEqual(Object.fromEntries(Object.keys(body).map((name) => [name, json[name]])), body);
    });
  }

  for (const [body, expected] of [
    [{ joinMeetingIdSettings: { isPasscodeRequired: false } }, /^400 BadRequest .*cannot be changed/],
    [{ joinWebUrl: 'https://example.org' }, /^400 BadRequest .*cannot be changed/],
    [{ startDateTime: times.startDateTime }, /^400 BadRequest .*together/],
    [{ participants: { organizer: { upn: 'milan.okafor@contoso.example' } } }, /^400 BadRequest .*organizer/],
    [{ watermarkProtection: { isEnabledForVideo: true } }, /^403 Forbidden .*Teams Premium/],
    [{ isEndToEndEncryptionEnabled: true }, /^403 Forbidden .*Teams Premium/],
  ] as const) {
    test(`are refused: ${JSON.stringify(body)}`, async () =>
      assert.match(said(await options('dana.reyes', body)), expected));
  }

  test('that a licence or policy does not include are refused or ignored, and included ones work', async () => {
    const body = { watermarkProtection: { isEnabledForVideo: true } };
    const ignoring = (emulator: Emulator) => void (emulator.switches.unlicensedMeetingOption = 'ignored');
    assert.equal((await options('dana.reyes', body, {}, ignoring)).json['watermarkProtection'], null);
    assert.equal((await options('suki.amari', body)).status, 200);
    assert.match(said(await options('tom.vesely', { recordAutomatically: true })), /^403 Forbidden .*recording/);
    const strict = (emulator: Emulator) => void (emulator.switches.undocumentedMeetingOption = 'refused');
    assert.match(said(await options('dana.reyes', { shareMeetingChatHistoryDefault: 'all' }, {}, strict)), /^400/);
  });

  test('that came later are masked without the Prefer header', async () => {
    const body = {
      lobbyBypassSettings: { scope: 'invited' },
      participants: {
        attendees: [{ upn: 'milan.okafor@contoso.example', role: 'coorganizer' }, { upn: 'v@example.org' }],
      },
    };
    const read = (answer: Answer) => [
      (answer.json['lobbyBypassSettings'] as { scope: string }).scope,
      ...(answer.json['participants'] as { attendees: { role: string }[] }).attendees.map(({ role }) => role),
    ];
    assert.deepEqual(read(await options('dana.reyes', body)), ['unknownFutureValue', 'unknownFutureValue', 'attendee']);
    const asked = await options('dana.reyes', body, everyMember);
    assert.deepEqual(read(asked), ['invited', 'coorganizer', 'attendee']);
    assert.equal(asked.headers.get('preference-applied'), 'include-unknown-enum-members');
  });
});

suite('refused', () => {
  for (const [what, who, granted, path, expected] of [
    ['a list without a filter', 'dana.reyes', scopes, '/me/onlineMeetings', /^400 BadRequest/],
    ['another filter', 'dana.reyes', scopes, "/me/onlineMeetings?$filter=subject eq 'x'", /^400 BadRequest/],
    ['a video id', 'dana.reyes', scopes, "/me/onlineMeetings?$filter=VideoTeleconferenceId eq '1'", /^400 BadRequest/],
    [
      'an id of another kind',
      'dana.reyes',
      scopes,
      '/me/onlineMeetings/AAMkAG',
      /^400 InvalidArgument Invalid meeting id/,
    ],
    ['a principal name', 'dana.reyes', scopes, '/users/dana.reyes@contoso.example/onlineMeetings/x', /^404 NotFound/],
    [
      'somebody else',
      'dana.reyes',
      scopes,
      '/users/2c81d5f7-0a94-4e63-b7d2-45f6e8a1390c/onlineMeetings/x',
      /^403 Forbidden/,
    ],
    [
      'a token without the scope',
      'dana.reyes',
      ['User.Read'],
      '/me/onlineMeetings/x',
      /^403 Forbidden .*OnlineMeetings\.Read/,
    ],
    ['a personal account', 'kim.sandoval', scopes, '/me/onlineMeetings/x', /^403 Forbidden/],
  ] as const) {
    test(what, async () => {
      const caller = await asPerson(graphEmulator(), who, [...granted]);
      assert.match(said(await caller.get(path)), expected);
    });
  }

  test('somebody without a Teams licence', async () => {
    const tomasz = await organizerOf(graphEmulator(), 'tomasz.hale');
    assert.match(said(await tomasz.post('/me/onlineMeetings', standalone)), /^403 Forbidden .*licensed/);
  });

  test('a join URL of another tenant', async () => {
    const emulator = graphEmulator();
    const elif = await organizerOf(emulator, 'elif.varga');
    const url = String((await elif.post('/me/onlineMeetings', standalone)).json['joinWebUrl']);
    const dana = await organizerOf(emulator, 'dana.reyes');
    assert.equal(said(await dana.get(byUrl(url))), '400 BadRequest 1026: An error has occurred.');
  });

  test('an app on /me', async () => {
    const app = await asApp(graphEmulator(), 'dana.reyes', ['OnlineMeetings.ReadWrite.All']);
    assert.match(said(await app.post('/me/onlineMeetings', standalone)), /^400 BadRequest \/me request/);
  });
});

test("Microsoft's client makes, finds, changes and removes a meeting", async () => {
  const emulator = graphEmulator();
  const { token } = await organizerOf(emulator, 'dana.reyes');
  const authentication = new AuthenticationHandler({ getAccessToken: () => Promise.resolve(token) });
  const last: Middleware = {
    async execute(context: ClientContext): Promise<void> {
      context.response = await emulator.fetch(context.request, context.options);
    },
  };
  authentication.setNext(last);
  const client = Client.initWithMiddleware({ middleware: authentication });
  const path = `/users/${person(emulator, 'dana.reyes').id}/onlineMeetings`;
  const made = (await client.api(path).post({ subject: 'Intake', ...times })) as { id: string; joinWebUrl: string };
  const found = (await client
    .api(path)
    .filter(`JoinWebUrl eq '${encodeURIComponent(made.joinWebUrl)}'`)
    .get()) as {
    value: { id: string }[];
  };
  assert.equal(found.value[0]?.id, made.id);
  const one = client.api(`${path}/${encodeURIComponent(made.id)}`);
  const changed = (await one
    .header('Prefer', everyMember.prefer)
    .patch({ lobbyBypassSettings: { scope: 'invited' } })) as {
    lobbyBypassSettings: { scope: string };
  };
  assert.equal(changed.lobbyBypassSettings.scope, 'invited');
  await one.delete();
  await assert.rejects(one.get(), (error: unknown) => error instanceof ClientError && error.statusCode === 404);
});

test("answers about meetings fit Microsoft's description", { skip: graphOpenApiMissing }, async () => {
  const emulator = graphEmulator();
  const dana = await organizerOf(emulator, 'dana.reyes');
  const attendees = [{ upn: 'milan.okafor@contoso.example', role: 'presenter' }, { upn: 'v@example.org' }];
  const made = (await dana.post('/me/onlineMeetings', { ...standalone, participants: { attendees } })).json;
  await dana.post('/me/onlineMeetings/createOrGet', { externalId: 'b-2', ...standalone });
  const path = `/me/onlineMeetings/${encodeURIComponent(made.id)}`;
  await dana.patch(path, { lobbyBypassSettings: { scope: 'invited' }, allowRecording: false }, everyMember);
  await dana.get(path, everyMember);
  await dana.get(byUrl(String(made['joinWebUrl'])));
  await dana.get(`${path}?$select=subject,joinWebUrl`);
  await dana.get('/me/onlineMeetings');
  await dana.remove(path);
  assert.deepEqual(loadGraphOpenApi()?.violations(emulator.calls), []);
});
