import { createRoute, z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import { requirePermission } from '../access/principal.ts';
import type { Database } from '../database/schema.ts';
import { pageQuery } from '../http/paging.ts';
import { idText, json, longText, newRouter, problemAnswers, type ApiContext } from '../http/router.ts';
import { Problem } from '../problem.ts';
import { verifyAudit } from './audit.ts';
import { auditActionNames } from './audit-action.ts';
import { auditEntrySchema, presentAuditEntry, presentVerification, verificationSchema } from './audit-json.ts';
import { listAudit } from './audit-log.ts';

const tags = ['Monitoring'];

const query = pageQuery
  .pick({ limit: true, cursor: true })
  .extend({
    subjectId: idText.optional().openapi({ description: 'Only what was done to this artifact, booking or workspace.' }),
    actor: longText(320).min(1, 'Give an id or an address.').optional().openapi({
      description: 'Only what this member or key did, by id, or this visitor, by address.',
    }),
    action: z.enum(auditActionNames, { error: `Use one of ${auditActionNames.join(', ')}.` }).optional(),
    from: pageQuery.shape.from.openapi({ description: 'Only what happened at this instant or later.' }),
    to: pageQuery.shape.to.openapi({ description: 'Only what happened before this instant.' }),
  })
  .refine(({ from, to }) => !from || !to || from < to, {
    path: ['to'],
    error: 'The end must be later than the start.',
  });

const list = createRoute({
  method: 'get',
  path: '/v1/audit',
  tags,
  description: 'Who saw, shared, deleted or kept recordings, transcripts and attendance; the latest first.',
  request: { query },
  responses: {
    200: json(z.object({ data: z.array(auditEntrySchema), nextCursor: z.string().nullable() }), 'Entries of the log'),
    ...problemAnswers,
  },
});
const verification = createRoute({
  method: 'get',
  path: '/v1/audit/verification',
  tags,
  description: 'Follows the chain of hashes from the first entry of the workspace to the last.',
  responses: { 200: json(verificationSchema, 'Whether every entry is what was written'), ...problemAnswers },
});

/** `/v1/audit`: the audit log of a workspace, for those who manage it. */
export function monitoringRoutes(deps: { db: Kysely<Database> }) {
  const manager = (c: ApiContext) => {
    requirePermission(c.get('principal'), 'manage');
    return c.get('principal').workspaceId;
  };
  return newRouter()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      const rows = await listAudit(deps, manager(c), { ...filter, limit, before: decodeCursor(cursor) });
      const data = rows.slice(0, limit);
      const last = rows.length > limit ? data.at(-1) : undefined;
      const nextCursor = last === undefined ? null : Buffer.from(`${last.position}`).toString('base64url');
      return c.json({ data: data.map(presentAuditEntry), nextCursor }, 200);
    })
    .openapi(verification, async (c) => c.json(presentVerification(await verifyAudit(deps, manager(c))), 200));
}

function decodeCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const text = Buffer.from(cursor, 'base64url').toString();
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new Problem('invalid_request', {
    errors: [{ pointer: '/cursor', detail: 'Use the nextCursor of the previous page.' }],
  });
}
