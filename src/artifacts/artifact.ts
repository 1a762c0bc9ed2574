import type { Selectable } from 'kysely';
import type { ArtifactCaptures, ArtifactKind, Artifacts } from '../database/schema.ts';
import type { Problem, ProblemCode } from '../problem.ts';

export type CaptureRow = Selectable<ArtifactCaptures>;
/** A row without what is large in it: `document` and `attendance` are read where they are needed. */
export type ArtifactRow = Omit<Selectable<Artifacts>, 'document' | 'attendance'>;

export const artifactKinds = ['recording', 'transcript', 'attendance'] as const satisfies readonly ArtifactKind[];

/** The columns of an {@link ArtifactRow}. */
export const artifactColumns = [
  'id',
  'workspace_id',
  'meeting_id',
  'kind',
  'online_meeting_id',
  'provider_id',
  'call_id',
  'correlation_id',
  'starts_at',
  'ends_at',
  'content_type',
  'bytes',
  'sha256',
  'attributed',
  'language',
  'participants',
  'stored_at',
  'store_due_at',
  'store_attempts',
  'store_problem_code',
  'store_answer',
  'deleted_at',
  'deleted_by',
  'content_removed_at',
  'updated_at',
  'created_at',
] as const satisfies readonly (keyof ArtifactRow)[];

const minutes = 60_000;
const hours = 60 * minutes;
const days = 24 * hours;

/** Microsoft needs minutes to hours; an empty list says nothing before (Graph contract 16.7). */
export const patienceMs = 48 * hours;
/** After so long, what is still refused waits for a person who asks. */
const refusedForMs = 14 * days;

/** When the list of one kind is first looked at: as a rule nothing is there earlier. */
export function firstLook(endsAt: Date): Date {
  return new Date(endsAt.getTime() + 2 * minutes);
}

/**
 * When it is looked at again after a look that went well: soon at first, then less and less often, a last time when
 * patience ends. `undefined`: no more by itself; what comes later is announced, or asked for.
 */
export function nextLook(now: Date, endsAt: Date): Date | undefined {
  if (now < endsAt) return firstLook(endsAt);
  const sinceMs = now.getTime() - endsAt.getTime();
  if (sinceMs >= patienceMs) return undefined;
  const waitMs = Math.min(Math.max(sinceMs / 2, 2 * minutes), 4 * hours);
  return new Date(Math.min(now.getTime() + waitMs, Math.max(endsAt.getTime() + patienceMs, now.getTime() + minutes)));
}

/** Faults that pass by themselves: they say nothing of what is there, and are tried again soon. */
const passing: readonly ProblemCode[] = [
  'throttled',
  'microsoft_unreachable',
  'microsoft_unavailable',
  'microsoft_answer_unreadable',
  'entra_unavailable',
  'access_token_rejected',
  'storage_unavailable',
  'database_unavailable',
  'internal_error',
];

/** Whether somebody has to put something right before it can succeed. */
export function isRefusal({ code }: Pick<Problem, 'code'>): boolean {
  return !passing.includes(code);
}

/** The same after a refusal that a person has to put right. */
export function nextLookWhenRefused(now: Date, endsAt: Date): Date | undefined {
  const sinceMs = now.getTime() - endsAt.getTime();
  if (sinceMs >= refusedForMs) return undefined;
  return new Date(now.getTime() + Math.min(Math.max(sinceMs / 2, 15 * minutes), 6 * hours));
}
