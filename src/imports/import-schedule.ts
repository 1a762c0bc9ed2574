import { isDeepStrictEqual } from 'node:util';
import type { Principal } from '../access/principal.ts';
import { Problem } from '../problem.ts';
import { defaultSchedule, timeZoneSchema, weeklySchedule, type WeeklySchedule } from '../scheduling/event-type.ts';
import { getSchedule, putSchedule, type MemberSchedule } from '../scheduling/schedules.ts';
import type { FoundSchedule } from './found.ts';
import type { Hosts, MemberOfWorkspace } from './hosts.ts';
import { findImported, findSource, rememberImported, type StepDeps } from './imported.ts';
import { merge } from './merging.ts';
import { skipped, type Outcome } from './outcome.ts';

type Compared = { timeZone: string; week: Omit<WeeklySchedule, 'overrides'>; dates: WeeklySchedule['overrides'] };

/** Gives somebody the hours that they have there. Throws the services’ Problems. */
export async function importSchedule(
  deps: StepDeps & { principal: Principal },
  hosts: Hosts,
  found: FoundSchedule,
): Promise<Outcome> {
  const member = hosts.find(found.host);
  if (!member) return skipped('fault', `Whose it is, is nobody of the workspace: ${found.host.label}.`);
  const hours = { timeZone: timeZoneOf(found), weekly: checked(found.hours.weekly) };
  const theirs = comparedOf(hours, deps.now());
  const ours = await getSchedule(deps, deps.workspaceId, member.id);
  const before = await findImported(deps, found.id);
  if (before) return changeAsThere(deps, found, { member, ours, theirs, base: before.base });
  const inTheWay = await whatIsInTheWay(deps, member, { ours, theirs });
  if (inTheWay) return inTheWay;
  await rememberImported(deps, found, { targetId: member.id, base: theirs });
  if (isDeepStrictEqual(comparedOf(ours, deps.now()), theirs)) return { action: 'unchanged', targetId: member.id };
  await putSchedule(deps, deps.principal, member.id, { ...ours, ...scheduleFrom(theirs) });
  return { action: 'create', targetId: member.id };
}

/** Hours that somebody set here, or that came from elsewhere, are not written over. */
async function whatIsInTheWay(
  deps: StepDeps,
  member: MemberOfWorkspace,
  { ours, theirs }: { ours: MemberSchedule; theirs: Compared },
): Promise<Outcome | undefined> {
  const source = await findSource(deps, 'schedule', member.id);
  if (source) return skipped('conflict', `${member.name} has the hours of ${source} here.`);
  const isUntouched = isDeepStrictEqual(ours, { timeZone: member.timeZone, weekly: defaultSchedule, holidays: null });
  if (isUntouched || isDeepStrictEqual(comparedOf(ours, deps.now()), theirs)) return undefined;
  return skipped('conflict', `${member.name} has hours of their own here.`);
}

type Before = { member: MemberOfWorkspace; ours: MemberSchedule; theirs: Compared; base: Record<string, unknown> };

async function changeAsThere(
  deps: StepDeps & { principal: Principal },
  found: FoundSchedule,
  { member: { id: targetId }, ours, theirs, base }: Before,
): Promise<Outcome> {
  const here = comparedOf(ours, deps.now());
  const known: Compared = { ...here, ...base };
  const merged = merge({ ...known, dates: toCome(known.dates, deps.now()) }, theirs, here);
  const { changed, kept: keptHere } = merged;
  if (changed.length === 0) return { action: 'unchanged', targetId, keptHere };
  const taken = Object.fromEntries(changed.map((field) => [field, merged.base[field]]));
  await putSchedule(deps, deps.principal, targetId, { ...ours, ...scheduleFrom({ ...here, ...taken }) });
  await rememberImported(deps, found, { targetId, base: merged.base });
  return { action: 'change', targetId, changed, keptHere };
}

function comparedOf(
  { timeZone, weekly: { overrides, ...week } }: Pick<MemberSchedule, 'timeZone' | 'weekly'>,
  now: Date,
): Compared {
  return { timeZone, week, dates: toCome(overrides, now) };
}

function scheduleFrom({ timeZone, week, dates }: Compared): Pick<MemberSchedule, 'timeZone' | 'weekly'> {
  return { timeZone, weekly: { ...week, overrides: dates } };
}

/** Dates that are over do not count: otherwise every day would be a change. No zone is more than a day from UTC. */
function toCome(dates: WeeklySchedule['overrides'], now: Date): WeeklySchedule['overrides'] {
  const yesterday = new Date(now.getTime() - 24 * 60 * 60_000).toISOString().slice(0, 10);
  return dates.filter(({ date }) => date >= yesterday).toSorted((a, b) => (a.date < b.date ? -1 : 1));
}

function timeZoneOf({ hours }: FoundSchedule): string {
  const parsed = timeZoneSchema.safeParse(hours.timeZone);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.map(({ message }) => ({ pointer: '/timeZone', detail: message })));
}

function checked(weekly: WeeklySchedule): WeeklySchedule {
  const parsed = weeklySchedule.safeParse(weekly);
  if (parsed.success) return parsed.data;
  throw invalid(
    parsed.error.issues.map(({ path, message }) => ({ pointer: `/weekly/${path.join('/')}`, detail: message })),
  );
}

function invalid(errors: { pointer: string; detail: string }[]): Problem {
  return new Problem('invalid_request', { errors });
}
