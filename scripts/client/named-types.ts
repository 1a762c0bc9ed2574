import { comment, nameIn, typeText, type Schema } from './type-text.ts';

/** The components, and what operations take and give without having a name for it in the description. */
export class NamedTypes {
  readonly schemas: Record<string, Schema>;
  readonly #added = new Map<string, Schema>();

  constructor(schemas: Record<string, Schema>) {
    // What a dry run answers is a type of the client’s own, which knows what the answer would be.
    this.schemas = Object.fromEntries(Object.entries(schemas).filter(([name]) => name !== 'DryRun'));
  }

  /** The name of a schema at the root of a body or an answer: there, a component is what it is, and never `null`. */
  of(schema: Schema, name: string): string {
    if (schema.$ref !== undefined) return nameIn(schema.$ref);
    if (typeof schema.type === 'string' && !['object', 'array'].includes(schema.type)) return schema.type;
    if (name in this.schemas || this.#added.has(name)) throw new Error(`two types would be called ${name}`);
    this.#added.set(name, schema);
    return name;
  }

  names(): string[] {
    return [...Object.keys(this.schemas), ...this.#added.keys()];
  }

  text(problems: Record<string, unknown>): string {
    const nullable = (name: string) => isNullable(this.schemas[name]);
    const types = [...Object.entries(this.schemas), ...this.#added].map(
      ([name, schema]) =>
        `${comment(schema.description)}export type ${name} = ${typeText(withoutNull(schema), nullable)};`,
    );
    const literals = (values: string[]) => values.map((value) => `'${value}'`).join(' | ');
    return `
      ${types.join('\n\n')}

      /** What endpoints for webhooks are told of. */
      export type WebhookEventType = ${literals(this.#eventTypes())};

      /** Why Parley refuses; each has a page in its documentation. */
      export type ProblemCode = ${literals(Object.keys(problems))};
    `;
  }

  #eventTypes(): string[] {
    const choosable = this.schemas['NewWebhookEndpoint']?.properties?.['types']?.items?.enum ?? [];
    return choosable.map(String).filter((type) => !type.endsWith('*'));
  }
}

const isNullable = (schema: Schema | undefined): boolean =>
  Array.isArray(schema?.type) && schema.type.includes('null') && !schema.enum;

function withoutNull(schema: Schema): Schema {
  if (!isNullable(schema)) return schema;
  return { ...schema, type: [schema.type ?? []].flat().filter((kind) => kind !== 'null') };
}
