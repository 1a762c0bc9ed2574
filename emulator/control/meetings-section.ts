import { html } from 'hono/html';
import { endFields } from '../artifacts/end-form.ts';
import { contentGone } from '../artifacts/lifetime.ts';
import type { Context } from '../context.ts';
import { expiryOf, hasExpired } from '../graph/online-meeting.ts';
import type { TeamsMeeting } from '../graph/online-meeting.ts';
import type { Html } from '../page.ts';
import { teamsPoliciesOf } from '../policies/teams-policies.ts';
import { latestMeetings, leftOf } from './meetings.ts';

const MOST = 25;

/** Meetings to end, what they left, and what each tenant lets Graph read of transcripts. */
export function meetingsSection(context: Context): Html {
  const meetings = latestMeetings(context);
  return html`${settingsTable(context)}
    <h3>Each meeting</h3>
    ${
      meetings.length === 0
        ? html`<p class="quiet">There is no meeting yet.</p>`
        : html`<p class="quiet">
              The latest ${Math.min(MOST, meetings.length)} of ${meetings.length}. A session takes place at the planned
              time, or ends now where that is still to come. <a href="/control/meetings">All as JSON</a>
            </p>
            ${meetings.slice(0, MOST).map((meeting) => meetingPart(context, meeting))}`
    }`;
}

function settingsTable(context: Context): Html {
  const tenants = [...context.directory.tenants.values()].filter(({ kind }) => kind === 'work');
  return html`<div class="scroll">
    <table>
      <tr>
        <th scope="col">Tenant</th>
        <th scope="col">Graph may read transcripts</th>
        <th scope="col">With the names of speakers</th>
      </tr>
      ${tenants.map(({ id, displayName }) => {
        const settings = teamsPoliciesOf(context, id).current.meetingConfiguration;
        return html`<tr>
          <th scope="row">${displayName}</th>
          <td>${settingForm(id, 'enableGraphTranscriptAccess', settings.enableGraphTranscriptAccess)}</td>
          <td>${settingForm(id, 'enableAttributedTranscripts', settings.enableAttributedTranscripts)}</td>
        </tr>`;
      })}
    </table>
  </div>`;
}

function settingForm(tenantId: string, name: string, isOn: boolean): Html {
  return html`<span class="${isOn ? 'good' : 'bad'}">${isOn ? 'Yes' : 'No'}</span>
    <form method="post" action="/control/forms/transcript-settings">
      <input type="hidden" name="id" value="${tenantId}" />
      <button name="${name}" value="${String(!isOn)}">${isOn ? 'Forbid' : 'Allow'}</button>
    </form>`;
}

function meetingPart(context: Context, meeting: TeamsMeeting): Html {
  const organizer = context.directory.users.get(meeting.organizerId);
  const { recordings, transcripts, reports } = leftOf(context, meeting);
  const gone = hasExpired(context, meeting);
  return html`<details>
    <summary>
      ${meeting.subject ?? '(no subject)'}, ${minute(meeting.start)} UTC, ${organizer?.displayName ?? 'nobody'}
      ${recordings.length + transcripts.length + reports.length > 0 ? '· over' : ''} ${gone ? '· expired' : ''}
    </summary>
    ${
      meeting.calendarBacked
        ? ''
        : html`<p class="quiet">It is on no calendar: Graph gives its attendance only, no recording or transcript.</p>`
    }
    <form class="row" method="post" action="/control/forms/end-meeting">
      <input type="hidden" name="onlineMeetingId" value="${meeting.id}" />
      ${endFields()}
      <button>End this meeting</button>
    </form>
    ${
      gone
        ? ''
        : html`<form class="row" method="post" action="/control/forms/expire-meeting">
            <input type="hidden" name="onlineMeetingId" value="${meeting.id}" />
            <button>Let it expire now</button>
            <span class="quiet small">By itself it does on ${minute(expiryOf(meeting)).slice(0, 10)}.</span>
          </form>`
    }
    <ul>
      ${recordings.map(
        (one) =>
          html`<li>
            Recording of
            ${minute(one.startedAt)}${readiness(context, one.availableAt)}${
              contentGone(context, one)
                ? ', its file is deleted'
                : html` ${actionForm('delete-recording', one.id, 'Delete its file')}`
            }
          </li>`,
      )}
      ${transcripts.map((one) => html`<li>Transcript of ${minute(one.startedAt)}${readiness(context, one.availableAt)}</li>`)}
      ${reports.map(
        (one) =>
          html`<li>
            ${one.records.length} people from ${minute(one.startedAt)}${readiness(context, one.availableAt)}
          </li>`,
      )}
    </ul>
  </details>`;
}

function actionForm(name: string, id: string, label: string): Html {
  return html`<form method="post" action="/control/forms/${name}" style="display:inline">
    <input type="hidden" name="id" value="${id}" /><button>${label}</button>
  </form>`;
}

function readiness({ now }: Context, availableAt: number): string {
  return availableAt <= now() ? '' : `, ready at ${minute(availableAt)}`;
}

function minute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}
