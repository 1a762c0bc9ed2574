import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import PostalMime from 'postal-mime';
import { messagesTo } from '../emulator/graph/mailboxes.ts';
import { createSendMail } from '../src/email/transport.ts';
import { startAppointments } from './support/appointments.ts';
import { day, mailbag, minute, sam, startMailStory } from './support/mail-story.ts';
import { startSmtpServer } from './support/smtp-server.ts';
import { testConfig } from './support/system.ts';
import { startTenantStory } from './support/tenant-story.ts';
import { addOrganizer } from './support/tenant.ts';

const scopes = 'OnlineMeetings.ReadWrite Calendars.ReadWrite offline_access User.Read';
const graph = { Mail__Transport: 'graph', MicrosoftTeams__Scopes: `${scopes} Mail.Send` };
const byParley = { invitations: 'parley' };

describe('mail by the organizer’s own mailbox', () => {
  test('comes from the organizer, as an invitation, and is kept under what they sent', async (t) => {
    const { system, book, settle, mails, emails } = await startMailStory(t, byParley, { env: graph });
    await book();
    await settle();
    const { mailboxes } = system.emulator.context;
    const [mail, ...more] = messagesTo(mailboxes, sam);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [mail?.kind, mail?.from.address, mail?.subject],
      ['invitation', 'dana.reyes@contoso.example', 'You are booked: Intro call with Dana Reyes'],
    );
    assert.equal(mail?.invitation?.location, 'Microsoft Teams Meeting');
    assert.match(mail?.html ?? '', /Join Teams meeting/);
    assert.equal(mailboxes.sent[0]?.saved, true);
    assert.deepEqual(mails, []);
    assert.ok(
      (await emails()).every(({ transport, transportNote }) => transport === 'graph' && transportNote === null),
    );
  });

  test('without the permission it goes by the mail server, and the log says why', async (t) => {
    const { system, book, settle, to, emails } = await startMailStory(t, byParley, {
      env: { ...graph, MicrosoftTeams__Scopes: scopes },
    });
    await book();
    await settle();
    assert.equal(to(sam).length, 1);
    assert.deepEqual(messagesTo(system.emulator.context.mailboxes, sam), []);
    const [mail] = await emails();
    assert.equal(mail?.transport, 'smtp');
    assert.equal(mail?.transportNote, 'The connection of dana.reyes@contoso.example lacks the permission Mail.Send.');
  });

  test('a refusal is told in the log and mail goes by the server; what passes is tried again', async (t) => {
    const { system, book, settle, to, emails } = await startMailStory(t, byParley, { env: graph });
    system.emulator.fail({
      path: '/sendMail',
      times: 2,
      kind: { type: 'status', status: 503, code: 'serviceNotAvailable' },
    });
    await book();
    await settle();
    assert.deepEqual(
      (await emails()).map(({ status }) => status),
      ['queued', 'queued'],
    );
    await system.advance(5 * minute);
    assert.equal(messagesTo(system.emulator.context.mailboxes, sam).length, 1);
    assert.deepEqual(to(sam), []);

    system.emulator.fail({
      path: '/sendMail',
      times: 9,
      kind: { type: 'status', status: 403, code: 'ErrorAccessDenied', message: 'Access is denied.' },
    });
    await book({ start: '2026-11-25T09:00:00.000Z' });
    await settle();
    assert.equal(to(sam).length, 1);
    const last = (await emails()).findLast(({ template }) => template === 'confirmed');
    assert.match(last?.transportNote ?? '', /^Microsoft did not send it: /);
  });

  test('a booking without a meeting has no organizer’s mailbox, and without a mail server that is the end', async (t) => {
    const sendMail = createSendMail(testConfig({ Mail__Transport: 'graph' }).mail);
    const { system, book } = await startAppointments(t, byParley, { env: graph, sendMail });
    await book({ teamsMeeting: false });
    await system.advance(0);
    await system.advance(0);
    const row = await system.database.db
      .selectFrom('emails')
      .select(['status', 'problem', 'transport_note'])
      .where('template', '=', 'confirmed')
      .executeTakeFirstOrThrow();
    assert.equal(row.status, 'failed');
    assert.match(row.problem ?? '', /there is no mail server: set Mail__SmtpUrl/);
    assert.match(row.transport_note ?? '', /has no meeting/);
  });

  test('a whole tenant that grants Mail.Send sends as each organizer', async (t) => {
    const bag = mailbag();
    const { system, desk, eventType, book } = await startTenantStory(t, {}, { env: graph, sendMail: bag.sendMail });
    const organizer = await addOrganizer(system, desk, 'marek.dvorak', { member_id: desk.memberId });
    for (const principal of system.emulator.context.directory.servicePrincipals.values())
      principal.appRoles = [...principal.appRoles, 'Mail.Send'];
    const type = await eventType(byParley);
    await book(type['id']);
    await system.advance(0);
    await system.advance(0);
    await system.advance(0);
    const row = await system.database.db
      .selectFrom('emails')
      .select(['transport', 'transport_note'])
      .where('template', '=', 'confirmed')
      .executeTakeFirstOrThrow();
    assert.deepEqual(row, { transport: 'graph', transport_note: null });
    assert.equal(system.emulator.context.mailboxes.sent[0]?.ownerId, organizer.objectId);
  });
});

describe('at the mail server', () => {
  /** A desk whose mail goes to a mail server of the test. */
  async function startWithServer(t: TestContext, rules: object) {
    const server = await startSmtpServer(t);
    const env = { Mail__SmtpUrl: `smtp://${server.host}`, Mail__From: 'Parley <parley@meet.example.com>' };
    const sendMail = createSendMail(testConfig(env).mail, { timeoutMs: 2000 });
    const story = await startAppointments(t, rules, { env, sendMail });
    const mails = async () =>
      Promise.all(server.mails.map(async ({ to, raw }) => ({ to: to.join(), raw, mail: await PostalMime.parse(raw) })));
    return { ...story, mails };
  }

  test('an invitation is another form of the letter, as Outlook and Gmail want it, and is sent for the organizer', async (t) => {
    const { system, book, mails } = await startWithServer(t, byParley);
    await book({ visitor: { name: 'ليلى "王" 🎉', email: sam, timeZone: 'Asia/Riyadh', note: '' } });
    for (let round = 0; round < 3; round++) await system.advance(0);
    const one = (await mails()).find(({ to }) => to.includes(sam));
    assert.ok(one);
    assert.match(one.raw, /Content-Type: text\/calendar; charset=utf-8; method=REQUEST/i);
    assert.match(one.raw, /multipart\/alternative/);
    assert.match(one.raw, /^[\x00-\x7f]*$/); // oxlint-disable-line no-control-regex -- seven bits, every mail server takes them
    const calendar = one.mail.attachments.find(({ mimeType }) => mimeType === 'text/calendar');
    const file = Buffer.from(calendar?.content as ArrayBuffer)
      .toString()
      .replaceAll(/\r?\n /g, '');
    assert.match(file, /^METHOD:REQUEST\r?$/m);
    assert.match(file, /SENT-BY="mailto:parley@meet\.example\.com":mailto:dana@desk\.example/);
    assert.match(file, /ATTENDEE;.*ليلى/);
    assert.equal(one.mail.replyTo?.[0]?.address, 'dana@desk.example');
    assert.deepEqual(
      one.mail.headers.filter(({ key }) => key.startsWith('list-')),
      [],
    );
  });

  test('nothing is said to a server without TLS where TLS is required', async (t) => {
    const server = await startSmtpServer(t);
    const env = { Mail__SmtpUrl: `smtp://${server.host}`, Mail__From: 'parley@meet.example.com' };
    const sendMail = createSendMail(testConfig({ ...env, Mail__RequireTls: 'true' }).mail, { timeoutMs: 2000 });
    const mail = { id: 'eml_1', to: sam, subject: 'Hello', text: 'Hello', html: '<p>Hello</p>', date: new Date(0) };
    await assert.rejects(sendMail?.(mail) ?? Promise.resolve(), /TLS|500/);
    assert.deepEqual(server.mails, []);
  });

  test('a reminder carries the headers of one-click unsubscription, unbroken', async (t) => {
    const { system, book, mails } = await startWithServer(t, { reminders: [60] });
    await book();
    for (let round = 0; round < 3; round++) await system.advance(0);
    await system.advance(day + 60 * minute);
    const one = (await mails()).find(({ to }) => to.includes(sam));
    const header = (key: string) => one?.mail.headers.find((found) => found.key === key)?.value;
    assert.match(header('list-unsubscribe') ?? '', /^<http:\/\/localhost:3000\/reminders\/[\w-]+\.[\w-]{22}>$/);
    assert.equal(header('list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
    assert.match(one?.raw ?? '', /^List-Unsubscribe: <http[^\r\n]+>\r$/m);
  });
});
