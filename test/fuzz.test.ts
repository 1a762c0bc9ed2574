import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerChecker, operationAt, refusalsOf } from './support/documented.ts';
import { as, queryOf, startFurnished, type Furnished } from './support/furnished.ts';
import { createRandom, fuzzedRequest, type Fuzzed, type Random } from './support/fuzzing.ts';
import type { Operation } from './support/openapi.ts';
import { publicUrl } from './support/system.ts';

/**
 * Row A10: requests made from the description of the API, so that a new route is covered the day it is added. In CI
 * there are 50,000; `PARLEY_RUNS=…` asks for another number and `PARLEY_SEED=…` repeats one.
 */
const runs = Number(process.env['PARLEY_RUNS'] ?? (process.env['CI'] ? 50_000 : 4000));
const atOnce = 12;
const patienceMs = 20_000;

// Each makes a key pair or a round trip to Microsoft: asked as often as the others, they would take most of the time.
const slow =
  /certificates$|diagnostics|\/check$|\/verify$|identity-match|people\/users|\/import$|go-live|artifacts\/refresh/;
// What takes away or ends what the others need has its turn with ids that there are when the rest is over.
const ending = /\/(cancel|decline|disable|pause|rotate-secret)$/;

test('A10: whatever is sent, the answer comes, is no server error, and is as the description says', async (t) => {
  const seed = Number(process.env['PARLEY_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`${runs} requests, seed ${seed} (PARLEY_SEED=${seed} PARLEY_RUNS=${runs} repeats it)`);
  const furnished = await startFurnished(t);
  const random = createRandom(seed);
  const operations = furnished.operations.filter(({ path }) => path !== '/v1/session');
  const check = answerChecker();
  const counts = new Map<string, number>();
  const faults: string[] = [];
  const succeeded = new Set<string>();
  const started = performance.now();
  let made = 0;
  const keepAsking = async () => {
    while (made < runs && faults.length < 20) {
      made += 1;
      const operation = pickOperation(random, operations);
      const request = fuzzedRequest(random, groundOf(furnished, operation, made > runs * 0.9));
      const outcome = await ask(furnished, operation, request, check).catch((error: Error) => ({
        fault: error.message,
        status: 0,
      }));
      counts.set(`${String(outcome.status)[0]}xx`, (counts.get(`${String(outcome.status)[0]}xx`) ?? 0) + 1);
      if (outcome.status >= 200 && outcome.status < 300) succeeded.add(operation.name);
      if (outcome.fault) faults.push(`${shown(request)}\n  ${outcome.fault}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, keepAsking));
  const seconds = (performance.now() - started) / 1000;
  t.diagnostic(`${made} requests in ${seconds.toFixed(1)} s: ${JSON.stringify(Object.fromEntries(counts))}`);
  assert.deepEqual(faults, [], `seed ${seed}`);
  assert.ok((counts.get('2xx') ?? 0) > made * 0.1, 'many of them were understood');
  const never = operations.filter(({ name }) => !succeeded.has(name)).map(({ name }) => name);
  t.diagnostic(`${never.length} operations never succeeded: ${never.join(', ')}`);
});

function pickOperation(random: Random, operations: Operation[]): Operation {
  const operation = random.pick(operations);
  return slow.test(operation.path) && random.chance(0.95) ? pickOperation(random, operations) : operation;
}

function groundOf(furnished: Furnished, operation: Operation, isLate: boolean) {
  const { ids, desk, credentialId, organizerId, bodies } = furnished;
  const takesAway = operation.method === 'DELETE' || ending.test(operation.path);
  const nothing = { id: 'xxx_nobody', key: 'a-key-that-nobody-has-made', credentialId: 'cre_nobody' };
  return {
    operation,
    address: (instead?: Record<string, string>) =>
      furnished.address(operation, instead ?? (takesAway && !isLate ? nothing : {})),
    query: queryOf(operation).slice(1),
    example: bodies[operation.name],
    known: [
      ...(takesAway && !isLate ? [] : Object.values(ids)),
      credentialId,
      organizerId,
      desk.workspaceId,
      'mtg_nobody',
    ],
  };
}

type Outcome = { status: number; fault?: string };

async function ask(
  { system, desk }: Furnished,
  operation: Operation,
  { method, path, headers, body }: Fuzzed,
  check: ReturnType<typeof answerChecker>,
): Promise<Outcome> {
  const signedIn = as(desk, operation) !== desk.api;
  const url = publicUrl + path;
  // `Buffer` is what the types of `fetch` and of a person take alike.
  const init = { method, headers, ...(body !== undefined && { body: body as string }) };
  const sent = signedIn
    ? desk.person.send(url, init)
    : system.request(path, { ...init, headers: { ...headers, authorization: `Bearer ${desk.apiKey}` } });
  const answer = await inTime(sent);
  const { status } = answer;
  const text = await inTime(answer.text());
  // Where a registration was moved to another of Microsoft’s clouds, nobody is there: the emulator is the global one.
  if (status === 504 && /"microsoft_unreachable".*"network_error"/.test(text)) return { status };
  if (status === 429 && text.includes('rate_limited'))
    return { status, fault: 'turned away, so that nothing is tried' };
  if (status >= 500 || status < 200) return { status, fault: `${status} ${text.slice(0, 500)}` };
  if (status >= 300 && status < 400) return { status };
  // An address that was bent may be that of another operation, or of none.
  const asked = operationAt(method === 'HEAD' ? 'GET' : method, new URL(url).pathname);
  if (status < 300) return { status, ...faultOf(() => asked && method !== 'HEAD' && check(asked, answer, text)) };
  if (method === 'HEAD') return { status };
  if (answer.headers.get('content-type') !== 'application/problem+json')
    return { status, fault: `${status} is no problem+json: ${text}` };
  const { code, requestId } = JSON.parse(text) as { code: string; requestId: string };
  if (!requestId) return { status, fault: 'without a request id' };
  const isDescribed = asked
    ? refusalsOf(asked).has(`${status} ${code}`)
    : /^(not_found|method_not_allowed|forbidden|invalid_request|payload_too_large|unsupported_media_type)$/.test(code);
  return isDescribed
    ? { status }
    : {
        status,
        fault: `${asked ?? 'no operation'} is not described to answer ${status} ${code}: ${text.slice(0, 500)}`,
      };
}

function faultOf(check: () => unknown): { fault?: string } {
  try {
    check();
    return {};
  } catch (error) {
    return { fault: (error as Error).message.slice(0, 1500) };
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function shown({ method, path, headers, body }: Fuzzed): string {
  const text = typeof body === 'string' ? body : body && Buffer.from(body).toString('latin1');
  return `${method} ${path.slice(0, 300)} ${JSON.stringify(headers)} ${JSON.stringify(text?.slice(0, 1500))}`;
}
