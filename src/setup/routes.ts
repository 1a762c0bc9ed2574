import { createRoute, z } from '@hono/zod-openapi';
import { requireMember, requirePermission } from '../access/principal.ts';
import type { DiagnosisDeps } from '../diagnostics/check.ts';
import { idParam, idText, json, jsonBody, newRouter, problemAnswers, singleLine } from '../http/router.ts';
import type { Log } from '../log.ts';
import type { OrganizerDeps } from '../organizers/service.ts';
import { isGuid } from '../registrations/registration.ts';
import type { TenantDeps } from '../tenants/service.ts';
import { exportText } from './export.ts';
import { checkStep, goLive, makeScript, readSetup } from './service.ts';
import { presentSetup, presentStep, scriptSchema, setupSchema, stepSchema } from './setup-json.ts';
import { setupRoles, stepNames } from './step.ts';

const tags = ['Setup'];
const params = idParam('the tenant connection');
const groupId = z
  .string({ error: 'Give the object id of a group.' })
  .refine(isGuid, 'Give the object id of a group: a GUID.');

const read = createRoute({
  method: 'get',
  path: '/v1/tenants/{id}/setup',
  tags,
  description: 'The guide from an empty registration to go-live, as it stands. Nothing is asked of Microsoft.',
  request: { params },
  responses: { 200: json(setupSchema, 'The eight steps and the checklist'), ...problemAnswers },
});

const check = createRoute({
  method: 'post',
  path: '/v1/tenants/{id}/setup/{step}/check',
  tags,
  description:
    'Checks one step live. `test` makes a Teams meeting 300 days ahead, without attendees, and deletes it. It usually takes some seconds.',
  request: {
    params: params.extend({
      step: z
        .enum(stepNames, { error: `Give one of ${stepNames.join(', ')}.` })
        .openapi({ param: { name: 'step', in: 'path' } }),
    }),
  },
  responses: { 200: json(stepSchema, 'The step as it is now'), ...problemAnswers },
});

const exported = createRoute({
  method: 'get',
  path: '/v1/tenants/{id}/setup/export',
  tags,
  description:
    'The state as a text for a mail to whoever holds the other role: what is left, step by step, with the exact scripts. No secrets.',
  request: {
    params,
    query: z.object({
      role: z
        .enum(setupRoles, { error: `Give one of ${setupRoles.join(', ')}.` })
        .optional()
        .openapi({ description: 'Only what this role can do; everything that is left by default' }),
    }),
  },
  responses: {
    200: { content: { 'text/plain': { schema: z.string() } }, description: 'The text' },
    ...problemAnswers,
  },
});

const live = createRoute({
  method: 'post',
  path: '/v1/tenants/{id}/go-live',
  tags,
  description:
    'Signs a stage off. Only a person who is signed in can; what is not green is named by `setup_incomplete`. By signing one says that logging and monitoring were reviewed.',
  request: {
    params,
    body: jsonBody(z.strictObject({ stage: z.enum(['pilot', 'live'], { error: 'Give pilot or live.' }) })),
  },
  responses: { 200: json(setupSchema, 'The guide as it is now'), ...problemAnswers },
});

const target = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('users'),
    organizerIds: z.array(idText).min(1, 'Choose at least one organizer.').max(5000, 'At most 5,000 organizers.'),
  }),
  z.strictObject({ kind: z.literal('group-members'), groupId }),
  z.strictObject({
    kind: z.literal('group'),
    groupId,
    rank: z
      .int('A rank is a whole number.')
      .min(1, 'A rank is at least 1.')
      .max(1000, 'A rank is at most 1,000.')
      .optional(),
  }),
  z.strictObject({ kind: z.literal('everyone') }),
]);

const script = createRoute({
  method: 'post',
  path: '/v1/tenants/{id}/scripts',
  tags,
  description:
    'A PowerShell script about the Teams application access policy, filled in. A grant reads first what is in force, and stops without a change when that is another policy.',
  request: {
    params,
    body: jsonBody(
      z.strictObject({
        kind: z.enum(['grant', 'validate', 'revoke', 'show', 'create', 'extend', 'remove', 'roster'], {
          error: 'Give the kind of script.',
        }),
        target: target.optional().openapi({
          description: 'Everybody who is allowed by default; `validate` then shows all who have the policy',
        }),
        policyName: singleLine(200)
          .optional()
          .openapi({ description: 'For `extend`: the policy that people have already, if it is not the tenant’s.' }),
      }),
    ),
  },
  responses: { 200: json(scriptSchema, 'The script'), ...problemAnswers },
});

/** `/v1/tenants/{id}/setup`: the guide from an empty registration to go-live. */
export function setupRoutes(deps: TenantDeps & OrganizerDeps & DiagnosisDeps & { log: Log }) {
  return newRouter()
    .openapi(read, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const setup = await readSetup(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      return c.json(presentSetup(setup), 200);
    })
    .openapi(exported, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const setup = await readSetup(deps, c.get('principal').workspaceId, c.req.valid('param').id);
      return c.text(exportText(setup, c.req.valid('query').role), 200);
    })
    .openapi(check, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const { id, step } = c.req.valid('param');
      return c.json(presentStep(await checkStep(deps, c.get('principal').workspaceId, id, step)), 200);
    })
    .openapi(live, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const member = requireMember(c.get('principal'));
      const setup = await goLive(deps, member, c.req.valid('param').id, c.req.valid('json').stage);
      return c.json(presentSetup(setup), 200);
    })
    .openapi(script, async (c) => {
      requirePermission(c.get('principal'), 'manage');
      const { id } = c.req.valid('param');
      return c.json(await makeScript(deps, c.get('principal').workspaceId, id, c.req.valid('json')), 200);
    });
}
