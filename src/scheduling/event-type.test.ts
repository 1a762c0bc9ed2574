import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultSchedule, eventTypeRules, findTimeZone, timeZoneSchema, weeklySchedule } from './event-type.ts';

describe('a weekly schedule', () => {
  it('accepts the default, closes the weekdays that are left out and allows 24:00 as an end', () => {
    assert.deepEqual(weeklySchedule.parse(defaultSchedule), defaultSchedule);
    const parsed = weeklySchedule.parse({ mon: [{ from: '22:00', to: '24:00' }] });
    assert.deepEqual(parsed.tue, []);
    assert.deepEqual(parsed.overrides, []);
  });

  it('allows ranges that touch, in any order', () => {
    const mon = [
      { from: '12:00', to: '17:00' },
      { from: '09:00', to: '12:00' },
    ];
    assert.ok(weeklySchedule.safeParse({ mon }).success);
  });

  const refusals: [string, unknown, string, RegExp][] = [
    [
      'an overlap',
      { mon: [range('09:00', '12:00'), range('11:00', '13:00')] },
      'mon.1',
      /11:00–13:00 overlaps 09:00–12:00/,
    ],
    ['an end before the start', { tue: [range('12:00', '09:00')] }, 'tue.0.to', /end must be later/],
    ['an empty range', { tue: [range('12:00', '12:00')] }, 'tue.0.to', /end must be later/],
    ['a time that does not exist', { wed: [range('25:00', '26:00')] }, 'wed.0.from', /hours and minutes/],
    ['24:00 as a start', { wed: [range('24:00', '24:00')] }, 'wed.0.from', /23:59/],
    ['seconds', { wed: [range('09:00:00', '10:00')] }, 'wed.0.from', /like 09:00/],
    [
      'a date that does not exist',
      { overrides: [{ date: '2026-02-30', ranges: [] }] },
      'overrides.0.date',
      /date that exists/,
    ],
    ['a date twice', { overrides: [day('2026-12-24'), day('2026-12-24')] }, 'overrides.1.date', /listed twice/],
    ['an unknown weekday', { monday: [] }, '', /monday/],
  ];
  for (const [name, value, path, message] of refusals) {
    it(`refuses ${name} and says where`, () => {
      const issue = weeklySchedule.safeParse(value).error?.issues[0];
      assert.equal(issue?.path.join('.'), path);
      assert.match(issue?.message ?? '', message);
    });
  }
});

describe('a time zone', () => {
  for (const name of [
    'Europe/Berlin',
    'Asia/Kolkata',
    'Asia/Calcutta',
    'UTC',
    'Etc/GMT+3',
    'America/Argentina/Buenos_Aires',
  ]) {
    it(`can be ${name}`, () => assert.ok(timeZoneSchema.safeParse(name).success));
  }
  for (const name of [
    '',
    'Mars/Olympus',
    '+01:00',
    'Customized Time Zone',
    'constructor',
    '2026-01-01T00:00Z[Europe/Berlin]',
    'x'.repeat(9999),
  ]) {
    it(`cannot be “${name.slice(0, 40)}”`, () => {
      assert.match(timeZoneSchema.safeParse(name).error?.issues[0]?.message ?? '', /not known/);
    });
  }
  for (const [name, iana] of [
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['Eastern Standard Time', 'America/New_York'],
  ] as const) {
    it(`is not called “${name}”, and who writes that is told what to write`, () => {
      const told = timeZoneSchema.safeParse(name).error?.issues[0]?.message ?? '';
      assert.match(told, new RegExp(`Windows.*${iana}`));
    });
  }
  it('is spelled properly', () => {
    assert.match(timeZoneSchema.safeParse('europe/berlin').error?.issues[0]?.message ?? '', /write Europe\/Berlin/);
    assert.equal(findTimeZone('europe/berlin'), 'Europe/Berlin');
  });
});

describe('the rules of an event type', () => {
  const rules = {
    durationMinutes: 30,
    slotStepMinutes: 30,
    bufferBeforeMinutes: 0,
    bufferAfterMinutes: 0,
    minNoticeMinutes: 60,
    horizonDays: 60,
    timeZone: 'Europe/Berlin',
    schedule: defaultSchedule,
  };
  it('are accepted whole', () => assert.deepEqual(eventTypeRules.parse(rules), rules));
  for (const [field, value] of Object.entries({
    durationMinutes: 4,
    slotStepMinutes: 0,
    horizonDays: 731,
    bufferAfterMinutes: -1,
    minNoticeMinutes: 1.5,
  })) {
    it(`refuse ${field} = ${value}`, () => {
      assert.deepEqual(eventTypeRules.safeParse({ ...rules, [field]: value }).error?.issues[0]?.path, [field]);
    });
  }
});

function range(from: string, to: string) {
  return { from, to };
}

function day(date: string) {
  return { date, ranges: [] };
}
