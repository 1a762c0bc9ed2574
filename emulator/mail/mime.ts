import PostalMime from 'postal-mime';
import type { Attachment, Address } from 'postal-mime';
import type { EmailAddress, Message } from '../graph/mailboxes.ts';
import { invitationIn } from './calendar-part.ts';

/** A message as it arrived (RFC 5322, 2045). */
export type ReadMessage = {
  from: EmailAddress;
  to: string[];
  subject: string;
  html: string;
  attachments: Message['attachments'];
  /** What its calendar part says; `null` without one that invites or cancels. */
  invitation: Message['invitation'];
};

/** Reads a message in MIME. */
export async function readMime(raw: Buffer): Promise<ReadMessage> {
  const mail = await PostalMime.parse(raw);
  const [from] = addresses(mail.from ? [mail.from] : []);
  const parts = mail.attachments.map(attachment);
  const calendar = parts.find(({ contentType }) => contentType.startsWith('text/calendar'));
  return {
    from: from ?? { name: '', address: '' },
    to: addresses([...(mail.to ?? []), ...(mail.cc ?? [])]).map(({ address }) => address),
    subject: mail.subject ?? '',
    html: mail.html ?? `<pre>${escape(mail.text ?? '')}</pre>`,
    // Mail programs send an invitation twice, as another form of the text and as a file.
    attachments: parts.filter((part) => part === calendar || part.contentBytes !== calendar?.contentBytes),
    invitation: calendar === undefined ? null : invitationIn(Buffer.from(calendar.contentBytes, 'base64').toString()),
  };
}

function addresses(all: Address[]): EmailAddress[] {
  return all.flatMap((one) => one.group ?? [one]).map(({ name, address }) => ({ name: name || address, address }));
}

function attachment({ filename, mimeType, method, content }: Attachment): Message['attachments'][number] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
  return {
    name: filename ?? (mimeType === 'text/calendar' ? 'invite.ics' : 'attachment'),
    contentType: method === undefined ? mimeType : `${mimeType}; method=${method}`,
    contentBytes: bytes.toString('base64'),
  };
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>]/g, (character) => entities[character] ?? '');
}
