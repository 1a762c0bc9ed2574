import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import type { RecordedCall } from '../../emulator/context.ts';

type Json = { [key: string]: unknown };

/** Checks recorded Graph calls against Microsoft's OpenAPI description. */
export type GraphOpenApi = {
  /** What is wrong with these calls, one line each. Requests that were refused are not judged. */
  violations(calls: readonly RecordedCall[]): string[];
};

let loaded: GraphOpenApi | undefined;

/**
 * Microsoft's description of Graph, when it is on this machine: the file that `PARLEY_GRAPH_OPENAPI` names, or
 * `shared/graph-openapi.json` beside the repository. `undefined`: not available, skip what needs it.
 */
export function loadGraphOpenApi(): GraphOpenApi | undefined {
  const file = descriptionFile();
  if (file === undefined) return undefined;
  loaded ??= createGraphOpenApi(JSON.parse(readFileSync(file, 'utf8')) as Json);
  return loaded;
}

/** For `skip:` of a test: a reason, or `false` when the description is there. */
export const graphOpenApiMissing: string | false =
  descriptionFile() === undefined ? "Microsoft's OpenAPI description is not available" : false;

function descriptionFile(): string | undefined {
  const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
  const beside = join(dirname(repository), 'shared', 'graph-openapi.json');
  const file = process.env['PARLEY_GRAPH_OPENAPI'] ?? beside;
  return existsSync(file) ? file : undefined;
}

/** Builds the checker from the description. */
export function createGraphOpenApi(description: Json): GraphOpenApi {
  const checker = new Checker(description);
  return {
    violations: (calls) => calls.filter((call) => call.service === 'graph').flatMap((call) => checker.check(call)),
  };
}

const schemaBase = 'https://graph.example/schemas/';

/** Paths that the description does not have. */
const undescribed = [
  /^\/\$batch$/,
  /\/translateExchangeIds$/,
  /^\/users\/\$count$/,
  /^\/(me|users\/[^/]+)\/calendars\/[^/]+\/events\/\$count$/,
  /\/onlineMeetings\/getAll(Recordings|Transcripts)\(/,
];
const pagingOptions = new Set(['$deltatoken', '$skiptoken', '$skip', '$count']);

class Checker {
  readonly #description: Json;
  readonly #ajv: Ajv2020;
  readonly #templates: { pattern: RegExp; item: Json }[];
  readonly #compiled = new Map<string, ValidateFunction>();

  constructor(description: Json) {
    this.#description = description;
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, logger: false });
    // The package's default export is the plugin; its types describe CommonJS.
    (addFormatsModule as unknown as (ajv: Ajv2020) => void)(this.#ajv);
    for (const [name, schema] of Object.entries(component(description, 'schemas'))) {
      this.#ajv.addSchema(adapt(schema, name) as Json, `${schemaBase}${name}`);
    }
    const paths = description['paths'] as Record<string, Json>;
    this.#templates = Object.entries(paths)
      .toSorted(([a], [b]) => placeholders(a) - placeholders(b))
      .map(([template, item]) => ({ pattern: patternOf(template), item }));
  }

  check(call: RecordedCall): string[] {
    const url = new URL(call.url);
    const path = canonical(url.pathname);
    if (call.status === 0 || undescribed.some((pattern) => pattern.test(path))) return [];
    const label = `${call.method} ${path} → ${call.status}`;
    if (call.status >= 400)
      return this.#body(`${label} error`, { $ref: '#/components/responses/error' }, call.responseBody);
    const item = this.#templates.find(({ pattern }) => pattern.test(path))?.item;
    const operation = item?.[call.method.toLowerCase()] as Json | undefined;
    if (operation === undefined) return [`${label}: Graph has no such operation`];
    return [
      ...this.#query(label, operation, url),
      ...this.#body(`${label} request`, operation['requestBody'] as Json | undefined, call.body),
      ...this.#body(`${label} response`, this.#success(operation, call.status), call.responseBody),
    ];
  }

  #success(operation: Json, status: number): Json | undefined {
    const responses = operation['responses'] as Record<string, Json>;
    return responses[String(status)] ?? responses['2XX'];
  }

  #query(label: string, operation: Json, url: URL): string[] {
    const parameters = ((operation['parameters'] as Json[] | undefined) ?? []).map((one) => this.#resolve(one));
    const known = new Set(parameters.map((one) => String(one['name']).toLowerCase()));
    return [...url.searchParams.keys()]
      .filter((name) => !known.has(name.toLowerCase()) && !pagingOptions.has(name.toLowerCase()))
      .map((name) => `${label}: unknown query option ${name}`);
  }

  #body(label: string, holder: Json | undefined, text: string): string[] {
    if (holder === undefined || text === '') return [];
    const content = this.#resolve(holder)['content'] as Record<string, { schema?: Json }> | undefined;
    const schema = content?.['application/json']?.schema;
    if (schema === undefined) return [];
    const value = parse(text);
    if (value === undefined) return [`${label}: not JSON`];
    const validate = this.#validator(schema);
    if (validate(lenient(value))) return [];
    return (validate.errors ?? [])
      .filter((error) => !['anyOf', 'if', 'allOf'].includes(error.keyword))
      .map((error) => {
        const detail =
          error.keyword === 'unevaluatedProperties' ? ` (${String(error.params['unevaluatedProperty'])})` : '';
        return `${label}: ${error.instancePath || '/'} ${error.message ?? ''}${detail}`;
      });
  }

  #validator(schema: Json): ValidateFunction {
    const key = JSON.stringify(schema);
    const existing = this.#compiled.get(key);
    if (existing !== undefined) return existing;
    const compiled = this.#ajv.compile(adapt(schema, '') as Json);
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #resolve(holder: Json): Json {
    const ref = holder['$ref'];
    if (typeof ref !== 'string') return holder;
    const [, , kind = '', name = ''] = ref.split('/');
    return component(this.#description, kind)[name] as Json;
  }
}

function component(description: Json, kind: string): Record<string, unknown> {
  return (description['components'] as Record<string, Record<string, unknown>>)[kind] ?? {};
}

/**
 * The description's schemas in JSON Schema's own words: `nullable` becomes a type, `@odata.type` is never required,
 * a reference outside `allOf` allows no properties but those of the type and OData's annotations.
 */
function adapt(schema: unknown, name: string, inAllOf = false): unknown {
  if (Array.isArray(schema)) return schema.map((one) => adapt(one, name, inAllOf));
  if (!isRecord(schema)) return schema;
  const ref = schema['$ref'];
  if (typeof ref === 'string') {
    const target = `${schemaBase}${ref.split('/').at(-1)}`;
    return inAllOf
      ? { $ref: target }
      : { $ref: target, patternProperties: { '@': true }, unevaluatedProperties: false };
  }
  const adapted: Json = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'discriminator' || key === 'description' || key === 'title' || key.startsWith('x-')) continue;
    if (key === 'properties') adapted[key] = mapValues(value as Json, (one) => adapt(one, name));
    else if (key === 'required') adapted[key] = (value as string[]).filter((one) => !one.startsWith('@'));
    else if (key === 'allOf') adapted[key] = adapt(value, name, true);
    else adapted[key] = adapt(value, name);
  }
  return relaxed(nullable(adapted), name);
}

function nullable(schema: Json): Json {
  if (schema['nullable'] !== true) return schema;
  const { nullable: _, type, ...rest } = schema;
  // `{ type: object, nullable: true }` stands for nothing but null.
  if (type === 'object' && Object.keys(rest).length === 0) return { type: 'null' };
  if (Array.isArray(rest['enum'])) return { ...rest, enum: [...(rest['enum'] as unknown[]), null] };
  return type === undefined ? rest : { ...rest, type: [type, 'null'] };
}

/** Where the service differs from its description. */
function relaxed(schema: Json, name: string): Json {
  // Request errors carry a date without an offset.
  if (name.endsWith('ODataErrors.InnerError') && schema['format'] === 'date-time') return { type: ['string', 'null'] };
  // Times of day have seven decimals and no offset; "numberOfOccurrences" is an integer in any size.
  if (schema['format'] === 'time' || schema['format'] === 'int16') return without(schema, 'format');
  return schema;
}

function without(schema: Json, key: string): Json {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== key));
}

function mapValues(
  object: Json,
  map: (value: unknown) => unknown,
  before: (key: string, value: unknown) => unknown = (_, value) => value,
): Json {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(before(key, value))]));
}

/**
 * Deletions in a delta page are ids only, and `"HTML"` is how Microsoft's own examples write `html`. The people in a
 * meeting, and those who organized one, say that they are of a type with two members more than the one that the
 * description gives them.
 */
function lenient(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => !isRecord(one) || !('@removed' in one)).map(lenient);
  if (!isRecord(value)) return value;
  if (value['@odata.type'] === '#microsoft.graph.communicationsUserIdentity') {
    return without(without(value, 'tenantId'), 'identityProvider');
  }
  if (value['@odata.type'] === '#microsoft.graph.teamworkUserIdentity') {
    return without(without(value, 'tenantId'), 'userIdentityType');
  }
  return mapValues(value, lenient, (key, one) => (key === 'contentType' ? String(one).toLowerCase() : one));
}

function canonical(pathname: string): string {
  return decodeURI(pathname)
    .replace(/^\/(v1\.0|beta)/, '')
    .replace(/\(\)/g, '')
    .replace(/\((\w+=)?'([^']*)'\)/g, '/$1$2');
}

function patternOf(template: string): RegExp {
  const escaped = template
    .replace(/\(\)/g, '')
    .split(/\{[^}]+\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^/]+');
  return new RegExp(`^${escaped}$`, 'i');
}

function placeholders(template: string): number {
  return template.split('{').length;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
