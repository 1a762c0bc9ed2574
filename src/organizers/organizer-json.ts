import { z } from '@hono/zod-openapi';
import { problemBody } from '../http/problems.ts';
import { instantOut, problemSchema } from '../http/router.ts';
import { matchFields } from '../microsoft/match-fields.ts';
import { Problem, type ProblemCode } from '../problem.ts';
import { needsTeamsPolicy, type TenantRow } from '../tenants/tenant.ts';
import type { OrganizerRow } from './organizer.ts';
import { policySentence } from './policy-sentence.ts';

export const problemOut = problemSchema.omit({ requestId: true });

export const organizerSchema = z
  .object({
    id: z.string(),
    tenantId: z.string().openapi({ description: 'The tenant connection: `ten_…`.' }),
    objectId: z.string(),
    userPrincipalName: z.string().nullable(),
    mail: z.string().nullable(),
    displayName: z.string().nullable(),
    memberId: z.string().nullable().openapi({ description: 'The operator whose meetings they own.' }),
    match: z
      .object({ local: z.string(), remote: z.enum(matchFields), value: z.string(), at: instantOut })
      .nullable()
      .openapi({
        description: 'How they were found: the rule and the value. The object id is what counts from then on.',
      }),
    accountEnabled: z.boolean().nullable(),
    userType: z.enum(['Member', 'Guest']).nullable(),
    teamsLicensed: z.boolean().nullable(),
    problem: problemOut.nullable().openapi({ description: 'What the last look in the directory found wrong.' }),
    lookedUpAt: instantOut.nullable(),
    allowed: z.boolean(),
    pilot: z.boolean(),
    policy: z.object({
      state: z.enum(['unknown', 'granted', 'denied', 'propagating']),
      needed: z.boolean(),
      since: instantOut.nullable().openapi({ description: 'When somebody said that the policy was granted.' }),
      provenAt: instantOut.nullable(),
      inForce: z.string().nullable().openapi({ description: 'The policy that an administrator’s list named.' }),
      probedAt: instantOut.nullable(),
      nextProbeAt: instantOut.nullable(),
      problem: problemOut.nullable(),
      sentence: z.string(),
    }),
    createdAt: instantOut,
    updatedAt: instantOut,
  })
  .openapi('Organizer');

/** An organizer as the API shows them. */
export function presentOrganizer(row: OrganizerRow, tenant: TenantRow): z.infer<typeof organizerSchema> {
  return {
    id: row.id,
    tenantId: row.tenant_connection_id,
    objectId: row.object_id,
    userPrincipalName: row.user_principal_name,
    mail: row.mail,
    displayName: row.display_name,
    memberId: row.member_id,
    match: row.match,
    accountEnabled: row.account_enabled,
    userType: row.user_type,
    teamsLicensed: row.teams_licensed,
    problem: presentProblem(row.problem_code),
    lookedUpAt: row.looked_up_at?.toISOString() ?? null,
    allowed: row.allowed,
    pilot: row.pilot,
    policy: presentPolicy(row, tenant),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function presentPolicy(row: OrganizerRow, tenant: TenantRow): z.infer<typeof organizerSchema>['policy'] {
  const needed = needsTeamsPolicy(tenant);
  const problem = row.probe_problem_code;
  return {
    state: row.policy_state,
    needed,
    since: row.policy_granted_at?.toISOString() ?? null,
    provenAt: row.policy_proven_at?.toISOString() ?? null,
    inForce: row.policy_in_force,
    probedAt: row.probed_at?.toISOString() ?? null,
    nextProbeAt: needed ? (row.probe_at?.toISOString() ?? null) : null,
    problem: problem ? withoutRequest(new Problem(problem, { provider: row.probe_answer ?? undefined })) : null,
    sentence: policySentence(row, { needsPolicy: needed, policyName: tenant.policy_name }),
  };
}

function presentProblem(code: ProblemCode | null) {
  return code ? withoutRequest(new Problem(code)) : null;
}

/** A problem inside of an answer, which is about something else than the request. */
export function withoutRequest(problem: Problem): z.infer<typeof problemOut> {
  const { requestId: _, ...body } = problemBody(problem, '');
  return body;
}
