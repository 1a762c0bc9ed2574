import { html } from 'hono/html';
import { problems, type ProblemCode } from '../problem.ts';
import type { Answer, Media, OpenApi, Operation, Reference as Pointer } from './openapi.ts';
import type { Html } from './pages.ts';
import { code, curlOf, jsonOf, method } from './reference-code.ts';
import { type Field, fieldList, fieldOf, fieldsOf, typeView, words } from './reference-fields.ts';
import type { Reference, Shown } from './reference-model.ts';

/** One operation: what it does, takes, gives and refuses, and how it is asked. */
export function operationView({ api, publicUrl }: Reference, operation: Shown): Html {
  const { operationId, summary, description, parameters = [], requestBody, security } = operation;
  const permission = security?.[0]?.['apiKey']?.[0];
  const success = successOf(operation);
  const body = requestBody?.content['application/json'];
  return html`<section class="operation" id="${operationId}" aria-labelledby="${operationId}-title">
    <div class="words">
      <h2 id="${operationId}-title"><a href="#${operationId}">${summary}</a></h2>
      <p class="address">${method(operation)} <code>${operation.path}</code></p>
      ${description && html`<div class="prose">${words(description)}</div>`}
      ${permission && html`<p class="quiet">A key needs the permission <code>${permission}</code>.</p>`}
      ${fieldsView(
        'Parameters',
        parameters.map((parameter) => fieldOf(parameter.name, parameter)),
      )}
      ${body?.schema && fieldsView('Body', fieldsOf(api, body.schema))} ${answerView(api, success)}
      ${refusalsView(operation)}
    </div>
    <div class="samples">
      ${code(`Request: ${summary}`, curlOf(operation, publicUrl), 'shell')}
      ${success?.media?.example !== undefined && code(`Answer ${success.status}: ${summary}`, jsonOf(success.media.example), 'json')}
    </div>
  </section>`;
}

type Success = { status: string; answer: Answer; media: Media | undefined };

function successOf({ responses, method }: Shown): Success | undefined {
  const answers = Object.entries(responses).filter(isWhole);
  const isTried = ({ content }: Answer) =>
    content?.['application/json']?.schema?.$ref === '#/components/schemas/DryRun';
  const [status, answer] =
    answers.find(([status, one]) => status.startsWith('2') && !(method !== 'GET' && isTried(one))) ?? [];
  return status && answer ? { status, answer, media: answer.content?.['application/json'] } : undefined;
}

function isWhole(entry: [string, Answer | Pointer]): entry is [string, Answer] {
  return !('$ref' in entry[1]);
}

function answerView(api: OpenApi, success: Success | undefined): Html | undefined {
  if (!success) return undefined;
  const { status, answer, media } = success;
  const types = Object.keys(answer.content ?? {}).filter((type) => type !== 'application/json');
  return html`<h3>Answer</h3>
    <p>
      <code class="status">${status}</code> ${answer.description}${types.length > 0 && html`: ${types.join(', ')}`}
      ${media?.schema && html`<span class="type">${typeView(media.schema)}</span>`}
    </p>
    ${media?.schema && !media.schema.$ref && fieldList(fieldsOf(api, media.schema))}`;
}

function fieldsView(title: string, fields: Field[]): Html | undefined {
  if (fields.length === 0) return undefined;
  return html`<h3>${title}</h3>
    ${fieldList(fields)}`;
}

/** What it refuses, each with its page; what any operation refuses comes last and folded. */
function refusalsView({ responses }: Operation): Html {
  const codes = [...JSON.stringify(responses).matchAll(/#\/components\/(?:responses|examples)\/(\w+)"/g)]
    .map(([, name]) => name as ProblemCode) // the description is made from the table of problems
    .filter((name) => problems[name].status < 500);
  const line = (name: ProblemCode) =>
    html`<li>
      <code class="status">${problems[name].status}</code>
      <a href="/problems/${name}"><code>${name}</code></a> ${problems[name].title}
    </li>`;
  return html`<details>
    <summary>Refusals</summary>
    <ul class="refusals">
      ${[...new Set(codes)].map(line)}
    </ul>
  </details>`;
}

/** The objects of which the operations speak, each once, with those within them. */
export function objectsView({ api }: Reference, operations: Shown[]): Html | undefined {
  const names = new Set<string>();
  const collect = (text: string) => {
    for (const [, name = ''] of text.matchAll(/#\/components\/schemas\/(\w+)"/g)) {
      const schema = api.components.schemas[name];
      if (!schema || names.has(name) || name === 'Problem' || name === 'DryRun') continue;
      names.add(name);
      collect(JSON.stringify(schema));
    }
  };
  collect(JSON.stringify(operations));
  if (names.size === 0) return undefined;
  return html`<section class="objects" aria-labelledby="objects">
    <h2 id="objects">Objects</h2>
    ${[...names].map((name) => objectView(api, name))}
  </section>`;
}

function objectView(api: OpenApi, name: string): Html {
  const schema = api.components.schemas[name] ?? {};
  const { description } = schema;
  return html`<section id="object-${name}" aria-labelledby="object-${name}-title">
    <h3 id="object-${name}-title">${name}</h3>
    ${typeof description === 'string' && html`<p class="quiet">${words(description)}</p>`}
    ${fieldList(fieldsOf(api, schema))}
  </section>`;
}
