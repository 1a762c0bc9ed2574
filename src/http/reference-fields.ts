import { html, raw } from 'hono/html';
import { marked } from 'marked';
import type { OpenApi, Schema } from './openapi.ts';
import type { Html } from './pages.ts';

export type Field = { name: string; schema: Schema; isRequired: boolean; description: string | undefined };

export function fieldList(fields: Field[]): Html {
  return html`<dl class="fields">
    ${fields.map(
      ({ name, schema, isRequired, description }) =>
        html`<div>
          <dt>
            <code>${name}</code>
            <span class="type">${typeView(schema)}</span> ${isRequired && html`<span class="required">required</span>`}
          </dt>
          <dd>${description && words(description)}</dd>
        </div>`,
    )}
  </dl>`;
}

/** All fields of an object, those within others by their path: `visitor.email`, `attendees[].name`. Objects with a name stand elsewhere. */
export function fieldsOf(api: OpenApi, given: Schema, above = '', depth = 0): Field[] {
  const { properties = {}, required = [] } = resolved(api, given) as Resolved;
  return Object.entries(properties).flatMap(([name, one]) => {
    const path = above + name;
    const field = fieldOf(path, { schema: one, required: required.includes(name) });
    const items = one['items'] as Schema | undefined;
    const inner = items ?? one;
    if (depth > 3 || inner.$ref) return [field];
    return [field, ...fieldsOf(api, inner, `${path}${items ? '[]' : ''}.`, depth + 1)];
  });
}

type Resolved = { properties?: Record<string, Schema>; required?: string[] };
type Taken = { schema: Schema; required?: boolean; description?: string };

export function fieldOf(
  name: string,
  { schema, required = false, description = textIn(schema['description']) }: Taken,
): Field {
  return { name, schema, isRequired: required, description };
}

/** A schema with what it refers to, and of several that hold together, all. */
function resolved(api: OpenApi, schema: Schema, depth = 0): Schema {
  if (depth > 8) return schema;
  const named = schema.$ref && api.components.schemas[nameOf(schema.$ref)];
  if (named) return resolved(api, named, depth + 1);
  const parts = schema['allOf'] as Schema[] | undefined;
  if (!parts) return schema;
  const all = [...parts.map((part) => resolved(api, part, depth + 1)), schema] as Resolved[];
  return {
    ...schema,
    properties: Object.fromEntries(all.flatMap(({ properties = {} }) => Object.entries(properties))),
    required: all.flatMap(({ required = [] }) => required),
  };
}

/** What a value can be; an object with a name is a link to its fields. */
export function typeView(schema: Schema, depth = 0): Html {
  if (schema.$ref) return html`<a href="#object-${nameOf(schema.$ref)}">${nameOf(schema.$ref)}</a>`;
  const choice = (schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']) as Schema[] | undefined;
  if (choice && depth < 3)
    return html`${choice.map((one, at) => html`${at > 0 && (schema['allOf'] ? ' and ' : ' or ')}${typeView(one, depth + 1)}`)}`;
  const values = schema['enum'] as unknown[] | undefined;
  if (values) return html`${values.map((value) => JSON.stringify(value)).join(' · ')}`;
  if ('const' in schema) return html`${JSON.stringify(schema['const'])}`;
  const types = [(schema['type'] ?? 'object') as string | string[]].flat().join(' or '); // JSON Schema, section 6.1.1
  const items = schema['items'] as Schema | undefined;
  if (items && depth < 3) return html`${types} of ${typeView(items, depth + 1)}`;
  const format = textIn(schema['format']);
  return html`${[types, format && `(${format})`, boundsOf(schema)].filter(Boolean).join(' ')}`;
}

function boundsOf({ minimum, maximum, maxLength }: Schema): string {
  if (typeof maxLength === 'number') return `up to ${maxLength.toLocaleString('en')} characters`;
  if (typeof minimum === 'number' && typeof maximum === 'number' && maximum < 1e9) return `${minimum}–${maximum}`;
  return typeof minimum === 'number' && minimum > -1e9 ? `from ${minimum}` : '';
}

function nameOf(ref: string): string {
  return ref.split('/').at(-1) ?? '';
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Our own words, in which code is between backticks. */
export function words(text: string): Html {
  return html`${raw(marked.parseInline(text, { async: false }))}`;
}
