import { Problem } from '../problem.ts';
import { graph, GraphError, nextPath, type GraphDeps } from './graph.ts';
import { isGuid } from './guid.ts';
import type { MatchField } from './match-fields.ts';
import { literal, query } from './odata.ts';
import { organizationAnswer, userAnswer, userPage, type UserAnswer } from './wire.ts';

export { getServicePrincipalGrants, type Grants } from './grants.ts';

export type Profile = {
  /** Graph's id of the user; for personal accounts it is not the `oid` of the ID token. */
  id: string;
  displayName: string | undefined;
  mail: string | undefined;
  userPrincipalName: string | undefined;
};

/** A person of the tenant. What is `undefined` is not set, or the app may not see it (`User.ReadBasic.All` alone). */
export type DirectoryUser = Profile & {
  accountEnabled: boolean | undefined;
  userType: 'Member' | 'Guest' | undefined;
  employeeId: string | undefined;
  /** Whether a Teams licence is assigned; `undefined` when the app may not see licences. */
  teamsLicensed: boolean | undefined;
};

type Options = { signal?: AbortSignal | undefined };

const PROFILE = 'id,displayName,mail,userPrincipalName';
const FULL = `${PROFILE},accountEnabled,userType,employeeId,assignedPlans`;
const MAX_CANDIDATES = 10;
/** The service plan “Microsoft Teams” (Entra docs: product names and service plan identifiers). */
const TEAMS_PLAN = '57ff2da0-773e-42df-b2af-ffb7a2317929';

/** The signed-in user (needs `User.Read`). */
export async function getMe(deps: GraphDeps, accessToken: string, options: Options = {}): Promise<Profile> {
  const path = `/me?$select=${PROFILE}`;
  const user = await graph(deps, { accessToken, method: 'GET', path, schema: userAnswer, ...options });
  return profile(user);
}

/** One person by object id or user principal name; `undefined` when the tenant has nobody of that name. */
export async function getUser(
  deps: GraphDeps,
  accessToken: string,
  idOrUpn: string,
  options: Options = {},
): Promise<DirectoryUser | undefined> {
  // A dot segment would be another address, an empty one the list of all people.
  if (/^\.{0,2}$/.test(idOrUpn.trim())) return undefined;
  try {
    const user = await withProperties((select) =>
      graph(deps, {
        accessToken,
        method: 'GET',
        path: `${userPath(idOrUpn)}?$select=${select}`,
        schema: userAnswer,
        ...options,
      }),
    );
    return directoryUser(user);
  } catch (error) {
    if (error instanceof GraphError && error.status === 404 && error.code === 'Request_ResourceNotFound')
      return undefined;
    throw error;
  }
}

/**
 * The people who have exactly this value, at most ten, as the directory compares (without regard to case). More than
 * one is for the caller to refuse. Fields beyond mail, name and id need `User.Read.All`.
 */
export async function findUsers(
  deps: GraphDeps,
  accessToken: string,
  match: { field: MatchField; value: string },
  options: Options = {},
): Promise<DirectoryUser[]> {
  const value = match.value.trim();
  if (value === '') return [];
  if (match.field === 'id') {
    // Graph would take a principal name here too, which is another field.
    const user = isGuid(value) ? await getUser(deps, accessToken, value, options) : undefined;
    return user ? [user] : [];
  }
  const found = new Map<string, DirectoryUser>();
  for (const { filter, eventual } of filters(match.field, value)) {
    const page = await withProperties((select) =>
      graph(deps, {
        accessToken,
        method: 'GET',
        path: `/users?${query({ $filter: filter, $select: select, $top: String(MAX_CANDIDATES), ...(eventual && { $count: 'true' }) })}`,
        schema: userPage,
        eventual,
        ...options,
      }),
    );
    for (const user of page.value) found.set(user.id, directoryUser(user));
  }
  return [...found.values()].slice(0, MAX_CANDIDATES);
}

/**
 * People whose name, mail or principal name begins with a text, at most `most`.
 * Graph docs: `startsWith` on these properties needs no advanced query.
 */
export async function searchPeople(
  deps: GraphDeps,
  accessToken: string,
  { beginning, most }: { beginning: string; most: number },
  options: Options = {},
): Promise<DirectoryUser[]> {
  const $filter = ['displayName', 'mail', 'userPrincipalName']
    .map((field) => `startsWith(${field},${literal(beginning)})`)
    .join(' or ');
  const page = await withProperties((select) =>
    graph(deps, {
      accessToken,
      method: 'GET',
      path: `/users?${query({ $filter, $select: select, $top: String(most) })}`,
      schema: userPage,
      ...options,
    }),
  );
  return page.value.map(directoryUser);
}

/** One page of the tenant's people. `cursor` is an earlier answer's `next`; anything else is refused as `invalid_request`. */
export async function listPeople(
  deps: GraphDeps,
  accessToken: string,
  p: { cursor?: string | undefined; pageSize?: number; signal?: AbortSignal | undefined } = {},
): Promise<{ people: DirectoryUser[]; next: string | undefined }> {
  // The cursor travels through a browser: it must not become a way to read something else with the app's token.
  if (p.cursor !== undefined && !/^\/users\?[^#]+$/.test(p.cursor)) throw new Problem('invalid_request');
  const page = await withProperties((select) =>
    graph(deps, {
      accessToken,
      method: 'GET',
      path: p.cursor ?? `/users?${query({ $select: select, $top: String(Math.min(p.pageSize ?? 100, 999)) })}`,
      schema: userPage,
      signal: p.signal,
    }),
  );
  const next = page['@odata.nextLink'];
  return { people: page.value.map(directoryUser), next: next && nextPath(deps, next) };
}

export type Organization = { id: string; displayName: string; domains: string[]; defaultDomain: string | undefined };

/** The tenant of the token: what proves a claimed tenant. App-only it needs `User.Read.All` or `Organization.Read.All`. */
export async function getOrganization(
  deps: GraphDeps,
  accessToken: string,
  options: Options = {},
): Promise<Organization> {
  const path = '/organization?$select=id,displayName,verifiedDomains';
  const answer = await graph(deps, { accessToken, method: 'GET', path, schema: organizationAnswer, ...options });
  const [organization] = answer.value;
  const domains = organization.verifiedDomains ?? [];
  return {
    id: organization.id.toLowerCase(),
    displayName: organization.displayName ?? '',
    domains: domains.map((domain) => domain.name),
    defaultDomain: domains.find((domain) => domain.isDefault)?.name,
  };
}

/** Everything that a directory answers without `User.Read.All` refused; so ask for less before giving up. */
async function withProperties<T>(ask: (select: string) => Promise<T>): Promise<T> {
  try {
    return await ask(FULL);
  } catch (error) {
    if (error instanceof GraphError && error.status === 403 && error.code === 'Authorization_RequestDenied') {
      return ask(PROFILE);
    }
    throw error;
  }
}

/** Graph docs: “Advanced query capabilities on Microsoft Entra ID objects”. */
function filters(field: Exclude<MatchField, 'id'>, value: string): { filter: string; eventual: boolean }[] {
  if (field === 'proxyAddress') {
    // The primary address is spelled SMTP:, aliases smtp:. Graph refuses “or” on this property, so ask for each.
    const address = value.replace(/^smtp:/i, '');
    return ['smtp', 'SMTP'].map((prefix) => ({
      filter: `proxyAddresses/any(p:p eq ${literal(`${prefix}:${address}`)})`,
      eventual: false,
    }));
  }
  if (field.startsWith('extensionAttribute')) {
    // Whether “eq” works here without an advanced query is not documented; with one it does.
    return [{ filter: `onPremisesExtensionAttributes/${field} eq ${literal(value)}`, eventual: true }];
  }
  return [{ filter: `${field} eq ${literal(value)}`, eventual: false }];
}

function userPath(idOrUpn: string): string {
  // Graph docs: a principal name that begins with $ goes into parentheses.
  return idOrUpn.startsWith('$')
    ? `/users(${encodeURIComponent(literal(idOrUpn))})`
    : `/users/${encodeURIComponent(idOrUpn)}`;
}

function profile(user: UserAnswer): Profile {
  return {
    id: user.id,
    displayName: user.displayName ?? undefined,
    mail: user.mail ?? undefined,
    userPrincipalName: user.userPrincipalName ?? undefined,
  };
}

function directoryUser(user: UserAnswer): DirectoryUser {
  const { accountEnabled, assignedPlans } = user;
  return {
    ...profile(user),
    accountEnabled: accountEnabled ?? undefined,
    userType: user.userType ?? undefined,
    employeeId: user.employeeId ?? undefined,
    // Licences are seen together with the account's state, or not at all.
    teamsLicensed:
      typeof accountEnabled === 'boolean' && assignedPlans
        ? assignedPlans.some(
            (plan) =>
              plan.servicePlanId?.toLowerCase() === TEAMS_PLAN &&
              /^(Enabled|Warning)$/.test(plan.capabilityStatus ?? ''),
          )
        : undefined,
  };
}
