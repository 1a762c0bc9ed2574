import { runScript } from '../../emulator/powershell/run-script.ts';
import { NORTHGATE_CLIENT_ID, NORTHGATE_CLIENT_SECRET, NORTHGATE_TENANT_ID } from '../../emulator/seed.ts';
import type { Organizers, TenantConnections, TenantStage } from '../../src/database/schema.ts';
import type { Feature } from '../../src/microsoft/permissions.ts';
import { newId } from '../../src/id.ts';
import { credentialContext } from '../../src/registrations/apps.ts';
import { seal } from '../../src/seal.ts';
import { defaultIdentityRules } from '../../src/tenants/tenant.ts';
import { startWorkspace, userNamed, type System } from './system.ts';

type Options = {
  stage?: TenantStage;
  features?: Feature[];
  tenantId?: string;
  clientId?: string;
  clientSecret?: string;
  columns?: Partial<TenantConnections>;
};

/**
 * A workspace to which Northgate College gave an app registration with a secret, as its setup guide leaves it: the tenant
 * is connected and live, nobody is an organizer yet.
 */
export async function startTenant(system: System, options: Options = {}) {
  const workspace = await startWorkspace(system, { email: 'ada@desk.example', name: 'Ada Quist' });
  return { ...workspace, ...(await addTenant(system, workspace.workspaceId, options)) };
}

/** The same for a workspace that is there already. */
export async function addTenant(system: System, workspaceId: string, options: Options = {}) {
  const { db } = system.database;
  const now = system.clock.now();
  const registrationId = newId('app');
  const tenant = options.tenantId ?? NORTHGATE_TENANT_ID;
  const stamps = { workspace_id: workspaceId, created_at: now, updated_at: now };
  await db
    .insertInto('app_registrations')
    .values({
      ...stamps,
      id: registrationId,
      name: 'Northgate meetings',
      client_id: options.clientId ?? NORTHGATE_CLIENT_ID,
      tenant,
      cloud: 'global',
      scopes: 'User.Read Calendars.ReadWrite OnlineMeetings.ReadWrite offline_access',
      redirect_uris: JSON.stringify([system.config.microsoftTeams.redirectUri]),
      assertion: 'PS256',
      used_for_sign_in: false,
    })
    .execute();
  const credential = { workspace_id: workspaceId, id: newId('cre') };
  const dataKey = await system.app.deps.dataKeys(workspaceId);
  await db
    .insertInto('app_credentials')
    .values({
      ...credential,
      registration_id: registrationId,
      kind: 'secret',
      name: 'First secret',
      sealed: seal(dataKey, options.clientSecret ?? NORTHGATE_CLIENT_SECRET, credentialContext(credential)),
      certificate_pem: null,
      sha1: null,
      sha256: null,
      starts_at: null,
      expires_at: new Date(now.getTime() + 300 * 86_400_000),
      worked_at: null,
      refused_at: null,
      refusal_code: null,
      created_at: now,
    })
    .execute();
  const tenantConnectionId = newId('ten');
  await db
    .insertInto('tenant_connections')
    .values({
      ...stamps,
      id: tenantConnectionId,
      registration_id: registrationId,
      tenant_id: tenant,
      tenant_name: 'Northgate College',
      tenant_domains: JSON.stringify(['northgate.example']),
      stage: options.stage ?? 'live',
      features: JSON.stringify(options.features ?? ['meetings', 'meeting-options', 'free-busy', 'people']),
      reduced: false,
      policy_name: 'Parley-Meetings',
      exchange_scope: 'none',
      exchange_group: null,
      outside_mailbox: null,
      identity_rules: JSON.stringify(defaultIdentityRules),
      default_organizer_upn: null,
      default_organizer_id: null,
      default_organizer_problem: null,
      default_organizer_asked_at: null,
      consented_at: null,
      verified_at: null,
      service_principal_id: null,
      roles: JSON.stringify([]),
      problem_code: null,
      ...options.columns,
    } as never)
    .execute();
  const organizer = (name: string, columns: Partial<Organizers> = {}) =>
    addOrganizer(system, { workspaceId, tenantConnectionId }, name, columns);
  return { registrationId, credentialId: credential.id, tenantConnectionId, organizer };
}

/** Somebody of the emulator as an organizer who is allowed, without anything known of their policy. */
export async function addOrganizer(
  system: System,
  { workspaceId, tenantConnectionId }: { workspaceId: string; tenantConnectionId: string },
  name: string,
  columns: Partial<Organizers> = {},
): Promise<{ id: string; objectId: string }> {
  const user = userNamed(system.emulator, name);
  const now = system.clock.now();
  const id = newId('org');
  await system.database.db
    .insertInto('organizers')
    .values({
      id,
      workspace_id: workspaceId,
      tenant_connection_id: tenantConnectionId,
      object_id: user.id,
      user_principal_name: user.userPrincipalName,
      mail: user.mail,
      display_name: user.displayName,
      member_id: null,
      account_enabled: true,
      user_type: 'Member',
      teams_licensed: true,
      problem_code: null,
      looked_up_at: now,
      allowed: true,
      pilot: false,
      policy_state: 'unknown',
      policy_granted_at: null,
      policy_proven_at: null,
      policy_in_force: null,
      probed_at: null,
      probe_at: null,
      probe_problem_code: null,
      updated_at: now,
      created_at: now,
      ...columns,
    } as never)
    .execute();
  return { id, objectId: user.id };
}

/** Runs a script as an administrator of the tenant would, in the emulator's PowerShell. Throws what PowerShell reports. */
export function runPowerShell(system: System, script: string, tenantId: string = NORTHGATE_TENANT_ID): string {
  const { output, error } = runScript(system.emulator.context, { tenantId, script });
  if (error !== undefined) throw new Error(`${error}\nin the script:\n${script}`);
  return output;
}
