import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import ICAL from 'ical.js';
import { calendarFile, joinText, type CalendarEntry } from '../src/bookings/calendar-file.ts';
import type { CalendarMethod } from '../src/database/schema.ts';

const joinUrl = 'https://teams.microsoft.com/l/meetup-join/19%3ameeting_abc%40thread.v2/0?context=%7b%22Tid%22%7d,a;b';

const invitation: CalendarEntry = {
  bookingId: 'bkg_aaaaaaaaaaaaaaaaaaaaaaaa',
  sequence: 0,
  stamp: new Date('2026-11-23T07:00:00Z'),
  start: new Date('2026-11-24T09:00:00Z'),
  end: new Date('2026-11-24T09:30:00Z'),
  summary: 'Intro call with Dana Reyes',
  description: joinText(joinUrl),
  status: 'confirmed',
  teams: { joinUrl },
  organizer: { name: 'Dana Reyes', email: 'dana.reyes@contoso.example', sentBy: 'parley@meet.example.com' },
  attendees: [{ name: 'Sam Okafor', email: 'sam@example.org' }],
};

/** What is in `test/fixtures/calendar-files`, to the byte. Change a file there only with its reason. */
const golden: Record<string, { method: CalendarMethod; entries: CalendarEntry[]; name?: string }> = {
  'request.ics': { method: 'REQUEST', entries: [invitation] },
  'request-link-follows.ics': {
    method: 'REQUEST',
    entries: [
      {
        ...invitation,
        teams: { joinUrl: undefined },
        description: 'The link to the Teams meeting will follow by e-mail.',
      },
    ],
  },
  'cancel.ics': { method: 'CANCEL', entries: [{ ...invitation, sequence: 2, status: 'cancelled' }] },
  'request-arabic.ics': {
    method: 'REQUEST',
    entries: [
      {
        ...invitation,
        summary: 'مقابلة تمهيدية حول القبول في برنامج الدراسات العليا للعام القادم مع دانا رييس',
        attendees: [{ name: 'ليلى عبد الرحمن؛ «المنسّقة»، الفرع الرئيسي', email: 'layla@example.org' }],
      },
    ],
  },
  'request-chinese.ics': {
    method: 'REQUEST',
    entries: [
      {
        ...invitation,
        summary: '入学面谈：关于明年研究生课程申请、奖学金与住宿安排的详细咨询以及后续步骤',
        attendees: [
          { name: '王小明', email: 'wang@example.org' },
          { name: '李, 秀英; "小李"', email: 'li@example.org' },
        ],
      },
    ],
  },
  'request-emoji.ics': {
    method: 'REQUEST',
    entries: [
      {
        ...invitation,
        summary: '👩‍👩‍👧‍👦 Familien-Beratung 🎉, ☕; 🏳️‍🌈 und \\ mehr 👩🏽‍🎓👩🏽‍🎓👩🏽‍🎓👩🏽‍🎓',
        attendees: [{ name: 'Zoë 🦊 “Fox”', email: 'zoe@example.org' }],
      },
    ],
  },
  'publish.ics': {
    method: 'PUBLISH',
    name: 'Dana Reyes, 预约',
    entries: [
      invitation,
      {
        ...invitation,
        bookingId: 'bkg_bbbbbbbbbbbbbbbbbbbbbbbb',
        status: 'tentative',
        teams: undefined,
        description: '',
      },
    ],
  },
};

describe('calendar files', () => {
  for (const [file, { method, entries, name }] of Object.entries(golden)) {
    test(`${file} is as it was agreed, and another program reads what was meant`, () => {
      const text = calendarFile(entries, { method, ...(name && { name, refreshEveryMinutes: 60 }) });
      assert.equal(text, readFileSync(new URL(`fixtures/calendar-files/${file}`, import.meta.url), 'utf8'));
      checkForm(text);
      const { calendar, events } = read(text);
      assert.equal(calendar.getFirstPropertyValue('method'), method);
      assert.equal(events.length, entries.length);
      for (const [index, entry] of entries.entries()) compare(events[index], entry);
    });
  }

  test('a change keeps the UID and raises the SEQUENCE, also of the cancellation', () => {
    const versions = [
      calendarFile([invitation], { method: 'REQUEST' }),
      calendarFile([{ ...invitation, sequence: 1 }], { method: 'REQUEST' }),
      calendarFile([{ ...invitation, sequence: 2, status: 'cancelled' }], { method: 'CANCEL' }),
    ].map((text) => read(text).events[0]);
    assert.equal(new Set(versions.map((event) => event?.uid)).size, 1);
    assert.deepEqual(
      versions.map((event) => event?.sequence),
      [0, 1, 2],
    );
    assert.equal(versions[2]?.component.getFirstPropertyValue('status'), 'CANCELLED');
  });

  test('no text ends its line, its value or its component, whatever it holds', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.stringMatching(/^([\r\n"\\;:,^ ]|BEGIN:VEVENT|END:VCALENDAR|ATTENDEE:|\\n|é|王|🎉|\u2028){0,60}$/),
    );
    const seed = Date.now();
    fc.assert(
      fc.property(nasty, nasty, nasty, (summary, description, name) => {
        const text = calendarFile(
          [{ ...invitation, summary, description, attendees: [{ name, email: 'sam@example.org' }] }],
          {
            method: 'REQUEST',
          },
        );
        checkForm(text);
        const { events } = read(text);
        assert.equal(events.length, 1);
        assert.equal(events[0]?.attendees.length, 1);
        assert.deepEqual(events[0]?.component.getFirstPropertyValue('url'), joinUrl);
      }),
      { numRuns: 500, seed }, // fast-check prints the seed of a failure
    );
  });
});

function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  return { calendar, events: calendar.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one)) };
}

function compare(event: ICAL.Event | undefined, entry: CalendarEntry) {
  assert.ok(event);
  const value = (name: string) => event.component.getFirstPropertyValue(name);
  assert.equal(event.uid, `${entry.bookingId}@parley`);
  assert.equal(event.sequence, entry.sequence);
  assert.equal(event.summary, entry.summary);
  assert.equal(event.description ?? '', entry.description);
  assert.equal(event.startDate.toJSDate().toISOString(), entry.start.toISOString());
  assert.equal(event.endDate.toJSDate().toISOString(), entry.end.toISOString());
  assert.equal(event.startDate.zone.tzid, 'UTC');
  assert.equal(value('location'), entry.teams ? 'Microsoft Teams Meeting' : null);
  assert.equal(value('url'), entry.teams?.joinUrl ?? null);
  const organizer = event.component.getFirstProperty('organizer');
  assert.equal(organizer?.getFirstValue(), 'mailto:dana.reyes@contoso.example');
  assert.equal(organizer?.getParameter('cn'), 'Dana Reyes');
  assert.equal(organizer?.getParameter('sent-by'), 'mailto:parley@meet.example.com');
  assert.deepEqual(
    event.attendees.map((one) => String(one.getFirstValue()).toLowerCase()),
    entry.attendees?.map(({ email }) => `mailto:${email}`),
  );
  // Quotes cannot be in a parameter; RFC 6868 writes them as ^', which this reader leaves as it is or reads back.
  const names = event.attendees.map((one) => String(one.getParameter('cn')).replaceAll("^'", '"'));
  assert.deepEqual(
    names,
    entry.attendees?.map(({ name }) => name),
  );
}

/** RFC 5545, section 3.1: lines of at most 75 octets that end in CRLF, and no other control character. */
function checkForm(text: string) {
  assert.ok(text.endsWith('END:VCALENDAR\r\n'));
  const bytes = Buffer.from(text);
  assert.equal(bytes.toString(), text, 'no character is torn');
  for (const line of text.slice(0, -2).split('\r\n')) {
    assert.ok(Buffer.byteLength(line) <= 75, line);
    assert.doesNotMatch(line, /[^\P{Cc}\t]/u);
  }
}
