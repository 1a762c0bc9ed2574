import { html } from 'hono/html';
import { icon } from '../../http/icons.ts';
import type { Html } from '../../http/pages.ts';
import { frame, hiddenFields } from '../../http/sheet.ts';

type Entry = { workspaceName: string; path: string };
type EntryModel = Entry & {
  /** The booking whose recordings are shown then, instead of all appointments. */
  next: string | undefined;
  typed: string;
  error?: string;
};

/** Asks for the address; after a fault, keeps what was typed. */
export function entryPage({ workspaceName, path, next, typed, error }: EntryModel): Html {
  return frame({
    title: `${error ? 'Error: ' : ''}Your appointments with ${workspaceName}`,
    width: 'narrow',
    robots: 'noindex',
    content: html`<header class="intro">
        <p class="workspace"><bdi>${workspaceName}</bdi></p>
        <h1>Your appointments</h1>
        <p class="quiet">
          ${
            next === undefined
              ? 'Type the address with which you booked. You get a link that shows you all your appointments.'
              : 'Type the address to which you were invited. You get a link that shows you what was recorded.'
          }
        </p>
      </header>
      <form class="details" method="post" action="${path}" novalidate data-busy="Sending…">
        <div class="field">
          <label for="email">E-mail</label>
          ${error && html`<p class="error" id="email-error" role="alert">${icon('warning')}${error}</p>`}
          <input
            id="email"
            name="email"
            type="email"
            autocomplete="email"
            required
            dir="auto"
            value="${typed}"
            ${error && html`aria-invalid="true" aria-describedby="email-error" autofocus`}
          />
        </div>
        ${hiddenFields({ for: next })}
        <button class="primary" type="submit">Send me the link</button>
      </form>`,
  });
}

/** The same for every address, so that nobody learns whose appointments are kept here. */
export function sentPage({ workspaceName, path, email }: Entry & { email: string }): Html {
  return frame({
    title: `Look into your inbox – ${workspaceName}`,
    width: 'narrow',
    robots: 'noindex',
    content: html`<header class="intro">
        <p class="workspace"><bdi>${workspaceName}</bdi></p>
        <p class="seal">${icon('mail')}</p>
        <h1>Look into your inbox</h1>
        <p>
          If there are appointments under <bdi>${email}</bdi>, a link to them is on its way. It works once, within 15
          minutes.
        </p>
      </header>
      <p class="actions"><a class="button" href="${path}">Use another address</a></p>`,
  });
}

/** Asks for one more press, so that a program that opens every link of a mail does not use this one up. */
export function linkPage({ workspaceName, path }: Entry): Html {
  return frame({
    title: `Your appointments with ${workspaceName}`,
    width: 'narrow',
    robots: 'noindex',
    content: html`<header class="intro">
        <p class="workspace"><bdi>${workspaceName}</bdi></p>
        <h1>Your appointments</h1>
        <p class="quiet">This link shows your appointments on this device for a week. It works once.</p>
      </header>
      <form class="details" method="post" action="${path}" data-busy="Opening…">
        <button class="primary" type="submit">See my appointments</button>
      </form>`,
  });
}
