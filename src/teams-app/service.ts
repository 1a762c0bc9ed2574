import { randomUUID } from 'node:crypto';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { principalScope, type Principal } from '../access/principal.ts';
import type { Database, TeamsApps } from '../database/schema.ts';
import { Problem } from '../problem.ts';
import type { App, Apps } from '../registrations/apps.ts';
import {
  apiResource,
  defaultSettings,
  fingerprint,
  manifestOf,
  versionText,
  type Manifest,
  type TeamsAppSettings,
} from './teams-app.ts';

export type TeamsAppDeps = { db: Kysely<Database>; now: () => Date; apps: Apps; publicUrl: string };
export type TeamsAppRow = Selectable<TeamsApps>;

/** A workspace's app in Teams, as it would be packed now. */
export type TeamsApp = {
  appId: string;
  version: string;
  slug: string;
  settings: TeamsAppSettings;
  /** What is missing until there is an app registration with which people sign in. */
  registration: { app: App; resource: string; manifest: Manifest } | undefined;
};

type Stored = Partial<TeamsAppSettings> & { fingerprint?: string };

/** The workspace's app; made on the first look. Its version rises when something in the package has changed since. */
export async function getTeamsApp(deps: TeamsAppDeps, workspaceId: string): Promise<TeamsApp> {
  const app = await deps.apps.findForSignIn(workspaceId);
  return deps.db.transaction().execute(async (trx) => present(deps, trx, await lock(deps, trx, workspaceId), app));
}

/** Changes what is given; the next package has it. */
export async function changeTeamsApp(
  deps: TeamsAppDeps,
  principal: Principal,
  change: Partial<TeamsAppSettings>,
): Promise<TeamsApp> {
  const { workspaceId } = principal;
  const app = await deps.apps.findForSignIn(workspaceId);
  return deps.db.transaction().execute(async (trx) => {
    const row = await lock(deps, trx, workspaceId);
    const settings = { ...row.settings, ...change };
    await store(deps, trx, { ...row, settings });
    await trx
      .insertInto('outbox_events')
      .values({
        workspace_id: workspaceId,
        type: 'teams_app.changed',
        data: JSON.stringify({ changed: Object.keys(change), by: principalScope(principal) }),
        created_at: deps.now(),
      })
      .execute();
    return present(deps, trx, { ...row, settings }, app);
  });
}

/** The workspace that a tab belongs to. Throws `not_found`. */
export async function workspaceOfTab({ db }: Pick<TeamsAppDeps, 'db'>, appId: string): Promise<string> {
  const row = await db
    .selectFrom('teams_apps')
    .select('workspace_id')
    .where('app_id', '=', appId)
    .executeTakeFirstOrThrow(
      () => new Problem('not_found', { detail: 'No workspace here has this app. Upload its package again.' }),
    );
  return row.workspace_id;
}

type Row = { workspace_id: string; app_id: string; version: number; settings: Stored; name: string; slug: string };

async function lock(deps: TeamsAppDeps, trx: Transaction<Database>, workspaceId: string): Promise<Row> {
  const now = deps.now();
  await trx
    .insertInto('teams_apps')
    .values({
      workspace_id: workspaceId,
      app_id: randomUUID(),
      version: 0,
      settings: '{}',
      updated_at: now,
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('workspace_id').doNothing())
    .execute();
  return trx
    .selectFrom('teams_apps')
    .innerJoin('workspaces', 'workspaces.id', 'teams_apps.workspace_id')
    .select(['workspace_id', 'app_id', 'version', 'settings', 'workspaces.name', 'workspaces.slug'])
    .where('workspace_id', '=', workspaceId)
    .forUpdate('teams_apps')
    .executeTakeFirstOrThrow();
}

async function store(
  { now }: TeamsAppDeps,
  trx: Transaction<Database>,
  { workspace_id, version, settings }: Pick<Row, 'workspace_id' | 'version' | 'settings'>,
): Promise<void> {
  await trx
    .updateTable('teams_apps')
    .set({ version, settings: JSON.stringify(settings), updated_at: now() })
    .where('workspace_id', '=', workspace_id)
    .execute();
}

async function present(
  deps: TeamsAppDeps,
  trx: Transaction<Database>,
  row: Row,
  app: App | undefined,
): Promise<TeamsApp> {
  const { publicUrl } = deps;
  const { fingerprint: packed, ...chosen } = row.settings;
  const settings = { ...defaultSettings({ workspaceName: row.name, publicUrl }), ...chosen };
  const shown = { appId: row.app_id, slug: row.slug, settings };
  if (!app) return { ...shown, version: versionText(row.version), registration: undefined };
  const facts = { appId: row.app_id, clientId: app.clientId, publicUrl, workspaceName: row.name, settings };
  const current = fingerprint(manifestOf({ ...facts, version: '' }));
  const number = current === packed ? row.version : row.version + 1;
  if (current !== packed)
    await store(deps, trx, { ...row, version: number, settings: { ...row.settings, fingerprint: current } });
  const version = versionText(number);
  const manifest = manifestOf({ ...facts, version });
  return {
    ...shown,
    version,
    registration: { app, resource: apiResource(publicUrl, app.clientId), manifest },
  };
}
