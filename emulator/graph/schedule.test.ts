import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asApp, asPerson, graphEmulator, meeting } from '../../test/support/graph-caller.ts';
import { messagesTo } from './mailboxes.ts';

const at = (dateTime: string, timeZone = 'Europe/Berlin') => ({ dateTime, timeZone });
const question = (schedules: string[], more: Record<string, unknown> = {}) => ({
  schedules,
  startTime: at('2026-11-25T08:00:00'),
  endTime: at('2026-11-25T11:00:00'),
  availabilityViewInterval: 30,
  ...more,
});

test('getSchedule tells busy from free in slots, and each unknown address by itself', async () => {
  const emulator = graphEmulator();
  const milan = await asPerson(emulator, 'milan.okafor');
  await milan.post('/me/events', meeting({ attendees: [] }));
  await milan.post(
    '/me/events',
    meeting({ attendees: [], showAs: 'oof', start: at('2026-11-25T10:00:00'), end: at('2026-11-25T10:45:00') }),
  );
  await milan.post(
    '/me/events',
    meeting({ attendees: [], showAs: 'free', start: at('2026-11-25T08:00:00'), end: at('2026-11-25T08:30:00') }),
  );
  const dana = await asPerson(emulator, 'dana.reyes');
  const people = ['Milan.Okafor@contoso.example', 'nobody@contoso.example', 'elif.varga@larkfield.example'];
  const { status, json } = await dana.post('/me/calendar/getSchedule', question(people));
  assert.equal(status, 200);
  const [busy, unknown, foreign] = json.value as unknown as {
    availabilityView: string;
    scheduleItems: Record<string, unknown>[];
    error?: { responseCode: string };
  }[];
  assert.equal(busy?.availabilityView, '002033');
  assert.deepEqual(busy?.scheduleItems[1], {
    status: 'busy',
    start: { dateTime: '2026-11-25T08:00:00.0000000', timeZone: 'UTC' },
    end: { dateTime: '2026-11-25T08:30:00.0000000', timeZone: 'UTC' },
  });
  assert.equal(unknown?.error?.responseCode, 'ErrorMailRecipientNotFound');
  assert.equal(foreign?.error?.responseCode, 'ErrorMailRecipientNotFound');
});

test('an app and the owner see subjects; all-day events cover the day of the mailbox', async () => {
  const emulator = graphEmulator();
  const app = await asApp(emulator, 'dana.reyes', ['Calendars.ReadWrite']);
  const away = {
    subject: 'Away',
    isAllDay: true,
    showAs: 'oof',
    start: at('2026-11-25T00:00:00'),
    end: at('2026-11-26T00:00:00'),
  };
  await app.post('/users/dana.reyes@contoso.example/events', away);
  const asked = question(['dana.reyes@contoso.example'], {
    startTime: at('2026-11-24T23:30:00'),
    endTime: at('2026-11-25T00:30:00'),
  });
  const { json } = await app.post('/users/dana.reyes@contoso.example/calendar/getSchedule', asked);
  assert.equal(json.value[0]?.['availabilityView'], '03');
  assert.equal(((json.value[0]?.['scheduleItems'] ?? []) as { subject: string }[])[0]?.subject, 'Away');
});

for (const [what, more] of [
  ['an interval of four minutes', { availabilityViewInterval: 4 }],
  ['two months', { endTime: at('2027-01-25T11:00:00') }],
  ['21 people', { schedules: Array.from({ length: 21 }, (_, index) => `a${index}@contoso.example`) }],
  ['no time', { startTime: null }],
  ['an end before the start', { endTime: at('2026-11-25T07:00:00') }],
] as const) {
  test(`getSchedule refuses ${what}`, async () => {
    const dana = await asPerson(graphEmulator(), 'dana.reyes');
    const asked = question(['dana.reyes@contoso.example'], more);
    assert.equal((await dana.post('/me/calendar/getSchedule', asked)).status, 400);
  });
}

const mail = (changes: Record<string, unknown> = {}) => ({
  message: {
    subject: 'Your booking',
    body: { contentType: 'HTML', content: '<p>See you</p>' },
    toRecipients: [{ emailAddress: { address: 'visitor@example.org' } }],
    attachments: [
      {
        '@odata.type': '#microsoft.graph.fileAttachment',
        name: 'i.ics',
        contentType: 'text/calendar',
        contentBytes: 'QkVHSU4=',
      },
    ],
    ...changes,
  },
  saveToSentItems: false,
});

test('sendMail puts the message into the inbox, and an alias leads to its person', async () => {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes', ['Mail.Send']);
  assert.equal((await dana.post('/me/sendMail', mail())).status, 202);
  const [received] = messagesTo(emulator.context.mailboxes, 'visitor@example.org', 'mail');
  assert.deepEqual(
    [received?.subject, received?.from.address, received?.attachments[0]?.name],
    ['Your booking', 'dana.reyes@contoso.example', 'i.ics'],
  );
  await dana.post('/me/sendMail', mail({ toRecipients: [{ emailAddress: { address: 'advice@contoso.example' } }] }));
  assert.equal(messagesTo(emulator.context.mailboxes, 'dana.reyes@contoso.example').length, 1);
  assert.equal(emulator.context.mailboxes.sent.length, 2);
});

test('sendMail takes MIME in base64, and says when it is not', async () => {
  const emulator = graphEmulator();
  const dana = await asPerson(emulator, 'dana.reyes', ['Mail.Send']);
  const mime = Buffer.from('To: visitor@example.org\r\nSubject: Hello\r\n\r\nBody').toString('base64');
  const text = { 'content-type': 'text/plain' };
  assert.equal((await dana.post('/me/sendMail', mime, text)).status, 202);
  assert.equal(messagesTo(emulator.context.mailboxes, 'visitor@example.org')[0]?.subject, 'Hello');
  const refused = await dana.post('/me/sendMail', 'not base64!', text);
  assert.equal(refused.json.error.message, 'Invalid base64 string for MIME content.');
});

test('sendMail refuses another sender, no recipient and foreign header names', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes', ['Mail.Send']);
  const code = async (changes: Record<string, unknown>) => {
    const { status, json } = await dana.post('/me/sendMail', mail(changes));
    return `${status} ${json.error.code}`;
  };
  assert.equal(
    await code({ from: { emailAddress: { address: 'milan.okafor@contoso.example' } } }),
    '403 ErrorSendAsDenied',
  );
  assert.equal(await code({ toRecipients: [] }), '400 ErrorInvalidRecipients');
  assert.equal(
    await code({ internetMessageHeaders: [{ name: 'Subject', value: 'x' }] }),
    '400 InvalidInternetMessageHeader',
  );
});

test('mailbox settings hold the zone, which can be changed', async () => {
  const dana = await asPerson(graphEmulator(), 'dana.reyes', ['MailboxSettings.ReadWrite']);
  const { json } = await dana.patch('/me/mailboxSettings', { timeZone: 'Europe/Lisbon' });
  assert.equal(json['timeZone'], 'Europe/Lisbon');
  assert.equal((await dana.patch('/me/mailboxSettings', { timeZone: 'Nowhere' })).status, 400);
});
