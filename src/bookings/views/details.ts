import { html, raw } from 'hono/html';
import type { Html } from '../../http/pages.ts';
import type { FieldErrors, FieldName, VisitorFields } from '../visitor-form.ts';
import { frame, type Intro, introView, notice, whenView } from './frame.ts';
import { icon } from './icons.ts';

export type Choice = { value: string; text: string };

export type DetailsModel = {
  intro: Intro;
  action: string;
  backUrl: string;
  timeZone: string;
  key: string;
  typed: VisitorFields;
  errors: FieldErrors;
  /** What stands in the way besides the fields. */
  problem?: string | undefined;
  /** The time to book; or, when that was taken, what happened and the times that are free instead. */
  time:
    | { kind: 'chosen'; value: string; when: string }
    | { kind: 'lost'; words: string; heading: string; choices: Choice[] };
};

/** The three fields. After a refusal it keeps what was typed and says beside each field what is wrong with it. */
export function detailsPage({
  intro,
  action,
  backUrl,
  timeZone,
  key,
  typed,
  errors,
  problem,
  time,
}: DetailsModel): Html {
  const wrong = Object.keys(errors).length > 0;
  const bookable = time.kind === 'chosen' || time.choices.length > 0;
  return frame({
    title: `${wrong ? 'Error: ' : ''}Your details – ${intro.title} with ${intro.hostName}`,
    width: 'narrow',
    content: html`${introView(intro)}
      <form
        class="details"
        method="post"
        action="${action}"
        ${raw(time.kind === 'chosen' ? 'novalidate' : '')}
        data-busy="Booking…"
      >
        ${wrong && errorSummary(errors)} ${problem && notice('problem', problem)}
        ${time.kind === 'lost' && notice('problem', time.words)}
        ${time.kind === 'chosen' ? chosenTime(time, backUrl) : otherTimes(time, backUrl)}
        <input type="hidden" name="tz" value="${timeZone}" />
        <input type="hidden" name="key" value="${key}" />
        ${field({ name: 'name', label: 'Name', attributes: 'type="text" autocomplete="name"', typed, errors })}
        ${field({ name: 'email', label: 'E-mail', attributes: 'type="email" autocomplete="email"', typed, errors })}
        ${noteField(typed, errors)} ${bookable && html`<button class="primary" type="submit">Book this time</button>`}
      </form>`,
  });
}

const chosenTime = (time: { value: string; when: string }, backUrl: string): Html =>
  html`<div class="chosen">
    ${icon('calendar')}
    <p><strong>${whenView(time.when)}</strong> <a href="${backUrl}">Change time</a></p>
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
