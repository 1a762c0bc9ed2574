import type { OpenAPIHono } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import { METHOD_NAME_ALL } from 'hono/router';
import { matchedRoutes } from 'hono/route';
import { includesPermission, keyPermissions, type KeyPermission, type Resource } from '../access/permissions.ts';
import { requireOfKey, type Principal } from '../access/principal.ts';
import { Problem } from '../problem.ts';
import type { ApiContext, Env } from './router.ts';

/** A route as its description has it: `{ method: 'get', path: '/v1/meetings/{id}', tags: ['Meetings'] }`. */
type Described = { method: string; path: string; tags?: readonly string[] | undefined };

/** What a route is about follows from its tag. */
const resourceOfTag: Record<string, Resource> = {
  Bookings: 'bookings',
  'Event types': 'event-types',
  Availability: 'schedules',
  Meetings: 'meetings',
  Operations: 'meetings',
  Artifacts: 'artifacts',
  People: 'people',
  Webhooks: 'webhooks',
  Events: 'events',
  Mail: 'emails',
  Connections: 'connections',
  'App registrations': 'app-registrations',
  Tenants: 'tenants',
  Organizers: 'organizers',
  Setup: 'tenants',
  'Teams app': 'teams-app',
  Diagnostics: 'diagnostics',
  Monitoring: 'audit',
};

/** The workspace's own affairs stand under one tag, and are told apart by their path. */
const resourceOfAccess: Record<string, Resource> = {
  me: 'members',
  session: 'members',
  members: 'members',
  workspace: 'workspace',
  'api-keys': 'api-keys',
};

/** Where tag and method say the wrong thing: reading by POST, content behind a list, what only few should do. */
const exceptions: Record<string, KeyPermission> = {
  'POST /v1/event-types/{id}/holds': 'bookings:write',
  'DELETE /v1/holds/{key}': 'bookings:write',
  'POST /v1/bookings/{id}/legal-hold': 'bookings:manage',
  'DELETE /v1/bookings/{id}/legal-hold': 'bookings:manage',
  // Whoever has the address of a feed reads the bookings in it.
  'POST /v1/members/{id}/calendar-feed': 'bookings:manage',
  'DELETE /v1/members/{id}/calendar-feed': 'bookings:manage',
  'GET /v1/artifacts/{id}/content': 'artifact-content:read',
  'GET /v1/artifacts/{id}/transcript': 'artifact-content:read',
  'GET /v1/artifacts/{id}/attendance': 'artifact-content:read',
  'POST /v1/artifacts/{id}/links': 'artifact-content:read',
  'GET /v1/transcript-search': 'artifact-content:read',
  'DELETE /v1/artifacts/{id}': 'artifacts:manage',
  'PATCH /v1/artifact-settings': 'artifacts:manage',
  // Looking changes nothing; for its round trip, the route asks for more.
  'POST /v1/diagnostics': 'diagnostics:read',
};

/**
 * The permission that a key needs for a route. Throws a `TypeError` for a route of which nobody has said what it is
 * about: then it needs a line in one of the tables above.
 */
export function permissionFor({ method, path, tags = [] }: Described): KeyPermission {
  const name = `${method.toUpperCase()} ${path}`;
  const exception = exceptions[name];
  if (exception) return exception;
  const [tag = ''] = tags;
  const resource = tag === 'Access' ? resourceOfAccess[path.split('/')[2] ?? ''] : resourceOfTag[tag];
  const permission = `${resource}:${method.toLowerCase() === 'get' ? 'read' : 'write'}`;
  if (!isPermission(permission)) throw new TypeError(`no permission of API keys covers ${name} (tag “${tag}”)`);
  return permission;
}

/** Tells whether a key may ask for an operation (`GET /v1/meetings/{id}`). Throws a `TypeError` where there is none. */
export function createKeyScope(api: OpenAPIHono<Env>): (principal: Principal, operation: string) => boolean {
  const routes = api.openAPIRegistry.definitions.flatMap((one) => (one.type === 'route' ? [one.route] : []));
  const needed = new Map(routes.map((route) => [`${route.method.toUpperCase()} ${route.path}`, permissionFor(route)]));
  return (principal, operation) => {
    const permission = needed.get(operation);
    if (!permission) throw new TypeError(`there is no operation ${operation}`);
    return principal.kind === 'key' && includesPermission(principal.grants, permission);
  };
}

/** Lets keys pass that have the permission of the route they ask for; what is no route of the API passes no limited key. */
export function requireKeyPermission(api: OpenAPIHono<Env>) {
  const needed = new Map<string, KeyPermission>([['GET /v1/changes', 'meetings:read']]);
  for (const definition of api.openAPIRegistry.definitions)
    if (definition.type === 'route') needed.set(routeName(definition.route), permissionFor(definition.route));
  return createMiddleware<Env>(async (c, next) => {
    const principal = c.get('principal');
    // Whoever may do everything needs no look at what is asked.
    if (principal.kind !== 'key' || principal.grants.includes('*')) return next();
    const route = routeOf(c);
    // Without a route, the answer is that there is none.
    if (!route) return next();
    const permission = needed.get(route);
    if (permission) requireOfKey(principal, permission);
    if (!permission) throw new Problem('forbidden', { detail: 'No permission of an API key covers this.' });
    return next();
  });
}

/** The route that will answer, as {@link routeName} has it: of those that match, the first. */
function routeOf(c: ApiContext): string | undefined {
  const route = matchedRoutes(c).find(({ method }) => method !== METHOD_NAME_ALL);
  return route && `${route.method} ${route.path}`;
}

/** Hono's name of a described route. */
function routeName({ method, path }: Described): string {
  return `${method.toUpperCase()} ${path.replaceAll(/\/\{(\w+)\}/g, '/:$1')}`;
}

function isPermission(text: string): text is KeyPermission {
  return keyPermissions.has(text);
}
