import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStory, tuesdayAtTen, tuesdayAtTwo, type Story } from './faults/story.ts';
import { connectTeams } from '../scripts/person.ts';
import { apiClient, publicUrl, startPeer, startWorkspace, userNamed } from './support/system.ts';

// `PUT /v1/meetings/by-external-id/{externalId}`: programs that know meetings by ids of their own.

const halfPastTen = '2026-11-24T09:30:00.000Z';
const halfPastTwo = '2026-11-24T13:30:00.000Z';
const path = '/v1/meetings/by-external-id/crm%2F77%20%C3%A9';
const externalId = 'crm/77 é';

const wanted = ({ desk }: Pick<Story, 'desk'>, more: object = {}) => ({
  organizer: { memberId: desk.memberId },
  subject: 'Review',
  start: tuesdayAtTen,
  end: halfPastTen,
  attendees: [{ email: 'sam@visitor.example', name: 'Sam' }],
  ...more,
});

const meetingsOf = ({ system }: Story) => system.database.db.selectFrom('meetings').selectAll().execute();

test('it is made the first time and changed from then on, and what is left out is taken away', async (t) => {
  const story = await startStory(t);
  const { desk, events, settle, history, mails } = story;
  const first = wanted(story, { metadata: { a: '1' }, options: { allowMeetingChat: 'disabled' }, body: 'Agenda' });
  const made = await desk.api('PUT', path, first);
  assert.deepEqual([made.status, made.body['externalId'], made.body['status']], [201, externalId, 'pending']);
  const held = { meeting: { id: made.body['id'] as string } };
  const ready = await settle(held);
  const changed = await desk.api(
    'PUT',
    path,
    wanted(story, { subject: 'Moved', start: tuesdayAtTwo, end: halfPastTwo }),
  );
  assert.deepEqual([changed.status, changed.body['id'], changed.body['inSync']], [200, held.meeting.id, false]);
  assert.deepEqual([changed.body['metadata'], changed.body['options'].wanted], [{}, null]);
  assert.equal((await settle(held))['joinUrl'], ready['joinUrl']);
  assert.deepEqual([events().length, events()[0]?.subject], [1, 'Moved']);
  assert.equal(mails('invitation', 'sam@visitor.example').length, 1);

  const before = (await meetingsOf(story))[0]?.revision;
  for (let time = 0; time < 3; time++) {
    const again = await desk.api(
      'PUT',
      path,
      wanted(story, { subject: 'Moved', start: tuesdayAtTwo, end: halfPastTwo }),
    );
    assert.deepEqual([again.status, again.body['inSync']], [200, true]);
  }
  assert.equal((await meetingsOf(story))[0]?.revision, before, 'what is so already is left as it is');
  const noted = await desk.api('PUT', path, {
    ...wanted(story, { subject: 'Moved', start: tuesdayAtTwo, end: halfPastTwo }),
    metadata: { a: '2' },
  });
  assert.deepEqual([noted.body['inSync'], noted.body['metadata']], [true, { a: '2' }]);
  const types = (await history(held)).filter((type) => !type.startsWith('options'));
  assert.deepEqual(types, ['created', 'conference_assigned', 'changed', 'synced', 'changed']);
});

test('fifty at once over two processes make one meeting and one event', async (t) => {
  const story = await startStory(t);
  const { system, desk, events, settle, history } = story;
  const peer = await startPeer(t, system);
  const there = apiClient(peer, desk.apiKey);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) => (at % 2 ? desk.api : there)('PUT', path, wanted(story))),
  );
  const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other);
  assert.deepEqual(statuses, [...Array.from({ length: 49 }, () => 200), 201]);
  assert.equal(new Set(answers.map(({ body }) => body['id'])).size, 1);
  const held = { meeting: { id: answers[0]?.body['id'] as string } };
  await settle(held);
  assert.deepEqual([events().length, (await meetingsOf(story)).length], [1, 1]);
  assert.deepEqual(await history(held), ['created', 'conference_assigned']);

  const subjects = Array.from({ length: 50 }, (_, at) => `Review ${at}`);
  const changed = await Promise.all(
    subjects.map((subject, at) => (at % 2 ? desk.api : there)('PUT', path, wanted(story, { subject }))),
  );
  assert.ok(changed.every(({ status }) => status === 200));
  const last = await settle(held);
  assert.ok(subjects.includes(last['subject']));
  assert.deepEqual(
    events().map(({ subject }) => subject),
    [last['subject']],
  );
});

test('organizer, kind and text of a meeting that exists do not change, and each is named', async (t) => {
  const story = await startStory(t);
  const { system, desk, settle } = story;
  const leila = await desk.api('POST', '/v1/members', {
    email: 'leila@desk.example',
    name: 'Leila',
    role: 'operator',
    timeZone: 'Europe/Berlin',
  });
  const { body: made } = await desk.api('PUT', path, wanted(story, { body: 'Agenda' }));
  await settle({ meeting: { id: made['id'] } });
  const before = await meetingsOf(story);
  const refused = await desk.api('PUT', path, wanted(story, { kind: 'external', body: 'Another', subject: 'Other' }));
  assert.deepEqual([refused.status, refused.body['code']], [409, 'meeting_differs']);
  assert.deepEqual(
    refused.body['errors'].map(({ pointer }: { pointer: string }) => pointer),
    ['/kind', '/body'],
  );
  const unknown = await desk.api('PUT', path, wanted(story, { organizer: { memberId: leila.body['id'] } }));
  assert.deepEqual([unknown.status, unknown.body['code']], [409, 'not_connected']);
  assert.equal((await desk.api('PUT', path, wanted(story, { body: 'Agenda' }))).status, 200);
  assert.deepEqual(await meetingsOf(story), before);

  // The owner connects another account, as a member of another name would.
  const ben = userNamed(system.emulator, 'ben.achterberg');
  const { workspaceId } = desk;
  await system.database.db
    .updateTable('connections')
    .set({ member_id: leila.body['id'] })
    .where('workspace_id', '=', workspaceId)
    .execute();
  await connectTeams(desk.person, publicUrl, ben.id);
  const other = await desk.api('PUT', path, wanted(story));
  assert.deepEqual([other.status, other.body['errors']?.[0].pointer], [409, '/organizer']);
});

test('who a meeting was made through need not be able to make another: the change waits', async (t) => {
  const story = await startStory(t);
  const { system, desk, settle } = story;
  const { id: connectionId } = await system.database.db
    .selectFrom('connections')
    .select('id')
    .executeTakeFirstOrThrow();
  const organizer = { connectionId };
  const { body: made } = await desk.api('PUT', path, wanted(story, { organizer }));
  await settle({ meeting: { id: made['id'] } });
  await system.database.db
    .updateTable('connections')
    .set({ status: 'reconnect_needed', problem_code: 'reconnect_needed' })
    .execute();
  const changed = await desk.api('PUT', path, wanted(story, { organizer, subject: 'Later' }));
  assert.deepEqual([changed.status, changed.body['inSync']], [200, false]);
  const fresh = await desk.api('PUT', '/v1/meetings/by-external-id/new', wanted(story, { organizer }));
  assert.deepEqual([fresh.status, fresh.body['code']], [409, 'reconnect_needed']);
});

test('a cancelled meeting stays cancelled, and its external id goes over to a new one', async (t) => {
  const story = await startStory(t);
  const { system, desk, events, settle, mails, history } = story;
  const { body: first } = await desk.api('PUT', path, wanted(story));
  const held = { meeting: { id: first['id'] as string } };
  const ready = await settle(held);
  await desk.api('POST', `/v1/meetings/${held.meeting.id}/cancel`, {});
  // Before Microsoft was even asked, and from two processes.
  const peer = await startPeer(t, system);
  const there = apiClient(peer, desk.apiKey);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      (at % 2 ? desk.api : there)('PUT', path, wanted(story, { kind: 'external' })),
    ),
  );
  assert.deepEqual(
    answers.map(({ status }) => status).filter((status) => status !== 200),
    [201],
  );
  const again = { meeting: { id: answers[0]?.body['id'] as string } };
  assert.notEqual(again.meeting.id, held.meeting.id);
  const [gone, made] = [await settle(held), await settle(again)];
  assert.deepEqual([gone['status'], gone['externalId']], ['cancelled', null]);
  assert.deepEqual([made['status'], made['externalId'], made['kind']], ['ready', externalId, 'external']);
  assert.notEqual(made['joinUrl'], ready['joinUrl']);
  assert.deepEqual([events().length, (await meetingsOf(story)).length], [1, 2]);
  assert.equal(mails('invitation', 'sam@visitor.example').length, 2);
  assert.equal(mails('cancellation', 'sam@visitor.example').length, 1);
  assert.deepEqual(await history(held), ['created', 'conference_assigned', 'cancel_requested', 'cancelled']);
  const { body } = await desk.api('GET', `/v1/meetings?externalId=${encodeURIComponent(externalId)}`);
  assert.deepEqual(
    body['data'].map(({ id }: { id: string }) => id),
    [again.meeting.id],
  );
});

test('what a person has to decide is not decided by saying the same again', async (t) => {
  const story = await startStory(t);
  const { system, desk, settle } = story;
  const { body: made } = await desk.api('PUT', path, wanted(story));
  await settle({ meeting: { id: made['id'] } });
  const change = { kind: 'changed', seenAt: system.clock.now().toISOString(), subject: 'Mine' };
  await system.database.db
    .updateTable('meetings')
    .set({ status: 'out_of_sync', outlook_change: JSON.stringify(change) })
    .execute();
  assert.equal((await desk.api('PUT', path, wanted(story))).body['status'], 'out_of_sync');
  const moved = await desk.api('PUT', path, wanted(story, { subject: 'Ours' }));
  assert.deepEqual([moved.body['status'], moved.body['outlookChange']], ['ready', null]);
});

test('dry runs write nothing, keys answer once, and waiting gives the link', async (t) => {
  const story = await startStory(t);
  const { system, desk } = story;
  const dry = await desk.api('PUT', `${path}?dryRun=true`, wanted(story));
  assert.deepEqual([dry.status, dry.body['status'], dry.body['answer'].subject], [200, 201, 'Review']);
  assert.deepEqual(
    dry.body['events'].map(({ type }: { type: string }) => type),
    ['meeting.created'],
  );
  assert.deepEqual(await meetingsOf(story), []);

  const headers = { 'idempotency-key': 'sync-1' };
  const first = await desk.api('PUT', path, wanted(story), headers);
  const second = await desk.api('PUT', path, wanted(story), headers);
  assert.deepEqual([first.status, second.status, second.headers.get('idempotent-replayed')], [201, 201, 'true']);
  assert.deepEqual(second.body, first.body);
  const conflict = await desk.api('PUT', path, wanted(story, { subject: 'Other' }), headers);
  assert.deepEqual([conflict.status, conflict.body['code']], [422, 'idempotency_conflict']);

  const waiting = desk.api('PUT', path, wanted(story, { subject: 'Waited' }), { prefer: 'wait=10' });
  await system.work();
  const waited = await waiting;
  assert.deepEqual([waited.status, waited.body['subject']], [200, 'Waited']);
  await system.work();

  const dryChange = await desk.api('PUT', `${path}?dryRun=true`, wanted(story, { subject: 'Never' }));
  assert.deepEqual([dryChange.body['status'], dryChange.body['answer'].subject], [200, 'Never']);
  assert.equal((await meetingsOf(story))[0]?.subject, 'Waited');
});

test('external ids are of one workspace, and what is wrong is named', async (t) => {
  const story = await startStory(t);
  const { system, desk } = story;
  const other = await startWorkspace(system, { email: 'eve@else.example', name: 'Eve' });
  assert.equal((await desk.api('PUT', path, wanted(story))).status, 201);
  const theirs = await other.api('PUT', path, wanted(story));
  assert.notEqual(theirs.status, 200, JSON.stringify(theirs.body));
  for (const [more, pointer] of [
    [{ subject: '' }, '/subject'],
    [{ start: halfPastTwo }, '/end'],
    [{ organizer: undefined }, '/organizer'],
    [{ externalId: 'crm-78' }, '/externalId'],
    [{ conference: { provider: 'Zoom', url: 'https://zoom.us/j/1' } }, '/conference'],
  ] as const) {
    const refused = await desk.api('PUT', path, wanted(story, more));
    assert.deepEqual([refused.status, refused.body['errors'][0].pointer], [400, pointer]);
  }
  const long = await desk.api('PUT', `/v1/meetings/by-external-id/${'x'.repeat(201)}`, wanted(story));
  assert.equal(long.status, 400);
  const own = await desk.api('POST', '/v1/meetings', wanted(story, { externalId }));
  assert.deepEqual([own.status, own.body['code']], [409, 'external_id_taken']);
});
