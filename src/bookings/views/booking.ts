import { html } from 'hono/html';
import type { Html } from '../../http/pages.ts';
import { frame, notice, whenView } from './frame.ts';
import { icon } from './icons.ts';

/** What the visitor is told about the link: it comes, it is there, or it takes longer than somebody waits for. */
export type LinkState = { kind: 'waiting' } | { kind: 'ready'; joinUrl: string } | { kind: 'later' };

export type BookingModel = {
  title: string;
  hostName: string;
  workspaceName: string;
  visitorName: string;
  visitorEmail: string;
  byMail: boolean;
  when: string;
  state: { kind: 'coming'; link: LinkState; changeable: boolean } | { kind: 'past' } | { kind: 'cancelled' };
  moved: boolean;
  urls: {
    self: string;
    events: string;
    invite: string;
    google: string;
    outlook: string;
    move: string;
    cancel: string;
    again: string;
  };
  refresh: { seconds: number; url: string } | undefined;
};

const headings: Record<BookingModel['state']['kind'], string> = {
  coming: 'Your time is booked',
  past: 'This meeting is over',
  cancelled: 'This meeting is cancelled',
};

/** The page people keep: when, with whom, the link, and what can still be done. */
export function bookingPage(model: BookingModel): Html {
  const { state, when, title, hostName, refresh, moved } = model;
  return frame({
    title: `${headings[state.kind]}: ${title}, ${when}`,
    width: 'narrow',
    robots: 'noindex',
    refresh,
    content: html`<header class="intro">
        <p class="workspace"><bdi>${model.workspaceName}</bdi></p>
        <p class="seal ${state.kind}">
          ${icon(state.kind === 'coming' ? 'check' : state.kind === 'past' ? 'clock' : 'cross')}
        </p>
        <h1>${headings[state.kind]}</h1>
        <p class="when ${state.kind === 'cancelled' && 'struck'}">${whenView(when)}</p>
        <p class="host"><bdi>${title}</bdi> with <bdi>${hostName}</bdi></p>
      </header>
      ${moved && state.kind === 'coming' && notice('good', movedWords(model))} ${body(model)}`,
  });
}

function body(model: BookingModel): Html {
  const { state, urls } = model;
  if (state.kind !== 'coming')
    return html`<p class="actions"><a class="button" href="${urls.again}">Book another time</a></p>`;
  return html`${linkView(state.link, model)}
    <p class="for">Booked for <bdi>${model.visitorName}</bdi>. ${invitationWords(model)}</p>
    ${calendarsView(urls)} ${state.changeable && changeView(urls)}`;
}

function movedWords({ byMail }: BookingModel): string {
  return byMail
    ? 'The meeting was moved. Everyone gets the new time by e-mail.'
    : 'The meeting was moved. The link stays the same.';
}

function invitationWords({ byMail, visitorEmail }: BookingModel): Html {
  return byMail
    ? html`The invitation goes to <bdi>${visitorEmail}</bdi>.`
    : html`No invitation is sent: keep this page, the link to the meeting is here.`;
}

/** The place of the link. Both texts for waiting lie on one another, so that nothing moves when one replaces the other. */
function linkView(link: LinkState, { urls, byMail }: BookingModel): Html {
  const events = link.kind === 'waiting' ? html` data-events="${urls.events}"` : '';
  return html`<section
    class="link"
    id="link"
    aria-live="polite"
    aria-label="Teams link"
    data-state="${link.kind}"
    ${events}
  >
    ${linkWords(link, urls, byMail ? 'The link will arrive by e-mail.' : 'The link will appear on this page.')}
  </section>`;
}

function linkWords(link: LinkState, urls: BookingModel['urls'], later: string): Html {
  if (link.kind === 'ready') {
    return html`<a class="button primary" href="${link.joinUrl}" rel="noreferrer"
      >${icon('video')}Join the Teams meeting</a
    >`;
  }
  if (link.kind === 'later') {
    return html`<p class="making">${icon('video')}Your time is booked. ${later}</p>`;
  }
  return html`<p class="making" data-before>${icon('video')}Making your Teams link…</p>
    <p class="making" data-after>${icon('video')}Your time is booked. ${later}</p>
    <noscript>
      <p><a href="${urls.self}">Look again</a></p>
    </noscript>`;
}

const calendarsView = (urls: BookingModel['urls']): Html =>
  html`<section class="calendars" id="calendars">
    <h2>Add to your calendar</h2>
    <ul>
      <li>
        <a class="button" href="${urls.outlook}" target="_blank" rel="noopener noreferrer"
          >Outlook<span class="unseen"> on the web (opens a new tab)</span></a
        >
      </li>
      <li>
        <a class="button" href="${urls.google}" target="_blank" rel="noopener noreferrer"
          >Google<span class="unseen"> Calendar (opens a new tab)</span></a
        >
      </li>
      <li>
        <a class="button" href="${urls.invite}" download="invite.ics"
          >Apple and others<span class="unseen"> (downloads an .ics file)</span></a
        >
      </li>
    </ul>
  </section>`;

const changeView = (urls: BookingModel['urls']): Html =>
  html`<section class="changes">
    <h2>Plans changed?</h2>
    <p><a href="${urls.move}">Move to another time</a> <a href="${urls.cancel}">Cancel this meeting</a></p>
  </section>`;
