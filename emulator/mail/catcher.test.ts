import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { createTransport } from 'nodemailer';
import { CONTROL_ORIGIN, createEmulator } from '../emulator.ts';
import { messagesTo } from '../graph/mailboxes.ts';
import { catchMail } from './catcher.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`../../test/fixtures/calendar-files/${name}`, import.meta.url), 'utf8');

async function start(t: TestContext) {
  const emulator = createEmulator();
  const { host, port, close } = await catchMail(emulator.context);
  const sender = createTransport({ host, port, secure: false, ignoreTLS: true });
  t.after(async () => {
    sender.close();
    await close();
  });
  const page = async (path: string) => {
    const response = await emulator.fetch(`${CONTROL_ORIGIN}/outlook${path}`);
    return { status: response.status, html: await response.text() };
  };
  return { emulator, sender, page };
}

const letter = {
  from: 'Parley <parley@meet.example.com>',
  subject: 'Ihr Termin: Beratung ☕',
  text: 'Guten Tag',
  html: '<p>Guten Tag <b>Sam</b></p><p><a href="https://meet.example.com/bookings/b1">Verschieben</a></p>',
};

test('a mail is in the inbox of each recipient: a visitor’s, and under an alias its person’s', async (t) => {
  const { emulator, sender, page } = await start(t);
  await sender.sendMail({ ...letter, to: 'Sam@Visitor.example, advice@contoso.example' });
  const [mail] = messagesTo(emulator.context.mailboxes, 'sam@visitor.example');
  assert.deepEqual(
    [mail?.kind, mail?.subject, mail?.from.address],
    ['mail', letter.subject, 'parley@meet.example.com'],
  );
  assert.equal(messagesTo(emulator.context.mailboxes, 'dana.reyes@contoso.example').length, 1);
  assert.match((await page('/mailbox/sam%40visitor.example/inbox')).html, /Ihr Termin: Beratung ☕/);
  const { html } = await page(`/mailbox/sam%40visitor.example/messages/${encodeURIComponent(mail?.id ?? '')}`);
  assert.match(html, /Guten Tag Sam/);
  assert.match(html, /<a href="https:\/\/meet\.example\.com\/bookings\/b1"[^>]*>Verschieben<\/a>/);
  assert.match((await page('')).html, /sam@visitor\.example/);
});

test('an invitation is shown as one, with its time, its place and the way in; so are update and cancellation', async (t) => {
  const { emulator, sender, page } = await start(t);
  const send = (method: string, content: string) =>
    sender.sendMail({ ...letter, to: 'layla@example.org', icalEvent: { method, content, filename: 'invite.ics' } });
  await send('REQUEST', fixture('request-arabic.ics'));
  await send('REQUEST', fixture('request-arabic.ics').replace('SEQUENCE:0', 'SEQUENCE:1'));
  await send('CANCEL', fixture('cancel.ics'));
  const mails = messagesTo(emulator.context.mailboxes, 'layla@example.org');
  assert.deepEqual(
    mails.map(({ kind, invitation }) => [kind, invitation?.method, invitation?.sequence]),
    [
      ['invitation', 'REQUEST', 0],
      ['update', 'REQUEST', 1],
      ['cancellation', 'CANCEL', 2],
    ],
  );
  const [first] = mails;
  assert.equal(first?.invitation?.organizer.name, 'Dana Reyes');
  assert.equal(
    first?.invitation?.summary,
    'مقابلة تمهيدية حول القبول في برنامج الدراسات العليا للعام القادم مع دانا رييس',
  );
  assert.equal(first?.attachments.length, 1);
  const { html } = await page(`/mailbox/layla%40example.org/messages/${encodeURIComponent(first?.id ?? '')}`);
  assert.match(html, /Microsoft Teams Meeting/);
  assert.match(html, /24 Nov 2026, 09:00–09:30/);
  assert.match(html, /teams\.microsoft\.com/);
  assert.match(html, /BEGIN:VCALENDAR/);
});

test('a client that breaks off leaves nothing behind, and the next one is served', async (t) => {
  const { emulator, sender } = await start(t);
  await assert.rejects(sender.sendMail({ ...letter, to: [] }));
  await sender.sendMail({ ...letter, to: 'sam@visitor.example', html: '' });
  const [mail, ...more] = messagesTo(emulator.context.mailboxes, 'sam@visitor.example');
  assert.deepEqual(more, []);
  assert.match(mail?.html ?? '', /Guten Tag/);
});
