import type { Example } from '../../src/http/openapi.ts';
import { as, queryOf, type Furnished } from './furnished.ts';
import type { Operation } from './openapi.ts';
import { publicUrl, type ApiAnswer } from './system.ts';

/** The order in which everything can be asked once: what ends something comes late, what deletes something last. */
export function inOrder<T extends Pick<Operation, 'method' | 'path'>>(operations: T[]): T[] {
  const isDelete = ({ method }: T) => method === 'DELETE';
  const isEnding = ({ path }: T) => /\/(cancel|decline|disable|pause)$/.test(path);
  return [
    ...operations.filter((operation) => !isDelete(operation) && !isEnding(operation)),
    ...operations.filter((operation) => isEnding(operation)),
    ...operations.filter(isDelete).toReversed(), // what is below something comes after it in the description
  ];
}

/** What is asked of an operation, with what is random in it called by names that stay the same. */
export function requestExample(operation: Operation, furnished: Furnished, tidy: Tidy): Example {
  const given = furnished.address(operation).split('/');
  const path = Object.fromEntries(
    operation.path
      .split('/')
      .flatMap((part, at) => (part.startsWith('{') ? [[part.slice(1, -1), given[at] ?? '']] : [])),
  );
  const query = Object.fromEntries(new URLSearchParams(queryOf(operation)));
  const body = operation.body && furnished.bodies[operation.name];
  return {
    ...(Object.keys(path).length > 0 && { path: tidy(path) as Record<string, string> }),
    ...(Object.keys(query).length > 0 && { query }),
    ...(body !== undefined && { body: tidy(body) }),
  };
}

/** Asks what the example asks. */
export function ask(operation: Operation, furnished: Furnished): Promise<ApiAnswer> {
  const client = as(furnished.desk, operation);
  const body = operation.body && furnished.bodies[operation.name];
  return client(operation.method, furnished.address(operation) + queryOf(operation), body);
}

export type Tidy = (value: unknown) => unknown;

/** Gives ids that are made at random, and secrets, names that are the same in each furnished workspace. */
export function tidier({ desk, ids, credentialId, unusedId, memberId, organizerId }: Furnished): Tidy {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const nameOf = (id: string) => {
    const prefix = id.slice(0, 3);
    if (!names.has(id)) {
      const count = (counts.get(prefix) ?? 0) + 1;
      counts.set(prefix, count);
      names.set(id, `${prefix}_example${count === 1 ? '' : count}`);
    }
    return names.get(id) ?? id;
  };
  const known = Object.keys(ids)
    .toSorted()
    .map((path) => ids[path] ?? '');
  for (const id of [desk.workspaceId, desk.memberId, ...known, memberId, credentialId, unusedId, organizerId])
    nameOf(id);
  const tidyText = (text: string) =>
    short(
      text
        .replaceAll(/\b[a-z]{3}_[a-z0-9]{20,}\b/g, nameOf)
        .replaceAll(desk.slug, 'front-desk')
        .replaceAll(publicUrl, 'https://parley.example.org')
        .replaceAll(/(parley_key_|whsec_|whpk_|whsk_)[\w+/=-]+/g, '$1example')
        .replaceAll(/(\/(?:bookings|files|requests|feeds|admin-consent)\/)[\w.-]{20,}/g, '$1example'),
    );
  const tidy: Tidy = (value) => {
    if (typeof value === 'string') return tidyText(value);
    if (Array.isArray(value)) return value.map(tidy);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [tidyText(name), tidy(one)]));
  };
  return tidy;
}

/** Texts that nobody reads to their end, such as keys and scripts. */
function short(text: string): string {
  if (text.length <= 300) return text;
  return text.slice(0, 40) + (/^[\w+/]+=*$/.test(text) ? '' : '…'); // what is Base64 stays Base64
}

/** Of a long list the beginning shows what its entries are like. */
export function abridged(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 2).map(abridged);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, abridged(one)]));
}
