import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EmailRefused } from '../src/email/email.ts';
import { startPeer, startWorkspace, type System } from './support/system.ts';
import { tuesdayAtTwo, visitor } from './support/appointments.ts';
import { calendarOf, dana, day, minute, sam, startMailStory } from './support/mail-story.ts';

const byParley = { invitations: 'parley' };

describe('the log of mail', () => {
  test('shows what was sent to whom about a booking, and why something was not', async (t) => {
    const { system, book, settle, failures, emails, ask } = await startMailStory(t, byParley);
    failures.push(new Error('451 Greylisted'), new EmailRefused('550 No such mailbox'));
    const made = await book();
    const other = await book({ start: tuesdayAtTwo });
    await settle();
    const all = await emails(`&bookingId=${made['id']}`);
    assert.deepEqual(all.map(({ recipient, template }) => `${template} ${recipient}`).toSorted(), [
      `confirmed ${sam}`,
      `confirmed_staff ${dana}`,
    ]);
    assert.equal((await emails()).length, 4);
    const waiting = (await emails('&status=queued'))[0];
    assert.equal(waiting?.problem, '451 Greylisted');
    const [failed] = await emails('&status=failed');
    assert.equal(failed?.problem, '550 No such mailbox');
    assert.deepEqual([failed?.transport, failed?.attempts], [null, 1]);
    await system.advance(minute);
    const sent = (await emails('&status=sent')).find(({ template }) => template === 'confirmed');
    assert.deepEqual([sent?.transport, sent?.calendarMethod], ['smtp', 'REQUEST']);
    const whole = await ask('GET', `/v1/emails/${sent?.id}`);
    assert.match(whole['html'], /<!doctype html>/);
    assert.match(whole['calendar'], /METHOD:REQUEST/);
    assert.ok(other['id']);
  });

  test('pages through it, and shows nothing of another workspace', async (t) => {
    const { system, book, settle, ask, emails } = await startMailStory(t, byParley);
    await book();
    await settle();
    const first = await ask('GET', '/v1/emails?limit=1');
    const second = await ask('GET', `/v1/emails?limit=1&cursor=${first['nextCursor']}`);
    assert.notEqual(first['data'][0].id, second['data'][0].id);
    assert.equal(second['nextCursor'], null);
    const stranger = await startWorkspace(system, { email: 'eve@other.example' });
    const [mail] = await emails();
    assert.deepEqual((await stranger.api('GET', '/v1/emails')).body['data'], []);
    assert.equal((await stranger.api('GET', `/v1/emails/${mail?.id}`)).status, 404);
    assert.equal((await stranger.api('POST', `/v1/emails/${mail?.id}/resend`)).status, 404);
  });

  test('a mail is sent again on request, as a new one with the same words and file', async (t) => {
    const { book, settle, to, emails, ask } = await startMailStory(t, byParley);
    await book();
    await settle();
    const mail = (await emails()).find(({ template }) => template === 'confirmed');
    const again = await ask('POST', `/v1/emails/${mail?.id}/resend`, undefined, 201);
    assert.equal(again['resendOf'], mail?.id);
    await settle();
    const [first, second, ...more] = to(sam);
    assert.deepEqual(more, []);
    assert.notEqual(first?.id, second?.id);
    assert.deepEqual([second?.subject, second?.html, second?.calendar], [first?.subject, first?.html, first?.calendar]);
  });

  test('one that waits is tried at once on request, and one that was withdrawn is not sent at all', async (t) => {
    const { book, settle, to, emails, ask, failures } = await startMailStory(t, byParley);
    failures.push(...Array.from({ length: 2 }, () => new Error('451 Later')));
    const made = await book();
    await settle();
    assert.deepEqual(to(sam), []);
    const mail = (await emails()).find(({ template }) => template === 'confirmed');
    const hurried = await ask('POST', `/v1/emails/${mail?.id}/resend`, undefined, 201);
    assert.equal(hurried['id'], mail?.id);
    await settle();
    assert.equal(to(sam).length, 1);
    failures.push(...Array.from({ length: 2 }, () => new Error('451 Later')));
    await ask('POST', `/v1/bookings/${made['id']}/reschedule`, { start: tuesdayAtTwo });
    await settle();
    await ask('POST', `/v1/bookings/${made['id']}/cancel`, { reason: '' });
    await settle();
    const moved = (await emails()).find(({ template }) => template === 'rescheduled');
    await ask('POST', `/v1/emails/${moved?.id}/resend`, undefined, 201);
    await settle();
    assert.equal((await ask('POST', `/v1/emails/${moved?.id}/resend`, undefined, 409))['code'], 'mail_withdrawn');
    assert.ok(to(sam).every(({ subject }) => !/moved/.test(subject)));
  });
});

describe('whatever goes wrong', () => {
  test('one letter is written, however often the outbox is read and by how many', async (t) => {
    const { system, book, settle, mails } = await startMailStory(t, byParley);
    const peers = [await startPeer(t, system), await startPeer(t, system)];
    await book();
    const apps = [system.app, ...peers.map(({ app }) => app)];
    for (let round = 0; round < 3; round++) {
      await Promise.all(apps.map((app) => app.sweep()));
      await Promise.all(apps.map((app) => app.drain()));
    }
    // A process that starts anew reads from where the cursor stands.
    await system.database.db
      .updateTable('outbox_cursors')
      .set({ event_id: 0 })
      .where('consumer', '=', 'notices')
      .execute();
    const late = await startPeer(t, system);
    await late.app.sweep();
    await late.app.drain();
    await settle();
    assert.equal(mails.length, 2);
  });

  test('a process that dies between reading and writing loses nothing', async (t) => {
    const { system, book, settle, to } = await startMailStory(t, byParley);
    await book();
    await system.app.sweep();
    // Its job is gone, as if it had died with it; another process has not seen the line.
    await system.database.pool.query('delete from jobs.job');
    await system.work();
    assert.deepEqual(to(sam), []);
    const peer = await startPeer(t, system);
    await peer.app.sweep();
    await peer.app.drain();
    await settle();
    assert.equal(to(sam).length, 1);
  });

  test('without mail nothing is written, and what happened then is not told later', async (t) => {
    const { system, book, to, settle } = await startMailStory(t, byParley);
    const { sendMail } = system;
    const off = await startPeer(t, { ...system, sendMail: undefined });
    await book();
    await off.app.sweep();
    await off.app.drain();
    const on = await startPeer(t, { ...system, sendMail });
    await on.app.sweep();
    await on.app.drain();
    await on.app.sweep();
    assert.deepEqual(to(sam), []);
    await book({ start: tuesdayAtTwo });
    await on.app.sweep();
    await on.app.drain();
    await settle();
    assert.deepEqual(
      to(sam).map((mail) => calendarOf(mail).start),
      [tuesdayAtTwo],
    );
  });

  test('a booking that is over is not confirmed any more', async (t) => {
    const { system, book, to } = await startMailStory(t, byParley);
    await book();
    system.clock.advance(2 * day);
    await system.advance(0);
    await system.advance(minute);
    assert.deepEqual(to(sam), []);
  });

  test('names and notes of all kinds end no header, no line and no value, in mail and calendar file', async (t) => {
    const { book, settle, mails, to } = await startMailStory(t, { ...byParley, needsApproval: false });
    const name = '<img src=x onerror=alert(1)> "; , ليلى 王小明 👩‍🎓 \u202Eevil\u2066 ^n';
    const note = 'Line one\r\n\r\n1. <script>alert(1)</script>\r\nBEGIN:VEVENT\u2028{{operator.names}}';
    const attendees = [{ email: 'kim@visitor.example', name: 'Kim;CN="x":mailto:eve@evil.example', from: 'email' }];
    await book({ visitor: { ...visitor, name, note }, attendees });
    await settle();
    for (const { subject, text, html } of mails) {
      assert.doesNotMatch(subject, /\p{Cc}|[\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u);
      assert.doesNotMatch(text, /\r|(?!\n)\p{Cc}|[\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u);
      assert.doesNotMatch(html, /<(img|script|iframe|style|form)|\bon\w+="/);
    }
    const { attendees: invited, summary } = calendarOf(to(sam)[0]);
    assert.deepEqual(invited, [`mailto:${sam}`, 'mailto:kim@visitor.example']);
    assert.equal(summary, 'Intro call with Dana Reyes');
  });
});

describe('an account that has to be connected again', () => {
  test('its member and those who manage the workspace are told once', async (t) => {
    const { system, desk, settle, to, letters, colleague } = await startMailStory(t);
    const milan = await colleague('milan.okafor');
    await expire(system, desk.workspaceId, milan);
    await settle();
    await settle();
    assert.deepEqual(await letters(dana), ['reconnect_needed']);
    assert.deepEqual(await letters(milan.email), ['reconnect_needed']);
    assert.match(to(milan.email)[0]?.subject ?? '', /needs to be connected again: milan\.okafor@/);
  });

  test('of somebody who is no member, those who manage the workspace are told whom to send a link', async (t) => {
    const { system, desk, settle, to, letters, colleague } = await startMailStory(t);
    const milan = await colleague('milan.okafor');
    await expire(system, desk.workspaceId, milan, { member_id: null });
    await settle();
    await settle();
    assert.deepEqual(await letters(dana), ['outside_reconnect_needed']);
    assert.deepEqual(await letters(milan.email), []);
    assert.match(to(dana)[0]?.text ?? '', /milan\.okafor@[^]*no member of Front desk[^]*Connected by a link/);
  });
});

/** The connection of a member stops working, as a refused refresh would have it. */
async function expire(system: System, workspaceId: string, { memberId }: { memberId: string }, more: object = {}) {
  await system.database.db.transaction().execute(async (trx) => {
    const connection = await trx
      .updateTable('connections')
      .set({ status: 'reconnect_needed', problem_code: 'reconnect_needed', ...more })
      .where('member_id', '=', memberId)
      .returning('id')
      .executeTakeFirstOrThrow();
    await trx
      .insertInto('outbox_events')
      .values({
        workspace_id: workspaceId,
        type: 'connection.expired',
        meeting_id: null,
        booking_id: null,
        connection_id: connection.id,
        data: JSON.stringify({ code: 'reconnect_needed' }),
        created_at: system.clock.now(),
      })
      .execute();
  });
}
