import { createRoute, z } from '@hono/zod-openapi';
import { requireMember, requirePermission } from '../access/principal.ts';
import { problemBody } from '../http/problems.ts';
import { idParam, instantOut, json, newRouter, problemAnswers, problemSchema } from '../http/router.ts';
import { Problem } from '../problem.ts';
import { deploymentRegistrationId } from '../registrations/registration.ts';
import { splitScopes, type ConnectionRow } from './connection.ts';
import {
  canHoldMeetings,
  connectionState,
  consentedAppsUrl,
  disconnect,
  findConnection,
  getConnection,
  listConnections,
  shareableConsentUrl,
  startConnecting,
  type ConnectionDeps,
} from './service.ts';

const connectionSchema = z
  .object({
    id: z.string(),
    memberId: z.string().nullable().openapi({ description: 'Whose it is; `null`: of somebody who is no member.' }),
    provider: z.literal('teams'),
    kind: z.literal('delegated'),
    registrationId: z.string().openapi({ description: 'The app registration that it was granted to.' }),
    state: z.enum(['connected', 'reconnect_needed', 'personal_account']),
    takesBookings: z.boolean().openapi({ description: 'Whether meetings can be made through it now.' }),
    problem: problemSchema.omit({ requestId: true }).nullable(),
    externalId: z.string().nullable().openapi({ description: 'What the application that asked calls its owner.' }),
    metadata: z.record(z.string(), z.unknown()).openapi({ description: 'Notes of that application.' }),
    accountEmail: z.string().nullable(),
    accountName: z.string().nullable(),
    tenantId: z.string(),
    objectId: z.string(),
    grantedScopes: z.array(z.string()),
    missingScopes: z.array(z.string()),
    accessTokenExpiresAt: instantOut,
    consentedAppsUrl: z.string().openapi({ description: 'Where the owner of the account removes what they granted.' }),
    lastUsedAt: instantOut.nullable(),
    createdAt: instantOut,
    updatedAt: instantOut,
  })
  .openapi('Connection');

const integrationSchema = z
  .object({
    configured: z.boolean().openapi({ description: 'False: OAuth isn’t configured on this server yet.' }),
    registrationId: z
      .string()
      .nullable()
      .openapi({ description: 'The app registration that people connect through; `deployment` is the server’s own.' }),
    clientId: z.string().nullable(),
    tenant: z.string().nullable(),
    redirectUri: z.string().openapi({ description: 'What must be registered in Entra, to the letter.' }),
    scopes: z.array(z.string()),
    adminConsentUrl: z
      .string()
      .nullable()
      .openapi({ description: 'For the administrator of a tenant whose users need approval.' }),
    connection: connectionSchema.nullable(),
  })
  .openapi('TeamsIntegration');

const params = idParam('the connection');
const tags = ['Connections'];

const integration = createRoute({
  method: 'get',
  path: '/v1/integrations/teams',
  tags,
  responses: { 200: json(integrationSchema, 'The signed-in member’s view of Microsoft Teams'), ...problemAnswers },
});
const connect = createRoute({
  method: 'post',
  path: '/v1/integrations/teams/connect',
  tags,
  description: 'Starts a consent in this browser session and gives the address of Microsoft’s sign-in page.',
  responses: { 200: json(z.object({ url: z.string() }), 'Where to go'), ...problemAnswers },
});
const list = createRoute({
  method: 'get',
  path: '/v1/connections',
  tags,
  responses: {
    200: json(z.object({ data: z.array(connectionSchema) }), 'The workspace’s connections; never their tokens'),
    ...problemAnswers,
  },
});
const read = createRoute({
  method: 'get',
  path: '/v1/connections/{id}',
  tags,
  request: { params },
  responses: { 200: json(connectionSchema, 'The connection'), ...problemAnswers },
});
const remove = createRoute({
  method: 'delete',
  path: '/v1/connections/{id}',
  tags,
  description:
    'Deletes the connection and its tokens here. Microsoft keeps the grant until it is removed at `consentedAppsUrl`.',
  request: { params },
  responses: { 204: { description: 'Disconnected' }, ...problemAnswers },
});

/** `/v1/connections` and the member's own integration with Microsoft Teams. */
export function connectionRoutes(deps: ConnectionDeps) {
  const scopesOf = async (workspaceId: string) => (await deps.apps.findForSignIn(workspaceId))?.scopes ?? [];
  return newRouter()
    .openapi(integration, async (c) => {
      const member = requireMember(c.get('principal'));
      const connection = await findConnection(deps, member);
      const app = await deps.apps.findForSignIn(member.workspaceId);
      const scopes = app?.scopes ?? [];
      return c.json(
        {
          configured: app !== undefined,
          registrationId: app ? (app.registrationId ?? deploymentRegistrationId) : null,
          clientId: app?.clientId ?? null,
          tenant: app?.tenant ?? null,
          redirectUri: app?.redirectUri ?? deps.redirectUri,
          scopes,
          adminConsentUrl: app ? shareableConsentUrl({ app }) : null,
          connection: connection ? presentConnection(connection, scopes) : null,
        },
        200,
      );
    })
    .openapi(connect, async (c) => c.json({ url: await startConnecting(deps, c.get('principal')) }, 200))
    .openapi(list, async (c) => {
      const { workspaceId } = c.get('principal');
      const scopes = await scopesOf(workspaceId);
      const rows = await listConnections(deps, workspaceId);
      return c.json({ data: rows.map((row) => presentConnection(row, scopes)) }, 200);
    })
    .openapi(read, async (c) => {
      const { workspaceId } = c.get('principal');
      const row = await getConnection(deps, workspaceId, c.req.valid('param').id);
      return c.json(presentConnection(row, await scopesOf(workspaceId)), 200);
    })
    .openapi(remove, async (c) => {
      const principal = c.get('principal');
      const row = await getConnection(deps, principal.workspaceId, c.req.valid('param').id);
      const own = principal.kind === 'member' && row.member_id === principal.memberId;
      if (!own) requirePermission(principal, 'manage');
      await disconnect(deps, principal.workspaceId, row.id);
      return c.body(null, 204);
    });
}

function presentConnection(row: ConnectionRow, requiredScopes: string[]): z.infer<typeof connectionSchema> {
  const state = connectionState(row, requiredScopes);
  return {
    id: row.id,
    memberId: row.member_id,
    provider: row.provider,
    kind: row.kind,
    registrationId: row.registration_id ?? deploymentRegistrationId,
    state: state.state,
    takesBookings: canHoldMeetings(row),
    problem: presentReason(state),
    externalId: row.external_id,
    metadata: row.metadata,
    accountEmail: row.account_email,
    accountName: row.account_name,
    tenantId: row.tenant_id,
    objectId: row.object_id,
    grantedScopes: splitScopes(row.granted_scopes),
    missingScopes: state.state === 'reconnect_needed' ? state.missingScopes : [],
    accessTokenExpiresAt: row.access_token_expires_at.toISOString(),
    consentedAppsUrl: consentedAppsUrl(row),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function presentReason(state: ReturnType<typeof connectionState>) {
  if (state.state === 'connected') return null;
  const { requestId: _, ...body } = problemBody(
    state.state === 'personal_account' ? new Problem('personal_account') : state.problem,
    '',
  );
  return body;
}
