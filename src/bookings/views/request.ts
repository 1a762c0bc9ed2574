import { html, raw } from 'hono/html';
import { icon, type IconName } from '../../http/icons.ts';
import type { Html } from '../../http/pages.ts';
import { frame, notice, whenView } from '../../http/sheet.ts';
import type { Operator } from '../visitor.ts';

type Facts = {
  workspaceName: string;
  title: string;
  visitorName: string;
  visitorEmail: string;
  /** In the approver's zone; and in the visitor's, where that is another one. */
  when: string;
  whenForVisitor: string | undefined;
  operators: Operator[];
  note: string;
  companions: string[];
};

export type RequestModel = Facts & {
  action: string;
  /** Whether the time is free now. */
  free: { kind: 'free' | 'conflict' | 'unknown'; words: string };
  problem: string | undefined;
  candidates: Operator[];
  /** What the form holds: as it was asked for, or as it was typed. */
  typed: { start: string; operatorId: string; teamsMeeting: boolean; note: string; reason: string };
  place: string;
  /** Whether another time, operator or a refusal is being written. */
  open: { instead: boolean; decline: boolean };
};

/** A request to decide: who asks for what, whether it is free now, and the two answers. Opening it decides nothing. */
export function requestPage(model: RequestModel): Html {
  const { visitorName, action, problem, free, typed, open } = model;
  return frame({
    title: `${visitorName} asks for a time: ${model.title}`,
    width: 'narrow',
    robots: 'noindex',
    content: html`<header class="intro">
        <p class="workspace"><bdi>${model.workspaceName}</bdi></p>
        <h1><bdi>${visitorName}</bdi> asks for a time</h1>
        <p class="when">${whenView(model.when)}</p>
        <p class="host"><bdi>${model.title}</bdi> with <bdi>${names(model.operators)}</bdi></p>
      </header>
      ${factsView(model)}
      <form class="details" method="post" action="${action}" data-busy="Approving…">
        ${problem && notice('problem', problem)}
        ${!problem && notice(free.kind === 'free' ? 'good' : free.kind === 'conflict' ? 'problem' : 'wait', free.words)}
        <input type="hidden" name="decision" value="approve" />
        <label class="switch">
          <input type="checkbox" name="teamsMeeting" value="yes" ${raw(typed.teamsMeeting ? 'checked' : '')} />
          <span>Generate Microsoft Teams meeting link</span>
        </label>
        ${noteField({ name: 'note', label: html`Note to <bdi>${visitorName}</bdi>`, value: typed.note, most: 2000 })}
        ${insteadView(model)}
        <button class="primary" type="submit">Approve</button>
      </form>
      <details class="refuse" ${raw(open.decline ? 'open' : '')}>
        <summary>Decline this request</summary>
        <form class="details" method="post" action="${action}" data-busy="Declining…">
          <input type="hidden" name="decision" value="decline" />
          ${noteField({ name: 'reason', label: html`Reason for <bdi>${visitorName}</bdi>`, value: typed.reason, most: 1000 })}
          <p class="quiet">The time becomes free for others, and <bdi>${visitorName}</bdi> is told by e-mail.</p>
          <button class="primary danger" type="submit">Decline</button>
        </form>
      </details>`,
  });
}

function factsView({ visitorEmail, whenForVisitor, note, companions }: RequestModel): Html {
  return html`<dl class="from-to apart">
    <div>
      <dt>From</dt>
      <dd><bdi>${visitorEmail}</bdi></dd>
    </div>
    ${
      whenForVisitor !== undefined &&
      html`<div>
        <dt>There</dt>
        <dd>${whenView(whenForVisitor)}</dd>
      </div>`
    }
    ${
      companions.length > 0 &&
      html`<div>
        <dt>With</dt>
        <dd><bdi>${companions.join(', ')}</bdi></dd>
      </div>`
    }
    ${
      note &&
      html`<div>
        <dt>Note</dt>
        <dd class="note" dir="auto">${note}</dd>
      </div>`
    }
  </dl>`;
}

function insteadView({ typed, candidates, place, open }: RequestModel): Html {
  return html`<details ${raw(open.instead ? 'open' : '')}>
    <summary>Another time${candidates.length > 1 ? ' or somebody else' : ''}</summary>
    <div class="instead">
      <div class="field">
        <label for="start">Start <span class="quiet">(time in ${place})</span></label>
        <input id="start" name="start" type="datetime-local" step="60" value="${typed.start}" />
      </div>
      ${
        candidates.length > 1 &&
        html`<div class="field">
          <label for="operator">Who meets the visitor</label>
          <select id="operator" name="operator">
            ${candidates.map(
              ({ id, name }) =>
                html`<option value="${id}" ${raw(id === typed.operatorId ? 'selected' : '')}>${name}</option>`,
            )}
          </select>
        </div>`
      }
    </div>
  </details>`;
}

type NoteField = { name: 'note' | 'reason'; label: Html; value: string; most: number };

const noteField = ({ name, label, value, most }: NoteField): Html =>
  html`<div class="field">
    <label for="${name}">${label} <span class="quiet">(optional)</span></label>
    <textarea id="${name}" name="${name}" rows="3" maxlength="${most}" dir="auto">${value}</textarea>
  </div>`;

export type OutcomeModel = Facts & {
  kind: 'approved' | 'declined' | 'cancelled' | 'changed';
  heading: string;
  sentence: string;
  words: string;
  consoleUrl: string;
};

const seals: Record<OutcomeModel['kind'], { sign: IconName; tone: string }> = {
  approved: { sign: 'check', tone: 'coming' },
  declined: { sign: 'cross', tone: '' },
  cancelled: { sign: 'cross', tone: '' },
  changed: { sign: 'clock', tone: 'requested' },
};

/** What became of a request whose link is used or out of date: who decided what, and when. */
export function outcomePage(model: OutcomeModel): Html {
  const { sign, tone } = seals[model.kind];
  const isLost = model.kind === 'declined' || model.kind === 'cancelled';
  return frame({
    title: `${model.heading}: ${model.title}`,
    width: 'narrow',
    robots: 'noindex',
    content: html`<header class="intro">
        <p class="workspace"><bdi>${model.workspaceName}</bdi></p>
        <p class="seal ${tone}">${icon(sign)}</p>
        <h1>${model.heading}</h1>
        <p class="when ${isLost && 'struck'}">${whenView(model.when)}</p>
        <p class="host">
          <bdi>${model.title}</bdi>: <bdi>${model.visitorName}</bdi> with <bdi>${names(model.operators)}</bdi>
        </p>
      </header>
      <p class="apart">${model.sentence}</p>
      ${
        model.words &&
        html`<figure class="said">
          <figcaption>What the visitor reads</figcaption>
          <blockquote dir="auto">${model.words}</blockquote>
        </figure>`
      }
      <p class="actions"><a class="button" href="${model.consoleUrl}">Open the booking</a></p>`,
  });
}

function names(operators: Operator[]): string {
  return operators.map(({ name }) => name).join(', ');
}
