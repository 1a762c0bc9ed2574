import { createRoute, z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { returnUriList } from '../http/return-uri.ts';
import { json, jsonBody, newRouter, problemAnswers, singleLine } from '../http/router.ts';
import { requirePermission } from './principal.ts';
import { changeWorkspace, getWorkspace, type WorkspaceRow } from './workspace.ts';
import { locales } from '../locale.ts';

type Deps = { db: Kysely<Database>; publicUrl: string };

const outlookChanges = ['follow', 'ask', 'revert'] as const;
/** All of them stand in one header of every embedded page. */
const mostOrigins = 20;

const siteOrigin = z
  .string({ error: 'Give an address such as https://www.example.org.' })
  .max(260, 'At most 260 characters.')
  .refine(isOrigin, 'Give only the beginning of the site’s address, such as https://www.example.org.')
  .openapi({ example: 'https://www.example.org' });

const fields = {
  name: singleLine(100, 'Give the workspace a name.'),
  locale: z.enum(locales, { error: `Use one of ${locales.join(', ')}.` }),
  outlookChanges: z.enum(outlookChanges, { error: `Use one of ${outlookChanges.join(', ')}.` }),
  embedOrigins: z.array(siteOrigin).max(mostOrigins, `At most ${mostOrigins} sites.`),
  corsOrigins: z.array(siteOrigin).max(mostOrigins, `At most ${mostOrigins} sites.`),
  returnUris: returnUriList,
};

const workspaceSchema = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    locale: z.enum(locales).openapi({ description: 'The language of mail to people who have not chosen one.' }),
    outlookChanges: z.enum(outlookChanges).openapi({
      description:
        'What is done when somebody changes one of our meetings in Outlook: take it over, ask, or put it back.',
    }),
    embedOrigins: z
      .array(z.string())
      .openapi({ description: 'The sites that may show the booking pages inside their own.' }),
    corsOrigins: z.array(z.string()).openapi({
      description: 'The sites whose pages, in browsers, may use the API keys of the workspace.',
    }),
    returnUris: z.array(z.string()).openapi({
      description:
        'Where people may be sent back to after they connected an account by a link; compared to the letter.',
    }),
    portalUrl: z.string().openapi({ description: 'Where visitors see their own appointments.' }),
  })
  .openapi('Workspace');

const show = createRoute({
  method: 'get',
  path: '/v1/workspace',
  tags: ['Access'],
  responses: { 200: json(workspaceSchema, 'The workspace of whoever asks'), ...problemAnswers },
});
const change = createRoute({
  method: 'patch',
  path: '/v1/workspace',
  tags: ['Access'],
  description: 'Changes what is given; a list of sites is replaced as a whole.',
  request: { body: jsonBody(z.strictObject(fields).partial()) },
  responses: { 200: json(workspaceSchema, 'The changed workspace'), ...problemAnswers },
});

/** `/v1/workspace`. */
export function workspaceRoutes(deps: Deps) {
  return newRouter()
    .openapi(show, async (c) =>
      c.json(presentWorkspace(deps, await getWorkspace(deps, c.get('principal').workspaceId)), 200),
    )
    .openapi(change, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const { embedOrigins, corsOrigins, ...wanted } = c.req.valid('json');
      const origins = { embedOrigins: asBrowsersDo(embedOrigins), corsOrigins: asBrowsersDo(corsOrigins) };
      const row = await changeWorkspace(deps, c.get('principal').workspaceId, { ...wanted, ...origins });
      return c.json(presentWorkspace(deps, row), 200);
    });
}

/** Hosts are compared as browsers write them: in lower case, in punycode, without the scheme’s own port. */
function asBrowsersDo(origins: string[] | undefined): string[] | undefined {
  return origins && [...new Set(origins.map((origin) => new URL(origin).origin))];
}

function presentWorkspace({ publicUrl }: Pick<Deps, 'publicUrl'>, row: WorkspaceRow): z.infer<typeof workspaceSchema> {
  const { id, slug, name } = row;
  return {
    id,
    slug,
    name,
    locale: locales.find((locale) => locale === row.locale) ?? 'en',
    outlookChanges: row.outlook_changes,
    embedOrigins: row.embed_origins,
    corsOrigins: row.cors_origins,
    returnUris: row.return_uris,
    portalUrl: `${publicUrl}/my/${encodeURIComponent(slug)}`,
  };
}

/** HTTPS only, but for loopback, where there is none. The text ends up in a header: nothing but an origin gets there. */
function isOrigin(text: string): boolean {
  if (!/^https?:\/\/[^\s/?#@\\]+\/?$/i.test(text) || !URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  if (!/^https?:\/\/[\w.-]+(:\d+)?$/.test(origin)) return false;
  return protocol === 'https:' || hostname === 'localhost' || hostname === '127.0.0.1';
}
