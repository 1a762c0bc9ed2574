import assert from 'node:assert/strict';
import { test } from 'node:test';
import { as, furnishIn, queryOf, startFurnished, storedIn, type Furnished } from './support/furnished.ts';
import type { Operation } from './support/openapi.ts';
import type { ApiAnswer } from './support/system.ts';

/**
 * Row A01, made from the description and its examples: two workspaces have one of everything, and the one asks for its
 * own with a single id of the other in it. A new route is covered the day it has an example.
 */

/** Where the example says the same in two ways, and one of them is left alone. */
const ignored = new Set(['POST /v1/tenants/{id}/identity-preview memberIds/0']);

test('A01: one id of another workspace, wherever in a request, and nothing is answered or done', async (t) => {
  const theirs = await startFurnished(t);
  const own = await furnishIn(theirs.system, { user: 'yuki.brandt' });
  const before = await stored(theirs);
  const tried = { path: 0, query: 0, body: 0 };
  for (const operation of own.operations) {
    for (const { place, what, address, body } of requestsWithOneOfTheirs(operation, own, theirs)) {
      if (ignored.has(`${operation.name} ${what}`)) continue;
      const answer = await as(own.desk, operation)(operation.method, address, body);
      const text = JSON.stringify(answer.body);
      const told = `${operation.name}, ${place} ${what}: ${answer.status} ${text.slice(0, 500)}`;
      if (place === 'path') assert.equal(answer.status, 404, told);
      if (place === 'body') assert.ok([400, 403, 404, 409, 422].includes(answer.status), told);
      // That one tried is on record with oneself, and tells nothing.
      const isLog = operation.path === '/v1/audit';
      if (isLog)
        for (const entry of answer.body['data'])
          assert.deepEqual([entry.action, entry.subject], ['artifact.denied', null]);
      if (place === 'query' && !isLog) assert.deepEqual(shown(answer), await nobodys(operation, own, what), told);
      assert.ok(answer.status < 500, told);
      tried[place] += 1;
    }
  }
  assert.ok(tried.path > 80 && tried.query > 5 && tried.body > 15, JSON.stringify(tried));
  t.diagnostic(`requests with another workspace’s id: ${JSON.stringify(tried)}`);
  assert.deepEqual(await stored(theirs), before);
});

test('A01: what one workspace can read without an id names nothing of another', async (t) => {
  const theirs = await startFurnished(t);
  const own = await furnishIn(theirs.system, { user: 'yuki.brandt' });
  const names = idsOf(theirs);
  for (const operation of own.operations.filter(({ method, path }) => method === 'GET' && !path.includes('{'))) {
    const { status, body } = await as(own.desk, operation)('GET', operation.path + queryOf(operation));
    const text = JSON.stringify(body);
    assert.equal(status, 200, `${operation.name}: ${text}`);
    for (const id of names) assert.ok(!text.includes(id), `${operation.name} names ${id}`);
  }
});

/** What is answered of an id that nobody has: another workspace’s is no different. */
async function nobodys(operation: Operation, own: Furnished, what: string) {
  const query = new URLSearchParams(queryOf(operation));
  query.set(what.split('=')[0] ?? '', 'bkg_nobodyhasthisidnobodyhas');
  return shown(await as(own.desk, operation)(operation.method, `${own.address(operation)}?${query}`));
}

const shown = ({ status, body }: ApiAnswer) => ({ status, body: { ...body, requestId: '' } });

type Asked = { place: 'path' | 'query' | 'body'; what: string; address: string; body?: unknown };

function* requestsWithOneOfTheirs(operation: Operation, own: Furnished, theirs: Furnished): Generator<Asked> {
  const body = operation.body && own.bodies[operation.name];
  const [ownAddress, theirAddress] = [own.address(operation).split('/'), theirs.address(operation).split('/')];
  for (const [at, part] of theirAddress.entries()) {
    if (part === ownAddress[at]) continue;
    const address = ownAddress.with(at, part).join('/') + queryOf(operation);
    yield { place: 'path', what: operation.path.split('/')[at] ?? '', address, body };
  }
  const search = new URLSearchParams(queryOf(operation));
  for (const { name } of operation.parameters.filter((one) => one.in === 'query' && one.name.endsWith('Id')))
    for (const id of idsOf(theirs)) {
      const query = new URLSearchParams([...search, [name, id]]);
      yield { place: 'query', what: `${name}=${id}`, address: `${own.address(operation)}?${query}` };
    }
  for (const { path, id } of theirIdsIn(body, operation.body && theirs.bodies[operation.name])) {
    const bent = put(structuredClone(body), path, id);
    yield { place: 'body', what: path.join('/'), address: ownAddress.join('/') + queryOf(operation), body: bent };
  }
}

/** Where the same request of two workspaces has ids, and which the other one has there; as names of fields too. */
function theirIdsIn(
  own: unknown,
  theirs: unknown,
  path: (string | number)[] = [],
): { path: (string | number)[]; id: string }[] {
  if (typeof own === 'string' && typeof theirs === 'string')
    return own !== theirs && isId(theirs) ? [{ path, id: theirs }] : [];
  if (typeof own !== 'object' || typeof theirs !== 'object' || own === null || theirs === null) return [];
  const values = Object.values(theirs);
  return Object.entries(own).flatMap(([name, value], at) => theirIdsIn(value, values[at], [...path, name]));
}

function put(body: unknown, [first, ...rest]: (string | number)[], id: string): unknown {
  if (first === undefined) return id;
  const holder = body as Record<string | number, unknown>; // the path was read from this body
  holder[first] = put(holder[first], rest, id);
  return body;
}

const isId = (text: string) => /^[a-z]{3}_[a-z0-9]{20,}$/.test(text);

function idsOf({ ids, desk, credentialId, organizerId, memberId }: Furnished): string[] {
  return [...new Set([...Object.values(ids), desk.workspaceId, desk.memberId, credentialId, organizerId, memberId])];
}

/** That somebody tried is on record with those who tried; and attempts count against limits. */
async function stored({ system }: Furnished): Promise<Record<string, string>> {
  return { ...(await storedIn(system)), 'public.audit_entries': '' };
}
