import type { Call, Reply } from './call.ts';
import type { Operation } from './permissions.ts';

/** One operation of Graph: where it is, who may call it, and what it does. */
export type Route = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Canonical path without the version; `:user` and friends are parameters. */
  path: string;
  operation: Operation;
  handle: (call: Call) => Reply | Promise<Reply>;
};

type Verb = [method: Route['method'], suffix: string, operation: Operation, handle: Route['handle']];

/** The same operations under `/me` and under `/users/{id|upn}`. */
export function underUser(verbs: Verb[]): Route[] {
  return ['/me', '/users/:user'].flatMap((prefix) => under(prefix, verbs));
}

/** The same operations in the default calendar, in every spelling, and in a calendar by id. */
export function underCalendar(verbs: Verb[]): Route[] {
  return ['', '/calendar', '/calendars/:calendar'].flatMap((prefix) =>
    underUser(verbs.map(([method, suffix, operation, handle]) => [method, prefix + suffix, operation, handle])),
  );
}

/** Operations under one prefix. */
export function under(prefix: string, verbs: Verb[]): Route[] {
  return verbs.map(([method, suffix, operation, handle]) => ({ method, path: prefix + suffix, operation, handle }));
}

const known = [
  'me',
  'users',
  'events',
  'calendar',
  'calendars',
  'calendarView',
  'delta',
  'instances',
  'accept',
  'decline',
  'tentativelyAccept',
  'cancel',
  'permanentDelete',
  'getSchedule',
  'sendMail',
  'mailboxSettings',
  'translateExchangeIds',
  'organization',
  'servicePrincipals',
  'appRoleAssignments',
  'oauth2PermissionGrants',
  'onlineMeetings',
  'createOrGet',
  'recordings',
  'transcripts',
  'attendanceReports',
  'attendanceRecords',
  'content',
  'metadataContent',
  'getAllRecordings',
  'getAllTranscripts',
  'subscriptions',
  'reauthorize',
  '$batch',
  '$count',
];
const canonical = new Map(known.map((name) => [name.toLowerCase(), name]));

/**
 * One spelling for every path that means the same: `/users('x')` and `/users/x`, `delta()` and `delta`, any case,
 * with or without `microsoft.graph.` before an action. Ids keep their case.
 */
export function canonicalPath(url: string): string {
  const { pathname } = new URL(url);
  const segments = pathname
    .split('/')
    .filter(Boolean)
    .flatMap((segment) => spread(decode(segment)));
  return `/${segments.map((segment) => encodeURIComponent(segment)).join('/')}`;
}

function spread(segment: string): string[] {
  const plain = segment.replace(/\(\)$/, '').replace(/^microsoft\.graph\./i, '');
  const keyed = /^(\w+)\((.*)\)$/s.exec(plain);
  const name = canonical.get(keyed?.[1]?.toLowerCase() ?? '');
  // A function with parameters, not a key: they stay as they were written.
  if (keyed !== null && (name === 'getAllRecordings' || name === 'getAllTranscripts')) return [name, keyed[2] ?? ''];
  if (keyed !== null && name !== undefined) return [name, unquote(keyed[2] ?? '')];
  return [canonical.get(plain.toLowerCase()) ?? plain];
}

/** `'x'` is x; `appId='x'`, an alternate key, stays as it is without the quotes. */
function unquote(key: string): string {
  return key.replace(/'((?:[^']|'')*)'$/, (_, inner: string) => inner.replaceAll("''", "'"));
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
