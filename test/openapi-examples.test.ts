import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Example, OpenApi } from '../src/http/openapi.ts';
import { abridged, ask, inOrder, requestExample, tidier } from './support/api-examples.ts';
import { bodyChecker, description, dryRunSchema } from './support/documented.ts';
import { startFurnished } from './support/furnished.ts';

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
  const check = bodyChecker();
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
    if (isJson || problem) check(operation.name, answer.status, answer.body);
    const shown = isJson && answer.status < 300 ? abridged(tidy(answer.body)) : undefined;
    // What is random in an answer is no reason to record it anew.
    const before = recorded[name]?.answer;
    const kept = formOf(shown) === formOf(before) ? before : shown;
    seen[name] = { ...request, ...(shown !== undefined && { answer: kept }) };
  }
  await furnished.system.work();
  if (recording) writeFileSync(file, `${JSON.stringify(withAnswers(api, seen), null, 2)}\n`);
});

function formOf(value: unknown): string | undefined {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === 'object' && one !== null ? one : ''));
}

const remedy = 'Run: npm run openapi:examples';

test('what is shown as an answer is one, and every operation that answers JSON shows one', () => {
  const api = description();
  const check = bodyChecker();
  let shown = 0;
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, { responses }] of Object.entries(methods))
      for (const [status, answer] of Object.entries(responses).filter(([status]) => status.startsWith('2'))) {
        const media = 'content' in answer ? answer.content?.['application/json'] : undefined;
        if (!media || media.schema?.$ref === dryRunSchema) continue;
        const name = `${method.toUpperCase()} ${path}`;
        assert.ok(media.example !== undefined, `${name} shows no answer. ${remedy}`);
        check(name, Number(status), media.example);
        shown += 1;
      }
  assert.ok(shown > 100, `${shown} answers`);
});

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
