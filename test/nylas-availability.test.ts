import assert from 'node:assert/strict';
import { test } from 'node:test';
import { armFault } from '../emulator/faults.ts';
import { Nylas6 } from './support/nylas-clients.ts';
import { hour, startCalendar, tuesdayAtTen, type CalendarStory } from './support/nylas-calendar.ts';
import { limitedKey } from './support/nylas-connect.ts';
import { addEntry } from './support/outlook-entries.ts';
import { userNamed } from './support/system.ts';

const dana = 'dana.reyes@contoso.example';
const milan = 'milan.okafor@contoso.example';
const yuki = 'yuki.brandt@contoso.example';
const minute = 60;
const at = (seconds: number) => new Date(seconds * 1000).toISOString();

/** Somebody has something in their calendar, in minutes from Tuesday at ten in Berlin. */
function busy({ system }: CalendarStory, user: string, from: number, to: number, showAs = 'busy') {
  const start = at(tuesdayAtTen + from * minute);
  const { id } = userNamed(system.emulator, user);
  addEntry(system, id, { start, end: at(tuesdayAtTen + to * minute), showAs });
}

/** Times as minutes from Tuesday at ten. */
const minutesOf = (times: readonly { startTime: number | string; endTime?: number | string }[]) =>
  times.map(({ startTime }) => (Number(startTime) - tuesdayAtTen) / minute);

test('free/busy: each mailbox by itself, by its own permission or as colleagues see it, and errors within', async (t) => {
  const story = await startCalendar(t);
  const { sdk, grant, connect, ask, apiKey } = story;
  await connect('leila.haddad');
  busy(story, 'dana.reyes', 0, 30);
  busy(story, 'dana.reyes', 15, 60);
  busy(story, 'milan.okafor', 60, 90, 'tentative');
  busy(story, 'milan.okafor', 120, 150, 'workingElsewhere');
  busy(story, 'leila.haddad', 30, 45, 'oof');
  const question = (more: object = {}) => ({
    identifier: grant,
    requestBody: {
      startTime: tuesdayAtTen,
      endTime: tuesdayAtTen + 4 * hour,
      emails: [dana, 'Milan.Okafor@contoso.example', 'leila.haddad@northgate.example', 'nobody@contoso.example'],
      ...more,
    },
  });
  const { data } = await sdk.calendars.getFreeBusy(question());
  const slots = data.map((one) => [one.email, 'timeSlots' in one ? minutesOf(one.timeSlots) : one.object]);
  assert.deepEqual(slots, [
    [dana, [0]],
    ['Milan.Okafor@contoso.example', [60]],
    ['leila.haddad@northgate.example', [30]],
    ['nobody@contoso.example', 'error'],
  ]);
  const [own] = data;
  assert.ok(own && 'timeSlots' in own);
  assert.deepEqual(own.timeSlots, [
    { object: 'time_slot', status: 'busy', startTime: tuesdayAtTen, endTime: tuesdayAtTen + hour },
  ]);
  const nobody = data.at(-1);
  assert.ok(nobody && 'error' in nobody && nobody.error.length > 10);
  const firm = await sdk.calendars.getFreeBusy(question({ tentativeAsBusy: false }));
  const [, second] = firm.data;
  assert.deepEqual(second && 'timeSlots' in second && second.timeSlots, []);
  for (const wrong of [
    { start_time: tuesdayAtTen, end_time: tuesdayAtTen, emails: [dana] },
    { start_time: tuesdayAtTen, end_time: tuesdayAtTen + 63 * 24 * hour, emails: [dana] },
    { start_time: tuesdayAtTen, end_time: tuesdayAtTen + hour, emails: [] },
    { start_time: tuesdayAtTen, end_time: tuesdayAtTen + hour, emails: ['dana'] },
    { start_time: 'x', end_time: tuesdayAtTen, emails: [dana] },
  ])
    assert.equal((await ask(apiKey, 'POST', `/v3/grants/${grant}/calendars/free-busy`, wrong)).status, 400);
});

test('free/busy: what was made here a moment ago is taken, and a token sees through its own grant only', async (t) => {
  const { sdk, grant, connect, ask, apiKey, tokenFor } = await startCalendar(t);
  const leila = await connect('leila.haddad');
  const window = { start_time: tuesdayAtTen, end_time: tuesdayAtTen + 4 * hour };
  const path = `/v3/grants/${grant}/calendars/free-busy`;
  const before = await ask(apiKey, 'POST', path, { ...window, emails: [dana] });
  assert.deepEqual(before.body['data'][0].time_slots, []);
  await sdk.events.create({
    identifier: grant,
    queryParams: { calendarId: 'primary' },
    requestBody: { title: 'Call', when: { startTime: tuesdayAtTen, endTime: tuesdayAtTen + hour } },
    overrides: { headers: { Prefer: 'respond-async' } },
  });
  const after = await ask(apiKey, 'POST', path, { ...window, emails: [dana] });
  assert.equal(after.body['data'][0].time_slots.length, 1);
  // Leila's tenant is another one: only the application, which has both grants, sees both.
  const both = { ...window, emails: [dana, 'leila.haddad@northgate.example'] };
  const objects = async (secret: string, id: string) => {
    const { body } = await ask(secret, 'POST', `/v3/grants/${id}/calendars/free-busy`, both);
    return (body['data'] as { object: string }[]).map(({ object }) => object);
  };
  assert.deepEqual(await objects(apiKey, grant), ['free_busy', 'free_busy']);
  assert.deepEqual(await objects(await tokenFor(leila), leila), ['error', 'free_busy']);
});

test('availability: what is common to all, inside open hours, apart from what is there, and rounded', async (t) => {
  const story = await startCalendar(t);
  const { sdk, connect } = story;
  await connect('milan.okafor');
  busy(story, 'dana.reyes', 60, 90);
  busy(story, 'milan.okafor', 120, 150);
  const find = async (more: object = {}, rules: object = {}) => {
    const { data } = await sdk.calendars.getAvailability({
      requestBody: {
        startTime: tuesdayAtTen,
        endTime: tuesdayAtTen + 4 * hour,
        durationMinutes: 30,
        intervalMinutes: 30,
        participants: [{ email: dana }, { email: milan, calendarIds: ['primary'] }],
        availabilityRules: { availabilityMethod: 'collective' as never, ...rules },
        ...more,
      },
    });
    return data;
  };
  const all = await find();
  assert.deepEqual(minutesOf(all.timeSlots), [0, 30, 90, 150, 180, 210]);
  assert.deepEqual(all.timeSlots[0], {
    emails: [dana, milan],
    startTime: tuesdayAtTen,
    endTime: tuesdayAtTen + 30 * minute,
  });
  assert.equal(all.order, undefined);
  // What is kept free before an entry is at the end of a time, and the other way round.
  assert.deepEqual(minutesOf((await find({}, { buffer: { before: 10, after: 0 } })).timeSlots), [0, 150, 180, 210]);
  assert.deepEqual(minutesOf((await find({}, { buffer: { before: 0, after: 10 } })).timeSlots), [0, 30, 180, 210]);
  const odd = { startTime: tuesdayAtTen + 60 };
  assert.deepEqual(minutesOf((await find(odd)).timeSlots), [15, 165, 195]);
  assert.deepEqual(minutesOf((await find({ ...odd, roundTo: 30 })).timeSlots), [30, 90, 150, 180, 210]);
  const berlin = { days: [2], timezone: 'Europe/Berlin', start: '10:30', end: '12:00', exdates: [] };
  assert.deepEqual(minutesOf((await find({}, { defaultOpenHours: [berlin] })).timeSlots), [30, 90]);
  const closed = { ...berlin, exdates: ['2026-11-24'] };
  assert.deepEqual((await find({}, { defaultOpenHours: [closed] })).timeSlots, []);
  const monday = { ...berlin, days: [1] };
  const own = [{ email: dana, openHours: [monday] }, { email: milan }];
  assert.deepEqual((await find({ participants: own })).timeSlots, []);
  const specific = [{ date: '2026-11-24', start: '11:30', end: '12:30', timezone: 'Europe/Berlin' }];
  const given = [{ email: dana, openHours: [monday], specificTimeAvailability: specific }, { email: milan }];
  assert.deepEqual(minutesOf((await find({ participants: given })).timeSlots), [90]);
});

test('availability: round robin says who is free and whose turn it is; fairness leaves out who had their turn', async (t) => {
  const story = await startCalendar(t);
  const { system, sdk, connect, grant } = story;
  const other = await connect('milan.okafor');
  const third = await connect('yuki.brandt');
  busy(story, 'milan.okafor', 0, 30);
  const give = async (identifier: string, from: number, group = 'onboarding') => {
    system.clock.advance(1000);
    await sdk.events.create({
      identifier,
      queryParams: { calendarId: 'primary' },
      requestBody: {
        title: 'Onboarding',
        when: { startTime: tuesdayAtTen + from * hour, endTime: tuesdayAtTen + (from + 1) * hour },
        metadata: { key5: group },
      },
    });
  };
  const find = async (method: string, group = 'onboarding') => {
    const { data } = await sdk.calendars.getAvailability({
      requestBody: {
        startTime: tuesdayAtTen,
        endTime: tuesdayAtTen + hour,
        durationMinutes: 30,
        participants: [{ email: yuki }, { email: dana }, { email: milan }],
        availabilityRules: { availabilityMethod: method as never, roundRobinGroupId: group } as never,
      },
    });
    return { order: data.order, slots: data.timeSlots.map(({ emails }) => emails) };
  };
  assert.deepEqual((await find('max-availability')).order, [dana, milan, yuki]);
  await give(grant, 24);
  await give(third, 24);
  await give(other, 24, 'another');
  const open = await find('max-availability');
  assert.deepEqual(open.order, [milan, dana, yuki]);
  assert.deepEqual(
    open.slots.map((emails) => emails.toSorted()),
    [
      [dana, yuki],
      [dana, milan, yuki],
    ],
  );
  const fair = await find('max-fairness');
  assert.deepEqual(
    fair.slots.map((emails) => emails.toSorted()),
    [[dana], [dana, milan]],
  );
});

test('availability: who cannot be read is never free', async (t) => {
  const story = await startCalendar(t);
  const { system, connect, ask, apiKey, grant, tokenFor, workspaceId } = story;
  await connect('milan.okafor');
  const asked = (method: string, emails = [dana, milan]) => ({
    start_time: tuesdayAtTen,
    end_time: tuesdayAtTen + hour,
    duration_minutes: 60,
    participants: emails.map((email) => ({ email })),
    availability_rules: { availability_method: method },
  });
  const path = '/v3/calendars/availability';
  const refuse = () =>
    armFault(system.emulator.context, {
      service: 'graph',
      path: '/calendarView',
      times: 1,
      kind: { type: 'status', status: 403, code: 'ErrorAccessDenied' },
    });
  refuse();
  const all = await ask(apiKey, 'POST', path, asked('collective'));
  assert.equal(all.status, 503);
  assert.ok(all.body['error'].message.length > 10);
  const some = await ask(apiKey, 'POST', path, asked('max-availability', [dana, 'nobody@elsewhere.example']));
  assert.deepEqual(
    some.body['data'].time_slots.map(({ emails }: { emails: string[] }) => emails),
    [[dana]],
  );
  const nobody = await ask(apiKey, 'POST', path, asked('max-availability', ['nobody@elsewhere.example']));
  assert.equal(nobody.status, 503);
  // Colleagues of whom nobody has connected are seen by one who has.
  busy(story, 'yuki.brandt', 0, 30);
  const seen = await ask(apiKey, 'POST', path, asked('collective', [dana, yuki]));
  assert.deepEqual(seen.body['data'].time_slots, []);
  const token = await tokenFor(grant);
  const own = await ask(token, 'POST', path, asked('collective', [dana, milan]));
  assert.equal(own.body['data'].time_slots.length, 1);
  for (const [wrong, pointer] of [
    [{ duration_minutes: 1 }, '/duration_minutes'],
    [{ participants: [] }, '/participants'],
    [{ round_to: 7 }, '/round_to'],
    [{ end_time: tuesdayAtTen + 70 * 24 * hour }, '/end_time'],
    [{ participants: [{ email: dana, calendar_ids: ['other'] }] }, '/participants/0/calendar_ids'],
    [
      {
        participants: [
          {
            email: dana,
            open_hours: ['Europe/Berlin', 'Asia/Tokyo'].map((timezone) => ({
              days: [1],
              timezone,
              start: '9:00',
              end: '17:00',
            })),
          },
        ],
      },
      '/participants/0/open_hours',
    ],
  ] as const) {
    const answer = await ask(apiKey, 'POST', path, { ...asked('collective'), ...wrong });
    assert.deepEqual([answer.status, answer.body['errors']?.[0].pointer], [400, pointer]);
  }
  const writing = await limitedKey(system, workspaceId, ['connections:read']);
  assert.equal((await ask(writing, 'POST', path, asked('collective'))).status, 403);
});

test('version 2: free/busy and availability as nylas@6 asks, with numbers as text and days from Monday', async (t) => {
  const story = await startCalendar(t);
  const { apiUri, workspaceId, apiKey, grant, tokenFor } = story;
  busy(story, 'dana.reyes', 60, 90);
  busy(story, 'yuki.brandt', 0, 30);
  Nylas6.config({ clientId: workspaceId, clientSecret: apiKey, apiServer: apiUri });
  const nylas = Nylas6.with(await tokenFor(grant));
  const window = { startTime: tuesdayAtTen, endTime: tuesdayAtTen + 2 * hour };
  const [own, colleague, none] = await nylas.calendars.freeBusy({
    ...window,
    emails: [dana, yuki, 'no@contoso.example'],
  });
  assert.deepEqual([own?.object, own?.email, minutesOf(own?.timeSlots ?? [])], ['free_busy', dana, [60]]);
  assert.deepEqual(minutesOf(colleague?.timeSlots ?? []), [0]);
  assert.equal(none?.object, 'error');
  const byAccount = await nylas.calendars.freeBusy({
    ...window,
    calendars: [{ accountId: grant, calendarIds: ['primary'] }],
  });
  assert.deepEqual(
    byAccount.map(({ email }) => email),
    [dana],
  );
  const guest = 'guest@elsewhere.example';
  const { timeSlots, order } = await nylas.calendars.availability({
    ...window,
    duration: 30,
    interval: 30,
    emails: [dana],
    freeBusy: [
      {
        email: guest,
        object: 'free_busy',
        timeSlots: [
          { object: 'time_slot', status: 'busy', startTime: tuesdayAtTen, endTime: tuesdayAtTen + 30 * minute },
        ],
      } as never,
    ],
    openHours: [{ emails: [dana], days: [1], timezone: 'Europe/Berlin', start: '10:00', end: '12:00' }],
  });
  assert.deepEqual(minutesOf(timeSlots), [30, 90]);
  assert.deepEqual([timeSlots[0]?.emails, timeSlots[0]?.status], [[dana, guest], 'free']);
  assert.ok(!order?.length);
  const robin = await nylas.calendars.availability({
    ...window,
    duration: 60,
    interval: 60,
    emails: [dana, yuki],
    roundRobin: 'max-availability' as never,
  });
  assert.deepEqual(
    robin.timeSlots.map(({ emails }) => emails),
    [[dana], [yuki]],
  );
  assert.deepEqual(robin.order, [dana, yuki]);
});
