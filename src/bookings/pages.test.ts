import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Problem } from '../problem.ts';
import { defaultSchedule, type EventTypeRules } from '../scheduling/event-type.ts';
import { findSlots, type Slot } from '../scheduling/slots.ts';
import { visitorPages } from './pages.ts';
import type { NewVisitorBooking, PublicEventType, VisitorBooking, VisitorDeps } from './visitor.ts';

const intro: PublicEventType = {
  id: 'evt_1',
  workspaceName: 'Northwind',
  hostName: 'Dana Reyes',
  title: 'Introductory call',
  description: 'Bring your questions.',
  durationMinutes: 30,
  timeZone: 'Europe/Berlin',
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
  status: 'confirmed',
  revision: 1,
  byMail: true,
  meeting: { status: 'ready', joinUrl: 'https://teams.microsoft.com/l/meetup-join/19%3ameeting' },
};

const joinUrl = upcoming.meeting.joinUrl;
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
        visitor: { name: 'Ada Lovelace', email: 'ada@example.org', timeZone: 'Europe/Berlin', note: 'Hello\r\nthere' },
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
    assert.match(over, /This meeting is over/);
    for (const html of [cancelled, over]) {
      assert.doesNotMatch(html, /teams\.microsoft\.com|reschedule|\/cancel"/);
      assert.match(html, /href="\/book\/northwind\/intro">Book another time/);
    }
  });

  it('still has the link while the meeting runs, but cannot be changed any more', async () => {
    const html = await text(world({ now: '2026-11-24T09:10:00Z' }).get('/bookings/token'));
    assert.match(html, /Join the Teams meeting/);
    assert.doesNotMatch(html, /reschedule/);
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
    assert.deepEqual(searches, [{ excludingBookingId: 'bkg_1' }]);
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
    const { get, post } = world({ booking: { status: 'cancelled' } });
    for (const page of ['reschedule', 'cancel']) {
      assert.equal((await get(`/bookings/token/${page}`)).headers.get('location'), '/bookings/token');
      assert.equal((await post(`/bookings/token/${page}`, {})).headers.get('location'), '/bookings/token');
    }
    const closed = world({ rescheduleBooking: new Problem('booking_closed') });
    const answer = await closed.post('/bookings/token/reschedule', { start: '2026-11-25T09:00:00Z' });
    assert.equal(answer.status, 303);
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
      assert.ok(gzipSync(await answer.text()).length < 4096);
      assert.equal((await get(`/assets/${name}?v=old`)).headers.get('cache-control'), 'no-cache');
    }
  });
});

type World = {
  now?: string;
  eventType?: Partial<PublicEventType>;
  booking?: Partial<VisitorBooking>;
  busy?: Slot[];
  findSlots?: Error;
  createBooking?: Error;
  rescheduleBooking?: Error;
};

/** The pages over rules and one booking in memory; each function can be told to fail. */
function world({ now = '2026-11-17T08:12:00Z', eventType, booking, busy = [], ...failures }: World = {}) {
  const booked: NewVisitorBooking[] = [];
  const moved: Date[] = [];
  const cancelled: string[] = [];
  const reported: unknown[] = [];
  const searches: unknown[] = [];
  const listeners = new Set<() => void>();
  const fail = (name: 'findSlots' | 'createBooking' | 'rescheduleBooking') => {
    if (failures[name]) throw failures[name];
  };
  const deps: VisitorDeps = {
    now: () => new Date(now),
    findPublicEventType: async (workspace, slug) =>
      workspace === 'northwind' && slug === 'intro' ? { ...intro, ...eventType } : undefined,
    findSlots: async (_, from, to, options) => {
      fail('findSlots');
      searches.push(options);
      return findSlots({ rules, from, to, now: new Date(now), busy });
    },
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
    onMeetingChange: (_, listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    report: (error) => void reported.push(error),
  };
  const app = visitorPages(deps);
  const request = async (path: string, init?: RequestInit) => app.request(path, init);
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    request(path, { method: 'POST', body: new URLSearchParams(fields), headers });
  const changeMeeting = () => {
    for (const listener of listeners) listener();
  };
  return { request, get: request, post, booked, moved, cancelled, reported, searches, listeners, changeMeeting };
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
