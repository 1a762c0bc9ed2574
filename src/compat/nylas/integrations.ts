import { z } from '@hono/zod-openapi';
import { requireOfKey, type Principal } from '../../access/principal.ts';
import { changeWorkspace, getWorkspace, type WorkspaceRow } from '../../access/workspace.ts';
import { splitScopes } from '../../connections/connection.ts';
import { allScopes } from '../../connections/links.ts';
import type { Span } from '../../database/span.ts';
import { returnUriList } from '../../http/return-uri.ts';
import { Problem } from '../../problem.ts';
import { registrationInput, secretInput } from '../../registrations/registration-json.ts';
import type { Registration } from '../../registrations/registration.ts';
import { deleteRegistration, type RegistrationDeps } from '../../registrations/service.ts';
import {
  changeSignInRegistration,
  createSignInRegistration,
  findSignInRegistration,
} from '../../registrations/sign-in.ts';
import { linkSeconds, provider, scopeList } from './fields.ts';

export type IntegrationDeps = RegistrationDeps & { span: Span };
/** What both generations of Nylas keep together: an app in Entra, and where its people are sent back to. */
export type Integration = { registration: Registration; workspace: WorkspaceRow };

const { name, clientId, tenant } = registrationInput.shape;

export const integrationInput = z.object({
  name: name.default('Microsoft'),
  provider,
  settings: z.object({
    client_id: clientId,
    client_secret: secretInput.shape.secret,
    tenant: tenant.default('common'),
  }),
  redirect_uris: returnUriList.nullish(),
  expires_in: linkSeconds.nullish(),
  scope: scopeList.nullish(),
});

/** What is missing, `null` or an empty `settings` stays as it is: clients send back what they were shown. */
export const integrationChange = z.object({
  name: name.nullish(),
  settings: z
    .object({
      client_id: clientId.nullish(),
      client_secret: secretInput.shape.secret.nullish(),
      tenant: tenant.nullish(),
    })
    .nullish(),
  redirect_uris: returnUriList.nullish(),
  expires_in: linkSeconds.nullish(),
  scope: scopeList.nullish(),
});

/** The workspace's own; what people may use beside it, the server's own registration, is not theirs to see or change. */
export async function findIntegration(deps: IntegrationDeps, principal: Principal): Promise<Integration | undefined> {
  requireOfKey(principal, 'app-registrations:read');
  const { workspaceId } = principal;
  const registration = await findSignInRegistration(deps, workspaceId);
  return registration && { registration, workspace: await getWorkspace(deps, workspaceId) };
}

/** Throws `not_found`, also for every provider but Microsoft. */
export async function getIntegration(deps: IntegrationDeps, principal: Principal, name: string): Promise<Integration> {
  const found = name === 'microsoft' ? await findIntegration(deps, principal) : undefined;
  if (!found) throw new Problem('not_found');
  return found;
}

/** Throws `registration_exists` for a second one. */
export async function createIntegration(
  deps: IntegrationDeps,
  principal: Principal,
  wanted: z.infer<typeof integrationInput>,
): Promise<Integration> {
  requireWriting(principal);
  const { settings } = wanted;
  return deps.span.inOne(async () => {
    const registration = await createSignInRegistration(deps, principal, {
      name: wanted.name,
      clientId: settings.client_id,
      tenant: settings.tenant,
      clientSecret: settings.client_secret,
      scopes: withNeeded(deps, wanted.scope ?? []),
      redirectUris: [`${deps.publicUrl}/connect/callback`],
    });
    return { registration, workspace: await changeReturns(deps, principal, wanted) };
  });
}

/** Throws `not_found`, and `invalid_request` for another app or tenant. */
export async function changeIntegration(
  deps: IntegrationDeps,
  principal: Principal,
  name: string,
  wanted: z.infer<typeof integrationChange>,
): Promise<Integration> {
  requireWriting(principal);
  const { registration: before } = await getIntegration(deps, principal, name);
  refuseOtherApp(before, wanted.settings ?? {});
  return deps.span.inOne(async () => {
    const registration = await changeSignInRegistration(deps, principal, before.row.id, {
      name: wanted.name ?? undefined,
      scopes: wanted.scope ? withNeeded(deps, wanted.scope) : undefined,
      clientSecret: wanted.settings?.client_secret ?? undefined,
    });
    return { registration, workspace: await changeReturns(deps, principal, wanted) };
  });
}

/** Throws `not_found`, and `registration_in_use` while anybody is connected through it. */
export async function deleteIntegration(deps: IntegrationDeps, principal: Principal, name: string): Promise<void> {
  requireWriting(principal);
  const { registration } = await getIntegration(deps, principal, name);
  await deleteRegistration(deps, principal, registration.row.id);
}

function requireWriting(principal: Principal): void {
  requireOfKey(principal, 'app-registrations:read');
  requireOfKey(principal, 'app-registrations:write');
  requireOfKey(principal, 'workspace:write');
}

async function changeReturns(
  deps: IntegrationDeps,
  { workspaceId }: Principal,
  {
    redirect_uris: returnUris,
    expires_in: connectLinkSeconds,
  }: Pick<z.infer<typeof integrationChange>, 'redirect_uris' | 'expires_in'>,
): Promise<WorkspaceRow> {
  return changeWorkspace(deps, workspaceId, {
    returnUris: returnUris ?? undefined,
    connectLinkSeconds: connectLinkSeconds ?? undefined,
  });
}

function refuseOtherApp(
  { row }: Registration,
  { client_id: clientId, tenant }: NonNullable<z.infer<typeof integrationChange>['settings']>,
): void {
  const detail = 'Another app is another integration: delete this one and create it anew.';
  const errors = [
    ...(clientId && clientId !== row.client_id ? [{ pointer: '/settings/client_id', detail }] : []),
    ...(tenant && tenant !== row.tenant ? [{ pointer: '/settings/tenant', detail }] : []),
  ];
  if (errors.length > 0) throw new Problem('invalid_request', { errors });
}

/** What meetings need, and what is asked for beside. */
function withNeeded({ settings }: IntegrationDeps, asked: readonly string[]): string[] {
  return allScopes({ scopes: splitScopes(settings.scopes) }, asked);
}
