import type { FindingJson } from '../diagnostics/finding-json.ts';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { App, Apps } from '../registrations/apps.ts';
import { credentialState, deploymentRegistrationId } from '../registrations/registration.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import { stepNames, type CredentialFact, type SetupFacts, type StoredCheck } from './step.ts';

type Read = { db: Kysely<Database>; now: () => Date };

/** Which app it is, and whether people use it too. Outside of transactions, as it may need a connection of its own. */
export type AppFacts = Pick<SetupFacts, 'app' | 'alsoForPeople'>;

/** Throws `meetings_not_configured` when the tenant’s app is the server’s own and its configuration is gone. */
export async function readApp({ apps }: { apps: Apps }, tenant: TenantRow): Promise<AppFacts> {
  const app = await apps.get(tenant.workspace_id, tenant.registration_id);
  const forPeople = await apps.findForSignIn(tenant.workspace_id);
  return { app, alsoForPeople: app.registrationId === null || forPeople?.registrationId === app.registrationId };
}

/** Everything that the guide of a tenant is made of, as the database has it now. */
export async function readFacts(deps: Read, tenant: TenantRow, appFacts: AppFacts): Promise<SetupFacts> {
  const organizers = await readOrganizers(deps, tenant);
  const pilot = organizers.filter((one) => one.allowed && one.pilot).map((one) => one.object_id);
  return {
    ...appFacts,
    tenant,
    organizers,
    credentials: await readCredentials(deps, tenant, appFacts.app),
    checks: await readChecks(deps, tenant),
    signOffs: await readSignOffs(deps, tenant),
    pilotMeetingAt: await lastMeetingOf(deps, tenant, pilot),
    now: deps.now(),
  };
}

async function readOrganizers({ db }: Read, tenant: TenantRow) {
  return db
    .selectFrom('organizers')
    .select(['id', 'object_id', 'display_name', 'user_principal_name', 'mail', 'allowed', 'pilot', 'policy_state'])
    .select(['policy_granted_at', 'policy_proven_at', 'probed_at', 'problem_code'])
    .where('tenant_connection_id', '=', tenant.id)
    .orderBy('pilot', 'desc') // the order in which checks take them
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

async function readCredentials({ db, now }: Read, tenant: TenantRow, app: App): Promise<CredentialFact[]> {
  if (app.registrationId === null) return [deploymentSecret(tenant)];
  const rows = await db
    .selectFrom('app_credentials')
    .select(['id', 'kind', 'name', 'sha1', 'sha256', 'starts_at', 'expires_at', 'worked_at', 'refused_at'])
    .where('registration_id', '=', app.registrationId)
    .where('workspace_id', '=', tenant.workspace_id)
    .orderBy('created_at', 'desc')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    state: credentialState(row, now()),
    sha1: row.sha1,
    sha256: row.sha256,
    expiresAt: row.expires_at,
  }));
}

/** The secret of the configuration: nothing is known of it but whether it worked. */
function deploymentSecret({ verified_at: verifiedAt }: TenantRow): CredentialFact {
  return {
    id: deploymentRegistrationId,
    kind: 'secret',
    name: 'MicrosoftTeams:ClientSecret',
    state: verifiedAt ? 'proven' : 'unproven',
    sha1: null,
    sha256: null,
    expiresAt: null,
  };
}

async function readChecks({ db }: Read, tenant: TenantRow): Promise<StoredCheck[]> {
  const rows = await db.selectFrom('setup_steps').selectAll().where('tenant_connection_id', '=', tenant.id).execute();
  return rows.flatMap((row) => {
    const step = stepNames.find((name) => name === row.step);
    // Findings are written by this feature alone, in this form.
    return step ? [{ ...row, step, findings: row.findings as FindingJson[] }] : [];
  });
}

async function readSignOffs({ db }: Read, tenant: TenantRow) {
  return db
    .selectFrom('sign_offs')
    .select(['stage', 'signed_by', 'created_at'])
    .where('tenant_connection_id', '=', tenant.id)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

async function lastMeetingOf({ db }: Read, tenant: TenantRow, objectIds: string[]): Promise<Date | null> {
  if (objectIds.length === 0) return null;
  const row = await db
    .selectFrom('meetings')
    .select((eb) => eb.fn.max('created_at').as('at'))
    .where('tenant_connection_id', '=', tenant.id)
    .where('access', '=', 'app-only')
    .where('organizer_id', 'in', objectIds)
    .where('join_url', 'is not', null)
    .executeTakeFirst();
  return row?.at ?? null;
}
