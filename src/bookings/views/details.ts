import { html, raw } from 'hono/html';
import { icon } from '../../http/icons.ts';
import type { Html } from '../../http/pages.ts';
import { frame, hiddenFields, notice, whenView } from '../../http/sheet.ts';
import type { FieldErrors, FieldName, VisitorFields } from '../visitor-form.ts';
import type { Rhythm } from '../visitor.ts';
import { type Intro, introView } from './intro.ts';

export type Choice = { value: string; text: string };

export type DetailsModel = {
  intro: Intro;
  action: string;
  backUrl: string;
  /** What the form sends besides what is typed: zone, length, whom, and the keys of the form and of the hold. */
  hidden: Record<string, string | undefined>;
  typed: VisitorFields;
  errors: FieldErrors;
  /** What stands in the way besides the fields. */
  problem?: string | undefined;
  /** The time to book; or, when that was taken, what happened and the times that are free instead. */
  time:
    | { kind: 'chosen'; value: string; when: string }
    | { kind: 'lost'; words: string; heading: string; choices: Choice[] };
  /** Where a script keeps the time while the form is filled in; `undefined` where there is nothing to keep. */
  holdUrl: string | undefined;
  /** How many times can be booked as one, and what was chosen; `undefined`: one only. */
  series: { most: number; rhythm: Rhythm | undefined } | undefined;
  /** Whether somebody has to approve it. */
  needsApproval: boolean;
  embeddedIn: string | undefined;
};

/** The three fields. After a refusal it keeps what was typed and says beside each field what is wrong with it. */
export function detailsPage(model: DetailsModel): Html {
  const { intro, action, backUrl, hidden, typed, errors, problem, time, series, needsApproval, embeddedIn } = model;
  const wrong = Object.keys(errors).length > 0;
  const bookable = time.kind === 'chosen' || time.choices.length > 0;
  return frame({
    title: `${wrong ? 'Error: ' : ''}Your details – ${intro.title} with ${intro.hostName}`,
    width: 'narrow',
    embeddedIn,
    content: html`${introView(intro)}
      <form
        class="details"
        method="post"
        action="${action}"
        ${raw(time.kind === 'chosen' ? 'novalidate' : '')}
        data-busy="${needsApproval ? 'Sending…' : 'Booking…'}"
        ${model.holdUrl !== undefined && time.kind === 'chosen' && html`data-hold="${model.holdUrl}"`}
      >
        ${wrong && errorSummary(errors)} ${problem && notice('problem', problem)}
        ${time.kind === 'lost' && notice('problem', time.words)}
        ${time.kind === 'chosen' ? chosenTime(time, backUrl, model.holdUrl !== undefined) : otherTimes(time, backUrl)}
        ${hiddenFields(hidden)}
        ${field({ name: 'name', label: 'Name', attributes: 'type="text" autocomplete="name"', typed, errors })}
        ${field({ name: 'email', label: 'E-mail', attributes: 'type="email" autocomplete="email"', typed, errors })}
        ${noteField(typed, errors)} ${series && seriesView(series)}
        ${
          needsApproval &&
          html`<p class="quiet">
            <bdi>${intro.hostName}</bdi> reads your request first and then confirms or declines it.
          </p>`
        }
        ${bookable && html`<button class="primary" type="submit">${needsApproval ? 'Request this time' : 'Book this time'}</button>`}
      </form>`,
  });
}

/** The line about the hold keeps its place from the beginning, so that nothing moves when the script fills it. */
const chosenTime = (time: { value: string; when: string }, backUrl: string, held: boolean): Html =>
  html`<div class="chosen">
    ${icon('calendar')}
    <div>
      <p><strong>${whenView(time.when)}</strong> <a href="${backUrl}">Change time</a></p>
      ${held && html`<p class="held" role="status" data-held></p>`}
    </div>
    <input type="hidden" name="start" value="${time.value}" />
  </div>`;

/** Radio buttons for the times that are left. */
export function otherTimes({ heading, choices }: { heading: string; choices: Choice[] }, backUrl: string): Html {
  return html`<fieldset class="choices">
    <legend>${heading}</legend>
    <div class="choice-grid">
      ${choices.map(
        ({ value, text }) =>
          html`<label class="choice">
            <input type="radio" name="start" value="${value}" required /><span>${text}</span>
          </label>`,
      )}
    </div>
    <p><a href="${backUrl}">See the whole calendar</a></p>
  </fieldset>`;
}

const rhythms: [Rhythm['every'] | '', string][] = [
  ['', 'Just this once'],
  ['week', 'Every week'],
  ['fortnight', 'Every two weeks'],
];

const seriesView = ({ most, rhythm }: NonNullable<DetailsModel['series']>): Html =>
  html`<fieldset class="series">
    <legend>How often?</legend>
    <div class="row">
      <select name="every" aria-label="How often">
        ${rhythms.map(([value, text]) => html`<option value="${value}" ${raw(value === (rhythm?.every ?? '') ? 'selected' : '')}>${text}</option>`)}
      </select>
      <select name="times" aria-label="How many times">
        ${Array.from({ length: most - 1 }, (_, index) => index + 2).map((times) => html`<option value="${times}" ${raw(times === (rhythm?.times ?? Math.min(4, most)) ? 'selected' : '')}>${times} times</option>`)}
      </select>
    </div>
    <p class="quiet">Before anything is booked you see which of these times are free.</p>
  </fieldset>`;

const labels: Record<FieldName, string> = { name: 'Name', email: 'E-mail', note: 'Note' };

const errorSummary = (errors: FieldErrors): Html =>
  html`<div class="notice problem" role="alert" tabindex="-1" autofocus>
    ${icon('warning')}
    <div>
      <h2>Please check what you typed</h2>
      <ul>
        ${Object.entries(errors).map(([name, words]) => html`<li><a href="#${name}">${labels[name as FieldName]}: ${words}</a></li>`)}
      </ul>
    </div>
  </div>`;

type Field = { name: FieldName; label: string; attributes: string; typed: VisitorFields; errors: FieldErrors };

function field({ name, label, attributes, typed, errors }: Field): Html {
  return html`<div class="field">
    <label for="${name}">${label}</label>
    ${fieldError(name, errors)}
    <input
      id="${name}"
      name="${name}"
      value="${typed[name]}"
      required
      dir="auto"
      ${raw(attributes)}
      ${described(name, errors)}
    />
  </div>`;
}

function noteField(typed: VisitorFields, errors: FieldErrors): Html {
  return html`<div class="field">
    <label for="note">Note <span class="quiet">(optional)</span></label>
    ${fieldError('note', errors)}
    <textarea id="note" name="note" rows="3" dir="auto" ${described('note', errors)}>${typed.note}</textarea>
  </div>`;
}

function fieldError(name: FieldName, errors: FieldErrors): Html | undefined {
  return errors[name] === undefined
    ? undefined
    : html`<p class="error" id="${name}-error">${icon('warning')}${errors[name]}</p>`;
}

function described(name: FieldName, errors: FieldErrors): Html {
  return errors[name] === undefined ? raw('') : html`aria-invalid="true" aria-describedby="${name}-error"`;
}
