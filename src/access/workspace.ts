import type { Kysely, Selectable } from 'kysely';
import type { Database, OutlookChanges, Workspaces } from '../database/schema.ts';
import { Problem } from '../problem.ts';

export type WorkspaceRow = Selectable<Workspaces>;

export type WorkspaceChange = {
  name?: string | undefined;
  locale?: string | undefined;
  outlookChanges?: OutlookChanges | undefined;
  embedOrigins?: string[] | undefined;
  corsOrigins?: string[] | undefined;
  returnUris?: string[] | undefined;
  /** How long a link to connect is good, unless it says otherwise. */
  connectLinkSeconds?: number | undefined;
};

export async function getWorkspace({ db }: { db: Kysely<Database> }, id: string): Promise<WorkspaceRow> {
  return db
    .selectFrom('workspaces')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

/** Changes what is given. */
export async function changeWorkspace(
  deps: { db: Kysely<Database> },
  id: string,
  { name, locale, outlookChanges, embedOrigins, corsOrigins, returnUris, connectLinkSeconds }: WorkspaceChange,
): Promise<WorkspaceRow> {
  const changes = {
    ...(name !== undefined && { name }),
    ...(locale !== undefined && { locale }),
    ...(outlookChanges !== undefined && { outlook_changes: outlookChanges }),
    ...(embedOrigins !== undefined && { embed_origins: JSON.stringify(embedOrigins) }),
    ...(corsOrigins !== undefined && { cors_origins: JSON.stringify(corsOrigins) }),
    ...(returnUris !== undefined && { return_uris: JSON.stringify(returnUris) }),
    ...(connectLinkSeconds !== undefined && { connect_link_seconds: connectLinkSeconds }),
  };
  if (Object.keys(changes).length === 0) return getWorkspace(deps, id);
  return deps.db
    .updateTable('workspaces')
    .set(changes)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}
