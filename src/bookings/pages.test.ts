import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { localeOf } from '../http/language.ts';
import { Problem } from '../problem.ts';
import { defaultSchedule, type EventTypeRules } from '../scheduling/event-type.ts';
import { findSlots, type Slot } from '../scheduling/slots.ts';
import { visitorPages } from './pages.ts';
import type { NewVisitorBooking, PublicEventType, SlotSearch, VisitorBooking, VisitorDeps } from './visitor.ts';

const intro: PublicEventType = {
  id: 'evt_1',
  workspaceName: 'Northwind',
  hostName: 'Dana Reyes',
  title: 'Introductory call',
  description: 'Bring your questions.',
  durationMinutes: 30,
  durations: [30],
  operators: [],
  capacity: 1,
  needsApproval: false,
  mostInSeries: 1,
  timeZone: 'Europe/Berlin',
  embedOrigins: ['https://www.northwind.example'],
  open: true,
};

const upcoming: VisitorBooking = {
  id: 'bkg_1',
  meetingId: 'mtg_1',
  eventTypeId: 'evt_1',
  eventTypeTitle: 'Introductory call',
  workspaceName: 'Northwind',
  workspaceSlug: 'northwind',
  eventTypeSlug: 'intro',
  hostName: 'Dana Reyes',
  start: new Date('2026-11-24T09:00:00Z'),
  end: new Date('2026-11-24T09:30:00Z'),
  visitorName: 'Ada Lovelace',
  visitorEmail: 'ada@example.org',
  visitorTimeZone: 'Europe/Berlin',
  operatorId: undefined,
  status: 'confirmed',
  reason: '',
  unanswered: false,
  decisionNote: '',
  revision: 1,
  byMail: true,
  inGroup: false,
  teamsMeeting: true,
  move: { refusal: undefined, until: new Date('2026-11-24T09:30:00Z'), left: null },
  cancel: { refusal: undefined, until: new Date('2026-11-24T09:30:00Z') },
  series: [],
  embedOrigins: ['https://www.northwind.example'],
  portalPath: '/my/northwind',
  recorded: undefined,
  meeting: { status: 'ready', joinUrl: 'https://teams.microsoft.com/l/meetup-join/19%3ameeting' },
};

const joinUrl = upcoming.meeting?.joinUrl;
const book = '/book/northwind/intro';
const typed = { name: 'Ada Lovelace', email: 'ada@example.org', note: '' };
const chosen = { start: '2026-11-24T09:00:00Z', tz: 'Europe/Berlin', key: 'aaaaaaaaaaaaaaaaaaaaaaaa' };

describe('the calendar of an event type', () => {
  it('links the days that have free times, names the zone and shows the times of the first day', async () => {
    const html = await text(world().get(`${book}?tz=Europe/Berlin`));
    assert.match(html, /href="\/book\/northwind\/intro\?day=2026-11-24&amp;tz=Europe%2FBerlin#times"/);
    assert.match(html, /Tuesday 24 November 2026, 16 free times/);
    assert.match(html, /Times in\s+<strong>Berlin<\/strong>\s+\(UTC\+1\)/);
    assert.match(html, /<h2 id="day">Tuesday 17 November<\/h2>/);
    assert.match(html, /start=2026-11-17T12%3A30%3A00Z&amp;tz=Europe%2FBerlin">13:30</);
    assert.doesNotMatch(html, /Previous month/);
  });

  it('asks the script for the visitor’s zone only as long as nobody chose one', async () => {
    assert.match(await text(world().get(book)), /data-guessed-zone="Europe\/Berlin"/);
    assert.doesNotMatch(await text(world().get(`${book}?tz=Asia/Kolkata`)), /data-guessed-zone/);
  });

  it('shows the times of a day in the zone that was chosen', async () => {
    const html = await text(world().get(`${book}?day=2026-11-24&tz=America/New_York`));
    assert.match(html, /start=2026-11-24T08%3A00%3A00Z&amp;tz=America%2FNew_York">03:00</);
    assert.match(html, /<option value="America\/New_York" selected/);
  });

  it('selects a zone that goes by another name', async () => {
    const html = await text(world().get(`${book}?tz=Asia/Kolkata`));
    assert.match(html, /Times in\s+<strong>Kolkata/);
    assert.match(html, /<option value="Asia\/(Kolkata|Calcutta)" selected/);
  });

  it('goes on to the next month when this one has no free time left', async () => {
    const html = await text(world({ now: '2026-11-30T17:00:00Z' }).get(`${book}?tz=Europe/Berlin`));
    assert.match(html, /December 2026/);
    assert.match(html, /Previous month/);
  });

  it('says that a month or a day has no free times', async () => {
    assert.match(await text(world().get(`${book}?month=2028-01`)), /No free times in January 2028/);
    assert.match(await text(world().get(`${book}?day=2026-11-22`)), /No free times on this day/);
  });

  it('says that there is nothing to book, that the host takes no bookings, or that the calendar cannot be read', async () => {
    assert.match(await text(world().get('/book/northwind/other'), 404), /nothing to book here/);
    assert.match(
      await text(world({ eventType: { open: false } }).get(book)),
      /Dana Reyes is not taking online bookings right now/,
    );
    const unreadable = await text(world({ findSlots: new Problem('calendar_unreadable') }).get(book), 503);
    assert.match(unreadable, /cannot be read right now, so no times are offered/);
    assert.doesNotMatch(unreadable, /class="time"/);
    const closed = await text(world({ findSlots: new Problem('forbidden') }).get(book), 503);
    assert.match(closed, /Dana Reyes is not taking online bookings right now/);
  });

  for (const query of [
    'month=2026-13',
    'month=x',
    'day=2026-02-30',
    'day=2026-11-24T00',
    'tz=Mars/Base',
    'tz=%2B01:00',
    'start=soon',
    'start=2026-11-24T25:00:00Z',
    'start=2026-11-24',
  ]) {
    it(`answers ?${query} with a page that says what is wrong`, async () => {
      const html = await text(world().get(`${book}?${query}`), 400);
      assert.match(html, /(does not name|is not known)/);
      assert.match(html, /href="\/book\/northwind\/intro">Start again/);
    });
  }

  it('escapes everything that people wrote', async () => {
    const evil = '<script>alert(1)</script>"\'';
    const html = await text(
      world({ eventType: { title: evil, hostName: evil, description: evil, workspaceName: evil } }).get(book),
    );
    assert.doesNotMatch(html, /<script>/);
    assert.match(html, /&lt;script&gt;/);
  });
});

describe('the form', () => {
  it('names the chosen time and keeps the zone', async () => {
    const html = await text(world().get(`${book}?start=2026-11-24T09:00:00Z&tz=America/New_York`));
    assert.match(html, /Tue 24 Nov 2026, <span class="clock">04:00–04:30<\/span> \(New York\)/);
    assert.match(html, /name="tz" value="America\/New_York"/);
  });

  it('shows the free times instead when the time is gone', async () => {
    const busy = [{ start: new Date('2026-11-24T09:00:00Z'), end: new Date('2026-11-24T09:30:00Z') }];
    const html = await text(world({ busy }).get(`${book}?start=2026-11-24T09:00:00Z&tz=Europe/Berlin`), 409);
    assert.match(html, /no longer free/);
    assert.match(html, /<h2 id="day">Tuesday 24 November/);
  });

  it('books and goes to the page of the booking', async () => {
    const { post, booked } = world();
    const answer = await post(book, {
      ...chosen,
      name: '  Ada Lovelace ',
      email: 'ada@example.org',
      note: 'Hello\r\nthere',
    });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get('location'), '/bookings/new-token');
    assert.deepEqual(booked, [
      {
        eventTypeId: 'evt_1',
        start: new Date('2026-11-24T09:00:00Z'),
        series: undefined,
        holdKey: undefined,
        visitor: {
          name: 'Ada Lovelace',
          email: 'ada@example.org',
          timeZone: 'Europe/Berlin',
          note: 'Hello\r\nthere',
          locale: 'en',
        },
        idempotencyKey: chosen.key,
      },
    ]);
  });

  it('keeps what was typed, sums up the faults and ties each to its field', async () => {
    const { post, booked } = world();
    const html = await text(post(book, { ...chosen, name: ' ', email: '"><b>ada', note: 'Hello' }), 400);
    assert.match(html, /<title>Error: /);
    assert.match(html, /<a href="#name">Name: Enter your name\.<\/a>/);
    assert.match(html, /id="email-error"/);
    assert.match(html, /aria-invalid="true" aria-describedby="email-error"/);
    assert.match(html, /value="&quot;&gt;&lt;b&gt;ada"/);
    assert.match(html, />Hello<\/textarea>/);
    assert.match(html, new RegExp(`name="key" value="${chosen.key}"`));
    assert.deepEqual(booked, []);
  });

  const wrongFields: [string, Record<string, string>, RegExp][] = [
    ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, /at most 200 characters/],
    ['a name with a line break', { name: 'Ada\nBcc: all' }, /letters and spaces/],
    ['a name with a null character', { name: 'A\0da' }, /letters and spaces/],
    ['an e-mail address without a domain', { email: 'ada' }, /like name@example.com/],
    ['an e-mail address with a line break', { email: 'ada@example.org\r\nx' }, /like name@example.com/],
    ['two e-mail addresses', { email: 'ada@example.org,bob@example.org' }, /like name@example.com/],
    ['a note that is too long', { note: 'x'.repeat(2001) }, /at most 2,000 characters/],
    ['a note with control characters', { note: 'a\u0007b' }, /cannot be sent/],
  ];
  for (const [name, fields, message] of wrongFields) {
    it(`refuses ${name}`, async () => {
      assert.match(await text(world().post(book, { ...chosen, ...typed, ...fields }), 400), message);
    });
  }

  it('puts the faults that the service finds beside their fields', async () => {
    const errors = [{ pointer: '/visitor/email', detail: 'This domain does not accept mail.' }];
    const createBooking = new Problem('invalid_request', { errors });
    const html = await text(world({ createBooking }).post(book, { ...chosen, ...typed }), 400);
    assert.match(html, /<a href="#email">E-mail: This domain does not accept mail\.<\/a>/);
  });

  it('says that the time was just taken, keeps what was typed and offers the times of that day', async () => {
    const { post } = world({ createBooking: new Problem('slot_taken') });
    const html = await text(post(book, { ...chosen, ...typed, note: 'Hello' }), 409);
    assert.match(html, /Somebody else has just taken this time/);
    assert.match(html, /Still free on Tuesday 24 November 2026/);
    assert.match(html, /type="radio" name="start" value="2026-11-24T09:30:00Z"/);
    assert.doesNotMatch(html, /value="2026-11-24T09:00:00Z"/);
    assert.match(html, /value="Ada Lovelace"/);
    assert.match(html, />Hello<\/textarea>/);
  });

  it('offers the next free times when that day has none left', async () => {
    const busy = [{ start: new Date('2026-11-24T00:00:00Z'), end: new Date('2026-11-25T00:00:00Z') }];
    const { post } = world({ createBooking: new Problem('slot_not_offered'), busy });
    const html = await text(post(book, { ...chosen, ...typed }), 409);
    assert.match(html, /The next free times/);
    assert.match(html, /Wednesday 25 November 2026, 09:00/);
  });

  it('keeps what was typed when the calendar cannot be read just now', async () => {
    const { post } = world({ createBooking: new Problem('calendar_unreadable') });
    const html = await text(post(book, { ...chosen, ...typed }), 503);
    assert.match(html, /nothing is booked yet/);
    assert.match(html, /value="Ada Lovelace"/);
  });

  it('refuses forms of other sites, other formats and too much text', async () => {
    const { post, request, booked } = world();
    const fields = { ...chosen, ...typed };
    await text(post(book, fields, { 'sec-fetch-site': 'cross-site' }), 403);
    await text(post(book, fields, { 'sec-fetch-site': 'same-site' }), 403);
    await text(post(book, fields, { origin: 'https://evil.example' }), 403);
    await text(request(book, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }), 415);
    await text(post(book, { ...fields, note: 'x'.repeat(70_000) }), 413);
    assert.deepEqual(booked, []);
    assert.equal((await post(book, fields, { 'sec-fetch-site': 'same-origin', origin: 'null' })).status, 303);
    assert.equal((await post(book, fields, { origin: 'http://localhost' })).status, 303);
  });

  it('refuses a form without a time or with a zone that does not exist', async () => {
    await text(world().post(book, { ...chosen, ...typed, start: '' }), 400);
    await text(world().post(book, { ...chosen, ...typed, tz: 'Mars/Base' }), 400);
  });
});

describe('the page of a booking', () => {
  it('shows the time in words, the link and what can be done', async () => {
    const html = await text(world().get('/bookings/token'));
    assert.match(html, /Your time is booked/);
    assert.match(html, /Tue 24 Nov 2026, <span class="clock">10:00–10:30<\/span> \(Berlin\)/);
    assert.match(html, new RegExp(`href="${joinUrl}"`));
    assert.match(html, /https:\/\/calendar\.google\.com\/.*Join\+Teams\+Meeting/);
    assert.match(html, /https:\/\/outlook\.office\.com\//);
    assert.match(html, /href="\/bookings\/token\/invite\.ics"/);
    assert.match(html, /href="\/bookings\/token\/reschedule"/);
    assert.match(html, /href="\/bookings\/token\/cancel"/);
    assert.doesNotMatch(html, /http-equiv/);
  });

  it('waits for the link with and without a script, and then says that it comes by e-mail', async () => {
    const booking = { meeting: { status: 'provisioning' as const, joinUrl: undefined } };
    const html = await text(world({ booking }).get('/bookings/token'));
    assert.match(html, /Making your Teams link…/);
    assert.match(html, /data-events="\/bookings\/token\/events"/);
    assert.match(html, /Your time is booked\. The link will arrive by e-mail\./);
    assert.match(html, /http-equiv="refresh" content="3; url=\/bookings\/token\?waited=1"/);
    const late = await text(world({ booking }).get('/bookings/token?waited=4'));
    assert.match(late, /The link will arrive by e-mail\./);
    assert.doesNotMatch(late, /http-equiv/);
  });

  it('tells the visitor of a failed meeting only that the link follows', async () => {
    const html = await text(
      world({ booking: { meeting: { status: 'failed', joinUrl: undefined } } }).get('/bookings/token'),
    );
    assert.match(html, /Your time is booked\. The link will arrive by e-mail\./);
    assert.doesNotMatch(html, /fail|error|graph/i);
  });

  it('offers neither link nor change when it is cancelled or over', async () => {
    const cancelled = await text(world({ booking: { status: 'cancelled' } }).get('/bookings/token'));
    assert.match(cancelled, /This meeting is cancelled/);
    const over = await text(world({ now: '2026-11-24T09:30:00Z' }).get('/bookings/token'));
    const missed = await text(world({ booking: { status: 'no_show' } }).get('/bookings/token'));
    assert.match(missed, /This meeting is over/);
    assert.match(over, /This meeting is over/);
    for (const html of [cancelled, over]) {
      assert.doesNotMatch(html, /teams\.microsoft\.com|reschedule|\/cancel"/);
      assert.match(html, /href="\/book\/northwind\/intro">Book another time/);
    }
  });

  it('still has the link while the meeting runs, and says what can no longer be changed', async () => {
    const tooLate = { refusal: 'too_late' as const, until: new Date('2026-11-23T09:00:00Z') };
    const booking = { move: { ...tooLate, left: null }, cancel: tooLate };
    const html = await text(world({ now: '2026-11-24T09:10:00Z', booking }).get('/bookings/token'));
    assert.match(html, /Join the Teams meeting/);
    assert.doesNotMatch(html, /reschedule/);
    assert.match(html, /It could be moved until Monday 23 November 2026, 10:00 \(Berlin\)\./);
    assert.match(html, /get in touch with Dana Reyes\./);
  });

  it('tells until when and how often it can be changed', async () => {
    const until = new Date('2026-11-23T09:00:00Z');
    const rules = (booking: Partial<VisitorBooking>) => text(world({ booking }).get('/bookings/token'));
    const both = await rules({ move: { refusal: undefined, until, left: 2 }, cancel: upcoming.cancel });
    assert.match(both, /It can be moved until Monday 23 November 2026, 10:00 \(Berlin\), twice more\./);
    const same = await rules({
      move: { refusal: undefined, until, left: null },
      cancel: { refusal: undefined, until },
    });
    assert.match(same, /It can be moved or cancelled until Monday 23 November 2026, 10:00 \(Berlin\)\./);
    const often = await rules({ move: { refusal: 'too_often', until: upcoming.end, left: 0 } });
    assert.match(often, /moved as often as is possible here/);
    assert.doesNotMatch(often, /reschedule/);
    assert.match(often, /token\/cancel/);
  });

  it('waits with the visitor for the answer to a request, and can be withdrawn', async () => {
    const booking = { status: 'requested' as const, meeting: undefined, meetingId: undefined };
    const { get, post, cancelled } = world({ booking });
    const html = await text(get('/bookings/token'));
    assert.match(html, /Your request has been sent/);
    assert.match(html, /<bdi>Dana Reyes<\/bdi> decides whether this time works/);
    assert.match(html, /data-state="requested"\s+data-events="\/bookings\/token\/events"/);
    assert.match(html, /http-equiv="refresh" content="60; url=\/bookings\/token"/);
    assert.doesNotMatch(html, /Add to your calendar|Teams link/);
    assert.match(await text(get('/bookings/token/cancel')), /Withdraw this request\?/);
    assert.equal((await post('/bookings/token/cancel', { reason: '' })).status, 303);
    assert.equal(cancelled.length, 1);
  });

  it('tells what was decided, in the words of whoever decided it', async () => {
    const declined = { status: 'declined' as const, reason: 'I am away <b>that</b> week.', meeting: undefined };
    const html = await text(world({ booking: declined }).get('/bookings/token'));
    assert.match(html, /This time was declined/);
    assert.match(html, /Dana Reyes<\/bdi> wrote/);
    assert.match(html, /I am away &lt;b&gt;that&lt;\/b&gt; week\./);
    assert.doesNotMatch(html, /reschedule|Join the Teams meeting/);
    const unanswered = await text(world({ booking: { ...declined, unanswered: true } }).get('/bookings/token'));
    assert.match(unanswered, /not answered in time/);
    const noted = await text(world({ booking: { decisionNote: 'Bring the file.' } }).get('/bookings/token'));
    assert.match(noted, /A note from <bdi>Dana Reyes<\/bdi>/);
    assert.match(noted, /Bring the file\./);
    const cancelled = { status: 'cancelled' as const, reason: 'Dana is ill.' };
    assert.match(await text(world({ booking: cancelled }).get('/bookings/token')), /Dana is ill\./);
  });

  it('promises no link where people meet without Teams, and keeps the link of a meeting that Outlook changed', async () => {
    const none = await text(world({ booking: { teamsMeeting: false, meeting: undefined } }).get('/bookings/token'));
    assert.match(none, /meets you without a Teams link/);
    assert.doesNotMatch(none, /Making your Teams link|Join the Teams meeting|Microsoft%20Teams|Microsoft\+Teams/);
    const drifted = { meeting: { status: 'out_of_sync' as const, joinUrl } };
    assert.match(await text(world({ booking: drifted }).get('/bookings/token')), /Join the Teams meeting/);
  });

  it('lists the times that were booked together, each with its own page', async () => {
    const time = (day: number, rest: object) => ({
      start: new Date(`2026-11-${day}T09:00:00Z`),
      end: new Date(`2026-11-${day}T09:30:00Z`),
      status: 'confirmed' as const,
      token: `token-${day}`,
      current: false,
      ...rest,
    });
    const series = [time(17, {}), time(24, { current: true }), time(30, { status: 'cancelled' })];
    const html = await text(world({ booking: { series } }).get('/bookings/token'));
    assert.match(html, /Your 2 times are booked/);
    assert.match(html, /href="\/bookings\/token-17">Tue 17 Nov 2026/);
    assert.match(html, /<strong aria-current="page">Tue 24 Nov 2026/);
    assert.match(html, /Mon 30 Nov 2026[^]*cancelled/);
  });

  it('is not found under another token', async () => {
    for (const path of [
      '/bookings/other',
      '/bookings/other/cancel',
      '/bookings/other/events',
      `/bookings/${'x'.repeat(999)}`,
      '/bookings/%00',
    ]) {
      assert.match(await text(world().get(path), 404), /This booking was not found/);
    }
  });

  it('is kept out of caches, search engines, referrers and frames', async () => {
    const { headers } = await world().get('/bookings/token');
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(headers.get('referrer-policy'), 'no-referrer');
    assert.equal(headers.get('x-robots-tag'), 'noindex');
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'.*frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe/);
  });

  it('holds no script or style of its own, so that the policy can forbid them', async () => {
    const { get } = world();
    for (const path of [book, `${book}?start=2026-11-24T09:00:00Z`, '/bookings/token', '/bookings/token/cancel']) {
      assert.doesNotMatch(await text(get(path)), /<style|style="|<script(?! src=)|\son\w+="/);
    }
  });
});

describe('the events of a booking', () => {
  it('tell an open page to read itself again, and stop listening when it is closed', async () => {
    const { get, changeMeeting, listeners } = world();
    const answer = await get('/bookings/token/events');
    assert.equal(answer.headers.get('content-type'), 'text/event-stream');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.ok(answer.body);
    const reader = answer.body.getReader();
    assert.match(await chunk(reader), /event: change/);
    assert.equal(listeners.size, 1);
    changeMeeting();
    assert.match(await chunk(reader), /event: change/);
    await reader.cancel();
    await new Promise(setImmediate);
    assert.equal(listeners.size, 0);
  });

  it('are not begun for a program that only asks for their headers', async () => {
    const { request, listeners } = world();
    const answer = await request('/bookings/token/events', { method: 'HEAD' });
    assert.equal(answer.headers.get('content-type'), 'text/event-stream');
    await new Promise(setImmediate);
    assert.equal(listeners.size, 0);
  });
});

describe('the calendar file', () => {
  it('keeps its UID, counts its changes and carries the link', async () => {
    const answer = await world({ booking: { revision: 3 } }).get('/bookings/token/invite.ics');
    assert.equal(answer.headers.get('content-type'), 'text/calendar; charset=utf-8; method=PUBLISH');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const lines = unfolded(await answer.text());
    for (const line of [
      'UID:bkg_1@parley',
      'SEQUENCE:3',
      'DTSTART:20261124T090000Z',
      'DTEND:20261124T093000Z',
      'LOCATION:Microsoft Teams Meeting',
      'SUMMARY:Introductory call with Dana Reyes',
      `DESCRIPTION:Join Teams Meeting: ${joinUrl}`,
      'STATUS:CONFIRMED',
    ]) {
      assert.ok(lines.includes(line), `${line} is missing in\n${lines.join('\n')}`);
    }
    assert.ok(lines.some((line) => line.startsWith('URL') && line.endsWith(`:${joinUrl}`)));
  });

  it('says that the link follows, that a meeting is cancelled, and lets no title add lines', async () => {
    const booking = {
      eventTypeTitle: 'Call\r\nATTACH:https://evil.example',
      status: 'cancelled' as const,
      meeting: { status: 'cancelled' as const, joinUrl: undefined },
    };
    const lines = unfolded(await text(world({ booking }).get('/bookings/token/invite.ics')));
    assert.ok(lines.includes('STATUS:CANCELLED'));
    assert.ok(lines.includes('DESCRIPTION:The link to the Teams meeting will follow by e-mail.'));
    assert.ok(!lines.some((line) => line.startsWith('ATTACH')));
  });
});

describe('moving a booking', () => {
  it('offers times as if the booking were not there, but not its own', async () => {
    const { get, searches } = world();
    const html = await text(get('/bookings/token/reschedule?day=2026-11-24'));
    assert.match(html, /Tuesday 24 November 2026, 15 free times/);
    assert.match(html, /start=2026-11-24T09%3A30%3A00Z/);
    assert.doesNotMatch(html, /start=2026-11-24T09%3A00%3A00Z/);
    assert.deepEqual(
      searches.map(({ from: _from, to: _to, ...rest }) => rest),
      [{ excludingBookingId: 'bkg_1' }],
    );
  });

  it('shows both times and moves', async () => {
    const { get, post, moved } = world();
    const html = await text(get('/bookings/token/reschedule?start=2026-11-25T09:00:00Z'));
    assert.match(html, /Tue 24 Nov 2026.*Wed 25 Nov 2026/s);
    const answer = await post('/bookings/token/reschedule', { start: '2026-11-25T09:00:00Z' });
    assert.equal(answer.status, 303);
    assert.equal(answer.headers.get('location'), '/bookings/token?moved');
    assert.deepEqual(moved, [new Date('2026-11-25T09:00:00Z')]);
    assert.match(await text(get('/bookings/token?moved')), /The meeting was moved/);
  });

  it('promises no mail where nobody is invited, because the meeting is on no calendar', async () => {
    const { get } = world({ booking: { byMail: false } });
    const shown = await text(get('/bookings/token?moved'));
    assert.match(shown, /No invitation is sent: keep this page/);
    assert.match(shown, /The link stays the same/);
    for (const html of [shown, await text(get('/bookings/token/cancel'))]) assert.doesNotMatch(html, /e-mail/);
  });

  it('offers other times when the new one was just taken', async () => {
    const { post } = world({ rescheduleBooking: new Problem('slot_taken') });
    const html = await text(post('/bookings/token/reschedule', { start: '2026-11-25T09:00:00Z' }), 409);
    assert.match(html, /Still free on Wednesday 25 November 2026/);
  });

  it('goes back to the booking when it cannot be changed any more', async () => {
    const closed = { refusal: 'closed' as const, until: upcoming.end };
    const { get, post } = world({ booking: { status: 'cancelled', move: { ...closed, left: null }, cancel: closed } });
    for (const page of ['reschedule', 'cancel']) {
      assert.equal((await get(`/bookings/token/${page}`)).headers.get('location'), '/bookings/token');
      assert.equal((await post(`/bookings/token/${page}`, {})).headers.get('location'), '/bookings/token');
    }
    for (const code of ['booking_closed', 'change_not_allowed'] as const) {
      const late = world({ rescheduleBooking: new Problem(code) });
      const answer = await late.post('/bookings/token/reschedule', { start: '2026-11-25T09:00:00Z' });
      assert.equal(answer.status, 303);
    }
  });
});

describe('cancelling a booking', () => {
  it('asks first, with its own verb, and then cancels', async () => {
    const { get, post, cancelled } = world();
    const html = await text(get('/bookings/token/cancel'));
    assert.match(html, /Cancel this meeting\?/);
    assert.match(html, /<button class="primary danger" type="submit">Cancel this meeting<\/button>/);
    assert.deepEqual(cancelled, []);
    const answer = await post('/bookings/token/cancel', { reason: ' I am ill\0 ' });
    assert.equal(answer.headers.get('location'), '/bookings/token');
    assert.deepEqual(cancelled, ['I am ill']);
  });

  it('does not say that the link ends where others go on', async () => {
    const html = await text(world({ booking: { inGroup: true } }).get('/bookings/token/cancel'));
    assert.match(html, /your place is free for others/);
    assert.doesNotMatch(html, /stops working/);
  });

  it('refuses a message that is too long and forms of other sites', async () => {
    const { post, cancelled } = world();
    assert.match(
      await text(post('/bookings/token/cancel', { reason: 'x'.repeat(1001) }), 400),
      /at most 1,000 characters/,
    );
    await text(post('/bookings/token/cancel', {}, { 'sec-fetch-site': 'cross-site' }), 403);
    assert.deepEqual(cancelled, []);
  });
});

describe('failures that nobody expected', () => {
  it('are reported and shown without their details', async () => {
    const { get, post, reported } = world({
      findSlots: new Error('password=hunter2'),
      createBooking: new Problem('internal_error'),
    });
    assert.doesNotMatch(await text(get(book), 500), /hunter2/);
    assert.match(await text(post(book, { ...chosen, ...typed }), 500), /Something went wrong on our side/);
    assert.equal(reported.length, 2);
  });
});

describe('the assets', () => {
  it('are kept by browsers under the address that the pages use, and the script is small', async () => {
    const { get } = world();
    const html = await text(get(book));
    for (const name of ['visitor.css', 'visitor.js']) {
      const address = new RegExp(`/assets/${name}\\?v=[\\w-]+`).exec(html)?.[0] ?? '';
      const answer = await get(address);
      assert.match(answer.headers.get('cache-control') ?? '', /immutable/);
      assert.ok(gzipSync(await answer.text()).length < 6144);
      assert.equal((await get(`/assets/${name}?v=old`)).headers.get('cache-control'), 'no-cache');
    }
  });
});

describe('choices besides the time', () => {
  const lengths = { durations: [15, 30, 90] };
  const people = {
    operators: [
      { id: 'mem_1', name: 'Dana Reyes' },
      { id: 'mem_2', name: 'Milan <b>Novak' },
    ],
  };

  it('are asked above the calendar, kept by every link, and searched with', async () => {
    const { get, searches } = world({ eventType: { ...lengths, ...people } });
    const html = await text(get(`${book}?day=2026-11-24&tz=Europe/Berlin&duration=90&operator=mem_2`));
    assert.match(html, /How long\?/);
    assert.match(html, /aria-current="true"><bdi>1 hour 30 minutes/);
    assert.match(html, /With whom\?/);
    assert.match(html, /Milan &lt;b&gt;Novak/);
    assert.match(html, /day=2026-11-25&amp;tz=Europe%2FBerlin&amp;duration=90&amp;operator=mem_2#times/);
    assert.match(html, /day=2026-11-24&amp;tz=Europe%2FBerlin&amp;duration=90"\s*><bdi>Anyone/);
    assert.match(html, /<input type="hidden" name="operator" value="mem_2"/);
    assert.equal(searches[0]?.durationMinutes, 90);
    assert.equal(searches[0]?.operatorId, 'mem_2');
  });

  it('are not asked where there is nothing to choose', async () => {
    assert.doesNotMatch(await text(world().get(book)), /How long\?|With whom\?/);
  });

  it('are a list where there are many', async () => {
    const operators = Array.from({ length: 9 }, (_, at) => ({ id: `mem_${at}`, name: `Person ${at}` }));
    const html = await text(world({ eventType: { operators } }).get(`${book}?operator=mem_3`));
    assert.match(html, /<option value="mem_3" selected/);
    assert.match(html, /<option value=""\s*>Anyone/);
  });

  it('that are not offered are refused, in the address and in the form', async () => {
    const { get, post, booked } = world({ eventType: { ...lengths, ...people } });
    for (const query of ['duration=45', 'duration=x', 'operator=mem_9', 'operator=%27'])
      assert.match(await text(get(`${book}?${query}`), 400), /Start again/);
    const wrongs: Record<string, string>[] = [
      { duration: '45' },
      { operator: 'mem_9' },
      { duration: '1e2' },
      { operator: "'" },
    ];
    for (const wrong of wrongs) await text(post(book, { ...chosen, ...typed, ...wrong }), 400);
    assert.deepEqual(booked, []);
  });

  it('are booked', async () => {
    const { get, post, booked } = world({ eventType: { ...lengths, ...people } });
    const form = await text(get(`${book}?start=2026-11-24T09:00:00Z&duration=90&operator=mem_2`));
    assert.match(form, /10:00–11:30/);
    assert.match(form, /name="duration" value="90"/);
    assert.match(form, /name="operator" value="mem_2"/);
    await post(book, { ...chosen, ...typed, duration: '90', operator: 'mem_2' });
    assert.equal(booked[0]?.durationMinutes, 90);
    assert.equal(booked[0]?.operatorId, 'mem_2');
  });

  it('show how many seats a group has left', async () => {
    const html = await text(world({ eventType: { capacity: 8 } }).get(`${book}?day=2026-11-24`));
    assert.match(html, /A group of up to 8/);
    assert.match(html, /3 seats left/);
    assert.doesNotMatch(await text(world().get(book)), /seats left/);
  });
});

describe('requests', () => {
  it('are called so before anything is sent', async () => {
    const html = await text(
      world({ eventType: { needsApproval: true } }).get(`${book}?start=2026-11-24T09:00:00Z&tz=Europe/Berlin`),
    );
    assert.match(html, /<button class="primary" type="submit">Request this time<\/button>/);
    assert.match(html, /reads your request first/);
    assert.doesNotMatch(html, /Book this time/);
  });
});

describe('a time that is kept while the form is filled in', () => {
  const key = 'hold-hold-hold-hold-hold';

  it('is kept only when the script asks for it', async () => {
    const { get, post, held } = world();
    const html = await text(get(`${book}?start=2026-11-24T09:00:00Z&tz=Europe/Berlin`));
    assert.match(html, /data-hold="\/book\/northwind\/intro\/hold"/);
    assert.equal(held.size, 0);
    assert.equal((await get(`${book}/hold`)).status, 404);
    const answer = await post(`${book}/hold`, { ...chosen, hold: key });
    assert.deepEqual(await answer.json(), { words: 'We keep this time for you until 09:22.', keptMs: 600_000 });
    assert.deepEqual([...held.keys()], [key]);
    assert.equal((await post(`${book}/release`, { hold: key })).status, 204);
    assert.equal(held.size, 0);
  });

  it('says so when somebody else keeps it', async () => {
    const answer = await world({ hold: new Problem('slot_taken') }).post(`${book}/hold`, { ...chosen, hold: key });
    assert.equal(answer.status, 409);
    assert.match(((await answer.json()) as { words: string }).words, /Somebody else is about to book this time/);
    const many = await world({ hold: new Problem('too_many_holds') }).post(`${book}/hold`, { ...chosen, hold: key });
    assert.match(((await many.json()) as { words: string }).words, /You can book it as long as nobody else has/);
  });

  it('is not kept for other sites, for nobody, or for a key that can be guessed', async () => {
    const { post, held } = world();
    await text(post(`${book}/hold`, { ...chosen, hold: key }, { 'sec-fetch-site': 'cross-site' }), 403);
    await text(post(`${book}/hold`, { ...chosen, hold: '1' }), 400);
    await text(post(`${book}/hold`, { ...chosen }), 400);
    assert.equal(held.size, 0);
  });

  it('is booked with its key, so that it does not stand in its own way', async () => {
    const { post, booked } = world();
    await post(book, { ...chosen, ...typed, hold: key });
    assert.equal(booked[0]?.holdKey, key);
    const again = await text(post(book, { ...chosen, ...typed, name: '', hold: key }), 400);
    assert.match(again, new RegExp(`name="hold" value="${key}"`));
  });
});

describe('a series', () => {
  const weekly = { every: 'week', times: '3' };

  it('is offered where the event type allows it', async () => {
    const start = '2026-11-24T09:00:00Z';
    const html = await text(world({ eventType: { mostInSeries: 6 } }).get(`${book}?start=${start}`));
    assert.match(html, /<option value="fortnight"/);
    assert.match(html, /<option value="6"/);
    assert.doesNotMatch(html, /<option value="7"/);
    assert.doesNotMatch(await text(world().get(`${book}?start=${start}`)), /fortnight/);
  });

  it('shows which times are free before anything is booked, and then books those', async () => {
    const busy = [{ start: new Date('2026-12-01T09:00:00Z'), end: new Date('2026-12-01T09:30:00Z') }];
    const { post, booked } = world({ eventType: { mostInSeries: 6 }, busy });
    const html = await text(post(book, { ...chosen, ...typed, ...weekly, note: '"Hello"' }));
    assert.match(html, /2 of 3 times are free/);
    assert.match(html, /<s>Tue 1 Dec 2026/);
    assert.match(html, /name="agreed" value="2026-11-24T09:00:00Z"/);
    assert.doesNotMatch(html, /name="agreed" value="2026-12-01T09:00:00Z"/);
    assert.match(html, /Book\s+these 2 times/);
    assert.match(html, /name="note" value="&quot;Hello&quot;"/);
    assert.equal(booked.length, 0);
    const agreed = ['2026-11-24T09:00:00Z', '2026-12-08T09:00:00Z'];
    const fields = new URLSearchParams({ ...chosen, ...typed, ...weekly });
    for (const time of agreed) fields.append('agreed', time);
    assert.equal((await post(book, fields)).status, 303);
    assert.deepEqual(booked[0]?.series, {
      rhythm: { every: 'week', times: 3 },
      starts: agreed.map((time) => new Date(time)),
    });
  });

  it('goes back to the form with all that was typed', async () => {
    const { post, booked } = world({ eventType: { mostInSeries: 6 } });
    const html = await text(post(book, { ...chosen, ...typed, ...weekly, agreed: chosen.start, edit: '1' }));
    assert.match(html, /value="Ada Lovelace"/);
    assert.match(html, /<option value="week" selected/);
    assert.match(html, /<option value="3" selected/);
    assert.deepEqual(booked, []);
  });

  it('shows the times once more when one of them was taken meanwhile', async () => {
    const { post } = world({ eventType: { mostInSeries: 6 }, createBooking: new Problem('slot_taken') });
    const html = await text(post(book, { ...chosen, ...typed, ...weekly, agreed: chosen.start }), 409);
    assert.match(html, /nothing is booked yet/);
    assert.match(html, /All 3 times are free/);
  });

  it('is no longer than the event type allows', async () => {
    const { post, booked } = world({ eventType: { mostInSeries: 6 } });
    for (const times of ['7', '53', '1', '-2', '2.5', 'x'])
      await text(post(book, { ...chosen, ...typed, every: 'week', times }), 400);
    assert.deepEqual(booked, []);
    assert.equal((await world().post(book, { ...chosen, ...typed, ...weekly })).status, 303);
  });
});

describe('pages inside another site', () => {
  const site = 'https://www.northwind.example';
  const embedded = `embed=1&site=${encodeURIComponent(site)}`;

  it('are shown by the sites that the workspace allows, and stay inside', async () => {
    const { get, post } = world();
    const answer = await get(`${book}?${embedded}`);
    assert.match(
      answer.headers.get('content-security-policy') ?? '',
      /frame-ancestors https:\/\/www\.northwind\.example$/,
    );
    const html = await answer.text();
    assert.match(html, /<html[^>]* data-embedded-in="https:\/\/www\.northwind\.example"/);
    for (const [link] of html.matchAll(/href="\/book[^"]*"/g)) assert.match(link, /embed=1&amp;site=https%3A%2F%2Fwww/);
    assert.match(html, /<input type="hidden" name="embed" value="1"/);
    const form = await text(get(`${book}?start=2026-11-24T09:00:00Z&${embedded}`));
    assert.match(form, /action="\/book\/northwind\/intro\?embed=1&amp;site=/);
    const booked = await post(`${book}?${embedded}`, { ...chosen, ...typed });
    assert.equal(booked.headers.get('location'), `/bookings/new-token?${embedded}&booked=`);
    const kept = await get(`/bookings/token?${embedded}&booked=`);
    assert.match(kept.headers.get('content-security-policy') ?? '', /frame-ancestors https:/);
    const page = await kept.text();
    const told = /data-booked="([^"]*)"/.exec(page)?.[1]?.replaceAll('&quot;', '"') ?? '';
    assert.deepEqual(JSON.parse(told), {
      id: 'bkg_1',
      eventType: 'intro',
      status: 'confirmed',
      start: '2026-11-24T09:00:00.000Z',
      end: '2026-11-24T09:30:00.000Z',
    });
    assert.match(page, /href="\/bookings\/token\/cancel"\s+target="_blank"/);
  });

  it('are shown by no other site, and nothing else is shown inside one', async () => {
    const { get } = world();
    const none = /frame-ancestors 'none'/;
    const policy = async (path: string) => (await get(path)).headers.get('content-security-policy') ?? '';
    for (const path of [
      book,
      `${book}?embed=0`,
      '/bookings/token',
      `/bookings/token/cancel?${embedded}`,
      `/bookings/token/reschedule?${embedded}`,
      `/bookings/other?${embedded}`,
      `/book/northwind/other?${embedded}`,
    ])
      assert.match(await policy(path), none, path);
    assert.match(
      (await world({ eventType: { embedOrigins: [] } }).get(`${book}?${embedded}`)).headers.get(
        'content-security-policy',
      ) ?? '',
      none,
    );
    const foreign = await get(`${book}?embed=1&site=https://evil.example`);
    assert.doesNotMatch(foreign.headers.get('content-security-policy') ?? '', /evil/);
    assert.doesNotMatch(await foreign.text(), /data-embedded-in|evil\.example/);
  });
});

describe('the script for other sites', () => {
  it('is small, has one address, and may be loaded from anywhere', async () => {
    const { get, request } = world();
    const answer = await get('/embed.js');
    assert.equal(answer.headers.get('cross-origin-resource-policy'), 'cross-origin');
    assert.match(answer.headers.get('content-type') ?? '', /javascript/);
    assert.ok(gzipSync(await answer.text()).length < 4096);
    const tag = answer.headers.get('etag') ?? '';
    assert.equal((await request('/embed.js', { headers: { 'if-none-match': tag } })).status, 304);
  });
});

describe('the language of a browser', () => {
  for (const [header, locale] of [
    [undefined, 'en'],
    ['de-CH,de;q=0.9,en;q=0.8', 'de'],
    ['nl,fr;q=0.5,es;q=0.7', 'es'],
    ['en;q=0.1, fr', 'fr'],
    ['de;q=0, es-419', 'es'],
    ['*', 'en'],
    [';;,,q=9', 'en'],
    [`${'x'.repeat(100_000)},de`, 'en'],
  ] as const) {
    it(`is ${locale} for ${header?.slice(0, 40) ?? 'none'}`, () => assert.equal(localeOf(header), locale));
  }
});

type World = {
  now?: string;
  eventType?: Partial<PublicEventType>;
  booking?: Partial<VisitorBooking>;
  busy?: Slot[];
  findSlots?: Error;
  createBooking?: Error;
  rescheduleBooking?: Error;
  hold?: Error;
};

/** The pages over rules and one booking in memory; each function can be told to fail. */
function world({ now = '2026-11-17T08:12:00Z', eventType, booking, busy = [], ...failures }: World = {}) {
  const booked: NewVisitorBooking[] = [];
  const moved: Date[] = [];
  const cancelled: string[] = [];
  const reported: unknown[] = [];
  const searches: SlotSearch[] = [];
  const held = new Map<string, Date>();
  const listeners = new Set<() => void>();
  const fail = (name: 'findSlots' | 'createBooking' | 'rescheduleBooking' | 'hold') => {
    if (failures[name]) throw failures[name];
  };
  const deps: VisitorDeps = {
    now: () => new Date(now),
    findPublicEventType: async (workspace, slug) =>
      workspace === 'northwind' && slug === 'intro' ? { ...intro, ...eventType } : undefined,
    findSlots: async (_, search) => {
      fail('findSlots');
      searches.push(search);
      const { from, to, durationMinutes = 30 } = search;
      const slots = findSlots({ rules: { ...rules, durationMinutes }, from, to, now: new Date(now), busy });
      return slots.map((slot) => ({ ...slot, seatsLeft: 3 }));
    },
    hold: async (_, { key }) => {
      fail('hold');
      const expiresAt = new Date(new Date(now).getTime() + 600_000);
      held.set(key, expiresAt);
      return { expiresAt };
    },
    releaseHold: async (key) => void held.delete(key),
    previewSeries: async (_, { start, rhythm }) =>
      Array.from({ length: rhythm.times }, (_week, at) => {
        const weeks = at * (rhythm.every === 'week' ? 1 : 2) * 7 * 24 * 60 * 60_000;
        const time = { start: new Date(start.getTime() + weeks), end: new Date(start.getTime() + weeks + 1_800_000) };
        return { ...time, free: !busy.some((taken) => taken.start < time.end && time.start < taken.end) };
      }),
    createBooking: async (input) => {
      fail('createBooking');
      booked.push(input);
      return { token: 'new-token' };
    },
    findBooking: async (token) => (token === 'token' ? { ...upcoming, ...booking } : undefined),
    rescheduleBooking: async (_, start) => {
      fail('rescheduleBooking');
      moved.push(start);
    },
    cancelBooking: async (_, reason) => void cancelled.push(reason),
    onChange: (_, listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    report: (error) => void reported.push(error),
  };
  const app = visitorPages(deps);
  const request = async (path: string, init?: RequestInit) => app.request(path, init);
  const post = (path: string, fields: Record<string, string> | URLSearchParams, headers: Record<string, string> = {}) =>
    request(path, { method: 'POST', body: new URLSearchParams(fields), headers });
  const changeMeeting = () => {
    for (const listener of listeners) listener();
  };
  return { request, get: request, post, booked, moved, cancelled, reported, searches, held, listeners, changeMeeting };
}

const rules: EventTypeRules = {
  durationMinutes: 30,
  slotStepMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  minNoticeMinutes: 240,
  horizonDays: 45,
  timeZone: 'Europe/Berlin',
  schedule: defaultSchedule,
};

async function text(answer: Promise<Response>, status = 200): Promise<string> {
  const response = await answer;
  const body = await response.text();
  assert.equal(response.status, status, body.slice(0, 2000));
  return body;
}

async function chunk(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  const { value } = await reader.read();
  return new TextDecoder().decode(value);
}

function unfolded(file: string): string[] {
  return file.replaceAll('\r\n ', '').split('\r\n');
}
