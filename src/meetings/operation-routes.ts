import { createRoute, z } from '@hono/zod-openapi';
import { preferenceOf } from '../http/prefer.ts';
import { json, newRouter, problemAnswers } from '../http/router.ts';
import { waited } from './answer-later.ts';
import { operationSchema, presentOperation } from './operation-json.ts';
import { getOperation } from './operation.ts';

const read = createRoute({
  method: 'get',
  path: '/v1/operations/{id}',
  tags: ['Operations'],
  description:
    'What became of a request that was answered with 202. With `Prefer: wait=30`, the answer is held back until the operation is over.',
  request: {
    params: z.object({
      id: z
        .string()
        .max(100, 'An id has at most 100 characters.')
        .regex(/^[\w-]+$/, 'An id has letters, digits, “_” and “-” only.')
        .openapi({ param: { name: 'id', in: 'path' }, description: 'The id of the operation' }),
    }),
  },
  responses: { 200: json(operationSchema, 'The operation'), ...problemAnswers },
});

/** `/v1/operations`: what requests set going at Microsoft. */
export function operationRoutes(deps: Parameters<typeof waited>[0]) {
  return newRouter().openapi(read, async (c) => {
    const { workspaceId } = c.get('principal');
    const operation = await getOperation(deps, workspaceId, c.req.valid('param').id);
    const { waitSeconds } = preferenceOf(c);
    const isWaiting = waitSeconds > 0 && operation.status === 'pending';
    if (isWaiting) c.header('Preference-Applied', `wait=${waitSeconds}`);
    return c.json(
      presentOperation(isWaiting ? await waited(deps, workspaceId, operation, waitSeconds) : operation),
      200,
    );
  });
}
