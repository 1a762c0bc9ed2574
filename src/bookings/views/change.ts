import { html } from 'hono/html';
import { icon } from '../../http/icons.ts';
import type { Html } from '../../http/pages.ts';
import { frame, notice, whenView } from '../../http/sheet.ts';
import { type Choice, otherTimes } from './details.ts';

type Change = { title: string; hostName: string; when: string; action: string; backUrl: string };

export type CancelModel = Change & {
  reason: string;
  problem: string | undefined;
  byMail: boolean;
  /** A request that nobody has answered yet is withdrawn. */
  requested: boolean;
  teamsMeeting: boolean;
  /** Others go on without this visitor. */
  inGroup: boolean;
};

/** Asks before cancelling: says who is told, and is confirmed by its own verb. */
export function cancelPage(model: CancelModel): Html {
  const { title, hostName, when, action, backUrl, reason, problem, requested } = model;
  const [question, verb, keep] = requested
    ? ['Withdraw this request?', 'Withdraw this request', 'Keep this request']
    : ['Cancel this meeting?', 'Cancel this meeting', 'Keep this meeting'];
  return frame({
    title: `${requested ? 'Withdraw' : 'Cancel'}: ${title}, ${when}`,
    width: 'narrow',
    robots: 'noindex',
    content: html`<header class="intro">
        <h1>${question}</h1>
        <p class="when">${whenView(when)}</p>
        <p class="host"><bdi>${title}</bdi> with <bdi>${hostName}</bdi></p>
      </header>
      <form class="details" method="post" action="${action}" data-busy="${requested ? 'Withdrawing…' : 'Cancelling…'}">
        ${problem && notice('problem', problem)}
        <p>${toldWords(model)}</p>
        <div class="field">
          <label for="reason">Message to <bdi>${hostName}</bdi> <span class="quiet">(optional)</span></label>
          <textarea id="reason" name="reason" rows="3" maxlength="1000" dir="auto">${reason}</textarea>
        </div>
        <div class="pair">
          <button class="primary danger" type="submit">${verb}</button>
          <a class="button" href="${backUrl}">${keep}</a>
        </div>
      </form>`,
  });
}

function toldWords({ hostName, byMail, requested, teamsMeeting, inGroup }: CancelModel): Html {
  const told = byMail ? html`<bdi>${hostName}</bdi> is told by e-mail` : undefined;
  if (inGroup && !requested)
    return told
      ? html`${told}, and your place is free for others.`
      : html`Your place is free for others, who meet without you.`;
  if (requested || !teamsMeeting)
    return told ? html`${told}, and the time is free for others.` : html`The time is free for others.`;
  return told
    ? html`${told}, the Teams link stops working and the time is free for others.`
    : html`The Teams link stops working and the time is free for others.`;
}

export type MoveModel = Change & {
  calendarUrl: string;
  time:
    | { kind: 'chosen'; value: string; when: string }
    | { kind: 'lost'; words: string; heading: string; choices: Choice[] };
};

/** Shows the old and the new time before moving; after a refusal, the times that are free instead. */
export function movePage({ title, hostName, when, action, backUrl, calendarUrl, time }: MoveModel): Html {
  const bookable = time.kind === 'chosen' || time.choices.length > 0;
  return frame({
    title: `Move: ${title}, ${when}`,
    width: 'narrow',
    robots: 'noindex',
    content: html`<header class="intro">
        <h1>Move this meeting?</h1>
        <p class="host"><bdi>${title}</bdi> with <bdi>${hostName}</bdi></p>
      </header>
      <form class="details" method="post" action="${action}" data-busy="Moving…">
        ${time.kind === 'lost' && notice('problem', time.words)}
        <dl class="from-to">
          <div>
            <dt>Now</dt>
            <dd>${whenView(when)}</dd>
          </div>
          ${
            time.kind === 'chosen' &&
            html`<div>
              <dt>New</dt>
              <dd><strong>${whenView(time.when)}</strong></dd>
            </div>`
          }
        </dl>
        ${
          time.kind === 'chosen'
            ? html`<input type="hidden" name="start" value="${time.value}" />
                <p><a href="${calendarUrl}">Choose another time</a></p>`
            : otherTimes(time, calendarUrl)
        }
        <div class="pair">
          ${bookable && html`<button class="primary" type="submit">${icon('calendar')}Move to this time</button>`}
          <a class="button" href="${backUrl}">Keep the old time</a>
        </div>
      </form>`,
  });
}
