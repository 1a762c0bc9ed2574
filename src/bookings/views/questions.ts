import { html, raw } from 'hono/html';
import type { Html } from '../../http/pages.ts';

/** Something to choose before the time: how long, with whom. */
export type Question = {
  name: 'duration' | 'operator';
  label: string;
  options: { text: string; value: string; url: string; current: boolean }[];
  /** Where the answer goes, and what it takes along, when there are too many for links. */
  action: string;
  keep: Record<string, string>;
};

/** As many as can be taken in at a glance. */
const mostLinks = 6;

/** The questions above the calendar: links while there are few answers, a list when there are many. */
export function questionsView(questions: Question[]): Html | undefined {
  if (questions.length === 0) return undefined;
  return html`<div class="questions">
    ${questions.map((question) => (question.options.length > mostLinks ? listView(question) : linksView(question)))}
  </div>`;
}

const linksView = ({ name, label, options }: Question): Html =>
  html`<nav class="question" aria-labelledby="ask-${name}">
    <h2 id="ask-${name}">${label}</h2>
    <ul>
      ${options.map(
        ({ text, url, current }) =>
          html`<li>
            <a class="answer" href="${url}" ${raw(current ? 'aria-current="true"' : '')}><bdi>${text}</bdi></a>
          </li>`,
      )}
    </ul>
  </nav>`;

const listView = ({ name, label, options, action, keep }: Question): Html =>
  html`<form class="question" method="get" action="${action}">
    ${Object.entries(keep).map(([field, value]) => html`<input type="hidden" name="${field}" value="${value}" />`)}
    <label for="ask-${name}">${label}</label>
    <div class="row">
      <select id="ask-${name}" name="${name}">
        ${options.map(({ text, value, current }) => html`<option value="${value}" ${raw(current ? 'selected' : '')}>${text}</option>`)}
      </select>
      <button type="submit">Show times</button>
    </div>
  </form>`;
