import { createMiddleware } from 'hono/factory';
import { sql, type Kysely } from 'kysely';
import type { Database } from '../../database/schema.ts';
import { Problem } from '../../problem.ts';
import type { NylasEnv } from './gate.ts';

const allowed = {
  'Access-Control-Allow-Methods': 'GET, POST',
  'Access-Control-Allow-Headers':
    'Accept, Authorization, Content-Type, X-Nylas-Connect, X-Nylas-Application-Public-Id, X-Request-Id',
  'Access-Control-Max-Age': '600',
};

/**
 * Lets applications that run in browsers redeem their codes: pages of sites that some workspace lists, or to which one
 * sends people back. Nothing here looks at cookies, so reading an answer takes what only the application has.
 */
export function browserApplications({ db }: { db: Kysely<Database> }) {
  return createMiddleware<NylasEnv>(async (c, next) => {
    const origin = c.req.header('origin');
    c.header('Vary', 'Origin');
    const isListed = origin !== undefined && (await isListedAnywhere(db, origin));
    if (isListed) {
      c.header('Access-Control-Allow-Origin', origin);
      c.header('Access-Control-Expose-Headers', 'Retry-After, X-Request-Id');
    }
    if (c.req.method !== 'OPTIONS') return next();
    if (!isListed) throw new Problem('forbidden', { detail: 'No workspace lists this site.' });
    return c.body(null, 204, allowed);
  });
}

async function isListedAnywhere(db: Kysely<Database>, origin: string): Promise<boolean> {
  const { rows } = await sql<{ listed: boolean }>`
    select exists (select from workspaces where jsonb_exists(cors_origins, ${origin})) or exists (
      select from workspaces, jsonb_array_elements_text(return_uris) as uri
      where lower(uri) = ${origin} or starts_with(lower(uri), ${`${origin}/`}) or starts_with(lower(uri), ${`${origin}?`})
    ) as listed
  `.execute(db);
  return rows[0]?.listed === true;
}
