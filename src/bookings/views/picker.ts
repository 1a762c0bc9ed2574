import { html, raw } from 'hono/html';
import { icon } from '../../http/icons.ts';
import type { Html } from '../../http/pages.ts';
import { frame, notice, whenView } from '../../http/sheet.ts';
import { formatDay, formatDayOfYear, formatMonth } from '../../scheduling/date-text.ts';
import type { MonthDay } from '../month.ts';
import { type Intro, introView } from './intro.ts';
import { type Question, questionsView } from './questions.ts';
import { zoneView, type ZoneModel } from './zone.ts';

export type TimeLink = { text: string; url: string; note: string | undefined };
export type DayTimes = { label: 'Morning' | 'Afternoon' | 'Evening'; times: TimeLink[] };

export type PickerModel = {
  intro: Intro;
  /** When a booking is moved: its present time in words and the way back to it. */
  moving?: { when: string; backUrl: string } | undefined;
  problem?: string | undefined;
  questions: Question[];
  month: string;
  previousUrl: string | undefined;
  nextUrl: string | undefined;
  weeks: (MonthDay | undefined)[][];
  dayUrl: (date: string) => string;
  /** The chosen day; it may have no times. */
  day: { date: string; parts: DayTimes[] } | undefined;
  zone: ZoneModel;
  guessedZone: string | undefined;
  embeddedIn: string | undefined;
};

/** The month at a glance and, beside it, the times of the chosen day in the visitor's zone. */
export function pickerPage(model: PickerModel): Html {
  const { intro, moving, problem, month, day, zone, guessedZone, embeddedIn } = model;
  return frame({
    title: moving ? `Move: ${intro.title}` : `${intro.title} with ${intro.hostName}`,
    width: 'wide',
    guessedZone,
    embeddedIn,
    ...(moving && { robots: 'noindex' as const }),
    content: html`${introView(intro)}
      <section class="choose" aria-label="Choose a time">
        ${moving && movingView(moving)} ${problem && notice('problem', problem)} ${questionsView(model.questions)}
        <div class="calendar-and-times">
          <div class="calendar">
            ${monthNavigation(model)} ${monthTable(model)} ${isEmpty(model) && emptyMonth(month)} ${zoneView(zone)}
          </div>
          <section class="times" id="times" aria-labelledby="day">${day ? dayView(day) : noDay()}</section>
        </div>
      </section>`,
  });
}

const monthNavigation = ({ month, previousUrl, nextUrl }: PickerModel): Html =>
  html`<nav class="month" aria-label="Month">
    <h2 id="month">${formatMonth(month)}</h2>
    ${monthLink(previousUrl, 'Previous month', 'back')} ${monthLink(nextUrl, 'Next month', 'forward')}
  </nav>`;

function monthLink(url: string | undefined, label: string, name: 'back' | 'forward'): Html {
  if (url === undefined) return html`<span class="step" aria-hidden="true">${icon(name)}</span>`;
  return html`<a class="step" href="${url}" aria-label="${label}">${icon(name)}</a>`;
}

const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const monthTable = (model: PickerModel): Html =>
  html`<table aria-labelledby="month">
    <thead>
      <tr>
        ${weekdayNames.map((name) => html`<th scope="col"><abbr title="${name}">${name.slice(0, 2)}</abbr></th>`)}
      </tr>
    </thead>
    <tbody>
      ${model.weeks.map(
        (week) =>
          html`<tr>
            ${week.map((day) => html`<td>${day && dayCell(model, day)}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;

function dayCell({ dayUrl, day: chosen }: PickerModel, { date, day, freeTimes, today }: MonthDay): Html {
  const classes = today ? 'day today' : 'day';
  const current = raw(date === chosen?.date ? ' aria-current="date"' : '');
  const note = today ? ', today' : '';
  if (freeTimes === 0) {
    return html`<span class="${classes}" ${current}>${day}<span class="unseen">, no free times${note}</span></span>`;
  }
  const label = `${formatDay(date)}${note}, ${freeTimes} free ${freeTimes === 1 ? 'time' : 'times'}`;
  return html`<a class="${classes} free" href="${dayUrl(date)}#times" aria-label="${label}" ${current}>${day}</a>`;
}

const dayView = ({ date, parts }: { date: string; parts: DayTimes[] }): Html =>
  html`<h2 id="day">${formatDayOfYear(date)}</h2>
    ${parts.length === 0 && html`<p class="quiet">No free times on this day. Choose another day.</p>`}
    ${parts.map(
      ({ label, times }) =>
        html`<h3>${label}</h3>
          <ul>
            ${times.map(
              ({ text, url, note }) =>
                html`<li>
                  <a class="time" href="${url}">${text}${note !== undefined && html` <small>${note}</small>`}</a>
                </li>`,
            )}
          </ul>`,
    )}`;

const noDay = (): Html =>
  html`<h2 id="day">Times</h2>
    <p class="quiet">Choose a day to see its times.</p>`;

const movingView = ({ when, backUrl }: { when: string; backUrl: string }): Html =>
  html`<p class="moving">
    Now: <strong>${whenView(when)}</strong>. Choose a new time, or <a href="${backUrl}">keep this one</a>.
  </p>`;

const emptyMonth = (month: string): Html => html`<p class="quiet">No free times in ${formatMonth(month)}.</p>`;

function isEmpty({ weeks }: PickerModel): boolean {
  return weeks.every((week) => week.every((day) => !day?.freeTimes));
}
