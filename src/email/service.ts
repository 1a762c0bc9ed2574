import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';

export type EmailDeps = { db: Kysely<Database>; now: () => Date; queue: Queue };

/** Enqueues every mail whose time has come and that has no job; part of the regular sweep. */
export async function sweepEmails(_deps: EmailDeps): Promise<void> {}
