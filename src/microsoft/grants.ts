import { graph, GraphError, nextPath, type GraphDeps } from './graph.ts';
import { isGuid } from './guid.ts';
import { literal, query } from './odata.ts';
import { permissionName } from './permissions.ts';
import { appRoleAssignmentPage, grantPage, servicePrincipalAnswer } from './wire.ts';

const MAX_PAGES = 50;

/** What a tenant granted to an app, as its directory has it. */
export type Grants = {
  /** Object id of the service principal: what Exchange's RBAC asks for as `-ObjectId`. */
  objectId: string;
  displayName: string;
  enabled: boolean;
  /** Names of application permissions; the bare GUID of one that Parley does not know. */
  applicationPermissions: string[];
  /** Delegated scopes granted for everybody; `undefined` when the app may not read them (`Directory.Read.All`). */
  delegatedScopes: string[] | undefined;
};

/** What this tenant granted to an app (needs `Application.Read.All`); `undefined` when it does not know the app. */
export async function getServicePrincipalGrants(
  deps: GraphDeps,
  accessToken: string,
  p: { clientId: string; signal?: AbortSignal | undefined },
): Promise<Grants | undefined> {
  if (!isGuid(p.clientId)) throw new TypeError('a client id is a GUID');
  const call = { accessToken, method: 'GET' as const, signal: p.signal };
  const filter = query({ $filter: `appId eq ${literal(p.clientId)}`, $select: 'id,displayName,accountEnabled' });
  const found = await graph(deps, { ...call, path: `/servicePrincipals?${filter}`, schema: servicePrincipalAnswer });
  const [principal] = found.value;
  if (!principal) return undefined;
  const path = `/servicePrincipals/${encodeURIComponent(principal.id)}`;
  const roles = await allPages(deps, `${path}/appRoleAssignments`, (next) =>
    graph(deps, { ...call, path: next, schema: appRoleAssignmentPage }),
  );
  const grants = await unlessDenied(
    allPages(deps, `${path}/oauth2PermissionGrants`, (next) => graph(deps, { ...call, path: next, schema: grantPage })),
  );
  return {
    objectId: principal.id,
    displayName: principal.displayName ?? '',
    enabled: principal.accountEnabled ?? true,
    applicationPermissions: roles.map((role) => permissionName(role.appRoleId) ?? role.appRoleId),
    delegatedScopes: grants?.flatMap((grant) =>
      grant.consentType === 'AllPrincipals' ? (grant.scope ?? '').split(' ').filter(Boolean) : [],
    ),
  };
}

async function allPages<T>(
  deps: GraphDeps,
  path: string,
  read: (path: string) => Promise<{ value: T[]; '@odata.nextLink'?: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let next: string | undefined = path;
  for (let pages = 0; next !== undefined && pages < MAX_PAGES; pages += 1) {
    const page: Awaited<ReturnType<typeof read>> = await read(next);
    all.push(...page.value);
    next = page['@odata.nextLink'] && nextPath(deps, page['@odata.nextLink']);
  }
  return all;
}

async function unlessDenied<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GraphError && error.status === 403) return undefined;
    throw error;
  }
}
