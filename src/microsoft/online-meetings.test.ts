import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GraphError, type GraphDeps } from './graph.ts';
import {
  applyMeetingOptions,
  createOnlineMeeting,
  deleteOnlineMeeting,
  findOnlineMeetingByJoinUrl,
  getOnlineMeeting,
  meetingOptions,
  unmetOptions,
  updateOnlineMeeting,
  type MeetingOptions,
} from './online-meetings.ts';
import { toProblem } from './problems.ts';

const organizer = 'dc17674c-81d9-4adb-bfb2-8f6a442e4622';
const access = { accessToken: 'token', mailbox: { kind: 'user', objectId: organizer } } as const;
const joinUrl =
  'https://teams.microsoft.com/l/meetup-join/19%3ameeting_NTg0%40thread.v2/0?context=%7b%22Tid%22%3a%22909c%22%2c%22Oid%22%3a%22dc17%22%7d';
/** After the example of “application: post onlineMeetings”, with one value of the future. */
const answer = {
  id: 'MSoxMjM0KjAqKjE5Om1lZXRpbmc=/+',
  startDateTime: '2026-11-25T08:00:00.0000000Z',
  endDateTime: '2026-11-25T08:30:00.0000000Z',
  subject: 'Intake',
  joinWebUrl: joinUrl,
  externalId: 'm-1',
  joinMeetingIdSettings: { joinMeetingId: '123456789', passcode: 'abc', isPasscodeRequired: true },
  chatInfo: { threadId: '19:meeting_NTg0@thread.v2', messageId: '0', replyChainMessageId: null },
  participants: {
    organizer: { upn: 'o@c.example', role: 'presenter', identity: { user: { id: organizer.toUpperCase() } } },
    attendees: [{ upn: 'a@c.example', role: 'coorganizer', identity: null }],
  },
  lobbyBypassSettings: { scope: 'invited', isDialInBypassEnabled: false },
  allowedPresenters: 'somethingOfTheFuture',
  allowMeetingChat: 'enabled',
  recordAutomatically: null,
  watermarkProtection: null,
};
const refused = (message: string, status = 403, code = 'Forbidden') => [status, { error: { code, message } }] as const;

/** Teams that answers one after the other (the last answer stays), and what it was asked. */
function teams(...answers: (readonly [number, unknown])[]) {
  const asked: { method: string; url: string; prefer: string | null; body: unknown }[] = [];
  const fetch: GraphDeps['fetch'] = async (input, init) => {
    const request = new Request(input, init);
    const text = await request.text();
    const { method, url, headers } = request;
    asked.push({ method, url, prefer: headers.get('prefer'), body: text === '' ? undefined : JSON.parse(text) });
    const [status, body] = answers[Math.min(asked.length, answers.length) - 1] ?? [500, {}];
    if (status === 204) return new Response(null, { status });
    return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
  };
  const deps: GraphDeps = {
    fetch,
    now: () => new Date('2026-11-20T09:00:00Z'),
    baseUrl: 'https://graph.microsoft.com',
  };
  return { deps, asked };
}

const draft = {
  externalId: 'm-1',
  subject: 'Intake',
  start: new Date('2026-11-25T08:00:00Z'),
  end: new Date('2026-11-25T08:30:00Z'),
};

test('a meeting is made once for its external id, and read without losing what Graph added later', async () => {
  const { deps, asked } = teams([201, answer]);
  const meeting = await createOnlineMeeting(deps, access, draft);
  assert.deepEqual(asked[0], {
    method: 'POST',
    url: `https://graph.microsoft.com/v1.0/users/${organizer}/onlineMeetings/createOrGet`,
    prefer: 'include-unknown-enum-members',
    body: {
      externalId: 'm-1',
      subject: 'Intake',
      startDateTime: '2026-11-25T08:00:00.000Z',
      endDateTime: '2026-11-25T08:30:00.000Z',
    },
  });
  assert.deepEqual(meeting, {
    id: answer.id,
    subject: 'Intake',
    start: draft.start,
    end: draft.end,
    joinUrl,
    joinMeetingId: '123456789',
    passcode: 'abc',
    externalId: 'm-1',
    organizerId: organizer,
    threadId: '19:meeting_NTg0@thread.v2',
    attendees: [{ upn: 'a@c.example', objectId: undefined, role: 'coorganizer' }],
    options: { lobbyBypassSettings: { scope: 'invited', isDialInBypassEnabled: false }, allowMeetingChat: 'enabled' },
  });
});

test('the join URL goes out exactly as it is stored, encoded once, its quotes doubled', async () => {
  const { deps, asked } = teams([200, { value: [answer] }]);
  await findOnlineMeetingByJoinUrl(deps, access, { joinUrl: `${joinUrl}'` });
  assert.equal(new URL(asked[0]?.url ?? '').searchParams.get('$filter'), `JoinWebUrl eq '${joinUrl}'''`);
  assert.match(asked[0]?.url ?? '', /19%253ameeting_NTg0%2540thread\.v2/);
  assert.equal(asked[0]?.prefer, 'include-unknown-enum-members');
});

test('a meeting that Teams does not find yet is undefined, however Teams says so; a refusal is not', async () => {
  const find = (...answers: Parameters<typeof teams>) =>
    findOnlineMeetingByJoinUrl(teams(...answers).deps, access, { joinUrl });
  assert.equal(await find([200, { value: [] }]), undefined);
  assert.equal(await find(refused('3004: Meeting not found', 404, 'NotFound')), undefined);
  assert.equal(await find(refused('', 404, 'UnknownError')), undefined);
  for (const [code, ...answer] of [
    ['user_not_found', ...refused('The user was not found.', 404, 'NotFound')],
    ['meeting_lookup_denied', ...refused('3003: User does not have access to lookup meeting')],
    ['application_access_policy_missing', ...refused('No application access policy found for this app')],
    ['meeting_reference_invalid', ...refused('1026: An error has occurred.', 400, 'BadRequest')],
  ] as const) {
    await assert.rejects(find(answer), (error) => toProblem(error).code === code);
  }
});

test('a short link is looked up by its number when it is not known whole', async () => {
  const { deps, asked } = teams([200, { value: [] }], [200, { value: [answer] }]);
  const found = await findOnlineMeetingByJoinUrl(deps, access, {
    joinUrl: 'https://teams.microsoft.com/meet/123456789?p=hash',
  });
  assert.equal(found?.id, answer.id);
  assert.equal(
    new URL(asked[1]?.url ?? '').searchParams.get('$filter'),
    "joinMeetingIdSettings/joinMeetingId eq '123456789'",
  );
});

test('ids are encoded in the path, and only object ids name an organizer', async () => {
  const { deps, asked } = teams([200, answer]);
  await getOnlineMeeting(deps, access, { onlineMeetingId: answer.id });
  assert.ok(asked[0]?.url.endsWith('/onlineMeetings/MSoxMjM0KjAqKjE5Om1lZXRpbmc%3D%2F%2B'));
  await getOnlineMeeting(deps, { ...access, mailbox: { kind: 'me' } }, { onlineMeetingId: 'a' });
  assert.ok(asked[1]?.url.endsWith('/v1.0/me/onlineMeetings/a'));
  const upn = { ...access, mailbox: { kind: 'user', objectId: 'dana@c.example' } } as const;
  await assert.rejects(createOnlineMeeting(deps, upn, draft), TypeError);
  await assert.rejects(getOnlineMeeting(deps, access, { onlineMeetingId: '..' }), TypeError);
  assert.equal(asked.length, 2);
});

test('an update sends what changes and no more; times go together', async () => {
  const { deps, asked } = teams([200, answer]);
  const attendees = [{ upn: 'a@c.example', objectId: organizer, role: 'coorganizer' as const }];
  await updateOnlineMeeting(deps, access, { onlineMeetingId: 'x', changes: { subject: 'Later', attendees } });
  assert.deepEqual(asked[0]?.body, {
    subject: 'Later',
    participants: { attendees: [{ upn: 'a@c.example', role: 'coorganizer', identity: { user: { id: organizer } } }] },
  });
  const half = updateOnlineMeeting(deps, access, { onlineMeetingId: 'x', changes: { start: draft.start } });
  await assert.rejects(half, TypeError);
});

test('removing what is gone is done; a user who is gone is another matter', async () => {
  const remove = (...answers: Parameters<typeof teams>) =>
    deleteOnlineMeeting(teams(...answers).deps, access, { onlineMeetingId: 'x' });
  assert.equal(await remove([204, undefined]), 'deleted');
  assert.equal(await remove(refused('3004: Meeting not found', 404, 'NotFound')), 'gone');
  await assert.rejects(remove(refused("The user 'x' was not found.", 404, 'NotFound')), GraphError);
  await assert.rejects(remove(refused('No HTTP resource was found', 404, 'ResourceNotFound')), GraphError);
});

const wanted: MeetingOptions = {
  lobbyBypassSettings: { scope: 'everyone' },
  allowMeetingChat: 'limited',
  recordAutomatically: true,
};

test('options that Teams takes are set in one call', async () => {
  const { deps, asked } = teams([200, { ...answer, ...wanted }]);
  const { refused } = await applyMeetingOptions(deps, access, { onlineMeetingId: 'x', options: wanted });
  assert.deepEqual(refused, []);
  assert.deepEqual(
    asked.map(({ method, body }) => [method, body]),
    [['PATCH', wanted]],
  );
});

test('an option that is refused is named, and the others are set', async () => {
  const no = refused("The organizer needs a meeting policy that allows recording to set 'recordAutomatically'.");
  const set = { ...answer, lobbyBypassSettings: { scope: 'everyone' }, allowMeetingChat: 'limited' };
  const { deps, asked } = teams(no, [200, answer], [200, set], no);
  const result = await applyMeetingOptions(deps, access, { onlineMeetingId: 'x', options: wanted });
  assert.deepEqual(
    result.refused.map(({ option, problem }) => [option, problem.code, problem.provider?.status]),
    [['recordAutomatically', 'meeting_option_not_applied', 403]],
  );
  assert.equal(result.meeting.options.allowMeetingChat, 'limited');
  assert.equal(asked.length, 4);
});

test('an option that is ignored without a word is named too', async () => {
  const { deps } = teams([200, { ...answer, ...wanted, recordAutomatically: false }]);
  const { refused } = await applyMeetingOptions(deps, access, { onlineMeetingId: 'x', options: wanted });
  assert.deepEqual(
    refused.map(({ option, problem }) => [option, problem.code]),
    [['recordAutomatically', 'meeting_option_not_applied']],
  );
});

test('what no option is to blame for is thrown at once', async () => {
  for (const [code, answer] of [
    ['application_access_policy_missing', refused('No application access policy found for this app')],
    ['meeting_lookup_denied', refused('3003: User does not have access to lookup meeting')],
    ['missing_permission', refused("Missing role permissions on the request. API requires one of 'x'.")],
    ['throttled', refused('', 429, 'TooManyRequests')],
    ['microsoft_unavailable', refused('', 503, 'ServiceUnavailable')],
  ] as const) {
    const { deps, asked } = teams(answer);
    const work = applyMeetingOptions(deps, access, { onlineMeetingId: 'x', options: wanted });
    await assert.rejects(work, (error) => toProblem(error).code === code);
    assert.equal(asked.length, 1, code);
  }
});

test('options are compared deeply; a switch that is not mentioned is off', () => {
  const lobby = (isDialInBypassEnabled: boolean) => ({ lobbyBypassSettings: { isDialInBypassEnabled } });
  assert.deepEqual(unmetOptions(lobby(false), {}), []);
  assert.deepEqual(unmetOptions(lobby(true), {}), ['lobbyBypassSettings']);
  assert.deepEqual(
    unmetOptions(lobby(true), { lobbyBypassSettings: { scope: 'everyone', isDialInBypassEnabled: true } }),
    [],
  );
  assert.deepEqual(unmetOptions({}, {}), []);
});

test('what is wrong with options is said in plain words', () => {
  const messages = (input: unknown) =>
    meetingOptions.safeParse(input).error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  assert.deepEqual(messages({ allowMeetingChat: 'sometimes' }), [
    'allowMeetingChat: Choose one of: enabled, disabled, limited.',
  ]);
  assert.deepEqual(messages({ lobbyBypassSettings: { scope: 1, isDialInBypassEnabled: 'yes' } }), [
    'lobbyBypassSettings.scope: Choose one of: organizer, organization, organizationAndFederated, everyone, invited, organizationExcludingGuests.',
    'lobbyBypassSettings.isDialInBypassEnabled: Say true or false.',
  ]);
  assert.deepEqual(messages({ joinMeetingIdSettings: {} }), [
    ': Teams has no option “joinMeetingIdSettings” that can be set here.',
  ]);
  assert.deepEqual(messages('none'), [': Send the options as an object.']);
  assert.deepEqual(messages({ recordAutomatically: true, allowRecording: false }), [
    'recordAutomatically: A meeting that may not be recorded cannot be recorded automatically.',
  ]);
  assert.equal(messages(wanted), undefined);
});
