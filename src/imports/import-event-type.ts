import { eventTypeInput } from '../scheduling/event-type-json.ts';
import {
  changeEventType,
  createEventType,
  getEventType,
  withOperators,
  type EventTypeInput,
  type EventTypeWithOperators,
} from '../scheduling/event-types.ts';
import { Problem } from '../problem.ts';
import type { FoundEventType, Hours } from './found.ts';
import type { Hosts, MemberOfWorkspace } from './hosts.ts';
import { findImported, findSource, rememberImported, type StepDeps } from './imported.ts';
import { merge } from './merging.ts';
import { skipped, type Outcome } from './outcome.ts';

/** What an import compares of an event type. Its address is chosen once and then stays: links to it are out there. */
type Compared = {
  title: string;
  description: string;
  durationMinutes: number;
  durationChoices: number[];
  active: boolean;
  assignment: string;
  slotStepMinutes: number;
  bufferBeforeMinutes: number;
  bufferAfterMinutes: number;
  minNoticeMinutes: number;
  horizonDays: number;
  capacity: number;
  mostPerDay: number | null;
  mostPerWeek: number | null;
  needsApproval: boolean;
  mostInSeries: number;
  operatorIds: string[];
  hours: Hours | null;
};

/** Makes or changes an event type as it is there. Throws the services’ Problems. */
export async function importEventType(deps: StepDeps, hosts: Hosts, found: FoundEventType): Promise<Outcome> {
  const operators = found.hosts.map((host) => hosts.find(host));
  const known = operators.filter((member) => member !== undefined);
  const [first] = known;
  if (!first) return skipped('fault', `None of its hosts is a member of the workspace: ${labelsOf(found)}.`);
  const notes = known.length < operators.length ? ['Not all of its hosts are members of the workspace.'] : [];
  const theirs = { ...found.fields, operatorIds: known.map(({ id }) => id), hours: found.hours };
  const before = await findImported(deps, found.id);
  if (before) return { ...(await changeAsThere(deps, found, { ...before, theirs })), notes };
  const made = await make(deps, found, { known, first });
  return { action: 'create', targetId: made.id, notes: [...notes, ...addressNotes(found, made)] };
}

function labelsOf({ hosts }: FoundEventType): string {
  return hosts.map(({ label }) => label || 'somebody without a name').join(', ');
}

function addressNotes({ slug }: FoundEventType, made: { slug: string }): string[] {
  return made.slug === slug ? [] : [`Its address ends in ${made.slug}, because ${slug} is that of another one.`];
}

async function make(
  deps: StepDeps,
  found: FoundEventType,
  { known, first }: { known: readonly MemberOfWorkspace[]; first: MemberOfWorkspace },
): Promise<EventTypeWithOperators> {
  const { guessed, hours, fields } = found;
  const input = checked({
    ...guessed,
    ...fields,
    slotStepMinutes: fields.slotStepMinutes ?? fields.durationMinutes,
    slug: await freeSlug(deps, found, first),
    operatorIds: known.map(({ id }) => id),
    timeZone: hours?.timeZone ?? first.timeZone,
    schedule: hours?.weekly ?? null,
  });
  const made = await createEventType(deps, deps.workspaceId, input);
  await rememberImported(deps, found, { targetId: made.id, base: comparedOf(made) });
  return made;
}

/** Everybody’s “30min” is one of many there; here an address is one of the workspace. */
async function freeSlug(deps: StepDeps, { slug }: FoundEventType, { email }: MemberOfWorkspace): Promise<string> {
  const row = await deps.db
    .selectFrom('event_types')
    .select('id')
    .where('workspace_id', '=', deps.workspaceId)
    .where('slug', '=', slug)
    .executeTakeFirst();
  // One that was made here stands in the way; of two that come from there, the later gets its host’s name.
  if (!row || !(await findSource(deps, 'event_type', row.id))) return slug;
  const name = email
    .slice(0, email.indexOf('@'))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return `${slug}-${name || 'two'}`;
}

type Before = { targetId: string; base: Record<string, unknown>; theirs: Partial<Compared> };

async function changeAsThere(
  deps: StepDeps,
  found: FoundEventType,
  { targetId, base, theirs }: Before,
): Promise<Outcome> {
  const row = await findRow(deps, targetId);
  if (!row) return { action: 'unchanged', targetId, reason: 'It was removed here, and stays so.' };
  const ours = comparedOf(row);
  const merged = merge({ ...ours, ...base }, theirs, ours);
  const { changed, kept: keptHere } = merged;
  if (changed.length === 0) return { action: 'unchanged', targetId, keptHere };
  const taken: Partial<Compared> = Object.fromEntries(changed.map((field) => [field, merged.base[field]]));
  const { hours, ...settings } = taken;
  await changeEventType(
    deps,
    deps.workspaceId,
    targetId,
    checked({
      ...inputOf(row),
      ...settings,
      ...(hours !== undefined && { schedule: hours?.weekly ?? null, timeZone: hours?.timeZone ?? row.time_zone }),
    }),
  );
  await rememberImported(deps, found, { targetId, base: merged.base });
  return { action: 'change', targetId, changed, keptHere };
}

async function findRow(deps: StepDeps, id: string): Promise<EventTypeWithOperators | undefined> {
  try {
    const [row] = await withOperators(deps, [await getEventType(deps, deps.workspaceId, id)]);
    return row;
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** The same rules as for everybody else. Throws `invalid_request` with what is wrong, field by field. */
function checked(input: object): EventTypeInput {
  const parsed = eventTypeInput.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, detail: message }));
  throw new Problem('invalid_request', { errors });
}

function comparedOf(row: EventTypeWithOperators): Compared {
  const input = inputOf(row);
  return {
    title: row.title,
    description: row.description,
    durationMinutes: row.duration_minutes,
    durationChoices: row.duration_choices,
    active: row.active,
    assignment: row.assignment,
    slotStepMinutes: row.slot_step_minutes,
    bufferBeforeMinutes: row.buffer_before_minutes,
    bufferAfterMinutes: row.buffer_after_minutes,
    minNoticeMinutes: row.min_notice_minutes,
    horizonDays: row.horizon_days,
    capacity: row.capacity,
    mostPerDay: row.most_per_day,
    mostPerWeek: row.most_per_week,
    needsApproval: row.needs_approval,
    mostInSeries: row.most_in_series,
    operatorIds: row.operator_ids,
    hours: input.schedule && { timeZone: row.time_zone, weekly: input.schedule },
  };
}

/** An event type as it is, as somebody would send it. */
function inputOf(row: EventTypeWithOperators) {
  return {
    slug: row.slug,
    title: row.title,
    description: row.description,
    active: row.active,
    durationMinutes: row.duration_minutes,
    durationChoices: row.duration_choices,
    slotStepMinutes: row.slot_step_minutes,
    bufferBeforeMinutes: row.buffer_before_minutes,
    bufferAfterMinutes: row.buffer_after_minutes,
    minNoticeMinutes: row.min_notice_minutes,
    horizonDays: row.horizon_days,
    timeZone: row.time_zone,
    schedule: row.schedule,
    operatorIds: row.operator_ids,
    organizer: row.organizer_rule,
    meetingKind: row.meeting_kind,
    meetingOptions: row.meeting_options,
    assignment: row.assignment,
    capacity: row.capacity,
    mostPerDay: row.most_per_day,
    mostPerWeek: row.most_per_week,
    busyRules: row.busy_rules,
    needsApproval: row.needs_approval,
    changePolicy: row.change_policy,
    mostInSeries: row.most_in_series,
    invitations: row.invitations,
    reminders: row.reminders,
  };
}
