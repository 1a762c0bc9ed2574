import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStory, tuesdayAtTen, type Story } from './faults/story.ts';
import { startWorkspace } from './support/system.ts';

// What an application notes on a meeting: `metadata`.

const end = '2026-11-24T09:30:00.000Z';
const notes = {
  my_key: 'snake',
  myKey: 'camel',
  MY_KEY: 'upper',
  ' padded ': '  kept  ',
  constructor: 'no trick',
  'ключ 🔑': 'line one\nline two',
  empty: '',
  quote: `"'\\{}[]%_`,
};

const wanted = ({ desk }: Pick<Story, 'desk'>, more: object = {}) => ({
  organizer: { memberId: desk.memberId },
  subject: 'Review',
  start: tuesdayAtTen,
  end,
  ...more,
});

test('notes are given back as they came, and replaced as a whole', async (t) => {
  const story = await startStory(t);
  const { desk, settle } = story;
  const made = await desk.api('POST', '/v1/meetings', wanted(story, { metadata: notes }));
  assert.deepEqual(made.body['metadata'], notes);
  const { id } = made.body as { id: string };
  await settle({ meeting: { id } });
  const read = async () => (await desk.api('GET', `/v1/meetings/${id}`)).body;
  assert.deepEqual((await read())['metadata'], notes);
  const { body: list } = await desk.api('GET', '/v1/meetings');
  assert.deepEqual(list['data'][0].metadata, notes);

  const changed = await desk.api('PATCH', `/v1/meetings/${id}`, { metadata: { other: 'one' } });
  assert.deepEqual(changed.body['metadata'], { other: 'one' });
  await desk.api('PATCH', `/v1/meetings/${id}`, { subject: 'Renamed' });
  assert.deepEqual((await read())['metadata'], { other: 'one' });
  await desk.api('PATCH', `/v1/meetings/${id}`, { metadata: {} });
  assert.deepEqual((await read())['metadata'], {});
  const plain = await desk.api('POST', '/v1/meetings', wanted(story));
  assert.deepEqual(plain.body['metadata'], {});
});

test('Microsoft is told nothing of notes, and nothing is sent when only they change', async (t) => {
  const story = await startStory(t);
  const { system, desk, settle, history } = story;
  const made = await desk.api('POST', '/v1/meetings', wanted(story, { metadata: { case: 'canary-1289' } }));
  const held = { meeting: { id: made.body['id'] as string } };
  const ready = await settle(held);
  const calls = system.emulator.calls.length;
  const row = () =>
    system.database.db.selectFrom('meetings').selectAll().where('id', '=', held.meeting.id).executeTakeFirstOrThrow();
  const before = await row();
  system.clock.advance(1000);
  const changed = await desk.api('PATCH', `/v1/meetings/${held.meeting.id}`, { metadata: { case: 'canary-1290' } });
  assert.deepEqual([changed.body['inSync'], changed.body['status']], [true, 'ready']);
  assert.notEqual(changed.body['updatedAt'], ready['updatedAt']);
  await system.work();
  const after = await row();
  assert.deepEqual([after.revision, after.synced_revision], [before.revision, before.synced_revision]);
  assert.equal(system.emulator.calls.length, calls);
  assert.ok(!JSON.stringify(system.emulator.calls).includes('canary'));
  assert.deepEqual(await history(held), ['created', 'conference_assigned', 'changed']);

  await desk.api('PATCH', `/v1/meetings/${held.meeting.id}`, { metadata: { case: '1291' }, subject: 'Renamed' });
  await settle(held);
  assert.equal((await row()).revision, before.revision + 1);
  assert.equal(story.events()[0]?.subject, 'Renamed');
});

test('notes decide nothing about what was changed in Outlook, and wait for no connection', async (t) => {
  const story = await startStory(t);
  const { system, desk, settle } = story;
  const made = await desk.api('POST', '/v1/meetings', wanted(story));
  const { id } = made.body as { id: string };
  await settle({ meeting: { id } });
  const change = { kind: 'changed', seenAt: system.clock.now().toISOString(), subject: 'Mine' };
  await system.database.db
    .updateTable('meetings')
    .set({ status: 'out_of_sync', outlook_change: JSON.stringify(change) })
    .where('id', '=', id)
    .execute();
  const noted = await desk.api('PATCH', `/v1/meetings/${id}`, { metadata: { seen: 'yes' } });
  assert.deepEqual([noted.body['status'], noted.body['outlookChange'].subject], ['out_of_sync', 'Mine']);
});

test('meetings are found by one of their notes, page by page, in their own workspace', async (t) => {
  const story = await startStory(t);
  const { system, desk } = story;
  const other = await startWorkspace(system, { email: 'eve@else.example', name: 'Eve' });
  for (let at = 0; at < 5; at++) {
    const metadata = { case: at % 2 === 0 ? 'a:b%_' : 'other', nr: String(at), case2: 'a:b%_' };
    await desk.api('POST', '/v1/meetings', wanted(story, { metadata, subject: `Review ${at}` }));
  }
  await desk.api('POST', '/v1/meetings', wanted(story));
  const found = async (pair: string, more = '', api = desk.api) => {
    const { status, body } = await api('GET', `/v1/meetings?metadataPair=${encodeURIComponent(pair)}${more}`);
    assert.equal(status, 200, JSON.stringify(body));
    return { subjects: body['data'].map(({ subject }: { subject: string }) => subject) as string[], body };
  };
  assert.deepEqual((await found('case:a:b%_')).subjects.toSorted(), ['Review 0', 'Review 2', 'Review 4']);
  assert.deepEqual((await found('nr:3')).subjects, ['Review 3']);
  for (const none of ['case:A:B%_', 'Case:a:b%_', 'case:', 'case:a', 'nr:33', '{}:x', 'case":"x'])
    assert.deepEqual((await found(none)).subjects, [], none);
  const first = await found('case:a:b%_', '&limit=2');
  assert.equal(first.subjects.length, 2);
  const rest = await found('case:a:b%_', `&limit=2&cursor=${first.body['nextCursor']}`);
  assert.deepEqual([rest.subjects.length, rest.body['nextCursor']], [1, null]);
  assert.deepEqual((await found('nr:3', '&status=cancelled')).subjects, []);
  assert.deepEqual((await found('case:a:b%_', '', other.api)).subjects, []);
});

test('the index of notes serves the search', async (t) => {
  const { system } = await startStory(t);
  const { rows } = await system.database.pool
    .query<Record<string, string>>(
      `
    begin; set local enable_seqscan = off; set local enable_indexscan = off;
    explain select * from meetings where metadata @> '{"a":"b"}' and metadata <> '{}';
    commit`,
    )
    .then((results) => (results as unknown as { rows: Record<string, string>[] }[])[3] ?? { rows: [] });
  assert.match(JSON.stringify(rows), /meetings_metadata/);
});
