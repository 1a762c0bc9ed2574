import { sql, type Kysely } from 'kysely';
import { containing, type NamedPage } from '../database/page.ts';
import type { Database } from '../database/schema.ts';
import { newId } from '../id.ts';
import { Problem } from '../problem.ts';
import type { ContactRow } from './person.ts';
import { externalIdTaken, takenAs } from './taken.ts';

type Read = { db: Kysely<Database> };
type Write = Read & { now: () => Date };
type Trx = Kysely<Database>;

export type ContactFields = {
  name: string;
  email: string;
  organisationId: string | null;
  timeZone: string | null;
  locale: string | null;
};
/** What is left out stays as it is. */
export type ContactChanges = { [Field in keyof ContactFields]?: ContactFields[Field] | undefined } & {
  externalId?: string | null | undefined;
};

/** Adds somebody. Throws `contact_exists`, `external_id_taken`, or `invalid_request` for an organisation that is not. */
export async function createContact(
  deps: Write,
  workspaceId: string,
  { externalId, ...fields }: ContactFields & { externalId: string | null },
): Promise<ContactRow> {
  return changing(deps, async (trx) => {
    await requireOrganisation(trx, workspaceId, fields.organisationId);
    const { id } = await trx
      .insertInto('contacts')
      .values({ ...newRow(deps, workspaceId, externalId), ...columnsOf(fields) })
      .returning('id')
      .executeTakeFirstOrThrow();
    return getContact({ db: trx }, workspaceId, id);
  });
}

/**
 * Makes the contact with an external id be as given, whether it was there or not. Of two at the same time one adds it and
 * the other changes it. Throws `contact_exists` where another contact has the address.
 */
export async function putContact(
  deps: Write,
  workspaceId: string,
  externalId: string,
  fields: ContactFields,
): Promise<{ row: ContactRow; isNew: boolean }> {
  return changing(deps, async (trx) => {
    // Else two that add it at the same time could meet at its address first, which is no conflict between them.
    await sql`select pg_advisory_xact_lock(hashtextextended(${JSON.stringify(['contact', workspaceId, externalId])}, 0))`.execute(
      trx,
    );
    await requireOrganisation(trx, workspaceId, fields.organisationId);
    const fresh = newRow(deps, workspaceId, externalId);
    const { id } = await trx
      .insertInto('contacts')
      .values({ ...fresh, ...columnsOf(fields) })
      .onConflict((conflict) =>
        conflict
          .columns(['workspace_id', 'external_id'])
          .where('external_id', 'is not', null)
          .doUpdateSet({ ...columnsOf(fields), updated_at: deps.now() }),
      )
      .returning('id')
      .executeTakeFirstOrThrow();
    return { row: await getContact({ db: trx }, workspaceId, id), isNew: id === fresh.id };
  });
}

/** Changes what is given and leaves the rest. Throws like `createContact`, and `not_found`. */
export async function changeContact(
  deps: Write,
  workspaceId: string,
  id: string,
  changes: ContactChanges,
): Promise<ContactRow> {
  return changing(deps, async (trx) => {
    await getContact({ db: trx }, workspaceId, id);
    await requireOrganisation(trx, workspaceId, changes.organisationId ?? null);
    await trx
      .updateTable('contacts')
      .set({
        name: changes.name,
        email: changes.email,
        organisation_id: changes.organisationId,
        time_zone: changes.timeZone,
        locale: changes.locale,
        external_id: changes.externalId,
        updated_at: deps.now(),
      })
      .where('id', '=', id)
      .execute();
    return getContact({ db: trx }, workspaceId, id);
  });
}

/** Forgets somebody. Bookings that they are linked with stay, without the link. Throws `not_found`. */
export async function deleteContact({ db }: Read, workspaceId: string, id: string): Promise<void> {
  await db
    .deleteFrom('contacts')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

/** Throws `not_found`, also for another workspace’s contact. */
export async function getContact({ db }: Read, workspaceId: string, id: string): Promise<ContactRow> {
  return withOrganisation(db, workspaceId)
    .where('contacts.id', '=', id)
    .executeTakeFirstOrThrow(() => new Problem('not_found'));
}

export type ContactQuery = NamedPage & { organisationId?: string | undefined; externalId?: string | undefined };

/** One page by name; one row more than `limit` tells of a next page. */
export async function listContacts(
  { db }: Read,
  workspaceId: string,
  { q, organisationId, externalId, limit, after }: ContactQuery,
): Promise<(ContactRow & { sort_name: string })[]> {
  const sortName = sql<string>`lower(contacts.name)`;
  let query = withOrganisation(db, workspaceId).select(sortName.as('sort_name'));
  if (organisationId !== undefined) query = query.where('contacts.organisation_id', '=', organisationId);
  if (externalId !== undefined) query = query.where('contacts.external_id', '=', externalId);
  if (q) {
    const pattern = containing(q);
    query = query.where((where) =>
      where.or([
        where('contacts.name', 'ilike', pattern),
        where('contacts.email', 'ilike', pattern),
        where('organisations.name', 'ilike', pattern),
      ]),
    );
  }
  if (after) query = query.where(sql<boolean>`(${sortName}, contacts.id) > (${after.name}, ${after.id})`);
  return query
    .orderBy(sortName)
    .orderBy('contacts.id')
    .limit(limit + 1)
    .execute();
}

function withOrganisation(db: Kysely<Database>, workspaceId: string) {
  return db
    .selectFrom('contacts')
    .leftJoin('organisations', 'organisations.id', 'contacts.organisation_id')
    .selectAll('contacts')
    .select('organisations.name as organisation_name')
    .where('contacts.workspace_id', '=', workspaceId);
}

function newRow({ now }: Write, workspaceId: string, externalId: string | null) {
  const stamps = { updated_at: now(), created_at: now() };
  return { id: newId('cnt'), workspace_id: workspaceId, external_id: externalId, ...stamps };
}

function columnsOf({ name, email, organisationId, timeZone, locale }: ContactFields) {
  return { name, email, organisation_id: organisationId, time_zone: timeZone, locale };
}

/** It must not vanish, or be another workspace’s, while the contact is written. */
async function requireOrganisation(trx: Trx, workspaceId: string, organisationId: string | null): Promise<void> {
  if (organisationId === null) return;
  const errors = [{ pointer: '/organisationId', detail: 'There is no such organisation.' }];
  await trx
    .selectFrom('organisations')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', organisationId)
    .forShare()
    .executeTakeFirstOrThrow(() => new Problem('invalid_request', { errors }));
}

/** In one transaction; what another contact has already is refused by name. */
async function changing<T>({ db }: Read, run: (trx: Trx) => Promise<T>): Promise<T> {
  return db
    .transaction()
    .execute(run)
    .catch(
      takenAs({
        contacts_email: () => new Problem('contact_exists'),
        contacts_external_id: () => externalIdTaken('contact'),
      }),
    );
}
