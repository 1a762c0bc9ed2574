import { z } from '@hono/zod-openapi';
import type { CallToolResult, ToolAnnotations } from '@modelcontextprotocol/server';
import { idText, invalidRequest } from '../http/router.ts';
import { Problem } from '../problem.ts';
import type { Answer, Ask } from './ask.ts';
import { readResult, resultOf } from './result.ts';

/** A tool of an agent: one operation of the API, in words that an agent understands. */
export type Tool = {
  name: string;
  title: string;
  description: string;
  /** `POST /v1/bookings`: from it follows the permission that a key needs. */
  operation: string;
  annotations: ToolAnnotations;
  /** JSON Schema of the arguments. */
  inputSchema: { type: 'object'; [keyword: string]: unknown };
  /** Throws `invalid_request` for arguments that cannot be. */
  call: (ask: Ask, given: unknown) => Promise<CallToolResult>;
};

/** What is asked of an operation: the id in its path, the rest of its request. */
type Wish = {
  id?: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: object;
  /** For how long the answer may wait for the meeting’s link. */
  waitSeconds?: number;
};

type Words = { name: string; title: string; description: string; operation: string };
type Reading<Input> = Words & {
  input: z.ZodType<Input>;
  wish: (input: Input) => Wish;
  /** Takes a part of an answer that is too long for an agent. */
  part?: (body: unknown, input: Input) => object;
  /** Whether Microsoft is asked. */
  asksMicrosoft?: boolean;
};
type Changing<Input> = Words & {
  input: z.ZodType<Input>;
  wish: (input: Omit<Input, keyof Rehearsal>) => Wish;
  /** Whether something that was there is replaced or ended. */
  destructive: boolean;
};

/** A tool that changes nothing. */
export function reading<Input>({ input, wish, part, asksMicrosoft = false, ...words }: Reading<Input>): Tool {
  return {
    ...words,
    annotations: { readOnlyHint: true, openWorldHint: asksMicrosoft },
    inputSchema: jsonSchemaOf(input),
    async call(ask, given) {
      const parsed = parse(input, given);
      const answer = await ask(questionOf(words.operation, wish(parsed)));
      return readResult(part && answer.status < 400 ? { ...answer, body: part(answer.body, parsed) } : answer);
    },
  };
}

/** What every tool has that changes something: it is rehearsed unless it is asked to happen, and then happens once. */
export const rehearsal = {
  dryRun: z
    .boolean()
    .default(true)
    .describe(
      'true: a rehearsal; everything is checked, nothing is written or sent. false: it happens. Only after the person agreed.',
    ),
  idempotencyKey: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'Use 1 to 255 characters without blanks.')
    .optional()
    .describe(
      'With dryRun: false: your own name for this one action, such as a UUID. Repeat a call that got no answer with the same key: it happens once.',
    ),
};
type Rehearsal = { dryRun: boolean; idempotencyKey?: string | undefined };

/** A tool that changes something, tells people, or gives access. */
export function changing<Input extends Rehearsal>({ input, wish, destructive, ...words }: Changing<Input>): Tool {
  const sentence =
    'Rehearses by default: show the person what would happen, and call it again with dryRun: false and an idempotencyKey when they agree.';
  return {
    ...words,
    description: `${words.description} ${sentence}`,
    // With its key, the same call has no further effect.
    annotations: { readOnlyHint: false, destructiveHint: destructive, idempotentHint: true, openWorldHint: true },
    inputSchema: jsonSchemaOf(input),
    async call(ask, given) {
      const { dryRun, idempotencyKey, ...own } = parse(input, given);
      return resultOf(await ask(changeOf(words.operation, wish(own), { dryRun, idempotencyKey })), { dryRun });
    },
  };
}

function changeOf(operation: string, { waitSeconds, ...wish }: Wish, { dryRun, idempotencyKey }: Rehearsal) {
  if (dryRun) return questionOf(operation, { ...wish, query: { ...wish.query, dryRun } });
  if (idempotencyKey === undefined)
    throw new Problem('invalid_request', {
      errors: [{ pointer: '/idempotencyKey', detail: 'Give a key of your own with dryRun: false.' }],
    });
  const headers = {
    'idempotency-key': idempotencyKey,
    ...(waitSeconds !== undefined && { prefer: `wait=${waitSeconds}` }),
  };
  return { ...questionOf(operation, wish), headers };
}

/** The ids in wishes have passed {@link id}, which lets nothing through that means something in a path. */
function questionOf(operation: string, { id: named = '', query = {}, body }: Wish) {
  const [method = '', pattern = ''] = operation.split(' ');
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  return { method, path: pattern.replace('{id}', named) + (search.size > 0 ? `?${search.toString()}` : ''), body };
}

function parse<Input>(schema: z.ZodType<Input>, given: unknown): Input {
  const parsed = schema.safeParse(given ?? {});
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data;
}

function jsonSchemaOf(schema: z.ZodType): Tool['inputSchema'] {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io: 'input' });
  return { ...made, type: 'object' };
}

// Fields that several tools take.

export const id = (what: string) => idText.describe(`The id of ${what}.`);

/** The API says what is wrong with an instant; an agent needs to know how it is written. */
export const instant = (what: string) =>
  z
    .string({ error: 'Give a date and time such as 2026-11-24T10:00:00+01:00.' })
    .max(40)
    .describe(`${what} ISO 8601 with the offset of the place: 2026-11-24T10:00:00+01:00.`);

export const timeZone = (what: string) => z.string().max(64).describe(`${what} An IANA name such as Europe/Berlin.`);

export const durationMinutes = z
  .int()
  .min(5)
  .max(480)
  .optional()
  .describe('One of the lengths that the event type offers; left out: its usual one.');

/** Pages are short: whatever a tool answers, an agent has to read. */
export const page = {
  limit: z.int().min(1).max(50).default(10).describe('How many at most.'),
  cursor: z.string().max(2000).optional().describe('The nextCursor of the page before.'),
};

export type { Answer, Ask };
