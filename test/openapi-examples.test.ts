import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Example, OpenApi } from '../src/http/openapi.ts';
import { abridged, ask, inOrder, requestExample, tidier } from './support/api-examples.ts';
import { description } from './support/documented.ts';
import { startFurnished } from './support/furnished.ts';
import type { Operation } from './support/openapi.ts';

/**
 * The examples of the description are asked of a furnished workspace, and its answers are those that are shown:
 * `npm run openapi:examples` records them anew.
 */

const file = new URL('../src/http/assets/examples.json', import.meta.url);
const recording = process.env['PARLEY_EXAMPLES'] === 'write';

// What a workspace on a Monday morning cannot be asked with success; a refusal of what was understood is an answer too.
const otherwise: Record<string, string> = {
  'POST /v1/tenants/{id}/go-live': 'setup_incomplete',
  'POST /v1/meetings/{id}/resolve': 'already_resolved',
  'POST /v1/bookings/{id}/approve': 'request_decided',
  'POST /v1/bookings/{id}/decline': 'request_decided', // it was cancelled before
  'POST /v1/bookings/{id}/complete': 'booking_not_begun',
  'POST /v1/bookings/{id}/no-show': 'booking_not_begun',
};

test('the examples of the API are asked of it, and each answer is as the description says', async (t) => {
  const furnished = await startFurnished(t);
  const tidy = tidier(furnished);
  const api = description();
  const check = checkerOf(api);
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Example>;
  const seen: Record<string, Example> = {};
  for (const operation of inOrder(furnished.operations)) {
    const { name } = operation;
    const request = requestExample(operation, furnished, tidy);
    if (!recording) {
      const { answer: _, ...shown } = recorded[name] ?? assert.fail(`${name} has no example. ${remedy}`);
      assert.deepEqual(shown, request, `the example of ${name} is not what is asked. ${remedy}`);
    }
    const answer = await ask(operation, furnished);
    const what = `${name}: ${answer.status} ${JSON.stringify(answer.body)}`;
    if (answer.status >= 300) assert.equal(answer.body['code'], otherwise[name] ?? '', what);
    const isJson = answer.headers.get('content-type')?.startsWith('application/json');
    const problem = answer.headers.get('content-type') === 'application/problem+json';
    if (isJson || problem) check(operation, answer.status, answer.body);
    const answered = isJson && answer.status < 300 && { answer: abridged(tidy(answer.body)) };
    seen[name] = { ...request, ...answered };
  }
  await furnished.system.work();
  if (recording) writeFileSync(file, `${JSON.stringify(withAnswers(api, seen), null, 2)}\n`);
});

const remedy = 'Run: npm run openapi:examples';

test('what is shown as an answer is one, and every operation that answers JSON shows one', () => {
  const api = description();
  const check = checkerOf(api);
  let shown = 0;
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, { responses }] of Object.entries(methods))
      for (const [status, answer] of Object.entries(responses).filter(([status]) => status.startsWith('2'))) {
        const media = 'content' in answer ? answer.content?.['application/json'] : undefined;
        if (!media) continue;
        const name = `${method.toUpperCase()} ${path}`;
        assert.ok(media.example !== undefined, `${name} shows no answer. ${remedy}`);
        check({ method: method.toUpperCase(), path, name }, Number(status), media.example);
        shown += 1;
      }
  assert.ok(shown > 100, `${shown} answers`);
});

/** Throws for an answer that is not as the description of its operation says. */
function checkerOf(api: OpenApi) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...api, $id: 'parley' } as object);
  const part = (text: string) =>
    text.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D');
  return ({ method, path, name }: Pick<Operation, 'method' | 'path' | 'name'>, status: number, body: unknown) => {
    const answer = api.paths[path]?.[method.toLowerCase()]?.responses[status];
    assert.ok(answer, `${name} is not described to answer ${status}`);
    const at = `/paths/${part(path)}/${method.toLowerCase()}/responses/${status}/content/application~1json/schema`;
    const $ref = status >= 400 ? 'parley#/components/schemas/Problem' : `parley#${at}`;
    const valid = ajv.validate({ $ref }, body);
    assert.ok(valid, `${name} ${status}: ${ajv.errorsText(ajv.errors)} in ${JSON.stringify(body).slice(0, 2000)}`);
  };
}

/** Where an operation could not be asked with success, another one’s answer of the same kind is shown. */
function withAnswers(api: OpenApi, seen: Record<string, Example>): Record<string, Example> {
  const kindOf = (name: string) => {
    const [method = '', path = ''] = name.split(' ');
    const answers = Object.entries(api.paths[path]?.[method.toLowerCase()]?.responses ?? {});
    const [, answer] = answers.find(([status]) => status.startsWith('2')) ?? [];
    const media = answer && 'content' in answer ? answer.content?.['application/json'] : undefined;
    return media && JSON.stringify(media.schema);
  };
  return Object.fromEntries(
    Object.keys(seen)
      .toSorted()
      .map((name) => {
        const kind = kindOf(name);
        const alike = Object.keys(seen).find((other) => seen[other]?.answer !== undefined && kindOf(other) === kind);
        const answer = kind === undefined ? undefined : (seen[name]?.answer ?? (alike && seen[alike]?.answer));
        return [name, { ...seen[name], ...(answer !== undefined && { answer }) }];
      }),
  );
}
