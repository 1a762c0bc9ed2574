import { html } from 'hono/html';
import { icon } from '../../http/icons.ts';
import type { Html } from '../../http/pages.ts';
import { frame, hiddenFields, notice, whenView } from '../../http/sheet.ts';
import { type Intro, introView } from './intro.ts';

export type SeriesModel = {
  intro: Intro;
  action: string;
  /** Everything that the form before had: it is sent again with the times. */
  hidden: Record<string, string | undefined>;
  times: { value: string; when: string; free: boolean }[];
  /** What happened since the times were looked at. */
  problem: string | undefined;
  needsApproval: boolean;
  embeddedIn: string | undefined;
};

/** The times of a series before anything is booked: which are free, and which are not. */
export function seriesPage({ intro, action, hidden, times, problem, needsApproval, embeddedIn }: SeriesModel): Html {
  const free = times.filter((time) => time.free);
  const taken = times.length - free.length;
  return frame({
    title: `Check the times – ${intro.title} with ${intro.hostName}`,
    width: 'narrow',
    robots: 'noindex',
    embeddedIn,
    content: html`${introView(intro)}
      <form class="details" method="post" action="${action}" data-busy="${needsApproval ? 'Sending…' : 'Booking…'}">
        ${problem && notice('problem', problem)} ${hiddenFields(hidden)}
        <div>
          <h2>${heading(times.length, taken)}</h2>
          <ul class="times-list">
            ${times.map(timeView)}
          </ul>
        </div>
        <p class="quiet">Nothing is booked yet. Each time can be moved or cancelled by itself later.</p>
        <div class="pair">
          ${
            free.length > 0 &&
            html`<button class="primary" type="submit">
              ${needsApproval ? 'Request' : 'Book'} ${free.length === 1 ? 'this time' : `these ${free.length} times`}
            </button>`
          }
          <button type="submit" name="edit" value="1">Change something</button>
        </div>
      </form>`,
  });
}

function heading(all: number, taken: number): string {
  if (taken === 0) return `All ${all} times are free`;
  if (taken === all) return 'None of these times is free';
  return `${all - taken} of ${all} times are free`;
}

function timeView({ value, when, free }: SeriesModel['times'][number]): Html {
  if (!free) {
    return html`<li class="taken">
      ${icon('cross')}<span><s>${whenView(when)}</s> <span class="quiet">not free, left out</span></span>
    </li>`;
  }
  return html`<li>
    ${icon('check')}<span>${whenView(when)}</span><input type="hidden" name="agreed" value="${value}" />
  </li>`;
}
