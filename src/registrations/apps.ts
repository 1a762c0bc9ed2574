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
  /**
   * One registration of a workspace; `null` is the deployment's. `db` is the caller's transaction, if it is in one.
   * Throws `meetings_not_configured`, `not_found`.
   */
  get(workspaceId: string, registrationId: string | null, db?: Kysely<Database>): Promise<App>;
  /** The registration through which people of a workspace sign in to Microsoft. */
  findForSignIn(workspaceId: string): Promise<App | undefined>;
  /** Where Graph answers for a registration of this cloud; `null`: for the deployment's own. */
  graphBaseUrl(cloud: Cloud | null): string;
  /** Throws `app_credential_missing` for a registration that has nothing yet to prove itself with. */
  requireCredential(app: App): Promise<void>;
  /**
   * Asks with one credential after the other until Entra takes one, and remembers which: so a credential can be replaced
   * while the old one still works. Throws why the most trusted one was refused, or what else went wrong.
   */
  withCredential<T>(app: App, ask: Ask<T>, within?: Within): Promise<T>;
  /** Asks with exactly this credential of a workspace's registration, and remembers whether Entra took it. */
  withOneCredential<T>(app: App, credentialId: string, ask: Ask<T>): Promise<T>;
};

type Ask<T> = (credential: AppCredential) => Promise<T>;
/** For a caller in a transaction: credentials are read through it, and what is to be remembered waits for its end. */
type Within = { trx: Kysely<Database>; later: (remember: () => Promise<void>) => void };

type Deps = { db: Kysely<Database>; now: () => Date; dataKeys: DataKeys; settings: Config['microsoftTeams'] };

const refusals: ProblemCode[] = [
  'app_secret_wrong',
  'app_secret_expired',
  'app_certificate_unknown',
  'app_credential_refused',
  'certificate_unreadable',
];

/** Whether a problem says that this credential is of no use, while another one may be. */
export function isRefusalOfCredential({ code }: Problem): boolean {
  return refusals.includes(code);
}

const rememberEveryMs = 60 * 60_000;

/** Finds app registrations and proves them to Entra. */
export function createApps(deps: Deps): Apps {
  const deployment = deploymentApp(deps.settings);
  return {
    deployment,
    async get(workspaceId, registrationId, db = deps.db) {
      if (registrationId === null) {
        if (!deployment) throw new Problem('meetings_not_configured');
        return deployment;
      }
      const row = await db
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
    graphBaseUrl: (cloud) => addressesOf(deps.settings, cloud ?? 'global').graphBaseUrl,
    async requireCredential({ registrationId }) {
      if (registrationId === null) return;
      if ((await readCredentials(deps, registrationId, deps.db)).length === 0) throw missingCredential();
    },
    async withCredential(app, ask, within) {
      if (app.registrationId === null) return ask(deploymentCredential(deps.settings));
      return tryInTurn(deps, app.registrationId, ask, within);
    },
    async withOneCredential({ registrationId }, credentialId, ask) {
      const known = registrationId === null ? [] : await readCredentials(deps, registrationId, deps.db);
      const row = known.find(({ id }) => id === credentialId);
      if (!row) throw new Problem('not_found');
      try {
        const answer = await ask(await opened(deps, row));
        await rememberSuccess(deps, row);
        return answer;
      } catch (error) {
        const problem = toProblem(error);
        if (isRefusalOfCredential(problem)) await rememberRefusal(deps, row, problem);
        throw error;
      }
    },
  };
}

async function tryInTurn<T>(deps: Deps, registrationId: string, ask: Ask<T>, within: Within | undefined): Promise<T> {
  const afterwards = async (remember: () => Promise<void>) => (within ? within.later(remember) : remember());
  const tried = new Set<string>();
  let first: unknown;
  for (;;) {
    // Read again each time: while one was being refused, another may have come.
    const rows = await readCredentials(deps, registrationId, within?.trx ?? deps.db);
    const row = rows.find(({ id }) => !tried.has(id));
    if (!row) throw first ?? missingCredential();
    tried.add(row.id);
    try {
      const answer = await ask(await opened(deps, row));
      if (!isRecent(row, deps.now())) await afterwards(() => rememberSuccess(deps, row));
      return answer;
    } catch (error) {
      const problem = toProblem(error);
      if (!isRefusalOfCredential(problem)) throw error;
      first ??= error;
      await afterwards(() => rememberRefusal(deps, row, problem));
    }
  }
}

type Openable = CredentialRow & { assertion: RegistrationRow['assertion'] };

async function readCredentials({ now }: Deps, registrationId: string, db: Kysely<Database>): Promise<Openable[]> {
  const rows = await db
    .selectFrom('app_credentials')
    .innerJoin('app_registrations', 'app_registrations.id', 'app_credentials.registration_id')
    .selectAll('app_credentials')
    .select('app_registrations.assertion')
    .where('registration_id', '=', registrationId)
    .execute();
  return inOrderOfTrust(rows, now());
}

function missingCredential(): Problem {
  const detail = 'The app registration has neither a certificate nor a client secret here yet.';
  return new Problem('app_credential_missing', { detail });
}

async function opened(deps: Deps, row: Openable): Promise<AppCredential> {
  const secret = open(await deps.dataKeys(row.workspace_id), row.sealed, credentialContext(row));
  if (row.kind === 'secret') return { kind: 'secret', secret };
  const base64url = (hex: string | null) => Buffer.from(hex ?? '', 'hex').toString('base64url');
  return {
    kind: 'certificate',
    privateKeyPem: secret,
    sha1: base64url(row.sha1),
    sha256: base64url(row.sha256),
    assertion: row.assertion,
  };
}

/** Where a credential's secret part is sealed. */
export function credentialContext(row: { workspace_id: string; id: string }): SealContext {
  return { purpose: 'AppRegistration.Credential.v1', workspaceId: row.workspace_id, rowId: row.id, field: 'sealed' };
}

/** Successes are written rarely, because tokens are asked for often. */
function isRecent(row: CredentialRow, now: Date): boolean {
  return row.refused_at === null && row.worked_at !== null && now.getTime() - row.worked_at.getTime() < rememberEveryMs;
}

async function rememberSuccess({ db, now }: Deps, row: CredentialRow): Promise<void> {
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
