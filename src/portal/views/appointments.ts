import { html } from 'hono/html';
import { icon, type IconName } from '../../http/icons.ts';
import type { Html } from '../../http/pages.ts';
import { frame, whenView } from '../../http/sheet.ts';
import { formatWhen } from '../../scheduling/date-text.ts';
import type { Appointment, Bookable } from '../service.ts';
import { sharedWords } from '../shared.ts';

export type AppointmentsModel = {
  workspaceName: string;
  workspaceSlug: string;
  email: string;
  path: string;
  coming: Appointment[];
  past: Appointment[];
  bookable: Bookable[];
};

/** Everything that somebody has with a workspace: what comes, what was, and what else they can ask for. */
export function appointmentsPage(model: AppointmentsModel): Html {
  const { workspaceName, email, path, coming, past, bookable } = model;
  return frame({
    title: `Your appointments with ${workspaceName}`,
    width: 'narrow',
    robots: 'noindex',
    content: html`<header class="intro">
        <p class="workspace"><bdi>${workspaceName}</bdi></p>
        <h1>Your appointments</h1>
        <form class="signed-in" method="post" action="${path}/sign-out">
          <span class="quiet"><bdi>${email}</bdi></span> <button class="link-button" type="submit">Sign out</button>
        </form>
      </header>
      <section class="appointments" aria-labelledby="coming">
        <h2 id="coming">Coming up</h2>
        ${
          coming.length === 0
            ? html`<p class="quiet">You have nothing planned. Choose a time below.</p>`
            : html`<ul>
                ${coming.map((one) => html`<li>${comingView(one)}</li>`)}
              </ul>`
        }
      </section>
      ${bookable.length > 0 && bookableView(model)}
      ${
        past.length > 0 &&
        html`<section class="appointments past" aria-labelledby="past">
          <h2 id="past">Before</h2>
          <ul>
            ${past.map((one) => html`<li>${pastView(one, model.workspaceSlug)}</li>`)}
          </ul>
        </section>`
      }`,
  });
}

function comingView(one: Appointment): Html {
  const { path, joinUrl, mayMove, mayCancel, status } = one;
  return html`${headView(one)}
    <p class="chores">
      ${joinUrl && html`<a class="button primary" href="${joinUrl}" rel="noreferrer">${icon('video')}Join<span class="unseen">: ${one.title}</span></a>`}
      ${sharedView(one)} ${path !== undefined && html`<a href="${path}">Details${nameOf(one)}</a>`}
      ${mayMove && html`<a href="${path}/reschedule">Move${nameOf(one)}</a>`}
      ${mayCancel && html`<a href="${path}/cancel">${status === 'requested' ? 'Withdraw' : 'Cancel'}${nameOf(one)}</a>`}
    </p>`;
}

function pastView(one: Appointment, workspaceSlug: string): Html {
  const again = `/book/${encodeURIComponent(workspaceSlug)}/${encodeURIComponent(one.eventTypeSlug)}`;
  return html`${headView(one)}
    <p class="chores">
      ${sharedView(one)} ${one.path !== undefined && html`<a href="${one.path}">Details${nameOf(one)}</a>`}
      <a href="${again}">Book again${nameOf(one)}</a>
    </p>`;
}

/** Leads to what was recorded, and says what that is. */
function sharedView(one: Appointment): Html | undefined {
  const { shared } = one;
  return (
    shared && html`<a class="button" href="${shared.path}">${icon('video')}${sharedWords(shared)}${nameOf(one)}</a>`
  );
}

/** Says to those who only hear the links which appointment each belongs to. */
function nameOf({ title, start, end, timeZone }: Appointment): Html {
  return html`<span class="unseen">: ${title}, ${formatWhen(start, end, timeZone)}</span>`;
}

const states: Record<Appointment['status'], { words: string; sign: IconName; kind: 'good' | 'wait' | 'quiet' }> = {
  requested: { words: 'Waiting for an answer', sign: 'clock', kind: 'wait' },
  confirmed: { words: 'Confirmed', sign: 'check', kind: 'good' },
  declined: { words: 'Declined', sign: 'cross', kind: 'quiet' },
  cancelled: { words: 'Cancelled', sign: 'cross', kind: 'quiet' },
  completed: { words: 'Over', sign: 'clock', kind: 'quiet' },
  no_show: { words: 'Over', sign: 'clock', kind: 'quiet' },
};

function headView({ title, hostName, start, end, timeZone, status, unanswered }: Appointment): Html {
  const { words, sign, kind } = states[status];
  return html`<div class="appointment">
    <h3><bdi>${title}</bdi> with <bdi>${hostName}</bdi></h3>
    <p class="when">${whenView(formatWhen(start, end, timeZone))}</p>
    <p class="state ${kind}">${icon(sign)}${unanswered ? 'Not answered in time' : words}</p>
  </div>`;
}

const bookableView = ({ bookable, workspaceSlug }: AppointmentsModel): Html =>
  html`<section class="appointments" aria-labelledby="more">
    <h2 id="more">Another time?</h2>
    <ul class="bookable">
      ${bookable.map(
        ({ title, slug, durationMinutes, needsApproval }) =>
          html`<li>
            <a class="button" href="/book/${encodeURIComponent(workspaceSlug)}/${encodeURIComponent(slug)}"
              ><span
                ><bdi>${title}</bdi>
                <small>${durationMinutes} minutes${needsApproval ? ', on request' : ''}</small></span
              ></a
            >
          </li>`,
      )}
    </ul>
  </section>`;
