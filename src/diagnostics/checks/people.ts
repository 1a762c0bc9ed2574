import type { OrganizerRow } from '../../organizers/organizer.ts';
import { problems, type Problem } from '../../problem.ts';
import { tenantOf, type Context, type Result, type Status } from '../check.ts';
import { answerOf } from './asking.ts';

/** How many people one diagnosis asks Microsoft about, and how many of them at a time. */
const atMost = 25;
const atATime = 5;

/** Whom the tenant's organizers are looked at: those who are allowed, and how many there are beyond them. */
export type Roster = { organizers: OrganizerRow[]; more: number };

/** The first organizers who are allowed: the pilot's before others, the longest known first. */
export async function allowedOrganizers(context: Context): Promise<Roster> {
  const tenant = tenantOf(context);
  const rows = await context.db
    .selectFrom('organizers')
    .selectAll()
    .where('tenant_connection_id', '=', tenant.id)
    .where('workspace_id', '=', tenant.workspace_id)
    .where('allowed', '=', true)
    .orderBy('pilot', 'desc')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return { organizers: rows.slice(0, atMost), more: Math.max(0, rows.length - atMost) };
}

/** The result of a check that asks about people while nobody is allowed. */
export const nobodyAllowed: Result = {
  status: 'skipped',
  title: 'Not checked, because no organizer is allowed yet.',
  remedy: 'An administrator of the workspace allows organizers under Microsoft 365 › Access policies.',
};

/** What was found of one person. */
export type Line = { status: Exclude<Status, 'skipped'>; name: string; words: string; problem?: Problem };

/** Asks about each person, some at a time; lines come in the order of the people. */
export async function lookAtEach<P, T>(
  { organizers }: { organizers: P[] },
  look: (organizer: P) => Promise<T>,
): Promise<T[]> {
  const found: T[] = [];
  const left = [...organizers.entries()];
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) found[next[0]] = await look(next[1]);
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return found;
}

/** The name that people know somebody by; the object id where there is none. */
export function displayName({ display_name: name, object_id: id }: OrganizerRow): string {
  return name ?? id;
}

/** A problem of one person as a line, with what Microsoft answered. */
export function lineOf(name: string, problem: Problem, status: Line['status']): Line {
  const told = problem.provider ? ` (${answerOf(problem)})` : '';
  return { status, name, words: `${problems[problem.code].title}${told}`, problem };
}

const severity: Line['status'][] = ['failed', 'warning', 'not_known', 'ok'];

/** One result for all: as bad as the worst, and with the problem of the first who has it so bad. */
export function together({ more }: Pick<Roster, 'more'>, lines: Line[], fine: string, bad: string): Result {
  const status = severity.find((one) => lines.some((line) => line.status === one)) ?? 'ok';
  const affected = lines.filter((line) => line.status !== 'ok');
  const notes = lines.map(({ name, words }) => `${name}: ${words}.`);
  if (more > 0) notes.push(`And ${more} more, who were not looked at this time.`);
  if (status === 'ok') return { status, title: fine, notes };
  const problem = lines.find((line) => line.status === status)?.problem;
  const count = lines.length === 1 ? '' : ` (${affected.length} of ${lines.length} organizers)`;
  return { status, title: `${bad}${count}.`, notes, ...(problem && { problem }) };
}
