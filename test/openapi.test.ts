import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { OpenApi } from '../src/http/openapi.ts';
import { describedOperations, findWords, sections } from '../src/http/operations.ts';
import { problemCodes, problems } from '../src/problem.ts';
import { description, refusalsOf } from './support/documented.ts';

const operations = Object.entries(description().paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

test('the strictest rules of a linter find nothing in the description, and do find what is wrong', async () => {
  const config = await createConfig({ extends: ['recommended-strict'], telemetry: 'off' });
  const faultsOf = async (api: OpenApi) => {
    const faults = await lintFromString({ source: JSON.stringify(api), absoluteRef: '/openapi.json', config });
    const told = faults.map(({ ruleId, message, location }) => `${ruleId}: ${message} ${location[0]?.pointer}`);
    // No id of a meeting is “by-external-id”.
    return told.filter((fault) => !/^no-ambiguous-paths: .*`\/v1\/meetings\/by-external-id\//.test(fault));
  };
  assert.deepEqual(await faultsOf(description()), []);
  const wrong = structuredClone(description());
  const answer = wrong.paths['/v1/members']?.['get']?.responses['200'];
  const media = answer && 'content' in answer && answer.content?.['application/json'];
  assert.ok(media);
  media.example = { data: [{ id: 1 }] };
  assert.match((await faultsOf(wrong)).join('\n'), /no-invalid-media-type-examples/);
});

test('every operation has a name for clients, a summary and a section that is explained', () => {
  const sectionNames: string[] = Object.keys(sections);
  for (const { name, operation } of operations) {
    assert.ok(findWords(name), `${name} has a line in src/http/operations.ts`);
    assert.match(operation.operationId, /^[a-z][A-Za-z]+$/, name);
    assert.ok(operation.summary.length <= 60, name);
    assert.match(operation.summary, /^\p{Lu}.*[^.]$/u, name);
    assert.equal(operation.tags.length, 1, name);
    assert.ok(sectionNames.includes(operation.tags[0] ?? ''), `the section of ${name} is in src/http/operations.ts`);
  }
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.deepEqual(
    ids.filter((id, at) => ids.indexOf(id) !== at),
    [],
  );
  const gone = describedOperations.filter((name) => !operations.some((operation) => operation.name === name));
  assert.deepEqual(gone, [], 'src/http/operations.ts names what there is');
});

test('every refusal that is described is one of Parley’s, with its status, an example and the common schema', () => {
  const codes: string[] = problemCodes;
  for (const { name, operation } of operations) {
    const described = refusalsOf(name);
    assert.ok(described.has('401 unauthorized') && described.has('403 forbidden'), name);
    assert.equal(described.has('413 payload_too_large'), !name.startsWith('GET '), name);
    assert.ok(!operation.parameters?.length || described.has('400 invalid_request'), name);
    for (const refusal of described) {
      const [status, code = ''] = refusal.split(' ');
      assert.ok(codes.includes(code), `${name} ${refusal}`);
      assert.equal(problems[code as (typeof problemCodes)[number]].status, Number(status), name);
    }
  }
  const examples = Object.values(description().components['examples'] ?? {}) as { value: { type: string } }[];
  assert.ok(examples.length > 20 && examples.every(({ value }) => value.type.startsWith('/problems/')));
});
