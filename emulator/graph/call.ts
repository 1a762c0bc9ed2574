import type { Context } from '../context.ts';
import type { Caller } from '../entra/access-token.ts';
import { badBody, badRequest } from './graph-error.ts';
import { preferredZone } from './time-zones.ts';

/** One authenticated request to Graph, in the form that the operations read. */
export type Call = {
  context: Context;
  caller: Caller;
  version: 'v1.0' | 'beta';
  url: URL;
  /** Path parameters, decoded. */
  params: Record<string, string>;
  headers: Headers;
  /** The body as text; empty when there is none. */
  text: string;
};

/** What an operation answers: JSON (`body`), or something else whose type is in the headers (`content`). */
export type Reply = {
  status: number;
  headers?: Record<string, string>;
  body?: object;
  content?: string | ReadableStream<Uint8Array>;
};

export type Prefer = {
  timeZone: string;
  immutableIds: boolean;
  textBodies: boolean;
  maxPageSize: number | undefined;
  /** What was honoured, for `Preference-Applied`. */
  applied: string;
};

/** A query option by name, with or without `$`, in any case. */
export function queryOption(call: Pick<Call, 'url'>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const [key, value] of call.url.searchParams) {
    if (key.toLowerCase().replace(/^\$/, '') === wanted) return value;
  }
  return undefined;
}

/** A whole number from the query within its bounds, or what holds without one; 400 otherwise. */
export function numberOption(call: Call, name: string, fallback: number, max: number): number {
  const text = queryOption(call, name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) {
    throw badRequest(
      `Invalid value '${text}' for $${name} query option found. The $${name} query option requires a non-negative integer value.`,
    );
  }
  return value;
}

/** What the `Prefer` header asks for. */
export function preferences(call: Call): Prefer {
  const prefer = call.headers.get('prefer') ?? '';
  const timeZone = preferredZone(prefer);
  const immutableIds = /IdType\s*=\s*"?ImmutableId"?/i.test(prefer);
  const textBodies = /outlook\.body-content-type\s*=\s*"?text"?/i.test(prefer);
  const size = /odata\.maxpagesize\s*=\s*"?(\d+)/i.exec(prefer)?.[1];
  const applied = [
    /outlook\.timezone/i.test(prefer) ? `outlook.timezone="${timeZone}"` : '',
    immutableIds ? 'IdType="ImmutableId"' : '',
    textBodies ? 'outlook.body-content-type="text"' : '',
    size === undefined ? '' : `odata.maxpagesize=${size}`,
  ].filter(Boolean);
  return {
    timeZone,
    immutableIds,
    textBodies,
    maxPageSize: size === undefined ? undefined : Number(size),
    applied: applied.join(', '),
  };
}

/** `Preference-Applied`, when a preference was. */
export function appliedHeader(prefer: Prefer): Record<string, string> {
  return prefer.applied === '' ? {} : { 'Preference-Applied': prefer.applied };
}

/** The request body as a JSON object; an empty body is an empty object. */
export function jsonBody(call: Pick<Call, 'text'>): Record<string, unknown> {
  if (call.text.trim() === '') return {};
  const value = parseJson(call.text);
  if (!isRecord(value)) throw unreadableBody();
  return value;
}

/** A JSON object, not an array and not `null`. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first path segments that name the mailbox, as `@odata.context` spells them: `users('…')`. */
export function contextOwner(userKey: string): string {
  return `users('${encodeURIComponent(userKey).replaceAll("'", "''")}')`;
}

/** `https://graph.microsoft.com/v1.0`, or wherever clients see the emulator. */
export function serviceRoot(call: Pick<Call, 'context' | 'version'>): string {
  return `${call.context.origins.graph}/${call.version}`;
}

/** Refuses a parameter of an action that has the wrong type. */
export function optional<T extends 'string' | 'boolean'>(
  body: Record<string, unknown>,
  name: string,
  type: T,
): (T extends 'string' ? string : boolean) | undefined {
  const key = Object.keys(body).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  const value = key === undefined ? undefined : body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type) throw wrongType(value, type === 'string' ? 'Edm.String' : 'Edm.Boolean');
  // The typeof check above proves it.
  return value as T extends 'string' ? string : boolean;
}

/** 400 for a JSON value that does not fit its property's type. */
export function wrongType(value: unknown, type: string): Error {
  return badBody(`Cannot convert the literal '${describe(value)}' to the expected type '${type}'.`);
}

function describe(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadableBody();
  }
}

function unreadableBody(): Error {
  return badRequest(
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  );
}
