import { readMime, type ReadMessage } from '../mail/mime.ts';
import { receive } from '../mail/receive.ts';
import { addressesOf, mailboxUser, primaryAddress } from './access.ts';
import type { Call, Reply } from './call.ts';
import { isRecord, jsonBody, optional, wrongType } from './call.ts';
import { badBody, badRequest, GraphError } from './graph-error.ts';
import type { EmailAddress, Message } from './mailboxes.ts';
import { nextSequence } from './mailboxes.ts';
import type { Route } from './routes.ts';
import { underUser } from './routes.ts';

export const sendMailRoutes: Route[] = underUser([['POST', '/sendMail', 'send mail', sendMail]]);

type Mail = Omit<ReadMessage, 'from'> & { saved: boolean };

/** Accepts a message as JSON, or as base64 MIME. 202 says accepted; it is in the inboxes at once here. */
async function sendMail(call: Call): Promise<Reply> {
  const user = mailboxUser(call);
  const own: EmailAddress = { name: user.displayName, address: primaryAddress(user) };
  const isMime = /^text\/plain/i.test(call.headers.get('content-type') ?? '');
  const mail = isMime ? await readMimeMail(call.text, addressesOf(user)) : readMail(jsonBody(call), own.address);
  if (mail.to.length === 0) {
    throw badRequest('At least one recipient is not valid.', 'ErrorInvalidRecipients');
  }
  const { context } = call;
  const { subject, html, to, attachments, invitation, saved } = mail;
  for (const recipient of to) receive(context, recipient, { from: own, to, subject, html, attachments, invitation });
  const id = `AAMkAGU2Vu${nextSequence(context.mailboxes)}AAA=`;
  context.mailboxes.sent.push({ id, at: context.now(), ownerId: user.id, subject, to, saved });
  return { status: 202 };
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
    invitation: null,
    saved: optional(body, 'saveToSentItems', 'boolean') ?? true,
  };
}

function checkSender(message: Record<string, unknown>, own: string): void {
  for (const name of ['from', 'sender']) {
    const [address] = message[name] === undefined ? [] : readRecipients([message[name]]);
    if (address !== undefined && address.toLowerCase() !== own.toLowerCase()) throw sendAsDenied();
  }
}

function sendAsDenied(): GraphError {
  return new GraphError(
    403,
    'ErrorSendAsDenied',
    'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.',
  );
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

/** MIME names its sender itself: any address of the mailbox, or none. */
async function readMimeMail(text: string, own: string[]): Promise<Mail> {
  const compact = text.replaceAll(/\s/g, '');
  if (compact === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact) || compact.length % 4 !== 0) {
    throw badRequest('Invalid base64 string for MIME content.', 'ErrorMimeContentInvalidBase64String');
  }
  const { from, ...message } = await readMime(Buffer.from(compact, 'base64'));
  if (from.address !== '' && !own.includes(from.address.toLowerCase())) throw sendAsDenied();
  return { ...message, saved: true };
}
