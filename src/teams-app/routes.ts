import { createRoute, z } from '@hono/zod-openapi';
import { requirePermission } from '../access/principal.ts';
import { json, jsonBody, newRouter, problemAnswers, singleLine } from '../http/router.ts';
import { Problem } from '../problem.ts';
import { deploymentRegistrationId, entraPage } from '../registrations/registration.ts';
import { packApp } from './package.ts';
import { changeTeamsApp, getTeamsApp, type TeamsApp, type TeamsAppDeps } from './service.ts';
import { hostClients, longest, manifestVersions, obstacleOf, ssoScope, tabUrl } from './teams-app.ts';

const httpsUrl = z
  .string({ error: 'Give an address that begins with https://.' })
  .max(longest.url, `At most ${longest.url} characters.`)
  .pipe(z.url({ protocol: /^https$/, error: 'Give a whole address that begins with https://.' }));

const settingsInput = z
  .strictObject({
    name: singleLine(longest.shortName)
      .optional()
      .openapi({ description: 'What people see beside the icon in Teams.' }),
    developerName: singleLine(longest.developer).optional(),
    websiteUrl: httpsUrl.optional(),
    privacyUrl: httpsUrl.optional(),
    termsOfUseUrl: httpsUrl.optional(),
    manifestVersion: z
      .enum(manifestVersions, { error: `Choose one of ${manifestVersions.join(', ')}.` })
      .optional()
      .openapi({ description: 'An older schema, for an admin center that does not take the current one yet.' }),
  })
  .openapi('TeamsAppSettings');

const teamsAppSchema = z
  .object({
    appId: z.string().openapi({ description: 'The id of the app in Teams: the same for every version.' }),
    version: z.string(),
    settings: z.object({
      name: z.string(),
      developerName: z.string(),
      websiteUrl: z.string(),
      privacyUrl: z.string(),
      termsOfUseUrl: z.string(),
      manifestVersion: z.enum(manifestVersions),
    }),
    tabUrl: z.string(),
    registration: z
      .object({
        id: z.string(),
        name: z.string(),
        clientId: z.string(),
        resource: z.string().openapi({ description: 'The Application ID URI to enter under “Expose an API”.' }),
        scope: z.string(),
        portalUrl: z.string(),
      })
      .nullable()
      .openapi({ description: 'null: there is no app registration yet with which people sign in.' }),
    authorizedClients: z
      .array(z.object({ id: z.string(), name: z.string() }))
      .openapi({ description: 'The clients of Microsoft to authorize for the scope.' }),
    obstacle: z.string().nullable().openapi({ description: 'Why Teams would not open the tab now.' }),
    manifest: z.record(z.string(), z.unknown()).nullable(),
  })
  .openapi('TeamsApp');

const tags = ['Teams app'];
const answer = { 200: json(teamsAppSchema, 'The workspace’s app in Teams'), ...problemAnswers };

const read = createRoute({ method: 'get', path: '/v1/teams-app', tags, responses: answer });
const change = createRoute({
  method: 'put',
  path: '/v1/teams-app',
  tags,
  description: 'Changes what is given. The next package has it, under a higher version.',
  request: { body: jsonBody(settingsInput) },
  responses: answer,
});
const download = createRoute({
  method: 'get',
  path: '/v1/teams-app/package',
  tags,
  description: 'The zip to upload in the Teams admin center: manifest and icons.',
  responses: {
    200: {
      content: { 'application/zip': { schema: z.string().openapi({ format: 'binary' }) } },
      description: 'The package',
    },
    ...problemAnswers,
  },
});

/** `/v1/teams-app`: the package of a workspace's app in Teams, and what to do with it. */
export function teamsAppRoutes(deps: TeamsAppDeps) {
  return newRouter()
    .openapi(read, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'manage');
      return c.json(present(deps, await getTeamsApp(deps, principal.workspaceId)), 200);
    })
    .openapi(change, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'manage');
      return c.json(present(deps, await changeTeamsApp(deps, principal, given(c.req.valid('json')))), 200);
    })
    .openapi(download, async (c) => {
      const principal = c.get('principal');
      requirePermission(principal, 'manage');
      const { registration, slug, version } = await getTeamsApp(deps, principal.workspaceId);
      if (!registration) throw new Problem('meetings_not_configured');
      return c.body(packApp(registration.manifest) as never, 200, {
        'Content-Type': 'application/zip',
        'Content-Disposition': `attachment; filename="${slug}-teams-${version}.zip"`,
        'Cache-Control': 'no-store',
      });
    });
}

function given(input: z.infer<typeof settingsInput>) {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

function present(
  { publicUrl }: Pick<TeamsAppDeps, 'publicUrl'>,
  { appId, version, settings, registration }: TeamsApp,
): z.infer<typeof teamsAppSchema> {
  return {
    appId,
    version,
    settings,
    tabUrl: tabUrl(publicUrl, appId),
    registration: registration
      ? {
          id: registration.app.registrationId ?? deploymentRegistrationId,
          name: registration.app.name,
          clientId: registration.app.clientId,
          resource: registration.resource,
          scope: ssoScope,
          portalUrl: entraPage(registration.app.cloud, registration.app.clientId),
        }
      : null,
    authorizedClients: [...hostClients],
    obstacle: obstacleOf(publicUrl) ?? null,
    manifest: registration?.manifest ?? null,
  };
}
