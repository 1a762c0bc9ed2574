import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';
import type { AppTokens } from '../tenants/app-tokens.ts';

export type OrganizerDeps = { db: Kysely<Database>; now: () => Date; queue: Queue; appTokens: AppTokens };

/** Sends a probe for every organizer whose next one is due; part of the regular sweep. */
export async function sweepOrganizers(_deps: Pick<OrganizerDeps, 'db' | 'now' | 'queue'>): Promise<void> {}
