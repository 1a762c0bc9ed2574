import { z } from 'zod';
import type { Companion } from '../database/schema.ts';
import { addressSchema, attendeeNameSchema, foldAddress, mostAttendees } from '../people/person.ts';
import type { Fault, FoundThing, KnownPerson } from './found.ts';
import type { Item } from './recognise.ts';

/** What was understood of a product’s files; gathered as they are read. */
export type Understanding = { things: FoundThing[]; people: KnownPerson[]; faults: Fault[] };

/** What an item of these kinds holds, or `undefined`; then its faults are noted, each with its pointer. */
export function parseItem<T>(item: Item, schema: z.ZodType<T>, faults: Fault[]): T | undefined {
  const parsed = schema.safeParse(item.value);
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues)
    faults.push({ file: item.file, pointer: `${item.pointer}${pointerOf(path)}`, message });
  return undefined;
}

/** RFC 6901, section 3: `~` and `/` in a key are escaped. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** An instant with its offset, as both APIs write it. */
export const instantText = z.iso.datetime({
  offset: true,
  error: 'Here should be an instant such as 2026-11-24T09:00:00Z.',
});

/** An id that is part of ours: short, and of harmless characters. */
export const plainId = z.string().regex(/^[\w.:-]{1,200}$/, 'Here should be an id.');

/** Whoever comes along, each address once and none twice; who has no address is left out, and a note says so. */
export function guestsOf(
  guests: readonly { email?: string | null | undefined; name?: string | null | undefined }[],
  { visitorEmail, notes }: { visitorEmail: string; notes: string[] },
): Companion[] {
  const found = new Map<string, Companion>();
  let without = 0;
  for (const { email, name } of guests) {
    const address = addressSchema.safeParse(email?.trim());
    if (!address.success) without++;
    if (!address.success || foldAddress(address.data) === foldAddress(visitorEmail)) continue;
    const called = attendeeNameSchema.safeParse(name);
    const companion: Companion = {
      email: address.data,
      name: called.success && called.data ? called.data : null,
      from: 'email',
    };
    if (!found.has(foldAddress(address.data)) && found.size < mostAttendees)
      found.set(foldAddress(address.data), companion);
  }
  if (without > 0) notes.push('Whoever comes along without an address that mail can be sent to is left out.');
  return [...found.values()];
}

/** Text that fits, with a word about it where it was cut. */
export function cut(text: string, most: number, notes: string[], what: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= most) return trimmed;
  notes.push(`${what} is cut after ${most} characters.`);
  return trimmed.slice(0, most).toWellFormed().trim();
}

/** The nearest number that is possible here, with a word about it where it is another one. */
export function within(value: number, [least, most]: [number, number], notes: string[], what: string): number {
  const possible = Math.min(Math.max(value, least), most);
  if (possible !== value) notes.push(`${what} is ${possible} here, not ${value}.`);
  return possible;
}

/** An address of a page as ours may be: lower-case letters, digits and single hyphens. */
export function slugOf(text: string): string {
  const slug = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '');
  return slug || 'event';
}
