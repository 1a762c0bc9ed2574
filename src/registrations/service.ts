import type { Kysely, Transaction } from 'kysely';
import { principalScope, type Principal } from '../access/principal.ts';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Config } from '../config.ts';
import type { AppCredentials, Database } from '../database/schema.ts';
import { newId } from '../id.ts';
import type { Cloud } from '../microsoft/clouds.ts';
import { Problem } from '../problem.ts';
import type { Apps } from './apps.ts';
import {
  deploymentRegistrationId,
  faultOfRedirectUri,
  type KnownCredential,
  type Registration,
  type RegistrationRow,
} from './registration.ts';

export type RegistrationDeps = {
  db: Kysely<Database>;
  now: () => Date;
  fetch: typeof fetch;
  dataKeys: DataKeys;
  apps: Apps;
  settings: Config['microsoftTeams'];
  publicUrl: string;
};

type Read = Pick<RegistrationDeps, 'db'>;

export type NewRegistration = {
  name: string;
  clientId: string;
  tenant: string;
  cloud: Cloud;
  scopes?: string[] | undefined;
  redirectUris?: string[] | undefined;
  assertion: 'PS256' | 'RS256';
  usedForSignIn: boolean;
};
export type RegistrationChange = {
  [Name in keyof Omit<NewRegistration, 'clientId' | 'tenant'>]?: NewRegistration[Name] | undefined;
};

/** Everything but the secret itself. */
export const knownColumns = [
  'id',
  'workspace_id',
  'registration_id',
  'kind',
  'name',
  'certificate_pem',
  'sha1',
  'sha256',
  'starts_at',
  'expires_at',
  'worked_at',
  'refused_at',
  'refusal_code',
  'refusal_answer',
  'created_at',
] as const satisfies (keyof AppCredentials)[];

/** The workspace's registrations with their credentials, the oldest first. */
export async function listRegistrations({ db }: Read, workspaceId: string): Promise<Registration[]> {
  const rows = await db
    .selectFrom('app_registrations')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const credentials = await credentialsOf(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ row, credentials: credentials.filter((one) => one.registration_id === row.id) }));
}

/** Throws `not_found`, also for another workspace's. */
export async function getRegistration({ db }: Read, workspaceId: string, id: string): Promise<Registration> {
  const row = await db
    .selectFrom('app_registrations')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
  return { row, credentials: await credentialsOf(db, [id]) };
}

/** Throws `registration_exists` when the workspace has this client id and tenant already. */
export async function createRegistration(
  deps: RegistrationDeps,
  principal: Principal,
  input: NewRegistration,
): Promise<Registration> {
  const redirectUris = input.redirectUris ?? [deps.settings.redirectUri];
  checkRedirectUris(deps, redirectUris);
  const { workspaceId } = principal;
  return deps.db.transaction().execute(async (trx) => {
    if (input.usedForSignIn) await endOtherSignIn(trx, workspaceId, deps.now());
    const row = await trx
      .insertInto('app_registrations')
      .values({
        id: newId('app'),
        workspace_id: workspaceId,
        name: input.name,
        client_id: input.clientId,
        tenant: input.tenant,
        cloud: input.cloud,
        scopes: input.scopes?.join(' ') ?? deps.settings.scopes,
        redirect_uris: JSON.stringify(redirectUris),
        assertion: input.assertion,
        used_for_sign_in: input.usedForSignIn,
        updated_at: deps.now(),
        created_at: deps.now(),
      })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'client_id', 'tenant']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new Problem('registration_exists');
    await recordEvent(trx, deps, principal, row, 'registration.created', {
      clientId: row.client_id,
      tenant: row.tenant,
    });
    return { row, credentials: [] };
  });
}

/** Changes what is given. Throws `not_found`, and `registration_in_use` for another cloud than the one that is used. */
export async function changeRegistration(
  deps: RegistrationDeps,
  principal: Principal,
  id: string,
  change: RegistrationChange,
): Promise<Registration> {
  if (change.redirectUris) checkRedirectUris(deps, change.redirectUris);
  return deps.db.transaction().execute(async (trx) => {
    if (change.usedForSignIn) await endOtherSignIn(trx, principal.workspaceId, deps.now(), id);
    const before = await lockRegistration(trx, principal.workspaceId, id);
    if (change.cloud && change.cloud !== before.cloud) await requireUnused(trx, id);
    const row = await trx
      .updateTable('app_registrations')
      .set({
        ...(change.name !== undefined && { name: change.name }),
        ...(change.cloud && { cloud: change.cloud }),
        ...(change.scopes && { scopes: change.scopes.join(' ') }),
        ...(change.redirectUris && { redirect_uris: JSON.stringify(change.redirectUris) }),
        ...(change.assertion && { assertion: change.assertion }),
        ...(change.usedForSignIn !== undefined && { used_for_sign_in: change.usedForSignIn }),
        updated_at: deps.now(),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await recordEvent(trx, deps, principal, row, 'registration.changed', { changed: Object.keys(change) });
    return { row, credentials: await credentialsOf(trx, [id]) };
  });
}

/** Throws `not_found`, and `registration_in_use` while people or tenants are connected through it. */
export async function deleteRegistration(deps: RegistrationDeps, principal: Principal, id: string): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    const row = await lockRegistration(trx, principal.workspaceId, id);
    await requireUnused(trx, id);
    await trx.deleteFrom('app_registrations').where('id', '=', id).execute();
    await recordEvent(trx, deps, principal, row, 'registration.deleted', {
      clientId: row.client_id,
      tenant: row.tenant,
    });
  });
}

/** Throws `not_found`; and `forbidden` for the deployment's own, which only its configuration changes. */
export async function getOwnRegistration(deps: Read, workspaceId: string, id: string): Promise<Registration> {
  refuseDeployment(id);
  return getRegistration(deps, workspaceId, id);
}

/** {@link getOwnRegistration} for a change: whoever else changes it or its credentials waits. */
export async function lockRegistration(
  trx: Transaction<Database>,
  workspaceId: string,
  id: string,
): Promise<RegistrationRow> {
  refuseDeployment(id);
  return trx
    .selectFrom('app_registrations')
    .selectAll()
    .where('id', '=', id)
    .where('workspace_id', '=', workspaceId)
    .forUpdate()
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

function refuseDeployment(id: string): void {
  if (id !== deploymentRegistrationId) return;
  throw new Problem('forbidden', {
    detail: 'This registration is the server’s own: whoever runs the server changes it in its configuration.',
  });
}

/** A line for webhooks and the audit log: what changed, and by whom. */
export async function recordEvent(
  trx: Transaction<Database>,
  { now }: Pick<RegistrationDeps, 'now'>,
  principal: Principal,
  registration: RegistrationRow,
  type: `${'registration' | 'credential'}.${string}`,
  data: Record<string, unknown>,
): Promise<void> {
  const { id, name } = registration;
  await trx
    .insertInto('outbox_events')
    .values({
      workspace_id: registration.workspace_id,
      type,
      connection_id: id,
      data: JSON.stringify({ registrationId: id, registration: name, ...data, by: principalScope(principal) }),
      created_at: now(),
    })
    .execute();
}

export function invalid(pointer: string, detail: string): Problem {
  return new Problem('invalid_request', { errors: [{ pointer, detail }] });
}

function checkRedirectUris({ publicUrl, settings }: RegistrationDeps, uris: string[]): void {
  const errors = uris.flatMap((uri, index) => {
    const twice = uris.indexOf(uri) < index ? 'This address is given twice.' : undefined;
    const detail = faultOfRedirectUri(uri, [publicUrl, settings.redirectUri]) ?? twice;
    return detail === undefined ? [] : [{ pointer: `/redirectUris/${index}`, detail }];
  });
  if (errors.length > 0) throw new Problem('invalid_request', { errors });
}

/** People sign in through one registration: those who choose it take turns on the workspace's row. */
async function endOtherSignIn(trx: Transaction<Database>, workspaceId: string, now: Date, except = ''): Promise<void> {
  await trx.selectFrom('workspaces').select('id').where('id', '=', workspaceId).forNoKeyUpdate().execute();
  await trx
    .updateTable('app_registrations')
    .set({ used_for_sign_in: false, updated_at: now })
    .where('workspace_id', '=', workspaceId)
    .where('used_for_sign_in', '=', true)
    .where('id', '!=', except)
    .execute();
}

/** Throws `registration_in_use`, with how many use it. */
async function requireUnused(trx: Transaction<Database>, registrationId: string): Promise<void> {
  const { people, tenants } = await trx
    .selectNoFrom((from) => [
      from
        .selectFrom('connections')
        .select((count) => count.fn.countAll<string>().as('n'))
        .where('registration_id', '=', registrationId)
        .as('people'),
      from
        .selectFrom('tenant_connections')
        .select((count) => count.fn.countAll<string>().as('n'))
        .where('registration_id', '=', registrationId)
        .as('tenants'),
    ])
    .executeTakeFirstOrThrow();
  if (Number(people) + Number(tenants) === 0) return;
  const detail = `Connected through it: ${counted(people, 'person', 'people')} and ${counted(tenants, 'tenant', 'tenants')}.`;
  throw new Problem('registration_in_use', { detail });
}

function counted(count: string | null, one: string, many: string): string {
  return `${count ?? 0} ${Number(count) === 1 ? one : many}`;
}

async function credentialsOf(db: Kysely<Database>, registrationIds: string[]): Promise<KnownCredential[]> {
  if (registrationIds.length === 0) return [];
  return db
    .selectFrom('app_credentials')
    .select(knownColumns)
    .where('registration_id', 'in', registrationIds)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
}
