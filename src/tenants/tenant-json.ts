import { z } from '@hono/zod-openapi';
import { problemBody } from '../http/problems.ts';
import { instantOut, problemSchema } from '../http/router.ts';
import { matchFields } from '../microsoft/match-fields.ts';
import { Problem, type ProblemCode } from '../problem.ts';
import { deploymentRegistrationId } from '../registrations/registration.ts';
import { needsTeamsPolicy, permissionsOf, type TenantRow } from './tenant.ts';

const problemOut = problemSchema.omit({ requestId: true });
/** By what the people of a side are found. Members and visitors have attributes by names of this form. */
export const identityRule = z.strictObject({
  local: z
    .string({ error: 'Use email, or attribute: and the name of an attribute.' })
    .regex(/^(email|attribute:[\w.-]{1,64})$/, 'Use email, or attribute: and the name of an attribute.'),
  remote: z.enum(matchFields, { error: `Use one of ${matchFields.join(', ')}.` }),
});

const ruleOut = z.object({ local: z.string(), remote: z.enum(matchFields) });

export const defaultOrganizerSchema = z
  .object({
    userPrincipalName: z.string(),
    organizerId: z.string().nullable().openapi({ description: '`null` until the name was found in the directory.' }),
    problem: problemOut.nullable(),
    askedAt: instantOut.nullable(),
  })
  .openapi('DefaultOrganizer');

export const tenantSchema = z
  .object({
    id: z.string(),
    registrationId: z.string().openapi({ description: '`deployment` is the server’s own registration.' }),
    clientId: z.string().nullable().openapi({ description: '`null` while the server’s own is not configured.' }),
    tenantId: z.string(),
    name: z.string().nullable(),
    domains: z.array(z.string()),
    stage: z.enum(['setup', 'pilot', 'live', 'paused']),
    features: z.array(z.string()),
    reduced: z.boolean().openapi({ description: '`User.ReadBasic.All` instead of `User.Read.All`.' }),
    permissions: z.array(
      z.object({
        name: z.string(),
        id: z.string(),
        reasons: z.array(z.string()),
        granted: z
          .boolean()
          .nullable()
          .openapi({ description: '`null`: no token yet, or granted by Exchange, where no token shows it.' }),
      }),
    ),
    policyName: z.string(),
    needsTeamsPolicy: z.boolean(),
    exchangeScope: z.enum(['rbac', 'access-policy', 'none']),
    exchangeGroup: z.string().nullable(),
    outsideMailbox: z.string().nullable(),
    identityRules: z.object({ operator: ruleOut, visitor: ruleOut }),
    defaultOrganizer: defaultOrganizerSchema.nullable(),
    consentedAt: instantOut.nullable().openapi({ description: 'When somebody came back from consent: a claim.' }),
    verifiedAt: instantOut.nullable().openapi({ description: 'When Parley last got a token: the proof.' }),
    servicePrincipalId: z.string().nullable(),
    roles: z.array(z.string()).openapi({ description: 'Application permissions in the last token.' }),
    problem: problemOut.nullable().openapi({ description: 'Why no token can be had.' }),
    createdAt: instantOut,
    updatedAt: instantOut,
  })
  .openapi('Tenant');

/** A tenant as the API shows it. `problem` is what a check has just met, when it is not what the row remembers. */
export function presentTenant(
  row: TenantRow,
  { clientId, problem = rememberedProblem(row) }: { clientId: string | null; problem?: Problem | undefined },
): z.infer<typeof tenantSchema> {
  return {
    id: row.id,
    registrationId: row.registration_id ?? deploymentRegistrationId,
    clientId,
    tenantId: row.tenant_id,
    name: row.tenant_name,
    domains: row.tenant_domains,
    stage: row.stage,
    features: row.features,
    reduced: row.reduced,
    permissions: permissionsOf(row),
    policyName: row.policy_name,
    needsTeamsPolicy: needsTeamsPolicy(row),
    exchangeScope: row.exchange_scope,
    exchangeGroup: row.exchange_group,
    outsideMailbox: row.outside_mailbox,
    identityRules: row.identity_rules,
    defaultOrganizer: presentDefaultOrganizer(row),
    consentedAt: row.consented_at?.toISOString() ?? null,
    verifiedAt: row.verified_at?.toISOString() ?? null,
    servicePrincipalId: row.service_principal_id,
    roles: row.roles,
    problem: problem ? presentProblem(row, problem) : null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** The tenant's default organizer with what stands in the way of it; `null` when none is chosen. */
export function presentDefaultOrganizer(row: TenantRow): z.infer<typeof defaultOrganizerSchema> | null {
  if (row.default_organizer_upn === null) return null;
  const problem = row.default_organizer_problem;
  return {
    userPrincipalName: row.default_organizer_upn,
    organizerId: row.default_organizer_id,
    problem: problem ? withoutRequest(new Problem(problem)) : null,
    askedAt: row.default_organizer_asked_at?.toISOString() ?? null,
  };
}

function rememberedProblem(row: TenantRow): Problem | undefined {
  return row.problem_code ? new Problem(row.problem_code, { provider: row.provider_answer ?? undefined }) : undefined;
}

/** What a workspace puts right at its own registration; the remedies in the table speak of the server's. */
const aboutCredentials: Partial<Record<ProblemCode, string>> = {
  app_credential_missing:
    'The app registration has no credential here that can be used: add a certificate or a secret to it.',
  app_secret_wrong: 'It is a secret of this workspace’s app registration: add the right one there.',
  app_secret_expired: 'It is a secret of this workspace’s app registration: add a new one there.',
  app_credential_refused: 'It is a credential of this workspace’s app registration: replace it there.',
};

function presentProblem(row: TenantRow, problem: Problem) {
  const body = withoutRequest(problem);
  const advice = row.registration_id === null ? undefined : aboutCredentials[problem.code];
  return body.detail === undefined && advice !== undefined ? { ...body, detail: advice } : body;
}

function withoutRequest(problem: Problem): z.infer<typeof problemOut> {
  const { requestId: _, ...body } = problemBody(problem, '');
  return body;
}
