import { createRoute, z } from '@hono/zod-openapi';
import type { Kysely } from 'kysely';
import { requirePermission } from '../access/principal.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Database } from '../database/schema.ts';
import { isDryRun } from '../http/dry-run.ts';
import { once } from '../http/idempotency.ts';
import { idParam, instantOut, json, jsonBody, newRouter, problemAnswers } from '../http/router.ts';
import { actorOf, recordAudit } from '../monitoring/audit.ts';
import { Problem } from '../problem.ts';
import { audienceOf, defaultLinkMs, linkPath, longestLinkMs, shortestLinkMs } from './links.ts';
import { findVisible } from './sharing.ts';

const seconds = (ms: number) => ms / 1000;
const linkSchema = z
  .object({
    url: z.string().openapi({
      description:
        'Opens the content for whoever has the address, with `Range`. `?as=download` saves it; `?format=` is that of `GET /v1/artifacts/{id}/content`.',
    }),
    expiresAt: instantOut,
  })
  .openapi('ArtifactLink');

const create = createRoute({
  method: 'post',
  path: '/v1/artifacts/{id}/links',
  tags: ['Artifacts'],
  description:
    'Makes a link that opens the content of an artifact without signing in, until it expires, or until you may not see the artifact any more.',
  request: {
    params: idParam('the artifact'),
    body: jsonBody(
      z.strictObject({
        expiresInSeconds: z
          .number({ error: 'Give a whole number of seconds.' })
          .int('Give a whole number of seconds.')
          .min(seconds(shortestLinkMs), 'A link lasts at least a minute.')
          .max(seconds(longestLinkMs), 'A link lasts at most a day.')
          .default(seconds(defaultLinkMs)),
      }),
    ),
  },
  responses: { 201: json(linkSchema, 'The link'), ...problemAnswers },
});

type Deps = { db: Kysely<Database>; now: () => Date; dataKeys: DataKeys; publicUrl: string };

/** `/v1/artifacts/{id}/links`. */
export function linkRoutes(deps: Deps) {
  return newRouter().openapi(create, async (c) => {
    const principal = c.get('principal');
    requirePermission(principal, 'read');
    const { workspaceId } = principal;
    const { id: artifactId } = c.req.valid('param');
    const { expiresInSeconds } = c.req.valid('json');
    const row = await findVisible(deps, principal, artifactId);
    if (row.deleted_at) throw new Problem('not_found');
    const dataKey = await deps.dataKeys(workspaceId);
    const response = await once(c, deps, {
      run: async (trx) => {
        // In whole seconds, as the link has it.
        const expiresAt = new Date((Math.floor(deps.now().getTime() / 1000) + expiresInSeconds) * 1000);
        // Links are not stored, so a rehearsed one would open what it is for: its time is over already.
        const until = isDryRun(c) ? deps.now() : expiresAt;
        const path = linkPath(dataKey, { workspaceId, artifactId, expiresAt: until, audience: audienceOf(principal) });
        const entry = {
          workspaceId,
          actor: actorOf(principal),
          action: 'artifact.linked',
          subjectId: artifactId,
        } as const;
        await recordAudit({ ...deps, db: trx }, { ...entry, details: { expiresAt } });
        return { status: 201, body: { url: deps.publicUrl + path, expiresAt: expiresAt.toISOString() } };
      },
    });
    return response as never; // stored bytes, checked against the schema when they were made
  });
}
