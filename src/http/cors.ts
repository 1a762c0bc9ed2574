import { createMiddleware } from 'hono/factory';
import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import type { ApiContext, Env } from './router.ts';

type Deps = { db: Kysely<Database>; publicUrl: string };

const allowed = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'Access-Control-Allow-Headers':
    'Authorization, Content-Type, Idempotency-Key, If-Range, Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Prefer, Range, Traceparent, Tracestate, X-Request-Id',
  'Access-Control-Max-Age': '600',
};
const exposed =
  'Accept-Ranges, Allow, Content-Disposition, Content-Range, Idempotent-Replayed, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id';

/**
 * Answers what browsers ask before a page of another site may use an API key (Fetch standard, section 3.3), which they do
 * without the key: sites that some workspace lists may go on. Cookies are never for other sites.
 */
export function answerPreflights(deps: Deps) {
  return createMiddleware<Env>(async (c, next) => {
    const origin = c.req.header('origin');
    c.header('Vary', 'Origin');
    if (origin === undefined) return next();
    if (c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined) {
      if (!(await isListedAnywhere(deps, origin)))
        throw new Problem('forbidden', { detail: 'No workspace lists this site.' });
      c.header('Access-Control-Allow-Origin', origin);
      return c.body(null, 204, allowed);
    }
    await next();
    // Whose key it would be is not known: the page may read that it is none.
    if (c.get('principal') === undefined && c.req.header('authorization') !== undefined)
      if (await isListedAnywhere(deps, origin)) allowOrigin(c, origin);
  });
}

/**
 * Refuses pages of sites that no workspace lists before anything else is looked at, as the transport of MCP asks
 * (Streamable HTTP, security warning: DNS rebinding). Throws `forbidden`.
 */
export function requireKnownOrigin(deps: Deps) {
  const own = new URL(deps.publicUrl).origin;
  return createMiddleware<Env>(async (c, next) => {
    const origin = c.req.header('origin');
    if (origin !== undefined && origin !== own && !(await isListedAnywhere(deps, origin)))
      throw new Problem('forbidden', { detail: 'No workspace lists this site.' });
    return next();
  });
}

/** Lets pages of other sites use a key only where its own workspace lists their site. Throws `forbidden`. */
export function requireListedOrigin(deps: Deps) {
  const own = new URL(deps.publicUrl).origin;
  return createMiddleware<Env>(async (c, next) => {
    const origin = c.req.header('origin');
    const principal = c.get('principal');
    if (origin === undefined || origin === own || principal.kind !== 'key') return next();
    const row = await deps.db
      .selectFrom('workspaces')
      .select('cors_origins')
      .where('id', '=', principal.workspaceId)
      .executeTakeFirst();
    if (!row?.cors_origins.includes(origin))
      throw new Problem('forbidden', { detail: 'The workspace does not let pages of this site use its API keys.' });
    allowOrigin(c, origin);
    return next();
  });
}

function allowOrigin(c: ApiContext, origin: string): void {
  c.header('Access-Control-Allow-Origin', origin);
  c.header('Access-Control-Expose-Headers', exposed);
}

async function isListedAnywhere({ db }: Deps, origin: string): Promise<boolean> {
  const { rows } = await sql<{ listed: boolean }>`
    select exists (select from workspaces where jsonb_exists(cors_origins, ${origin})) as listed
  `.execute(db);
  return rows[0]?.listed === true;
}
