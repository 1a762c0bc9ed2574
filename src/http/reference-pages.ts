import { html } from 'hono/html';
import type { Html } from './pages.ts';
import { code, curlOf, method } from './reference-code.ts';
import { objectsView, operationView } from './reference-operation.ts';
import { find, type Reference, type Section } from './reference-model.ts';

/** The first page: how to begin, what holds everywhere, and every operation by its section. */
export function overviewPage(reference: Reference): Html {
  const first = reference.sections
    .flatMap(({ operations }) => operations)
    .find(({ operationId }) => operationId === 'listEventTypes');
  return page(reference, {
    title: 'API reference',
    content: html`<header class="lead">
        <h1>API reference</h1>
        <p>${reference.api.info.description} JSON over HTTP, with everything that the console can do.</p>
      </header>
      <section class="basics" aria-labelledby="begin">
        <div class="prose">
          <h2 id="begin">Begin</h2>
          <p>
            Make a key in the console under <a href="/console/developers/api-keys">API keys</a>, and send it with every
            request as <code>Authorization: Bearer</code>. A key belongs to a workspace: what is another workspace’s is
            answered with 404.
          </p>
          ${basics.map(
            ([name, words]) =>
              html`<h3>${name}</h3>
                <p>${words}</p>`,
          )}
        </div>
        ${first && html`<div class="samples">${code('A first request', curlOf(first, reference.publicUrl), 'shell')}</div>`}
      </section>
      ${reference.sections.map(
        (section) =>
          html`<section class="card" aria-labelledby="of-${section.slug}">
            <h2 id="of-${section.slug}"><a href="/docs/${section.slug}">${section.name}</a></h2>
            <p>${section.description}</p>
            ${operationList(section)}
          </section>`,
      )}`,
  });
}

const basics: readonly [name: string, words: Html][] = [
  [
    'Refusals',
    html`Problem details (RFC 9457) with a stable <code>code</code>, a <code>remedy</code> and the
      <code>requestId</code>. A wrong field is named by its JSON pointer under <code>errors</code>.
      <code>retryable</code> says whether the same request may succeed later.`,
  ],
  [
    'Once, however often it is sent',
    html`Send an <code>Idempotency-Key</code> with what changes something: repeated, it is answered with the first
      answer.`,
  ],
  ['Try it first', html`<code>?dryRun=true</code> on whatever changes something says what would happen. Nothing does.`],
  [
    'Pages',
    html`Lists give <code>data</code> and <code>nextCursor</code>; send that as <code>cursor</code> until it is
      <code>null</code>.`,
  ],
  [
    'Waiting',
    html`<code>Prefer: wait=10</code> answers as soon as a meeting has its link, or after ten seconds.
      <code>Prefer: respond-async</code> answers 202 with an operation to follow.`,
  ],
];

/** What was searched for, for browsers without JavaScript; with it, the list beside the page is narrowed at once. */
export function foundPage(reference: Reference, wanted: string): Html {
  const found = find(reference.sections, wanted);
  return page(reference, {
    title: `Search: ${wanted}`,
    wanted,
    content: html`<header class="lead">
        <h1>Search</h1>
        <p>
          ${found.length === 0 ? html`Nothing has “${wanted}” in its words.` : html`What has “${wanted}” in its words:`}
        </p>
      </header>
      ${found.map(
        (section) =>
          html`<section class="card">
            <h2>${section.name}</h2>
            ${operationList(section)}
          </section>`,
      )}`,
  });
}

/** All operations of one section. */
export function sectionPage(reference: Reference, section: Section): Html {
  return page(reference, {
    title: section.name,
    current: section,
    content: html`<header class="lead">
        <h1>${section.name}</h1>
        <p>${section.description}</p>
      </header>
      ${section.operations.map((operation) => operationView(reference, operation))}
      ${objectsView(reference, section.operations)}`,
  });
}

function operationList({ slug, operations }: Section): Html {
  return html`<ul class="operations">
    ${operations.map(
      (operation) =>
        html`<li>
          <a href="/docs/${slug}#${operation.operationId}">${operation.summary}</a>
          <span class="address">${method(operation)} <code>${operation.path}</code></span>
        </li>`,
    )}
  </ul>`;
}

type Model = { title: string; content: Html; current?: Section; wanted?: string };

function page(reference: Reference, { title, content, current, wanted = '' }: Model): Html {
  const { assets } = reference;
  return html`<!doctype html>
    <html lang="en" dir="ltr">
      <head>
        <meta charset="utf-8" />
        <title>${title} – Parley API</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${assets.styles}" />
        <script src="${assets.script}" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="bar">
          <a class="home" href="/docs">Parley <span>API</span></a>
          <form role="search" action="/docs" method="get">
            <label class="unseen" for="search">Search the API</label>
            <input id="search" name="q" type="search" value="${wanted}" placeholder="Search" autocomplete="off" />
            <kbd aria-hidden="true">/</kbd>
          </form>
          <p class="links"><a href="/openapi.json">OpenAPI 3.1</a> <a href="/console/">Console</a></p>
        </header>
        <div class="columns">
          <nav aria-label="Sections">
            <p id="found" class="found" role="status"></p>
            ${reference.sections.map((section) => navigation(section, section === current))}
          </nav>
          <main id="main" tabindex="-1">${content}</main>
        </div>
      </body>
    </html>`;
}

function navigation(section: Section, isCurrent: boolean): Html {
  const { slug, name, operations } = section;
  return html`<div class="section${isCurrent ? ' current' : ''}">
    <a href="/docs/${slug}" ${isCurrent ? html`aria-current="page"` : ''}>${name}</a>
    <ul>
      ${operations.map(
        (operation) =>
          html`<li data-words="${operation.words}">
            <a href="/docs/${slug}#${operation.operationId}">${operation.summary}</a>
          </li>`,
      )}
    </ul>
  </div>`;
}
