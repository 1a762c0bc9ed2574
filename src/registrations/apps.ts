import type { Kysely } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/schema.ts';
import { clouds, type Cloud } from '../microsoft/clouds.ts';
import type { AppCredential } from '../microsoft/entra.ts';
import { toProblem } from '../microsoft/problems.ts';
import { Problem, type ProblemCode } from '../problem.ts';
import { open, type SealContext } from '../seal.ts';
import { inOrderOfTrust, type CredentialRow, type RegistrationRow } from './registration.ts';

/** Our identity in Entra: an app registration with the addresses of its cloud. Its credentials are never part of it. */
export type App = {
  /** `null`: the deployment's own, from configuration. */
  registrationId: string | null;
  workspaceId: string | null;
  name: string;
  clientId: string;
  /** A GUID, `common` or `organizations`. */
  tenant: string;
  cloud: Cloud;
  authority: string;
  graphBaseUrl: string;
  /** What tokens are for; the same as `graphBaseUrl` unless that is a stand-in. */
  graphResource: string;
  redirectUri: string;
  /** Delegated scopes. */
  scopes: string[];
};

export type Apps = {
  /** The deployment's own registration; `undefined` while client id or secret is missing. */
  deployment: App | undefined;
  /** One registration of a workspace; `null` is the deployment's. Throws `meetings_not_configured`, `not_found`. */
  get(workspaceId: string, registrationId: string | null): Promise<App>;
  /** The registration through which people of a workspace sign in to Microsoft. */
  findForSignIn(workspaceId: string): Promise<App | undefined>;
  /**
   * Asks with one credential after the other until Entra takes one, and remembers which: so a credential can be replaced
   * while the old one still works. Throws why the most trusted one was refused, or what else went wrong.
   */
  withCredential<T>(app: App, ask: (credential: AppCredential) => Promise<T>): Promise<T>;
};

type Deps = { db: Kysely<Database>; now: () => Date; dataKeys: DataKeys; settings: Config['microsoftTeams'] };

/** What says that this credential is of no use, while another one may be. */
const refusals: ProblemCode[] = [
  'app_secret_wrong',
  'app_secret_expired',
  'app_certificate_unknown',
  'app_credential_refused',
  'certificate_unreadable',
];
const rememberEveryMs = 60 * 60_000;

/** Finds app registrations and proves them to Entra. */
export function createApps(deps: Deps): Apps {
  const deployment = deploymentApp(deps.settings);
  return {
    deployment,
    async get(workspaceId, registrationId) {
      if (registrationId === null) {
        if (!deployment) throw new Problem('meetings_not_configured');
        return deployment;
      }
      const row = await deps.db
        .selectFrom('app_registrations')
        .selectAll()
        .where('id', '=', registrationId)
        .where('workspace_id', '=', workspaceId)
        .executeTakeFirstOrThrow(() => new Problem('not_found'));
      return appOf(deps.settings, row);
    },
    async findForSignIn(workspaceId) {
      const row = await deps.db
        .selectFrom('app_registrations')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .where('used_for_sign_in', '=', true)
        .executeTakeFirst();
      return row ? appOf(deps.settings, row) : deployment;
    },
    async withCredential(app, ask) {
      if (app.registrationId === null) return ask(deploymentCredential(deps.settings));
      return tryInTurn(deps, app.registrationId, ask);
    },
  };
}

async function tryInTurn<T>(deps: Deps, registrationId: string, ask: (credential: AppCredential) => Promise<T>) {
  const { assertion, rows } = await readCredentials(deps, registrationId);
  let first: unknown;
  for (const row of rows) {
    try {
      const answer = await ask(await opened(deps, row, assertion));
      await rememberSuccess(deps, row);
      return answer;
    } catch (error) {
      const problem = toProblem(error);
      if (!refusals.includes(problem.code)) throw error;
      first ??= error;
      await rememberRefusal(deps, row, problem);
    }
  }
  throw first ?? new Problem('app_credential_missing');
}

async function readCredentials(deps: Deps, registrationId: string) {
  const registration = await deps.db
    .selectFrom('app_registrations')
    .select('assertion')
    .where('id', '=', registrationId)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
  const rows = await deps.db
    .selectFrom('app_credentials')
    .selectAll()
    .where('registration_id', '=', registrationId)
    .execute();
  return { assertion: registration.assertion, rows: inOrderOfTrust(rows, deps.now()) };
}

async function opened(deps: Deps, row: CredentialRow, assertion: 'PS256' | 'RS256'): Promise<AppCredential> {
  const secret = open(await deps.dataKeys(row.workspace_id), row.sealed, credentialContext(row));
  if (row.kind === 'secret') return { kind: 'secret', secret };
  const base64url = (hex: string | null) => Buffer.from(hex ?? '', 'hex').toString('base64url');
  return {
    kind: 'certificate',
    privateKeyPem: secret,
    sha1: base64url(row.sha1),
    sha256: base64url(row.sha256),
    assertion,
  };
}

/** Where a credential's secret part is sealed. */
export function credentialContext(row: { workspace_id: string; id: string }): SealContext {
  return { purpose: 'AppRegistration.Credential.v1', workspaceId: row.workspace_id, rowId: row.id, field: 'sealed' };
}

/** Written rarely, because tokens are asked for often. */
async function rememberSuccess({ db, now }: Deps, row: CredentialRow): Promise<void> {
  const recent = row.worked_at && now().getTime() - row.worked_at.getTime() < rememberEveryMs;
  if (recent && !row.refused_at) return;
  await db
    .updateTable('app_credentials')
    .set({ worked_at: now(), refused_at: null, refusal_code: null, refusal_answer: null })
    .where('id', '=', row.id)
    .execute();
}

async function rememberRefusal({ db, now }: Deps, row: CredentialRow, problem: Problem): Promise<void> {
  await db
    .updateTable('app_credentials')
    .set({
      refused_at: now(),
      refusal_code: problem.code,
      refusal_answer: problem.provider ? JSON.stringify(problem.provider) : null,
    })
    .where('id', '=', row.id)
    .execute();
}

function appOf(settings: Deps['settings'], row: RegistrationRow): App {
  return {
    registrationId: row.id,
    workspaceId: row.workspace_id,
    name: row.name,
    clientId: row.client_id,
    tenant: row.tenant,
    cloud: row.cloud,
    ...addressesOf(settings, row.cloud),
    redirectUri: row.redirect_uris[0] ?? settings.redirectUri,
    scopes: row.scopes.split(/\s+/).filter(Boolean),
  };
}

/** The worldwide cloud is wherever the configuration says, so that a stand-in can take its place. */
function addressesOf({ authority, graphBaseUrl }: Deps['settings'], cloud: Cloud) {
  const known = clouds[cloud];
  return cloud === 'global'
    ? { authority, graphBaseUrl, graphResource: known.graphBaseUrl }
    : { authority: known.authority, graphBaseUrl: known.graphBaseUrl, graphResource: known.graphBaseUrl };
}

function deploymentApp(settings: Deps['settings']): App | undefined {
  const { clientId, clientSecret, tenantId, redirectUri, scopes } = settings;
  if (!clientId || !clientSecret) return undefined;
  return {
    registrationId: null,
    workspaceId: null,
    name: 'This server’s own',
    clientId,
    tenant: tenantId,
    cloud: 'global',
    ...addressesOf(settings, 'global'),
    redirectUri,
    scopes: scopes.split(/\s+/).filter(Boolean),
  };
}

function deploymentCredential({ clientSecret }: Deps['settings']): AppCredential {
  if (!clientSecret) throw new Problem('meetings_not_configured');
  return { kind: 'secret', secret: clientSecret.reveal() };
}
