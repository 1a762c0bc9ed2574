import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import {
  idParam,
  idText,
  instantOut,
  json,
  jsonBody,
  longText,
  newRouter,
  problemAnswers,
  singleLine,
} from '../http/router.ts';
import { splitScopes } from './connection.ts';
import { createLink, getLink, withdrawLink, type LinkRow } from './links.ts';
import type { ConnectionDeps } from './service.ts';

const mostNotes = 50;

const linkInput = z
  .strictObject({
    returnUri: z.string().max(2000).optional().openapi({
      description: 'Where the person is sent afterwards: one of the workspace’s `returnUris`, to the letter.',
    }),
    state: longText(1000).optional().openapi({ description: 'Given back to you with the answer, as it is.' }),
    loginHint: singleLine(320).optional().openapi({ description: 'The address of the account that is expected.' }),
    externalId: singleLine(200).optional().openapi({ description: 'What you call the person.' }),
    metadata: z
      .record(
        z.string().regex(/^[\w.-]{1,40}$/, 'Names have at most 40 letters, digits, “_”, “.” and “-”.'),
        longText(500),
      )
      .refine((notes) => Object.keys(notes).length <= mostNotes, `At most ${mostNotes} entries.`)
      .optional()
      .openapi({ description: 'Notes of yours, given back with the connection.' }),
    connectionId: idText.optional().openapi({ description: 'The connection to renew, with its own account.' }),
    expiresInSeconds: z
      .int()
      .min(60, 'At least a minute.')
      .max(30 * 24 * 3600, 'At most 30 days.')
      .optional(),
  })
  .openapi('NewConnectLink');

const linkSchema = z
  .object({
    id: z.string(),
    status: z.enum(['waiting', 'opened', 'connected', 'expired']),
    connectionId: z.string().nullable().openapi({ description: 'What it became, or what it is to renew.' }),
    returnUri: z.string().nullable(),
    loginHint: z.string().nullable(),
    externalId: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    scopes: z.array(z.string()).openapi({ description: 'What Microsoft asks the person for.' }),
    expiresAt: instantOut,
    createdAt: instantOut,
  })
  .openapi('ConnectLink');
const newLinkSchema = linkSchema
  .extend({ url: z.string().openapi({ description: 'What to send to the person. It is shown this once.' }) })
  .openapi('CreatedConnectLink');

const params = idParam('the link');
const tags = ['Connections'];

const create = createRoute({
  method: 'post',
  path: '/v1/connect-links',
  tags,
  description:
    'Makes a link by which somebody connects their account, who need not be a member. Whoever has it can use it, once.',
  request: { body: jsonBody(linkInput) },
  responses: { 201: json(newLinkSchema, 'The link with its address'), ...problemAnswers },
});
const read = createRoute({
  method: 'get',
  path: '/v1/connect-links/{id}',
  tags,
  request: { params },
  responses: { 200: json(linkSchema, 'The link, without its address'), ...problemAnswers },
});
const withdraw = createRoute({
  method: 'delete',
  path: '/v1/connect-links/{id}',
  tags,
  description: 'Ends a link. A connection that was made by it stays.',
  request: { params },
  responses: { 204: { description: 'Nobody can use it any more' }, ...problemAnswers },
});

/** `/v1/connect-links`: asking people for their account who are no members. */
export function connectLinkRoutes(deps: ConnectionDeps & { publicUrl: string }) {
  return newRouter()
    .openapi(create, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'manage');
      const { state, ...wanted } = c.req.valid('json');
      const { row, token } = await createLink(deps, principal.workspaceId, {
        ...wanted,
        returnState: state,
        answer: 'connection',
      });
      return c.json({ ...presentLink(row, deps.now()), url: `${deps.publicUrl}/connect/to/${token}` }, 201);
    })
    .openapi(read, async (c) => {
      const row = await getLink(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      return c.json(presentLink(row, deps.now()), 200);
    })
    .openapi(withdraw, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'manage');
      await withdrawLink(deps, principal.workspaceId, c.req.valid('param').id);
      return c.body(null, 204);
    });
}

function presentLink(row: LinkRow, now: Date): z.infer<typeof linkSchema> {
  return {
    id: row.id,
    status: statusOf(row, now),
    connectionId: row.connection_id,
    returnUri: row.return_uri,
    loginHint: row.login_hint,
    externalId: row.external_id,
    metadata: row.metadata,
    scopes: splitScopes(row.scopes),
    expiresAt: row.expires_at.toISOString(),
    createdAt: row.created_at.toISOString(),
  };
}

function statusOf({ finished_at: finished, expires_at: end, opened_at: opened }: LinkRow, now: Date) {
  if (finished) return 'connected';
  if (end <= now) return 'expired';
  return opened ? 'opened' : 'waiting';
}
