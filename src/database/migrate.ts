import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import type { Pool } from 'pg';
import { installQueue } from '../jobs/boss.ts';
import type { Log } from '../log.ts';
import * as foundation from './migrations/0001_foundation.ts';
import * as appOnly from './migrations/0002_app_only.ts';
import * as appointments from './migrations/0003_appointments.ts';
import * as artifacts from './migrations/0004_artifacts.ts';
import * as platform from './migrations/0005_platform.ts';
import * as compatibility from './migrations/0006_compatibility.ts';
import * as operations from './migrations/0007_operations.ts';
import type { Database } from './schema.ts';

/** Every migration, in order. Written out, so that a file is never applied because it happens to lie in a folder. */
const migrations: Record<string, Migration> = {
  '0001_foundation': foundation,
  '0002_app_only': appOnly,
  '0003_appointments': appointments,
  '0004_artifacts': artifacts,
  '0005_platform': platform,
  '0006_compatibility': compatibility,
  '0007_operations': operations,
};

/** The advisory lock that lets one starter migrate while the others wait. */
const lockId = 7_265_113;

/**
 * Brings the tables and the job queue's schema (`jobs`) up to date. Any number of processes may call it at the same
 * time; whoever comes second finds the work done.
 */
export async function migrate({ db, pool, log }: { db: Kysely<Database>; pool: Pool; log: Log }): Promise<void> {
  const lock = await pool.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [lockId]);
    await migrateTables(db, log);
    await installQueue({ pool, log });
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [lockId]).catch(() => {});
    lock.release();
  }
}

async function migrateTables(db: Kysely<Database>, log: Log): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results = [] } = await migrator.migrateToLatest();
  for (const { migrationName, status } of results) log.info({ migration: migrationName, status }, 'migration');
  if (error !== undefined) throw error;
}
