import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { readableMeeting } from '../graph/event-json.ts';
import { findOriginal } from '../graph/invitations.ts';
import type { Message } from '../graph/mailboxes.ts';
import { htmlToText, withoutBlock } from '../graph/teams-block.ts';
import { answerForm, joinLink } from './event-page.ts';
import type { Mailbox } from './mailbox.ts';
import { format, inboxOf, mailboxHead, nameAndAddress, pathOf, spanText } from './mailbox.ts';
import type { Html } from './page.ts';
import { outlookPage } from './page.ts';

const kinds: Record<Message['kind'], string> = {
  invitation: 'Invitation',
  update: 'Update',
  cancellation: 'Cancellation',
  response: 'Answer',
  mail: 'Mail',
};

/** Everything that one address received, newest first. */
export function inboxPage(context: Context, mailbox: Mailbox): Promise<Response> {
  const messages = inboxOf(context, mailbox);
  return outlookPage({
    title: `${mailbox.name}, inbox`,
    body: html`${mailboxHead(context, mailbox, 'inbox')}
      <section class="card" aria-labelledby="inbox">
        <h2 id="inbox">Inbox</h2>
        ${
          messages.length === 0
            ? html`<p class="quiet">
                Nothing yet. Invitations to ${mailbox.address} appear here as soon as they are sent.
              </p>`
            : html`<ul class="mails">
                ${messages.map((message) => mailItem(mailbox, message))}
              </ul>`
        }
      </section>`,
  });
}

/** One message, with the way to answer an invitation. */
export function messagePage(context: Context, mailbox: Mailbox, message: Message): Promise<Response> {
  const path = pathOf(mailbox, `messages/${encodeURIComponent(message.id)}`);
  const { invitation } = message;
  return outlookPage({
    title: message.subject,
    body: html`${mailboxHead(context, mailbox, undefined)}
      <article class="card" aria-labelledby="subject">
        <h2 id="subject">${message.subject || '(no subject)'}</h2>
        <p>
          <span class="tag ${message.kind}">${kinds[message.kind]}</span> from ${nameAndAddress(message.from)}
          <span class="quiet">${received(message, mailbox)}</span>
        </p>
        ${invitation === null ? '' : invitationPart(context, mailbox, message, `${path}/answer`)}
        <div class="text">${htmlToText(message.html)}</div>
        ${links(message)} ${attachments(message)}
      </article>`,
  });
}

function mailItem(mailbox: Mailbox, message: Message): Html {
  const { invitation } = message;
  const when =
    invitation === null
      ? ''
      : spanText({ start: invitation.start.at, end: invitation.end.at, isAllDay: invitation.isAllDay }, mailbox.zone);
  return html`<li>
    <a href="${pathOf(mailbox, `messages/${encodeURIComponent(message.id)}`)}">
      <span class="tag ${message.kind}">${kinds[message.kind]}</span><b>${message.subject || '(no subject)'}</b>
      <small>${when}</small>
      <small>from ${message.from.name}, ${received(message, mailbox)}</small>
    </a>
  </li>`;
}

function invitationPart(context: Context, mailbox: Mailbox, message: Message, action: string): Html {
  const { invitation } = message;
  if (invitation === null) return html``;
  const original = findOriginal(context, invitation.uid);
  const joinUrl = (original === undefined ? null : readableMeeting(context, original)?.joinUrl) ?? invitation.joinUrl;
  const open = invitation.method === 'REQUEST' && original !== undefined;
  const span = { start: invitation.start.at, end: invitation.end.at, isAllDay: invitation.isAllDay };
  return html`<p>${spanText(span, mailbox.zone)}</p>
    ${invitation.location === '' ? '' : html`<p class="quiet">${invitation.location}</p>`}
    ${invitation.comment === '' ? '' : html`<p>“${invitation.comment}”</p>`}
    ${invitation.method === 'REQUEST' && joinUrl !== null ? joinLink(joinUrl) : ''} ${open ? answerForm(action) : ''}
    ${open && original !== undefined ? answered(message, original) : ''}`;
}

function answered(
  message: Message,
  original: { attendees: { emailAddress: { address: string }; status: { response: string } }[] },
): Html {
  const own = original.attendees.find((one) => one.emailAddress.address.toLowerCase() === message.recipient);
  const answer = { accepted: 'You accepted.', tentativelyAccepted: 'You answered: maybe.', declined: 'You declined.' }[
    own?.status.response ?? ''
  ];
  return answer === undefined ? html`` : html`<p role="status">${answer}</p>`;
}

/** Mail is shown as text, so that nothing in it can act; its links are listed, those of Teams' own block aside. */
function links(message: Message): Html {
  const found = [...withoutBlock(message.html).matchAll(/<a\b[^>]*href="(https?:\/\/[^"]+)"[^>]*>([\s\S]*?)<\/a>/gi)];
  if (found.length === 0) return html``;
  return html`<h3>Links in this message</h3>
    <ul>
      ${found.map(([, url = '', label = '']) => html`<li><a href="${htmlToText(url)}" rel="noreferrer">${htmlToText(label) || url}</a></li>`)}
    </ul>`;
}

function attachments(message: Message): Html {
  if (message.attachments.length === 0) return html``;
  return html`<h3>Attachments</h3>
    <ul>
      ${message.attachments.map((one) => html`<li>${one.name} (${one.contentType})${calendarText(one)}</li>`)}
    </ul>`;
}

/** What a calendar program would read. */
function calendarText({ contentType, contentBytes }: Message['attachments'][number]): Html {
  if (!contentType.startsWith('text/calendar')) return html``;
  return html`<details>
    <summary>What the file says</summary>
    <pre>${Buffer.from(contentBytes, 'base64').toString()}</pre>
  </details>`;
}

function received(message: Message, mailbox: Mailbox): string {
  const options = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const;
  return `received ${format(message.at, mailbox.zone, options)}`;
}
