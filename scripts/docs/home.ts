import { html } from 'hono/html';
import type { MenuGroup, SitePage } from './layout.ts';
import type { MarkdownPage } from './pages.ts';

type Card = readonly [address: string, title: string, words: string];

const ways: readonly Card[] = [
  [
    'quick-start.html',
    'Try it in five minutes',
    'A Teams meeting of your own on this machine, with a made-up Microsoft. No tenant, no account.',
  ],
  [
    'guides/entra-setup.html',
    'Connect Microsoft',
    'Register one app in Entra. From then on people connect their accounts with a click.',
  ],
  [
    'guides/tenant-setup.html',
    'Connect a whole tenant',
    'Nobody signs in: a certificate, an access policy and a list of who may own meetings.',
  ],
];

const products: readonly Card[] = [
  [
    'guides/booking-system.html',
    'A booking system',
    'Your planner takes the booking; the Teams meeting follows, in the host’s own calendar.',
  ],
  [
    'guides/service-desk.html',
    'A service desk',
    'Appointments of one organizer account, approved by people, with recordings at the ticket.',
  ],
  [
    'guides/student-appointments.html',
    'Student appointments',
    'Advisers offer times, students book them, each adviser owns their meetings.',
  ],
  [
    'guides/own-integration.html',
    'Your own Graph code',
    'What you wrote against Microsoft Graph, and what of it you can delete.',
  ],
];

const promises: readonly [string, string][] = [
  [
    'Exactly once',
    'Kill the process anywhere, lose Microsoft’s answer, send the request twice: one event, one invitation.',
  ],
  ['The same link', 'Moving a meeting keeps its join link. Cancelling it really removes it.'],
  [
    'Never double-booked',
    'The database refuses a second booking of the same time, and Outlook’s busy times are respected.',
  ],
  ['Plain words', 'Every failure says what happened, what helps, and whether Parley tries again by itself.'],
];

/** The first page: what Parley is, and the ways from here. */
export function homePage(picture: { address: string; width: number; height: number }): SitePage {
  return {
    address: 'index.html',
    title: 'Parley',
    description: 'Microsoft Teams meetings for the apps you already run: documentation.',
    headings: [],
    look: 'home',
    content: html`<div class="hero">
        <div>
          <h1>Teams meetings for the apps you already run</h1>
          <p>
            Parley is a server of your own. Your program asks for a meeting or a visitor picks a free time, and one
            calendar event with one Teams link appears in Outlook. It stays right while people move and cancel.
          </p>
          <p class="actions">
            <a class="primary" href="quick-start.html">Quick start</a> <a href="concepts.html">Concepts</a>
          </p>
        </div>
        <img
          src="${picture.address}"
          width="${picture.width}"
          height="${picture.height}"
          alt="A booking page: free days of the month, and the free times of one day in the visitor’s own zone"
        />
      </div>
      <dl class="promises">
        ${promises.map(
          ([name, words]) =>
            html`<div>
              <dt>${name}</dt>
              <dd>${words}</dd>
            </div>`,
        )}
      </dl>
      <section aria-labelledby="begin">
        <h2 id="begin">Begin</h2>
        ${cards(ways)}
      </section>
      <section aria-labelledby="products">
        <h2 id="products">For your product</h2>
        ${cards(products)}
      </section>
      <section aria-labelledby="look-up">
        <h2 id="look-up">Look it up</h2>
        ${cards([
          [
            'api/index.html',
            'API reference',
            'Each operation with its fields, what it refuses, a request for a terminal and its answer.',
          ],
          [
            'problems/index.html',
            'Problems',
            'One page for each code: why it happens, what to do, whether it passes by itself.',
          ],
          [
            'guides/troubleshooting.html',
            'Troubleshooting',
            'From what you see to what helps, beginning with one command.',
          ],
        ])}
      </section>`,
  };
}

function cards(all: readonly Card[]) {
  return html`<ul class="cards">
    ${all.map(
      ([address, title, words]) =>
        html`<li>
          <a href="${address}">${title}</a>
          <p>${words}</p>
        </li>`,
    )}
  </ul>`;
}

/** Every page by its place in the menu, for reading without a script; the search leads here then. */
export function contentsPage(menu: MenuGroup[], markdown: MarkdownPage[]): SitePage {
  const problems = markdown.filter(({ group }) => group === 'Problems');
  const all = [
    ...menu.map(({ name, entries }) => ({ name, entries: entries.flatMap((one) => [one, ...(one.below ?? [])]) })),
    { name: 'Every problem', entries: problems.map(({ address, title }) => ({ address, label: title })) },
  ];
  return {
    address: 'contents.html',
    title: 'All pages',
    description: 'Every page of Parley’s documentation.',
    headings: [],
    look: 'wide',
    content: html`<h1>All pages</h1>
      ${all.map(
        ({ name, entries }) =>
          html`<h2>${name}</h2>
            <ul class="files">
              ${entries.map(({ address, label }) => html`<li><a href="${address}">${label}</a></li>`)}
            </ul>`,
      )}`,
  };
}
