import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** Where a server can do something else than it should: at its greeting, a command, or the end of a message. */
type Stage = 'GREETING' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'MESSAGE';

/** A line to say, or `hang`; with `take-and-close` the message is kept, and the connection ends before anybody learns. */
type Answers = Partial<Record<Stage, string>>;

export type ReceivedMail = { from: string; to: string[]; raw: string };
export type SmtpServer = Awaited<ReturnType<typeof startSmtpServer>>;

/** A mail server on this machine (RFC 5321, with AUTH PLAIN) that keeps what it takes, and answers as it is told to. */
export async function startSmtpServer(t: TestContext) {
  const mails: ReceivedMail[] = [];
  const credentials: string[] = [];
  const answers: Answers = {};
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    talk(socket, { mails, credentials, answers });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  t.after(stop);
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, mails, credentials, answers, stop };
}

type Session = { mails: ReceivedMail[]; credentials: string[]; answers: Answers };

function talk(socket: Socket, { mails, credentials, answers }: Session) {
  let received = '';
  let mail: ReceivedMail = { from: '', to: [], raw: '' };
  let inMessage = false;

  const reply = (stage: Stage, usual: string): boolean => {
    const answer = answers[stage] ?? usual;
    if (answer === 'take-and-close') socket.destroy();
    else if (answer !== 'hang') socket.write(`${answer}\r\n`);
    return answer === usual || answer === 'take-and-close';
  };

  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') reply('EHLO', '250-mail.example\r\n250-AUTH PLAIN\r\n250 SMTPUTF8');
    else if (verb === 'AUTH') {
      credentials.push(Buffer.from(line.split(' ')[2] ?? '', 'base64').toString());
      reply('AUTH', '235 2.7.0 Welcome');
    } else if (verb === 'MAIL') {
      mail = { from: line, to: [], raw: '' };
      reply('MAIL', '250 2.1.0 Ok');
    } else if (verb === 'RCPT') {
      if (reply('RCPT', '250 2.1.5 Ok')) mail.to.push(line);
    } else if (verb === 'DATA') inMessage = reply('DATA', '354 End with .');
    else if (verb === 'QUIT') socket.end('221 2.0.0 Bye\r\n');
    else socket.write('500 5.5.2 Not known\r\n');
  };

  const message = (raw: string) => {
    inMessage = false;
    if (reply('MESSAGE', '250 2.0.0 Queued')) mails.push({ ...mail, raw: raw.replaceAll('\r\n..', '\r\n.') });
  };

  reply('GREETING', '220 mail.example ESMTP');
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    for (;;) {
      const end = inMessage ? '\r\n.\r\n' : '\r\n';
      const at = received.indexOf(end);
      if (at < 0) return;
      const part = received.slice(0, at);
      received = received.slice(at + end.length);
      if (inMessage) message(part);
      else command(part);
    }
  });
}

/** A message as a mail program reads it (RFC 5322, 2045, 2047): its headers in order, and its parts in words. */
export function readMail(raw: string) {
  const { headers, body } = readPart(raw);
  const header = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  const boundary = /boundary="([^"]+)"/.exec(header('content-type'))?.[1];
  const parts = boundary === undefined ? [raw] : body.split(`--${boundary}`).slice(1, -1);
  const part = (type: string) => parts.map((text) => readPart(text.trimStart())).find((one) => one.type === type)?.text;
  return { headers, header, types: parts.map((text) => readPart(text.trimStart()).type), part };
}

function readPart(raw: string) {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const headers = head
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .map((line): [string, string] => [
      line.slice(0, line.indexOf(':')),
      decodeWords(line.slice(line.indexOf(':') + 2)),
    ]);
  const find = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  return {
    headers,
    body,
    type: find('content-type').split(';')[0],
    text: decodeBody(body, find('content-transfer-encoding')).replaceAll('\r\n', '\n'),
  };
}

function decodeBody(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  return encoding === 'quoted-printable' ? decodeQuoted(body.replaceAll('=\r\n', '')) : body;
}

function decodeWords(value: string): string {
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, how: string, text: string) =>
      how.toLowerCase() === 'b' ? Buffer.from(text, 'base64').toString() : decodeQuoted(text.replaceAll('_', ' ')),
    );
}

function decodeQuoted(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
