import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Principal } from '../access/principal.ts';
import { Problem, type FieldError } from '../problem.ts';

/** What the middleware in front of every route has found out about a request. */
export type Env = {
  Variables: {
    requestId: string;
    principal: Principal;
    /** Its Idempotency-Key was seen to already, or does not count. */
    keyIsTaken?: boolean;
    /** It is one transaction with its key: what it prefers is done when that is committed. */
    spanned?: Spanned;
  };
};
export type ApiContext = Context<Env>;

/** How a request would like to be answered (RFC 7240). */
export type Preference = { respondAsync: boolean; waitSeconds: number };

export type Answer = { status: 200 | 201 | 202; body: unknown };
/** After waiting, an answer may have become a refusal. */
export type LaterAnswer = { status: number; body: unknown };
export type Spanned = { preference: Preference; finish?: () => Promise<LaterAnswer> };

/** A router whose routes refuse what their schemas do not allow, with every fault of the request at once. */
export function newRouter(): OpenAPIHono<Env> {
  return new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw invalidRequest(result.error);
    },
  });
}

/** The problem that lists what a schema refused; each fault with its JSON pointer (RFC 6901). */
export function invalidRequest(error: z.ZodError, below = ''): Problem {
  const errors = error.issues.flatMap(fieldErrors).map(({ pointer, detail }) => ({ pointer: below + pointer, detail }));
  return new Problem('invalid_request', { errors });
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const at = (path: PropertyKey[]) =>
    path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  if (issue.code === 'invalid_union') {
    // Of several forms, the one that was most nearly met says what is wrong.
    const [nearest] = issue.errors.toSorted((one, other) => one.length - other.length);
    if (nearest) return nearest.flatMap((inner) => fieldErrors({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  // Why a name cannot be is said by the schema of the names.
  if (issue.code === 'invalid_key')
    return issue.issues.map(({ message }) => ({ pointer: at(issue.path), detail: message }));
  if (issue.code !== 'unrecognized_keys') return [{ pointer: at(issue.path), detail: issue.message }];
  return issue.keys.map((key) => ({ pointer: at([...issue.path, key]), detail: 'There is no such field.' }));
}

/** An instant as ISO 8601 with an offset, for example `2026-11-24T10:00:00+01:00`; becomes a `Date`. */
export const instant = z
  .string({ error: 'Give a date and time such as 2026-11-24T10:00:00+01:00.' })
  .pipe(
    z.iso.datetime({
      offset: true,
      abort: true, // what compares times later must not see a text
      error: 'Give a date and time with its offset, such as 2026-11-24T10:00:00+01:00.',
    }),
  )
  .transform((text) => new Date(text))
  .refine((date) => date.getUTCFullYear() >= 2000 && date.getUTCFullYear() < 2100, 'Give a year from 2000 to 2099.')
  .openapi({ type: 'string', format: 'date-time', example: '2026-11-24T10:00:00+01:00' });

/** An instant in an answer: ISO 8601 in UTC. */
export const instantOut = z.string().openapi({ format: 'date-time', example: '2026-11-24T09:00:00.000Z' });

/** An id of ours. Its shape keeps out what no id can be; whether it exists is found out by looking. */
export const idText = z
  .string({ error: 'Give an id.' })
  .max(64, 'An id has at most 64 characters.')
  .regex(/^[\w-]+$/, 'An id has letters, digits, “_” and “-” only.');

/** Text of several lines that can be stored and sent: no NUL, no half of a surrogate pair. */
export const longText = (most: number) =>
  z
    .string({ error: 'Give a text.' })
    .max(most, `At most ${most.toLocaleString('en')} characters.`)
    .refine(isStorable, 'The text contains characters that cannot be stored.');

/** Text on one line, such as a name or a subject: trimmed, not empty, without control characters. */
export const singleLine = (most: number, missing = 'This cannot be empty.') =>
  z
    .string({ error: missing })
    .trim()
    .min(1, missing)
    .max(most, `At most ${most} characters.`)
    .refine(isPlain, 'Control characters are not allowed.');

// Functions and not patterns: the description of the API would show a pattern with its flags, which no reader understands.
export function isStorable(text: string): boolean {
  return /^[^\0\p{Cs}]*$/u.test(text);
}

export function isPlain(text: string): boolean {
  return /^[^\p{Cc}\p{Cs}]*$/u.test(text);
}

export const idParam = (what: string) =>
  z.object({
    id: idText.openapi({ param: { name: 'id', in: 'path' }, description: `The id of ${what}` }),
  });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    code: z.string(),
    remedy: z.string(),
    retryable: z.boolean(),
    requestId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
    provider: z
      .object({
        status: z.number().int(),
        code: z.string(),
        requestId: z.string().optional(),
        clientRequestId: z.string().optional(),
        date: z.string().optional(),
      })
      .optional(),
  })
  .openapi('Problem', { description: 'RFC 9457 problem details' });

/** An answer with a JSON body in a route's description. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  content: { 'application/json': { schema } },
  description,
});

/** A request with a JSON body in a route's description. */
export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  content: { 'application/json': { schema } },
  required: true,
});

/** The problems that any route may answer. */
export const problemAnswers = {
  default: {
    content: { 'application/problem+json': { schema: problemSchema } },
    description: 'A problem: see its `code`',
  },
} as const;
