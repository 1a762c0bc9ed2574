import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { readableMeeting } from '../graph/event-json.ts';
import type { StoredEvent } from '../graph/mailboxes.ts';
import { htmlToText } from '../graph/teams-block.ts';
import { wallTime } from '../graph/time-zones.ts';
import type { Mailbox } from './mailbox.ts';
import { mailboxHead, nameAndAddress, pathOf, spanText } from './mailbox.ts';
import type { Html } from './page.ts';
import { outlookPage } from './page.ts';

const words: Record<string, string> = {
  none: 'no answer yet',
  notResponded: 'no answer yet',
  organizer: 'organizer',
  accepted: 'accepted',
  tentativelyAccepted: 'maybe',
  declined: 'declined',
};

/** One event: what it says, the way into the meeting, and what its owner can do with it by hand. */
export function eventPage(
  context: Context,
  mailbox: Mailbox,
  event: StoredEvent,
  afterwards: Html | '',
): Promise<Response> {
  const span = { start: event.start.at, end: event.end.at, isAllDay: event.isAllDay };
  return outlookPage({
    title: event.subject,
    body: html`${mailboxHead(context, mailbox, undefined)}
      <article class="card" aria-labelledby="subject">
        <h2 id="subject">${event.subject || '(no subject)'}</h2>
        <p>${spanText(span, mailbox.zone)}</p>
        ${joinButton(context, event)} ${answerButtons(mailbox, event)}
        <dl class="facts">
          <dt>Organizer</dt>
          <dd>${nameAndAddress(event.organizer)}</dd>
          ${
            event.location.displayName === ''
              ? ''
              : html`<dt>Location</dt>
                  <dd>${event.location.displayName}</dd>`
          }
          <dt>Shown as</dt>
          <dd>${event.showAs}${event.isCancelled ? ', cancelled' : ''}</dd>
          ${
            event.attendees.length === 0
              ? ''
              : html`<dt>Attendees</dt>
                  <dd>${attendeeList(event)}</dd>`
          }
        </dl>
        <div class="text">${htmlToText(event.body)}</div>
      </article>
      ${afterwards} ${editForm(mailbox, event)}`,
  });
}

/** The button that Outlook would show; it leads to a page that says what Teams would open. */
export function joinLink(joinUrl: string): Html {
  return html`<p class="actions">
    <a class="button primary join" href="/outlook/join?url=${encodeURIComponent(joinUrl)}">Join Teams meeting</a>
  </p>`;
}

function joinButton(context: Context, event: StoredEvent): Html | '' {
  const meeting = readableMeeting(context, event);
  if (meeting !== null) return joinLink(meeting.joinUrl);
  return event.isOnlineMeeting ? html`<p class="quiet">Teams is still making the link.</p>` : '';
}

function answerButtons(mailbox: Mailbox, event: StoredEvent): Html | '' {
  if (event.isOrganizer || event.isCancelled) return '';
  return html`<p class="small quiet">Your answer: ${words[event.responseStatus.response]}</p>
    ${answerForm(pathOf(mailbox, `events/${encodeURIComponent(event.id)}/answer`))}`;
}

/** Accept, tentative, decline. */
export function answerForm(action: string): Html {
  return html`<form class="actions" method="post" action="${action}">
    <button name="answer" value="accepted">Accept</button>
    <button name="answer" value="tentativelyAccepted">Tentative</button>
    <button name="answer" value="declined">Decline</button>
  </form>`;
}

function attendeeList(event: StoredEvent): Html[] {
  return event.attendees.map(
    (one) => html`<div>${nameAndAddress(one.emailAddress)}: ${words[one.status.response]}</div>`,
  );
}

function editForm(mailbox: Mailbox, event: StoredEvent): Html {
  const path = pathOf(mailbox, `events/${encodeURIComponent(event.id)}`);
  const start = wallTime(event.start.at, mailbox.zone);
  const end = wallTime(event.end.at, mailbox.zone);
  const told = event.isOrganizer && event.attendees.length > 0;
  return html`<section class="card" aria-labelledby="edit">
    <h2 id="edit">Change it by hand</h2>
    <p class="small quiet">
      ${told ? 'Attendees are told, as Outlook would tell them.' : 'Only this calendar changes; nobody is told.'}
    </p>
    <form class="fields" method="post" action="${path}">
      <label>Subject <input name="subject" value="${event.subject}" /></label>
      ${
        event.isAllDay
          ? ''
          : html`<label>Date <input type="date" name="date" value="${start.slice(0, 10)}" required /></label>
              <label>Start <input type="time" name="start" value="${start.slice(11, 16)}" required /></label>
              <label>End <input type="time" name="end" value="${end.slice(11, 16)}" required /></label>`
      }
      <button class="primary">Save changes</button>
    </form>
    <form class="actions" method="post" action="${path}/delete">
      <button>${told ? 'Cancel meeting' : 'Delete event'}</button>
    </form>
  </section>`;
}
