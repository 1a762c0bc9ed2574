import type { Fault, Place, Product } from './found.ts';
import type { JsonFile } from './read-files.ts';

/** One thing out of an API’s answer, not looked at closely yet. */
export type Item = Place & { product: Product; kind: ItemKind; value: object };
export type ItemKind = 'event_type' | 'schedule' | 'booking' | 'invitee' | 'person' | 'membership';

/**
 * Takes files apart into the things that both products’ APIs answer with, whether a file is one answer, an array of
 * answers, or an array of things. What is none of them is a fault.
 */
export function recognise(files: readonly JsonFile[]): { items: Item[]; faults: Fault[] } {
  const items: Item[] = [];
  const faults: Fault[] = [];
  const pages = new Map<string, { isLast: boolean; file: string; pointer: string }[]>();
  for (const { file, json } of files) {
    for (const { answer, pointer } of answersIn(json)) {
      const page = pageOf(answer);
      if (page) pages.set(page.list, [...(pages.get(page.list) ?? []), { isLast: page.isLast, file, pointer }]);
    }
    for (const { pointer, value } of thingsIn(json)) {
      const found = kindOf(value);
      if (typeof found === 'string') faults.push({ file, pointer, message: found });
      else if (isObject(value)) items.push({ ...found, value, file, pointer });
    }
  }
  for (const answers of pages.values()) {
    const [first] = answers;
    if (!first || answers.some(({ isLast }) => isLast)) continue;
    const message = 'There are further pages after this: the last one is not in the files.';
    faults.push({ file: first.file, pointer: `${first.pointer}/pagination`, message });
  }
  return { items, faults };
}

function answersIn(json: unknown): { answer: unknown; pointer: string }[] {
  if (!Array.isArray(json)) return [{ answer: json, pointer: '' }];
  return json.map((answer: unknown, index) => ({ answer, pointer: `/${index}` }));
}

/** Which list an answer is a page of, and whether it says that another one follows; lists of invitees are many. */
function pageOf(answer: unknown): { list: string; isLast: boolean } | undefined {
  if (!isObject(answer)) return undefined;
  const [pagination, list] = [own(answer, 'pagination'), own(answer, 'collection') ?? own(answer, 'data')];
  if (!isObject(pagination) || !Array.isArray(list)) return undefined;
  const found = kindOf(list[0]);
  if (typeof found === 'string' || found.kind === 'invitee' || found.kind === 'membership') return undefined;
  const follows = own(pagination, 'hasNextPage') === true || Boolean(own(pagination, 'next_page'));
  return { list: `${found.product}/${found.kind}`, isLast: !follows };
}

type Placed = { value: unknown; pointer: string };

function thingsIn(json: unknown): Placed[] {
  if (!Array.isArray(json)) return thingsOfAnswer({ value: json, pointer: '' });
  return json.flatMap((value: unknown, index) => {
    const pointer = `/${index}`;
    return Array.isArray(value) ? entries(value, pointer) : thingsOfAnswer({ value, pointer });
  });
}

/** Cal.com answers `{ status, data }`, Calendly `{ collection, pagination }` or `{ resource }`. */
function thingsOfAnswer({ value, pointer }: Placed): Placed[] {
  if (!isObject(value)) return [{ value, pointer }];
  for (const name of ['collection', 'data', 'resource']) {
    const inner = own(value, name);
    if (Array.isArray(inner)) return entries(inner, `${pointer}/${name}`);
    if (isObject(inner)) return [{ value: inner, pointer: `${pointer}/${name}` }];
  }
  return [{ value, pointer }];
}

function entries(values: readonly unknown[], below: string): Placed[] {
  return values.map((value, index) => ({ value, pointer: `${below}/${index}` }));
}

const calendlyKinds: [RegExp, ItemKind][] = [
  [/\/event_types\/[^/]+$/, 'event_type'],
  [/\/user_availability_schedules?\/[^/]+$/, 'schedule'],
  [/\/scheduled_events\/[^/]+$/, 'booking'],
  [/\/scheduled_events\/[^/]+\/invitees\/[^/]+$/, 'invitee'],
  [/\/users\/[^/]+$/, 'person'],
  [/\/(organization_memberships|event_type_memberships)\/[^/]+$/, 'membership'],
];

const olderVersion =
  'This is an answer of an older version of Cal.com’s API. Ask with the header cal-api-version that the guide names.';

/** Which product’s what it is, or what to say instead. */
function kindOf(value: unknown): { product: Product; kind: ItemKind } | string {
  if (!isObject(value)) return 'Here should be an object: save the answer of the API as it is.';
  const uri = own(value, 'uri');
  if (typeof uri === 'string') {
    const kind = calendlyKinds.find(([pattern]) => pattern.test(uri))?.[1];
    return kind ? { product: 'calendly', kind } : 'This is nothing of Calendly’s that can be imported.';
  }
  if (own(value, 'status') === 'error' || (own(value, 'title') !== undefined && own(value, 'message') !== undefined))
    return 'This is not what was asked for, but an answer that something went wrong. Ask again.';
  if (has(value, 'eventTypeGroups') || has(value, 'bookings') || (has(value, 'length') && has(value, 'slug')))
    return olderVersion;
  const kind = kindAtCalcom(value);
  return kind ? { product: 'calcom', kind } : 'This is nothing of Cal.com’s or Calendly’s that can be imported.';
}

function kindAtCalcom(value: object): ItemKind | undefined {
  if (has(value, 'lengthInMinutes')) return 'event_type';
  if (has(value, 'uid') && has(value, 'start')) return 'booking';
  if (has(value, 'availability') && has(value, 'timeZone')) return 'schedule';
  if (has(value, 'userId') && has(value, 'user')) return 'membership';
  if (has(value, 'email') && has(value, 'username')) return 'person';
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function has(value: object, name: string): boolean {
  return Object.hasOwn(value, name);
}

/** Own properties only: a key such as `__proto__` in a file is a key like any other. */
function own(value: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}
