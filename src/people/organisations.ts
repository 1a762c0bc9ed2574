import { sql, type Kysely } from 'kysely';
import { containing, type NamedPage } from '../database/page.ts';
import type { Database } from '../database/schema.ts';
import { newId } from '../id.ts';
import { Problem } from '../problem.ts';
import type { OrganisationRow } from './person.ts';
import { externalIdTaken, takenAs } from './taken.ts';

type Read = { db: Kysely<Database> };
type Write = Read & { now: () => Date };

export type OrganisationFields = { name: string; defaultEmail: string | null };
/** What is left out stays as it is. */
export type OrganisationChanges = {
  name?: string | undefined;
  defaultEmail?: string | null | undefined;
  externalId?: string | null | undefined;
};

/** Adds an organisation. Throws `external_id_taken`. */
export async function createOrganisation(
  deps: Write,
  workspaceId: string,
  { externalId, ...fields }: OrganisationFields & { externalId: string | null },
): Promise<OrganisationRow> {
  return deps.db
    .insertInto('organisations')
    .values({ ...newRow(deps, workspaceId, externalId), ...columnsOf(fields) })
    .returningAll()
    .executeTakeFirstOrThrow()
    .catch(taken);
}

/**
 * Makes the organisation with an external id be as given, whether it was there or not. Of two at the same time one adds
 * it and the other changes it.
 */
export async function putOrganisation(
  deps: Write,
  workspaceId: string,
  externalId: string,
  fields: OrganisationFields,
): Promise<{ row: OrganisationRow; isNew: boolean }> {
  const fresh = newRow(deps, workspaceId, externalId);
  const row = await deps.db
    .insertInto('organisations')
    .values({ ...fresh, ...columnsOf(fields) })
    .onConflict((conflict) =>
      conflict
        .columns(['workspace_id', 'external_id'])
        .where('external_id', 'is not', null)
        .doUpdateSet({ ...columnsOf(fields), updated_at: deps.now() }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return { row, isNew: row.id === fresh.id };
}

/** Changes what is given and leaves the rest. Throws `not_found` and `external_id_taken`. */
export async function changeOrganisation(
  { db, now }: Write,
  workspaceId: string,
  id: string,
  { name, defaultEmail, externalId }: OrganisationChanges,
): Promise<OrganisationRow> {
  return db
    .updateTable('organisations')
    .set({ name, default_email: defaultEmail, external_id: externalId, updated_at: now() })
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow(() => new Problem('not_found'))
    .catch(taken);
}

/** Forgets an organisation. Its contacts and bookings stay, without it. Throws `not_found`. */
export async function deleteOrganisation({ db }: Read, workspaceId: string, id: string): Promise<void> {
  await db
    .deleteFrom('organisations')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

/** Throws `not_found`, also for another workspace’s organisation. */
export async function getOrganisation({ db }: Read, workspaceId: string, id: string): Promise<OrganisationRow> {
  return db
    .selectFrom('organisations')
    .selectAll()
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

export type OrganisationQuery = NamedPage & { externalId?: string | undefined };

/** One page by name; one row more than `limit` tells of a next page. */
export async function listOrganisations(
  { db }: Read,
  workspaceId: string,
  { q, externalId, limit, after }: OrganisationQuery,
): Promise<(OrganisationRow & { sort_name: string })[]> {
  const sortName = sql<string>`lower(name)`;
  let query = db
    .selectFrom('organisations')
    .selectAll()
    .select(sortName.as('sort_name'))
    .where('workspace_id', '=', workspaceId);
  if (externalId !== undefined) query = query.where('external_id', '=', externalId);
  if (q) {
    const pattern = containing(q);
    query = query.where((where) =>
      where.or([where('name', 'ilike', pattern), where('default_email', 'ilike', pattern)]),
    );
  }
  if (after) query = query.where(sql<boolean>`(${sortName}, id) > (${after.name}, ${after.id})`);
  return query
    .orderBy(sortName)
    .orderBy('id')
    .limit(limit + 1)
    .execute();
}

const taken = takenAs({ organisations_external_id: () => externalIdTaken('organisation') });

function newRow({ now }: Write, workspaceId: string, externalId: string | null) {
  const stamps = { updated_at: now(), created_at: now() };
  return { id: newId('ogn'), workspace_id: workspaceId, external_id: externalId, ...stamps };
}

function columnsOf({ name, defaultEmail }: OrganisationFields) {
  return { name, default_email: defaultEmail };
}
