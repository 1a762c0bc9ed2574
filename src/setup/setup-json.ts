import { z } from '@hono/zod-openapi';
import { findingSchema } from '../diagnostics/finding-json.ts';
import { instantOut } from '../http/router.ts';
import type { Setup } from './service.ts';
import { setupRoles, stepNames, stepStates, type Step } from './step.ts';

export const scriptSchema = z
  .object({
    title: z.string(),
    shell: z.enum(['teams', 'exchange', 'graph']),
    text: z.string().openapi({ description: 'A whole script: modules, sign-in, work. It can be pasted as it is.' }),
  })
  .openapi('SetupScript');

export const stepSchema = z
  .object({
    number: z.number().int(),
    name: z.enum(stepNames),
    title: z.string(),
    why: z.string(),
    role: z.enum(setupRoles).openapi({ description: 'Who can do it' }),
    state: z.enum(stepStates).openapi({
      description:
        '`open`: not checked, or changed since; `waiting`: for another step, or for Microsoft to apply what was done',
    }),
    sentence: z.string().openapi({ description: 'The state in words' }),
    todo: z.array(z.string()),
    values: z.array(z.object({ label: z.string(), value: z.string(), copy: z.boolean() })),
    scripts: z.array(scriptSchema),
    link: z.object({ label: z.string(), url: z.string() }).nullable(),
    findings: z.array(findingSchema).openapi({ description: 'What the last check found, unless it no longer counts' }),
    checkedAt: instantOut.nullable(),
  })
  .openapi('SetupStep');

export const setupSchema = z
  .object({
    tenantId: z.string(),
    stage: z.enum(['setup', 'pilot', 'live', 'paused']),
    steps: z.array(stepSchema),
    checklist: z.array(
      z.object({
        label: z.string(),
        ok: z.boolean(),
        detail: z.string(),
        neededFor: z
          .enum(['pilot', 'live'])
          .openapi({ description: 'What is needed for the pilot is needed live too' }),
        bySigning: z.boolean().openapi({ description: 'Nothing that Parley can see: the person who signs says so' }),
      }),
    ),
    signOffs: z.array(z.object({ stage: z.enum(['pilot', 'live']), signedBy: z.string(), at: instantOut })),
    ready: z
      .object({ pilot: z.boolean(), live: z.boolean() })
      .openapi({ description: 'Whether everything but the signature is there' }),
  })
  .openapi('TenantSetup');

/** A step as the API answers it. */
export function presentStep({ checkedAt, ...step }: Step): z.infer<typeof stepSchema> {
  return { ...step, checkedAt: checkedAt?.toISOString() ?? null };
}

/** The whole guide as the API answers it. */
export function presentSetup({ facts, steps, checklist, ready }: Setup): z.infer<typeof setupSchema> {
  return {
    tenantId: facts.tenant.id,
    stage: facts.tenant.stage,
    steps: steps.map(presentStep),
    checklist,
    signOffs: facts.signOffs.map((row) => ({
      stage: row.stage,
      signedBy: row.signed_by,
      at: row.created_at.toISOString(),
    })),
    ready,
  };
}
