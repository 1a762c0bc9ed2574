import { Problem } from '../problem.ts';

const uniqueViolation = '23505';

/** Turns what a unique index refused into its problem; everything else flies on. */
export function takenAs(problems: Record<string, () => Problem>): (error: unknown) => never {
  return (error) => {
    const { code, constraint } = error as { code?: string; constraint?: string }; // an error of the database has them
    const problem = code === uniqueViolation && constraint !== undefined ? problems[constraint] : undefined;
    throw problem?.() ?? error;
  };
}

export function externalIdTaken(what: 'contact' | 'organisation'): Problem {
  const detail = `Another ${what} of this workspace has this external id.`;
  return new Problem('external_id_taken', { detail, errors: [{ pointer: '/externalId', detail }] });
}
