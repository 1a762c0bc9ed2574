import { html } from 'hono/html';
import { icon } from '../../http/icons.ts';
import type { Html } from '../../http/pages.ts';

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

export function durationWords(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const words = [hours && `${hours} ${hours === 1 ? 'hour' : 'hours'}`, rest && `${rest} minutes`];
  return words.filter(Boolean).join(' ');
}
