import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { addMember } from '../src/access/service.ts';
import type { App } from '../src/app.ts';
import { EmailRefused, type OutgoingEmail, type SendMail } from '../src/email/email.ts';
import { queueCredentialWarning, queueEmail, type EmailDeps } from '../src/email/service.ts';
import { createSendMail } from '../src/email/transport.ts';
import { readMail, startSmtpServer } from './support/smtp-server.ts';
import { publicUrl, startPeer, startSystem, startWorkspace, testConfig, type System } from './support/system.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const password = 'pä:ss w@rd/1';

/** Takes mail and keeps it; `failures` are thrown first. */
function recorder(...failures: Error[]) {
  const mails: OutgoingEmail[] = [];
  const sendMail: SendMail = async (mail) => {
    const failure = failures.shift();
    if (failure) throw failure;
    mails.push(mail);
  };
  return { mails, sendMail, failures };
}

const message = { subject: 'Grüße aus Zürich ☕', text: 'Guten Tag,\n\n.hidden\n', html: '<p>Guten Tag</p>' };
const mailTo = (to: string) => ({ workspaceId: null, to, about: 'test', message });

function send(system: System, email: Parameters<typeof queueEmail>[1] = mailTo('ada@desk.example')) {
  return queueEmail(system.app.deps, email);
}

const rows = ({ database }: System) => database.db.selectFrom('emails').selectAll().orderBy('recipient').execute();

async function onlyRow(system: System) {
  const [row, ...others] = await rows(system);
  assert.deepEqual(others, []);
  assert.ok(row);
  return row;
}

/** Warns of a certificate that ends in 30 days, in a transaction of its own, as the sweep does. */
function warn(system: System, app: App, workspaceId: string, { name = 'Autumn', days = 30 } = {}) {
  return app.deps.db.transaction().execute((trx) => {
    const deps: EmailDeps & { publicUrl: string } = { ...app.deps, db: trx };
    const expires_at = new Date(system.clock.now().getTime() + days * day);
    const credential = { id: 'cre_1', kind: 'certificate' as const, name, expires_at };
    const registration = { id: 'app_1', name, client_id: '0f2c1111-2222-4333-8444-555566667777' };
    return queueCredentialWarning(deps, { workspaceId, credential, registration, days });
  });
}

/** A system whose mail goes to a mail server of the test. */
async function startWithServer(t: TestContext) {
  const server = await startSmtpServer(t);
  const Mail__SmtpUrl = `smtp://parley:${encodeURIComponent(password)}@${server.host}`;
  const Mail__From = '"Parley, Süd" <parley@meet.example.com>';
  const { mail } = testConfig({ Mail__SmtpUrl, Mail__From, Mail__ReplyTo: 'desk@meet.example.com' });
  const system = await startSystem(t, { sendMail: createSendMail(mail, { timeoutMs: 200 }) });
  return { server, system };
}

describe('queueing mail', () => {
  test('without a mail server nothing is queued, and the caller learns of it', async (t) => {
    const system = await startSystem(t);
    const { workspaceId } = await startWorkspace(system);
    assert.equal(await send(system), 'off');
    assert.deepEqual(await warn(system, system.app, workspaceId), ['off']);
    assert.deepEqual(await rows(system), []);
  });

  test('a warning reaches each owner and admin once, however many processes give it', async (t) => {
    const { mails, sendMail } = recorder();
    const system = await startSystem(t, { sendMail });
    const peer = await startPeer(t, system);
    const { workspaceId } = await startWorkspace(system);
    await startWorkspace(system, { email: 'stranger@other.example' });
    for (const role of ['admin', 'operator', 'viewer'] as const) {
      const member = { email: `${role}@desk.example`, name: role, role, timeZone: 'Europe/London' };
      await addMember(system.app.deps, workspaceId, member);
    }
    const apps = [system.app, peer.app, system.app, peer.app];
    const results = await Promise.all(apps.map((app) => warn(system, app, workspaceId)));
    assert.deepEqual(results.flat().toSorted(), [...Array<string>(6).fill('known'), 'queued', 'queued']);
    await Promise.all([system.app.drain(), peer.app.drain()]);
    assert.deepEqual(mails.map((mail) => mail.to).toSorted(), ['admin@desk.example', 'dana@desk.example']);
    assert.match(mails[0]?.text ?? '', new RegExp(`${publicUrl}/console/microsoft-365/app-registrations/app_1`));
    assert.match(mails.find(({ to }) => to.startsWith('dana'))?.text ?? '', /08:00 \(Central European Standard Time\)/);

    assert.deepEqual(await warn(system, system.app, workspaceId, { days: 14 }), ['queued', 'queued']);
    await system.work();
    assert.equal(mails.length, 4);
    await system.advance(day);
    assert.equal(mails.length, 4);
  });

  test('what is rolled back is not sent', async (t) => {
    const { mails, sendMail } = recorder();
    const system = await startSystem(t, { sendMail });
    const attempt = system.database.db.transaction().execute(async (trx) => {
      assert.equal(await queueEmail({ ...system.app.deps, db: trx }, mailTo('ada@desk.example')), 'queued');
      throw new Error('rolled back');
    });
    await assert.rejects(attempt, /rolled back/);
    await system.work();
    assert.deepEqual(mails, []);
    assert.equal(await send(system), 'queued');
  });

  test('a mail whose job was lost is found by the sweep', async (t) => {
    const { mails, sendMail } = recorder();
    const system = await startSystem(t, { sendMail });
    await send(system);
    await system.database.pool.query('delete from jobs.job');
    await system.advance(minute);
    assert.equal(mails.length, 1);
    assert.equal((await onlyRow(system)).status, 'sent');
  });
});

describe('when a mail cannot be sent', () => {
  test('it is tried again after longer and longer, for three days', async (t) => {
    const { sendMail } = recorder(...Array.from({ length: 100 }, () => new Error('451 Try later')));
    const system = await startSystem(t, { sendMail });
    const start = system.clock.now().getTime();
    await send(system);
    await system.work();
    const delays: number[] = [];
    for (let row = await onlyRow(system); row.status === 'queued'; row = await onlyRow(system)) {
      assert.equal(row.problem, '451 Try later');
      assert.equal(row.attempts, delays.length + 1);
      const delay = (row.retry_at?.getTime() ?? 0) - system.clock.now().getTime();
      delays.push(delay / minute);
      await system.advance(delay - 1);
      assert.equal((await onlyRow(system)).attempts, delays.length, 'not before its time');
      await system.advance(1);
    }
    assert.deepEqual(delays.slice(0, 10), [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]);
    const { status, problem, retry_at } = await onlyRow(system);
    assert.deepEqual({ status, problem, retry_at }, { status: 'failed', problem: '451 Try later', retry_at: null });
    const took = system.clock.now().getTime() - start;
    assert.ok(took > 2.5 * day && took < 3 * day, `${took / day} days`);
  });

  test('a refusal for good ends it, and it is not sent again', async (t) => {
    const { mails, sendMail } = recorder(new EmailRefused('550 No such\r\nmailbox'));
    const system = await startSystem(t, { sendMail });
    await send(system);
    await system.advance(day);
    const { status, problem, attempts } = await onlyRow(system);
    assert.deepEqual({ status, problem, attempts }, { status: 'failed', problem: '550 No such mailbox', attempts: 1 });
    assert.equal(await send(system), 'known');
    await system.advance(day);
    assert.deepEqual(mails, []);
  });

  test('it waits where mail is turned off, and is not sent when it is old', async (t) => {
    const { mails, sendMail } = recorder();
    const system = await startSystem(t, { sendMail });
    const off = await startPeer(t, { ...system, sendMail: undefined });
    await send(system);
    await send(system, mailTo('ben@desk.example'));
    await off.app.drain();
    assert.equal((await rows(system))[0]?.status, 'queued');
    await system.database.pool.query(
      `update emails set created_at = created_at - interval '4 days' where recipient like 'ben%'`,
    );
    await system.advance(minute);
    assert.deepEqual(
      mails.map(({ to }) => to),
      ['ada@desk.example'],
    );
    assert.deepEqual(
      (await rows(system)).map(({ status }) => status),
      ['sent', 'failed'],
    );
  });
});

describe('at the mail server', () => {
  test('a mail arrives as text and HTML, with its subject, sender and marks', async (t) => {
    const { server, system } = await startWithServer(t);
    await send(system);
    await system.work();
    assert.deepEqual(server.credentials, [`\0parley\0${password}`]);
    const [mail] = server.mails;
    assert.ok(mail);
    assert.match(mail.from, /^MAIL FROM:<parley@meet\.example\.com>/);
    assert.deepEqual(mail.to, ['RCPT TO:<ada@desk.example>']);
    const { header, part, types } = readMail(mail.raw);
    const { id } = await onlyRow(system);
    assert.match(mail.raw, /^[\x00-\x7f]*$/); // oxlint-disable-line no-control-regex -- seven bits, every mail server takes them
    assert.equal(header('subject'), message.subject);
    assert.match(header('from'), /^"?Parley, Süd"? <parley@meet\.example\.com>$/);
    assert.equal(header('reply-to'), 'desk@meet.example.com');
    assert.equal(header('to'), 'ada@desk.example');
    assert.equal(header('message-id'), `<${id}@meet.example.com>`);
    assert.equal(header('date'), 'Mon, 23 Nov 2026 07:00:00 +0000');
    assert.equal(header('auto-submitted'), 'auto-generated');
    assert.match(header('content-type'), /^multipart\/alternative;/);
    assert.deepEqual(types, ['text/plain', 'text/html']);
    assert.equal(part('text/plain')?.trim(), message.text.trim());
    assert.equal(part('text/html')?.trim(), message.html);
  });

  test('a warning is a mail that people can read', async (t) => {
    const { server, system } = await startWithServer(t);
    const { workspaceId } = await startWorkspace(system, { name: 'Jörg Þórsson' });
    await warn(system, system.app, workspaceId, { name: 'Empfang “Süd” 🏢' });
    await system.work();
    const { header, part } = readMail(server.mails[0]?.raw ?? '');
    assert.equal(header('subject'), 'The certificate “Empfang “Süd” 🏢” of “Empfang “Süd” 🏢” ends in 30 days');
    assert.match(part('text/plain') ?? '', /^Hello Jörg Þórsson,\n/);
    assert.match(part('text/html') ?? '', /<p dir="auto">Hello Jörg Þórsson,<\/p>/);
  });

  test('no name and no address adds a header or a recipient', async (t) => {
    const { server, system } = await startWithServer(t);
    const evil = ['\r\n', '\n', '\r', '\u2028', '\u2029', '\u0085', '\v'].map((end) => `x${end}Bcc: eve@evil.example`);
    const { workspaceId } = await startWorkspace(system, { name: evil.join('') });
    await warn(system, system.app, workspaceId, { name: evil.join(`\r\n\r\n<script>`) });
    for (const [index, subject] of evil.entries())
      await send(system, { ...mailTo('ada@desk.example'), about: `${index}`, message: { ...message, subject } });
    await system.work();
    assert.equal(server.mails.length, evil.length + 1);
    const expected =
      'Auto-Submitted,Content-Type,Date,From,MIME-Version,Message-ID,Reply-To,Subject,To,X-Auto-Response-Suppress';
    for (const { raw, to } of server.mails) {
      const { headers, header } = readMail(raw);
      assert.equal(
        headers
          .map(([name]) => name)
          .toSorted()
          .join(),
        expected,
      );
      assert.match(header('subject'), /x Bcc: eve@evil\.example/);
      assert.equal(to.length, 1);
      assert.doesNotMatch(to.join(), /eve/);
    }
    const before = server.mails.length;
    for (const address of [
      'ada@desk.example, eve@evil.example',
      'a@b>\r\nRCPT TO:<eve@evil.example',
      'a b <eve@evil.example>',
    ])
      await send(system, mailTo(address));
    await system.work();
    for (const { to } of server.mails.slice(before)) {
      assert.equal(to.length, 1);
      assert.doesNotMatch(to.join(), /^RCPT TO:<eve@evil\.example>/);
    }
  });

  const passing = {
    'a recipient who is greylisted': { RCPT: '450 4.2.0 Greylisted, come back' },
    'a server that is too busy': { GREETING: '421 4.3.2 Too busy' },
    'a message that cannot be stored now': { MESSAGE: '452 4.3.1 Disk full' },
    'a sign-in that is refused, which an operator sets right': { AUTH: '535 5.7.8 Refused' },
    'a sender who is refused, which an operator sets right': { MAIL: '553 5.7.1 Not your address' },
    'a server that never greets': { GREETING: 'hang' },
    'a server that never answers': { MESSAGE: 'hang' },
  } as const;
  for (const [name, answers] of Object.entries(passing)) {
    test(`${name} leads to another attempt`, async (t) => {
      const { server, system } = await startWithServer(t);
      Object.assign(server.answers, answers);
      await send(system);
      await system.work();
      const { status, problem, attempts } = await onlyRow(system);
      assert.deepEqual({ status, attempts }, { status: 'queued', attempts: 1 });
      const [answer] = Object.values(answers);
      assert.match(problem ?? '', answer === 'hang' ? /timeout|never received/i : new RegExp(answer ?? ''));
      for (const stage of Object.keys(answers)) delete server.answers[stage as keyof typeof server.answers];
      await system.advance(minute);
      assert.equal((await onlyRow(system)).status, 'sent');
      assert.equal(server.mails.length, 1);
    });
  }

  for (const answers of [{ RCPT: '550 5.1.1 No such user' }, { MESSAGE: '554 5.7.1 Not wanted' }]) {
    test(`${Object.values(answers).join()} ends it`, async (t) => {
      const { server, system } = await startWithServer(t);
      Object.assign(server.answers, answers);
      await send(system);
      await system.advance(day);
      const { status, problem, attempts } = await onlyRow(system);
      assert.deepEqual({ status, attempts }, { status: 'failed', attempts: 1 });
      assert.match(problem ?? '', new RegExp(Object.values(answers).join()));
    });
  }

  test('a mail whose answer is lost comes twice, recognizably', async (t) => {
    const { server, system } = await startWithServer(t);
    server.answers.MESSAGE = 'take-and-close';
    await send(system);
    await system.work();
    delete server.answers.MESSAGE;
    await system.advance(minute);
    assert.equal((await onlyRow(system)).status, 'sent');
    const ids = server.mails.map(({ raw }) => readMail(raw).header('message-id'));
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
  });

  test('a server that is down, or repeats the password, tells nobody what the password is', async (t) => {
    const { server, system } = await startWithServer(t);
    const plain = Buffer.from(`\0parley\0${password}`).toString('base64');
    server.answers.AUTH = `535 5.7.8 Refused: ${plain} (${password})`;
    await send(system);
    await system.work();
    const problem = (await onlyRow(system)).problem ?? '';
    assert.match(problem, /535 5\.7\.8 Refused: \[redacted\]/);
    await server.stop();
    await system.advance(minute);
    assert.match((await onlyRow(system)).problem ?? '', /ECONNREFUSED/);
    const seen = system.lines.join('') + problem;
    assert.match(seen, /mail not sent yet/);
    for (const secret of [password, encodeURIComponent(password), plain, 'ss w@rd', 'Guten Tag', 'ada@desk.example'])
      assert.ok(!seen.includes(secret), secret);
  });
});
