/** JSON Schema as TypeScript. What is unknown here is `unknown` there. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  prefixItems?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
};

/** Whether a component may be `null` wherever a schema refers to it. */
export type Nullable = (name: string) => boolean;

export const nameIn = (ref: string): string => ref.split('/').at(-1) ?? ref;

/** The type that values of a schema have, not formatted. */
export function typeText(schema: Schema, nullable: Nullable): string {
  const inner = (one: Schema) => typeText(one, nullable);
  if (schema.$ref !== undefined) {
    const name = nameIn(schema.$ref);
    return nullable(name) ? `(${name} | null)` : name;
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return `(${schema.enum.map((value) => JSON.stringify(value)).join(' | ')}${orNull(schema)})`;
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return `(${union.map(inner).join(' | ')})`;
  if (schema.allOf) return `(${schema.allOf.map(inner).join(' & ')})`;
  const kinds = [schema.type ?? []].flat();
  if (kinds.length === 0) return 'unknown';
  if (kinds.length === 1) return typeOfKind(kinds[0], schema, nullable);
  return `(${kinds.map((kind) => typeOfKind(kind, schema, nullable)).join(' | ')})`;
}

const orNull = ({ type, enum: values }: Schema): string =>
  Array.isArray(type) && type.includes('null') && !values?.includes(null) ? ' | null' : '';

function typeOfKind(kind: string | undefined, schema: Schema, nullable: Nullable): string {
  if (kind === 'integer' || kind === 'number') return 'number';
  if (kind === 'string' || kind === 'boolean' || kind === 'null') return kind;
  if (kind === 'array') return arrayText(schema, nullable);
  return kind === 'object' ? objectText(schema, nullable) : 'unknown';
}

function arrayText({ items, prefixItems }: Schema, nullable: Nullable): string {
  if (prefixItems) return `[${prefixItems.map((one) => typeText(one, nullable)).join(', ')}]`;
  return `(${items ? typeText(items, nullable) : 'unknown'})[]`;
}

function objectText({ properties, required = [], additionalProperties }: Schema, nullable: Nullable): string {
  const others = typeof additionalProperties === 'object' ? typeText(additionalProperties, nullable) : 'unknown';
  if (!properties) return `Record<string, ${additionalProperties === false ? 'never' : others}>`;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? '' : '?';
    return `${comment(schema.description)}${JSON.stringify(name)}${mark}: ${typeText(schema, nullable)};`;
  });
  return `{ ${lines.join('\n')} }`;
}

/** A text as JSDoc, with the line break that ends it. */
export function comment(text: string | undefined): string {
  return text ? `\n/** ${text.replaceAll('*/', '*\\/')} */\n` : '';
}
