import { createRoute, z } from '@hono/zod-openapi';
import { requireOfKey, requirePermission, type Principal } from '../access/principal.ts';
import { idText, instantOut, json, jsonBody, newRouter, problemAnswers } from '../http/router.ts';
import type { Log } from '../log.ts';
import { Problem } from '../problem.ts';
import { delegatedCheckNames, tenantCheckNames, type DiagnosisDeps } from './check.ts';
import { findingSchema, presentFinding } from './finding-json.ts';
import { diagnose, diagnoseTenant, whomToDiagnose, type Diagnosis } from './service.ts';

const count = z.number().int();
const diagnosisSchema = z
  .object({
    startedAt: instantOut,
    findings: z.array(findingSchema),
    summary: z.object({ ok: count, warning: count, failed: count, skipped: count, not_known: count }),
    report: z.string().openapi({ description: 'Everything as a text to hand on: ids, codes and times, no secrets' }),
  })
  .openapi('Diagnosis');

const bodySchema = z.strictObject({
  roundTrip: z
    .boolean({ error: 'Give true or false.' })
    .default(false)
    .openapi({ description: 'Also makes a Teams meeting 300 days ahead, without attendees, and deletes it.' }),
  memberId: idText.optional().openapi({
    description:
      'Whose connection: oneself by default. Others’ need the right to manage; keys must name one, or a tenant.',
  }),
  tenantId: idText.optional().openapi({
    description: 'A whole tenant instead, by the id of its connection (ten_…). Needs the right to manage.',
  }),
  checks: z
    .array(z.string())
    .min(1, { error: 'Name at least one check, or leave the field out.' })
    .max(30)
    .optional()
    .openapi({ description: `Runs these, with what they build on, and tells of these alone: ${namesInWords()}.` }),
});
type Body = z.infer<typeof bodySchema>;

function namesInWords(): string {
  return `of a member ${delegatedCheckNames.join(', ')}; of a tenant ${tenantCheckNames.join(', ')}`;
}

const run = createRoute({
  method: 'post',
  path: '/v1/diagnostics',
  tags: ['Diagnostics'],
  description:
    'Checks live, at Microsoft too, what the meetings of a member or of a whole tenant need. It usually takes some seconds, and up to a minute and a half where nothing answers.',
  request: { body: jsonBody(bodySchema) },
  responses: { 200: json(diagnosisSchema, 'What was found'), ...problemAnswers },
});

/** `/v1/diagnostics`. */
export function diagnosticsRoutes(deps: DiagnosisDeps & { log: Log }) {
  return newRouter().openapi(run, async (c) => {
    const { startedAt, findings, summary, report } = await lookAt(deps, c.get('principal'), c.req.valid('json'));
    return c.json({ startedAt: startedAt.toISOString(), findings: findings.map(presentFinding), summary, report }, 200);
  });
}

async function lookAt(deps: DiagnosisDeps & { log: Log }, principal: Principal, body: Body): Promise<Diagnosis> {
  const { roundTrip, memberId, tenantId } = body;
  if (roundTrip) requireOfKey(principal, 'diagnostics:write');
  if (tenantId === undefined) {
    const subject = await whomToDiagnose(deps, principal, memberId);
    return diagnose(deps, subject, { roundTrip, only: among(delegatedCheckNames, body) });
  }
  requirePermission(principal, 'manage');
  if (memberId !== undefined) {
    const detail = 'Name a member or a tenant, not both.';
    throw new Problem('invalid_request', { errors: [{ pointer: '/tenantId', detail }] });
  }
  const whose = { workspaceId: principal.workspaceId, tenantConnectionId: tenantId };
  return diagnoseTenant(deps, whose, { roundTrip, only: among(tenantCheckNames, body) });
}

/** The checks that were asked for; of a member and of a tenant they are different ones. */
function among<Name extends string>(names: readonly Name[], { checks }: Body): Name[] | undefined {
  return checks?.map((check, index) => {
    const name = names.find((one) => one === check);
    if (name !== undefined) return name;
    const detail = `Choose among: ${names.join(', ')}.`;
    throw new Problem('invalid_request', { errors: [{ pointer: `/checks/${index}`, detail }] });
  });
}
