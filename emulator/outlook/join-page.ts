import { html } from 'hono/html';
import type { Context } from '../context.ts';
import { meetingByUrl } from '../graph/online-meeting.ts';
import type { TeamsMeeting } from '../graph/online-meeting.ts';
import { spanText } from './mailbox.ts';
import { outlookPage } from './page.ts';

/** Where a join button leads: Teams itself is not emulated. */
export function joinPage(context: Context, url: string): Promise<Response> {
  const event = [...context.mailboxes.events.values()].find((one) => one.isOrganizer && one.meeting?.joinUrl === url);
  const meeting = event === undefined ? meetingByUrl(context, url) : undefined;
  if (meeting !== undefined) return standalonePage(context, meeting);
  const known =
    event === undefined
      ? html`<p>
          No event in the emulated calendars has this link. The meeting was cancelled, or the link is not one of ours.
        </p>`
      : html`<p>You would now join <b>${event.subject || '(no subject)'}</b> with ${event.organizer.name}.</p>
          <p class="quiet">
            ${spanText({ start: event.start.at, end: event.end.at, isAllDay: event.isAllDay }, 'UTC')}
          </p>`;
  return outlookPage({
    title: 'Join meeting',
    status: event === undefined ? 404 : 200,
    body: html`<section class="card">
      <h1>Microsoft Teams</h1>
      ${known}
      <p class="small quiet">${url}</p>
    </section>`,
  });
}

/** A meeting that is on no calendar (any more). */
function standalonePage(context: Context, meeting: TeamsMeeting): Promise<Response> {
  const organizer = context.directory.users.get(meeting.organizerId)?.displayName ?? 'somebody who left';
  return outlookPage({
    title: 'Join meeting',
    body: html`<section class="card">
      <h1>Microsoft Teams</h1>
      <p>You would now join <b>${meeting.subject ?? '(no subject)'}</b> with ${organizer}.</p>
      <p class="quiet">${spanText({ start: meeting.start, end: meeting.end, isAllDay: false }, 'UTC')}</p>
      <p class="small quiet">No calendar has this meeting.</p>
      <p class="small quiet">${meeting.joinWebUrl}</p>
    </section>`,
  });
}
