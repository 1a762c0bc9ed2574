import { html } from 'hono/html';
import { icon } from './icons.ts';
import type { Html } from './pages.ts';
import { frame } from './sheet.ts';

export type MessageModel = {
  heading: string;
  words: string;
  /** What to do next, if anything can be done. */
  action?: { text: string; url: string } | undefined;
  embeddedIn?: string | undefined;
};

/** A page that has one thing to say. */
export function messagePage({ heading, words, action, embeddedIn }: MessageModel): Html {
  return frame({
    title: heading,
    width: 'narrow',
    robots: 'noindex',
    embeddedIn,
    content: html`<header class="intro message">
        <p class="seal past">${icon('calendar')}</p>
        <h1>${heading}</h1>
        <p>${words}</p>
      </header>
      ${action && html`<p class="actions"><a class="button" href="${action.url}">${action.text}</a></p>`}`,
  });
}
