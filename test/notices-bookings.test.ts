import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { messagesTo } from '../emulator/graph/mailboxes.ts';
import { tuesdayAtTen, tuesdayAtTwo, visitor } from './support/appointments.ts';
import { calendarOf, dana, day, linksOf, minute, sam, second, startMailStory } from './support/mail-story.ts';

const byParley = { invitations: 'parley' };

describe('A10: where Parley invites', () => {
  test('a booking is confirmed by one letter with an invitation and the link; moved and cancelled likewise', async (t) => {
    const { ask, book, booking, system, settle, to, mails } = await startMailStory(t, byParley);
    const made = await book();
    await settle();
    const [letter, ...more] = to(sam);
    assert.deepEqual(more, []);
    const { joinUrl } = (await booking(made['id']))['meeting'];
    assert.equal(letter?.subject, 'You are booked: Intro call with Dana Reyes');
    assert.match(letter?.text ?? '', /09:00–09:30 \(Greenwich Mean Time\)/);
    assert.ok(linksOf(letter).includes(joinUrl));
    assert.match(letter?.text ?? '', /Join Teams meeting:\n/);
    const invitation = calendarOf(letter);
    assert.deepEqual(
      { ...invitation, uid: '' },
      {
        method: 'REQUEST',
        sentAs: 'REQUEST',
        uid: '',
        sequence: 0,
        summary: 'Intro call with Dana Reyes',
        start: tuesdayAtTen,
        status: 'CONFIRMED',
        location: 'Microsoft Teams Meeting',
        url: joinUrl,
        description: `Join Teams Meeting: ${joinUrl}`,
        organizer: `mailto:${dana}`,
        attendees: [`mailto:${sam}`],
      },
    );
    // The event in Outlook has no visitors on it: nobody is invited twice.
    assert.equal(messagesTo(system.emulator.context.mailboxes, sam).length, 0);

    await ask('POST', `/v1/bookings/${made['id']}/reschedule`, { start: tuesdayAtTwo });
    await settle();
    const moved = calendarOf(to(sam)[1]);
    assert.match(to(sam)[1]?.text ?? '', /Until now it was Tuesday, 24 November 2026, 09:00–09:30/);
    assert.deepEqual(
      [moved.method, moved.uid, moved.start, moved.url],
      ['REQUEST', invitation.uid, tuesdayAtTwo, joinUrl],
    );
    assert.ok(moved.sequence > invitation.sequence);

    await ask('POST', `/v1/bookings/${made['id']}/cancel`, { reason: 'I am ill.' });
    await settle();
    const cancelled = calendarOf(to(sam)[2]);
    assert.match(to(sam)[2]?.text ?? '', /\n\nI am ill\.\n\n/);
    assert.deepEqual([cancelled.method, cancelled.uid, cancelled.status], ['CANCEL', invitation.uid, 'CANCELLED']);
    assert.ok(cancelled.sequence > moved.sequence);
    await system.advance(day);
    assert.equal(to(sam).length, 3);
    assert.ok(mails.every((mail) => mail.calendar?.method !== 'REQUEST' || mail.to === sam));
  });

  test('exactly one invitation leaves for each guest, and the operator who leads is told once', async (t) => {
    const { book, settle, mails, letters } = await startMailStory(t, byParley);
    const attendees = [{ email: 'kim@visitor.example', name: 'Kim', from: 'email' }];
    await book({ attendees });
    await settle();
    const requests = mails.filter((mail) => mail.calendar?.method === 'REQUEST');
    assert.deepEqual(requests.map(({ to }) => to).toSorted(), ['kim@visitor.example', sam]);
    assert.deepEqual(calendarOf(requests[0]).attendees, [`mailto:${sam}`, 'mailto:kim@visitor.example']);
    // The visitor's own link is nobody else's.
    const kims = mails.find(({ to }) => to.startsWith('kim'));
    assert.ok(linksOf(kims).every((url) => !url.includes('/bookings/')));
    assert.ok(linksOf(mails.find(({ to }) => to === sam)).some((url) => url.includes('/bookings/b')));
    assert.deepEqual(await letters(dana), ['confirmed_staff']);
  });

  test('who joins later is invited, who leaves is told, and nobody else hears of it', async (t) => {
    const { ask, book, settle, to } = await startMailStory(t, byParley);
    const kim = { email: 'kim@visitor.example', name: 'Kim', from: 'email' };
    const lee = { email: 'lee@visitor.example', name: 'Lee', from: 'email' };
    const made = await book({ attendees: [kim] });
    await settle();
    await ask('PATCH', `/v1/bookings/${made['id']}`, { attendees: [lee] });
    await settle();
    assert.deepEqual(
      to(kim.email).map((mail) => calendarOf(mail).method),
      ['REQUEST', 'CANCEL'],
    );
    assert.deepEqual(
      to(lee.email).map((mail) => calendarOf(mail).method),
      ['REQUEST'],
    );
    assert.equal(to(sam).length, 1);
    await ask('POST', `/v1/bookings/${made['id']}/cancel`, { reason: '' });
    await settle();
    assert.equal(to(kim.email).length, 2);
    assert.equal(calendarOf(to(lee.email)[1]).method, 'CANCEL');
  });

  test('a meeting that stands alone, and a booking without Teams, are invited to by Parley in any case', async (t) => {
    const { book, eventType, settle, to } = await startMailStory(t);
    const alone = await eventType({ meetingKind: 'standalone' });
    await book({ eventTypeId: alone['id'] });
    await book({ start: tuesdayAtTwo, teamsMeeting: false });
    await settle();
    const at = (start: string) => to(sam).find((mail) => calendarOf(mail).start === start);
    assert.equal(calendarOf(at(tuesdayAtTen)).method, 'REQUEST');
    assert.equal(calendarOf(at(tuesdayAtTen)).location, 'Microsoft Teams Meeting');
    assert.equal(calendarOf(at(tuesdayAtTwo)).method, 'REQUEST');
    assert.equal(calendarOf(at(tuesdayAtTwo)).location, undefined);
    assert.doesNotMatch(at(tuesdayAtTwo)?.text ?? '', /Teams/);
    // Nothing is on the operator's calendar: the file is for them to add.
    assert.deepEqual(
      to(dana).map((mail) => calendarOf(mail).method),
      ['PUBLISH', 'PUBLISH'],
    );
  });
});

describe('where Outlook invites', () => {
  test('no invitation leaves Parley, whatever happens; the operator hears of what Outlook does not tell', async (t) => {
    const { system, ask, book, settle, to, mails, letters } = await startMailStory(t);
    const made = await book();
    await settle();
    assert.equal(messagesTo(system.emulator.context.mailboxes, sam, 'invitation').length, 1);
    await ask('POST', `/v1/bookings/${made['id']}/reschedule`, { start: tuesdayAtTwo });
    await settle();
    await ask('POST', `/v1/bookings/${made['id']}/cancel`, { reason: 'Sorry.' });
    await settle();
    assert.deepEqual(to(sam), []);
    assert.ok(mails.every(({ calendar }) => calendar === undefined));
    assert.deepEqual(await letters(dana), ['confirmed_staff', 'rescheduled_staff', 'cancelled_staff']);
    assert.equal(messagesTo(system.emulator.context.mailboxes, sam, 'cancellation').length, 1);
  });

  test('a request is told by Parley: to the visitor, to its operators with signed links, and how it ended', async (t) => {
    const { system, ask, book, settle, to, letters } = await startMailStory(t, { needsApproval: true });
    const asked = await book({ visitor: { ...visitor, note: 'About the loan.' } });
    await settle();
    assert.deepEqual(await letters(sam), ['requested']);
    const [question] = to(dana);
    assert.equal(question?.subject, 'Sam Okafor asks for a time: Intro call');
    assert.match(question?.text ?? '', /10:00–10:30 \(Central European Standard Time\)/);
    assert.match(question?.text ?? '', /Message: About the loan\./);
    assert.equal(question?.replyTo, sam);
    assert.ok(linksOf(question).some((url) => url.includes('/requests/')));

    await ask('POST', `/v1/bookings/${asked['id']}/approve`, { note: 'Bring your papers.' });
    await settle();
    assert.deepEqual(await letters(sam), ['requested', 'approved']);
    const approved = to(sam)[1];
    assert.equal(approved?.calendar, undefined);
    assert.match(approved?.text ?? '', /\n\nBring your papers\.\n\n/);
    assert.match(approved?.text ?? '', /Join Teams meeting:/);
    assert.equal(messagesTo(system.emulator.context.mailboxes, sam, 'invitation').length, 1);

    await ask('POST', `/v1/bookings/${asked['id']}/decline`, { reason: 'We are closed that day.' });
    await settle();
    assert.match(to(sam)[2]?.text ?? '', /We are closed that day\./);
    assert.equal(to(sam)[2]?.calendar, undefined);
  });

  test('the link of the letter approves once, by its button; afterwards it says what became of it', async (t) => {
    const { system, book, booking, settle, to, letters } = await startMailStory(t, { needsApproval: true });
    const asked = await book();
    await settle();
    const url = linksOf(to(dana)[0]).find((one) => one.includes('/requests/')) ?? '';
    const decide = (decision: object) =>
      system.world(url.replace(/\?.*/, ''), {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
        body: new URLSearchParams({ teamsMeeting: 'yes', ...decision }).toString(),
        redirect: 'manual',
      });
    assert.equal((await decide({ decision: 'approve', note: 'See you.' })).status, 303);
    assert.equal((await decide({ decision: 'decline', reason: 'No.' })).status, 409);
    assert.equal((await booking(asked['id']))['status'], 'confirmed');
    await settle();
    assert.deepEqual(await letters(sam), ['requested', 'approved']);
    // Whoever decided it is not told.
    assert.deepEqual(await letters(dana), ['to_approve']);
  });

  test('a scanner that follows every link of every letter changes nothing', async (t) => {
    const { system, book, booking, settle, mails, ask } = await startMailStory(t, { needsApproval: true });
    const asked = await book();
    await settle();
    const follow = async () => {
      for (const url of mails.flatMap(linksOf).filter((one) => one.startsWith('http://localhost:3000')))
        for (const method of ['GET', 'HEAD']) await system.world(url, { method });
    };
    await follow();
    assert.equal((await booking(asked['id']))['status'], 'requested');
    await ask('POST', `/v1/bookings/${asked['id']}/approve`, {});
    await settle();
    await follow();
    const now = await booking(asked['id']);
    assert.deepEqual([now['status'], now['start']], ['confirmed', tuesdayAtTen]);
  });
});

describe('a link that is late', () => {
  test('a confirmation waits a minute, then says that the link follows, and the link comes when it is there', async (t) => {
    const { system, book, booking, to, settle } = await startMailStory(t, byParley);
    system.emulator.switches.joinUrlDelayMs = 10 * minute;
    const made = await book();
    await settle();
    assert.deepEqual(to(sam), []);
    await system.advance(59 * second);
    assert.deepEqual(to(sam), []);
    await system.advance(second);
    const [letter] = to(sam);
    assert.match(letter?.text ?? '', /The link to the Teams meeting will follow by e-mail\./);
    const first = calendarOf(letter);
    assert.deepEqual([first.url, first.location], [undefined, 'Microsoft Teams Meeting']);

    for (let round = 0; round < 12; round++) await system.advance(minute);
    const [, ready, ...more] = to(sam);
    assert.deepEqual(more, []);
    const { joinUrl } = (await booking(made['id']))['meeting'];
    assert.equal(ready?.subject, 'The link to your meeting: Intro call');
    assert.deepEqual([calendarOf(ready).url, calendarOf(ready).uid], [joinUrl, first.uid]);
  });

  test('a link that comes within the minute is in the confirmation, at once', async (t) => {
    const { system, book, to, settle } = await startMailStory(t, byParley);
    system.emulator.switches.joinUrlDelayMs = 5 * second;
    await book();
    await settle();
    assert.deepEqual(to(sam), []);
    for (let round = 0; round < 5; round++) await system.advance(5 * second);
    assert.equal(to(sam).length, 1);
    assert.ok(calendarOf(to(sam)[0]).url);
    await system.advance(day);
    assert.equal(to(sam).filter(({ subject }) => /link/.test(subject)).length, 0);
  });

  test('where Outlook had to invite without a link, the link comes by mail, without a second invitation', async (t) => {
    const { system, book, letters, to, settle } = await startMailStory(t);
    system.emulator.switches.joinUrlDelayMs = 5 * minute;
    await book();
    await settle();
    for (let round = 0; round < 8; round++) await system.advance(minute);
    assert.deepEqual(await letters(sam), ['link_ready']);
    assert.equal(to(sam)[0]?.calendar, undefined);
    assert.match(to(sam)[0]?.text ?? '', /https:\/\/teams\.microsoft\.com\//);
  });

  test('a booking that is cancelled while its letter waits is not confirmed any more', async (t) => {
    const { system, ask, book, to, settle, emails } = await startMailStory(t, byParley);
    system.emulator.switches.joinUrlDelayMs = null;
    const made = await book();
    await settle();
    await ask('POST', `/v1/bookings/${made['id']}/cancel`, { reason: '' });
    await system.advance(2 * minute);
    await settle();
    assert.deepEqual(
      to(sam).map(({ subject }) => subject),
      ['Cancelled: Intro call with Dana Reyes'],
    );
    // Whoever holds no invitation needs none taken back.
    assert.equal(to(sam)[0]?.calendar, undefined);
    const confirmed = (await emails()).find((one) => one.template === 'confirmed');
    assert.equal(confirmed?.status, 'withdrawn');
  });

  test('of two moves in a row the letter tells the last', async (t) => {
    const { ask, book, to, settle } = await startMailStory(t, byParley);
    const made = await book();
    await settle();
    await ask('POST', `/v1/bookings/${made['id']}/reschedule`, { start: tuesdayAtTwo });
    await ask('POST', `/v1/bookings/${made['id']}/reschedule`, { start: '2026-11-25T09:00:00.000Z' });
    await settle();
    assert.equal(to(sam).length, 2);
    assert.equal(calendarOf(to(sam)[1]).start, '2026-11-25T09:00:00.000Z');
  });
});

describe('the one who invites', () => {
  test('stays the same for a booking when its event type is changed', async (t) => {
    const { system, desk, ask, book, settle, to, mails } = await startMailStory(t);
    const invitations = (value: string) =>
      system.database.db
        .updateTable('event_types')
        .set({ invitations: value as 'outlook' })
        .where('id', '=', desk.eventType.id)
        .execute();
    const byOutlook = await book();
    await settle();
    await invitations('parley');
    const byUs = await book({ start: tuesdayAtTwo });
    await settle();
    assert.equal(to(sam).length, 1);
    await ask('POST', `/v1/bookings/${byOutlook['id']}/reschedule`, { start: '2026-11-25T09:00:00.000Z' });
    await settle();
    assert.equal(to(sam).length, 1);
    await invitations('outlook');
    await ask('POST', `/v1/bookings/${byUs['id']}/reschedule`, { start: '2026-11-25T13:00:00.000Z' });
    await ask('POST', `/v1/bookings/${byOutlook['id']}/cancel`, { reason: '' });
    await settle();
    await ask('POST', `/v1/bookings/${byUs['id']}/cancel`, { reason: '' });
    await settle();
    assert.deepEqual(
      to(sam).map((mail) => calendarOf(mail).method),
      ['REQUEST', 'REQUEST', 'CANCEL'],
    );
    assert.ok(mails.every(({ calendar }) => calendar === undefined || calendar.file.includes(byUs['id'])));
    const fromOutlook = messagesTo(system.emulator.context.mailboxes, sam).map(({ kind }) => kind);
    assert.deepEqual(fromOutlook, ['invitation', 'update', 'cancellation']);
  });

  test('changes with the meeting: what one had put into a calendar is taken out before the other invites', async (t) => {
    const { system, ask, book, settle, to } = await startMailStory(t);
    const made = await book({ teamsMeeting: false });
    await settle();
    const teams = async (teamsMeeting: boolean) => {
      await ask('PATCH', `/v1/bookings/${made['id']}`, { teamsMeeting });
      await settle();
    };
    await teams(true);
    const { mailboxes } = system.emulator.context;
    assert.equal(messagesTo(mailboxes, sam, 'invitation').length, 1);
    await teams(false);
    assert.equal(messagesTo(mailboxes, sam, 'cancellation').length, 1);
    const files = to(sam).map(calendarOf);
    assert.deepEqual(
      files.map(({ method }) => method),
      ['REQUEST', 'CANCEL', 'REQUEST'],
    );
    assert.equal(new Set(files.map(({ uid }) => uid)).size, 1);
    assert.ok(files.every(({ sequence }, index) => index === 0 || sequence > (files[index - 1]?.sequence ?? 0)));
  });
});

describe('a series', () => {
  const wanted = (eventTypeId: string) => ({ eventTypeId, start: tuesdayAtTen, every: 'week', times: 3, visitor });

  test('is told of once to its operator, with all its times, and each time is invited to by itself', async (t) => {
    const { desk, ask, settle, to, letters } = await startMailStory(t, { ...byParley, mostInSeries: 4 });
    await ask('POST', '/v1/booking-series', wanted(desk.eventType.id), 201);
    await settle();
    assert.deepEqual(await letters(dana), ['confirmed_staff']);
    assert.match(
      to(dana)[0]?.text ?? '',
      /Further times: Tuesday, 1 December 2026, .*\n {2}Tuesday, 8 December 2026, /,
    );
    assert.equal(new Set(to(sam).map((mail) => calendarOf(mail).uid)).size, 3);
    assert.equal(to(sam).length, 3);
  });

  test('that is asked for is one word to the visitor, and one decision for each time', async (t) => {
    const { desk, ask, settle, letters } = await startMailStory(t, { needsApproval: true, mostInSeries: 4 });
    await ask('POST', '/v1/booking-series', wanted(desk.eventType.id), 201);
    await settle();
    assert.deepEqual(await letters(sam), ['requested']);
    assert.deepEqual(await letters(dana), ['to_approve', 'to_approve', 'to_approve']);
  });
});
