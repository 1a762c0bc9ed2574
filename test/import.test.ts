import assert from 'node:assert/strict';
import { test } from 'node:test';
import { userNamed } from './support/system.ts';
import { counts, startImportStory, type Json } from './support/import-story.ts';

const calcom = ['calcom'];
const calendly = ['calendly'];

test('a rehearsal lists what an import will do, and writes nothing at all', async (t) => {
  const { rehearse, run, db } = await startImportStory(t);
  const everything = async () => ({
    eventTypes: await db.selectFrom('event_types').selectAll().orderBy('id').execute(),
    schedules: await db.selectFrom('schedules').selectAll().execute(),
    bookings: await db.selectFrom('bookings').selectAll().execute(),
    outbox: await db.selectFrom('outbox_events').selectAll().orderBy('id').execute(),
    imported: await db.selectFrom('imported_things').selectAll().execute(),
    reservations: await db.selectFrom('reservations').selectAll().execute(),
  });
  for (const paths of [calcom, calendly]) {
    const before = await everything();
    const told = await rehearse(paths);
    assert.equal(told.state, 'rehearsed');
    assert.deepEqual(await everything(), before);
    assert.deepEqual(told.faults, []);
    assert.deepEqual(told.strangers, []);
    if (paths === calendly) continue;
    const done = await run(paths);
    const words = ({ entries }: typeof done) =>
      entries.map(({ id, action, because, notes }) => [id, action, because, notes]);
    assert.deepEqual(words(done), words(told), 'an import does what its rehearsal said');
  }
});

test('event types, hours and appointments come over from Cal.com', async (t) => {
  const { run, eventTypes, bookings, ask, desk } = await startImportStory(t);

  const report = await run(calcom);

  assert.deepEqual(counts(report), { create: 6, past: 1, cancelled: 1, unconfirmed: 1 });
  const all = await eventTypes();
  const first = all.find((one) => one.slug === 'first-talk');
  const picked = (one: Json, names: string[]) => Object.fromEntries(names.map((name) => [name, one[name]]));
  assert.deepEqual(
    picked(first, [
      'title',
      'description',
      'durationMinutes',
      'durationChoices',
      'slotStepMinutes',
      'bufferBeforeMinutes',
      'bufferAfterMinutes',
      'minNoticeMinutes',
      'horizonDays',
      'mostPerDay',
      'mostPerWeek',
      'capacity',
      'needsApproval',
      'active',
      'schedule',
      'timeZone',
      'operatorIds',
    ]),
    {
      title: 'First talk',
      description: 'What you need, and whether we are the right people for it.',
      durationMinutes: 30,
      durationChoices: [15, 60],
      slotStepMinutes: 30,
      bufferBeforeMinutes: 5,
      bufferAfterMinutes: 10,
      minNoticeMinutes: 240,
      horizonDays: 45,
      mostPerDay: 4,
      mostPerWeek: 12,
      capacity: 1,
      needsApproval: false,
      active: true,
      schedule: null,
      timeZone: 'Europe/Berlin',
      operatorIds: [desk.memberId],
    },
  );
  const second = all.find((one) => one.slug === 'evening-class');
  assert.deepEqual(picked(second, ['capacity', 'needsApproval', 'active', 'horizonDays']), {
    capacity: 8,
    needsApproval: true,
    active: false,
    horizonDays: 14,
  });
  assert.deepEqual(second.schedule.wed, [{ from: '18:00', to: '24:00' }], 'its own schedule there is its own here');
  const hours = await ask('GET', `/v1/members/${desk.memberId}/schedule`);
  assert.deepEqual(hours['weekly'].tue, [
    { from: '09:00', to: '12:30' },
    { from: '13:30', to: '17:00' },
  ]);
  assert.deepEqual(hours['weekly'].overrides, [
    { date: '2030-04-22', ranges: [] },
    { date: '2030-04-24', ranges: [{ from: '10:00', to: '11:00' }] },
  ]);
  const booked = await bookings();
  assert.deepEqual(
    booked.map((one) => [one.status, one.start, one.visitor.email, one.meeting, one.visitor.note]),
    [
      [
        'confirmed',
        '2030-03-05T09:00:00.000Z',
        'sam@visitor.example',
        null,
        'About the spring fair.\ncompany: Okafor & Sons',
      ],
      ['confirmed', '2030-03-06T18:00:00.000Z', 'ines@visitor.example', null, ''],
      ['confirmed', '2030-03-06T18:00:00.000Z', 'omar@visitor.example', null, 'Vegetarian'],
    ],
  );
  assert.deepEqual(
    booked[0].attendees.map((one: Json) => one.email),
    ['kim@visitor.example'],
  );
  assert.equal(booked[0].visitor.timeZone, 'Europe/London');
});

test('event types, hours and appointments come over from Calendly', async (t) => {
  const { run, eventTypes, bookings, ask, desk } = await startImportStory(t);

  const report = await run(calendly);

  assert.deepEqual(counts(report), { create: 6, left_out: 2, cancelled: 1 });
  const all = await eventTypes();
  const advice = all.find((one) => one.slug === 'advice');
  assert.deepEqual(
    [advice.durationMinutes, advice.durationChoices, advice.slotStepMinutes, advice.active],
    [45, [30], 45, true],
  );
  const house = all.find((one) => one.slug === 'open-house');
  assert.deepEqual([house.capacity, house.active], [6, false], 'how many seats there are is told by its meetings');
  const hours = await ask('GET', `/v1/members/${desk.memberId}/schedule`);
  assert.deepEqual(hours['weekly'].mon, [{ from: '08:30', to: '12:00' }]);
  assert.deepEqual(hours['weekly'].overrides, [{ date: '2030-04-22', ranges: [] }]);
  assert.deepEqual(
    (await bookings()).map((one) => [one.start, one.end, one.visitor.email, one.visitor.note, one.attendees.length]),
    [
      [
        '2030-03-05T12:00:00.000Z',
        '2030-03-05T12:45:00.000Z',
        'sam@visitor.example',
        'What is it about?: The spring fair.',
        1,
      ],
      ['2030-03-06T15:00:00.000Z', '2030-03-06T16:00:00.000Z', 'ines@visitor.example', '', 0],
      ['2030-03-06T15:00:00.000Z', '2030-03-06T16:00:00.000Z', 'omar@visitor.example', '', 0],
    ],
  );
});

test('nobody gets mail of an import, nothing is made in Outlook, and other programs hear of the bookings', async (t) => {
  const { run, save, mails, settle, db, events } = await startImportStory(t);
  await run(calcom);
  await run(calendly);
  await save('calcom/bookings.json', (answer: Json) => {
    answer.data[0].start = '2030-03-05T10:00:00.000Z';
    answer.data[0].end = '2030-03-05T10:30:00.000Z';
    answer.data[1].status = 'cancelled';
    return answer;
  });
  assert.deepEqual(counts(await run(calcom)).change, 3);
  await settle();

  assert.deepEqual(mails, []);
  assert.deepEqual(await db.selectFrom('emails').selectAll().execute(), []);
  assert.deepEqual(await db.selectFrom('meetings').selectAll().execute(), []);
  assert.deepEqual(events(), []);
  const lines = await db
    .selectFrom('outbox_events')
    .select('type')
    .where('booking_id', 'is not', null)
    .orderBy('id')
    .execute();
  const types = lines.map(({ type }) => type);
  assert.equal(types.filter((type) => type === 'booking.confirmed').length, 6);
  assert.equal(types.filter((type) => type === 'booking.cancelled').length, 2);
  assert.equal(types.filter((type) => type === 'booking.rescheduled').length, 1);
});

test('the time stays taken here, and what is in Outlook from the old product is not in its way', async (t) => {
  const { run, inOutlook, ask, eventTypes, system } = await startImportStory(t);
  inOutlook(userNamed(system.emulator, 'dana.reyes'), '2030-03-05T09:00:00.000Z');
  assert.equal(counts(await run(calcom)).create, 6);
  const [talk] = (await eventTypes()).filter(({ slug }) => slug === 'first-talk');
  const body = {
    eventTypeId: talk.id,
    start: '2030-03-05T09:00:00.000Z',
    visitor: { name: 'Ann', email: 'ann@visitor.example', timeZone: 'Europe/Berlin' },
    anyTime: true,
  };
  const answer = await ask('POST', '/v1/bookings', body, 409);
  assert.equal(answer['code'], 'slot_taken');
});

test('a second run changes nothing, and a third only what was changed there since', async (t) => {
  const { run, save, eventTypes, bookings, db } = await startImportStory(t);
  await run(calcom);
  await run(calendly, { apply: false });
  const outbox = () => db.selectFrom('outbox_events').select('id').execute();
  const before = { lines: await outbox(), eventTypes: await eventTypes() };

  const again = await run(calcom);
  assert.deepEqual(counts(again), { unchanged: 6, past: 1, cancelled: 1, unconfirmed: 1 });
  assert.deepEqual({ lines: await outbox(), eventTypes: await eventTypes() }, before);

  await save('calcom/event-types.json', (answer: Json) => {
    answer.data[0].title = 'First conversation';
    answer.data[0].afterEventBuffer = 20;
    answer.data[0].slug = 'first-conversation';
    return answer;
  });
  await save('calcom/schedules.json', (answer: Json) => {
    answer.data[0].availability[0].days = ['Monday'];
    answer.data[0].timeZone = 'Europe/Vienna';
    return answer;
  });
  await save('calcom/bookings.json', (answer: Json) => {
    answer.data[0].start = '2030-03-05T11:00:00.000Z';
    answer.data[0].end = '2030-03-05T11:45:00.000Z';
    answer.data[0].bookingFieldsResponses.notes = 'About the autumn fair.';
    answer.data[1].status = 'cancelled';
    return answer;
  });
  const changed = await run(calcom);
  assert.deepEqual(
    changed.entries.filter(({ action }) => action === 'change').map(({ id, changed: fields }) => [id, fields]),
    [
      ['calcom:event-type:12', ['title', 'bufferAfterMinutes']],
      ['calcom:schedule:501', ['timeZone', 'week']],
      ['calcom:booking:c8NRa2uGdE:3be561a9-31f1-4b8e-aefc-000000000001', ['cancelled']],
      ['calcom:booking:c8NRa2uGdE:3be561a9-31f1-4b8e-aefc-000000000002', ['cancelled']],
      ['calcom:booking:kT4mWq7sVb', ['time', 'note']],
    ],
  );
  const talk = (await eventTypes()).find(({ slug }) => slug === 'first-talk');
  assert.deepEqual([talk.title, talk.bufferAfterMinutes], ['First conversation', 20], 'its address stays');
  const [sam] = await bookings();
  assert.deepEqual(
    [sam.start, sam.end, sam.visitor.note.split('\n')[0]],
    ['2030-03-05T11:00:00.000Z', '2030-03-05T11:45:00.000Z', 'About the autumn fair.'],
  );
  assert.deepEqual(counts(await run(calcom)), { unchanged: 6, past: 1, cancelled: 1, unconfirmed: 1 });
});

test('what was edited here since is never written over, and the report says what', async (t) => {
  const { run, save, eventTypes, bookings, ask, desk, db } = await startImportStory(t);
  await run(calcom);
  const talk = (await eventTypes()).find(({ slug }) => slug === 'first-talk');
  const { id, bookingUrl, takesBookings, closedReason, createdAt, updatedAt, hostId, ...input } = talk;
  assert.ok(bookingUrl && createdAt && updatedAt && hostId && takesBookings !== closedReason);
  await ask('PUT', `/v1/event-types/${id}`, { ...input, title: 'Ours', reminders: [60] });
  const [sam] = await bookings();
  await ask('POST', `/v1/bookings/${sam.id}/cancel`, { reason: 'Dana is ill.' });
  const hours = await ask('GET', `/v1/members/${desk.memberId}/schedule`);
  await ask('PUT', `/v1/members/${desk.memberId}/schedule`, { ...hours, weekly: { ...hours['weekly'], mon: [] } });
  await save('calcom/event-types.json', (answer: Json) => {
    answer.data[0].title = 'Theirs';
    answer.data[0].minimumBookingNotice = 60;
    return answer;
  });
  await save('calcom/schedules.json', (answer: Json) => {
    answer.data[0].availability = [];
    return answer;
  });

  const report = await run(calcom);

  const entry = (name: string) => report.entries.find((one) => one.id === name);
  const { action, changed, keptHere } = entry('calcom:event-type:12') ?? {};
  assert.deepEqual(
    { action, changed, keptHere },
    { action: 'change', changed: ['minNoticeMinutes'], keptHere: ['title'] },
  );
  assert.deepEqual(
    [entry('calcom:schedule:501')?.action, entry('calcom:schedule:501')?.keptHere],
    ['unchanged', ['week']],
  );
  assert.equal(entry('calcom:booking:kT4mWq7sVb')?.reason, 'It is cancelled here.');
  const now = (await eventTypes()).find(({ slug }) => slug === 'first-talk');
  assert.deepEqual([now.title, now.minNoticeMinutes, now.reminders], ['Ours', 60, [60]]);
  const next = await run(calcom);
  assert.deepEqual(
    next.entries.find((one) => one.id === 'calcom:event-type:12')?.keptHere,
    ['title'],
    'it is told each time',
  );

  const evening = (await eventTypes()).find(({ slug }) => slug === 'evening-class');
  await db.deleteFrom('bookings').where('event_type_id', '=', evening.id).execute();
  await ask('DELETE', `/v1/event-types/${evening.id}`, undefined, 204);
  await save('calcom/bookings.json', { status: 'success', data: [] });
  const gone = (await run(calcom)).entries.find((one) => one.id === 'calcom:event-type:13');
  assert.equal(gone?.reason, 'It was removed here, and stays so.');
});

test('conflicts are told and do not stop the rest', async (t) => {
  const { run, save, ask, book, eventType, desk } = await startImportStory(t);
  await eventType({ slug: 'first-talk', title: 'Made here' });
  const hours = await ask('GET', `/v1/members/${desk.memberId}/schedule`);
  await ask('PUT', `/v1/members/${desk.memberId}/schedule`, { ...hours, weekly: { ...hours['weekly'], fri: [] } });
  await book({ start: '2030-03-06T18:15:00.000Z', anyTime: true });

  const report = await run(calcom);

  const why = (id: string) => {
    const found = report.entries.find((one) => one.id.startsWith(id));
    return [found?.because, found?.reason];
  };
  assert.deepEqual(why('calcom:event-type:12'), ['conflict', 'slug: Another event type has this address.']);
  assert.deepEqual(why('calcom:schedule:501'), ['conflict', 'Dana Reyes has hours of their own here.']);
  assert.equal(why('calcom:booking:c8NRa2uGdE')[0], 'conflict', 'the time is taken');
  assert.deepEqual(why('calcom:booking:kT4mWq7sVb'), [
    'fault',
    'Its event type was not imported: see above, or save the event types, too.',
  ]);
  assert.equal(report.entries.find(({ id }) => id === 'calcom:event-type:13')?.action, 'create');

  const strict = await run(calendly, { strict: true });
  assert.equal(strict.state, 'refused');
  assert.match(strict.refusal ?? '', /Nothing was imported, because 1 of it cannot be/);
  await save('calendly/schedules.json', { collection: [] });
  assert.equal((await run(calendly, { strict: true })).state, 'applied');
});

test('hosts are found by their address, by another one that is given for it, or are listed', async (t) => {
  const { run, save, desk, eventTypes } = await startImportStory(t);
  await save('calcom/me.json', (answer: Json) => ({ ...answer, data: { ...answer.data, email: 'dana@old.example' } }));
  await save('calcom/bookings.json', (answer: Json) =>
    JSON.parse(JSON.stringify(answer).replaceAll('dana@desk.example', 'dana@old.example')),
  );

  const lost = await run(calcom, { apply: false });
  assert.equal(counts(lost).create, undefined);
  assert.ok(
    lost.strangers.some((one) => one.includes('dana@old.example')),
    lost.strangers.join(),
  );

  const renamed = new Map([['dana@old.example', 'DANA@desk.example']]);
  assert.equal(counts(await run(calcom, { apply: false, renamed })).create, 6);

  await save('calcom/me.json', { status: 'success', data: [] });
  const byNumber = new Map([
    ['71', 'dana@desk.example'],
    ['dana@old.example', 'dana@desk.example'],
  ]);
  assert.equal(counts(await run(calcom, { renamed: byNumber })).create, 6);
  assert.ok((await eventTypes()).every(({ operatorIds }) => operatorIds.includes(desk.memberId)));
});

test('two people’s event types of one address are two here', async (t) => {
  const { run, save, eventTypes, colleague } = await startImportStory(t);
  const { email } = (await colleague('marek.dvorak')) as { email: string };
  await run(calcom);
  await save('calcom/event-types.json', (answer: Json) => {
    const [talk] = answer.data;
    return { ...answer, data: [talk, { ...talk, id: 99, ownerId: 72, users: [{ id: 72, username: 'marek', email }] }] };
  });

  const report = await run(calcom);

  const made = report.entries.find(({ id }) => id === 'calcom:event-type:99');
  assert.equal(made?.action, 'create', JSON.stringify(made));
  assert.match(made?.notes?.join() ?? '', /Its address ends in first-talk-/);
  assert.equal((await eventTypes()).filter(({ slug }) => slug.startsWith('first-talk')).length, 2);
  assert.equal((await run(calcom)).entries.find(({ id }) => id === 'calcom:event-type:99')?.action, 'unchanged');
});

test('event types of teams come with all their hosts, whom the lists of members name', async (t) => {
  const { run, save, eventTypes, colleague, desk, bookings, db } = await startImportStory(t);
  const { email, memberId } = await colleague('marek.dvorak');
  await save('calcom/memberships.json', {
    status: 'success',
    data: [
      { id: 1, userId: 71, teamId: 5, role: 'OWNER', user: { email: 'dana@desk.example', username: 'dana' } },
      { id: 2, userId: 72, teamId: 5, role: 'MEMBER', user: { email: email.toUpperCase(), username: 'marek' } },
    ],
  });
  await save('calcom/event-types.json', (answer: Json) => {
    const { users: _users, ownerId: _ownerId, ...one } = answer.data[0];
    const hosts = [
      { userId: 71, name: 'Dana', mandatory: true },
      { userId: 72, name: 'Marek' },
      { userId: 73, name: 'Zoe' },
    ];
    const team = { ...one, teamId: 5, hosts, schedulingType: 'collective' };
    const managed = { ...team, id: 88, slug: 'managed', schedulingType: 'managed' };
    return { ...answer, data: [team, managed] };
  });
  await save('calcom/bookings.json', (answer: Json) => {
    const [sam] = answer.data;
    sam.hosts.push({ id: 72, name: 'Marek', email, username: 'marek' });
    return { ...answer, data: [sam] };
  });

  const report = await run(calcom);

  const [team] = (await eventTypes()).filter(({ slug }) => slug === 'first-talk');
  assert.deepEqual([team.assignment, team.operatorIds], ['collective', [desk.memberId, memberId]]);
  assert.deepEqual(report.strangers, ['Zoe, user 73']);
  assert.equal(report.entries.find(({ id }) => id === 'calcom:event-type:88')?.because, 'left_out');
  const [sam] = await bookings();
  const taken = await db.selectFrom('reservations').select('host_id').where('booking_id', '=', sam.id).execute();
  assert.deepEqual(taken.map(({ host_id }) => host_id).toSorted(), [desk.memberId, memberId].toSorted());

  await save('calendly/event-types.json', (answer: Json) => {
    const [one] = answer.collection;
    const profile = { type: 'Team', name: 'Advisers', owner: 'https://api.calendly.com/teams/TTTT1111' };
    return { collection: [{ ...one, pooling_type: 'round_robin', profile }] };
  });
  const member = { uri: 'https://api.calendly.com/users/MMMM1111', name: 'Marek', email };
  const eventType = { uri: 'https://api.calendly.com/event_types/EEEE1111', name: 'Advice' };
  await save('calendly/hosts.json', {
    collection: [
      { uri: 'https://api.calendly.com/event_type_memberships/HHHH1111', event_type: eventType, member },
      { uri: 'https://api.calendly.com/organization_memberships/OOOO1111', role: 'user', user: member },
    ],
  });
  await run(['calendly']);
  const [advice] = (await eventTypes()).filter(({ slug }) => slug === 'advice');
  assert.deepEqual([advice.assignment, advice.operatorIds], ['round_robin', [memberId]]);
});
