import { AsyncLocalStorage } from 'node:async_hooks';
import { pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from './config.ts';

type Fields = Record<string, unknown>;
type Write = (fields: Fields, message: string) => void;

/** Structured log: an event's fields first, then a short fixed message. Never a token, secret, join URL or mail body. */
export type Log = {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  /** A log that adds these fields to every line. */
  child(fields: Fields): Log;
  /** Adds these fields to every line that is written, by whichever part of the system, because of this run. */
  within<T>(fields: Fields, run: () => T): T;
};

type Options = {
  level: LogLevel;
  /** Takes each finished line, with its newline; standard output when left out. */
  write?: (line: string) => void;
};

const redacted = '[redacted]';

/** Field names whose values are never written, at any depth, in any spelling of case, `-` and `_`. */
const secretNames = new Set([
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'password',
  'secret',
  'clientsecret',
  'clientassertion',
  'apikey',
  'token',
  'accesstoken',
  'refreshtoken',
  'idtoken',
  'codeverifier',
  'joinurl',
  'joinweburl',
  'passcode',
]);

/** What gives a secret away inside a text: bearer and basic credentials, JWTs, Teams join links, secret parameters. */
const secretTexts: [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${redacted}`],
  [/\beyJ[\w-]{8,}\.[\w-]+\.?[\w-]*/g, redacted],
  [/https:\/\/teams\.(microsoft|live)\.(com|us)\/(l\/meetup-join|meet)[^\s"'<>\\]*/gi, redacted],
  [
    /\b(client_secret|client_assertion|refresh_token|access_token|id_token|code_verifier)=[^&\s"']+/gi,
    `$1=${redacted}`,
  ],
  [/([?&](?:code|state))=[^&\s"']+/gi, `$1=${redacted}`],
  [/\b(postgres(?:ql)?:\/\/[^:/@\s]+):[^@/\s]+@/gi, `$1:${redacted}@`],
];

/** A log of JSON lines with UTC times. Secrets are taken out by the names of fields and by their look in texts. */
export function createLog({ level, write }: Options): Log {
  const context = new AsyncLocalStorage<Fields>();
  const options = {
    level,
    mixin: () => ({ ...context.getStore() }),
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    messageKey: 'message',
    // Errors are described by redact; pino's own serializer would do it once more.
    serializers: { err: (error: unknown) => error },
    formatters: { level: (label: string) => ({ level: label }), log: (fields: Fields) => redact(fields) as Fields },
  };
  return wrap(write === undefined ? pino(options) : pino(options, { write }), context);
}

type PinoLike = Record<'debug' | 'info' | 'warn' | 'error', Write> & {
  child(fields: Fields): PinoLike;
  isLevelEnabled(level: string): boolean;
};

function wrap(logger: PinoLike, context: AsyncLocalStorage<Fields>): Log {
  // What is not written needs no redaction.
  const writing = (level: 'debug' | 'info' | 'warn' | 'error'): Write =>
    logger.isLevelEnabled(level) ? (fields, message) => logger[level](fields, redactText(message)) : () => {};
  return {
    debug: writing('debug'),
    info: writing('info'),
    warn: writing('warn'),
    error: writing('error'),
    child: (fields) => wrap(logger.child(redact(fields) as Fields), context),
    within: (fields, run) => context.run({ ...context.getStore(), ...fields }, run),
  };
}

function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 6) return '[deeper]';
  if (value instanceof Error) return describeError(value, depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  if ('toJSON' in value && typeof value.toJSON === 'function') return redact(value.toJSON(), depth + 1);
  if (ArrayBuffer.isView(value)) return '[bytes]';
  return redactFields(value, depth);
}

function redactFields(value: object, depth: number): Fields {
  const entries = value instanceof Headers || value instanceof Map ? [...value.entries()] : Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, isSecretName(String(key)) ? redacted : redact(inner, depth + 1)]),
  );
}

function describeError(error: Error, depth: number): Fields {
  const { name, message, stack, cause, ...rest } = error as Error & Fields;
  return {
    name,
    message: redactText(message),
    ...redactFields(rest, depth),
    ...(stack === undefined ? {} : { stack: redactText(stack) }),
    ...(cause === undefined ? {} : { cause: redact(cause, depth + 1) }),
  };
}

function isSecretName(name: string): boolean {
  return secretNames.has(name.replaceAll(/[-_]/g, '').toLowerCase());
}

function redactText(text: string): string {
  return secretTexts.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
