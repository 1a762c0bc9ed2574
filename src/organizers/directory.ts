import { getCalendar } from '../microsoft/calendar.ts';
import { findUsers, getUser, type DirectoryUser } from '../microsoft/directory.ts';
import { isGuid } from '../microsoft/guid.ts';
import type { MatchField } from '../microsoft/match-fields.ts';
import { toProblem } from '../microsoft/problems.ts';
import { Problem } from '../problem.ts';
import { withAppToken, type AppTokens, type TenantAccess } from '../tenants/app-tokens.ts';
import { usesCalendars, type TenantRow } from '../tenants/tenant.ts';
import { faultOfPerson } from './organizer.ts';

/** A person as the tenant's directory shows them to the app; `undefined` is what it does not show. */
export type Person = DirectoryUser;

type Deps = { appTokens: AppTokens };

/** Throws why the tenant cannot be asked at all, before many questions end in the same way. */
export async function requireAccess(deps: Deps, tenant: TenantRow, signal?: AbortSignal): Promise<void> {
  await ask(deps, tenant, signal, async () => {});
}

/**
 * One person by object id or user principal name, or `undefined`. What can be neither is not asked about: in its place
 * Graph takes other words too, such as `$count`. Every failure is a `Problem`.
 */
export async function lookUpPerson(
  deps: Deps,
  tenant: TenantRow,
  idOrName: string,
  signal?: AbortSignal,
): Promise<Person | undefined> {
  if (!isGuid(idOrName) && !idOrName.includes('@')) return undefined;
  return ask(deps, tenant, signal, ({ graph, token }) =>
    getUser(graph, token.accessToken, idOrName, { signal }).then((person) => person && lowerId(person)),
  );
}

/** The people with exactly this value in a field, at most ten. Every failure is a `Problem`. */
export async function findPeople(
  deps: Deps,
  tenant: TenantRow,
  match: { field: MatchField; value: string },
  signal?: AbortSignal,
): Promise<Person[]> {
  return ask(deps, tenant, signal, async ({ graph, token }) => {
    const people = await findUsers(graph, token.accessToken, match, { signal });
    return people.map(lowerId);
  });
}

/** Whether somebody has an Exchange mailbox; `null` when the app does not use calendars or cannot tell. */
export async function hasMailbox(
  deps: Deps,
  tenant: TenantRow,
  objectId: string,
  signal?: AbortSignal,
): Promise<boolean | null> {
  if (!usesCalendars(tenant)) return null;
  try {
    await ask(deps, tenant, signal, ({ graph, token: { accessToken } }) =>
      getCalendar(graph, { accessToken, mailbox: { kind: 'user', objectId }, signal }),
    );
    return true;
  } catch (error) {
    return toProblem(error).code === 'mailbox_not_found' ? false : null;
  }
}

/** Guests have neither mailbox nor licence in the tenant: they can own nothing there. */
export function refuseGuest(person: Person): void {
  if (person.userType !== 'Guest') return;
  throw new Problem('organizer_is_guest', { detail: `${labelOf(person)} is a guest of this tenant.` });
}

/** How people call somebody of the directory. */
export function labelOf(person: Person): string {
  return person.displayName ?? person.userPrincipalName ?? person.id;
}

/** A person as columns of an organizer's row. */
export function directoryColumns(person: Person, now: Date) {
  return {
    user_principal_name: person.userPrincipalName ?? null,
    mail: person.mail ?? null,
    display_name: person.displayName ?? null,
    account_enabled: person.accountEnabled ?? null,
    user_type: person.userType ?? null,
    teams_licensed: person.teamsLicensed ?? null,
    problem_code: faultOfPerson(person) ?? null,
    looked_up_at: now,
  };
}

async function ask<T>(
  { appTokens }: Deps,
  tenant: TenantRow,
  signal: AbortSignal | undefined,
  run: (access: TenantAccess) => Promise<T>,
): Promise<T> {
  try {
    return await withAppToken(appTokens, tenant, signal, run);
  } catch (error) {
    throw toProblem(error);
  }
}

/** Object ids are compared as text, so all of them are kept in small letters. */
function lowerId(person: Person): Person {
  return { ...person, id: person.id.toLowerCase() };
}
