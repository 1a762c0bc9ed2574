import { findMailboxByAddress, mailboxUser, primaryAddress } from './access.ts';
import type { Call, Reply } from './call.ts';
import { isRecord, jsonBody, optional, wrongType } from './call.ts';
import { badBody, badRequest, GraphError } from './graph-error.ts';
import { deliverMessage } from './invitations.ts';
import type { EmailAddress, Message } from './mailboxes.ts';
import { nextSequence } from './mailboxes.ts';
import type { Route } from './routes.ts';
import { underUser } from './routes.ts';

export const sendMailRoutes: Route[] = underUser([['POST', '/sendMail', 'send mail', sendMail]]);

type Mail = { subject: string; html: string; to: string[]; attachments: Message['attachments']; saved: boolean };

/** Accepts a message as JSON, or as base64 MIME. 202 says accepted; it is in the inboxes at once here. */
function sendMail(call: Call): Reply {
  const user = mailboxUser(call);
  const own: EmailAddress = { name: user.displayName, address: primaryAddress(user) };
  const isMime = /^text\/plain/i.test(call.headers.get('content-type') ?? '');
  const mail = isMime ? readMime(call.text) : readMail(jsonBody(call), own.address);
  if (mail.to.length === 0) {
    throw badRequest('At least one recipient is not valid.', 'ErrorInvalidRecipients');
  }
  const { context } = call;
  const { subject, html, to, attachments, saved } = mail;
  for (const recipient of to) {
    deliverMessage(context, {
      kind: 'mail',
      recipient: inboxOf(call, recipient),
      from: own,
      subject,
      html,
      attachments,
      invitation: null,
    });
  }
  const id = `AAMkAGU2Vu${nextSequence(context.mailboxes)}AAA=`;
  context.mailboxes.sent.push({ id, at: context.now(), ownerId: user.id, subject, to, saved });
  return { status: 202 };
}

/** An alias leads to the inbox of the person behind it. */
function inboxOf(call: Call, address: string): string {
  const user = findMailboxByAddress(call.context, address);
  return user === undefined ? address : primaryAddress(user);
}

function readMail(body: Record<string, unknown>, own: string): Mail {
  const message = body['message'] ?? body['Message'];
  if (!isRecord(message)) throw badBody("The property 'message' is required.");
  checkSender(message, own);
  const content = isRecord(message['body']) ? message['body'] : {};
  const text = optional(content, 'content', 'string') ?? '';
  const recipients = ['toRecipients', 'ccRecipients', 'bccRecipients'].flatMap((name) => readRecipients(message[name]));
  checkHeaders(message['internetMessageHeaders']);
  return {
    subject: optional(message, 'subject', 'string') ?? '',
    html: text,
    to: recipients,
    attachments: readAttachments(message['attachments']),
    saved: optional(body, 'saveToSentItems', 'boolean') ?? true,
  };
}

function checkSender(message: Record<string, unknown>, own: string): void {
  for (const name of ['from', 'sender']) {
    const [address] = message[name] === undefined ? [] : readRecipients([message[name]]);
    if (address !== undefined && address.toLowerCase() !== own.toLowerCase()) {
      throw new GraphError(
        403,
        'ErrorSendAsDenied',
        'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.',
      );
    }
  }
}

function readRecipients(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType(value, 'Collection(microsoft.graph.recipient)');
  return value.map((one: unknown) => {
    const email = isRecord(one) ? one['emailAddress'] : undefined;
    const address = isRecord(email) ? optional(email, 'address', 'string') : undefined;
    if (address === undefined || !/^[^\s@]+@[^\s@]+$/.test(address)) {
      throw badRequest('At least one recipient is not valid.', 'ErrorInvalidRecipients');
    }
    return address;
  });
}

function readAttachments(value: unknown): Message['attachments'] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((one) => ({
    name: optional(one, 'name', 'string') ?? '',
    contentType: optional(one, 'contentType', 'string') ?? 'application/octet-stream',
    contentBytes: optional(one, 'contentBytes', 'string') ?? '',
  }));
}

function checkHeaders(value: unknown): void {
  if (!Array.isArray(value)) return;
  for (const header of value.filter(isRecord)) {
    const name = optional(header, 'name', 'string') ?? '';
    // Invented wording; that custom names start with "x-" is documented.
    if (!/^x-/i.test(name))
      throw badRequest(`The header name '${name}' must start with 'x-'.`, 'InvalidInternetMessageHeader');
  }
}

function readMime(text: string): Mail {
  const compact = text.replaceAll(/\s/g, '');
  if (compact === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact) || compact.length % 4 !== 0) {
    throw badRequest('Invalid base64 string for MIME content.', 'ErrorMimeContentInvalidBase64String');
  }
  const mime = Buffer.from(compact, 'base64').toString('utf8');
  const header = (name: string) => new RegExp(`^${name}:\\s*(.+)$`, 'im').exec(mime)?.[1]?.trim() ?? '';
  return {
    subject: header('Subject'),
    html: mime
      .split(/\r?\n\r?\n/)
      .slice(1)
      .join('\n\n'),
    to: [...`${header('To')},${header('Cc')}`.matchAll(/[^\s<>,;]+@[^\s<>,;]+/g)].map(([address]) => address),
    attachments: [],
    saved: true,
  };
}
