import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { linesOf } from '../src/imports/report-lines.ts';
import { counts, startImportStory, type Json } from './support/import-story.ts';

test('every fault is told with its file and its place, and the rest is imported', async (t) => {
  const { run, save, folder } = await startImportStory(t);
  await save('calcom/event-types.json', (answer: Json) => {
    answer.data.push({ ...answer.data[0], id: 14, slug: 'a', lengthInMinutes: 'half an hour', users: 7 });
    answer.data.push({ ...answer.data[0], id: 15, slug: 'b', lengthInMinutes: 600, lengthInMinutesOptions: null });
    answer.data.push('nothing', null, [], { what: 'is this' });
    return answer;
  });
  await save('calcom/schedules.json', (answer: Json) => {
    answer.data[1].availability[0].startTime = '25:00';
    answer.data[0].timeZone = 'Mars/Olympus';
    return answer;
  });
  await save('calcom/bookings.json', (answer: Json) => {
    answer.data[0].attendees[0].email = 'sam\r\nBcc: all@visitor.example';
    answer.data[1].start = 'tomorrow';
    answer.data[2].uid = '../../etc/passwd';
    return answer;
  });
  await save('calcom/torn.json', '{"status":"success","data":[{"id":1,');
  await save('calcom/error.json', { status: 'error', error: { code: 'UnauthorizedException' } });
  await save('calcom/page.json', { title: 'Unauthenticated', message: 'The access token is invalid' });
  await save('calcom/old.json', { status: 'success', data: { eventTypeGroups: [] } });
  await save('calendly/event-types.json', (answer: Json) => ({
    ...answer,
    pagination: { ...answer.pagination, next_page: 'https://api.calendly.com/event_types?page_token=x' },
  }));

  const report = await run(['calcom', 'calendly/me.json', 'calendly/event-types.json', 'nowhere.json']);

  const faults = report.faults.map(({ file, pointer }) => `${file.replace(`${folder}/`, '')}#${pointer}`);
  assert.deepEqual(faults.toSorted(), [
    'calcom/bookings.json#/data/1/start',
    'calcom/bookings.json#/data/2/uid',
    'calcom/error.json#',
    'calcom/event-types.json#/data/2/lengthInMinutes',
    'calcom/event-types.json#/data/2/users',
    'calcom/event-types.json#/data/4',
    'calcom/event-types.json#/data/5',
    'calcom/event-types.json#/data/6',
    'calcom/event-types.json#/data/7',
    'calcom/old.json#/data',
    'calcom/page.json#',
    'calcom/schedules.json#/data/1/availability/0/startTime',
    'calcom/torn.json#',
    'calendly/event-types.json#/pagination',
    'nowhere.json#',
  ]);
  const reasons = report.entries.filter(({ because }) => because === 'fault').map(({ id, reason }) => [id, reason]);
  assert.deepEqual(reasons, [
    ['calcom:event-type:15', 'durationMinutes: At most 480 minutes.'],
    [
      'calcom:schedule:501',
      'timeZone: This time zone is not known. Use an IANA name such as Europe/Berlin or America/New_York.',
    ],
    ['calcom:booking:kT4mWq7sVb', 'email: Write an e-mail address such as sam@example.org.'],
  ]);
  assert.equal(counts(report).create, 4, 'the good event types of both');
});

test('a file of 100 MB, one of deep brackets, and one of keys that other languages trip over do no harm', async (t) => {
  const { run, save, folder, eventTypes } = await startImportStory(t);
  await writeFile(join(folder, 'huge.json'), '[');
  await truncate(join(folder, 'huge.json'), 100 * 1024 * 1024);
  await writeFile(join(folder, 'deep.json'), '['.repeat(1_000_000) + ']'.repeat(1_000_000));
  await writeFile(join(folder, 'deeper.json'), '{"data":'.repeat(500_000) + '1' + '}'.repeat(500_000));
  const evil = JSON.stringify({
    id: 66,
    ownerId: 71,
    lengthInMinutes: 30,
    title: 'Evil',
    slug: '__proto__',
    users: [{ id: 71 }],
  }).replace('{', '{"__proto__":{"polluted":true,"lengthInMinutes":1},"constructor":{"prototype":{"polluted":true}},');
  await writeFile(join(folder, 'evil.json'), `{"status":"success","data":[${evil}],"__proto__":{"data":[]}}`);
  await save('empty.json', '');
  await save('null.json', 'null');

  const before = process.memoryUsage.rss();
  const report = await run([
    'huge.json',
    'deep.json',
    'deeper.json',
    'evil.json',
    'empty.json',
    'null.json',
    'calcom/me.json',
  ]);

  assert.ok(process.memoryUsage.rss() - before < 400 * 1024 * 1024);
  assert.equal(({} as Json).polluted, undefined);
  assert.deepEqual(
    report.faults.map(({ file }) => file.replace(`${folder}/`, '')),
    ['huge.json', 'empty.json', 'deep.json', 'deeper.json', 'null.json'],
  );
  assert.match(report.faults[0]?.message ?? '', /It has 100 MB; at most 50 MB are read/);
  assert.deepEqual(
    (await eventTypes()).map(({ slug }) => slug),
    ['proto', 'made-here'],
  );
});

test('texts from files cannot move the cursor of the terminal, nor break a line', async (t) => {
  const { rehearse, save } = await startImportStory(t);
  await save('calcom/event-types.json', (answer: Json) => {
    answer.data[0].title = 'Talk\u001b[2J\r\nDone.\u202eevil';
    answer.data[1].lengthInMinutes = '\u001b]0;owned\u0007';
    return answer;
  });
  for (const line of linesOf(await rehearse(['calcom']))) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
});

test('any shape of answer is taken: one thing, an array of things, an array of answers, a folder', async (t) => {
  const { rehearse, save } = await startImportStory(t);
  const whole = await rehearse(['calcom']);
  const pages: Json[] = [];
  for (const name of ['me', 'event-types', 'schedules', 'bookings'])
    await save(`calcom/${name}.json`, (answer: Json) => {
      pages.push(answer);
      return answer;
    });
  await save('pages.json', pages);
  await save(
    'things.json',
    pages.flatMap(({ data }) => data),
  );
  await save(
    'arrays.json',
    pages.map(({ data }) => (Array.isArray(data) ? data : [data])),
  );
  await save('bom.json', `\uFEFF${JSON.stringify(pages)}`);
  const seen = ({ entries }: typeof whole) => entries.map(({ id, action, because }) => [id, action, because]);
  for (const file of ['pages.json', 'things.json', 'arrays.json', 'bom.json'])
    assert.deepEqual(seen(await rehearse([file])), seen(whole), file);
  assert.deepEqual(seen(await rehearse(['pages.json', 'things.json'])), seen(whole), 'what is there twice counts once');
});
