import { readFileSync } from 'node:fs';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { problems, type ProblemCode } from '../problem.ts';
import { permissionFor } from './key-permissions.ts';
import { findWords, heardOfLater, sections } from './operations.ts';
import { problemBody } from './problems.ts';
import type { Env } from './router.ts';

export type Schema = { $ref?: string; [keyword: string]: unknown };
export type Media = { schema?: Schema; example?: unknown; examples?: Record<string, { $ref: string }> };
export type Reference = { $ref: string };
export type Answer = { description: string; content?: Record<string, Media>; headers?: object };
export type Parameter = {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: Schema;
  example?: unknown;
};
export type Operation = {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  /** Which permission a key needs. */
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media>; required?: boolean };
  responses: Record<string, Answer | Reference>;
};
export type OpenApi = {
  openapi: string;
  info: { title: string; version: string; description: string; license?: object };
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; [kind: string]: object };
};

/** What was asked and answered of a furnished workspace, by operation; `npm run openapi -- --examples` records it. */
export type Example = {
  path?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  answer?: unknown;
};

const examples = JSON.parse(readFileSync(new URL('assets/examples.json', import.meta.url), 'utf8')) as Record<
  string,
  Example
>;

/** The description of these routes, made when somebody first asks for it. */
export function createDescription(api: OpenAPIHono<Env>): () => OpenApi {
  let made: OpenApi | undefined;
  return () => (made ??= describeApi(api));
}

/** The OpenAPI 3.1 description, generated from the routes’ schemas and completed with what holds for all of them. */
export function describeApi(api: OpenAPIHono<Env>): OpenApi {
  api.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key of a workspace: `Authorization: Bearer parley_key_…`',
  });
  const described = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Parley',
      version: '1',
      description: 'Teams meetings for your bookings and your own meetings, kept in step with Outlook.',
    },
    servers: [{ url: '/' }],
    security: [{ apiKey: [] }],
  }) as unknown as OpenApi; // what our routes are described with is a part of OpenAPI that this type covers
  for (const [path, methods] of Object.entries(described.paths))
    for (const [method, operation] of Object.entries(methods))
      methods[method] = {
        ...complete(`${method.toUpperCase()} ${path}`, operation),
        // Of a scheme that is not OAuth, these are the roles that the operation needs (OpenAPI 3.1, security requirement).
        security: [{ apiKey: [permissionFor({ ...operation, method, path })] }],
      };
  const used = new Set(
    Object.values(described.paths).flatMap((methods) => Object.values(methods).flatMap(({ tags }) => tags)),
  );
  return {
    ...described,
    info: { ...described.info, license: { name: 'MIT', identifier: 'MIT' } },
    tags: Object.entries(sections)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
    components: {
      ...described.components,
      schemas: { ...described.components.schemas, DryRun: dryRunSchema },
      ...problemComponents(described.paths),
    },
  };
}

function complete(name: string, operation: Operation): Operation {
  const words = findWords(name);
  const { operationId = words?.id ?? derivedId(name), summary = words?.summary ?? name } =
    operation as Partial<Operation>;
  const { default: _, ...answers } = operation.responses;
  const example = examples[name];
  const { requestBody, ...rest } = operation;
  const own = operation.parameters ?? [];
  const isLater = heardOfLater.has(name);
  const parameters = name.startsWith('GET ')
    ? operation.parameters
    : [...own, ...ofEveryChange, ...(isLater ? [preferParameter] : [])];
  return {
    ...rest,
    operationId,
    summary,
    ...(parameters && { parameters: parameters.map((parameter) => withExample(parameter, example)) }),
    ...(requestBody && { requestBody: { ...requestBody, content: exampleIn(requestBody.content, example?.body) } }),
    responses: {
      ...(name.startsWith('GET ') ? {} : { 200: dryRunAnswer }),
      ...withAnswer(answers, example?.answer),
      ...(isLater && { 202: acceptedAnswer }),
      ...refusals(refusalsOf(name, operation, words?.refusals ?? [])),
      default: operation.responses['default'] ?? { description: 'A problem' },
    },
  };
}

/** What every request that changes something can be asked, see `mutations.ts`. */
const ofEveryChange: Parameter[] = [
  {
    name: 'dryRun',
    in: 'query',
    description:
      '`true`: says what would happen, with the same checks and refusals, and nothing does. The answer is then 200 with a `DryRun`.',
    schema: { type: 'boolean' },
  },
  {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'Your own key of this request, 1–255 characters: sent again, it has its effect once. Kept for 7 days.',
    schema: { type: 'string', minLength: 1, maxLength: 257 },
  },
];

const preferParameter: Parameter = {
  name: 'Prefer',
  in: 'header',
  description:
    '`wait=10`: answers when Microsoft shows what is wanted, or after so many seconds, at most 30. `respond-async`: answers 202 with an operation to follow where that is not the case yet. Both together: 202 only when the time is over (RFC 7240).',
  schema: { type: 'string' },
};

const acceptedAnswer: Answer = {
  description: 'Written, and not at Microsoft yet (`Prefer: respond-async`)',
  headers: {
    Location: { description: 'Where the operation is read', schema: { type: 'string' } },
    'Preference-Applied': { description: '`respond-async`', schema: { type: 'string' } },
  },
  content: {
    'application/json': {
      schema: { $ref: '#/components/schemas/Operation' },
      ...(examples['GET /v1/operations/{id}'] && {
        example: { ...(examples['GET /v1/operations/{id}'].answer as object), status: 'pending' },
      }),
    },
  },
};

/** Where success is another status, the answer to `dryRun` has one of its own; else what it is about stays in view. */
const dryRunAnswer: Answer = {
  description: 'What would happen (`dryRun=true`)',
  content: {
    'application/json': {
      schema: { $ref: '#/components/schemas/DryRun' },
      example: {
        dryRun: true,
        status: 201,
        answer: { id: 'mtg_example' },
        events: [{ type: 'meeting.created', meetingId: 'mtg_example', bookingId: null, details: {} }],
      },
    },
  },
};

const dryRunSchema: Schema = {
  type: 'object',
  description: 'What would have happened; nothing did.',
  properties: {
    dryRun: { type: 'boolean', const: true },
    status: { type: 'integer', description: 'What the status of the answer would be.' },
    answer: { description: 'What the body of the answer would be; null without one.' },
    events: {
      type: 'array',
      description: 'Which events there would be, in order.',
      items: {
        type: 'object',
        properties: {
          type: { type: 'string' },
          meetingId: { type: ['string', 'null'] },
          bookingId: { type: ['string', 'null'] },
          details: { type: 'object', additionalProperties: {} },
        },
        required: ['type', 'meetingId', 'bookingId', 'details'],
      },
    },
  },
  required: ['dryRun', 'status', 'answer', 'events'],
};

/** What a route without words of its own is called until it has some. */
function derivedId(name: string): string {
  return name
    .toLowerCase()
    .replace(' /v1', '')
    .replaceAll(/[^a-z0-9]+(\w)?/g, (_, letter: string | undefined) => letter?.toUpperCase() ?? '');
}

function withExample(parameter: Parameter, example: Example | undefined): Parameter {
  const value = parameter.in === 'path' ? example?.path?.[parameter.name] : example?.query?.[parameter.name];
  if (value === undefined) return parameter;
  return { ...parameter, example: parameter.schema['type'] === 'integer' ? Number(value) : value };
}

function exampleIn(content: Record<string, Media>, example: unknown): Record<string, Media> {
  const { 'application/json': media, ...others } = content;
  if (!media || example === undefined) return content;
  return { 'application/json': { ...media, example }, ...others };
}

function withAnswer(answers: Operation['responses'], example: unknown): Operation['responses'] {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => [
      status,
      'content' in answer && answer.content ? { ...answer, content: exampleIn(answer.content, example) } : answer,
    ]),
  );
}

/** What a route refuses follows from what it takes; only its own refusals have to be told. */
function refusalsOf(name: string, operation: Operation, own: readonly ProblemCode[]): ProblemCode[] {
  const { parameters = [] } = operation;
  const writes = !name.startsWith('GET ');
  const inPath = parameters.some((parameter) => parameter.in === 'path');
  return [
    ...(writes || parameters.length > 0 ? (['invalid_request'] as const) : []),
    'unauthorized',
    'forbidden',
    ...(inPath ? (['not_found'] as const) : []),
    ...(writes ? (['payload_too_large', 'unsupported_media_type'] as const) : []),
    ...(writes ? (['dry_run_not_possible', 'idempotency_in_progress', 'idempotency_conflict'] as const) : []),
    'rate_limited',
    ...own,
  ];
}

function refusals(codes: readonly ProblemCode[]): Record<string, Answer | Reference> {
  const unique = [...new Set(codes)].filter((code) => problems[code].status < 500);
  const byStatus = Object.groupBy(unique, (code) => String(problems[code].status));
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, alike = []]) => {
      const [first, ...others] = alike;
      return [status, first && others.length === 0 ? { $ref: `#/components/responses/${first}` } : refusal(alike)];
    }),
  );
}

function refusal(codes: readonly ProblemCode[]): Answer {
  return {
    description: codes.map((code) => `${problems[code].title} (\`${code}\`)`).join(' · '),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

/** Each refusal that some route answers, as it is answered, and the answers that consist of one alone. */
function problemComponents(paths: OpenApi['paths']) {
  const text = JSON.stringify(paths);
  const codes = Object.keys(problems) as ProblemCode[]; // the table is what the codes are made from
  const answered = codes.filter((code) => text.includes(`#/components/responses/${code}"`));
  const shown = codes.filter((code) => answered.includes(code) || text.includes(`#/components/examples/${code}"`));
  const value = (code: ProblemCode) => ({ summary: problems[code].title, value: problemExample(code) });
  return {
    responses: Object.fromEntries(answered.map((code) => [code, refusal([code])])),
    examples: Object.fromEntries(shown.map((code) => [code, value(code)])),
  };
}

function problemExample(code: ProblemCode): object {
  return {
    ...problemBody({ code } as never, '7f0c2a9e-5b1d-4c8e-9a63-1d2f4b6c8e0a'),
    ...(code === 'invalid_request' && {
      errors: [{ pointer: '/start', detail: 'Give a date and time with its offset.' }],
    }),
  };
}
