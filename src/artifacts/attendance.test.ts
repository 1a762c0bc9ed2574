import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttendanceRecord } from '../database/schema.ts';
import { writeAttendanceCsv } from './attendance.ts';

const stay = (from: string, to: string, seconds: number) => ({
  joinedAt: `2026-11-24T${from}:00.000Z`,
  leftAt: `2026-11-24T${to}:00.000Z`,
  seconds,
});
const person = (more: Partial<AttendanceRecord>): AttendanceRecord => ({
  name: 'Sam Okafor',
  email: 'sam@visitor.example',
  objectId: null,
  role: 'Attendee',
  totalSeconds: 600,
  intervals: [stay('10:00', '10:10', 600)],
  ...more,
});
const rowsOf = (records: AttendanceRecord[]) => writeAttendanceCsv(records).slice(1).split('\r\n').slice(0, -1);

test('there is a row for each stay, in UTC, and one for who has no times', () => {
  const records = [
    person({ totalSeconds: 1500, intervals: [stay('10:00', '10:10', 600), stay('10:15', '10:30', 900)] }),
    person({ name: 'Dana Reyes', email: null, role: 'Organizer', totalSeconds: 0, intervals: [] }),
  ];
  assert.deepEqual(rowsOf(records), [
    'Name,Email,Role,Joined (UTC),Left (UTC),Seconds,Seconds in total',
    'Sam Okafor,sam@visitor.example,Attendee,2026-11-24T10:00:00Z,2026-11-24T10:10:00Z,600,1500',
    'Sam Okafor,sam@visitor.example,Attendee,2026-11-24T10:15:00Z,2026-11-24T10:30:00Z,900,1500',
    'Dana Reyes,,Organizer,,,,0',
  ]);
  assert.deepEqual(rowsOf([]).length, 1);
});

test('it begins with the mark by which Excel knows UTF-8', () => {
  assert.deepEqual([...Buffer.from(writeAttendanceCsv([])).subarray(0, 4)], [0xef, 0xbb, 0xbf, 'N'.charCodeAt(0)]);
});

test('commas, quotes and line breaks of a name stay within its cell', () => {
  const [, row = ''] = rowsOf([person({ name: 'Okafor, "Sam"\r\nof Accra' })]);
  assert.ok(row.startsWith('"Okafor, ""Sam"" of Accra",sam@'), row);
});

test('a name that a spreadsheet would take for a formula is only a text', () => {
  const names = [
    '=1+1',
    '+cmd',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    ' =1',
    '\uFEFF=1',
    '＝1',
    '=HYPERLINK("x","y")',
    '\0=1',
    '|=1',
  ];
  for (const name of names) {
    const [, row = ''] = rowsOf([person({ name })]);
    assert.match(row, name.startsWith('|') ? /^\|/ : /^"?'/, JSON.stringify(name));
  }
  assert.ok(rowsOf([person({ name: '=HYPERLINK("x","y")' })])[1]?.startsWith(`"'=HYPERLINK(""x"",""y"")",`));
  assert.ok(rowsOf([person({ email: '=a@b.example', role: '+x' })])[1]?.includes(`,'=a@b.example,'+x,`));
});
