import type { Operation, Parameter, Schema } from './openapi.ts';

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function createRandom(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return {
    below,
    chance: (share: number) => next() < share,
    pick: <T>(from: readonly T[]): T => from[below(from.length)] as T, // of what is not empty
  };
}

export type Random = ReturnType<typeof createRandom>;

export type Fuzzed = { method: string; path: string; headers: Record<string, string>; body?: string | Uint8Array };

/** What a request is made from: the operation, and what of a furnished workspace is right for it. */
export type Ground = {
  operation: Operation;
  /** Its address with ids that there are; for what would take them away, with ids that there are not. */
  address: (instead?: Record<string, string>) => string;
  query: string;
  example: unknown;
  /** Ids of anything that there is. */
  known: readonly string[];
};

/** A request from the description: valid, nearly valid or hostile in each of its parts. */
export function fuzzedRequest(random: Random, ground: Ground): Fuzzed {
  const { operation } = ground;
  const isRead = operation.method === 'GET';
  const path = fuzzedAddress(random, ground);
  const search = fuzzedQuery(random, ground);
  const method = random.chance(0.01) ? random.pick(['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) : operation.method;
  const body = isRead || method === 'HEAD' ? undefined : fuzzedBody(random, ground);
  return {
    method,
    path: search ? `${path}?${search}` : path,
    headers: fuzzedHeaders(random, body !== undefined),
    ...(body !== undefined && { body }),
  };
}

const hostileTexts = [
  '',
  ' ',
  '%00',
  'a\u0000b',
  '\ud83d',
  '\u202e\u0000',
  '👩‍👩‍👧‍👦'.repeat(5),
  '../../../etc/passwd',
  '..',
  "'; drop table members; --",
  '<script>alert(1)</script>',
  '{{constructor.constructor("return 1")()}}',
  '${7*7}',
  'null',
  'undefined',
  'NaN',
  '-1',
  '0',
  '1e400',
  '9'.repeat(40),
  'true',
  '__proto__',
  'constructor',
  'x'.repeat(5000),
  'ﷺ'.repeat(100),
  'a\r\nBcc: all@x.example',
  '%',
  '%ff%fe',
  'İıſK',
  '1;2',
  '[object Object]',
  '2026-02-30T10:00:00Z',
  '2026-11-24T10:00:00+25:00',
  '+275760-09-13T00:00:00Z',
  'Europe/Nowhere',
  'xn--',
  'http://[::1',
  'file:///etc/passwd',
  '*',
  '\\',
] as const;

const hostileValues: readonly unknown[] = [
  ...hostileTexts,
  null,
  true,
  false,
  0,
  -1,
  0.5,
  -0,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  2 ** 31,
  -(2 ** 63),
  [],
  {},
  [[]],
  [null],
  { a: { b: { c: {} } } },
  { toString: 1 },
  { length: -1 },
  { $gt: '' },
];

function fuzzedAddress(random: Random, { operation, address, known }: Ground): string {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  if (names.length === 0 || random.chance(0.7)) return address();
  const other = () => (random.chance(0.5) ? random.pick(known) : random.pick(hostileTexts).toWellFormed());
  const instead = Object.fromEntries(names.map((name) => [name, encodeURIComponent(other()) || '-']));
  return address(
    random.chance(0.05) ? { ...instead, [names[0] ?? '']: random.pick(['%', '%E0%A4', '%2e%2e', '%2F']) } : instead,
  );
}

function fuzzedQuery(random: Random, { operation, query, known }: Ground): string {
  const search = new URLSearchParams(random.chance(0.9) ? query : '');
  for (const parameter of operation.parameters) {
    if (parameter.in !== 'query' || parameter.name === 'dryRun' || !random.chance(0.25)) continue;
    search.set(parameter.name, queryValue(random, parameter, known));
    if (random.chance(0.03)) search.append(parameter.name, random.pick(hostileTexts).toWellFormed());
  }
  if (random.chance(0.1)) search.set('dryRun', random.pick(['true', 'true', 'false', '', 'x']));
  if (random.chance(0.03))
    search.append(random.pick(['__proto__', 'x[]', 'limit', '\u0000']), random.pick(['', '1', '\u0000']));
  return search.toString();
}

function queryValue(random: Random, { name, schema }: Parameter, known: readonly string[]): string {
  if (random.chance(0.4)) return random.pick(hostileTexts).toWellFormed();
  if (random.chance(0.2) && /Id$|^id$/.test(name)) return random.pick(known);
  const value = fromSchema(random, schema, 0);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function fuzzedHeaders(random: Random, hasBody: boolean): Record<string, string> {
  const headers: Record<string, string> = {};
  const sometimes = (share: number, name: string, values: readonly string[]) => {
    if (random.chance(share)) headers[name] = random.pick(values);
  };
  if (hasBody) headers['content-type'] = 'application/json';
  const types = [
    'text/plain',
    'application/json; charset=utf-16',
    'application/problem+json',
    'multipart/form-data',
    ';',
  ];
  if (hasBody) sometimes(0.02, 'content-type', types);
  const keys = Array.from({ length: 50 }, (_, at) => `key-${at}`);
  sometimes(0.1, 'idempotency-key', [...keys, '', '""', '"quoted"', 'k'.repeat(255), 'k'.repeat(256), '\u00ff']);
  sometimes(0.05, 'prefer', ['wait=0', 'wait=x', 'respond-async', ',,,', 'wait=-5', 'return=minimal']);
  sometimes(0.05, 'range', [
    'bytes=0-',
    'bytes=-1',
    'bytes=5-1',
    'bytes=999999-',
    'bytes=0-1,3-4',
    'lines=1',
    'bytes=x',
  ]);
  sometimes(0.02, 'if-range', ['"x"', 'Tue, 24 Nov 2026 10:00:00 GMT', 'x']);
  sometimes(0.02, 'accept', ['text/html', 'application/xml', '*/*;q=x', '']);
  sometimes(0.02, 'accept-language', ['de', 'xx-invalid-'.repeat(50), '*']);
  sometimes(0.02, 'x-request-id', ['x'.repeat(200), 'a b', '<x>', 'fine-1']);
  sometimes(0.02, 'traceparent', ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x', '00-0-0-0']);
  sometimes(0.02, 'origin', ['https://evil.example', 'null', 'x']);
  sometimes(0.02, 'x-forwarded-for', ['127.0.0.1', 'x', '1.1.1.1, 2.2.2.2']);
  return headers;
}

function fuzzedBody(random: Random, { operation, example, known }: Ground): string | Uint8Array | undefined {
  const kind = random.below(20);
  if (!operation.body) return kind < 16 ? undefined : random.pick(['{}', '{"x":1}', '[]', '"', 'null', '{"a":1']);
  if (kind < 4) return JSON.stringify(random.chance(0.3) ? example : thinned(random, operation.body, example));
  if (kind < 8) return JSON.stringify(changed(random, fromSchema(random, operation.body, 0), known, random.below(2)));
  if (kind < 17) return JSON.stringify(changed(random, structuredClone(example), known, 1 + random.below(3)));
  return hostileBody(random, example);
}

function hostileBody(random: Random, example: unknown): string | Uint8Array {
  const text = JSON.stringify(example) ?? '{}';
  const forms = [
    () => JSON.stringify(random.pick(hostileValues)) ?? 'null',
    () => text.slice(0, random.below(text.length)),
    () => text + random.pick([',', '}', '\u0000', ' {}']),
    () => '['.repeat(20_000),
    () => `${'{"a":'.repeat(3000)}1${'}'.repeat(3000)}`,
    () => text.replace('{', '{"__proto__":{"admin":true},'),
    () => text.replace('{', `{"id":"x","workspaceId":"wrk_x",`),
    () => text.replace(/"(\w+)":/, '"$1":1,"$1":'),
    () => new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
    () => `\ufeff${text}`,
    () => JSON.stringify({ ...(example as object), unknownField: 'x'.repeat(50_000) }),
  ];
  return random.pick(forms)();
}

/** The example without some of what it need not have. */
function thinned(random: Random, schema: Schema, example: unknown): unknown {
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return example;
  const required = new Set(schema.required ?? schema.anyOf?.flatMap((one) => one.required ?? []));
  return Object.fromEntries(Object.entries(example).filter(([name]) => required.has(name) || random.chance(0.6)));
}

/** Puts hostile values, ids of other things, nothing, or one value in place of another, anywhere in a body. */
function changed(random: Random, body: unknown, known: readonly string[], times: number): unknown {
  for (let time = 0; time < times; time += 1) {
    const places = placesIn(body);
    if (places.length === 0) return structuredClone(random.pick(hostileValues));
    const { holder, key } = random.pick(places);
    const value = holder[key];
    const changes = [
      () => (holder[key] = structuredClone(random.pick(hostileValues))), // what is in it may be changed in its turn
      () => (holder[key] = random.pick(known)),
      () => delete holder[key],
      () => (holder[key] = [value]),
      () => (holder[key] = Array.isArray(value) ? Array.from({ length: 300 }, () => value[0]) : { value }),
      () => (holder[key] = typeof value === 'string' ? value + random.pick(hostileTexts) : JSON.stringify(value)),
      () => (holder[key] = typeof value === 'number' ? value * random.pick([-1, 0, 1.5, 1e6, 1e300]) : null),
      () => (holder[random.pick(hostileTexts)] = structuredClone(value)),
    ];
    random.pick(changes)();
  }
  return body;
}

type Place = { holder: Record<string, unknown>; key: string };

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])]);
}

/** A value that a schema allows, as far as schemas say what they allow. */
export function fromSchema(random: Random, schema: Schema, depth: number): unknown {
  if (schema.enum) return random.pick(schema.enum);
  if (schema.anyOf) return fromSchema(random, random.pick(schema.anyOf), depth);
  const type = random.pick([schema.type ?? 'object'].flat());
  if (type === 'null') return null;
  if (type === 'boolean') return random.chance(0.5);
  if (type === 'integer' || type === 'number') return numberFrom(random, schema);
  if (type === 'string') return textFrom(random, schema);
  if (type === 'array') {
    const length = depth > 4 ? 0 : random.below(Math.min(schema.maxItems ?? 4, 4));
    return Array.from({ length }, () => fromSchema(random, schema.items ?? {}, depth + 1));
  }
  const { properties = {}, required = [] } = schema;
  const wanted = Object.entries(properties).filter(([name]) => required.includes(name) || random.chance(0.5));
  return Object.fromEntries(wanted.map(([name, one]) => [name, fromSchema(random, one, depth + 1)]));
}

function numberFrom(random: Random, { minimum = 0, maximum = minimum + 1000, type }: Schema): number {
  const edges = [minimum, maximum, Math.min(minimum + 1, maximum)];
  if (random.chance(0.4)) return random.pick(edges);
  return minimum + random.below(Math.max(1, Math.min(maximum - minimum, 1e6))) + (type === 'number' ? 0.5 : 0);
}

const zones = ['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia'] as const;

function textFrom(random: Random, { format, maxLength = 60 }: Schema): string {
  const two = (end: number) => String(1 + random.below(end)).padStart(2, '0');
  const date = `20${26 + random.below(3)}-${two(12)}-${two(28)}`;
  if (format === 'date-time')
    return `${date}T${two(23)}:${random.pick(['00', '30', '59'])}:00${random.pick(['Z', '+01:00', '-11:30'])}`;
  if (format === 'date') return date;
  if (format === 'email') return `${random.pick(['sam', 'o’neil', 'a.b+c'])}${random.below(99)}@visitor.example`;
  if (format === 'uri' || format === 'url') return `https://hooks.visitor.example/${random.below(99)}`;
  const words = [
    'x',
    'Ada Lovelace',
    'günther',
    '日本語',
    'العربية',
    'x'.repeat(Math.min(maxLength, 300)),
    date,
    '09:30',
    ...zones,
  ];
  return random.pick(words).slice(0, maxLength);
}
