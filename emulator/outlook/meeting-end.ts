import { html } from 'hono/html';
import { endFields, endFrom } from '../artifacts/end-form.ts';
import { endMeeting, ImpossibleEnd } from '../artifacts/end-meeting.ts';
import type { Context } from '../context.ts';
import { badRequest } from '../graph/graph-error.ts';
import type { StoredEvent } from '../graph/mailboxes.ts';
import { meetingByUrl } from '../graph/online-meeting.ts';
import type { Mailbox } from './mailbox.ts';
import { pathOf } from './mailbox.ts';
import type { Html } from './page.ts';

/** What would happen in Teams: the meeting is held, is over, and leaves something. */
export function meetingEndPart(context: Context, mailbox: Mailbox, event: StoredEvent): Html | '' {
  if (event.meeting === null || !event.isOrganizer || event.isCancelled) return '';
  const meeting = meetingByUrl(context, event.meeting.joinUrl);
  if (meeting === undefined) return '';
  return html`<section class="card" aria-labelledby="end-of-meeting">
    <h2 id="end-of-meeting">After the meeting</h2>
    <p class="small quiet">${leftText(context, meeting.id)}</p>
    <details>
      <summary class="button">End this meeting…</summary>
      <form class="fields" method="post" action="${pathOf(mailbox, `events/${encodeURIComponent(event.id)}/end`)}">
        ${endFields()}
        <button class="primary">End this meeting</button>
      </form>
    </details>
  </section>`;
}

/** Ends the session that an event stands for; one whose time is still to come has lasted half an hour until now. */
export function endByHand(context: Context, event: StoredEvent, form: URLSearchParams): void {
  const now = context.now();
  const planned =
    now > event.start.at ? { startedAt: event.start.at, endedAt: Math.min(now, event.end.at) } : { endedAt: now };
  try {
    endMeeting(context, { joinUrl: event.meeting?.joinUrl ?? '', ...planned, ...endFrom(form) });
  } catch (error) {
    throw error instanceof ImpossibleEnd ? badRequest(error.message) : error;
  }
}

function leftText(context: Context, meetingId: string): string {
  const { recordings, transcripts, reports } = context.teams.artifacts;
  const count = (all: Map<string, { meetingId: string }>) =>
    [...all.values()].filter((one) => one.meetingId === meetingId).length;
  const parts = [
    many(count(recordings), 'recording'),
    many(count(transcripts), 'transcript'),
    many(count(reports), 'attendance report'),
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'Nobody has held it yet.' : `It left ${parts.join(', ')}.`;
}

function many(count: number, word: string): string {
  if (count === 0) return '';
  return count === 1 ? `a${/^[aeiou]/.test(word) ? 'n' : ''} ${word}` : `${count} ${word}s`;
}
