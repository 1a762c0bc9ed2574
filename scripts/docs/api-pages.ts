import { html } from 'hono/html';
import type { OpenApi } from '../../src/http/openapi.ts';
import { method } from '../../src/http/reference-code.ts';
import { referenceOf, type Reference, type Section, type Shown } from '../../src/http/reference-model.ts';
import { objectsView, operationView } from '../../src/http/reference-operation.ts';
import { type Entry, fromTo, ready, type SitePage } from './layout.ts';
import type { Passage } from './markdown.ts';

const overview = 'api/index.html';

export type ApiPages = { pages: SitePage[]; entry: Entry; passages: Map<string, Passage[]> };

/** The pages of the API's reference, the same as on every server, with what the menu and the search need. */
export async function apiPages(api: OpenApi): Promise<ApiPages> {
  const reference = referenceOf(api, 'http://localhost:3000', { styles: '', script: '' });
  const { sections } = reference;
  return {
    pages: [
      overviewPage(reference),
      ...(await Promise.all(sections.map((section) => sectionPage(reference, section)))),
    ],
    entry: {
      address: overview,
      label: 'API reference',
      below: sections.map((section) => ({ address: addressOf(section), label: section.name })),
    },
    passages: new Map(sections.map((section) => [addressOf(section), passagesOf(section)])),
  };
}

function addressOf({ slug }: Section): string {
  return `api/${slug}.html`;
}

function overviewPage({ api, sections }: Reference): SitePage {
  return {
    address: overview,
    title: 'API reference',
    description: api.info.description,
    headings: [],
    look: 'wide',
    content: html`<header class="lead">
        <h1>API reference</h1>
        <p>
          ${api.info.description} Every server has this reference at <code>/docs</code>. The
          <a href="${fromTo(overview, 'guides/api.html')}">guide</a> goes through the API once, from the key to a
          cancelled booking; <a href="${fromTo(overview, 'openapi.json')}">openapi.json</a> is its description for
          programs.
        </p>
      </header>
      ${sections.map(
        (section) =>
          html`<section class="card" aria-labelledby="of-${section.slug}">
            <h2 id="of-${section.slug}"><a href="${fromTo(overview, addressOf(section))}">${section.name}</a></h2>
            <p>${section.description}</p>
            ${operationList(section, overview)}
          </section>`,
      )}`,
  };
}

async function sectionPage(reference: Reference, section: Section): Promise<SitePage> {
  const address = addressOf(section);
  const { name, description, operations } = section;
  const body: string = await html`${operations.map((one) => operationView(reference, one))}
  ${objectsView(reference, operations)}`;
  // A server has its problems below its own root; here they are pages of the site.
  const linked = body.replaceAll(/href="\/problems\/(\w+)"/g, 'href="../problems/$1.html"');
  return {
    address,
    title: name,
    description,
    headings: [],
    look: 'wide',
    content: html`<header class="lead">
        <h1>${name}</h1>
        <p>${description}</p>
      </header>
      ${operationList(section, address)} ${ready(linked)}`,
  };
}

function operationList(section: Section, from: string): Shape {
  const line = (operation: Shown) =>
    html`<li>
      <a href="${from === overview ? fromTo(from, addressOf(section)) : ''}#${operation.operationId}"
        >${operation.summary}</a
      >
      <span class="address">${method(operation)} <code>${operation.path}</code></span>
    </li>`;
  return html`<ul class="operations">
    ${section.operations.map(line)}
  </ul>`;
}

type Shape = ReturnType<typeof html>;

function passagesOf({ operations }: Section): Passage[] {
  return operations.map(({ operationId, summary, method, path, description = '' }) => ({
    id: operationId,
    heading: summary,
    text: `${method} ${path} ${operationId} ${description.replaceAll('`', '')}`,
  }));
}
