import type { Problem } from '../problem.ts';
import type { FoundThing, Place, ThingKind } from './found.ts';

export type Action = 'create' | 'change' | 'unchanged' | 'skipped';

/** What becomes of one thing, or became of it. */
export type Outcome = {
  action: Action;
  /** Why it is skipped, or stays as it is. */
  reason?: string | undefined;
  /**
   * Of what is skipped: `past`, `cancelled` and `unconfirmed` bookings and what is `left_out` on purpose are only
   * counted; `fault`: it cannot be imported as it is; `conflict`: something here stands in the way.
   */
  because?: 'past' | 'cancelled' | 'unconfirmed' | 'left_out' | 'fault' | 'conflict' | undefined;
  /** What was changed there since the last import. */
  changed?: readonly string[] | undefined;
  /** What was changed there, but here as well, and therefore stays. */
  keptHere?: readonly string[] | undefined;
  /** Its id here. */
  targetId?: string | undefined;
  /** Its visitor hears of it, from Outlook or Parley. */
  tellsVisitor?: string | undefined;
  notes?: readonly string[] | undefined;
};

export type Entry = Outcome & Place & { id: string; kind: ThingKind; label: string; start?: string };

export function entryOf(found: FoundThing, outcome: Outcome): Entry {
  const { id, kind, label, file, pointer, notes } = found;
  const all = [...notes, ...(outcome.notes ?? [])];
  const when = found.kind === 'booking' && { start: found.start.toISOString() };
  return { id, kind, label, file, pointer, ...when, ...outcome, ...(all.length > 0 && { notes: all }) };
}

export function skipped(because: NonNullable<Outcome['because']>, reason: string): Outcome {
  return { action: 'skipped', because, reason };
}

/** What a service refused, in its own words. */
export function refused(problem: Problem): Outcome {
  const fields = (problem.errors ?? []).map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`);
  const reason = fields.length > 0 ? fields.join(' ') : (problem.detail ?? problem.message);
  return skipped(isConflict(problem) ? 'conflict' : 'fault', reason);
}

function isConflict({ code }: Problem): boolean {
  return code === 'slug_taken' || code === 'slot_taken' || code === 'slot_not_offered' || code === 'booking_closed';
}

/** Faults and conflicts are what a strict import stops at. */
export function isHitch({ because }: Outcome): boolean {
  return because === 'fault' || because === 'conflict';
}
