import type { ArtifactKind } from '../api/artifacts.ts';

/** What the list shows: one kind, or the lines in which something was said. */
export type RecordingsSearch = { kind?: ArtifactKind; q?: string };
/** Which second an artifact is opened at, and what is marked in its transcript. */
export type ArtifactSearch = { t?: number; q?: string };

const kinds = ['recording', 'transcript', 'attendance'] as const satisfies readonly ArtifactKind[];

/** What an address asks for, without what cannot be asked for. */
export function recordingsSearchOf({ kind: named, q }: Record<string, unknown>): RecordingsSearch {
  const kind = kinds.find((one) => one === named);
  return { ...(kind && { kind }), ...wordsOf(q) };
}

export function artifactSearchOf({ t, q }: Record<string, unknown>): ArtifactSearch {
  const seconds = typeof t === 'number' || (typeof t === 'string' && t !== '') ? Number(t) : NaN;
  return { ...(Number.isFinite(seconds) && { t: seconds }), ...wordsOf(q) };
}

/** The router reads what looks like a number as one. */
function wordsOf(q: unknown): { q?: string } {
  const words = typeof q === 'number' || typeof q === 'string' ? String(q).trim() : '';
  return words === '' ? {} : { q: words.slice(0, 200) };
}
