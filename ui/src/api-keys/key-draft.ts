import type { ApiKey } from '../api/queries.ts';
import { dayKey, dayOf, instantAt } from '../parts/when.ts';
import { presetOf, presets, type Grant, type Preset } from './permission-words.ts';

/** How long a key lasts: for ever, for some days from now, or until the end of a day. */
export type Lifetime = 'never' | '30' | '90' | '365' | 'day';

/** A key as a form holds it. */
export type KeyDraft = {
  name: string;
  preset: Preset | 'chosen';
  chosen: Grant[];
  lifetime: Lifetime;
  /** `2026-11-24`, where the lifetime ends on a day. */
  day: string;
  /** One on each line. */
  addresses: string;
};

const dayMs = 86_400_000;

export const emptyDraft: KeyDraft = {
  name: '',
  preset: 'everything',
  chosen: [...presets.bookings.grants],
  lifetime: 'never',
  day: '',
  addresses: '',
};

export function draftOf({ name, permissions, expiresAt, ipRanges }: ApiKey, zone: string): KeyDraft {
  const preset = presetOf(permissions) ?? 'chosen';
  return {
    name,
    preset,
    chosen: preset === 'chosen' ? permissions : emptyDraft.chosen,
    lifetime: expiresAt === null ? 'never' : 'day',
    // The instant before: a key that ends at midnight is valid on the day before.
    day: expiresAt === null ? '' : dayKey(Date.parse(expiresAt) - 1, zone),
    addresses: ipRanges.join('\n'),
  };
}

/** What the API is asked for. */
export function keyOf(draft: KeyDraft, now: number, zone: string) {
  return {
    name: draft.name,
    permissions: grantsOf(draft),
    ipRanges: draft.addresses.split(/[\s,]+/).filter(Boolean),
    expiresAt: expiryOf(draft, now, zone),
  };
}

/** The same for a change: only what is different, so that nothing is set back that somebody else changed meanwhile. */
export function changesOf(draft: KeyDraft, before: KeyDraft, now: number, zone: string) {
  const { name, permissions, ipRanges, expiresAt } = keyOf(draft, now, zone);
  const isOther = (...fields: (keyof KeyDraft)[]) =>
    fields.some((field) => JSON.stringify(draft[field]) !== JSON.stringify(before[field]));
  return {
    ...(isOther('name') && { name }),
    ...(isOther('preset', 'chosen') && { permissions }),
    ...(isOther('addresses') && { ipRanges }),
    ...(isOther('lifetime', 'day') && { expiresAt }),
  };
}

function grantsOf({ preset, chosen }: KeyDraft): Grant[] {
  return preset === 'chosen' ? chosen : [...presets[preset].grants];
}

function expiryOf({ lifetime, day }: KeyDraft, now: number, zone: string): string | null {
  if (lifetime === 'never') return null;
  if (lifetime !== 'day') return new Date(now + Number(lifetime) * dayMs).toISOString();
  const noon = instantAt(`${day}T12:00`, zone);
  // A day that is missing is said to be by the server, beside the field.
  return noon === undefined ? '' : new Date(dayOf(noon, zone).to).toISOString();
}
