import { html } from 'hono/html';
import { type Html, layout, type PageModel } from '../../http/pages.ts';
import { icon, type IconName } from './icons.ts';

/** What every step of a booking says about the meeting: who, what, how long. */
export type Intro = {
  workspaceName: string;
  hostName: string;
  title: string;
  description: string;
  durationMinutes: number;
  /** What else is to be known beforehand, such as how many take part. */
  remarks: string[];
  /** Whether people meet in Teams; where that is decided later, nothing is said. */
  inTeams: boolean;
};

type Frame = Omit<PageModel, 'content'> & { width: 'narrow' | 'wide'; content: Html };

/** A visitor's page: one calm sheet. `wide` is for the calendar, `narrow` for everything that is read or typed. */
export function frame({ width, content, ...page }: Frame): Html {
  return layout({ ...page, content: html`<main class="sheet ${width}">${content}</main>` });
}

/** The head of a booking page, with the only `h1`. */
export function introView({
  workspaceName,
  hostName,
  title,
  description,
  durationMinutes,
  remarks,
  inTeams,
}: Intro): Html {
  return html`<header class="intro">
    <p class="workspace"><bdi>${workspaceName}</bdi></p>
    <h1><bdi>${title}</bdi></h1>
    <p class="host">with <bdi>${hostName}</bdi></p>
    <ul class="facts">
      <li>${icon('clock')}${durationWords(durationMinutes)}</li>
      ${inTeams && html`<li>${icon('video')}Microsoft Teams meeting</li>`}
      ${remarks.map((remark) => html`<li>${icon('people')}${remark}</li>`)}
    </ul>
    ${description && html`<p class="description"><bdi>${description}</bdi></p>`}
  </header>`;
}

/** A state in words with its icon: `problem` needs the visitor, `wait` needs patience, `good` needs nothing. */
export function notice(kind: 'good' | 'wait' | 'problem', words: Html | string): Html {
  const icons: Record<typeof kind, IconName> = { good: 'check', wait: 'clock', problem: 'warning' };
  return html`<div class="notice ${kind}" role="${kind === 'problem' ? 'alert' : 'status'}">
    ${icon(icons[kind])}
    <p>${words}</p>
  </div>`;
}

/** A time in words whose “10:00–10:30” stays on one line. */
export function whenView(when: string): Html {
  const [before = '', clock = '', after = ''] = when.split(/(\d\d:\d\d–\d\d:\d\d)/);
  return clock ? html`${before}<span class="clock">${clock}</span>${after}` : html`${before}`;
}

/** Fields that a form sends without showing them. */
export function hiddenFields(fields: Record<string, string | undefined>): Html {
  return html`${Object.entries(fields).map(([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}" />`)}`;
}

export function durationWords(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const words = [hours && `${hours} ${hours === 1 ? 'hour' : 'hours'}`, rest && `${rest} minutes`];
  return words.filter(Boolean).join(' ');
}
