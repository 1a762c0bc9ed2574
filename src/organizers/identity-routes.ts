import { createRoute, z } from '@hono/zod-openapi';
import { principalScope, requirePermission } from '../access/principal.ts';
import {
  idParam,
  idText,
  json,
  jsonBody,
  newRouter,
  problemAnswers,
  singleLine,
  type ApiContext,
} from '../http/router.ts';
import { Problem } from '../problem.ts';
import { getTenant } from '../tenants/service.ts';
import { identityRule } from '../tenants/tenant-json.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import { keepMatches, membersToMatch } from './keep-matches.ts';
import { matchMembers, matchValues, mostPeople, type IdentityRow } from './matching.ts';
import { problemOut, withoutRequest } from './organizer-json.ts';
import type { OrganizerDeps } from './service.ts';

const tags = ['Organizers'];

const candidateSchema = z.object({
  objectId: z.string(),
  displayName: z.string().nullable(),
  userPrincipalName: z.string().nullable(),
  mail: z.string().nullable(),
  accountEnabled: z.boolean().nullable(),
  userType: z.enum(['Member', 'Guest']).nullable(),
  teamsLicensed: z.boolean().nullable(),
  hasMailbox: z.boolean().nullable().openapi({ description: '`null`: not known, or the app does not use calendars.' }),
});
const rowSchema = z
  .object({
    memberId: z.string().nullable(),
    name: z.string().nullable(),
    value: z.string().nullable(),
    outcome: z.enum(['one', 'none', 'several', 'no_value', 'not_known']),
    candidates: z.array(candidateSchema),
    notes: z.array(z.enum(['disabled', 'guest', 'no_mailbox', 'renamed', 'differing_case', 'not_licensed'])),
    organizerId: z.string().nullable(),
    problem: problemOut.nullable(),
  })
  .openapi('IdentityMatch');
const answer = z.object({
  data: z.array(rowSchema),
  remaining: z.number().int().openapi({ description: 'How many more people there are than one request looks for.' }),
});

const people = z.array(idText).max(mostPeople, `At most ${mostPeople} people at a time.`).optional();

const preview = createRoute({
  method: 'post',
  path: '/v1/tenants/{id}/identity-preview',
  tags,
  description: `Shows whom a rule finds in the directory, for at most ${mostPeople} people, and keeps nothing.`,
  request: {
    params: idParam('the tenant connection'),
    body: jsonBody(
      z.strictObject({
        side: z.enum(['operator', 'visitor']),
        rule: identityRule.optional().openapi({ description: 'Instead of the tenant’s own rule.' }),
        values: z.array(singleLine(320)).max(mostPeople, `At most ${mostPeople} values at a time.`).optional(),
        memberIds: people,
      }),
    ),
  },
  responses: { 200: json(answer, 'Whom the rule finds'), ...problemAnswers },
});
const match = createRoute({
  method: 'post',
  path: '/v1/tenants/{id}/identity-match',
  tags,
  description:
    'Matches operators by the tenant’s rule. Matches beyond doubt become organizers, by object id; of several candidates only the one that `choose` names.',
  request: {
    params: idParam('the tenant connection'),
    body: jsonBody(
      z.strictObject({
        memberIds: people,
        choose: z.record(idText, singleLine(64, 'Give an object id.')).optional(),
        allow: z.boolean().default(true).openapi({ description: 'Whether those who are new may own meetings.' }),
      }),
    ),
  },
  responses: { 200: json(answer, 'What became of each'), ...problemAnswers },
});

/** Who of the directory our people are: shown first, kept on request. */
export function identityRoutes(deps: OrganizerDeps) {
  const tenantOf = async (c: ApiContext, id: string): Promise<TenantRow> => {
    requirePermission(c.get('principal'), 'manage');
    return getTenant(deps, c.get('principal').workspaceId, id);
  };
  return newRouter()
    .openapi(preview, async (c) => {
      const tenant = await tenantOf(c, c.req.valid('param').id);
      const { rows, remaining } = await previewRows(deps, tenant, c.req.valid('json'));
      return c.json({ data: rows.map(present), remaining }, 200);
    })
    .openapi(match, async (c) => {
      const tenant = await tenantOf(c, c.req.valid('param').id);
      const by = principalScope(c.get('principal'));
      const { rows, remaining } = await keepMatches(deps, tenant, { ...c.req.valid('json'), by });
      return c.json({ data: rows.map(present), remaining }, 200);
    });
}

type PreviewBody = z.infer<(typeof preview.request.body.content)['application/json']['schema']>;

async function previewRows(
  deps: OrganizerDeps,
  tenant: TenantRow,
  { side, rule = tenant.identity_rules[side], values, memberIds }: PreviewBody,
): Promise<{ rows: IdentityRow[]; remaining: number }> {
  if (values) return { rows: await matchValues(deps, tenant, { values, rule, side }), remaining: 0 };
  if (side === 'visitor')
    throw new Problem('invalid_request', {
      errors: [{ pointer: '/values', detail: 'Give some values: visitors are not kept here.' }],
    });
  const { members, remaining } = await membersToMatch(deps, tenant, { memberIds, unmatchedFirst: false });
  return { rows: await matchMembers(deps, tenant, { members, rule }), remaining };
}

function present(row: IdentityRow): z.infer<typeof rowSchema> {
  return {
    memberId: row.member?.id ?? null,
    name: row.member?.name ?? null,
    value: row.value,
    outcome: row.outcome,
    candidates: row.candidates.map((person) => ({
      objectId: person.id,
      displayName: person.displayName ?? null,
      userPrincipalName: person.userPrincipalName ?? null,
      mail: person.mail ?? null,
      accountEnabled: person.accountEnabled ?? null,
      userType: person.userType ?? null,
      teamsLicensed: person.teamsLicensed ?? null,
      hasMailbox: person.hasMailbox,
    })),
    notes: row.notes,
    organizerId: row.organizer?.id ?? null,
    problem: row.problem ? withoutRequest(row.problem) : null,
  };
}
