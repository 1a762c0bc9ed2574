import { nameIn, type Schema } from './type-text.ts';

type Media = { schema: Schema };
type Parameter = { name: string; in: string; required?: boolean; description?: string; schema: Schema };
type Described = {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { $ref?: string; content?: Record<string, Media> }>;
};
export type Description = {
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema>; examples: Record<string, unknown> };
};

export type Answer =
  { kind: 'nothing' | 'text' | 'response' } | { kind: 'json'; schema: Schema } | { kind: 'pages'; item: Schema };

export type Operation = {
  id: string;
  method: string;
  path: string;
  tag: string;
  words: string;
  ids: string[];
  query: Schema | undefined;
  body: Schema | undefined;
  answer: Answer;
};

/** The operations of the description, in its order. */
export function operationsOf({ paths }: Description): Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const { operationId, summary, description, tags, parameters = [], requestBody } = described;
      return {
        id: operationId,
        method: method.toUpperCase(),
        path,
        tag: tags[0] ?? 'Other',
        words: description ?? summary,
        ids: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
        query: querySchema(parameters.filter((one) => one.in === 'query' && one.name !== 'dryRun')),
        body: requestBody?.content['application/json']?.schema,
        answer: answerOf(method, described),
      };
    }),
  );
}

function querySchema(parameters: Parameter[]): Schema | undefined {
  // Pages are fetched one by one by the iterator, which knows their cursors.
  const own = parameters.filter(({ name }) => name !== 'cursor');
  if (own.length === 0) return undefined;
  return {
    type: 'object',
    properties: Object.fromEntries(
      own.map(({ name, schema, description }) => [name, described(schema, description ?? schema.description)]),
    ),
    required: own.filter(({ required }) => required).map(({ name }) => name),
  };
}

/** Every request that changes something may answer so; calls have a type of their own for it. */
const isDryRun = (schema: Schema | undefined): boolean => schema?.$ref === '#/components/schemas/DryRun';

const described = (schema: Schema, description: string | undefined): Schema =>
  description === undefined ? schema : { ...schema, description };

function answerOf(method: string, { parameters = [], responses }: Described): Answer {
  const [content] = Object.entries(responses)
    .filter(([status, { content }]) => status.startsWith('2') && !isDryRun(content?.['application/json']?.schema))
    .map(([, response]) => Object.entries(response.content ?? {})[0]);
  if (!content) return { kind: 'nothing' };
  const [type, { schema }] = content;
  if (type === 'text/plain') return { kind: 'text' };
  if (type !== 'application/json') return { kind: 'response' };
  const { data, nextCursor, ...others } = schema.properties ?? {};
  // What has a next cursor but takes none, as the log of events, has no end.
  const hasEnd = !nextCursor || parameters.some(({ name }) => name === 'cursor');
  const item = data?.items;
  const isList = method === 'get' && item !== undefined && hasEnd && Object.keys(others).length === 0;
  return isList ? { kind: 'pages', item } : { kind: 'json', schema };
}

/** What the section’s own thing is called in the names of its operations, where its tag does not say so. */
const things: Record<string, string> = { Mail: 'Email', Webhooks: 'WebhookEndpoint', Diagnostics: 'Diagnosis' };

/** `listBookings` of the section Bookings is `list` there; what is about something else keeps its name. */
export function methodName({ id, tag }: Operation): string {
  const thing = things[tag] ?? pascal(tag).replace(/s$/, '');
  const [, verb] = new RegExp(`^([a-z]+)${thing}s?$`).exec(id) ?? [];
  return verb ?? id;
}

/** POSTs that only ask. With a key, which is one transaction, nobody could wait for the answer of Microsoft. */
export const isKeyless = ({ id }: Operation): boolean =>
  id.startsWith('preview') || id === 'refreshMeetingArtifacts' || id === 'runDiagnosis';

const pascal = (text: string): string => text.replaceAll(/(?:^|\s)(\w)/g, (_, letter: string) => letter.toUpperCase());

export const camel = (text: string): string => pascal(text).replace(/^\w/, (letter) => letter.toLowerCase());

export const kebab = (text: string): string => text.toLowerCase().replaceAll(/\W+/g, '-');

/** Whether nothing of a body has to be given. */
export function isOptional(schema: Schema, schemas: Record<string, Schema>): boolean {
  const whole = schema.$ref === undefined ? schema : schemas[nameIn(schema.$ref)];
  return whole?.type === 'object' && (whole.required ?? []).length === 0;
}
