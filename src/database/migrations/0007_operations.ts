import { sql, type Kysely } from 'kysely';

/** What became of each change to a meeting, for those who ask for it as an operation. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table meetings
    add column ready_revision integer not null default 0,
    add column cancel_revision integer,
    add column revised_at timestamptz`,
  `update meetings set
    ready_revision = case when join_url is null then 0 when wanted = 'scheduled' then synced_revision else revision - 1 end,
    cancel_revision = case when wanted = 'cancelled' then revision end`,
];
