import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counts, startImportStory, type Json } from './support/import-story.ts';

const calcom = ['calcom'];

test('with meetings, visitors get their Teams link by Outlook, and are named before', async (t) => {
  const { run, rehearse, settle, events, bookings } = await startImportStory(t);
  const told = ['sam@visitor.example', 'ines@visitor.example', 'omar@visitor.example'];

  const preview = await rehearse(calcom, { meetings: 'made' });
  assert.deepEqual(preview.told.toSorted(), told.toSorted());
  await settle();
  assert.deepEqual(events(), [], 'a preview makes nothing');

  const report = await run(calcom, { meetings: 'made' });
  assert.deepEqual([report.state, report.told.length], ['applied', 3]);
  await settle();
  assert.equal(events().length, 2, 'one for the talk, one for the class that two share');
  const booked = await bookings();
  assert.deepEqual(
    booked.map(({ meeting }) => meeting?.status),
    ['ready', 'ready', 'ready'],
  );
  assert.equal(new Set(booked.map(({ meeting }) => meeting.joinUrl)).size, 2);
  assert.deepEqual(counts(await run(calcom, { meetings: 'made' })).unchanged, 6);
});

test('an import that would tell too many visitors is refused as a whole, unless so many are meant', async (t) => {
  const { run, bookings, db } = await startImportStory(t);

  const refused = await run(calcom, { meetings: 'made', atMost: 2 });

  assert.equal(refused.state, 'refused');
  assert.match(refused.refusal ?? '', /3 appointments would tell their visitors, and at most 2 may.*--at-most 3/);
  assert.deepEqual(await bookings(), []);
  assert.deepEqual(await db.selectFrom('imported_things').selectAll().execute(), []);
  assert.equal((await run(calcom, { meetings: 'made', atMost: 3 })).state, 'applied');
});

test('appointments that were imported in silence get their meetings later', async (t) => {
  const { run, rehearse, settle, events, bookings, ask } = await startImportStory(t);
  await run(calcom);
  await settle();
  assert.deepEqual(events(), []);
  assert.equal((await rehearse(calcom, { meetings: 'made' })).told.length, 3);

  const report = await run(calcom, { meetings: 'made' });

  assert.deepEqual(
    report.entries.filter(({ action }) => action === 'change').map(({ changed }) => changed),
    [['teamsMeeting'], ['teamsMeeting'], ['teamsMeeting']],
  );
  await settle();
  assert.equal(events().length, 2);

  const [sam] = await bookings();
  await ask('PATCH', `/v1/bookings/${sam.id}`, { teamsMeeting: false });
  const again = await run(calcom, { meetings: 'made' });
  assert.equal(again.told.length, 0, 'a meeting that was taken away here is not made again');
});

test('what would write to visitors of a meeting is not done in silence', async (t) => {
  const { run, save, settle, events, bookings, mails } = await startImportStory(t);
  await run(calcom, { meetings: 'made' });
  await settle();
  const letters = mails.length;
  await save('calcom/bookings.json', (answer: Json) => {
    answer.data[0].start = '2030-03-05T10:00:00.000Z';
    answer.data[0].end = '2030-03-05T10:30:00.000Z';
    answer.data[1].status = 'cancelled';
    return answer;
  });

  const silent = await run(calcom);

  const reasons = silent.entries.filter(({ because }) => because === 'conflict').map(({ reason }) => reason);
  assert.equal(reasons.length, 3);
  assert.match(reasons[0] ?? '', /its visitor would hear of the change\. Use --make-meetings/);
  await settle();
  assert.equal((await bookings())[0].start, '2030-03-05T09:00:00.000Z');
  assert.deepEqual([mails.length, events().length], [letters, 2]);

  const told = await run(calcom, { meetings: 'made' });
  assert.equal(told.told.length, 3);
  await settle();
  const now = await bookings();
  assert.deepEqual(
    now.map(({ status, start }) => [status, start]),
    [
      ['confirmed', '2030-03-05T10:00:00.000Z'],
      ['cancelled', '2030-03-06T18:00:00.000Z'],
      ['cancelled', '2030-03-06T18:00:00.000Z'],
    ],
  );
  assert.equal(events().length, 1);
});

test('whose host has not connected is told, and comes with a later run', async (t) => {
  const { run, db } = await startImportStory(t);
  const connections = await db.selectFrom('connections').selectAll().execute();
  await db.updateTable('connections').set({ status: 'reconnect_needed' }).execute();

  const early = await run(calcom);

  const { reason, because } = early.entries.find(({ id }) => id === 'calcom:booking:kT4mWq7sVb') ?? {};
  assert.equal(because, 'fault');
  assert.match(reason ?? '', /^Dana Reyes: The Microsoft connection of its host cannot hold meetings now/);
  assert.equal(connections.length, 1);
  await db.updateTable('connections').set({ status: 'connected' }).execute();
  assert.deepEqual(counts(await run(calcom)), { create: 3, unchanged: 3, past: 1, cancelled: 1, unconfirmed: 1 });
});
