import { createTransport } from 'nodemailer';
import type { Config } from '../config.ts';
import { EmailRefused, oneLine, type OutgoingEmail, type SendMail } from './email.ts';

/** Nothing in a mail is fetched from anywhere, whatever its text says. */
const withoutOutside = { disableFileAccess: true, disableUrlAccess: true };

type Options = {
  /** How long the server may keep us waiting for a connection, a greeting or an answer. */
  timeoutMs?: number;
};

/**
 * The way to the configured mail server (RFC 5321), one connection for each mail; `undefined` where none is configured.
 * Certificates are verified. A password goes to another machine over TLS only.
 */
export function createSendMail(
  { transport: wanted, smtpUrl, requireTls, from, replyTo }: Config['mail'],
  { timeoutMs = 30_000 }: Options = {},
): SendMail | undefined {
  if (!smtpUrl || !from) return wanted === 'graph' ? refuseWithoutServer : undefined;
  const server = parseServer(smtpUrl.reveal(), requireTls);
  const domain = from.replace(/^.*@/, '').replace(/>$/, '');
  const transport = createTransport({
    ...server,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...withoutOutside,
  });
  return async (email) => {
    try {
      await transport.sendMail({ ...asMessage(email, domain), from, replyTo: replyTo ?? replyToOf(email) });
    } catch (error) {
      throw describeFailure(error, server.auth);
    }
  };
}

/** Where mail goes by organizers' mailboxes alone, all that they cannot send stays behind, with its reason. */
const refuseWithoutServer: SendMail = async () => {
  throw new EmailRefused('No organizer’s mailbox could send it, and there is no mail server: set Mail__SmtpUrl.');
};

/** A mail as MIME (RFC 5322), from the address of a mailbox that sends it itself. */
export async function writeMime(email: OutgoingEmail, from: { name: string; address: string }): Promise<Buffer> {
  const writer = createTransport({ streamTransport: true, buffer: true, newline: 'windows', ...withoutOutside });
  const { message } = await writer.sendMail({
    ...asMessage(email, from.address.replace(/^.*@/, '')),
    from: { name: oneLine(from.name), address: from.address },
    replyTo: replyToOf(email),
  });
  return message as Buffer; // as `buffer` asks for
}

type Auth = { user: string; pass: string };

function parseServer(smtpUrl: string, requireTls: boolean) {
  const url = new URL(smtpUrl);
  const secure = url.protocol === 'smtps:';
  const auth: Auth | undefined = url.username
    ? { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) }
    : undefined;
  const onThisMachine = /^(localhost|127\.0\.0\.1|\[::1\])$/i.test(url.hostname);
  return {
    host: url.hostname.replaceAll(/[[\]]/g, ''),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    // STARTTLS: pointless on this machine, taken where it is offered, demanded where a password is sent.
    ignoreTLS: onThisMachine && !requireTls,
    requireTLS: requireTls || (!onThisMachine && auth !== undefined),
    auth,
  };
}

function asMessage({ id, to, subject, text, html, date, calendar, unsubscribeUrl }: OutgoingEmail, domain: string) {
  return {
    messageId: `<${id}@${domain}>`,
    date,
    // As an object, so that it is one address whatever is in it.
    to: { name: '', address: to },
    subject: oneLine(subject),
    text,
    html,
    xMailer: false as const,
    headers: {
      // RFC 3834, and Exchange's word for it: nobody's absence is answered to us.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(unsubscribeUrl && {
        // RFC 8058; prepared, because a long address is not to be folded.
        'List-Unsubscribe': { prepared: true, value: `<${unsubscribeUrl}>` },
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
    },
    ...(calendar && asCalendarPart(calendar)),
  };
}

/**
 * Outlook and Gmail show an invitation where the calendar file is another form of the letter (RFC 6047), with its
 * method; a file that only tells of a time is attached, for a person to open.
 */
function asCalendarPart({ method, file }: NonNullable<OutgoingEmail['calendar']>) {
  if (method !== 'PUBLISH') return { icalEvent: { method, filename: 'invite.ics', content: file } };
  const contentType = 'text/calendar; charset=utf-8; method=PUBLISH';
  return { attachments: [{ filename: 'appointment.ics', contentType, content: file }] };
}

function replyToOf({ replyTo }: OutgoingEmail) {
  return replyTo === undefined ? undefined : { name: '', address: replyTo };
}

/** What nodemailer tells of a failure: the server's code (RFC 5321, 4.2), and the command that it answered. */
type SmtpError = Error & { code?: string; responseCode?: number; command?: string };

/**
 * A refused recipient or text is final, and so is an address that SMTP cannot carry. All else may pass: the network,
 * 4xx answers, and a refused sign-in or sender, which whoever runs this server can set right.
 */
function describeFailure(error: unknown, auth: Auth | undefined): Error {
  const { message, code, responseCode = 0, command = '' } = error as SmtpError;
  const reason = withoutSecrets(message, auth);
  const refused = responseCode >= 500 && ['RCPT TO', 'DATA'].includes(command);
  return refused || (code === 'EENVELOPE' && command === 'API') ? new EmailRefused(reason) : new Error(reason);
}

/** A server's answer may repeat what it was sent. */
function withoutSecrets(message: string, auth: Auth | undefined): string {
  if (!auth) return message;
  const pass = Buffer.from(auth.pass);
  const plain = Buffer.from(`\0${auth.user}\0${auth.pass}`);
  // Answers are read as Latin-1.
  const secrets = [plain.toString('base64'), pass.toString('base64'), pass.toString('latin1'), auth.pass];
  return secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), message);
}
