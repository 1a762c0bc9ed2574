/** The parts of an OpenAPI 3.1 document that tests of bad input are made from. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: boolean | Schema;
  /** Which names the properties of a record may have; without it, those that are words. */
  propertyNames?: object;
  enum?: unknown[];
  format?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  maxItems?: number;
};
export type Parameter = { name: string; in: 'path' | 'query'; required?: boolean; schema: Schema };
type Described = { parameters?: Parameter[]; requestBody?: { content: Record<string, { schema: Schema }> } };
type OpenApi = { paths: Record<string, Record<string, Described>>; components: { schemas: Record<string, Schema> } };

export type Operation = { method: string; path: string; name: string; parameters: Parameter[]; body?: Schema };

/** Every operation that the document describes, with references resolved. */
export function operationsOf(document: unknown): Operation[] {
  const { paths, components } = document as OpenApi; // our own answer
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      const body = schema && resolve(schema, components.schemas);
      const name = `${method.toUpperCase()} ${path}`;
      return { method: method.toUpperCase(), path, name, parameters, ...(body && { body }) };
    }),
  );
}

function resolve(schema: Schema, known: Record<string, Schema>): Schema {
  if (schema.$ref) return resolve(known[schema.$ref.split('/').at(-1) ?? ''] ?? {}, known);
  const { oneOf, anyOf = oneOf, ...rest } = schema;
  // Several constants are one choice.
  if (anyOf?.every((one) => one.enum))
    return { ...rest, type: anyOf.flatMap((one) => one.type ?? []), enum: anyOf.flatMap((one) => one.enum ?? []) };
  return {
    ...rest,
    ...(schema.items && { items: resolve(schema.items, known) }),
    ...(anyOf && { anyOf: anyOf.map((one) => resolve(one, known)) }),
    ...(valuesOf(schema) && { additionalProperties: resolve(valuesOf(schema) ?? {}, known) }),
    ...(schema.properties && {
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([name, one]) => [name, resolve(one, known)]),
      ),
    }),
  };
}

/** What any field of a record holds, whose names are not known beforehand. */
function valuesOf({ additionalProperties }: Schema): Schema | undefined {
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** A body that must be refused, as JSON text, with the pointer of its fault. */
export type Wrong = { pointer: string; why: string; text: string };

const samples: Record<string, unknown> = {
  null: null,
  boolean: true,
  integer: 7,
  number: 0.5,
  string: 'x',
  array: [],
  object: {},
};

/** A number that JavaScript can only hold as infinity; JSON can write it. */
const huge = '@@1e400@@';

/** Every wrong form of every field of a body, one at a time, beside fields that are right. */
export function* wrongBodies(schema: Schema, valid: unknown): Generator<Wrong> {
  for (const { path, why, change } of faults(schema, valid, [])) {
    const body = change(structuredClone(valid));
    const text = JSON.stringify(body).replaceAll(`"${huge}"`, '1e400');
    yield { pointer: path.map((part) => `/${part}`).join(''), why, text };
  }
}

type Fault = { path: (string | number)[]; why: string; change: (body: unknown) => unknown };

function* faults(schema: Schema, value: unknown, path: Fault['path']): Generator<Fault> {
  const put = (wrong: unknown) => (body: unknown) => setAt(body, path, wrong);
  const allowed = typesOf(schema);
  for (const [type, sample] of Object.entries(samples)) {
    if (allowed.has(type) || (type === 'integer' && allowed.has('number'))) continue;
    yield { path, why: `${type} instead of ${[...allowed].join(' or ')}`, change: put(sample) };
  }
  for (const wrong of wrongValues(schema)) yield { path, why: JSON.stringify(wrong).slice(0, 60), change: put(wrong) };
  if (Array.isArray(value) && schema.items) {
    const { maxItems } = schema;
    if (maxItems) yield { path, why: `${maxItems + 1} items`, change: put(Array(maxItems + 1).fill(value[0])) };
    if (value.length > 0) yield* faults(schema.items, value[0], [...path, 0]);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) yield* faultsOfFields(schema, value, path);
}

function* faultsOfFields(schema: Schema, value: object, path: Fault['path']): Generator<Fault> {
  const { properties = {}, required = [], ...form } = formOf(schema, value);
  for (const name of required) {
    // Which of several forms was meant, nobody can tell.
    const at = schema.anyOf ? path : [...path, name];
    yield { path: at, why: `${name} is missing`, change: (body) => setAt(body, [...path, name], undefined) };
  }
  for (const name of ['unknownField', 'constructor', 'toString']) {
    yield { path: [...path, name], why: 'unknown field', change: (body) => setAt(body, [...path, name], 1) };
  }
  for (const [name, inner] of Object.entries(properties)) {
    if (name in value) yield* faults(inner, (value as Record<string, unknown>)[name], [...path, name]);
  }
  const values = valuesOf(form);
  if (values) yield* faultsOfRecord(form, values, value, path);
}

function* faultsOfRecord(form: Schema, values: Schema, value: object, path: Fault['path']): Generator<Fault> {
  const [first] = Object.entries(value);
  if (first) yield* faults(values, first[1], [...path, first[0]]);
  const otherwise = form.propertyNames ? ['a:b'] : ['a b', '\u00e9'];
  for (const name of ['', 'a\u0000', '\ud83d', 'x'.repeat(65), ...otherwise])
    yield { path: [...path, name], why: 'a name that cannot be', change: (body) => setAt(body, [...path, name], 'x') };
}

/** Of several forms, the one that the valid value has. */
function formOf(schema: Schema, value: object): Schema {
  const given = Object.entries(value);
  const fits = ({ properties = {}, required = [] }: Schema) =>
    required.every((name) => name in value) &&
    given.every(([name, one]) => properties[name]?.enum?.includes(one) ?? name in properties);
  return schema.anyOf?.find(fits) ?? schema;
}

function typesOf({ type, anyOf }: Schema): Set<string> {
  if (anyOf) return new Set(anyOf.flatMap((one) => [...typesOf(one)]));
  return new Set([type ?? 'object'].flat());
}

function* wrongValues({ type, format, enum: values, minimum, maximum, maxLength }: Schema): Generator {
  const types = [type].flat();
  if (types.includes('string')) {
    // No field can hold NUL or half of a surrogate pair, and none is without a limit.
    yield* ['a\u0000b', 'a\ud83d', '\udc00b', 'x'.repeat((maxLength ?? 20_000) + 1)];
    if (values) yield 'nonsense';
    if (format === 'email')
      yield* ['', 'sam', 'sam@', '@x.example', 'sam@x', 'a@b@c.example', 'sam@x.example\r\nBcc: all@x.example'];
    if (format === 'date-time')
      yield* [
        '',
        'tomorrow',
        '2026-11-24',
        '2026-11-24T10:00:00',
        '2026-02-30T10:00:00Z',
        '2026-13-01T10:00:00Z',
        '2026-11-24T25:00:00Z',
        '1999-12-31T23:59:59Z',
        '2100-01-01T00:00:00Z',
        '+275760-09-13T00:00:00Z',
        '2026-11-24T10:00:00+25:00',
      ];
  }
  if (types.includes('integer')) {
    yield* [0.5, '5', huge, -1e15, Number.MAX_SAFE_INTEGER];
    if (minimum !== undefined) yield minimum - 1;
    if (maximum !== undefined) yield maximum + 1;
  }
  if (types.includes('number') && values) yield* [0, 0.5, 1e15, huge, '1'];
  if (types.includes('boolean')) yield* ['true', 1, 0];
}

function setAt(body: unknown, path: Fault['path'], value: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  const here = body as Record<string | number, unknown>; // the path was read from this body
  if (rest.length > 0) return Object.assign(here, { [first]: setAt(here[first], rest, value) });
  return Object.assign(here, { [first]: value });
}
