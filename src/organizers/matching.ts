import type { Selectable } from 'kysely';
import type { IdentityRule, Members } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import { findPeople, hasMailbox, labelOf, lookUpPerson, requireAccess, type Person } from './directory.ts';
import { faultOfPerson, nameOf, type OrganizerRow } from './organizer.ts';
import type { OrganizerDeps } from './service.ts';

export type MatchSide = 'operator' | 'visitor';
export type MatchNote = 'disabled' | 'guest' | 'no_mailbox' | 'renamed' | 'differing_case' | 'not_licensed';
/** `hasMailbox` is `null` where it is not known. */
export type Candidate = Person & { hasMailbox: boolean | null };

export type MemberRow = Selectable<Members>;

/** Somebody of ours and whom the directory has for them. Never more than one of several without a person's choice. */
export type IdentityRow = {
  member: MemberRow | null;
  value: string | null;
  outcome: 'one' | 'none' | 'several' | 'no_value' | 'not_known';
  candidates: Candidate[];
  notes: MatchNote[];
  organizer: OrganizerRow | null;
  problem: Problem | null;
};

type Deps = Pick<OrganizerDeps, 'db' | 'appTokens'>;
type Subject = { member: MemberRow | null; value: string | undefined };

/** How many people are looked for in one request, how many of them at a time, and for how long. */
export const mostPeople = 50;
const atATime = 4;
const patienceMs = 25_000;
const mostMailboxes = 3;

/** What a rule's local field holds for a member; `undefined` when it is empty. */
export function localValue(member: Pick<MemberRow, 'email' | 'attributes'>, local: string): string | undefined {
  if (local === 'email') return member.email.trim();
  const name = local.replace(/^attribute:/, '');
  return Object.hasOwn(member.attributes, name) ? member.attributes[name]?.trim() || undefined : undefined;
}

/** Looks for members by a rule, without keeping anything. */
export async function matchMembers(
  deps: Deps,
  tenant: TenantRow,
  { members, rule }: { members: MemberRow[]; rule: IdentityRule },
): Promise<IdentityRow[]> {
  const subjects = members.map((member) => ({ member, value: localValue(member, rule.local) }));
  return matchAll(deps, tenant, { subjects, rule, side: 'operator' });
}

/** Looks for people of whom only the value is known: visitors, or examples. */
export async function matchValues(
  deps: Deps,
  tenant: TenantRow,
  { values, rule, side }: { values: string[]; rule: IdentityRule; side: MatchSide },
): Promise<IdentityRow[]> {
  const subjects = values.map((value) => ({ member: null, value: value.trim() || undefined }));
  return matchAll(deps, tenant, { subjects, rule, side });
}

type Search = { rule: IdentityRule; side: MatchSide; roster: Roster; signal: AbortSignal };

async function matchAll(
  deps: Deps,
  tenant: TenantRow,
  { subjects, rule, side }: { subjects: Subject[]; rule: IdentityRule; side: MatchSide },
): Promise<IdentityRow[]> {
  const signal = AbortSignal.timeout(patienceMs);
  await requireAccess(deps, tenant, signal);
  const search = { rule, side, roster: await readRoster(deps, tenant), signal };
  const rows: IdentityRow[] = [];
  const rest = subjects.entries();
  const worker = async () => {
    for (const [index, subject] of rest) rows[index] = await matchOne(deps, tenant, search, subject);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return rows;
}

async function matchOne(deps: Deps, tenant: TenantRow, search: Search, subject: Subject): Promise<IdentityRow> {
  const { member, value } = subject;
  const known = member ? search.roster.ofMember(member.id) : undefined;
  const row = { member, value: value ?? null, candidates: [], notes: [], organizer: known ?? null, problem: null };
  if (value === undefined) return { ...row, outcome: 'no_value' };
  try {
    const { people, strayed } = await whoMayItBe(deps, tenant, search, { value, known });
    const candidates = await withMailboxes(deps, tenant, people, search.signal);
    return judge(search, { member, value, known, strayed }, candidates);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...row, outcome: 'not_known', problem: error };
  }
}

/** `strayed`: the rule does not find any more whom it was that the member was matched with. */
type Known = { member: MemberRow | null; value: string; known: OrganizerRow | undefined; strayed: boolean };

/**
 * Whom the rule finds. Who was matched before counts as well: found by another value now, they were renamed; beside
 * somebody else, a person has to say who it is.
 */
async function whoMayItBe(
  deps: Deps,
  tenant: TenantRow,
  { rule, signal }: Search,
  { value, known }: Pick<Known, 'value' | 'known'>,
): Promise<{ people: Person[]; strayed: boolean }> {
  const found = await findPeople(deps, tenant, { field: rule.remote, value }, signal);
  if (!known || found.some((person) => person.id === known.object_id)) return { people: found, strayed: false };
  // A rule that nobody was matched by yet finds nobody: that is what a preview is for.
  if (found.length === 0 && !wasMatchedBy(known, rule, value)) return { people: found, strayed: false };
  const stored = await lookUpPerson(deps, tenant, known.object_id, signal);
  return stored ? { people: [stored, ...found], strayed: true } : { people: found, strayed: false };
}

async function withMailboxes(
  deps: Deps,
  tenant: TenantRow,
  people: Person[],
  signal: AbortSignal,
): Promise<Candidate[]> {
  if (people.length > mostMailboxes) return people.map((person) => ({ ...person, hasMailbox: null }));
  return Promise.all(
    people.map(async (person) => ({ ...person, hasMailbox: await hasMailbox(deps, tenant, person.id, signal) })),
  );
}

function judge({ rule, side, roster }: Search, who: Known, candidates: Candidate[]): IdentityRow {
  const { member, value, known } = who;
  const row = { member, value, candidates, notes: [] as MatchNote[], organizer: known ?? null, problem: null };
  const [first] = candidates;
  if (!first) return { ...row, outcome: 'none', problem: new Problem('organizer_unmatched') };
  if (candidates.length > 1) {
    return { ...row, outcome: 'several', problem: isSettled(who, rule, candidates) ? null : ambiguous(candidates) };
  }
  const organizer = roster.ofObject(first.id) ?? null;
  const fault = side === 'operator' ? problemWith(first, organizer, member, roster) : null;
  return { ...row, outcome: 'one', notes: notesOn(first, rule, value, organizer), organizer, problem: fault };
}

/** Whether a person has decided between these candidates before: by hand, or for this rule and value. */
function isSettled({ known, value, strayed }: Known, rule: IdentityRule, candidates: Candidate[]): boolean {
  if (!known || !candidates.some((candidate) => candidate.id === known.object_id)) return false;
  return known.match === null || (!strayed && wasMatchedBy(known, rule, value));
}

function wasMatchedBy({ match }: OrganizerRow, rule: IdentityRule, value: string): boolean {
  return match?.local === rule.local && match.remote === rule.remote && match.value === value;
}

function ambiguous(candidates: Candidate[]): Problem {
  const names = candidates.map((candidate) => {
    const address = candidate.userPrincipalName ?? candidate.mail;
    return address === undefined ? labelOf(candidate) : `${labelOf(candidate)} (${address})`;
  });
  return new Problem('organizer_ambiguous', { detail: `It may be any of these: ${names.join(', ')}.` });
}

/** What keeps this person from owning the meetings of this member. */
export function problemWith(
  person: Person,
  organizer: OrganizerRow | null,
  member: MemberRow | null,
  names: { nameOfMember(id: string): string },
): Problem | null {
  const fault = faultOfPerson(person);
  if (fault) return new Problem(fault);
  const takenBy = organizer?.member_id ?? null;
  if (!organizer || takenBy === null || takenBy === member?.id || member === null) return null;
  return new Problem('organizer_exists', {
    detail: `${nameOf(organizer)} is the organizer of ${names.nameOfMember(takenBy)}.`,
  });
}

function notesOn(person: Candidate, rule: IdentityRule, value: string, organizer: OrganizerRow | null): MatchNote[] {
  const notes: [MatchNote, boolean][] = [
    ['disabled', person.accountEnabled === false],
    ['guest', person.userType === 'Guest'],
    ['no_mailbox', person.hasMailbox === false],
    ['not_licensed', person.teamsLicensed === false],
    ['renamed', isRenamed(person, rule, value, organizer)],
    ['differing_case', differsInCase(person, rule, value)],
  ];
  return notes.filter(([, holds]) => holds).map(([note]) => note);
}

/** Found by an address that they have no more, or called otherwise than when they were put on the roster. */
function isRenamed(person: Person, rule: IdentityRule, value: string, organizer: OrganizerRow | null): boolean {
  const current = [person.mail, person.userPrincipalName].map((text) => text?.toLowerCase());
  const isAddress = ['mail', 'userPrincipalName', 'proxyAddress'].includes(rule.remote);
  if (isAddress && !current.includes(bareAddress(value).toLowerCase())) return true;
  if (!organizer) return false;
  const differs = (before: string | null, now: string | undefined) =>
    before !== null && now !== undefined && before.toLowerCase() !== now.toLowerCase();
  return differs(organizer.user_principal_name, person.userPrincipalName) || differs(organizer.mail, person.mail);
}

/** The directory compares without regard to case; other systems that share the value may not. */
function differsInCase(person: Person, rule: IdentityRule, value: string): boolean {
  const { mail, userPrincipalName, employeeId } = person;
  const field = { mail, userPrincipalName, employeeId, proxyAddress: mail }[rule.remote as string];
  const ours = rule.remote === 'proxyAddress' ? bareAddress(value) : value;
  return field !== undefined && field !== ours && field.toLowerCase() === ours.toLowerCase();
}

function bareAddress(value: string): string {
  return value.replace(/^smtp:/i, '');
}

type Roster = {
  ofMember(memberId: string): OrganizerRow | undefined;
  ofObject(objectId: string): OrganizerRow | undefined;
  nameOfMember(memberId: string): string;
};

async function readRoster({ db }: Deps, tenant: TenantRow): Promise<Roster> {
  const rows = await db.selectFrom('organizers').selectAll().where('tenant_connection_id', '=', tenant.id).execute();
  const members = await db
    .selectFrom('members')
    .select(['id', 'name'])
    .where('workspace_id', '=', tenant.workspace_id)
    .execute();
  const byMember = new Map(rows.map((row) => [row.member_id, row]));
  const byObject = new Map(rows.map((row) => [row.object_id, row]));
  const names = new Map(members.map(({ id, name }) => [id, name]));
  return {
    ofMember: (memberId) => byMember.get(memberId),
    ofObject: (objectId) => byObject.get(objectId),
    nameOfMember: (memberId) => names.get(memberId) ?? 'another member',
  };
}
