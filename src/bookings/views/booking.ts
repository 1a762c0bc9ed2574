import { html } from 'hono/html';
import { icon, type IconName } from '../../http/icons.ts';
import type { Html } from '../../http/pages.ts';
import { frame, notice, whenView } from '../../http/sheet.ts';

/** What the visitor is told about the link: it comes, it is there, it takes longer, or people meet without one. */
export type LinkState = { kind: 'waiting' } | { kind: 'ready'; joinUrl: string } | { kind: 'later' } | { kind: 'none' };

export type BookingState =
  | { kind: 'requested' }
  | { kind: 'coming'; link: LinkState }
  | { kind: 'past' }
  | { kind: 'unanswered' }
  | { kind: 'declined' }
  | { kind: 'cancelled' };

/** A time of the same series: shown in a list, each with a page of its own. */
export type SeriesRow = { when: string; url: string; current: boolean; words: string | undefined };

export type BookingModel = {
  title: string;
  hostName: string;
  workspaceName: string;
  visitorName: string;
  visitorEmail: string;
  byMail: boolean;
  when: string;
  state: BookingState;
  moved: boolean;
  /** What somebody wrote with the decision, or with the cancellation. */
  note: string;
  /** What can still be done, and the sentence about what cannot. */
  change: { move: boolean; cancel: boolean; words: string[] };
  series: SeriesRow[];
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
  /** Where all appointments of this visitor are. */
  portalUrl: string | undefined;
  /** What of it was recorded and is shared with this visitor. */
  recorded: { words: string; path: string } | undefined;
  embeddedIn: string | undefined;
  /** What the site around the page is told once: no name and no address. */
  booked: string | undefined;
};

const headings: Record<BookingState['kind'], string> = {
  requested: 'Your request has been sent',
  coming: 'Your time is booked',
  past: 'This meeting is over',
  unanswered: 'This request was not answered in time',
  declined: 'This time was declined',
  cancelled: 'This meeting is cancelled',
};

const seals: Record<BookingState['kind'], IconName> = {
  requested: 'clock',
  coming: 'check',
  past: 'clock',
  unanswered: 'clock',
  declined: 'cross',
  cancelled: 'cross',
};

/** The page people keep: when, with whom, the link, and what can still be done. */
export function bookingPage(model: BookingModel): Html {
  const { state, when, title, hostName, refresh, moved, embeddedIn } = model;
  const heading = headingOf(model);
  const lost = state.kind === 'cancelled' || state.kind === 'declined';
  return frame({
    title: `${heading}: ${title}, ${when}`,
    width: 'narrow',
    robots: 'noindex',
    refresh,
    embeddedIn,
    content: html`<header class="intro">
        <p class="workspace"><bdi>${model.workspaceName}</bdi></p>
        <p class="seal ${state.kind}">${icon(seals[state.kind])}</p>
        <h1>${heading}</h1>
        <p class="when ${lost && 'struck'}">${whenView(when)}</p>
        <p class="host"><bdi>${title}</bdi> with <bdi>${hostName}</bdi></p>
      </header>
      ${moved && state.kind === 'coming' && notice('good', movedWords(model))} ${noteView(model)} ${body(model)}
      ${
        model.portalUrl !== undefined &&
        html`<p class="for elsewhere">
          <a href="${model.portalUrl}">All your appointments with <bdi>${model.workspaceName}</bdi></a>
        </p>`
      }
      ${model.booked !== undefined && html`<span hidden data-booked="${model.booked}"></span>`}`,
  });
}

function headingOf({ state, series }: BookingModel): string {
  const open = series.filter(({ words }) => words === undefined || words === 'requested').length;
  if (open > 1 && state.kind === 'coming') return `Your ${open} times are booked`;
  if (open > 1 && state.kind === 'requested') return `Your request for ${open} times has been sent`;
  return headings[state.kind];
}

function body(model: BookingModel): Html {
  const { state, urls, series, recorded } = model;
  const list = series.length > 0 && seriesView(series);
  if (state.kind === 'requested') return html`${requestView(model)} ${list} ${changeView(model)}`;
  if (state.kind !== 'coming')
    return html`${list}
      <p class="actions">
        ${recorded && html`<a class="button primary" href="${recorded.path}">${icon('video')}${recorded.words}</a>`}
        <a class="button" href="${urls.again}">Book another time</a>
      </p>`;
  return html`${linkView(state.link, model)}
    <p class="for">Booked for <bdi>${model.visitorName}</bdi>. ${invitationWords(model)}</p>
    ${list} ${calendarsView(urls)} ${changeView(model)}`;
}

function requestView({ hostName, byMail, urls, visitorName, visitorEmail }: BookingModel): Html {
  const told = byMail
    ? html`You get an e-mail at <bdi>${visitorEmail}</bdi>, and this page changes by itself.`
    : 'This page changes by itself: keep it.';
  return html`<section
      class="link"
      id="link"
      aria-label="Your request"
      data-state="requested"
      data-events="${urls.events}"
    >
      <p class="making">
        ${icon('clock')}<span
          ><bdi>${hostName}</bdi> decides whether this time works. Until then it is kept for you.</span
        >
      </p>
    </section>
    <p class="for">Requested for <bdi>${visitorName}</bdi>. ${told}</p>`;
}

function noteView({ note, hostName, state }: BookingModel): Html | undefined {
  if (note === '') return undefined;
  const label = {
    coming: html`A note from <bdi>${hostName}</bdi>`,
    declined: html`<bdi>${hostName}</bdi> wrote`,
    cancelled: html`The reason that was given`,
    requested: undefined,
    past: undefined,
    unanswered: undefined,
  }[state.kind];
  if (!label) return undefined;
  return html`<figure class="said">
    <figcaption>${label}</figcaption>
    <blockquote dir="auto">${note}</blockquote>
  </figure>`;
}

function movedWords({ byMail }: BookingModel): string {
  return byMail
    ? 'The meeting was moved. Everyone gets the new time by e-mail.'
    : 'The meeting was moved. The link stays the same.';
}

function invitationWords({ byMail, visitorEmail, state }: BookingModel): Html {
  if (byMail) return html`The invitation goes to <bdi>${visitorEmail}</bdi>.`;
  return state.kind === 'coming' && state.link.kind === 'none'
    ? html`No invitation is sent: keep this page.`
    : html`No invitation is sent: keep this page, the link to the meeting is here.`;
}

/** The place of the link. Both texts for waiting lie on one another, so that nothing moves when one replaces the other. */
function linkView(link: LinkState, { urls, byMail, hostName, embeddedIn }: BookingModel): Html {
  if (link.kind === 'none')
    return html`<p class="for apart"><bdi>${hostName}</bdi> meets you without a Teams link and tells you where.</p>`;
  return html`<section
    class="link"
    id="link"
    aria-live="polite"
    aria-label="Teams link"
    data-state="${link.kind}"
    ${link.kind === 'waiting' && html` data-events="${urls.events}"`}
  >
    ${linkWords(link, urls, {
      later: byMail ? 'The link will arrive by e-mail.' : 'The link will appear on this page.',
      embedded: embeddedIn !== undefined,
    })}
  </section>`;
}

type LinkWords = { later: string; embedded: boolean };

function linkWords(link: LinkState, urls: BookingModel['urls'], { later, embedded }: LinkWords): Html {
  if (link.kind === 'ready') {
    const target = embedded ? html` target="_blank"` : '';
    return html`<a class="button primary" href="${link.joinUrl}" ${target} rel="noopener noreferrer"
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

const seriesView = (series: SeriesRow[]): Html =>
  html`<section class="calendars">
    <h2>Your times</h2>
    <ol class="times-list">
      ${series.map(
        ({ when, url, current, words }) =>
          html`<li class="${words !== undefined && words !== 'requested' && 'taken'}">
            ${icon('calendar')}
            <span>
              ${
                current
                  ? html`<strong aria-current="page">${whenView(when)}</strong>`
                  : html`<a href="${url}">${whenView(when)}</a>`
              }
              ${words !== undefined && html`<span class="quiet">${words}</span>`}
            </span>
          </li>`,
      )}
    </ol>
  </section>`;

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

/** Inside another site these open a page of their own: a booking is never changed in somebody else's frame. */
function changeView({ change, urls, state, embeddedIn }: BookingModel): Html {
  const target = embeddedIn === undefined ? '' : html` target="_blank" rel="noopener"`;
  const verb = state.kind === 'requested' ? 'Withdraw this request' : 'Cancel this meeting';
  return html`<section class="changes">
    <h2>Plans changed?</h2>
    ${
      (change.move || change.cancel) &&
      html`<p>
        ${change.move && html`<a href="${urls.move}" ${target}>Move to another time</a>`}
        ${change.cancel && html`<a href="${urls.cancel}" ${target}>${verb}</a>`}
      </p>`
    }
    ${change.words.map((sentence) => html`<p class="quiet">${sentence}</p>`)}
  </section>`;
}
